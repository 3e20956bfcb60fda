r"""Text and formulas, laid out: which sign stands where, before any ink.

Formulas are laid out by matplotlib's mathtext with the hand as its font; words are set here, since
it gives all shapes of a letter one width. Its classes are private in matplotlib, and the lock pins
it: a new version is taken by redrawing the notes and looking at them.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from random import Random
from unicodedata import combining

import matplotlib as mpl
from matplotlib import _mathtext, font_manager
from matplotlib.ft2font import LoadFlags

from .hand import EM, FAMILY, FONT, advance, extent, open_font, shapes_of

RESOLUTION = 100  # mathtext measures in whole pixels, so formulas are laid out large
RC = {f"mathtext.{style}": FAMILY for style in ("rm", "it", "bf", "cal", "sf", "tt")}
RC |= {"mathtext.fallback": "stix"}  # of its signs only the places are used: see SIGNS

# The names that mathtext has. A hand has room for large fractions, and for a little before them.
NAMES = {
    r"\frac": r"\;\dfrac",
    r"\gets": r"\leftarrow",
    r"\le": r"\leq",
    r"\lVert": r"\|",
    r"\rVert": r"\|",
    r"\sum": r"\;\sum",
}
SUM = re.compile(r"(\\sum_\{[^{}]*\}\^(?:\{[^{}]*(?:\{[^{}]*\})?[^{}]*\}|\w))(?! *\\[,;])")

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
        """True if the hand's font has this sign."""
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
    parsed, k, signs = _parse(latex), size / RESOLUTION, []
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


class _HandConstants(_mathtext.FontConstantsBase):
    """The places of scripts: the tail of a y must not push an index down, and digits are tall."""

    script_space = 0.2
    subdrop = -0.12
    sub1 = 0.55
    sub2 = 0.6


class _HandFonts(_mathtext.UnicodeFonts):
    def get_font_constants(self):
        return _HandConstants


@cache
def _parse(latex: str) -> _mathtext.VectorParse:
    """Let mathtext lay a formula out. y is upwards, from the baseline."""
    latex = re.sub(r"\\(frac|gets|le|[lr]Vert|sum)(?![A-Za-z])", lambda name: NAMES[name[0]], latex)
    latex = re.sub(r"[_^]\{[^{}]*\}", lambda script: _narrow(script[0]), latex)
    logging.getLogger("matplotlib.mathtext").setLevel(logging.WARNING)
    fonts = _fonts()
    box = _parser().parse(f"${latex}$", fonts, RESOLUTION, 72)
    return _mathtext.ship(box).to_vector()


def _narrow(script: str) -> str:
    """Bring the signs of an index closer together: t+1 is one name."""
    return re.sub(r"([-+=])", r"\\!\1\\!", script)


@cache
def _parser() -> _mathtext.Parser:
    return _mathtext.Parser()


@cache
def _fonts() -> _HandFonts:
    font_manager.fontManager.addfont(FONT)
    properties = font_manager.FontProperties(family=FAMILY, size=RESOLUTION)
    with mpl.rc_context(RC):
        return _HandFonts(properties, LoadFlags.NO_HINTING)


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
