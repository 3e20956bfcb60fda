"""HTML of what weaving adds to a code cell: its head, and references that open in place.

A page's additions can be rendered, and compared with the last build's, without reading the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from itertools import count, groupby

from literate.chapters import Cell
from literate.fragments import Book
from literate.source import fragment_slug, references

from .folding import Fold, folds
from .names import Names

REFERENCE_LINE = re.compile(
    r"^(?P<indent>[ \t]*)"
    r'<span class="nl">&lt;&lt;(?P<name>.+?)&gt;&gt;</span>[ \t]*(?:\n|$)',
    re.MULTILINE,
)
MARK = re.compile(r"(&lt;&lt;.+?&gt;&gt;)(?=[ \t]*$)", re.MULTILINE)
DEFINITION = re.compile(r"^(?:def|class)\s+(\w+)", re.MULTILINE)


def cell_id(cell: Cell) -> str:
    """The id of a cell on its page: its fragment's, its definition's, or its number."""
    if cell.fragment:
        return fragment_slug(cell.fragment)
    if cell.tangle and (found := DEFINITION.search(cell.source)):
        return f"definition-{found[1]}"
    return f"cell-{cell.index + 1}"


def name_html(name: str) -> str:
    """A fragment's name in its brackets."""
    return f'<span class="fragment-name">⟨{escape(name)}⟩</span>'


class Renderer:
    """Renders the additions to the cells of one book.

    ``highlight`` turns code with references into lines of HTML.
    """

    def __init__(self, book: Book, names: Names, highlight: Callable[[str], str]):
        self.book, self.names, self.highlight = book, names, highlight

    def link(self, here: str, cell: Cell, inner: str, css: str = "cell-link") -> str:
        """A link from the chapter ``here`` to a cell. ``inner`` is HTML."""
        page = "" if cell.doc == here else self.names.url(here, cell.doc)
        return f'<a class="{css}" href="{page}#{cell_id(cell)}">{inner}</a>'

    def fragment_link(self, here: str, cell: Cell) -> str:
        """A link to the fragment that ``cell`` defines."""
        return self.link(here, cell, name_html(cell.fragment), "fragment-link")

    def head(self, cell: Cell) -> str:
        """The line above a named or tangled cell: its name and its uses, or its place."""
        if cell.fragment:
            name = f"{self.fragment_link(cell.doc, cell)} ≡"
            used = self.uses(cell.doc, cell) or self.runs(cell.doc, cell)
            notes = [used, self.start(cell)]
        elif cell.tangle:
            name, notes = "", [self.became(cell), self.documentation(cell)]
        else:
            return ""
        text = " · ".join(filter(None, notes))
        return f'<div class="cell-head">{name}<span class="cell-notes">{text}</span></div>\n'

    def uses(self, here: str, cell: Cell) -> str:
        """Say which functions and fragments hold a fragment."""
        users = self.book.users(cell.fragment) if cell.fragment else []
        parts = [self.user(here, user) for user in users if user.fragment or user.tangle]
        return f"used in {', '.join(parts)}" if parts else ""

    def runs(self, here: str, cell: Cell) -> str:
        """Say where else a fragment is run."""
        users = self.book.users(cell.fragment) if cell.fragment else []
        others = [user for user in users if not (user.fragment or user.tangle)]
        return f"run again in {self.places(here, others)}" if others else ""

    def user(self, here: str, cell: Cell) -> str:
        """A link to a fragment or a tangled cell, named as briefly as the page ``here`` needs."""
        if cell.fragment:
            return self.fragment_link(here, cell)
        found = DEFINITION.search(cell.source)
        name = f"<code>{_may_break(found[1] if found else cell.tangle)}</code>"
        chapter = "" if cell.doc == here else f", {escape(self.names.short_title(cell.doc))}"
        return self.link(here, cell, name + chapter)

    def places(self, here: str, cells: list[Cell]) -> str:
        """Link to cells, by chapter: its first cell by the chapter's name, more by numbers."""
        links = []
        for doc, group in groupby(cells, key=lambda cell: cell.doc):
            first, *others = group
            name = "this chapter" if doc == here else escape(self.names.short_title(doc))
            more = [self.link(here, cell, str(n)) for n, cell in enumerate(others, 2)]
            links.append(self.link(here, first, name) + (f" ({', '.join(more)})" if more else ""))
        return ", ".join(links)

    def became(self, cell: Cell) -> str:
        """Say which lines of which file under code/ the cell became."""
        places = [
            f"<code>{_may_break(f'code/{target}')}</code>, {_lines(runs)}"
            for target, runs in self.book.target_lines(cell).items()
        ]
        return " and ".join(places)

    def documentation(self, cell: Cell) -> str:
        """A link to what is said of a function for those who call it."""
        found = DEFINITION.search(cell.source) if cell.tangle else None
        url = self.names.documented(cell.doc, found[1]) if found else ""
        return f'<a class="cell-link" href="{url}">how to call it</a>' if url else ""

    def start(self, cell: Cell) -> str:
        """A link to where a reader can change a fragment."""
        url = self.names.start(cell.doc, cell.fragment) if cell.fragment else ""
        return f'<a class="cell-link" href="{url}">change it and check it</a>' if url else ""

    def origin(self, here: str, cell: Cell) -> str:
        """Say where a function is defined, and where each fragment that it holds is derived."""
        defined = self.link(here, cell, escape(self.names.short_title(cell.doc)))
        held = [self.book.fragments[name] for _, name in references(cell)]
        derived = [
            f"{self.fragment_link(here, part)}, {escape(self.names.short_title(part.doc))}"
            for part in held
        ]
        made = f"; it holds {'; '.join(derived)}" if derived else ""
        return f"Defined in {defined}{made}."

    def code(self, cell: Cell) -> str:
        """The code of a cell as written, each reference a link that opens in place.

        The folded part is a ``<details>`` between two ``<pre>``, which cannot hold it.
        """
        numbers = count(1)
        prefix = f"{cell_id(cell)}-opens"
        lines = self.highlight(cell.source).rstrip("\n").split("\n")

        def rows(first: int, last: int) -> str:
            text = "".join(f"{line}\n" for line in lines[first - 1 : last])
            return self._opened(text, cell.doc, lambda: f"{prefix}-{next(numbers)}")

        if not (folded := folds(cell)):
            return f"<pre><span></span>{rows(1, len(lines))}</pre>"
        parts, row = [], 1
        for fold in folded:
            parts += [_open(rows(row, fold.first - 1)), _fold(fold, rows)]
            row = fold.last + 1
        return f'<div class="code-parts">{"".join(parts)}{_open(rows(row, len(lines)))}</div>'

    def _opened(self, html: str, here: str, new_id: Callable[[], str]) -> str:
        def use(match: re.Match) -> str:
            fragment = self.book.fragments[unescape(match["name"])]
            use_id = new_id()
            inner = self.highlight(_indented(fragment, match["indent"]))
            body = self._opened(inner, here, new_id)
            return self._use(fragment, here, match["indent"], body, use_id)

        return REFERENCE_LINE.sub(use, html)

    def _use(self, fragment: Cell, here: str, indent: str, body: str, use_id: str) -> str:
        """A reference: a link, a button that a script shows, and the code, hidden.

        The copy button of a cell leaves ``fragment-use`` out, so it copies the expanded text.
        """
        label = escape(f"Show the code of {fragment.fragment} here", quote=True)
        return (
            f'<span class="fragment-use">{indent}{self.fragment_link(here, fragment)}'
            f'<button class="fragment-button" type="button" hidden aria-expanded="false"'
            f' aria-controls="{use_id}" aria-label="{label}"></button>\n</span>'
            f'<span class="fragment-body" id="{use_id}" hidden>{body.rstrip()}\n</span>'
        )


