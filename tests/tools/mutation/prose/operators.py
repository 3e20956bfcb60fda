"""All operators, by name, and what they make of a block."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from . import marks, parts
from .marks import Edit, hide

REMARK = r"(?<=\\text\{)(?:[^{}$]|\$[^$]*\$)*(?=\})|%[^\n]*"

OPERATORS: dict[str, Callable[[str], Iterator[Edit]]] = {
    operator.__name__.replace("_", " "): operator
    for operator in (
        *(marks.sign, marks.drop_transpose, marks.add_transpose, marks.shift_time),
        *(marks.sum_limits, marks.quantifier, marks.index_letter, marks.sibling),
        *(marks.share_of_the_batch, marks.exponent, marks.numeral, marks.function, marks.relation),
        *(parts.entrywise, parts.drop_term, parts.drop_factor, parts.swap_factors),
        *(parts.swap_terms, parts.fraction, parts.brackets),
    )
}


def edits(latex: str) -> Iterator[tuple[str, Edit]]:
    """Yield the name of an operator and what it changes; no two results look alike in print."""
    seen = {_ink(latex)}
    bare = hide(REMARK, latex)
    for name, operator in OPERATORS.items():
        for edit in operator(bare):
            ink = _ink(apply(edit, latex))
            if ink not in seen:
                seen.add(ink)
                yield name, edit


def apply(edit: Edit, latex: str) -> str:
    """Return the block with the misprint in it."""
    return latex[: edit.start] + edit.text + latex[edit.end :]


def _ink(latex: str) -> str:
    """Take away what makes no difference in print."""
    return re.sub(r"\s+|\\[,;:! ]|\\left|\\right|\\[bB]ig[lr]", "", latex)
