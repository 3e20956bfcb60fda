"""The names that a page's own cells bind, for notes and explorables that show its numbers."""

from __future__ import annotations

from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

from literate import Book, load_book

ROOT = Path(__file__).resolve().parents[3]


@cache
def run_cells(doc: str, until: str = "") -> dict:
    """Run the cells of a page one after another; return the names that they leave behind.

    ``until`` is a name: the cell that binds it is the last one to be run.
    """
    book, names = _book(), {}
    with redirect_stdout(StringIO()):
        for cell in (cell for cell in book.cells if cell.doc == doc):
            source = "\n".join(line.text for line in book.expand(cell))
            exec(compile(source, cell.place, "exec", dont_inherit=True), names)
            if until in names:
                break
    return names


@cache
def _book() -> Book:
    return load_book(ROOT)
