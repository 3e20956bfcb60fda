r"""Misprints of one mark or one symbol, found by patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MATRIX = (
    r"W_\{\w\w\}|\\mathbf\{1\}_(?:m|\{n_y\})"
    r"|(?:\\hat y|\\delta|(?<![\w\\])[xzaoy])_(?:\w|\{[^{}]*\})"
)
OF_A_STEP = [("x", "z", "a", r"\delta"), ("z", "o"), ("o", r"\hat y", "y")]
SIBLINGS = [  # what is easily written for one another
    *(("W_{ax}", "W_{aa}", "W_{ya}"), ("b_a", "b_y"), (r"\mathbf{1}_m", r"\mathbf{1}_{n_y}")),
    *(
        ("J_t", "J"),
        (r"\tilde g", "g", r"\theta"),
        (r"\varepsilon", "h"),
        (r"\eta", r"\varepsilon"),
    ),
]
SIZES = ("n_x", "n_a", "n_y", "m", "T")


class Edit(NamedTuple):
    """The text from ``start`` to ``end`` becomes ``text``."""

    start: int
    end: int
    text: str


def hide(pattern: str, latex: str) -> str:
    """Put blanks over each match, so that every other character keeps its place."""
    return re.sub(pattern, lambda match: " " * len(match[0]), latex)


def replace(latex: str, table: dict[str, tuple[str, ...]]) -> Iterator[Edit]:
    """Put for each match of a pattern each of its replacements."""
    for pattern, others in table.items():
        for match in re.finditer(pattern, latex):
            yield from (Edit(*match.span(), match.expand(other)) for other in others)


def after_relations(latex: str, text: str) -> Iterator[Edit]:
    """Put something after each relation, but for those in limits, ranges and ``[i = j]``."""
    relation = r"(?<![ \[][ijklrst] )(?<!_\{[ijklrst])(?:=|\\approx|\\gets)"
    yield from replace(latex, {relation: (rf"\g<0> {text}",)})


def shifted(name: str, by: int) -> str:
    """Write one more or less: ``t+1`` for t, 2 for 1."""
    if name.isdigit():
        return str(int(name) + by)
    return f"{name}{by:+d}" if by else name


def sign(latex: str) -> Iterator[Edit]:
    """Plus for minus and minus for plus; a minus where none is printed."""
    yield from replace(latex, {r"\+": ("-",), "-": ("+",)})
    for edit in after_relations(latex, "-"):
        if not latex[edit.end :].lstrip().startswith("-"):
            yield edit


def drop_transpose(latex: str) -> Iterator[Edit]:
    """A transpose is forgotten: the mistake that public code makes most often."""
    yield from replace(latex, {r"\^\{\\top\}": ("",)})


def add_transpose(latex: str) -> Iterator[Edit]:
    """A transpose where none belongs."""
    yield from replace(latex, {rf"(?<!\\partial )(?:{MATRIX})(?![\w^])": (r"\g<0>^{\\top}",)})


def shift_time(latex: str) -> Iterator[Edit]:
    """A step too early or too late, in an index or in the number of a copy."""
    step = r"_(?:\{([stT])([+-]\d)?\}|([stT]|\d))|\^\{\(([st])([+-]\d)?\)\}"
    for match in re.finditer(step, latex):
        letter, offset = match[1] or match[3] or match[4], int(match[2] or match[5] or 0)
        for by in (-1, 1):
            other = shifted(letter, offset + by)
            yield Edit(*match.span(), f"^{{({other})}}" if match[4] else f"_{{{other}}}")


def sum_limits(latex: str) -> Iterator[Edit]:
    """A sum that begins or ends one too early or too late, or runs over another axis."""
    for match in re.finditer(r"\\(?:sum|prod)_\{\w=(\d)\}\^\{([^{}]+)\}", latex):
        yield from (Edit(*match.span(1), shifted(match[1], by)) for by in (-1, 1))
        others = (shifted(match[2], -1), shifted(match[2], 1), *SIZES)
        yield from (Edit(*match.span(2), other) for other in others)


def quantifier(latex: str) -> Iterator[Edit]:
    """One step more or less at an end of the range for which the equation is said to hold."""
    for match in re.finditer(r"(?<= [ijklrst] = )(\w+), \\dots, (\w(?: - 1)?)", latex):
        for end in (1, 2):
            name, less, _ = match[end].partition(" - 1")
            for by in (-1, 1):
                yield Edit(*match.span(end), shifted(name, by - bool(less)))


def index_letter(latex: str) -> Iterator[Edit]:
    """One index written for another, or the two of an entry in the wrong order."""
    bare = hide(r"\\(?:mathrm|operatorname|begin|end)\{\w+\}|\\[A-Za-z]+", latex)
    for family in ("ijklr", "st"):
        used = sorted(set(family) & set(bare))
        for match in re.finditer(f"[{family}]", bare):
            yield from (Edit(*match.span(), other) for other in used if other != match[0])
    yield from replace(latex, {r"_\{([ijklr:])([ijklr:])\}": (r"_{\2\1}",)})


def sibling(latex: str) -> Iterator[Edit]:
    """One symbol for another of its kind: a weight, a bias, a quantity of a step."""
    families = [(f, "_") for f in OF_A_STEP] + [(f, "(?![A-Za-z(])") for f in SIBLINGS]
    for family, after in families:
        names = "|".join(map(re.escape, sorted(family, key=len, reverse=True)))  # \hat y before y
        for match in re.finditer(rf"(?<![\w\\])({names}){after}", latex):
            yield from (Edit(*match.span(1), other) for other in family if other != match[1])


def share_of_the_batch(latex: str) -> Iterator[Edit]:
    """The 1/m is forgotten, or stands where it does not belong."""
    yield from replace(latex, {r"\\frac\{1\}\{m\}": ("",)})
    yield from after_relations(latex, r"\\frac{1}{m}")


def exponent(latex: str) -> Iterator[Edit]:
    """An exponent that is lost, or one too large."""
    for match in re.finditer(r"\^(?:(\d)|\{\\odot (\d)\})", latex):
        yield Edit(*match.span(), "")
        yield Edit(*match.span(match.lastindex), shifted(match[match.lastindex], 1))


def numeral(latex: str) -> Iterator[Edit]:
    """A number in a term or above a fraction that is one too small or too large."""
    number = r"(?:(?<=\\frac\{)|(?<=[ (]))(?<!\w = )(?<!\\dots, )(?<!\\odot )\d+"
    for match in re.finditer(number, latex):
        yield from (Edit(*match.span(), shifted(match[0], by)) for by in (-1, 1))


def function(latex: str) -> Iterator[Edit]:
    """A function is forgotten, or its prime; the smaller for the larger."""
    forgotten = {r"\\tanh'?|\\ln|\\operatorname\{\w+\}": ("",), r"(?<=\\tanh)'": ("",)}
    yield from replace(latex, forgotten | {r"\\min": (r"\\max",), r"\\max": (r"\\min",)})


def relation(latex: str) -> Iterator[Edit]:
    """An inequality the wrong way round; another relation for an equality, and the reverse."""
    turned = {r"\\le": r"\\ge", r"\\ge": r"\\le", "<": ">", ">": "<"}
    to_equality = dict.fromkeys((r"\\ne", r"\\approx", r"\\gets"), "=")
    table = turned | to_equality | {r"(?<=\[\w )=": r"\\ne"}
    yield from replace(latex, {rf"{old}(?![A-Za-z])": (new,) for old, new in table.items()})
