"""Readers are served: a search that shows words, references that show what they refer to."""

import re
from functools import cache

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from literate.loading import read_parts
from viewing import SITE, page_paths, wait_until

PREVIEW = ".preview"


def found(view, words, scheme):
    """The page of a search that has found what it can and shows the words around it."""
    page = view.open(f"search.html?q={words}", scheme)
    wait_until(page, "document.querySelector('.search-summary')?.textContent")
    wait_until(page, "document.querySelectorAll('#search-results .context').length > 4")
    return page


def test_a_search_shows_the_words_around_with_readable_formulas(view, scheme):
    page = found(view, "carry", scheme)
    texts = page.locator("#search-results .context").all_inner_texts()
    assert all("carr" in text.lower() for text in texts)  # carries, carried
    assert not re.search(r"\\[A-Za-z]{3}|[_^]\{", " ".join(texts)), texts  # "\n" is Python
    assert page.locator("#search-results mark").first.inner_text().lower() == "carry"
    assert view.errors == []
    assert view.violations() == []


def test_a_search_leads_to_its_page(view, scheme):
    page = found(view, "carry", scheme)
    page.locator("#search-results a", has_text="The carry").first.click()
    page.wait_for_url("**/book/09-the-carry.html*")


CHAPTER_15 = "book/15-vanishing-and-exploding"
FIRST = {
    "vanishing gradient": f"{CHAPTER_15}#",
    "vanishing gradients": f"{CHAPTER_15}#",
    "spectral radius": f"{CHAPTER_15}#",
    "the carry": "book/09-the-carry#",
    "softmax and cross-entropy": "book/02-softmax-and-cross-entropy#",
    "through tanh": "book/10-through-tanh#",
    "gradient through tanh": "book/10-through-tanh#fragment-gradient-through-tanh",
    "⟨gradient through tanh⟩": "book/10-through-tanh#fragment-gradient-through-tanh",
    "rnn_backward": "book/api#rnn_from_scratch.rnn_backward",
    '"hidden state"': "book/01-the-cell#fragment-hidden-state",
    "“the carry”?": "book/09-the-carry#",
    "T": "book/symbols#",
    "a": "book/symbols#",
    "gradient check": "book/04-gradient-checks#",
    "y_hat_t": "book/notation#",
    # what explains comes before what mentions: an entry of the index, a heading, an equation
    "learning rate too large": "book/13-learning#",
    "learning rate": "book/13-learning#",
    "learning rates": "book/13-learning#",
    "one-hot": "book/02-softmax-and-cross-entropy#",
    "saturating units": "book/10-through-tanh#",
    "mini-batches": "book/mini-batches#",
    "bias": "book/01-the-cell#",
    "transpose": "book/05-three-local-rules#",
    "why transpose": "book/05-three-local-rules#",
    "δ": "book/10-through-tanh#",
    "delta": "book/10-through-tanh#",
    "dWaa": "book/11-the-recurrent-parameters#",
    "∂J/∂Waa": "book/06-one-weight-many-copies#",
    "Waa^T": f"{CHAPTER_15}#",
    "LSTM": "book/a-leaky-unit#",
    "padding mask": "book/different-lengths#",
}
SEARCH = """(query) => search(window.book, query).map(({ page, anchor, text }) => [
    `${page}#${anchor}`, text ? excerpt(text, query).filter(([, sought]) => sought) : null])"""


def test_what_was_sought_comes_first_and_no_page_twice(view):
    page = view.open("search.html?q=carry")
    for query, first in FIRST.items():
        places = [place for place, _ in page.evaluate(SEARCH, query)]
        assert places[0] == first, (query, places[:5])
        assert len(places) == len(set(places)), query
    fragments = page.evaluate("book.things.filter(([, kind]) => kind === 'fragment')")
    assert len(fragments) > 20
    for name, _, _, *place in fragments:
        assert page.evaluate(SEARCH, name)[0][0] == "#".join(place), name


def test_signs_names_and_printed_numbers_are_found_and_shown(view):
    page = view.open("search.html?q=carry")
    html = (SITE / "book/10-through-tanh.html").read_text("utf-8")
    printed = BeautifulSoup(html, "html.parser").select_one(".cell_output pre").get_text()
    number = re.search(r"\d\.\d{4}", printed)[0]
    tanh = "book/10-through-tanh#"
    wanted = dict.fromkeys(("δ", "W_aa", "dz", number, "saturating units", "carries"), tanh)
    sums = ("dWaa", "∂J/∂Waa", "dJ/dW_aa", "W_aa⊤")
    wanted |= dict.fromkeys(sums, "book/11-the-recurrent-parameters#")
    wanted |= {"Waa^T": "book/09-the-carry#", "Universitat": "book/bibliography#"}
    wanted |= {"do.sum(axis=2)": "book/12-the-whole-algorithm#"}
    for query, chapter in wanted.items():
        found = page.evaluate(SEARCH, query)
        assert chapter in [place for place, _ in found], query
        pages = [marked for _, marked in found if marked is not None]
        assert all(pages), f"{query}: an excerpt does not show what was sought"


