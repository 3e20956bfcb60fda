"""Check every labelled equation of the book, and remember what held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256

from .checking import Outcome, check_latex
from .notation import Notation
from .reading import Equation

UNREAD = "a labelled equation is written as a {math} block with the option :label:"
NO_REASON = "say why: % unchecked: reason"
KINDS = ("bound", "approximation", "update", "definition", "equality")  # the weakest link first


@dataclass(frozen=True)
class Result:
    """What came of one equation: ``fault`` is None if it holds in all of its ``cases``.

    ``place`` is that of the fault, or else of the equation, as ``book/x.md:LINE:COLUMN``.
    ``worlds`` counts those in which it was evaluated. If ``unchecked`` is not None,
    it was not: the chapter says so, and why.
    """

    label: str
    place: str
    outcome: Outcome = field(default_factory=Outcome)
    worlds: int = 0
    unchecked: str | None = None

    @property
    def doc(self) -> str:
        """The chapter, as ``book/x.md``."""
        return self.place.split(":")[0]

    @property
    def fault(self) -> str | None:
        """What is wrong; None if nothing is."""
        return self.outcome.fault

    @property
    def cases(self) -> int:
        """How many pairs of values were compared."""
        return self.outcome.cases

    @property
    def error(self) -> float:
        """The largest relative error of those that should be equal."""
        return self.outcome.error

    @property
    def kind(self) -> str:
        """One of ``KINDS``: what its weakest link claims."""
        return next(kind for kind in KINDS if kind in self.outcome.kinds)

    def __str__(self) -> str:
        checked = f"{self.cases} cases, largest relative error {one_digit(self.error)}"
        unchecked = self.unchecked and f"unchecked: {self.unchecked}"
        return f"{self.place}: {self.label}: {self.fault or unchecked or checked}"


def check_book(
    equations: Iterable[Equation], notation: Notation, known: dict[str, Result] | None = None
) -> list[Result]:
    """Check the labelled equations of a book.

    What is ``known`` to hold is not evaluated again: it is for the next call, which fills it anew.
    """
    known, held, results = {} if known is None else known, {}, []
    for equation in equations:
        key = sha256(repr((equation.latex, notation.digest)).encode()).hexdigest()
        found = known.get(key) or check_equation(equation, notation)
        if not found.fault:
            held[key] = found
        place = equation.place(found.outcome.pos)
        results.append(replace(found, label=equation.label, place=place))
    known.clear()
    known.update(held)
    return results


def check_equation(equation: Equation, notation: Notation) -> Result:
    """Check one equation of the book, in each world in which there is what its comments ask for."""
    if equation.latex is None:
        return Result(equation.label, equation.place(), Outcome(fault=UNREAD))
    if why := equation.unchecked:
        outcome = Outcome(pos=0 if why[1] else why.start(), fault=None if why[1] else NO_REASON)
        return Result(equation.label, equation.place(outcome.pos), outcome, unchecked=why[1])
    asked = equation.comments & frozenset().union(*(world.facts for world in notation.worlds))
    worlds = [world for world in notation.worlds if asked <= world.facts]
    outcome = check_latex(equation.latex, notation, worlds)
    return Result(equation.label, equation.place(outcome.pos), outcome, len(worlds))


def summarize(results: list[Result]) -> str:
    """Say in a sentence or two how many equations hold, of which kinds, and how well."""
    held = [result for result in results if not result.fault and result.unchecked is None]
    kinds = {kind: [result for result in held if result.kind == kind] for kind in reversed(KINDS)}
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
