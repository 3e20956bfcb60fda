"""A site that knows its address says it; one that does not names none, and both lead back."""

from types import SimpleNamespace
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from tiny_book import STRICT, TinyBook
from web import address
from web.address import base_of, name_card, write_sitemap

BASE = "https://books.example/rnn/"
LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book that knows its address; no slash is at the end of it."""
    book = TinyBook(tmp_path_factory.mktemp("published"))
    settings = book.root / "_config.yml"
    text = settings.read_text(encoding="utf-8")
    assert text.count('baseurl: ""') == 1, "the address is empty until somebody publishes the site"
    text = text.replace('baseurl: ""', f"baseurl: {BASE[:-1]}")
    text = text.replace("moved: {}", "moved: {book/old/first: book/01-twice}")
    settings.write_text(text, encoding="utf-8")
    book.tangle()
    assert book.build(*STRICT) == 0, book.log
    return book


def read(book, name):
    text = (book.root / "_build" / "html" / name).read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def test_the_address_ends_with_a_slash_or_is_empty():
    bases = [base_of(SimpleNamespace(html_baseurl=url)) for url in ("", BASE, BASE[:-1])]
    assert bases == ["", BASE, BASE]


@pytest.mark.parametrize("name", ["book/index.html", "book/01-twice.html"])
def test_a_page_says_where_it_is_published_and_which_picture_stands_for_it(book, name):
    page = read(book, name)
    (canonical,) = page.select("link[rel=canonical]")
    assert canonical["href"] == BASE + name
    said = {meta["property"]: meta["content"] for meta in page.select("meta[property^='og:']")}
    assert said["og:url"] == BASE + name
    picture = said["og:image"].removeprefix(BASE)
    assert (book.root / "_build" / "html" / picture).read_bytes()[:4] == b"\x89PNG"


def test_the_root_page_leads_to_the_first_page_and_names_its_address(book):
    page = read(book, "index.html")
    assert page.select_one("link[rel=canonical]")["href"] == f"{BASE}book/index.html"
    assert page.select_one("a")["href"] == "book/index.html"


def test_an_old_address_leads_to_the_page_and_to_the_place_on_it_with_scripts_or_without(book):
    page = read(book, "book/old/first.html")
    assert page.select_one("link[rel=canonical]")["href"] == f"{BASE}book/01-twice.html"
    assert page.select_one("noscript meta")["content"] == "0; url=../01-twice.html"
    assert page.script.string.strip() == 'location.replace("../01-twice.html" + location.hash);'
    assert (page.a["href"], page.a.string) == ("../01-twice.html", "Twice")


@pytest.mark.parametrize(
    ("moved", "why"),
    [
        ({"book/one": "book/gone"}, ["book/one: book/gone: book/gone is not a page"]),
        ({"book/two": "book/one"}, ["book/two: book/one: book/two is still a page"]),
        ({"book/one": "book/two"}, []),
    ],
)
def test_an_address_that_is_a_page_or_leads_to_none_is_named(moved, why, monkeypatch):
    found = {"book/two"} | ({"book/one"} if why and "two is" in why[0] else set())
    app = SimpleNamespace(config=SimpleNamespace(moved=moved))
    said = []
    monkeypatch.setattr(address.logger, "warning", lambda text, *parts: said.append(text % parts))
    address.check_moved(app, SimpleNamespace(found_docs=found))
    assert said == [f"_config.yml: moved: {each}; mend it" for each in why]


def test_the_sitemap_lists_the_pages_of_the_book(book):
    root = ET.parse(book.root / "_build" / "html" / "sitemap.xml").getroot()
    listed = [node.text for node in root.iter(LOCATION)]
    pages = (book.root / "_build" / "html" / "book").glob("*.html")
    assert listed == sorted(f"{BASE}book/{page.name}" for page in pages)


def test_the_page_for_a_wrong_address_leads_back_from_any_depth(book):
    page = read(book, "404.html")
    links = [link["href"] for link in page.select("a")]
    assert [urljoin(f"{BASE}a/b/c.html", link) for link in links] == links
    assert links == [f"{BASE}book/index.html", f"{BASE}search.html"]
    assert all((book.root / "_build" / "html" / link.removeprefix(BASE)).exists() for link in links)
    files = [node.get("src") or node["href"] for node in page.select("[src], link")]
    assert files, "it has an icon"
    assert all(file.startswith("data:") for file in files), "no file of the site is found from here"
    assert page.select_one("meta[http-equiv='Content-Security-Policy']")


def test_without_an_address_there_is_no_sitemap_and_no_picture(tmp_path):
    html = SimpleNamespace(name="html", get_target_uri="{}.html".format)
    env = SimpleNamespace(found_docs={"book/index"})
    config = SimpleNamespace(html_baseurl="")
    app = SimpleNamespace(config=config, builder=html, env=env, outdir=tmp_path)
    context = {}
    for written in ([], ["sitemap.xml"]):
        write_sitemap(app, None)
        name_card(app, "book/index", "page.html", context, None)
        assert [path.name for path in tmp_path.iterdir()] == written
        assert bool(context["card"]) == bool(written)
        config.html_baseurl = BASE
