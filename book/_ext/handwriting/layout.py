"""Text and formulas, laid out: which sign stands where, before any ink.

Formulas are laid out by mathtext; words are set here, since it gives all shapes of a letter one
width.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest
from random import Random
from unicodedata import combining

from .formulas import RESOLUTION, parse
from .hand import EM, FAMILY, FONT, advance, extent, open_font, shapes_of

# Letters that lean away from their neighbours, and by how much (before, after) these come closer,
# in thousandths of an em.
CLOSER = {"t": (60, 45), "f": (25, 45), "r": (0, 45), "T": (0, 90), "y": (25, 25), "W": (0, 50)}


@dataclass(frozen=True)
class Sign:
    """One sign: what it stands for, which glyph of which font, where its origin is, how large.

    Places and sizes are in px, from the beginning of the line; y points down from the baseline.
    """

    char: str
    path: str
    index: int
    x: float
    y: float
    size: float

    @property
    def in_hand(self) -> bool:
        """Whether the hand's font has this sign."""
        return self.path == str(FONT)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The left, upper, right and lower end of its ink."""
        k = self.size / EM
        left, low, right, high = (k * end for end in extent(self.index, self.path))
        return self.x + left, self.y - high, self.x + right, self.y - low


@dataclass(frozen=True)
class Line:
    """Signs on one baseline, the rules of fractions as ``(x, y, width)``, and the whole width."""

    signs: tuple[Sign, ...]
    rules: tuple[tuple[float, float, float], ...]
    width: float

    def find(self, part: Line) -> list[tuple[int, int]]:
        """Return where the signs of ``part`` stand in this line, as ranges of positions."""
        here, there = ([sign.char for sign in line.signs] for line in (self, part))
        size = len(there)
        starts = range(len(here) - size + 1) if size else ()
        return [(n, n + size) for n in starts if here[n : n + size] == there]


def lay_out(source: str, size: float, rng: Random) -> Line:
    """Lay out words with formulas between dollar signs. A formula may not be read: ValueError."""
    signs, rules, x = [], [], 0.0
    for n, piece in enumerate(re.split(r"\$([^$]*)\$", source)):
        line = _formula(piece, size, rng) if n % 2 else _words(piece, size, rng)
        signs += [replace(sign, x=sign.x + x) for sign in line.signs]
        rules += [(left + x, y, width) for left, y, width in line.rules]
        x += line.width
    return Line(tuple(signs), tuple(rules), x)


def _words(text: str, size: float, rng: Random) -> Line:
    signs, x, font = [], 0.0, open_font()
    for before, char in zip(" " + text, text, strict=False):
        index = font.get_char_index(ord(char))
        if index == 0:
            raise ValueError(f"the hand has no letter {char!r} (U+{ord(char):04X})")
        index = _choose(index, rng, signs)
        if " " not in (before, char):
            x -= (CLOSER.get(before, (0, 0))[1] + CLOSER.get(char, (0, 0))[0]) * size / EM
        if char != " ":
            signs.append(Sign(char, str(FONT), index, x, 0.0, size))
        x += advance(index) * size / EM * (0.82 if char == " " else 1)
    return Line(tuple(signs), (), x)


def _formula(latex: str, size: float, rng: Random) -> Line:
    """Every glyph with its place; another shape of a letter stands in the middle of its place."""
    parsed, k, signs = parse(latex), size / RESOLUTION, []
    for font, points, code, index, x, y in parsed.glyphs:
        sign = Sign(chr(code), font.fname, index, x * k, -float(y) * k, points * k)
        if font.family_name == FAMILY:
            chosen = _choose(index, rng, signs)
            middle = (advance(index) - advance(chosen)) / 2 * sign.size / EM
            sign = replace(sign, path=str(FONT), index=chosen, x=sign.x + middle)
        if sign.char.strip():
            signs.append(sign)
    signs = [
        _raised(sign, after) if combining(sign.char) else sign
        for sign, after in zip_longest(signs, signs[1:])
    ]
    rules = [(x * k, -float(y + high / 2) * k, width * k) for x, y, width, high in parsed.rects]
    return Line(tuple(signs), tuple(rules), float(parsed.width) * k)


def _raised(accent: Sign, letter: Sign) -> Sign:
    """Put an accent over the middle of the shape of the letter that was chosen."""
    (left, _, right, low), (start, top, end, _) = accent.box, letter.box
    x, y = (start + end - left - right) / 2, top - 0.04 * letter.size - low
    return replace(accent, x=accent.x + x, y=accent.y + y)


def _choose(index: int, rng: Random, signs: list[Sign]) -> int:
    """Choose a shape of the letter, another than that of the last such letter if there is one."""
    shapes = shapes_of(index)
    last = next((sign.index for sign in reversed(signs) if sign.index in shapes), None)
    return rng.choice([shape for shape in shapes if shape != last] or shapes)
