"""What readers expect: a search that shows words, references that show what they refer to."""

import re

import pytest
from bs4 import BeautifulSoup

from viewing import SITE, wait_until

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
    assert all("carry" in text.lower() for text in texts)
    assert not re.search(r"\\[A-Za-z]{3}|[_^]\{", " ".join(texts)), texts  # "\n" is Python
    assert page.locator("#search-results mark").first.inner_text().lower() == "carry"
    assert view.errors == []
    assert view.violations() == []


def test_a_search_leads_to_its_page(view, scheme):
    page = found(view, "carry", scheme)
    page.locator("#search-results a", has_text="The carry").first.click()
    page.wait_for_url("**/book/09-the-carry.html*")


def test_a_search_for_nothing_that_there_is_says_so(view):
    page = view.open("search.html?q=xylophone")
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
    return box.top >= 0 && box.bottom <= innerHeight && box.height > 0;
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_the_list_of_pages_shows_the_page_that_is_open(new_view, width):
    view = new_view(width)
    for path in (
        "01-the-cell",
        "09-the-carry",
        "20-a-character-model",
        "changelog",
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


def test_a_page_prints_dark_on_light_also_from_the_dark(new_view):
    page = new_view(color_scheme="dark").open("book/09-the-carry.html")
    page.emulate_media(media="print", color_scheme="dark")
    colour = "getComputedStyle(document.querySelector('{}')).{}"
    for code in ("article .highlight", "article .highlight pre", "article .cell_output pre"):
        assert page.evaluate(colour.format(code, "color")) == "rgb(0, 0, 0)", code
    assert page.evaluate(colour.format("html", "colorScheme")) == "light"
