"""The book as a web of fragments: what each reference stands for, what each file is made of.

A tangled file is a notice, a digest, and its blocks, each under its chapter's name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .chapters import Cell, Chapter
from .faults import BookFault, Fault
from .source import reference, references

NOTICE = "# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead."
DIGEST = "# sha256: "
HEAD = 2  # lines: the notice and the digest
DEFINITION = re.compile(r"@|(async )?def |class ")
DOCSTRING = re.compile(r'r?("""|\'\'\')')


@dataclass(frozen=True)
class Line:
    """A line of expanded or tangled text, and the chapter line that it comes from.

    ``cell`` holds the text and ``top`` is the cell that was expanded; ``chain`` leads from ``top``
    to ``cell``. A line that the generator adds has no ``cell``; the comment above a block still
    has the place of the block.
    """

    text: str
    doc: str | None = None
    line: int | None = None
    cell: Cell | None = None
    top: Cell | None = None
    chain: tuple[Cell, ...] = ()


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

    def users(self, name: str) -> list[Cell]:
        """Return the cells that hold the reference ``<<name>>``."""
        return self._users.get(name, [])

    @cached_property
    def _users(self) -> dict[str, list[Cell]]:
        users: dict[str, list[Cell]] = {}
        for cell in self.cells:
            for name in dict.fromkeys(name for _, name in references(cell)):
                users.setdefault(name, []).append(cell)
        return users

    def expand(self, cell: Cell) -> list[Line]:
        """Return what the kernel runs for ``cell``: each reference replaced by its fragment."""
        rows = enumerate(cell.lines, cell.line)
        return list(self._walk(rows, (cell,)))

    def files(self) -> dict[str, list[Line]]:
        """Return every file of the module, by its path below code/, as lines."""
        return dict(self._files)

    @cached_property
    def texts(self) -> dict[str, str]:
        """The text of every file of the module, by its path below code/."""
        return {target: text_of(lines) for target, lines in self._files.items()}

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
        rows = self._rows.get((cell.doc, cell.index), {})
        return {target: _runs(numbers) for target, numbers in rows.items()}

    @cached_property
    def _rows(self) -> dict[tuple[str, int], dict[str, list[int]]]:
        """By the place of a cell and by file: the lines that hold what the cell became."""
        rows: dict[tuple[str, int], dict[str, list[int]]] = {}
        for target, lines in self._files.items():
            for number, line in enumerate(lines, 1):
                for cell in line.chain:
                    became = rows.setdefault((cell.doc, cell.index), {})
                    became.setdefault(target, []).append(number)
        return rows

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


def lay_out(blocks: list[list[Line]]) -> list[Line]:
    """Join the expanded cells of one file, as ``ruff format`` would leave them."""
    body: list[Line] = []
    for number, block in enumerate(blocks):
        blanks = _blank_lines(number, blocks) if number else 0
        body += [Line("")] * blanks + [_comment(block), *block]
    return [Line(NOTICE), Line(DIGEST + digest_of(text_of(body))), *body]


def _comment(block: list[Line]) -> Line:
    top = block[0].top
    return Line(f"# {top.doc}", top.doc, block[0].line, None, top)


def _blank_lines(number: int, blocks: list[list[Line]]) -> int:
    """Two above a block; one below a docstring that stands alone, unless a definition follows."""
    above, code = blocks[0], [line.text for line in blocks[number] if line.text[:1] != "#"]
    quote = DOCSTRING.match(above[0].text)
    alone = number == 1 and quote and above[-1].text.endswith(quote[1])
    return 1 if alone and not DEFINITION.match("".join(code[:1])) else 2


def digest_of(text: str) -> str:
    """Return 16 hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def text_of(lines: Iterable[Line]) -> str:
    """Return a file's text, with a newline at the end of each line."""
    return "".join(f"{line.text}\n" for line in lines)


def is_untouched(text: str) -> bool:
    """Say whether a file is as it was generated, by the digest in its second line."""
    notice, _, rest = text.partition("\n")
    line, _, body = rest.partition("\n")
    return notice.startswith("# Generated from") and line == DIGEST + digest_of(body)


def origin(lines: list[Line], row: int) -> tuple[str, int]:
    """Return the chapter line that made a row (from 1), or else the next row that has one."""
    rows = lines[row - 1 :] + lines[::-1]
    return next((line.doc, line.line) for line in rows if line.doc is not None)
