"""Check a block: both sides of each link of each chain, in each world, for every index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from .evaluation import Evaluator, NoRange, Unbound
from .notation import Notation, World
from .parser import Node
from .statements import Statement, parse
from .tokens import EquationFault
from .values import RELATIONS, describe

TOLERANCE = {  # what is measured is 1e-15; a central difference, which is no equality, has 1e-10
    "=": 1e-12,
    r"\coloneqq": 1e-12,
    r"\gets": 1e-12,
    r"\approx": 1e-6,
}
KINDS = {"=": "equality", r"\coloneqq": "definition", r"\gets": "update"}
KINDS |= {r"\approx": "approximation"}  # any other relation is a bound


@dataclass
class Outcome:
    """How many cases were compared, the largest relative error, the first fault and its place.

    ``kinds`` are those of its links. A bound has no error: a wrong one that is weaker would hold
    too, so it is compared in random ``draws`` as well. ``derived`` says that a derivative is among
    the terms, whose value is the complex step's.
    """

    cases: int = 0
    error: float = 0.0
    fault: str | None = None
    pos: int = 0
    kinds: frozenset[str] = frozenset()
    derived: bool = False
    draws: int = 0

    @property
    def pinned(self) -> bool:
        """Whether the two sides were found equal, not only in order."""
        return "bound" not in self.kinds


def check_latex(latex: str, notation: Notation, worlds: Sequence[World] | None = None) -> Outcome:
    """Check a block of LaTeX in some worlds (default: all of the notation), and a bound in many."""
    outcome = Outcome()
    try:
        statements = parse(latex, notation)
        relations = {relation for statement in statements for relation in statement.relations}
        outcome.kinds = frozenset(KINDS.get(relation, "bound") for relation in relations)
        outcome.derived = any(_is_derived(each, notation.derived) for each in statements)
        draws = () if outcome.pinned else notation.draws
        worlds = notation.worlds if worlds is None else worlds
        with np.errstate(all="ignore"):  # NaN and infinity agree with nothing
            for world, statement in product((*worlds, *draws), statements):
                _check(statement, world, outcome)
        outcome.draws = len(draws)
    except EquationFault as fault:
        outcome.fault, outcome.pos = str(fault), fault.pos or 0
    return outcome


def _is_derived(found, symbols: frozenset[str]) -> bool:
    """Say whether a derivative, or a symbol that stands for one, is in a tree."""
    if isinstance(found, Statement):
        return _is_derived(found.parts, symbols)
    if isinstance(found, Node):
        named = found.kind in ("symbol", "series") and found.args[0] in symbols
        return named or found.kind == "derivative" or _is_derived(found.args, symbols)
    return isinstance(found, tuple) and any(_is_derived(each, symbols) for each in found)


def _check(statement: Statement, world: World, outcome: Outcome) -> None:
    """Compare the two sides of each link over all cases, since the scale is that of all."""
    cases = list(_cases(statement, Evaluator(world)))
    if not cases:
        raise EquationFault("this was checked for no case at all", statement.parts[0].pos)
    for n, relation in enumerate(statement.relations):
        left, right = statement.parts[n : n + 2]
        pairs = [case[n] for case in cases]
        outcome.cases += len(pairs)
        if relation in TOLERANCE:
            errors = _errors(pairs, left, right)
            outcome.error = max(outcome.error, *errors)
            wrong = sum(not error <= TOLERANCE[relation] for error in errors)
        else:
            wrong = sum(not _in_order(relation, *pair) for pair in pairs)
        if wrong:
            equal = f"the two sides of {relation} differ" if relation in TOLERANCE else ""
            what = equal or f"{relation} fails"
            raise EquationFault(f"{what} in {wrong} of {len(pairs)} cases", left.pos)


def _in_order(relation: str, x, y) -> bool:
    """Compare two sides; where they may be equal, rounding is no fault."""
    slack = TOLERANCE["="] * np.maximum(np.abs(x), np.abs(y))
    slack = {r"\le": slack, r"\ge": -slack}.get(relation, 0)
    return bool(np.all(RELATIONS[relation](x, y + slack)))


def _cases(statement: Statement, value: Evaluator) -> Iterator[list[tuple]]:
    """Yield, for every value of the indices, the two sides of each link."""
    open_cases: list[tuple[dict, tuple]] = [({}, statement.ranges)]
    while open_cases:
        env, ranges = open_cases.pop()
        try:
            if ranges:
                (name, *limits), *rest = ranges
                first, last = sorted(value.integer(limit, env) for limit in limits)
                open_cases += [(env | {name: n}, tuple(rest)) for n in range(first, last + 1)]
            elif _allowed(statement, value, env):
                yield _links(statement, value, env)
        except Unbound as free:
            size = {("size", free.name): free.last}
            open_cases += [(env | {free.name: n} | size, ranges) for n in free.values]


def _allowed(statement: Statement, value: Evaluator, env: dict) -> bool:
    for parts, relations in statement.conditions:
        try:
            if not value.holds(parts, relations, env):
                return False
        except NoRange:  # an index that is not known yet: the case is opened further
            continue
    return True


def _links(statement: Statement, value: Evaluator, env: dict) -> list[tuple]:
    sides = [value(part, env) for part in statement.parts]
    found = list(pairwise(sides))
    for n, relation in enumerate(statement.relations):
        if relation == r"\gets":
            found[n] = (_becomes(statement.parts[n], value.world), sides[n + 1])
    return found


def _becomes(node: Node, world: World):
    """Return what a symbol becomes: the left of an arrow is not what it is."""
    if node.kind != "symbol" or node.args[0] not in world.after:
        raise EquationFault("nothing says what this becomes", node.pos)
    return world.after[node.args[0]]


def _errors(pairs: list[tuple], left: Node, right: Node) -> list[float]:
    """Return the difference of each pair, relative to the largest number in all of them."""
    to_zero = right.kind == "number" and right.args[0] == 0  # a zero may stand for a matrix
    for x, y in pairs:
        if np.shape(x) != np.shape(y) and not to_zero:
            raise EquationFault(f"the left is {describe(x)}, the right {describe(y)}", left.pos)
    scale = max(np.abs(side).max() for pair in pairs for side in pair)
    if scale == 0 and not to_zero:
        raise EquationFault("both sides are zero everywhere: this says nothing", left.pos)
    return [float(np.abs(x - y).max() / (scale or 1)) for x, y in pairs]
