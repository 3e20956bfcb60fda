"""References: lines ``<<NAME>>`` that stand for a fragment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .chapters import Cell

REFERENCE = re.compile(r"(?P<indent>[ \t]*)<<(?P<name>[^<>\n]+)>>[ \t]*")


def reference(text: str) -> re.Match | None:
    """Match a line that is a reference ``<<name>>`` and nothing else."""
    return REFERENCE.fullmatch(text)


def references(cell: Cell) -> Iterator[tuple[int, str]]:
    """Yield the chapter line and the name of each reference in a cell."""
    for number, text in enumerate(cell.lines, cell.line):
        if cell.is_python and (match := reference(text)):
            yield number, match["name"]


def fragment_slug(name: str) -> str:
    """Return the id that a fragment has on its page."""
    return "fragment-" + re.sub(r"[\W_]+", "-", name.lower()).strip("-")
