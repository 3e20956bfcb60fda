"""No link of the site is broken: each leads to a file, and to a place that is there."""

from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from viewing import SITE, page_paths

ADDRESSES = ("href", "src", "poster", "data-preview")


@cache
def soup(page: Path) -> BeautifulSoup:
    """A page of the site."""
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@cache
def places(page: Path) -> frozenset[str]:
    """Return the names that can stand after the # of a link to this page."""
    return frozenset(node["id"] for node in soup(page).select("[id]"))


def broken(start: Path, address: str) -> str | None:
    """Say what is wrong with an address that stands on a page, if it leads into the site."""
    link = urlsplit(address)
    if link.scheme or link.netloc:
        return None
    target = (start.parent / unquote(link.path)).resolve() if link.path else start
    if not target.is_file():
        return f"{address}: there is no such file"
    if not target.is_relative_to(SITE):
        return f"{address}: it lies outside the site"
    place = unquote(link.fragment)
    if place and target.suffix == ".html" and place not in places(target):
        return f"{address}: there is no such place"
    return None


def faults(page: Path) -> list[str]:
    """Say what is wrong with the links of a page, each once."""
    found = {node[name] for name in ADDRESSES for node in soup(page).select(f"[{name}]")}
    return sorted(fault for address in found if (fault := broken(page, address)))


def test_each_link_of_a_page_leads_to_a_place_that_is_there(path):
    assert faults(SITE / path) == []


def test_the_root_leads_on():
    assert faults(SITE / "index.html") == []


def test_a_broken_link_would_be_seen():
    chapter = SITE / "book/09-the-carry.html"
    assert broken(chapter, "#the-carry") is None
    assert broken(chapter, "#a-place-that-is-not-there").endswith("no such place")
    assert broken(chapter, "10-through-tanh.html#nowhere").endswith("no such place")
    assert broken(chapter, "10-the-carrots.html").endswith("no such file")
    assert broken(chapter, "../../../Makefile").endswith("outside the site")


def test_an_identifier_stands_once_on_a_page(path):
    every = [node["id"] for node in soup(SITE / path).select("[id]")]
    assert {name for name in every if every.count(name) > 1} == set()


def test_every_page_can_be_reached_by_links_from_the_first():
    """By links and the search; not the page that a host shows where it has none."""
    seen, ahead = set(), [SITE / "book/index.html"]
    while ahead:
        page = ahead.pop()
        seen.add(page.relative_to(SITE).as_posix())
        for link in soup(page).select("a[href], form[action]"):
            address = urlsplit(link.get("href") or link["action"])
            target = (page.parent / address.path).resolve()
            inside = not (address.scheme or address.netloc) and target.suffix == ".html"
            if inside and target.relative_to(SITE).as_posix() not in seen and target not in ahead:
                ahead.append(target)
    assert set(page_paths()) - seen == {"404.html"}
