r"""Misprints of a part: a term, a factor, a fraction, brackets that are lost or change places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from .formula import Formula, Span, Term
from .marks import MATRIX, Edit, replace

GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}"


def entrywise(latex: str) -> Iterator[Edit]:
    r"""A matrix product for an entrywise one, and the reverse."""
    yield from replace(latex, {r"(?<!\^\{)\\odot": ("",), r"\^\{\\odot (\d)\}": (r"^\1",)})
    for a, b in _neighbours(latex):
        if a.text not in (r"\sum", r"\prod"):
            yield Edit(b.start, b.start, r"\odot ")


def drop_term(latex: str) -> Iterator[Edit]:
    """A term of a sum is forgotten."""
    for terms in Formula(latex).sums:
        for n, term in enumerate(terms if len(terms) > 1 else ()):
            after = terms[n + 1].sign if n == 0 and not term.sign else None
            start = term.sign.start if term.sign else term.start
            end = term.end if not after else after.end if after.text == "+" else after.start
            yield Edit(start, end, " ")


def drop_factor(latex: str) -> Iterator[Edit]:
    """A factor of a term is forgotten."""
    for term in Formula(latex).terms:
        for n, product in enumerate(term.products):
            if len(product) > 1:
                yield from (Edit(factor.start, factor.end, " ") for factor in product)
            elif n > 0:
                yield Edit(term.products[n - 1][-1].end, product[-1].end, " ")
            elif len(term.products) > 1:
                yield Edit(product[0].start, term.products[1][0].start, " ")


def _neighbours(latex: str) -> Iterator[tuple[Span, Span]]:
    for term in Formula(latex).terms:
        for product in term.products:
            yield from pairwise(product)


def swap_factors(latex: str) -> Iterator[Edit]:
    """Two matrices are multiplied in the wrong order."""
    gradient = r"\\frac\{\\partial J\}\{\\partial [^()]*\}"
    matrix = re.compile(rf"(?:{MATRIX}|{gradient})(?:\^\{{\\top\}})?")
    for a, b in _neighbours(latex):
        first, second = latex[a.start : a.end], latex[b.start : b.end]
        if matrix.fullmatch(first) and matrix.fullmatch(second):
            yield Edit(a.start, b.end, f"{second} {first}")


def swap_terms(latex: str) -> Iterator[Edit]:
    """A difference the wrong way round."""

    def text(term: Term) -> str:
        return latex[term.start : term.end]

    for terms in Formula(latex).sums:
        for a, b in pairwise(terms):
            if b.sign.text == "-" and not (a.sign and a.sign.text == "-"):
                yield Edit(a.start, b.end, f"{text(b)} - {text(a)}")


def fraction(latex: str) -> Iterator[Edit]:
    """A fraction, or a derivative, upside down."""
    for match in re.finditer(rf"\\frac(?=({GROUP})({GROUP}))", latex):
        yield Edit(match.start(1), match.end(2), match[2] + match[1])


def brackets(latex: str) -> Iterator[Edit]:
    """The brackets round a sum are forgotten."""
    for opener, closer, inside in Formula(latex).brackets:
        if opener.text.endswith("(") and any(len(terms) > 1 for terms in inside):
            yield Edit(opener.start, closer.end, latex[opener.end : closer.start])
