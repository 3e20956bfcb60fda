"""A chapter as the notebook that the kernel runs: every reference expanded."""

from __future__ import annotations

from myst_nb.core.read import read_myst_markdown_notebook
from nbformat import NotebookNode
from sphinx.errors import SphinxError

from .fragments import Book
from .source import has_references


class ChangedMeanwhile(SphinxError):
    """A chapter on disk is no longer the one that the book was loaded from."""


def read_notebook(text: str, config) -> NotebookNode:
    """Read a page as a notebook; ``config`` is MyST's. A page without cells is one Markdown cell.

    The source map is mended, so that warnings name the right line: the reader counts the blank
    lines that it strips at the beginning of a cell, and two tools add one to make lines begin at 1.
    """
    notebook = read_myst_markdown_notebook(text, config=config, add_source_map=True)
    lines = text.splitlines()
    for number, start in enumerate(notebook.metadata["source_map"]):
        while start < len(lines) and not lines[start].strip():
            start += 1
        notebook.metadata["source_map"][number] = start - 1
    return notebook


def expand_notebook(notebook: NotebookNode, book: Book, doc: str) -> None:
    """Expand the references in a chapter's cells, and note in each cell its place in the book.

    Raises ``ChangedMeanwhile``.
    """
    cells = [cell for cell in book.cells if cell.doc == doc]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.source.strip() for cell in cells] != [cell.source.strip() for cell in code]:
        raise ChangedMeanwhile(f"{doc}: changed while the book was being built; build it again")
    for target, cell in zip(code, cells, strict=True):
        target.metadata["literate"] = [cell.doc, cell.index]
        if has_references(cell):
            target.source = "\n".join(line.text for line in book.expand(cell))
