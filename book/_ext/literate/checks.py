"""The faults of the web of fragments: names, references, targets."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from .chapters import Cell, read_file
from .faults import Fault, did_you_mean, odd_letters
from .fragments import Book
from .options import is_name, same_name
from .source import (
    fragment_slug,
    reference,
    references,
    rows_inside_statements,
    rows_inside_strings,
)
from .syntax import cell_faults, file_faults


def find_faults(book: Book) -> list[Fault]:
    """Return everything that is wrong with a book whose table of contents could be read."""
    faults = [fault for chapter in book.chapters for fault in chapter.faults]
    for find in (_names, _empty, _unused, _targets):
        faults += find(book)
    misplaced = list(_written_references(book))
    web = [*_unknown(book), *_cycles(book)]
    faults += misplaced + web
    faults += cell_faults(book, known=misplaced, expandable=not web)
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
        if "<<" not in cell.source or not cell.is_python:
            continue
        strings, statements = rows_inside_strings(cell), rows_inside_statements(cell)
        for row, text in enumerate(cell.lines, 1):
            if problem := _problem(text, row in strings, statements.get(row)):
                yield Fault(cell.doc, cell.line + row - 1, problem)


def _problem(text: str, inside_string: bool, inside_statement: str | None) -> str | None:
    match = reference(text)
    if match and inside_string:
        return f"<<{match['name']}>> stands inside a string; end the string above it"
    if match and "\t" in match["indent"]:
        return f"there is a tab before <<{match['name']}>>; indent with spaces"
    if match and inside_statement:
        what = f"<<{match['name']}>> stands {inside_statement}"
        return f"{what}; a fragment is whole statements: name the whole statement"
    starts = text.lstrip().startswith("<<") and ">" in text
    if not match and not inside_string and not inside_statement and starts:
        return f"{text.strip()!r} is not a reference; <<NAME>> stands alone on its line"
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
    first = {cell.tangle: cell for cell in reversed(book.cells) if cell.tangle}
    seen: dict[str, tuple[str, Cell]] = {}  # as a system may spell it: what was meant, and where
    for doc in book.docs:
        if (book.root / doc).resolve().is_relative_to(code):
            yield Fault(doc, 1, "this page is in code/, which tangling clears; move the page out")
    for target, cell in sorted(first.items(), key=lambda item: book.cells.index(item[1])):
        if leads := _link(code, target):
            what = f"code/{target} leads {leads} by a link"
            yield Fault(cell.doc, cell.line, f"{what}; take the link away")
        for part in _parts(target):
            meant, other = seen.setdefault(same_name(part.removesuffix(".py")), (part, cell))
            if meant != part:
                what = f"{target} and {other.tangle} ({other.place}) {_clash(part, meant)}"
                yield Fault(cell.doc, cell.line, what)
                break
        else:
            if letters := odd_letters(target, normalize("NFKC", target)):
                what = f"{target} cannot be imported: Python reads {letters} in another way"
                yield Fault(cell.doc, cell.line, f"{what}; write the letter in its usual form")


def _link(code: Path, target: str) -> str:
    """Say where a link on the way to a target leads, through which two targets may be one."""
    try:
        place = (code / target).resolve()
    except (OSError, RuntimeError):
        return "to itself"
    if not place.is_relative_to(code):
        return "out of code/"
    there = place.relative_to(code).as_posix()
    return "" if same_name(there) == same_name(target) else f"to code/{there}"


def _parts(target: str) -> list[str]:
    """Return the folders of a target, the outermost first, and the target itself."""
    return [*reversed([str(path) for path in PurePosixPath(target).parents][:-1]), target]


def _clash(one: str, other: str) -> str:
    """Say what is wrong with two names of which one would hide, or overwrite, the other."""
    if one.endswith(".py") != other.endswith(".py"):
        name = PurePosixPath(one).stem
        return f"are a module and a package {name}, of which one hides the other; rename one"
    how = "case" if one.lower() == other.lower() else "how a letter is written"
    return f"differ in {how} only; spell them alike"


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
        if cell.is_python and (match := reference(text)) and match["indent"]
        for name in [match["name"]]
    ]
    while todo:
        name, place = todo.pop(0)
        if name not in found:
            found[name] = place
            todo += [(inner, place) for _, inner in references(book.fragments[name])]
    return found
