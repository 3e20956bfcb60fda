r"""What a hand writes of the book's LaTeX, and whether a formula says what the book says."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

from equations import World
from equations.blocks import Statement, parse

SUM = re.compile(r"(\\sum_\{[^{}]*\}\^(?:\{[^{}]*(?:\{[^{}]*\})?[^{}]*\}|\w))(?! *\\[,;])")


def by_hand(latex: str) -> str:
    r"""Return the LaTeX that is written by hand: one line, without ranges and underbraces.

    Raises
    ------
    ValueError
        If it has several lines: then one link of it has to be chosen.
    """
    if r"\begin" in latex or r"\\" in latex:
        raise ValueError("the equation has several lines; write one link of it, with link=...")
    text = re.sub(r"(?<!\\)%.*", "", latex)
    text = re.split(r"\\q?quad\b", text)[0]
    text = _without(_without(text, r"\boxed"), r"\underbrace")
    text = re.sub(r"\\partial (?=b)", r"\\partial\\, ", text)  # their strokes would run together
    text = SUM.sub(r"\1 \\, ", text)  # as would a limit and what follows
    return " ".join(text.split()).rstrip(" ,.;")


def _without(text: str, command: str) -> str:
    """Leave out a command and what is written below it, but not what it is about."""
    while command in text:
        before, _, rest = text.partition(command)
        body, rest = _group(rest)
        if command == r"\underbrace" and rest.lstrip().startswith("_"):
            rest = _group(rest.lstrip()[1:])[1]
        text = before + body + rest
    return text


def _group(text: str) -> tuple[str, str]:
    """Split ``{...} rest`` into what the braces hold and the rest."""
    start = text.index("{")
    depth = 0
    for n, char in enumerate(text[start:], start):
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return text[start + 1 : n], text[n + 1 :]
    raise ValueError("a brace is not closed")


def is_part_of(link: str, equation: str, world: World) -> bool:
    """Whether each chain of ``link`` is, as trees, a chain of ``equation`` or links of one.

    Raises
    ------
    equations.EquationFault
        If one of the two cannot be read.
    """
    whole = parse(equation, world)
    return all(any(_is_chain_of(short, long) for long in whole) for short in parse(link, world))


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
