"""The paths of the drawings, in squares: bent and dashed lines, arrowheads, what lies inside."""

from __future__ import annotations

from math import cos, dist, hypot, radians, sin
from random import Random

from .ink import Point, smooth
from .sheet import SQUARE, Box, Ring


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
    """Whether the crayon may touch a point: it keeps off the outline a little."""
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
