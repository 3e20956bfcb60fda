"""The book as a web of fragments: what each reference stands for, what each file is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from .chapters import Cell, Chapter, read_file
from .checks import find_faults
from .contents import read_contents
from .faults import BookFault, Fault
from .identifiers import Identifier, find_identifiers
from .imports import conditions, dependencies, digest
from .layout import Line, lay_out
from .references import fragment_slug, reference, references

__all__ = ["Book", "Line", "fragment_slug", "reference", "references"]


class Book:
    """All chapters of a book, read; its fragments; and what they expand to."""

    def __init__(self, root: Path, chapters: list[Chapter]):
        self.root = root
        self.chapters = chapters
        self.docs = [chapter.doc for chapter in chapters]
        self.cells = [cell for chapter in chapters for cell in chapter.cells]
        self.fragments: dict[str, Cell] = {}
        for cell in self.cells:
            if cell.fragment is not None:
                self.fragments.setdefault(cell.fragment, cell)

    @classmethod
    def load(cls, root: str | Path) -> Book:
        """Read the book whose ``_toc.yml`` is in ``root``.

        Raises
        ------
        BookFault
            With every fault that can be found at once, in reading order.
        """
        root = Path(root).resolve()
        docs, faults = read_contents(root)
        chapters = [read_file(root, doc) for doc in docs]
        book = cls(root, chapters)
        faults += find_faults(book)
        if faults:
            order = {doc: number for number, doc in enumerate(docs)}
            raise BookFault(sorted(faults, key=lambda f: (order.get(f.doc, -1), f.line)))
        return book

    def users(self, name: str) -> list[Cell]:
        """Return the cells that hold the reference ``<<name>>``."""
        return [cell for cell in self.cells if name in (n for _, n in references(cell))]

    def expand(self, cell: Cell) -> list[Line]:
        """Return what the kernel runs for ``cell``: each reference replaced by its fragment."""
        rows = enumerate(cell.lines, cell.line)
        return list(self._walk(rows, (cell,)))

    def files(self) -> dict[str, list[Line]]:
        """Return every file of the module, by its path below code/, as lines."""
        return dict(self._files)

    @cached_property
    def _files(self) -> dict[str, list[Line]]:
        targets: dict[str, list[Cell]] = {}
        for cell in self.cells:
            if cell.tangle is not None and cell.source.strip():
                targets.setdefault(cell.tangle, []).append(cell)
        return {
            target: lay_out(
                [list(self._walk(_stripped(cell), (cell,), marked=True)) for cell in cells]
            )
            for target, cells in targets.items()
        }

    def target_lines(self, cell: Cell) -> dict[str, list[tuple[int, int]]]:
        """Return the lines, first and last counted from 1, that ``cell`` became in each file."""
        spans: dict[str, list[tuple[int, int]]] = {}
        for target, lines in self._files.items():
            rows = [i for i, line in enumerate(lines, 1) if cell in line.chain]
            if rows:
                spans[target] = _runs(rows)
        return spans

    def dependencies(self, doc: str) -> set[str]:
        """Return the tangled files that the chapter ``doc`` imports, through their imports too."""
        return dependencies(self, doc)

    def digest(self, doc: str) -> str:
        """Return a text that changes when anything changes that ``doc`` runs but does not hold."""
        return digest(self, doc)

    def conditions(self, doc: str) -> str:
        """Return a text that changes when anything changes on which the outputs of ``doc`` rest."""
        return conditions(self, doc)

    def identifiers(self) -> list[Identifier]:
        """Return the book's identifiers, sorted: where each is defined and where it is used."""
        return find_identifiers(self)

    def _walk(
        self,
        rows: Iterable[tuple[int, str]],
        chain: tuple[Cell, ...],
        indent: str = "",
        marked: bool = False,
    ) -> Iterator[Line]:
        """Yield the lines of the last cell of ``chain``, its references replaced.

        If ``marked``, the name of each fragment stands as a comment above its lines.
        """
        top, cell = chain[0], chain[-1]
        for number, text in rows:
            match = reference(text) if cell.is_python else None
            if match is None:
                code = indent + text if text.strip() else ""
                yield Line(code, cell.doc, number, cell, top, chain)
                continue
            fragment = self._resolve(match["name"], chain, number)
            inner = indent + match["indent"]
            if marked:
                mark = f"{inner}# <<{match['name']}>> ({fragment.doc})"
                yield Line(mark, cell.doc, number, cell, top, chain)
            yield from self._walk(_stripped(fragment), (*chain, fragment), inner, marked)

    def _resolve(self, name: str, chain: tuple[Cell, ...], number: int) -> Cell:
        """Return the fragment called ``name``; callers may expand cells that were not checked."""
        fragment = self.fragments.get(name)
        if fragment is None or fragment in chain:
            what = "unknown fragment" if fragment is None else "a fragment cannot hold itself:"
            raise BookFault([Fault(chain[-1].doc, number, f"{what} <<{name}>>")])
        return fragment


def _stripped(cell: Cell) -> list[tuple[int, str]]:
    """Number the lines of a cell, without the blank ones at its beginning and end."""
    rows = list(enumerate(cell.lines, cell.line))
    while rows and not rows[0][1].strip():
        rows.pop(0)
    while rows and not rows[-1][1].strip():
        rows.pop()
    return rows


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Join neighbouring numbers: [3, 4, 5, 9] -> [(3, 5), (9, 9)]."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
