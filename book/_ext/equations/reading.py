"""The labelled blocks of mathematics in the chapters, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PREFIX = "eq-"  # of the labels of equations, by which they are known outside their blocks
BLOCK = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,}|:{3,})\{math\}[ \t]*\n(?P<options>(?:[ \t]*:[\w-]+:.*\n)*)"
    r"(?P<latex>(?:.*\n)*?)[ \t]*(?P=fence)[ \t]*$",
    re.MULTILINE,
)
LABEL = re.compile(r"^[ \t]*:label:[ \t]*(\S+)", re.MULTILINE)
UNCHECKED = re.compile(r"^[ \t]*%[ \t]*unchecked\b:?[ \t]*(.*?)[ \t]*$", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*%[ \t]*(.*?)[ \t]*$", re.MULTILINE)
STRAY = re.compile(
    rf"^[ \t]*:?label:[ \t]*({PREFIX}\S+)|\$\$[ \t]*\(([\w-]+)\)|\\label\{{([\w-]+)\}}|\\tag\b",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Equation:
    """A labelled block as it is written in its chapter; ``latex`` is None if it cannot be read."""

    label: str
    latex: str | None
    doc: str
    line: int
    column: int = 1

    @property
    def unchecked(self) -> re.Match | None:
        """The comment that exempts the block from being checked; its group is the reason."""
        return UNCHECKED.search(self.latex or "")

    @property
    def comments(self) -> set[str]:
        """The comments in it, one line each."""
        return set(COMMENT.findall(self.latex or ""))

    def place(self, pos: int = 0) -> str:
        """Return where a character of the block stands, as ``book/x.md:LINE:COLUMN``."""
        before = (self.latex or "")[:pos]
        row, start = before.count("\n"), before.rfind("\n") + 1
        column = pos - start + (1 if row else self.column)
        return f"{self.doc}:{self.line + row}:{column}"


def read_equations(root: Path, docs: Iterable[str]) -> list[Equation]:
    """Read the labelled blocks of some chapters of the book in ``root``, in this order."""
    return [
        equation
        for doc in docs
        for equation in find_equations(doc, (root / doc).read_text("utf-8-sig"))
    ]


def find_equations(doc: str, text: str) -> Iterator[Equation]:
    """Find the labelled blocks of a chapter, and each label that is written in another way."""
    read = []
    for block in BLOCK.finditer(text):
        label = LABEL.search(block["options"])
        if label:
            read.append(block.span("options"))
            line = _line(text, block.start("latex"))
            yield Equation(label[1], block["latex"], doc, line)
    for stray in STRAY.finditer(text):
        if not any(first <= stray.start() < last for first, last in read):
            label = next(filter(None, stray.groups()), stray[0])
            start = text.rfind("\n", 0, stray.start() + 1) + 1
            line = _line(text, stray.start())
            yield Equation(label, None, doc, line, stray.start() - start + 1)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
