r"""What a hand writes of the book's LaTeX."""

from __future__ import annotations

import re

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