MEANT = {
    "gradeint": "gradient",
    "Vanishng gradient": "vanishing gradient",
    "backpropogation": "backpropagation",
    "license of the code": "licence of the code",
    "license of dWaa": "dWaa",  # they stand together nowhere
    "teacher forcing": "teacher forcing",  # not "teaches folding": that is three letters of others
    "teacher signal": "signal",
    "BERT": "BERT",  # nor "best": the fewer letters, the more each tells
    "carries": "carries",  # the stem is found
    "xylophone": "xylophone",
}
MARKED = """(query) => [...new Set(search(book, query)
    .flatMap(({ text, marks }) => text ? toMark(text, marks).split(" ").filter(Boolean) : []))]"""


def test_a_misspelt_word_is_corrected_and_a_page_marks_what_is_rare(view):
    page = view.open("search.html?q=gradeint")
    wait_until(
        page, "document.querySelector('.search-summary')?.textContent.includes('“gradient”')"
    )
    assert {query: page.evaluate("(q) => corrected(book, q)", query) for query in MEANT} == MEANT
    assert page.evaluate(MARKED, "T") == page.evaluate(MARKED, "the") == []
    marked = page.evaluate(MARKED, "the carry")
    assert "carry" in marked
    assert all("carr" in word for word in marked)


LINES = 700  # of code that are open before the algorithm is whole


@cache
def seen_lines(path):
    """How many lines a page shows without scripts: of code, and of prose, a sentence in each.

    Of what is folded the first line counts.
    """
    page = BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser").select_one("article")
    for hidden in page.select("details.hidden-code, details.code-fold > pre, [hidden]"):
        hidden.extract()
    code = [pre.get_text() for pre in page.select("div.cell_input .highlight")]
    for hidden in page.select("details > :not(summary), .cell_output, .katex, svg"):
        hidden.extract()
    nodes = page.select("p, li, dd, dt, figcaption")
    prose = [node.get_text() for node in nodes if not node.find(["p", "li"])]
    return [
        sum(bool(line.strip()) for line in "\n".join(text).split("\n")) for text in (code, prose)
    ]


def test_what_is_seen_is_what_was_derived():
    """Up to the whole algorithm: docstrings, checks and set-up are folded."""
    names = [name for _, names in read_parts(SITE.parents[1]) for name in names]
    names = names[: names.index("book/12-the-whole-algorithm") + 1]
    lines = {name: seen_lines(f"{name}.html")[0] for name in names}
    assert len(lines) > 12
    assert 300 < sum(lines.values()) <= LINES, lines


LONGEST = {"II ": 250, "III ": 250}  # lines of prose and open code, where gradients are derived
ELSEWHERE, REFERENCE = 380, {"Reference", "The module"}  # these are not read in one go


def test_a_page_is_read_in_one_go():
    for part, names in read_parts(SITE.parents[1]):
        most = next((most for begin, most in LONGEST.items() if part.startswith(begin)), ELSEWHERE)
        for path in [f"{name}.html" for name in names if part not in REFERENCE]:
            code, prose = seen_lines(path)
            assert prose > 5, path
            assert code + prose <= most, f"{path}: {code} lines of code, {prose} of prose"


PHONE, LABEL = 358, 9  # pixels: the text of a phone of 390, and the least height of letters


def test_the_labels_of_plots_can_be_read_on_a_phone():
    """A plot is as wide as the text there; matplotlib writes a letter as a path with a scale."""
    small, plots = {}, 0
    for path in page_paths():
        page = BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")
        for image in page.select(".cell_output img[src$='.svg']:not([width='663'], .when-seen)"):
            text = (SITE / path).parent.joinpath(image["src"]).read_text("utf-8")
            width = float(re.search(r'viewBox="0 0 ([\d.]+)', text)[1])  # points
            letters = [float(each) for each in re.findall(r"scale\(([\d.]+) -", text)]
            height = 100 * min(letters, default=1) * min(PHONE, width * 4 / 3) / width
            plots += bool(letters)
            if height < LABEL:
                small[f"{path}: {image['src']}"] = height
    assert plots > 20
    assert small == {}


