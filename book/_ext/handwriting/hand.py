"""The hand: the shapes of the letters, as outlines, read from the font beside this module.

One em is 1000 units; in the font's own coordinates y points up.
"""

from __future__ import annotations

from functools import cache
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
    """Return how far the hand moves on after this glyph."""
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
    """Return a glyph's outline as the data of an SVG path, in whole units."""
    font = open_font()
    font.load_glyph(index, LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    data, n = [], 0
    while n < len(codes):
        size = 1 if codes[n] in (1, 2, CLOSE) else int(codes[n]) - 1
        numbers = np.rint(points[n : n + size]).astype(int).ravel()
        letter = "Z" if codes[n] == CLOSE else " MLQC"[codes[n]]
        data.append(letter + ("" if letter == "Z" else " ".join(map(str, numbers))))
        n += size
    return "".join(data)
