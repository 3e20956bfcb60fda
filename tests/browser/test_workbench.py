"""The workbench: Python in the page, a mistake, its verdict, the mended line; from a folder too."""

import re

from test_access import RULES, show, violations
from viewing import SITE, page_paths, wait_until

PAGE = "book/workbench.html"
POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')
STOP = ".explorable-workbench [data-do=stop]"
READY = f"document.querySelector('{STOP}').disabled"
PATIENCE = 120  # seconds, on a machine that is busy: Python starts, or a check is made
FOCUSED = "document.activeElement?.shadowRoot?.activeElement?.className.includes('cm-content')"
MENDED = "da_carry = Waa.T @ dz  # "  # what is left of the line becomes a comment


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
    said = run(page)
    assert "Noticed by central differences, the complex step and the module." in said
    assert "The loss falls all the same" in said
    rows = page.locator(".bench-table tbody tr")
    wrong = [row.split("\t")[0] for row in rows.all_inner_texts() if "✗" in row]
    assert wrong == ["dWax", "dWaa", "dba", "dx", "da0"]
    page.locator(".bench-fragments summary").click()
    page.locator(".bench-fragments [data-value='gradient of the state before']").click()
    assert page.evaluate(FOCUSED)
    page.keyboard.press("Home")
    page.keyboard.type(MENDED)
    assert "No check notices anything." in by_keyboard(page)
    page.keyboard.press("Home")
    page.keyboard.type("(")
    assert re.match(r"Line \d+: SyntaxError", by_keyboard(page))
    page.keyboard.press("Control+a")
    page.keyboard.type("while True: pass")
    page.keyboard.press("Control+Enter")
    wait_until(page, f"!{READY}")
    page.locator(STOP).click()
    assert "Stopped." in verdict(page)
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
