"""The lines of a cell that stand folded on its page, so that what was derived is in sight.

A check is folded as a whole. Elsewhere, of a docstring the first line is seen; imports, and asserts
among other lines, give way to a few words. All else stays open: fragments, the bodies of functions,
what a cell runs and prints.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from literate.asserts import is_assert
from literate.chapters import Cell
from literate.source import parse

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}


@dataclass(frozen=True)
class Fold:
    """Rows of a cell, counted from 1, that are folded; ``says`` stands for them.

    Without ``says`` their first row is seen.
    """

    first: int
    last: int
    says: str = ""


def is_check(cell: Cell) -> bool:
    """Say whether a cell proves what the page says, and shows nothing that was derived.

    It has the tag ``check``, or holds nothing but asserts and replays, and what they import.
    """
    if cell.fragment or cell.tangle or "remove-input" in cell.options.get("tags", []):
        return False
    kinds = {_kind(node) for node in parse(cell).body}
    return "check" in cell.options.get("tags", []) or kinds in ({"claims"}, {"claims", "imports"})


def folds(cell: Cell) -> list[Fold]:
    """Return what is folded of a cell that is not folded as a whole, in its order."""
    if not cell.is_python or is_check(cell) or HIDDEN & set(cell.options.get("tags", [])):
        return []
    return sorted([*_docstrings(cell), *_runs(cell)], key=lambda fold: fold.first)


def _docstrings(cell: Cell) -> Iterator[Fold]:
    """Yield the docstrings that have more than one row."""
    for node in ast.walk(parse(cell)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            if text.end_lineno > text.lineno:
                yield Fold(text.lineno, text.end_lineno)


def _runs(cell: Cell) -> Iterator[Fold]:
    """Yield the statements of a cell that follow one another and are imports, or claims."""
    for kind, run in groupby(parse(cell).body, key=_kind):
        nodes = list(run)
        first, last = nodes[0].lineno, nodes[-1].end_lineno
        if kind == "imports" and last > first:
            yield Fold(first, last, "imports")
        elif kind == "claims" and not (cell.fragment or cell.tangle):
            yield Fold(first, last, f"✓ {in_words(sum(map(_asserts, nodes)))}")


def in_words(claims: int) -> str:
    """Say how many claims there are; a replay makes none that is counted."""
    return f"{claims} claim{'s' * (claims != 1)}" if claims else "the same numbers"


def _kind(node: ast.stmt) -> str:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return "imports"
    loop = isinstance(node, ast.For) and all(_kind(inner) == "claims" for inner in node.body)
    return "claims" if loop or is_assert(node) or "replay(" in ast.unparse(node) else ""


def _asserts(node: ast.stmt) -> int:
    return sum(is_assert(inner) for inner in ast.walk(node))
