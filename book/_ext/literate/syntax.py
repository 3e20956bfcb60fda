"""Errors in the Python code that is tangled, named by the chapter line that holds them."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from functools import partial

from pyflakes import messages
from pyflakes.checker import Checker

from .chapters import Cell
from .faults import Fault
from .fragments import Book, Line, origin, text_of
from .source import placeholders

UNDEFINED = (messages.UndefinedName, messages.UndefinedLocal, messages.UndefinedExport)
Place = tuple[str, int]


def cell_faults(book: Book, known: list[Fault], expandable: bool) -> Iterator[Fault]:
    """Find syntax errors in each named or tangled cell by itself, unless a fault in it is known.

    ``expandable`` says that the references are sound, so that the tangled line can be named too.
    """
    broken = {(fault.doc, fault.line) for fault in known}
    for cell in book.cells:
        places = {(cell.doc, cell.line + row) for row in range(len(cell.lines))}
        if (cell.fragment is None and cell.tangle is None) or places & broken:
            continue
        error = compile_error(placeholders(cell))
        if error:
            doc, line, message = _explain(error, partial(_place_in, cell))
            yield Fault(doc, line, message + (_tangled(book, doc, line) if expandable else ""))


def file_faults(book: Book, known: list[Fault]) -> Iterator[Fault]:
    """Find what is wrong with whole files only: blocks without a statement, undefined names.

    Files that hold a line of a chapter with a ``known`` fault in the same cell are left out.
    """
    broken = {(fault.doc, fault.line) for fault in known}
    for target, lines in book.files().items():
        if broken & {(line.doc, line.line) for line in lines}:
            continue
        error = compile_error(text_of(lines))
        if error:
            doc, line, message = _explain(error, partial(origin, lines))
            yield Fault(doc, line, f"{message} (code/{target}:{error.lineno})")
        else:
            yield from _undefined(target, lines)


def compile_error(text: str) -> SyntaxError | None:
    """Compile a text; return what Python says against it, warnings about its syntax included."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compile(text, "book", "exec", dont_inherit=True)
        except SyntaxError as error:
            if not error.text:  # errors found after parsing come without it
                error.text = text.split("\n")[(error.lineno or 1) - 1]
            return error
    return None


def _explain(error: SyntaxError, place: Callable[[int], Place]) -> tuple[str, int, str]:
    """Turn Python's error into a chapter line and a message that speaks of chapter lines."""
    doc, line = place(error.lineno or 1)
    text = (error.text or "").strip()
    what = _translate(error.msg, doc, place)
    return doc, line, f"{what}: {text!r}; {_advice(error, text)}"


def _translate(message: str, doc: str, place: Callable[[int], Place]) -> str:
    """Name chapter lines in a message of Python's that names lines of what it was given."""

    def there(match: re.Match) -> str:
        other, number = place(int(match[1]))
        return f"at line {number}" if other == doc else f"at {other}:{number}"

    return re.sub(r"on line (\d+)", there, message)


def _advice(error: SyntaxError, text: str) -> str:
    if text.startswith(("%", "!", "?")) or text.endswith("?"):
        return "a magic cannot be tangled: move it to a cell of its own"
    if re.search(r"<<[^<>]+>>", text):
        return "a reference <<NAME>> stands alone on its line"
    if isinstance(error, IndentationError):
        return "mend the indentation"
    return "mend it in the chapter"


def _place_in(cell: Cell, row: int) -> Place:
    return cell.doc, cell.line + row - 1


def _tangled(book: Book, doc: str, line: int) -> str:
    for target, lines in book.files().items():
        for row, made in enumerate(lines, 1):
            if (made.doc, made.line) == (doc, line) and made.cell:
                return f" (code/{target}:{row})"
    return ""


def _undefined(target: str, lines: list[Line]) -> Iterator[Fault]:
    checker = Checker(ast.parse(text_of(lines)), f"code/{target}")
    for found in checker.messages:
        if isinstance(found, UNDEFINED):
            doc, line = origin(lines, found.lineno)
            top = lines[found.lineno - 1].top
            used = f", used at {top.place}" if top and top.doc != doc else ""
            what = _translate(found.message % found.message_args, doc, partial(origin, lines))
            row = f"(code/{target}:{found.lineno}{used})"
            yield Fault(doc, line, f"{what} {row}; define it there or import it")
