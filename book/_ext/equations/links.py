r"""An equation that is written elsewhere, on a note: whether it says what the book says."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, pairwise

from .notation import Notation
from .reading import Equation
from .statements import Statement, parse
from .tokens import EquationFault


class Lookup:
    """The labelled equations of a book, to be found by label and link."""

    def __init__(self, equations: Iterable[Equation], notation: Notation):
        self.latex = {each.label: each.latex for each in equations if each.latex}
        self.notation = notation

    def find(self, label: str, link: str | None = None) -> str:
        """Return the LaTeX of the equation ``label`` as the book has it, or one ``link`` of it.

        Raises
        ------
        ValueError
            If there is no such equation, or if it says more than one thing, or not what the link
            says.
        """
        if label not in self.latex:
            raise ValueError(f"the book has no equation {label}")
        if link is None:
            if len(parse(self.latex[label], self.notation)) > 1:
                raise ValueError("it says several things; write one of them, with link=...")
            return self.latex[label]
        try:
            found = is_part_of(link, self.latex[label], self.notation)
        except EquationFault as fault:
            raise ValueError(f"{fault} in {link}") from None
        if not found:
            raise ValueError(f"{link} is not a link of {label}")
        return link


def is_part_of(link: str, equation: str, notation: Notation) -> bool:
    """Whether each chain of ``link`` is, as trees, a chain of ``equation`` or links of one.

    Raises
    ------
    EquationFault
        If one of the two cannot be read.
    """
    whole = parse(equation, notation)
    return all(any(_is_chain_of(short, long) for long in whole) for short in parse(link, notation))


def _is_chain_of(short: Statement, long: Statement) -> bool:
    """Its parts stand in the longer chain, in order; what is left out between them is equal."""
    for chosen in combinations(range(len(long.parts)), len(short.parts)):
        if all(long.parts[n] == part for n, part in zip(chosen, short.parts, strict=True)):
            passed = [_joined(long.relations[a:b]) for a, b in pairwise(chosen)]
            if passed == list(short.relations):
                return True
    return False


def _joined(relations: tuple[str, ...]) -> str | None:
    """What a = b < c says of a and c; None if more than one relation is not an equality."""
    others = [relation for relation in relations if relation != "="]
    return "=" if not others else others[0] if len(others) == 1 else None
