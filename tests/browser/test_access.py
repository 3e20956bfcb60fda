"""Anyone can read it: by axe's rules, on a narrow screen, by keyboard, without motion."""

import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from viewing import SITE, wait_until

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # they take most of the time
PHONES = (320, 390)  # pixels of width
CHAPTER = "book/09-the-carry.html"
SHORT = "book/training-in-earnest.html"  # a page that is read quickly, with a picture

# The element with the focus: a name for it, and whether anything about it shows that it has.
NAME = "(node) => [node.tagName, node.getAttribute('href'), node.textContent].join(' ')"
FOCUS = """() => {
    const node = document.activeElement;
    if (node === document.body) return null;
    const style = getComputedStyle(node);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const box = node.getBoundingClientRect();
    const parts = node instanceof SVGElement ? [...node.querySelectorAll("path, circle")] : [];
    const drawn = parts.map((part) => getComputedStyle(part)).some(({ stroke, strokeWidth }) =>
        parseFloat(strokeWidth) >= 4 && !/^(none|transparent|rgba.* 0\\))$/.test(stroke));
    return {
        name: (NAME)(node),
        shown: (outline || drawn || style.boxShadow !== "none") && box.width > 0 && box.height > 0,
        inside: box.bottom > 0 && box.top < innerHeight,
    };
}""".replace("NAME", NAME)
REACHABLE = """() => [...document.querySelectorAll("a[href], button, summary, [tabindex='0']")]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.tabIndex >= 0)
    .map(NAME)""".replace("NAME", NAME)
MOVING = """() => [...document.querySelectorAll("*")]
    .filter((node) => /[1-9]/.test(getComputedStyle(node).transitionDuration
        + getComputedStyle(node).animationDuration)).length"""
WIDE = """[...document.querySelectorAll(".math-scroll")]
    .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.checkVisibility())"""
ADD_STYLE = """(text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
}"""
# Marks what looks, with all that it stands in, like nothing that is known; returns its looks.
MARK_NEW_LOOKS = """(known) => {
    const seen = new Set(known), fresh = new Set(), chains = new Map([[null, ""]]);
    for (const node of document.querySelectorAll("*:not(.katex *)")) {
        const style = getComputedStyle(node);
        const size = parseFloat(style.fontSize), bold = style.fontWeight >= 700;
        const large = size >= 24 || (bold && size >= 18.66); // less contrast is enough for it
        const look = [node.tagName === "A", large, style.position === "static", style.color,
            style.opacity, style.backgroundColor, style.backgroundImage,
            style.textDecorationLine].join();
        const around = chains.get(node.parentElement) ?? "";
        const chain = around.endsWith(look) ? around : `${around} > ${look}`;
        chains.set(node, chain);
        const other = node.checkVisibility({ visibilityProperty: true }) && !seen.has(chain);
        node.toggleAttribute("data-new-look", other);
        if (other) fresh.add(chain);
    }
    return [...fresh];
}"""
ASK_AXE = """([context, options]) =>
    axe.run(context, options).then(({ violations }) => violations)"""
KNOWN = set()  # the looks that axe was asked about, by the pages that this process opened


def violations(page, rules=None, within="html"):
    """Return axe's faults, in one line each: by the rules named, or by all but those of colours."""
    options = {"resultTypes": ["violations"], "runOnly": rules or RULES}
    options["rules"] = {} if rules else {name: {"enabled": False} for name in OF_COLOURS}
    # KaTeX's drawing is hidden from assistive technology and has the colour of the text around it;
    # its thousands of pieces would take most of the time
    context = {"include": [[within]], "exclude": [[".katex-html"]]}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(ASK_AXE, [context, options])
    return [
        f"{v['id']}: {node['target']} {node['html'][:120]}" for v in found for node in v["nodes"]
    ]


def show(page, colours, width):
    """Let a page be as wide as this, in light or dark."""
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")  # no half-way colours
    page.set_viewport_size({"width": width, "height": 900})
    wait_until(page, f"document.documentElement.dataset.theme === '{colours}'")


def violations_everywhere(page, known):
    """Return the faults that axe finds in both colours on a screen and on a phone.

    Of colours it is asked only where something looks like nothing that is known.
    """
    found = []
    for colours, width in itertools.product(("light", "dark"), (1280, PHONES[0])):
        show(page, colours, width)
        fresh = page.evaluate(MARK_NEW_LOOKS, sorted(known))
        if fresh:
            found += violations(page, OF_COLOURS, "[data-new-look]")
            known.update(fresh)
        if (colours, width) in (("light", 1280), ("dark", PHONES[0])):
            found += violations(page)
    return found


def test_axe_finds_nothing_in_both_colours_on_a_screen_and_on_a_phone(opened):
    assert violations_everywhere(opened.page, KNOWN) == []


def test_no_style_tells_the_phones_apart():
    """So what axe finds on one of them it would find on the other."""
    styles = "".join(path.read_text("utf-8") for path in SITE.glob("_static/**/*.css"))
    widths = re.findall(r"\b(?:min|max)-width:\s*([\d.]+)px\)", styles)
    assert len(widths) == len(re.findall(r"@media[^{]*\bwidth\b", styles)) > 10
    assert [width for width in widths if PHONES[0] <= float(width) <= PHONES[1]] == []


