"""The pages of the built site, in the order of the book's contents."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag

Contents = list[tuple[str, list[str]]]  # the caption of a part, its pages


@dataclass
class Page:
    """One page: its name in the contents, and its text."""

    name: str
    article: Tag

    @property
    def prefix(self) -> str:
        """What its ids begin with in the document of all pages."""
        return self.name.replace("/", ".")

    @property
    def title(self) -> str:
        """Its heading, with its number."""
        return " ".join(self.article.h1.get_text().split())


def read_contents(root: Path) -> Contents:
    """Return the parts of the book; the first page is a part without a caption."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    listed = toc.get("parts") or [{"caption": "", "chapters": toc.get("chapters", [])}]
    parts = [(part["caption"], [entry["file"] for entry in part["chapters"]]) for part in listed]
    return [("", [toc["root"]]), *parts]


def read_page(site: Path, name: str) -> tuple[Page, Tag]:
    """Read a built page; return it, and the head of its HTML."""
    html = (site / f"{name}.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(html, "html.parser")
    for useless in soup.select("article .headerlink, article button, article script"):
        useless.decompose()
    return Page(name, soup.select_one("article")), soup.head


def resolve(page: str, address: str) -> tuple[str, str] | None:
    """Return (file of the site, fragment) that an address on a page leads to; None if elsewhere."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    folder, path = posixpath.dirname(page), unquote(parts.path)
    target = posixpath.normpath(posixpath.join(folder, path)) if path else f"{page}.html"
    return target, unquote(parts.fragment)


def page_number(target: str) -> Tag:
    """Make the place where the number of the page with the id ``target`` will stand."""
    return Tag(name="span", attrs={"class": "page-number", "data-page-of": target})
