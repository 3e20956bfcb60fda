"""The claims of the chapters' cells: each ``assert``, and each call of NumPy's ``assert_…``.

A claim is known by its chapter and its text, so it may move, and a claim that was changed is
another one.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from .asserts import asserts
from .fragments import Book, Cell


@dataclass(frozen=True)
class Claim:
    """An assert of a chapter."""

    doc: str
    line: int
    text: str
    training: bool = False  # whether it says something about training: the seed must not matter

    @property
    def digest(self) -> str:
        """Return a name of the claim that holds as long as nobody changes it."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


def claims_of(book: Book) -> list[Claim]:
    """Return all claims of a book, in the order of reading; only Python claims anything."""
    found: list[Claim] = []
    for cell in book.cells:
        if all("assert" not in line.text for line in book.expand(cell)):
            continue  # without being parsed
        with contextlib.suppress(SyntaxError):  # of a magic, or of a mistake that the kernel tells
            found += [claim for claim, _ in claims_in(book, cell)[1]]
    return found


def claims_in(book: Book, cell: Cell) -> tuple[ast.Module, list[tuple[Claim, ast.stmt]]]:
    """Parse what the kernel runs for a cell; return the tree, and its claims with their nodes."""
    lines = book.expand(cell)
    tree = ast.parse("\n".join(line.text for line in lines))
    training = "training" in cell.options
    return tree, [
        (
            Claim(
                lines[node.lineno - 1].doc, lines[node.lineno - 1].line, ast.unparse(node), training
            ),
            node,
        )
        for node in asserts(tree)
    ]


@dataclass(frozen=True)
class Tried:
    """In how many environments the claims of a book were tried, and held: what a run wrote down."""

    date: str = ""
    machine: dict = field(default_factory=dict)
    environments: list[dict] = field(default_factory=list)
    claims: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Tried:
        """Read the file of a run; if there is none, nothing was tried."""
        return cls(**json.loads(path.read_text("utf-8"))) if path.exists() else cls()

    def times(self, claim: Claim) -> int:
        """Return in how many environments a claim was tried as it stands; 0 if it was changed."""
        return self.claims.get(claim.doc, {}).get(claim.digest, 0)
