"""A page opens at once: it is light, and nothing in it moves while it loads."""

import pytest

from viewing import SITE, page_paths

MOST = 350_000  # bytes, gzipped: all that a first view asks for

CUT = """[...document.querySelectorAll(".bd-article :is(pre, .math-scroll, .table-scroll, .grid)")]
    .filter((box) => box.checkVisibility() && !box.closest(".cell_output:not(:has(table)), dl"))
    .filter((box) => {
        if (box.tagName === "PRE") box.style.whiteSpace = "pre";  // else a long line goes on below
        const cut = box.scrollWidth > box.clientWidth + 1;
        if (box.tagName === "PRE") box.style.whiteSpace = "";
        return cut;
    })
    .map((box) => box.textContent.trim().slice(0, 80))"""
# What sticks out of the window, or is written in a font of signs that is not loaded.
OUT = """[...document.querySelectorAll("body *:not(.katex *, svg *, pre *)")]
    .filter((box) => box.checkVisibility({ visibilityProperty: true }))
    .filter((box) => box.getBoundingClientRect().right > innerWidth + 1
        || ["::before", "::after"].some((part) =>
            /[\\ue000-\\uf8ff]/.test(getComputedStyle(box, part).content)))
    .map((box) => box.outerHTML.slice(0, 80))"""
SMALL = """([selector, least]) => [...document.querySelectorAll(selector)]
    .filter((box) => box.checkVisibility() && parseFloat(getComputedStyle(box).fontSize) < least)
    .map((box) => box.textContent.trim().slice(0, 80))"""
FORMULAS = """[...document.querySelectorAll(".math-scroll")]
    .filter((box) => box.checkVisibility()).map((box) => box.scrollWidth > box.clientWidth + 1)"""
CODE, FORMULA = 13.5, 16  # pixels, at least


def hard_to_read(page, width):
    """The boxes that are cut off or too small on a page of this width."""
    if width < 500:
        return page.evaluate(SMALL, [".math-scroll .katex", FORMULA])
    return page.evaluate(CUT) + page.evaluate(OUT) + page.evaluate(SMALL, [".bd-article pre", CODE])


def test_a_page_is_light_and_nothing_in_it_moves(opened, path):
    judge(opened, path, 1280)


def test_a_page_is_light_and_nothing_in_it_moves_on_a_phone(new_view, path):
    view = new_view(390)
    view.open_first(path)
    judge(view, path, 390)


def judge(view, path, width):
    assert hard_to_read(view.page, width) == []
    assert view.moved() <= 0.02, view.shifts
    view.page.evaluate("scrollTo(0, document.body.scrollHeight)")  # what comes late counts too
    view.page.wait_for_load_state("networkidle")
    weights = sorted(view.weights().items(), key=lambda item: -item[1])
    most = 2 * MOST if path == "book/gallery.html" else MOST  # it shows all notes, as one scrolls
    assert sum(weight for _, weight in weights) <= most, weights[:6]
    late = [name for name, _ in weights if "katex/fonts" in name]
    assert not late, "a formula has a letter that is not in book/_static/katex/letters.js"


def test_a_line_that_is_too_long_for_a_cell_is_found(view):
    page = view.open("book/training-in-earnest.html")
    assert page.evaluate(CUT) == []
    cell = page.locator("div.cell_input pre").first
    cell.evaluate("(box) => box.append('x'.repeat(140))")
    assert len(page.evaluate(CUT)) == 1


def test_few_formulas_scroll_on_a_phone(new_view):
    """At most one in eight of those of the whole book."""
    view, scrolls = new_view(390), {}
    for path in page_paths():
        if 'class="math-scroll"' in (SITE / path).read_text("utf-8"):
            scrolls[path] = view.open(path).evaluate(FORMULAS)
    counts = {path: (sum(found), len(found)) for path, found in scrolls.items()}
    formulas = sum(found for _, found in counts.values())
    assert formulas > 100
    assert sum(wide for wide, _ in counts.values()) <= formulas / 8, counts


@pytest.mark.parametrize("chapter", ["book/mini-batches.html", "book/09-the-carry.html"])
def test_letters_of_formulas_are_there_at_the_first_paint_of_a_slow_machine(new_view, chapter):
    """Half a formula may be painted, and centred again when all is read: that is little."""
    view = new_view()
    session = view.page.context.new_cdp_session(view.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    view.open_first(chapter)
    assert view.moved() <= 0.02, view.shifts


def test_what_a_search_finds_moves_nothing(view):
    page = view.open("search.html?q=carry")
    page.locator("#search-results li").first.wait_for()
    page.wait_for_timeout(200)
    assert page.evaluate("window.shifts") == []


def test_the_weight_counts_all_that_a_page_shows(view):
    page = view.open("book/09-the-carry.html")
    names = set(view.weights())
    assert {"book/09-the-carry.html", "_static/site.css", "_static/book.js"} <= names
    assert {name.partition("/")[0] for name in names} == {"book", "_static", "_images"}
    shown = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert {view.file(url) for url in shown if not url.startswith("data:")} <= names
