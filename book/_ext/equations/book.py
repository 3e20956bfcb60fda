"""Check every labelled equation of the book."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .chapters import Equation, read_equations, read_macros
from .checking import check_latex
from .world import World, make_worlds

# Stated for batches in which every step counts: a one-hot column sums to one, and no mask is put.
EVERY_STEP_COUNTS = frozenset({"eq-do", "eq-do-index", "eq-whole-backward"})
UNREAD = "a labelled equation is written as a {math} block with the option :label:"


@dataclass(frozen=True)
class Result:
    """What came of one equation: ``fault`` is None if it holds in all of its ``cases``.

    ``pinned`` is False if a bound is among the links, which holds without a figure for its error.
    ``place`` is that of the fault, or else of the equation, as ``book/x.md:LINE:COLUMN``.
    """

    label: str
    place: str
    cases: int = 0
    error: float = 0.0
    fault: str | None = None
    pinned: bool = True

    def __str__(self) -> str:
        found = self.fault or f"{self.cases} cases, largest relative error {self.error:.0e}"
        return f"{self.place}: {self.label}: {found}"


def check_book(root: str | Path) -> list[Result]:
    """Check the labelled equations of the book whose ``_toc.yml`` is in ``root``."""
    root = Path(root).resolve()
    worlds = make_worlds(read_macros(root))
    return [check_equation(equation, worlds) for equation in read_equations(root)]


def check_equation(equation: Equation, worlds: list[World]) -> Result:
    """Check one equation of the book, in the ragged world too unless it needs every step."""
    if equation.latex is None:
        return Result(equation.label, equation.place(), fault=UNREAD)
    if equation.label in EVERY_STEP_COUNTS:
        worlds = [world for world in worlds if not world.ragged]
    outcome = check_latex(equation.latex, worlds)
    place = equation.place(outcome.pos)
    found = outcome.cases, outcome.error, outcome.fault, outcome.pinned
    return Result(equation.label, place, *found)
