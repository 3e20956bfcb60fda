"""The hand: the letters, as outlines of the font beside this module, and the signs of strokes.

One em is 1000 units; in the font's own coordinates y points up. ``font/ORIGIN.txt`` says how the
font was made.
"""

from __future__ import annotations

from functools import cache
from math import cos, radians, sin
from pathlib import Path as FilePath

import numpy as np
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path

FONT = FilePath(__file__).parent / "font" / "mynerve-notes.ttf"
FAMILY = "Mynerve Notes"
EM = 1000
CLOSE = 79  # matplotlib's code for "close the path"


@cache
def open_font(path: str = str(FONT)) -> FT2Font:
    """Open a font so that its outlines come in thousandths of an em, whatever its own units."""
    font = FT2Font(path)
    font.set_size(EM, 72)
    return font


@cache
def shapes_of(index: int) -> tuple[int, ...]:
    """Return the glyphs that the hand may write for this one: itself, and the letter's others."""
    font = open_font()
    name = font.get_glyph_name(index)
    stem = name.partition(".")[0]
    names = [stem, *(f"{stem}.alt{n}" for n in range(1, 4)), name]
    found = {font.get_name_index(each) for each in names} - {0}
    return tuple(sorted(found or {index}))


@cache
def advance(index: int) -> float:
    """Return how far the pen moves after this glyph."""
    return open_font().load_glyph(index, LoadFlags.NO_HINTING).linearHoriAdvance / 65536


@cache
def extent(index: int, path: str = str(FONT)) -> tuple[float, float, float, float]:
    """Return the left, lower, right and upper end of a glyph's ink, or zeros for a blank."""
    font = open_font(path)
    font.load_glyph(index, LoadFlags.NO_HINTING)
    points, _ = font.get_path()
    if not len(points):
        return 0.0, 0.0, 0.0, 0.0
    return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())


@cache
def thickness(index: int) -> float:
    """Return how thick the pen is that drew a glyph: its ink, spread along half its outline."""
    font = open_font()
    font.load_glyph(index, LoadFlags.NO_HINTING)
    area, length = 0.0, 0.0
    for polygon in Path(*font.get_path()).to_polygons():
        (x, y), (next_x, next_y) = polygon[:-1].T, polygon[1:].T
        area += float((x * next_y - y * next_x).sum()) / 2
        length += float(np.hypot(next_x - x, next_y - y).sum())
    return 2 * abs(area) / length if length else 0.0