def mark_references(code: str) -> str:
    """Stand in for ``highlight`` where only the words count: references, but no colours."""
    return MARK.sub(r'<span class="nl">\1</span>', escape(code))


def _open(html: str) -> str:
    return f"<pre><span></span>{html}</pre>" if html else ""


def _fold(fold: Fold, rows: Callable[[int, int], str]) -> str:
    """Rows that open below their first one, or below a few words, which are not copied."""
    seen, first = f'<span class="fold-says">{fold.says}</span>', fold.first
    if not fold.says:  # the end of its line is copied, and not seen
        seen = rows(fold.first, fold.first).removesuffix("\n") + "<span hidden>\n</span>"
        first += 1
    hidden = _open(rows(first, fold.last))
    return f'<details class="code-fold"><summary>{seen}</summary>{hidden}</details>'


def _indented(fragment: Cell, indent: str) -> str:
    lines = fragment.source.strip("\n").split("\n")
    return "\n".join(indent + line if line.strip() else "" for line in lines)


def _lines(runs: list[tuple[int, int]]) -> str:
    parts = [str(first) if first == last else f"{first}–{last}" for first, last in runs]
    single = len(runs) == 1 and runs[0][0] == runs[0][1]
    return f"{'line' if single else 'lines'} {' and '.join(parts)}"


def _may_break(text: str) -> str:
    """Escape a path or a name, which may go on in the next line behind a part of it."""
    return re.sub(r"(?<=\w)[/_](?=\w)", r"\g<0><wbr>", escape(text))
