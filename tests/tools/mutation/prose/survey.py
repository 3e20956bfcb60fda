"""The mutants of the book's equations, what the checker says of each, and who may survive."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from statistics import median

from equations import Equation, Notation, check_equation

from .operators import OPERATORS, apply, edits

SURVIVORS = Path(__file__).with_name("survivors.toml")
CAUGHT = ("untrue", "refused")
WANTED = 0.97


@dataclass(frozen=True)
class Mutant:
    """An equation with one misprint; ``shown`` is its line, with what was changed marked."""

    equation: Equation
    operator: str
    shown: str
    place: str

    @property
    def name(self) -> str:
        """By what it is listed among the survivors: no line number, so that prose may move."""
        return f"{self.equation.label}: {self.operator}: {self.shown}"

    def __str__(self) -> str:
        return f"{self.place}: {self.name}"


def mutants(equation: Equation) -> Iterator[Mutant]:
    """Yield every mutant of an equation; none if it is written in a way that cannot be read."""
    latex = equation.latex or ""
    for operator, edit in edits(latex):
        start, end = latex.rfind("\n", 0, edit.start) + 1, latex.find("\n", edit.end)
        old, new = latex[edit.start : edit.end], edit.text
        after = re.sub(r"\s*&& \\text.*", "", latex[edit.end : end])
        shown = " ".join(f"{latex[start : edit.start]}⟦{old} → {new}⟧{after}".split())
        mutated = replace(equation, latex=apply(edit, latex))
        yield Mutant(mutated, operator, shown, equation.place(edit.start))


def verdict(mutant: Mutant, notation: Notation) -> str:
    """Say what becomes of a mutant: it is ``untrue``, it is ``refused``, or it ``survives``.

    Untrue: the sides were compared, and differ. Refused: there was nothing to compare, since it is
    outside the grammar, shapes or sizes do not fit, or a step does not exist.
    """
    try:
        fault = check_equation(mutant.equation, notation).fault
    except Exception as crash:
        crash.add_note(f"{mutant}: the checker has to report a fault, not to fail")
        raise
    if fault is None:
        return "survives"
    return "untrue" if fault.startswith("the two sides") else "refused"


def read_survivors(path: Path = SURVIVORS) -> dict[str, str]:
    """Read which mutants may survive, and of each the reason why it is true."""
    groups = tomllib.loads(path.read_text("utf-8"))["equivalent"]
    return {name: group["because"].strip() for group in groups for name in group["mutants"]}


class Survey:
    """All mutants of some equations, each with its ``verdicts``."""

    def __init__(self, equations: Iterable[Equation], notation: Notation):
        self.equations = list(equations)
        self.verdicts = {m: verdict(m, notation) for e in self.equations for m in mutants(e)}

    @cached_property
    def share(self) -> float:
        """How many of the mutants are caught."""
        return sum(found in CAUGHT for found in self.verdicts.values()) / len(self.verdicts)

    def faults(self, listed: dict[str, str]) -> Iterator[str]:
        """Yield what is wrong: a survivor without its reason, a stale one, too few caught."""
        survivors = [mutant for mutant, found in self.verdicts.items() if found not in CAUGHT]
        for mutant in survivors:
            if not listed.get(mutant.name):
                yield f"{mutant}: not caught, and {SURVIVORS.name} has no reason why it is true"
        for name in sorted(listed.keys() - {mutant.name for mutant in survivors}):
            yield f"{SURVIVORS.name}: {name}: this mutant no longer exists, or is caught"
        caught = self._per_label(CAUGHT)
        for equation in self.equations:
            if not caught[equation.label]:
                yield f"{equation.place()}: {equation.label}: no mutant of it is caught"
        if self.share < WANTED:
            yield f"only {self.share:.1%} of the mutants are caught; {WANTED:.0%} have to be"

    def _per_label(self, kinds: tuple[str, ...]) -> Counter[str]:
        return Counter(m.equation.label for m, found in self.verdicts.items() if found in kinds)

    def __str__(self) -> str:
        kinds = (*CAUGHT, "survives")
        count = Counter((m.operator, found) for m, found in self.verdicts.items())
        total = Counter(self.verdicts.values())
        count |= {("all", kind): total[kind] for kind in kinds}
        lines = [f"{'':20}" + "".join(f"{kind:>10}" for kind in kinds)]
        lines += [
            f"{name:20}" + "".join(f"{count[name, kind]:>10}" for kind in kinds)
            for name in (*OPERATORS, "all")
        ]
        sizes = list(self._per_label(kinds).values())
        lines.append(
            f"{len(self.verdicts)} mutants of {len(self.equations)} equations, "
            f"{min(sizes)} of one at least, {median(sizes):.0f} in the median; "
            f"{self.share:.1%} are caught"
        )
        return "\n".join(lines)
