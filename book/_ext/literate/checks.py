"""The faults of the web of fragments: names, references, targets."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .chapters import Cell, read_file
from .faults import Fault, did_you_mean
from .options import is_name
from .references import fragment_slug, reference, references
from .source import rows_inside_strings
from .syntax import cell_faults, file_faults

if TYPE_CHECKING:
    from .fragments import Book


def find_faults(book: Book) -> list[Fault]:
    """Return everything that is wrong with a book whose table of contents could be read."""
    faults = [fault for chapter in book.chapters for fault in chapter.faults]
    for find in (_names, _empty, _unused, _written_references, _targets):
        faults += find(book)
    web = [*_unknown(book), *_cycles(book)]
    faults += web
    faults += cell_faults(book, expandable=not web)
    if not web:
        faults += _indented_strings(book)
        faults += file_faults(book, known=faults)
    return faults


def _names(book: Book) -> Iterator[Fault]:
    """Two fragments with one name, or with names that have one address on the pages."""
    slugs: dict[str, Cell] = {}
    for cell in book.cells:
        if cell.fragment is None:
            continue
        other = slugs.setdefault(fragment_slug(cell.fragment), cell)
        if other is not cell and other.fragment == cell.fragment:
            what = f"<<{cell.fragment}>> is already defined at {other.place}"
            yield Fault(cell.doc, cell.line, f"{what}; a name has one cell, so rename one")
        elif other is not cell:
            what = f"<<{cell.fragment}>> would have the same address as <<{other.fragment}>>"
            yield Fault(cell.doc, cell.line, f"{what} at {other.place}; rename one")


def _empty(book: Book) -> Iterator[Fault]:
    for cell in book.cells:
        if not cell.source.strip() and (cell.fragment or cell.tangle):
            what = f"<<{cell.fragment}>>" if cell.fragment else f"the cell for {cell.tangle}"
            yield Fault(cell.doc, cell.line, f"{what} has no code; write it, or take the cell out")


def _unused(book: Book) -> Iterator[Fault]:
    """Fragments that nothing refers to, unless a reference looks like a misspelling of one."""
    used = {name for cell in book.cells for _, name in references(cell)}
    meant = {near for name in used for near in difflib.get_close_matches(name, book.fragments, 1)}
    for name, cell in book.fragments.items():
        if name not in meant and cell.tangle is None and is_name(name):
            what = f"<<{name}>> is defined and never used"
            yield Fault(cell.doc, cell.line, f"{what}; refer to it, or take its name away")


def _written_references(book: Book) -> Iterator[Fault]:
    """References that cannot be replaced because of how they are written."""
    for cell in book.cells:
        inside = rows_inside_strings(cell) if "<<" in cell.source else {}
        for row, text in enumerate(cell.lines, 1):
            if problem := _problem(text, row in inside):
                yield Fault(cell.doc, cell.line + row - 1, problem)


def _problem(text: str, inside_string: bool) -> str | None:
    match = reference(text)
    if match and inside_string:
        return f"<<{match['name']}>> stands inside a string; end the string above it"
    if match and "\t" in match["indent"]:
        return f"there is a tab before <<{match['name']}>>; indent with spaces"
    if not match and not inside_string and text.lstrip().startswith("<<") and ">" in text:
        return f"{text.strip()!r} is no reference; <<NAME>> stands alone on its line"
    return None


def _unknown(book: Book) -> Iterator[Fault]:
    for cell in book.cells:
        for line, name in references(cell):
            if name not in book.fragments:
                hint = did_you_mean(name, book.fragments, "<<{}>>") or _unlisted(book, name)
                yield Fault(cell.doc, line, f"unknown fragment <<{name}>>{hint}")


def _unlisted(book: Book, name: str) -> str:
    """Look for a fragment in the pages beside the chapters that the contents do not list."""
    folders = sorted({(book.root / doc).parent for doc in book.docs})
    for path in (path for folder in folders for path in sorted(folder.glob("*.md"))):
        doc = path.relative_to(book.root).as_posix()
        if doc in book.docs:
            continue
        for cell in read_file(book.root, doc).cells:
            if cell.fragment == name:
                return f"; {cell.place} defines it: list that page in _toc.yml"
    return "; define it in a cell with :fragment:"


def _cycles(book: Book) -> Iterator[Fault]:
    """Fragments that hold themselves, directly or through others; each circle once."""
    done: set[str] = set()
    for name in book.fragments:
        yield from _circle(book, name, [], done)


def _circle(book: Book, name: str, path: list[str], done: set[str]) -> Iterator[Fault]:
    if name in done or name not in book.fragments:
        return
    cell = book.fragments[name]
    for line, inner in references(cell):
        if inner in (ring := [*path, name]):
            names = " -> ".join(f"<<{n}>>" for n in [*ring[ring.index(inner) :], inner])
            yield Fault(cell.doc, line, f"<<{inner}>> holds itself: {names}; take one out")
        else:
            yield from _circle(book, inner, ring, done)
    done.add(name)


def _targets(book: Book) -> Iterator[Fault]:
    """Files that would be written outside code/, or over one another on some systems."""
    code = (book.root / "code").resolve()
    spelt: dict[str, Cell] = {}
    for cell in book.cells:
        if cell.tangle is None:
            continue
        if not (book.root / "code" / cell.tangle).resolve().is_relative_to(code):
            what = f"code/{cell.tangle} leads out of code/ by a link"
            yield Fault(cell.doc, cell.line, f"{what}; replace the link by a folder")
        other = spelt.setdefault(cell.tangle.lower(), cell)
        if other.tangle != cell.tangle:
            what = f"{cell.tangle} and {other.tangle} ({other.place}) differ in case only"
            yield Fault(cell.doc, cell.line, f"{what}; spell them alike")


def _indented_strings(book: Book) -> Iterator[Fault]:
    """Strings over several lines in fragments that are used indented, which would change them."""
    for name, place in _indented(book).items():
        cell = book.fragments[name]
        for row in sorted(set(rows_inside_strings(cell).values())):
            what = f"a string over several lines in <<{name}>>, which {place} indents, would change"
            yield Fault(cell.doc, cell.line + row - 1, f"{what}; join short strings in brackets")


def _indented(book: Book) -> dict[str, str]:
    """Map each fragment that is used indented, itself or around it, to a place that does so."""
    found: dict[str, str] = {}
    todo = [
        (name, f"{cell.doc}:{cell.line + row}")
        for cell in book.cells
        for row, text in enumerate(cell.lines)
        if (match := reference(text)) and match["indent"]
        for name in [match["name"]]
    ]
    while todo:
        name, place = todo.pop(0)
        if name not in found:
            found[name] = place
            todo += [(inner, place) for _, inner in references(book.fragments[name])]
    return found
