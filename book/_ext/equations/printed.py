r"""Find a formula that stands elsewhere, on a note or a card, among the equations of the book.

Formulas are compared as trees, link by link: spacing, boxes, macros and remarks do not count, nor
does which of several links of a chain is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from .blocks import Statement, parse
from .chapters import Equation
from .cursor import Node
from .tokens import EquationFault
from .world import World

Link = tuple[Node, str, Node]


class PrintedEquations:
    """The links of some equations, and which equation each belongs to."""

    def __init__(self, equations: Iterable[Equation], world: World):
        self.world = world
        self._labels: dict[Link, set[str]] = defaultdict(set)
        for equation in equations:
            for statement in parse(equation.latex, world):
                for link in _all_links(statement):
                    self._labels[link].add(equation.label)

    def labels(self, latex: str) -> set[str]:
        """Return the labels of the equations that hold a link of this formula.

        Raises
        ------
        EquationFault
            If the formula cannot be read, or if one of its links stands in none of the equations.
        """
        found: set[str] = set()
        for statement in parse(latex, self.world):
            for link in _links(statement):
                if link not in self._labels:
                    start, end = link[0].pos, link[2].end
                    shown = " ".join(latex[start:end].split())
                    raise EquationFault(f"no labelled equation says {shown}", start)
                found |= self._labels[link]
        return found


def _links(statement: Statement) -> Iterator[Link]:
    """Yield each relation with the two sides beside it."""
    for n, relation in enumerate(statement.relations):
        yield statement.parts[n], relation, statement.parts[n + 1]


def _all_links(statement: Statement) -> Iterator[Link]:
    """Yield also what follows: in a = b = c, that a = c."""
    yield from _links(statement)
    for first, last in combinations(range(len(statement.parts)), 2):
        if set(statement.relations[first:last]) == {"="}:
            yield statement.parts[first], "=", statement.parts[last]
