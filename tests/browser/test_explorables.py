"""The explorables answer: by pointer, by keyboard, in both colours, from a folder."""

import re

import pytest

from test_access import RULES, show, violations
from viewing import SITE, page_paths

WIDTHS = (1280, 640, 320)
WHERE = {  # of each explorable, the first page that holds it
    name: path
    for path in reversed(page_paths())
    for name in re.findall(r'data-explorable="([^"]+)"', (SITE / path).read_text("utf-8"))
    if name != "workbench"  # whose buttons fetch and start Python: test_workbench
}
HANDS = ".ex-controls, .ex-choice, .ex-slider, .ex-live"
CONTROLS = "select, input, button, [tabindex='0']"

# Uses each control once, and its explorable beside it, then compares what they show.
USE = """(name) => {
    const box = document.querySelector(`[data-explorable="${name}"]`);
    const given = JSON.parse(box.dataset.given), it = explorables[name];
    const state = it.initial(given);
    const act = (key, value) =>
        key === "reset" ? 0 : it.act ? it.act(state, key, value, given) : (state[key] = value);
    let used = 0;
    for (const at of [...box.querySelectorAll("[data-set], [data-do]")]) {
        if (!at.isConnected || at.disabled || at.getAttribute("aria-disabled") === "true") continue;
        const key = at.dataset.set ?? at.dataset.do;
        if (key === "reset") continue;
        used += 1;
        if (at.dataset.do) {
            act(key, at.dataset.value ?? "");
            at.dispatchEvent(new MouseEvent("click", { bubbles: true }));
            continue;
        }
        if (at.type === "checkbox" || at.type === "radio") at.checked = !at.checked;
        else if (at.type === "range") at.value = at.max;
        else if (at.type === "text") at.value = "words";
        else at.selectedIndex = at.options.length - 1;
        const text = at.value, worded = text === "" || Number.isNaN(Number(text));
        act(key, at.type === "checkbox" ? at.checked : worded ? text : Number(text));
        at.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const fresh = document.createElement("div");
    fresh.innerHTML = it.view(state, given);
    const shown = box.cloneNode(true);
    for (const node of shown.querySelectorAll("[tabindex]")) node.removeAttribute("tabindex");
    const same = [...fresh.children].every((child, i) => child.isEqualNode(shown.children[i]));
    return [used, same && fresh.children.length === shown.children.length];
}"""
SMALL = """(name) => {
    const box = document.querySelector(`[data-explorable="${name}"]`), small = [];
    for (const node of box.querySelectorAll("select, input, button, svg [data-do]")) {
        const hit = node.querySelector("path.ex-hit"), svg = node.ownerSVGElement;
        let { width, height } = (node.closest("label") ?? node).getBoundingClientRect();
        if (hit) {
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            width = parseFloat(getComputedStyle(hit).strokeWidth) * scale;
            height = hit.getTotalLength() * scale;
        }
        if (node.checkVisibility() && Math.min(width, height) < 23.99) {
            small.push([node.outerHTML.slice(0, 80), width, height]);
        }
    }
    return small;
}"""
FOCUS = """(name) => {
    const at = document.activeElement, box = document.querySelector(`[data-explorable="${name}"]`);
    if (!box.contains(at)) return null;
    const mark = at.querySelector(".ex-hit, circle"), line = mark && getComputedStyle(mark);
    const shown = getComputedStyle(at).outlineStyle !== "none";
    box.seen.add(at);
    return {
        what: at.outerHTML.slice(0, 90), roving: Boolean(at.closest("[data-roving]")),
        shown: shown || (line && line.stroke !== "rgba(0, 0, 0, 0)"),
    };
}"""
STOPS = """([name, controls]) => {
    const box = document.querySelector(`[data-explorable="${name}"]`);
    const radios = (at) => at.type === "radio" && !at.checked;
    box.seen = new Set();
    box.stops = [...box.querySelectorAll(controls)]
        .filter((at) => at.tabIndex >= 0 && !at.disabled && !radios(at) && at.checkVisibility());
    Object.assign(box.closest("figure"), { tabIndex: -1 }).focus();
}"""
MISSED = """(name) => {
    const box = document.querySelector(`[data-explorable="${name}"]`);
    return box.stops.filter((at) => at.isConnected && !box.seen.has(at)).map((at) => at.outerHTML);
}"""
ALONE = """(name) => {
    let at = document.querySelector(`.explorable-${name}`);
    for (; at !== document.body; at = at.parentElement) {
        [...at.parentElement.children].forEach((other) => other === at || other.remove());
    }
}"""
LOOK = """(name) => document.querySelector(`[data-explorable="${name}"]`).innerHTML"""


@pytest.fixture(params=sorted(WHERE))
def name(request):
    return request.param