DENIED = """Object.defineProperty(window, "localStorage",
    { configurable: true, get() { throw new DOMException("denied", "SecurityError"); } });"""
FULL = """Storage.prototype.setItem = () => {
    throw new DOMException("full", "QuotaExceededError"); };"""
SANDBOX = "allow-scripts allow-forms"
FRAME = f'<iframe sandbox="{SANDBOX}" width="900" height="700" src="search.html?q=carry">'


@pytest.mark.parametrize("storage", [DENIED, FULL, None])
def test_search_and_switch_work_where_nothing_can_be_stored(view, storage):
    """Nor in a frame that has no origin, as those of learning platforms."""
    page = view.page
    if storage:
        page.add_init_script(storage)
        site = view.open("search.html?q=carry")
    else:
        shown = {"content_type": "text/html", "body": FRAME}
        page.route("**/frame.html", lambda route: route.fulfill(**shown))
        site = view.open("frame.html").frames[1]
    site.locator("#search-results li").first.wait_for()
    before = site.evaluate("document.documentElement.dataset.theme")
    site.locator(".theme-switch-button").first.evaluate("(button) => button.click()")
    assert site.evaluate("document.documentElement.dataset.theme") != before
    # without an origin a browser fetches no letters, and takes others
    letters = ("fonts/", "ERR_FAILED")
    assert [e for e in view.errors if storage or not any(word in e for word in letters)] == []


def test_a_search_for_nothing_that_there_is_says_so(view):
    for words in ("xylophone", "teacher forcing"):
        page = view.open(f"search.html?q={words}")
        wait_until(page, "document.body.textContent.includes('did not match any')")
    assert view.errors == []


def test_the_search_box_of_a_page_opens_by_keyboard_and_finds(view):
    page = view.open("book/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=softmax")


@pytest.mark.parametrize(
    ("chapter", "link", "shown"),
    [
        ("09-the-carry", "a[href^='#equation-eq-da']", ".math-display .katex"),
        ("09-the-carry", "a[href^='0'][href*='#equation-']", ".math-display .katex"),
        ("12-the-whole-algorithm", "a[href*='#fragment-']", ".cell pre"),
        ("04-gradient-checks", "a[href*='bibliography.html#']", ".citation"),
    ],
)
@pytest.mark.parametrize("way", ["hover", "focus"])
def test_a_reference_shows_what_it_refers_to(view, scheme, chapter, link, shown, way):
    page = view.open(f"book/{chapter}.html", scheme)
    reference = page.locator(f"article {link} >> visible=true").first
    getattr(reference, way)()
    page.locator(f"{PREVIEW} {shown}").first.wait_for()
    assert reference.get_attribute("aria-describedby") == "preview"
    assert page.evaluate("document.querySelectorAll('[id=preview]').length") == 1
    box = page.locator(PREVIEW).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    page.keyboard.press("Escape")
    assert page.locator(PREVIEW).count() == 0
    assert view.errors == []
    assert view.violations() == []


def test_a_preview_can_be_pointed_at_and_goes_when_one_leaves(view):
    page = view.open("book/09-the-carry.html")
    page.locator("article p a[href*='#equation-'] >> visible=true").first.hover()
    page.locator(PREVIEW).hover()
    page.wait_for_timeout(500)
    assert page.locator(PREVIEW).count() == 1
    page.mouse.move(5, 5)
    page.locator(PREVIEW).wait_for(state="detached")


BASELINES = """[...document.querySelectorAll(".math-scroll")].map(line =>
    [...line.querySelectorAll(":scope > .katex-display")].map(formula => {
        const mark = document.createElement("span");
        mark.style.display = "inline-block";
        formula.querySelector(".katex-base").before(mark);
        const { bottom } = mark.getBoundingClientRect();
        mark.remove();
        return bottom;
    })).filter(baselines => baselines.length > 1)"""


def test_a_formula_and_what_it_holds_for_stand_on_one_line(view):
    lines = view.open("book/09-the-carry.html").evaluate(BASELINES)
    assert len(lines) > 2
    assert max(max(line) - min(line) for line in lines) < 1