def test_axe_would_find_a_fault(view):
    page, known = view.open(SHORT), set()
    assert violations_everywhere(page, known) == []
    page.evaluate("document.querySelector('article p').style.color = '#ccc'")
    page.evaluate("document.querySelector('article .cell_output img').removeAttribute('alt')")
    found = violations_everywhere(page, known)
    assert {each.partition(":")[0] for each in found} == {"color-contrast", "image-alt"}


@pytest.mark.parametrize(("colours", "faint"), [("light", "#999"), ("dark", "#555")])
def test_axe_would_find_a_fault_of_one_colour_on_the_phone_alone(view, colours, faint):
    page, known = view.open(SHORT), set()
    assert violations_everywhere(page, known) == []
    rule = f"html[data-theme={colours}] article p {{ color: {faint}; }}"
    style = f"@media (max-width: {PHONES[0]}px) {{ {rule} }}"
    page.evaluate(ADD_STYLE, style)
    found = violations_everywhere(page, known)
    assert {each.partition(":")[0] for each in found} == {"color-contrast"}


LABELS = """[...document.querySelectorAll("label")].map((label) => label.querySelectorAll(
    "button, input, meter, output, progress, select, textarea").length)"""


def test_a_label_names_one_control(opened):
    """HTML allows no second one."""
    assert set(opened.page.evaluate(LABELS)) <= {0, 1}


@pytest.mark.parametrize("width", PHONES)
def test_a_page_is_no_wider_than_a_phone(opened, width):
    opened.page.set_viewport_size({"width": width, "height": 900})
    wide = opened.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width


def test_a_page_can_be_walked_by_keyboard_and_shows_where_one_is(view):
    page = view.open(CHAPTER)
    reachable = page.evaluate(REACHABLE)
    page.keyboard.press("Tab")
    assert "Skip to main content" in page.evaluate(FOCUS)["name"]
    page.wait_for_timeout(400)  # the link slides into sight
    walked = []
    while (focus := page.evaluate(FOCUS)) and len(walked) <= len(reachable) + 5:
        assert focus["shown"], f"no sign of the focus on {focus['name']}"
        assert focus["inside"], f"the focus is out of sight on {focus['name']}"
        walked.append(focus["name"])
        page.keyboard.press("Tab")
    assert set(reachable) <= set(walked)


def test_a_grid_is_one_stop_of_the_keyboard_and_its_notes_open(view):
    page = view.open("book/would-you-notice.html")
    stops = page.locator(".grid button:not([tabindex='-1'])")
    grids = page.locator(".grid").count()
    assert stops.count() == grids > 1
    page.locator(".grid button").first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowUp", "Enter"):  # the upper edge holds
        page.keyboard.press(key)
    assert page.locator(".grid button").nth(1).evaluate("(b) => b === document.activeElement")
    note = page.locator(".grid-note >> visible=true")
    assert "slips through" in note.inner_text() or "noticed" in note.inner_text()
    page.keyboard.press("Escape")
    assert note.count() == 0
    assert stops.count() == grids > 1


def test_the_skip_link_leads_to_the_text(view):
    page = view.open(CHAPTER)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_wide_formula_says_that_it_scrolls_and_scrolls_by_keyboard(new_view):
    page = new_view(390).open(CHAPTER)
    wait_until(page, "document.querySelector('.math-scroll[tabindex]')")
    boxes = page.evaluate(f"{WIDE}.map((b) => [b.tabIndex, b.role, b.ariaLabel])")
    assert boxes
    assert all(box == [0, "group", "Formula: scrolls sideways"] for box in boxes)
    page.evaluate(f"{WIDE}[0].focus()")
    page.keyboard.press("ArrowRight")
    wait_until(page, f"{WIDE}[0].scrollLeft > 0")


def test_a_wide_formula_shows_that_there_is_more(new_view):
    """Its edge is shaded: without the shade, the same place looks different."""
    page = new_view(390).open(CHAPTER)
    box = page.evaluate_handle(f"{WIDE}.find((b) => b.scrollWidth > b.clientWidth + 60)")
    shaded = box.as_element().screenshot()
    box.evaluate("(box) => { box.style.background = 'none' }")
    assert shaded != box.as_element().screenshot()


def test_motion_is_left_out_for_those_who_ask(new_view):
    assert new_view().open(CHAPTER).evaluate(MOVING) > 0
    assert new_view(reduced_motion="reduce").open(CHAPTER).evaluate(MOVING) == 0


def test_the_colours_are_the_reader_s_choice_and_stay(view):
    page = view.open(CHAPTER)
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.locator(".theme-switch-button").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    view.open("book/10-through-tanh.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_page_reads_without_scripts(new_view):
    view = new_view(java_script_enabled=False)
    view.page.goto(view.roots["http"] + CHAPTER)
    assert view.page.locator("article .katex").first.is_visible()
    assert not view.page.locator(".theme-switch-button").is_visible()
    folded = view.page.locator("article details.hidden-code").first
    folded.locator("summary").click()
    assert folded.locator("pre").first.is_visible()
