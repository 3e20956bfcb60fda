"""Check an equation: both sides of each link of each chain, in each world, for every index.

``check_book`` does so for every labelled equation of a book, and remembers what held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise, product

import numpy as np

from .evaluation import Evaluator, NoRange, Unbound
from .notation import Notation, World
from .parser import Node
from .reading import Equation
from .statements import Statement, parse
from .tokens import EquationFault
from .values import RELATIONS, describe

TOLERANCE = {  # measured: 1e-15; a central difference, which is not an equality, has 1e-10
    "=": 1e-12,
    r"\coloneqq": 1e-12,
    r"\gets": 1e-12,
    r"\approx": 1e-6,
}
KINDS = {"=": "equality", r"\coloneqq": "definition", r"\gets": "update"}
KINDS |= {r"\approx": "approximation"}  # any other relation is a bound

UNREAD = "a labelled equation is written as a {math} block with the option :label:"
NO_REASON = "say why: % unchecked: reason"
WEAKEST_FIRST = ("bound", "approximation", "update", "definition", "equality")


@dataclass(kw_only=True)
class Outcome:
    """The number of pairs compared, the largest relative error, the first fault and its place.

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
        """True if the two sides were found equal, not only in order."""
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
    """Compare two sides; where they may be equal, rounding is not a fault."""
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
                # Each case stands by itself, also of "t = T, ..., 1": nothing is carried on here.
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


@dataclass(kw_only=True)
class Result(Outcome):
    """The outcome of one equation of the book: ``fault`` is None if it holds in all ``cases``.

    ``place`` is that of the fault, or else of the equation, as ``book/x.md:LINE:COLUMN``.
    ``worlds`` counts those in which it was evaluated, and ``method`` says what they are and how
    they get their values. If ``unchecked`` is not None, it was not: the chapter says so, and why.
    """

    label: str
    place: str
    worlds: int = 0
    method: str = ""
    unchecked: str | None = None

    @property
    def doc(self) -> str:
        """The chapter, as ``book/x.md``."""
        return self.place.split(":")[0]

    @property
    def kind(self) -> str:
        """One of ``WEAKEST_FIRST``: what its weakest link claims."""
        return next(kind for kind in WEAKEST_FIRST if kind in self.kinds)

    def __str__(self) -> str:
        checked = f"{self.cases} cases, largest relative error {one_digit(self.error)}"
        unchecked = self.unchecked and f"unchecked: {self.unchecked}"
        return f"{self.place}: {self.label}: {self.fault or unchecked or checked}"


def check_book(
    equations: Iterable[Equation], notation: Notation, known: dict[str, Result] | None = None
) -> list[Result]:
    """Check the labelled equations of a book.

    Equations that are ``known`` to hold are not evaluated again: it is filled for the next call.
    """
    known, held, results = {} if known is None else known, {}, []
    for equation in equations:
        key = sha256(repr((equation.latex, notation.digest)).encode()).hexdigest()
        found = known.get(key) or check_equation(equation, notation)
        if not found.fault:
            held[key] = found
        place = equation.place(found.pos)
        results.append(replace(found, label=equation.label, place=place))
    known.clear()
    known.update(held)
    return results


def check_equation(equation: Equation, notation: Notation) -> Result:
    """Check one equation of the book, in each world in which there is what its comments ask for."""
    at = {"label": equation.label, "place": equation.place()}
    if equation.latex is None:
        return Result(**at, fault=UNREAD)
    if why := equation.unchecked:
        if why[1]:
            return Result(**at, unchecked=why[1])
        at["place"] = equation.place(why.start())
        return Result(**at, pos=why.start(), fault=NO_REASON, unchecked="")
    asked = equation.comments & frozenset().union(*(world.facts for world in notation.worlds))
    worlds = [world for world in notation.worlds if asked <= world.facts]
    if not worlds:
        so = f" in which {' and '.join(sorted(asked))}" if asked else ""
        return Result(**at, fault=f"there is no world{so}, so nothing was evaluated")
    outcome = check_latex(equation.latex, notation, worlds)
    at["place"] = equation.place(outcome.pos)
    values = worlds[0].derivatives if outcome.derived else worlds[0].values
    method = f"{values}; {_count(len(worlds), worlds[0].kind)}"
    return Result(**vars(outcome), **at, worlds=len(worlds), method=method)


def summarize(results: list[Result]) -> str:
    """Say in a sentence or two how many equations hold, of which kinds, and how well."""
    held = [result for result in results if not result.fault and result.unchecked is None]
    kinds = {
        kind: [result for result in held if result.kind == kind] for kind in reversed(WEAKEST_FIRST)
    }
    counts = [_count(len(found), kind) for kind, found in kinds.items() if found]
    text = f"{len(held)} of {len(results)} labelled equations hold"
    text += f": {', '.join(counts)}; " if counts else "; "
    text += f"{sum(result.cases for result in held):,} pairs of values were compared."
    exact = [result.error for result in held if result.kind != "approximation"]
    if exact:
        text += f" The largest relative error is {one_digit(max(exact))}"
        near = [result.error for result in kinds["approximation"]]
        text += f", of an approximation {one_digit(max(near))}." if near else "."
    if kinds["bound"]:
        text += " A bound holds in every draw, which does not pin it."
    unchecked = sum(result.unchecked is not None for result in results)
    verb = "is not checked; the reason stands in its place."
    verb = verb if unchecked == 1 else "are not checked; the reasons stand in their places."
    return text + (f" {unchecked} {verb}" if unchecked else "")


def one_digit(error: float) -> str:
    """Write an error with one digit, as in 3e-16; 0 is 0."""
    return f"{error:.0e}" if error else "0"


def _count(number: int, kind: str) -> str:
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    return f"{number} {kind if number == 1 else plural}"
