"""How a tangled file looks: a notice, a digest, and its blocks, each under its chapter's name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .chapters import Cell

NOTICE = "# Generated from the chapters in book/ by `make tangle`. Edit the chapter, not this file."
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


def lay_out(blocks: list[list[Line]]) -> list[Line]:
    """Join the expanded cells of one file, as ``ruff format`` would leave them."""
    body: list[Line] = []
    for number, block in enumerate(blocks):
        blanks = _blank_lines(number, blocks) if number else 0
        body += [Line("")] * blanks + [_comment(block), *block]
    return [Line(NOTICE), Line(DIGEST + digest(text_of(body))), *body]


def _comment(block: list[Line]) -> Line:
    top = block[0].top
    return Line(f"# {top.doc}", top.doc, block[0].line, None, top)


def _blank_lines(number: int, blocks: list[list[Line]]) -> int:
    """Two above a block; one below a docstring that stands alone, unless a definition follows."""
    above, code = blocks[0], [line.text for line in blocks[number] if line.text[:1] != "#"]
    quote = DOCSTRING.match(above[0].text)
    alone = number == 1 and quote and above[-1].text.endswith(quote[1])
    return 1 if alone and not DEFINITION.match("".join(code[:1])) else 2


def digest(text: str) -> str:
    """Return 16 hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def text_of(lines: Iterable[Line]) -> str:
    """Return a file's text, with a newline at the end of each line."""
    return "".join(f"{line.text}\n" for line in lines)


def is_untouched(text: str) -> bool:
    """Say whether a file is as it was generated, by the digest in its second line."""
    notice, _, rest = text.partition("\n")
    seal, _, body = rest.partition("\n")
    return notice.startswith("# Generated from") and seal == DIGEST + digest(body)


def origin(lines: list[Line], row: int) -> tuple[str, int]:
    """Return the chapter line that made a row (from 1), or else the next row that has one."""
    rows = lines[row - 1 :] + lines[::-1]
    return next((line.doc, line.line) for line in rows if line.doc is not None)