def test_each_page_that_holds_one_loads_its_files_and_no_other_page_does():
    for path in page_paths():
        text = (SITE / path).read_text("utf-8")
        held = set(re.findall(r'data-explorable="([^"]+)"', text))
        loaded = set(re.findall(r"_static/explorables/([\w-]+)\.js", text))
        assert loaded == (held | {"kit", "network"} if held else set()), path


def test_each_control_changes_the_picture_and_axe_finds_nothing_then(view, name):
    page = view.open(WHERE[name])
    before = page.evaluate(LOOK, name)
    used, same = page.evaluate(USE, name)
    assert used > 1
    assert same, "what is shown is not what a fresh picture of the same state shows"
    assert page.evaluate(LOOK, name) != before
    assert view.errors == []
    page.evaluate(ALONE, name)  # axe looks at all that is there, and the page was looked at
    box = f".explorable-{name}"
    for colours in ("light", "dark"):
        for width in WIDTHS:
            show(page, colours, width)
            assert violations(page, RULES, box) == [], (colours, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(SMALL, name) == [], width


def test_each_control_is_reached_and_used_by_keyboard(view, name):
    page = view.open(WHERE[name])
    page.evaluate(STOPS, [name, CONTROLS])
    roving = False
    page.keyboard.press("Tab")
    while focus := page.evaluate(FOCUS, name):
        assert focus["shown"], f"no sign of the focus at {focus}"
        if focus["roving"] and not roving:
            roving = True
            before = page.evaluate(LOOK, name)
            page.keyboard.press("ArrowRight")
            moved = page.evaluate(FOCUS, name)
            assert moved["what"] != focus["what"]
            page.keyboard.press(" ")
            assert page.evaluate(LOOK, name) != before
            page.keyboard.press(" ")
            page.keyboard.press("ArrowLeft")
        page.keyboard.press("Tab")
    assert page.evaluate(MISSED, name) == []


def test_a_button_that_is_out_of_use_keeps_the_focus(view):
    page = view.open(WHERE["one-pass"])
    button = page.locator(".explorable-one-pass button", has_text="step")
    button.focus()
    for _ in range(30):
        page.keyboard.press("Enter")
    assert button.get_attribute("aria-disabled") == "true"
    assert button.evaluate("(button) => button === document.activeElement")


def test_it_works_from_a_folder_without_motion_and_prints_without_its_controls(new_view, name):
    view = new_view(reduced_motion="reduce", color_scheme="dark")
    page = view.open(WHERE[name], "file")
    box = page.locator(f".explorable-{name}")
    assert page.evaluate(USE, name)[1]
    moving = """(box) => [...box.querySelectorAll("*")].filter((node) =>
        /[1-9]/.test(getComputedStyle(node).transitionDuration)).length"""
    assert box.evaluate(moving) == 0
    page.emulate_media(media="print")
    assert box.locator("svg").first.is_visible()
    assert not any(each.is_visible() for each in box.locator("select, input").all())
    assert not any(each.is_visible() for each in box.locator(".ex-controls, .ex-live").all())
    blue = "(box) => getComputedStyle(box).getPropertyValue('--blue')"
    assert box.evaluate(blue) == "#1b5faa", "ink for paper, also from the dark"
    assert view.errors == []
    assert view.violations() == []
    assert view.foreign == []


def test_without_scripts_the_first_picture_stands_and_a_line_says_what_would_be(new_view, name):
    view = new_view(java_script_enabled=False)
    view.page.goto(view.roots["http"] + WHERE[name])
    box = view.page.locator(f".explorable-{name}")
    assert box.locator("svg").first.is_visible()
    assert len(box.locator(".ex-still").inner_text()) > 60
    assert box.locator("[inert]").count() == 1
    assert not any(each.is_visible() for each in box.locator(HANDS).all())


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_for_whoever_comes_to_a_place_below(new_view, name, width):
    text = (SITE / WHERE[name]).read_text("utf-8")
    below = re.findall(r'<section id="([^"]+)"', text)[-1]
    view = new_view(width)
    view.open_first(f"{WHERE[name]}#{below}")
    assert view.moved() <= 0.02, view.shifts


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_front_page_has_a_still_that_leads_to_what_it_shows_and_needs_no_script(view, colours):
    page = view.open("book/index.html")
    assert not any("/explorables/" in url and url.endswith(".js") for url in view.asked)
    for width in WIDTHS:
        show(page, colours, width)
        assert violations(page, RULES, "figure.still") == [], (colours, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    shapes = "(box) => [...box.querySelectorAll('rect')].map((rect) => rect.outerHTML)"
    drawn = page.locator("figure.still svg").evaluate(shapes)
    page.locator("figure.still a").first.click()
    page.wait_for_url("**/12-the-whole-algorithm.html#explorable-one-pass")
    touched = page.locator(".explorable-one-pass svg").first.evaluate(shapes)
    assert len(drawn) > 50
    assert drawn == touched
