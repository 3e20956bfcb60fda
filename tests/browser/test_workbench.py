"""The workbench: Python in the page, a mistake, its verdict, the mended line; from a folder too."""

import json
import re

from bs4 import BeautifulSoup

from test_access import RULES, show, violations
from viewing import SITE, page_paths, wait_until

PAGE = "book/workbench.html"
POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')
STOP = ".explorable-workbench [data-do=stop]"
READY = f"(document.querySelector('{STOP}').ariaDisabled === 'true')"
PATIENCE = 120  # seconds, on a machine that is busy: Python starts, or a check is made
FOCUSED = "document.activeElement?.shadowRoot?.activeElement?.className.includes('cm-content')"
MENDED = "da_carry = Waa.T @ dz  # "  # what is left of the line becomes a comment
EDITOR_IN_VIEW = """() => {
    const { top, bottom } = document.querySelector(".bench-editor").getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
}"""
LINK = re.compile(r'href="[^"]*\bworkbench\.html#([^"]+)"')
SHOWN = """() => {
    const mark = document.querySelector(".bench-text mark"), box = mark.getBoundingClientRect();
    const around = mark.closest(".bench-text").getBoundingClientRect();
    return {
        line: mark.textContent, begin: document.querySelector("[data-set=begin]").value,
        seen: box.top >= Math.max(0, around.top)
            && box.bottom <= Math.min(innerHeight, around.bottom),
        run: document.querySelector("[data-do=run]").getBoundingClientRect().top > 0,
    };
}"""


def given():
    """The data that the page gives to the workbench."""
    page = BeautifulSoup((SITE / PAGE).read_text("utf-8"), "html.parser")
    return json.loads(page.select_one("[data-explorable=workbench]")["data-given"])


def links():
    """The places of the workbench to which pages lead, with the pages."""
    found = {}
    for path in page_paths():
        for place in LINK.findall((SITE / path).read_text("utf-8")):
            found.setdefault(place, set()).add(path)
    return found


def run(page):
    """Ask for a run, wait for its answer, and return the verdict."""
    page.locator(".explorable-workbench [data-do=run]").click()
    page.wait_for_timeout(50)
    wait_until(page, READY, PATIENCE)
    return verdict(page)


def by_keyboard(page):
    """Run from within the editor."""
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(50)
    wait_until(page, READY, PATIENCE)
    return verdict(page)


def verdict(page):
    return page.locator(".explorable-workbench .ex-verdict").inner_text()


def test_this_page_alone_may_run_webassembly():
    wider = set()
    for path in page_paths():
        policy = POLICY.search((SITE / path).read_text("utf-8"))[1]
        assert "'unsafe-eval'" not in policy
        if "blob:" in policy or "wasm" in policy:
            wider.add(path)
    assert wider == {PAGE}


def test_nothing_is_fetched_before_it_is_asked_for_and_the_weight_is_said(view, scheme):
    page = view.open(PAGE, scheme)
    parts = sorted((SITE / "_static" / "explorables").glob("workbench-*.js"))
    assert len(parts) == 6
    assert not any(path.name in url for path in parts for url in view.asked)
    weight = sum(len(path.read_text("utf-8")) for path in parts)
    assert f"{weight / 1e6:.1f} MB" in verdict(page)
    assert f"{weight / 1e6:.1f} MB" in page.locator("[data-do=run]").inner_text()