@pytest.mark.parametrize("width", [1280, 390])
def test_a_graph_shows_its_numbers_on_request(new_view, width):
    page = new_view(width).open("book/09-the-carry.html")
    fold = page.locator("article .cell_output img.when-seen >> xpath=ancestor::details")
    loaded = "document.querySelector('article img.when-seen').naturalWidth"
    assert page.evaluate(loaded) == 0, "it is a part of the first view"
    fold.locator("summary").click()
    wait_until(page, f"{loaded} > 0")
    box = fold.locator("img").bounding_box()
    assert box["width"] > 600  # so that the numbers can be read; on a phone the picture scrolls
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_fragment_opens_where_it_is_referred_to(view, scheme):
    page = view.open("book/12-the-whole-algorithm.html", scheme)
    button = page.locator("button.fragment-button").first
    body = page.locator(f"[id='{button.get_attribute('aria-controls')}']")
    assert not body.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    assert body.is_visible()
    assert button.get_attribute("aria-expanded") == "true"


IN_SIGHT = """() => {
    const box = document.querySelector(".bd-docs-nav li.active").getBoundingClientRect();
    const open = document.querySelectorAll(".bd-docs-nav details[open]").length;
    return box.top >= 0 && box.bottom <= innerHeight && box.height > 0 && open === 1;
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_the_list_of_pages_shows_the_page_that_is_open(new_view, width):
    view = new_view(width)
    for path in (
        "01-the-cell",
        "20-a-character-model",
        "02-softmax-and-cross-entropy",
    ):
        page = view.open(f"book/{path}.html")
        if width < 500:
            page.locator(".primary-toggle").first.click()
        wait_until(page, f"({IN_SIGHT})()")


def test_what_a_page_offers_to_download_is_there(view):
    page = view.open("book/09-the-carry.html")
    page.locator(".page-menu summary").click()
    links = page.locator(".page-menu a")
    assert links.count() >= 2
    for link in links.all():
        assert link.is_visible()
        assert link.get_attribute("download") is not None, "it would open as text"
        assert (SITE / "book" / link.get_attribute("href")).resolve().is_file()
    page.keyboard.press("Escape")
    page.mouse.click(5, 400)
    assert not links.first.is_visible()


def test_a_chapter_says_in_words_what_it_is_about(path):
    page = BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")
    if path.startswith("book/"):
        said = page.select_one("meta[name=description]")["content"]
        assert 20 <= len(said) <= 160
        assert "\\" not in said
        assert page.select_one("meta[property='og:description']")["content"] == said
    assert page.select_one("meta[property='og:title']")["content"]


def test_what_a_search_marked_can_be_unmarked(view, scheme):
    page = view.open("book/09-the-carry.html?highlight=carry", scheme)
    wait_until(page, "document.querySelectorAll('article .highlighted').length > 3")
    page.locator(".highlight-link a").click()
    assert page.locator(".highlighted").count() == 0
    assert view.violations() == []
    assert view.errors == []


def test_each_line_of_the_gradient_card_leads_to_its_formula_and_to_its_chapter():
    card = BeautifulSoup((SITE / "book" / "gradient-card.html").read_text("utf-8"), "html.parser")
    rows = [row.select("a[href]") for row in card.select("article table tbody tr")]
    assert len(rows) >= 10
    for links in rows:
        formula, chapter = (link["href"] for link in links)
        assert formula.startswith(f"{chapter}#equation-")
        assert (SITE / "book" / chapter).is_file()


COLUMNS = """[...document.querySelectorAll("table.equation-index tbody td:not(:first-child)")]
    .filter((cell) => cell.checkVisibility())
    .map((cell) => getComputedStyle(cell, "::before").content)"""


def test_numbers_keep_the_names_of_their_columns_on_a_phone(new_view):
    names = new_view(390).open("book/checked.html").evaluate(COLUMNS)
    assert len(names) > 100
    assert set(names) == {'"Checked by: "', '"Cases: "', '"Largest relative error: "'}
    assert set(new_view().open("book/checked.html").evaluate(COLUMNS)) == {"none"}


def test_a_page_prints_dark_on_light_also_from_the_dark(new_view):
    page = new_view(color_scheme="dark").open("book/09-the-carry.html")
    page.emulate_media(media="print", color_scheme="dark")
    colour = "getComputedStyle(document.querySelector('{}')).{}"
    for code in ("article .highlight", "article .highlight pre", "article .cell_output pre"):
        assert page.evaluate(colour.format(code, "color")) == "rgb(0, 0, 0)", code
    assert page.evaluate(colour.format("html", "colorScheme")) == "light"


def test_a_chapter_is_printed_by_a_browser_without_an_empty_page(view, tmp_path):
    view.open("book/20-a-character-model.html").pdf(path=tmp_path / "chapter.pdf", format="A4")
    pages = [page.extract_text().split() for page in PdfReader(tmp_path / "chapter.pdf").pages]
    assert len(pages) > 10
    assert all(pages), f"empty: {[at for at, words in enumerate(pages, 1) if not words]}"
