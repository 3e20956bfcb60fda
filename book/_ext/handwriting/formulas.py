"""Formulas, laid out by matplotlib's mathtext with the hand as its font.

These classes are private in matplotlib, and the lock pins it: a new version is taken by redrawing
the notes and looking at them.
"""

from __future__ import annotations

import logging
import re
from functools import cache

import matplotlib as mpl
from matplotlib import _mathtext, font_manager
from matplotlib.ft2font import LoadFlags

from .hand import FAMILY, FONT

RESOLUTION = 100  # mathtext measures in whole pixels, so formulas are laid out large
RC = {f"mathtext.{style}": FAMILY for style in ("rm", "it", "bf", "cal", "sf", "tt")}
RC |= {"mathtext.fallback": "stix"}  # of its signs only the places are used: see signs.py


# What mathtext calls otherwise. A hand has room for large fractions, and for a little before them.
NAMES = {
    r"\frac": r"\;\dfrac",
    r"\gets": r"\leftarrow",
    r"\le": r"\leq",
    r"\lVert": r"\|",
    r"\rVert": r"\|",
    r"\sum": r"\;\sum",
}


class _HandConstants(_mathtext.FontConstantsBase):
    """Where scripts stand: the tail of a y must not push an index down, and digits are tall."""

    script_space = 0.2
    subdrop = -0.12
    sub1 = 0.55
    sub2 = 0.6


class _HandFonts(_mathtext.UnicodeFonts):
    def get_font_constants(self):
        return _HandConstants


@cache
def parse(latex: str) -> _mathtext.VectorParse:
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