def test_a_mistake_is_noticed_and_its_mended_line_passes(view):
    """From a folder: there all is stricter."""
    page = view.open(PAGE, "file")
    page.select_option(".explorable-workbench select", "carry: not transposed")
    page.locator(".explorable-workbench [data-do=run]").click()
    wait_until(page, f"!{READY}")
    page.locator(STOP).click()  # while it still fetches
    assert "Stopped." in verdict(page)
    said = run(page)
    assert "Noticed by central differences, the complex step and the module." in said
    assert "The loss falls all the same" in said
    rows = page.locator(".bench-table tbody tr")
    wrong = [row.split("\t")[0] for row in rows.all_inner_texts() if "✗" in row]
    assert wrong == ["dWax", "dWaa", "dba", "dx", "da0"]
    page.locator(".bench-fragments summary").click()
    page.locator(".bench-fragments [data-value='gradient of the state before']").click()
    assert page.evaluate(FOCUSED)
    assert page.evaluate(EDITOR_IN_VIEW)
    assert page.locator(".bench-fragments").get_attribute("open") is not None
    page.keyboard.press("Home")
    page.keyboard.type(MENDED)
    assert "No check notices a mistake." in by_keyboard(page)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("for i in range(300_000):\n    print(i)\nimport torch")
    assert "Line 3: ModuleNotFoundError" in by_keyboard(page)
    assert page.locator(".bench-printed").inner_text().startswith("0\n1\n2\n")
    page.keyboard.press("Control+z")
    assert "No check notices a mistake." in by_keyboard(page)
    assert page.locator(".bench-printed").is_hidden()
    page.keyboard.press("Home")
    page.keyboard.type("(")
    assert re.match(r"Line \d+: SyntaxError", by_keyboard(page))
    page.keyboard.type(" ")
    assert verdict(page).startswith("Of the text before your last change: Line ")
    page.keyboard.press("Control+a")
    page.keyboard.type("while True: pass")
    page.keyboard.press("Control+Enter")
    wait_until(page, f"!{READY}")
    page.locator(STOP).click()
    assert verdict(page).startswith("Stopped."), "the text is the one that was stopped"
    page.locator(".explorable-workbench [data-do=again]").click()
    assert verdict(page).startswith("Stopped."), "which is said of no text"
    page.locator(".explorable-workbench [data-do=run]").click()
    wait_until(page, f"!{READY}")
    page.select_option(".explorable-workbench select", "carry: overwrites")
    wait_until(page, READY, PATIENCE)
    said = verdict(page)
    assert said.startswith("Of the text before your last change: No check notices a mistake.")
    assert "this problem does not show" not in said
    page.locator(".explorable-workbench [data-do=again]").click()
    assert verdict(page).startswith("No check notices"), "the text is again the one that was sent"
    assert "No check notices a mistake." in run(page), "after Stop it runs again"
    page.locator(".cm-content").focus()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED), "Tab indents"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not page.evaluate(FOCUSED), "Escape, then Tab, leaves"
    assert view.errors == []
    assert view.violations() == []
    assert view.foreign == []
    for colours in ("light", "dark"):
        for width in (1280, 320):
            show(page, colours, width)
            assert violations(page, RULES, ".explorable-workbench") == [], (colours, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_editor_alone_comes_before_python_and_the_list_tells_whose_text_it_is(view):
    page = view.open(PAGE)
    begin, lines = page.locator("[data-set=begin]"), page.locator(".bench-text")
    lines.focus()
    page.keyboard.press("Enter")
    wait_until(page, FOCUSED, PATIENCE)
    assert [url.split("workbench-")[1] for url in view.asked if "workbench-" in url] == [
        "editor.js"
    ]
    page.keyboard.type("x")
    assert begin.input_value() == "your own text"
    page.keyboard.press("Control+z")
    assert begin.input_value() == ""
    page.select_option("[data-set=begin]", "carry: overwrites")
    assert begin.input_value() == "carry: overwrites"
    page.locator(".cm-line", has_text="da_carry = ").first.click()
    page.keyboard.press("End")
    page.keyboard.type(" + 0")
    assert begin.input_value() == "your own text"
    assert view.errors == []


def test_each_link_to_the_workbench_is_understood_and_each_mistake_and_fragment_has_one(view):
    page, starts = view.open(PAGE), given()["starts"]
    asked = """([given, hash]) => explorables.workbench.asked(given, hash)"""
    for place in links():
        said = page.evaluate(asked, [given(), f"#{place}"])
        assert said["line"] > 0, place
        assert said["begin"] in {"", *given()["mistakes"]}
    chapters = {name: page for name, page, _ in given()["fragments"]}
    assert set(links()) == set(starts.values()), "nothing of the workbench is out of reach"
    for name, place in starts.items():
        home = chapters.get(name, "would-you-notice")
        assert f"book/{home}.html" in links()[place], name


def test_a_link_opens_the_workbench_with_its_mistake_or_at_its_line(new_view, scheme):
    for width, place in ((1280, "carry-not-transposed"), (390, "tanh-slope-forgotten")):
        page = new_view(width).open(f"{PAGE}#mistake-{place}", scheme)
        wait_until(page, f"({SHOWN})().seen")
        shown = page.evaluate(SHOWN)
        right, wrong = given()["mistakes"][shown["begin"]][0]
        assert shown["begin"].replace(": ", " ").replace(" ", "-") == place
        assert wrong in shown["line"]
        assert right not in shown["line"] or wrong == right
        assert shown["run"], "its buttons stand above"
    page = new_view().open("book/10-through-tanh.html", scheme)
    page.locator("a[href$='workbench.html#fragment-gradient-through-tanh']").click()
    page.wait_for_url("**/workbench.html#fragment-gradient-through-tanh")
    wait_until(page, f"({SHOWN})().seen")
    shown = page.evaluate(SHOWN)
    assert shown["begin"] == ""
    assert "dz = da_t * (1 - a_t**2)" in shown["line"]


def test_without_scripts_a_link_leads_to_the_line(new_view):
    view = new_view(java_script_enabled=False)
    view.page.goto(f"{view.roots['http']}{PAGE}#fragment-add-the-carry")
    line = view.page.locator("#fragment-add-the-carry")
    assert line.inner_text().strip().startswith("da_t = ")
    box = line.bounding_box()
    assert 0 < box["y"] < 900 - box["height"]
    assert not view.page.locator(".bench-progress").is_visible()
    assert not view.page.locator(".explorable-workbench .ex-verdict").is_visible()
