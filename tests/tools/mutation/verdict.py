"""The verdict of the mutants on the tests: how many mutants they kill, and why the rest live.

A mutant is known by its function, the line that it changes and what the line becomes: neither a
line number nor mutmut's own count stands in the list of survivors, so both may move.
"""

import ast
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PACKAGE = "rnn_from_scratch"
WANTED = 0.95  # the share of the mutants that the tests must kill
KILLED = {"killed", "timeout"}
ALIVE = {"survived", "no tests"}


class UnfinishedError(Exception):
    """Not every mutant was judged."""


class Change(NamedTuple):
    """A mutant: where it is, what the line was, what it becomes."""

    function: str  # module.function
    line: str
    mutant: str


class Survivor(NamedTuple):
    """A mutant that the tests let live, and the number of its line in its module."""

    change: Change
    row: int


def function_of(name: str) -> str:
    """Turn mutmut's name of a mutant into ``module.function`` or ``module.Class.method``."""
    module, function = re.fullmatch(rf"{PACKAGE}\.(\w+)\.x[_ǁ](\w+)__mutmut_\d+", name).groups()
    return f"{module}.{function.replace('ǁ', '.')}"


def chosen(function: str, only: Iterable[str]) -> bool:
    """Say whether a function is among the modules and functions asked for; nothing means all."""
    only = list(only)
    return not only or function in only or function.split(".")[0] in only


def check(results: dict[str, str], only: Iterable[str]) -> None:
    """Raise UnfinishedError if there is no result, or one that is neither killed nor survived."""
    if not results:
        raise UnfinishedError(f"there are no mutants of {' '.join(only) or PACKAGE}")
    strange = {name: state for name, state in results.items() if state not in KILLED | ALIVE}
    if strange:
        listed = "\n".join(f"  {name}: {state}" for name, state in strange.items())
        raise UnfinishedError(f"{len(strange)} mutants were not judged:\n{listed}")


def read_diff(name: str, diff: str, source: str) -> Survivor:
    """Read the diff of a mutant; its line numbers count from the top of the function."""
    function = function_of(name)
    start, body = re.search(r"^@@ -(\d+)[^\n]*\n(.*)", diff, re.MULTILINE | re.DOTALL).groups()
    lines = body.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(("-", "+")))
    old, new = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    offset = int(start) + first - 1
    return Survivor(Change(function, old, new), _row(source, function, lines, first, offset))


def _row(source: str, function: str, lines: list[str], first: int, offset: int) -> int:
    """Find the line in its module; comments above the function count as a part of it."""
    node = ast.parse(source)
    for name in function.split(".")[1:]:  # a method stands in its class
        (node,) = (inner for inner in node.body if getattr(inner, "name", None) == name)
    rows, wanted = source.splitlines(), lines[first][1:].strip()  # a method comes without indent
    nearest = sorted(range(1, len(rows) + 1), key=lambda row: abs(row - node.lineno - offset))
    inside = [row for row in nearest if node.lineno <= row <= node.end_lineno]
    return next((row for row in inside if rows[row - 1].strip() == wanted), node.lineno)


def read_reasons(path: Path) -> dict[Change, str]:
    """Read the list of survivors: each mutant with the reason why it may live."""
    reasons = {}
    for entry in tomllib.loads(path.read_text("utf-8"))["survivor"]:
        for mutant in entry["mutants"]:
            change = Change(entry["function"], entry["line"], mutant)
            if change in reasons or not entry["reason"].strip():
                raise ValueError(f"{path.name} lists {change} twice, or without a reason")
            reasons[change] = entry["reason"]
    return reasons


def judge(
    results: dict[str, str],
    survivors: list[Survivor],
    reasons: dict[Change, str],
    only: Iterable[str],
) -> list[str]:
    """List what is wrong with a run: too few killed, no reason, a reason without a survivor."""
    only, faults = list(only), []
    killed = sum(state in KILLED for state in results.values())
    if killed < WANTED * len(results):
        faults.append(f"{killed} of {len(results)} killed; at least {WANTED:.0%} are wanted")
    alive = {survivor.change for survivor in survivors}
    faults += [
        f"{change.function}: no reason is listed for\n  - {change.line}\n  + {change.mutant}"
        for change in sorted(alive - reasons.keys())
    ]
    faults += [
        f"{change.function}: killed, or made no longer, and still listed as a survivor:\n"
        f"  - {change.line}\n  + {change.mutant}"
        for change in reasons
        if change not in alive and chosen(change.function, only)
    ]
    return faults
