"""Drawing on the sheet: boxes, rings, arrows, braces, curves, and what lies under the ink."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin

from .ink import Point, closed, cornered, stroke
from .paths import bent, crayon_path, dashes, head, wobbly
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

    def dot(
        self, x: float, y: float, radius: float, *, color: str = "ink", full: bool = True
    ) -> Ring:
        """Draw a dot around ``x, y``: a full one is a point of a plot, or a number above zero."""
        item, rng = self.begin("dot", color)
        self.known(item, color)
        item.lines.append(wobbly(x, y, radius, rng))
        if not full:  # the hole winds the other way round
            item.lines.append(wobbly(x, y, max(radius - 0.1, radius / 2), rng)[::-1])
        edges = [[(a * SQUARE, b * SQUARE) for a, b in line] for line in item.lines]
        self.ink.append(f'<path class="{color}" d="{"".join(map(closed, edges))}"/>')
        return Ring(x - radius, y - radius, x + radius, y + radius)

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
        path = bent(start, end, bend, gap)
        pieces = dashes(path) if dashed else [path]
        for piece in pieces:
            self.pen(item, piece, rng, color, width=width, tremor=0.7)
        self.pen(item, cornered(head(path)), rng, color, width=width, tremor=0.3)

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
        zigzag = crayon_path(place, rng)
        data = "L".join(f"{x * SQUARE:.1f} {y * SQUARE:.1f}" for x, y in zigzag)
        self.ground.append(f'<path class="{color} crayon" d="M{data}"/>')

    def highlighter(self, place: Box, *, pad: float = 0.4) -> None:
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
        for piece in dashes(path) if dashed else [path]:
            self.pen(item, piece, rng, color, width=2.4, tremor=0.5)
