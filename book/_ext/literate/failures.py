"""Tells of a cell that failed while the book was built: by chapter, line and fragment.

The kernel's traceback names cells by number and files by their place on this machine; both are
led back to the chapters.
"""

from __future__ import annotations

import re
from pathlib import Path

from nbformat import NotebookNode
from sphinx.util import logging

from .chapters import Cell
from .fragments import Line

logger = logging.getLogger(__name__)

COLOR = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(r"^\s*(?:Cell In\[(?P<count>\d+)\], line|File (?P<file>.+?):)\s?(?P<line>\d+)")


def tell(app, docname: str, notebook: NotebookNode, error: Exception) -> None:
    """Warn that a cell of a chapter stopped its execution with ``error``."""
    app.cells_failed = True
    steps = list(_steps(app, COLOR.sub("", str(error)), _cells_that_ran(app, notebook)))
    began = app.began.get(docname)  # a kernel that dies does not say where
    cell = steps[0].top if steps else _cell(app, began) if began else None
    place = _place(steps[0]) if steps else cell.place if cell else docname
    text = f"a cell fails: {_message(error)}"
    text += f"\n    in the cell at {cell.place}" if cell else ""
    text += "".join(f"\n    at {_place(line)}: {line.text.strip()}" for line in steps)
    logger.warning("%s", text, location=place, type="literate", subtype="cell")


def _cells_that_ran(app, notebook: NotebookNode) -> dict[int, Cell]:
    """Map the kernel's number of each cell that it began to run to the cell."""
    return {
        cell.execution_count: _cell(app, cell)
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.execution_count
    }


def _cell(app, cell: NotebookNode) -> Cell:
    return app.book_cells[tuple(cell.metadata["literate"])]


def _steps(app, traceback: str, ran: dict[int, Cell]):
    """Lead each frame of the traceback back to its chapter line, the failing cell's first."""
    for text in traceback.splitlines():
        frame = FRAME.match(text)
        if frame and frame["count"] and int(frame["count"]) in ran:
            yield from app.book.expand(ran[int(frame["count"])])[int(frame["line"]) - 1 :][:1]
        elif frame and frame["file"] and (target := _tangled(app, frame["file"])):
            yield from app.book.files()[target][int(frame["line"]) - 1 :][:1]


def _tangled(app, file: str) -> str | None:
    """Return the path below code/ of a file of the module, None for any other file."""
    path, code = Path(file).expanduser(), Path(app.srcdir, "code")
    target = path.relative_to(code).as_posix() if path.is_relative_to(code) else None
    return target if target in app.book.files() else None


def _place(line: Line) -> str:
    fragment = line.cell.fragment if line.cell else None
    return f"{line.doc}:{line.line}" + (f" <<{fragment}>>" if fragment else "")


def _message(error: Exception) -> str:
    """Take the exception of the cell, if it is one, out of what the notebook's client raised."""
    name, value = getattr(error, "ename", None), getattr(error, "evalue", "")
    if name:
        return f"{name}: {COLOR.sub('', value).strip()}".rstrip(": ")
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
