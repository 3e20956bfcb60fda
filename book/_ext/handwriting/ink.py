"""The ink: a stroke of the pen as the data of an SVG path.

A stroke is a filled outline, so that its width can breathe with the pressure of the pen, and its
line trembles by about a pixel. All randomness comes from the generator that is handed over.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from math import dist, sin, tau
from random import Random

Point = tuple[float, float]


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
    """How far the hand strays after ``s`` px: three slow waves of different lengths."""
    waves = ((1, 23), (0.6, 9.5), (1.3, 70))
    return sum(c * sin(s / n + p) for (c, n), p in zip(waves, phases, strict=False)) / 2


def _pressure(s: float, length: float, width: float, phases: list[float]) -> float:
    """How hard the pen is pressed: lightly at both ends, and breathing in between."""
    ends = min(1, 0.62 + s / 6, 0.5 + (length - s) / 7)
    breath = 0.13 * sin(s / 13 + phases[3]) + 0.1 * sin(s / 41 + phases[4])
    return ends * (1 + min(1, 5 / width) * breath)


def closed(ring: list[Point]) -> str:
    """Return a closed curve through the middles between the points, in tenths of a pixel."""
    tenths = [(round(10 * x), round(10 * y)) for x, y in ring]
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