@cache
def outline(index: int) -> str:
    """Return a glyph's outline as the data of an SVG path, in whole units, each from the last."""
    font = open_font()
    font.load_glyph(index, LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    data, n, before, here = [], 0, "", np.zeros(2, int)
    while n < len(codes):
        size = 1 if codes[n] in (1, 2, CLOSE) else int(codes[n]) - 1
        letter = "z" if codes[n] == CLOSE else " Mlqc"[codes[n]]
        if letter != "z":
            ends = np.rint(points[n : n + size]).astype(int)
            steps = ends if letter == "M" else ends - here
            data.append((letter if letter != before else " ") + " ".join(map(str, steps.ravel())))
            here = ends[-1]
        else:
            data.append(letter)  # what follows, if anything, begins anew
        n, before = n + size, letter
    return "".join(data).replace(" -", "-")


def _arc(start: float, end: float, steps: int = 12) -> list[tuple[float, float]]:
    """Part of the circle that fills the box, between two angles in degrees."""
    angles = [radians(start + (end - start) * n / steps) for n in range(steps + 1)]
    return [(0.5 + 0.5 * cos(angle), 0.5 + 0.5 * sin(angle)) for angle in angles]


_DOT = [(0.46, 0.5), (0.53, 0.53), (0.54, 0.47), (0.47, 0.47), (0.5, 0.53)]
_BAR_BELOW = [(0, 0.02), (1, 0)]

# The signs that the font lacks, or that have to stretch. Each is a list of strokes, each a list of
# points in the box that the sign fills: x from 0 to 1 rightwards, y from 0 to 1 upwards. A sign
# that is in neither is an error, so that no printed letter slips into the handwriting.
SIGNS: dict[str, list[list[tuple[float, float]]]] = {
    "(": [[(0.95, 1), (0.35, 0.8), (0.1, 0.5), (0.35, 0.18), (1, 0)]],
    ")": [[(0.05, 1), (0.65, 0.8), (0.9, 0.5), (0.65, 0.18), (0, 0)]],
    "[": [[(1, 1), (0.1, 0.98), (0.12, 0.02), (1, 0)]],
    "]": [[(0, 1), (0.9, 0.98), (0.88, 0.02), (0, 0)]],
    "\N{COMBINING CIRCUMFLEX ACCENT}": [[(-0.1, 0), (0.5, 0.62), (1.1, 0.04)]],
    "\N{COMBINING MACRON}": [[(-0.05, 0.35), (1.05, 0.4)]],
    "\N{COMBINING TILDE}": [[(-0.1, 0.1), (0.25, 0.4), (0.75, 0.05), (1.1, 0.4)]],
    "\N{PRIME}": [[(0.8, 1), (0.3, 0)]],
    "⋅": [[(0.3, 0.4), (0.7, 0.6), (0.5, 0.3)]],
    "⋯": [[(0.1, 0.5), (0.13, 0.52)], [(0.5, 0.5), (0.53, 0.5)], [(0.9, 0.5), (0.93, 0.52)]],
    "⊙": [_arc(100, 475), _DOT],
    "⊤": [[(-0.04, 0.82), (1.04, 0.85)], [(0.5, 0.83), (0.52, 0.5), (0.49, 0.1)]],
    "∂": [
        [
            *[(0.12, 0.86), (0.4, 1), (0.75, 0.9), (0.98, 0.6), (0.94, 0.25), (0.7, 0.02)],
            *[(0.4, -0.02), (0.1, 0.12), (0.02, 0.34), (0.2, 0.55), (0.5, 0.6), (0.8, 0.48)],
            (0.95, 0.34),
        ]
    ],
    "ℓ": [
        [
            *[(0, 0.22), (0.45, 0.5), (0.85, 0.82), (0.78, 0.98), (0.55, 0.95), (0.36, 0.55)],
            *[(0.38, 0.12), (0.6, 0), (1, 0.2)],
        ]
    ],
    "∑": [
        [
            *[(0.96, 0.84), (0.93, 0.99), (0.5, 1), (0.04, 0.98), (0.3, 0.73), (0.56, 0.5)],
            *[(0.28, 0.25), (0, 0.01), (0.5, 0.02), (0.97, 0), (1, 0.17)],
        ]
    ],
    "∏": [[(0, 0.98), (1, 1)], [(0.2, 0.98), (0.18, 0)], [(0.8, 1), (0.82, 0)]],
    "→": [[(0, 0.5), (0.5, 0.53), (1, 0.5)], [(0.72, 0.86), (1, 0.5), (0.74, 0.12)]],
    "←": [[(1, 0.5), (0.5, 0.47), (0, 0.5)], [(0.28, 0.88), (0, 0.5), (0.26, 0.12)]],
    "⇒": [[(0, 0.68), (0.82, 0.7)], [(0, 0.32), (0.82, 0.3)], [(0.62, 1), (1, 0.5), (0.64, 0)]],
    "∞": [
        [
            *[(0.5, 0.5), (0.3, 0.95), (0.06, 0.8), (0.04, 0.3), (0.25, 0.05), (0.5, 0.5)],
            *[(0.75, 0.95), (0.97, 0.75), (0.95, 0.25), (0.72, 0.05), (0.5, 0.5)],
        ]
    ],
    "√": [[(0, 0.4), (0.2, 0.5), (0.45, 0), (1, 1)]],
    "≈": [
        [(0, 0.7), (0.25, 0.92), (0.5, 0.75), (0.75, 0.58), (1, 0.8)],
        [(0, 0.25), (0.25, 0.45), (0.5, 0.28), (0.75, 0.1), (1, 0.32)],
    ],
    "≠": [[(0, 0.66), (1, 0.68)], [(0, 0.34), (1, 0.32)], [(0.72, 1), (0.28, 0)]],
    "≤": [[(1, 1), (0, 0.6), (1, 0.22)], _BAR_BELOW],
    "≥": [[(0, 1), (1, 0.6), (0, 0.22)], _BAR_BELOW],
    "‖": [[(0.15, 1), (0.1, 0)], [(0.9, 1), (0.85, 0)]],
}
