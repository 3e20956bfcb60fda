"""The front page: the map of the book, and the figures of the checks.

``{book-map}`` lists the parts of the book and their pages, as ``_toc.yml`` has them, each page with
its additions: the lines that it derives and another chapter puts to use, else the functions that it
makes. Its content gives words to pages that do neither, a line each, ``PAGE: words``; the
pages that ``:route:`` names are numbered, as the stops of a short way through the book.

``{book-figures}`` sets in large figures what ``{equation-totals}`` says in a sentence.
"""

from __future__ import annotations

import re
from html import escape
from types import MappingProxyType

from docutils.parsers.rst import directives

from equations.checking import one_digit
from literate.fragments import Book
from literate.loading import read_parts
from literate.source import assigned_names, parse

from .cell_html import DEFINITION, cell_id
from .equations import powers
from .indexes import IndexDirective, add

COMMENT = re.compile(r"(^|\s+)#\s.*$")
CODE, AS_CODE = re.compile(r"`([^`]+)`"), r"<code>\1</code>"
NEWLINE = "\n"


class MapDirective(IndexDirective):
    """Puts the map in its place."""

    has_content = True
    option_spec = {"route": directives.unchanged_required}

    def said(self) -> dict:
        """Return the words for pages, and the route; both name pages as ``{doc}`` does."""
        lines = (line.partition(":") for line in self.content if line.strip())
        words = {self._page(name.strip()): said.strip() for name, _, said in lines}
        return {
            "words": words,
            "route": [self._page(n) for n in self.options.get("route", "").split()],
        }

    def _page(self, name: str) -> str:
        """Return the path of a page, which has to be in the book."""
        folder = self.env.docname.rpartition("/")[0]
        doc = f"{folder}/{name}.md" if folder else f"{name}.md"
        if doc not in self.env.app.web.book.docs:
            raise self.error(f"the map names {name}, and _toc.yml has no such page")
        return doc


def book_map(state, here: str, **said) -> str:
    """Render the map for the page ``here``."""
    return Map(state, here, **said).render()


class Map:
    """The parts of a book and its pages, as seen from the page ``here``."""

    def __init__(self, state, here: str, words: dict[str, str] = MappingProxyType({}), route=()):
        self.book, self.names, self.here = state.book, state.names, here
        self.words, self.route = words, sorted(route, key=self.book.docs.index)

    def render(self) -> str:
        """Render the map; the first page, which has no part, is not on it."""
        parts = [part for part in read_parts(self.book.root) if part[0]]
        body = "\n".join(self._part(caption, pages) for caption, pages in parts)
        return f'<div class="book-map">\n{body}\n</div>\n'

    def _part(self, caption: str, pages: list[str]) -> str:
        docs = [f"{page}.md" for page in pages]
        rows = [(doc, self._adds(doc)) for doc in docs]
        plain = sum(bool(adds) for _, adds in rows) < len(rows) / 2  # a list of titles will do
        items = "\n".join(
            f"<li>{self._title(doc)}{'' if plain else adds}</li>" for doc, adds in rows
        )
        css = ' class="map-plain"' if plain else ""
        return f'<p class="map-part">{escape(caption)}</p>\n<ul{css}>\n{items}\n</ul>'

    def _title(self, doc: str) -> str:
        number, title = self.names.number(doc), self.names.title(doc)
        stop = ""
        if doc in self.route:
            at = self.route.index(doc) + 1
            text = f"stop {at} of {len(self.route)} on the short route"
            stop = f' <span class="map-stop" role="img" aria-label="{text}">{at}</span>'
        link = f'<a href="{self.names.url(self.here, doc)}">{escape(title)}</a>'
        return f'<span class="map-page{"" if number else " map-aside"}">{link}{stop}</span>'

    def _adds(self, doc: str) -> str:
        words = escape(self.words.get(doc, ""))
        said = [f"<p>{CODE.sub(AS_CODE, words)}</p>"] if words else []
        if lines := derived_lines(doc, self.book):
            said.append(f"<pre>{escape(NEWLINE.join(lines))}</pre>")
        elif links := self._functions(doc):
            said.append(f"<p>{links}</p>")
        return f'<div class="map-adds">{"".join(said)}</div>' if said else ""

    def _functions(self, doc: str) -> str:
        """Link to the functions that a chapter makes, and that the book says how to call."""
        url = self.names.url(self.here, doc)
        links = (
            f'<a href="{url}#{cell_id(cell)}"><code>{name}</code></a>'
            for cell in self.book.cells
            if cell.doc == doc and cell.tangle
            for name in DEFINITION.findall(cell.source)
            if self.names.documented(doc, name)
        )
        return " ".join(links)


def derived_lines(doc: str, book: Book) -> list[str]:
    """Return the lines of code that a chapter derives and a function made elsewhere holds."""
    cells = [cell for cell in book.fragments.values() if cell.doc == doc]
    used = [
        cell
        for cell in cells
        if any(
            (user.tangle or user.fragment) and user.doc != doc for user in book.users(cell.fragment)
        )
    ]
    lines, given = [], set()
    for cell in used:
        names = assigned_names(parse(cell))
        if not names or names - given:  # a second way to the same result is left out
            lines += cell.source.strip().split("\n")
        given |= names
    return [code for line in lines if (code := COMMENT.sub("", line))]


def figures(state, here: str) -> str:
    """Render how much was run, compared and asserted when the book was built."""
    held = [result for result in state.equations if not result.fault and result.unchecked is None]
    errors = [result.error for result in held if result.kind != "approximation"]
    shown = [
        (f"{len(held):,}", "printed equations executed, both sides, from their own source"),
        (f"{sum(result.cases for result in held):,}", "pairs of values compared"),
        (powers(one_digit(max(errors, default=0))), "largest relative error of an equality"),
        (f"{len(state.book.cells):,}", "code cells, run whenever they or what they use changes"),
        (f"{len(state.claims):,}", "claims asserted in them: if one fails, there is no book"),
    ]
    rows = (f"<div><dt>{escape(said)}</dt><dd>{number}</dd></div>" for number, said in shown)
    return f'<dl class="book-figures">\n{"".join(rows)}\n</dl>\n'


def setup(app) -> None:
    """Add the two directives."""
    add(app, "book-map", book_map, MapDirective)
    add(app, "book-figures", figures)
