"""Nothing comes from another host, whether the site is served or read from disk."""

import pytest

from viewing import wait_until

POLICY = 'meta[http-equiv="Content-Security-Policy"]'
HANDLERS = """[...document.querySelectorAll("*")]
    .flatMap((node) => node.getAttributeNames().filter((name) => name.startsWith("on")))"""
STRANGER = """() => {
    for (const [tag, name] of [["script", "src"], ["img", "src"], ["link", "href"]]) {
        const node = document.createElement(tag);
        node.rel = "stylesheet";
        node[name] = "https://elsewhere.example/it";
        document.body.append(node);
    }
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
}"""


def test_a_page_asks_no_other_host_and_nothing_fails(opened, new_view, path, scheme):
    view = opened
    if scheme != "http":  # so it was opened
        view = new_view()
        view.open(path, scheme)
    assert view.foreign == []
    assert view.missing == []
    assert view.errors == []
    assert view.violations() == []


def test_a_page_has_a_policy_before_all_that_it_rules(opened):
    page = opened.page
    assert page.locator(POLICY).count() == 1
    assert (
        page.locator(f"head > :is(script, link, style, noscript, base):has(~ {POLICY})").count()
        == 0
    )
    assert page.evaluate(HANDLERS) == [], "an attribute that holds script is refused"


def test_the_policy_refuses_other_hosts_and_scripts_that_nobody_named(view, scheme):
    page = view.open("book/index.html", scheme)
    page.evaluate(STRANGER)
    wait_until(page, "window.violations.length >= 4")
    assert sorted(each.partition(":")[0] for each in view.violations()) == [
        "img-src",
        "script-src-elem",
        "script-src-elem",
        "style-src-elem",
    ]
    assert page.evaluate("window.ran") is None
    assert view.foreign == []


@pytest.mark.parametrize("scripts", [True, False])
def test_the_root_leads_to_the_first_page_as_each_old_address_does(new_view, scheme, scripts):
    view = new_view(java_script_enabled=scripts)
    view.page.goto(view.roots[scheme] + "index.html#short-route")
    view.page.wait_for_url("**/book/index.html" + ("#short-route" if scripts else ""))
    assert view.errors == []
