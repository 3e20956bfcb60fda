"""The ink: places on the sheet, the ways of a pen between them, and its strokes as SVG paths.

Places and ways are in squares of the paper, strokes in px. A stroke is a filled outline, so that
its width can breathe with the pressure of the pen, and its line trembles by about a pixel. All
randomness comes from the generator that is handed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import cos, dist, hypot, radians, sin, tau
from random import Random

SQUARE = 20  # px
INKS = ("ink", "blue", "red", "green", "violet", "pencil")
WIDTH = 32  # squares: on a phone, 360 px wide, the smallest writing is then 12 px high
Point = tuple[float, float]


class NoteFault(ValueError):
    """A note that cannot be drawn as it is described; the message names the note and the item."""


@dataclass(frozen=True)
class Box:
    """A place on the sheet, in squares, with the points where arrows begin and end."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def left(self) -> Point:
        """The middle of the left side."""
        return self.x0, (self.y0 + self.y1) / 2

    @property
    def right(self) -> Point:
        """The middle of the right side."""
        return self.x1, (self.y0 + self.y1) / 2

    @property
    def top(self) -> Point:
        """The middle of the upper side."""
        return (self.x0 + self.x1) / 2, self.y0

    @property
    def bottom(self) -> Point:
        """The middle of the lower side."""
        return (self.x0 + self.x1) / 2, self.y1

    @property
    def center(self) -> Point:
        """The middle."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def around(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        return Box(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )


@dataclass(frozen=True)
class Ring(Box):
    """The place of an ellipse that fills its box."""


def smooth(points: list[Point], step: float = 5.0) -> list[Point]:
    """Return points about ``step`` px apart on a smooth curve (Catmull-Rom) through ``points``."""
    framed = [points[0], *points, points[-1]]
    curve = []
    for before, start, end, after in zip(framed, framed[1:], framed[2:], framed[3:], strict=False):
        parts = max(2, int(dist(start, end) / step))
        for t in (n / parts for n in range(parts)):
            weights = (
                (-t + 2 * t**2 - t**3) / 2,
                (2 - 5 * t**2 + 3 * t**3) / 2,
                (t + 4 * t**2 - 3 * t**3) / 2,
                (-(t**2) + t**3) / 2,
            )
            corners = before, start, end, after
            x, y = (sum(w * c[k] for w, c in zip(weights, corners, strict=True)) for k in (0, 1))
            curve.append((x, y))
    return [*curve, points[-1]]


def cornered(points: list[Point]) -> list[Point]:
    """Return more points on the straight lines between ``points``, so that corners stay sharp."""
    line = [
        (x0 + (x1 - x0) * part, y0 + (y1 - y0) * part)
        for (x0, y0), (x1, y1) in pairwise(points)
        for part in (0, 0.04, 0.5, 0.96)
    ]
    return [*line, points[-1]]


def stroke(
    points: list[Point], rng: Random, *, width: float, tremor: float, step: float = 5.0
) -> str:
    """Ink a stroke through ``points`` (px); ``width`` and ``tremor`` in px."""
    curve = smooth(points, step)
    along = [0.0, *accumulate(dist(a, b) for a, b in pairwise(curve))]
    phases = [rng.uniform(0, tau) for _ in range(5)]
    left, right = [], []
    for n, (x, y) in enumerate(curve):
        a, b = curve[max(n - 1, 0)], curve[min(n + 1, len(curve) - 1)]
        length = dist(a, b) or 1
        across = (a[1] - b[1]) / length, (b[0] - a[0]) / length
        shift = tremor * _wave(along[n], phases)
        half = width / 2 * _pressure(along[n], along[-1], width, phases)
        left.append((x + across[0] * (shift + half), y + across[1] * (shift + half)))
        right.append((x + across[0] * (shift - half), y + across[1] * (shift - half)))
    return closed(left + right[::-1])


def _wave(s: float, phases: list[float]) -> float:
    """Return how far the hand strays after ``s`` px: three slow waves of different lengths."""
    waves = ((1, 23), (0.6, 9.5), (1.3, 70))
    return sum(c * sin(s / n + p) for (c, n), p in zip(waves, phases, strict=False)) / 2


def _pressure(s: float, length: float, width: float, phases: list[float]) -> float:
    """Return how hard the pen is pressed: lightly at both ends, and breathing in between."""
    ends = min(1, 0.62 + s / 6, 0.5 + (length - s) / 7)
    breath = 0.13 * sin(s / 13 + phases[3]) + 0.1 * sin(s / 41 + phases[4])
    return ends * (1 + min(1, 5 / width) * breath)


def _tenths(x: float) -> int:
    """Round to tenths; what lies between two but for an error of floats counts as half way."""
    return round(round(10 * x, 6))


def closed(ring: list[Point]) -> str:
    """Return a closed curve through the middles between the points, in tenths of a pixel."""
    tenths = [(_tenths(x), _tenths(y)) for x, y in ring]
    neighbours = zip(tenths, tenths[1:] + tenths[:1], strict=True)
    middles = [((a[0] + b[0]) // 2, (a[1] + b[1]) // 2) for a, b in neighbours]
    x, y = middles[-1]
    data = [f"M{x / 10:g} {y / 10:g}q"]
    for corner, middle in zip(tenths, middles, strict=True):
        for px, py in (corner, middle):
            data += [f"{(px - x) / 10:g}", f"{(py - y) / 10:g}"]
        x, y = middle
    text = data[0] + " ".join(data[1:])
    return text.replace(" -", "-").replace(" 0.", " .").replace("-0.", "-.") + "z"


def crayon_path(place: Box, rng: Random) -> list[Point]:
    """Return a zigzag, from the lower left to the upper right, that fills a box or a ring."""
    (cx, cy), reach = place.center, (place.x1 - place.x0 + place.y1 - place.y0) / 2
    path, at = [], -reach
    while at < reach:
        line = [(cx + at + d, cy - d) for d in (reach * (n / 40 - 1) for n in range(81))]
        touched = [point for point in line if _inside(place, point)]
        if len(touched) > 4:
            for x, y in (touched[-1], touched[0]):
                path.append((x + rng.uniform(-0.06, 0.06), y + rng.uniform(-0.1, 0.1)))
        at += 0.4 + rng.uniform(-0.06, 0.06)
    return path


def _inside(place: Box, point: Point) -> bool:
    """Say whether the crayon may touch a point: it keeps off the outline a little."""
    (cx, cy), (x, y) = place.center, point
    if isinstance(place, Ring):
        return hypot(x - cx, y - cy) < (place.x1 - place.x0) / 2 * 0.88
    pad = 0.2
    return place.x0 + pad < x < place.x1 - pad and place.y0 + pad < y < place.y1 - pad


def bent(start: Point, end: Point, bend: float, gap: float) -> list[Point]:
    """Return nine points of a parabola from ``start`` to ``end``, without the gaps at its ends."""
    length = dist(start, end)
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    path = []
    for n in range(9):
        along = gap + (length - 2 * gap) * n / 8
        aside = bend * (1 - (n / 4 - 1) ** 2)
        path.append((start[0] + ux * along + uy * aside, start[1] + uy * along - ux * aside))
    return path


def head(path: list[Point]) -> list[Point]:
    """Return the two wings of an arrow and its tip."""
    (x0, y0), (x1, y1) = path[-2:]
    length, size = dist(path[-2], path[-1]), 0.52
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    wings = [(x1 - size * (ux - s * 0.55 * uy), y1 - size * (uy + s * 0.55 * ux)) for s in (1, -1)]
    return [wings[0], (x1, y1), wings[1]]


def dashes(path: list[Point]) -> list[list[Point]]:
    """Cut a path into dashes of about two thirds of a square."""
    fine = smooth([(x * SQUARE, y * SQUARE) for x, y in path], step=3)
    squares = [(x / SQUARE, y / SQUARE) for x, y in fine]
    return [squares[n : n + 6] for n in range(0, len(squares) - 3, 9)]


def wobbly(x: float, y: float, radius: float, rng: Random) -> list[Point]:
    """Return ten points around ``x, y``, each about as far from it as ``radius``."""
    points = []
    for n in range(10):
        far = radius * rng.uniform(0.96, 1.04)
        points.append((x + far * cos(radians(36 * n)), y + far * sin(radians(36 * n))))
    return points
