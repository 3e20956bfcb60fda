"""The page for a wrong address leads back into the book, wherever it is shown."""

import pytest

from viewing import SITE

LINKS = "[...document.links].map((link) => link.href)"


@pytest.mark.parametrize(
    ("address", "top"),
    [
        ("none.html", ""),
        ("book/none.html", ""),
        ("book/none/deep/", ""),
        ("rnn/none.html", "rnn/"),
        ("rnn/book/none/deep.html", "rnn/"),
        ("404.html", ""),
    ],
)
def test_a_wrong_address_leads_back(view, address, top):
    missing = (SITE / "404.html").read_text(encoding="utf-8")
    view.page.route(
        f"**/{address}",
        lambda route: route.fulfill(status=404, body=missing, content_type="text/html"),
    )
    page = view.open(address)
    root = view.roots["http"] + top
    assert page.evaluate(LINKS) == [f"{root}book/index.html", f"{root}search.html"]
    assert view.violations() == []


def test_it_brings_its_icon_along(view):
    """Another would be asked for at the top of the host, where the site need not be."""
    page = view.open("404.html")
    icons = page.evaluate("[...document.querySelectorAll('link[rel~=icon]')].map((l) => l.href)")
    assert len(icons) == 1
    assert icons[0].startswith("data:image/svg+xml,")


def test_its_links_are_right_on_disk(view):
    page = view.open("404.html", "file")
    root = view.roots["file"]
    assert page.evaluate(LINKS) == [f"{root}book/index.html", f"{root}search.html"]
