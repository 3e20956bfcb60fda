"""Drawing on the sheet: boxes, rings, arrows, braces, curves, and what lies under the ink."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, dist, hypot, radians, sin

from .ink import Point, cornered, smooth, stroke
from .sheet import SQUARE, Box, Ring
from .writing import Writing


class Drawing(Writing):
    """A sheet that can be written and drawn on."""

    def box(
        self, x: float, y: float, width: float, height: float, label: str = "", **how: str | float
    ) -> Box:
        """Draw a box with its upper left corner at ``x, y``, and a label in its middle.

        ``color`` is that of the pen, ``fill`` that of the crayon, ``size`` that of the label.
        """
        place = Box(x, y, x + width, y + height)
        right, low = place.x1, place.y1
        path = [(x + 0.3, y + 0.02), (right, y - 0.04), (right + 0.03, low), (x - 0.03, low + 0.03)]
        self._shape("box", place, cornered([*path, (x + 0.02, y - 0.08)]), label, **how)
        return place

    def ring(self, x: float, y: float, radius: float, label: str = "", **how: str | float) -> Ring:
        """Draw a ring around ``x, y``, not quite closed as a hand does it; else as ``box``."""
        place = Ring(x - radius, y - radius, x + radius, y + radius)
        angles = [radians(-105 + 368 * n / 20) for n in range(21)]
        path = [
            (
                x + radius * (1 + 0.001 * n) * cos(angle),
                y + radius * (1.01 - 0.001 * n) * sin(angle),
            )
            for n, angle in enumerate(angles)
        ]
        self._shape("ring", place, path, label, **how)
        return place

    def _shape(self, kind, place, path, label, *, color="ink", fill="", size=28, width=2.1) -> None:
        item, rng = self.begin(kind, label)
        if fill:
            self.crayon(place, fill)
        self.pen(item, path, rng, color, width=width)
        if label:
            self._centre(place, label, size, "ink" if fill else color)

    def _centre(self, place: Box, label: str, size: float, color: str) -> None:
        """Write a label so that its letters without index stand in the middle of a place."""
        x, y = place.center
        self.write(x, y + 0.3 * size / SQUARE, label, size=size, color=color, anchor="center")

    def arrow(
        self,
        start: Point,
        end: Point,
        *,
        color: str = "ink",
        bend: float = 0.0,
        width: float = 2.1,
        dashed: bool = False,
        gap: float = 0.25,
    ) -> None:
        """Draw an arrow, ``gap`` short of both ends.

        ``bend`` is how far its middle lies to the left of the straight way.
        """
        item, rng = self.begin("arrow", color)
        path = _bent(start, end, bend, gap)
        pieces = _dashes(path) if dashed else [path]
        for piece in pieces:
            self.pen(item, piece, rng, color, width=width, tremor=0.7)
        self.pen(item, cornered(_head(path)), rng, color, width=width, tremor=0.3)

    def line(self, points: list[Point], *, color: str = "ink", width: float = 2.1) -> None:
        """Draw a line with corners at ``points``."""
        item, rng = self.begin("line", color)
        self.pen(item, cornered(points), rng, color, width=width, tremor=0.6)

    def brace(self, x0: float, x1: float, y: float, *, color: str = "ink") -> Point:
        """Draw a brace below what stands between ``x0`` and ``x1``; return its tip."""
        item, rng = self.begin("brace", color)
        half = [(0, 0), (0.18, 0.34), (0.65, 0.4)]
        left = [(x0 + dx, y + dy) for dx, dy in half]
        right = [(x1 - dx, y + dy) for dx, dy in reversed(half)]
        middle = (x0 + x1) / 2
        tip = [(middle - 0.4, y + 0.43), (middle, y + 0.85), (middle + 0.4, y + 0.43)]
        self.pen(item, [*left, *tip, *right], rng, color, width=1.9, tremor=0.3)
        return tip[1]

    def underline(self, place: Box, *, color: str = "ink") -> None:
        """Draw a line under what is written there."""
        item, rng = self.begin("underline", color)
        y, (x, _) = place.y1 + 0.22, place.center
        path = [(place.x0 - 0.1, y + 0.05), (x, y - 0.05), (place.x1 + 0.2, y)]
        self.pen(item, path, rng, color, width=2.4)

    def crayon(self, place: Box, color: str) -> None:
        """Fill a box or a ring with the strokes of a crayon."""
        item, rng = self.begin("crayon", color)
        self.known(item, color)
        (cx, cy), rx, ry = place.center, place.x1 - place.x0, place.y1 - place.y0
        zigzag, reach = [], (rx + ry) / 2
        at = -reach
        while at < reach:
            line = [(cx + at + d, cy - d) for d in (reach * (n / 40 - 1) for n in range(81))]
            inside = [point for point in line if _inside(place, point)]
            if len(inside) > 4:
                ends = inside[-1], inside[0]
                shake = (0.06, 0.1)
                zigzag += [
                    [c + rng.uniform(-s, s) for c, s in zip(end, shake, strict=True)]
                    for end in ends
                ]
            at += 0.4 + rng.uniform(-0.06, 0.06)
        data = "L".join(f"{x * SQUARE:.1f} {y * SQUARE:.1f}" for x, y in zigzag)
        self.ground.append(f'<path class="{color} crayon" d="M{data}"/>')

    def highlighter(self, place: Box, *, pad: float = 0.2) -> None:
        """Mark what is written in a place with one broad stroke."""
        _, rng = self.begin("highlighter")
        (x, y), high = place.center, (place.y1 - place.y0 + 0.5) * SQUARE
        ends = [(place.x0 - pad, y + 0.04), (x, y - 0.04), (place.x1 + pad, y + 0.04)]
        path = [(a * SQUARE, b * SQUARE) for a, b in ends]
        data = stroke(path, rng, width=high, tremor=1.4, step=12)
        self.ground.append(f'<path class="yellow highlighter" d="{data}"/>')

    def plot(
        self,
        function: Callable[[float], float],
        start: float,
        end: float,
        to: Callable[[float, float], Point],
        *,
        color: str = "blue",
        dashed: bool = False,
    ) -> None:
        """Draw the graph of a function; ``to`` turns its coordinates into places on the sheet."""
        item, rng = self.begin("plot", color)
        values = [start + (end - start) * n / 28 for n in range(29)]
        path = [to(value, function(value)) for value in values]
        for piece in _dashes(path) if dashed else [path]:
            self.pen(item, piece, rng, color, width=2.4, tremor=0.5)


def _inside(place: Box, point: Point) -> bool:
    """Whether the crayon may touch a point: it keeps off the outline a little."""
    (cx, cy), (x, y) = place.center, point
    if isinstance(place, Ring):
        return hypot(x - cx, y - cy) < (place.x1 - place.x0) / 2 * 0.88
    pad = 0.2
    return place.x0 + pad < x < place.x1 - pad and place.y0 + pad < y < place.y1 - pad


def _bent(start: Point, end: Point, bend: float, gap: float) -> list[Point]:
    """Return nine points of a parabola from ``start`` to ``end``, without the gaps at its ends."""
    length = dist(start, end)
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    path = []
    for n in range(9):
        along = gap + (length - 2 * gap) * n / 8
        aside = bend * (1 - (n / 4 - 1) ** 2)
        path.append((start[0] + ux * along + uy * aside, start[1] + uy * along - ux * aside))
    return path


def _head(path: list[Point]) -> list[Point]:
    """Return the two wings of an arrow and its tip."""
    (x0, y0), (x1, y1) = path[-2:]
    length, size = dist(path[-2], path[-1]), 0.52
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    wings = [(x1 - size * (ux - s * 0.55 * uy), y1 - size * (uy + s * 0.55 * ux)) for s in (1, -1)]
    return [wings[0], (x1, y1), wings[1]]


def _dashes(path: list[Point]) -> list[list[Point]]:
    """Cut a path into dashes of about two thirds of a square."""
    fine = smooth([(x * SQUARE, y * SQUARE) for x, y in path], step=3)
    squares = [(x / SQUARE, y / SQUARE) for x, y in fine]
    return [squares[n : n + 6] for n in range(0, len(squares) - 3, 9)]
