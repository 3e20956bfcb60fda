r"""Where the terms, factors and brackets of a formula begin and end, by its marks alone.

This is a second and rougher reading than the checker's, on purpose: what the two share, the
mutants could not judge. What is read is never evaluated, so no symbol is known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

TOKEN = re.compile(
    r"\\(?:begin|end|operatorname|mathbf|mathrm)\{\w+\}|\\(?:hat|tilde) ?\w"
    r"|\\(?:left|right|[bB]ig[lr]).|\\[A-Za-z]+|\\.|\d+|[^\s']"
)
SPACES = {r"\,", r"\;", r"\:", r"\!", r"\ "}
BETWEEN = {"&", r"\\", r"\quad", r"\qquad", r"\text", r"\dots", ",", "."} | {
    *("=", r"\approx", r"\gets", r"\le", r"\ge", "<", ">", r"\ne")
}
OPENING = re.compile(r"(?:\\left|\\[bB]igl)?[(\[]|\{|\\lVert|\\begin.*")
CLOSING = re.compile(r"(?:\\right|\\[bB]igr)?[)\]]|\}|\\rVert|\\end.*")
ARGUMENTS = {r"\frac": 2, r"\underbrace": 1, r"\boxed": 1}
FUNCTION = re.compile(r"\\(?:tanh|ln|min|max|operatorname.*)")


class Span(NamedTuple):
    """A piece of the text."""

    start: int
    end: int
    text: str = ""


@dataclass
class Term:
    r"""A term: its sign, if one is printed, and the products that ``\odot`` joins in it."""

    sign: Span | None = None
    products: list[list[Span]] = field(default_factory=lambda: [[]])

    @property
    def start(self) -> int:
        """Where it begins, its sign left out."""
        return self.products[0][0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.products[-1][-1].end


class Formula:
    """The ``sums`` of a block, each a list of terms, and its ``brackets``, with what they hold."""

    def __init__(self, latex: str):
        self.sums: list[list[Term]] = []
        self.brackets: list[tuple[Span, Span, list[list[Term]]]] = []
        found = [Span(m.start(), m.end(), m[0]) for m in TOKEN.finditer(latex)]
        self._rest = [token for token in found if token.text not in SPACES][::-1]
        self.sums.extend(self._level())

    @property
    def terms(self) -> list[Term]:
        """All terms, of sums and of those that stand alone."""
        return [term for terms in self.sums for term in terms]

    def _level(self) -> list[list[Term]]:
        """Read up to what closes the bracket that is open."""
        level = [[Term()]]
        while self._rest and not CLOSING.fullmatch(self._rest[-1].text):
            token = self._rest[-1]
            if token.text in BETWEEN:
                level.append([Term()])
            elif token.text in ("+", "-"):
                level[-1].append(Term(token))
            elif token.text == r"\odot":
                level[-1][-1].products.append([])
            else:
                level[-1][-1].products[-1].append(self._factor())
                continue
            self._rest.pop()
        sums = [[term for term in terms if all(term.products)] for terms in level]
        return [terms for terms in sums if terms and terms[0].products[0][0].text != r"\partial"]

    def _factor(self) -> Span:
        """Read a symbol or a bracket, with its scripts; a function, with its argument."""
        first = self._rest[-1]
        end = self._argument()
        for _ in range(ARGUMENTS.get(first.text, 0)):
            end = self._argument()
        while self._rest and self._rest[-1].text in ("_", "^"):
            script, before = self._rest.pop().text, len(self.sums)
            end = self._argument()
            if script == "_":  # what an index says is no sum of the formula
                del self.sums[before:]
        if FUNCTION.fullmatch(first.text) and self._rest:
            end = self._factor().end
        return Span(first.start, end, first.text)

    def _argument(self) -> int:
        """Go past a token or a bracket, note what it holds, and say where it ends."""
        opener = self._rest.pop()
        if not OPENING.fullmatch(opener.text):
            return opener.end
        inside = self._level()
        closer = self._rest.pop()
        self.sums.extend(inside)
        self.brackets.append((opener, closer, inside))
        return closer.end
