"""A note: what it says in words, what is written and drawn on it, and its formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, radians, sin

from . import ink
from .ink import SQUARE, Box, NoteFault, Point, Ring
from .layout import by_hand
from .lint import faults
from .picture import to_svg
from .sheet import Sheet, Style, Written

Find = Callable[[str, str | None], str]
RELATIONS = ("=", "<", ">", r"\le", r"\ge", r"\ne", r"\approx")


@dataclass(frozen=True)
class Formula:
    """A formula on a note, and the label of the equation that it comes from."""

    label: str
    latex: str


class Note(Sheet):
    """A sheet with a title; see the guide in the docstring of the package.

    Parameters
    ----------
    name : str
        The name of its files, and the end of its anchor in the book, ``note-NAME``.
    title, alt, description : str
        Its name; what is seen, in a sentence or two; and what it says, in full.
    height : int
        Its height in squares; the width is always the same.
    find : callable
        Returns the LaTeX of an equation of the book, by its label, or of the link of it that is
        given. Raises ValueError if the book has no such equation, or if it does not say that.
    """

    def __init__(
        self, name: str, title: str, alt: str, description: str, height: int, find: Find
    ) -> None:
        super().__init__(name, height)
        self.title, self.alt, self.description = title, alt, description
        self.formulas: list[Formula] = []
        self._find = find

    def headline(self) -> Written:
        """Write the title at the top of the sheet, and underline it."""
        item, rng = self.begin("headline", self.title)
        place = self.set_line(item, rng, (2.4, 2), self.title, Style(31))
        self.underline(place)
        return place

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 23,
        color: str = "ink",
        anchor: str = "left",
    ) -> Written:
        """Write words, with mathematics between dollar signs, on the baseline at ``y``.

        ``x`` is the left end, the middle or the right end, as ``anchor`` says: "left", "center" or
        "right". An equation is not words, and raises ``NoteFault``: see ``formula``.
        """
        item, rng = self.begin("write", text)
        written = self.set_line(item, rng, (x, y), text, Style(size, color, anchor))
        if any(sign in formula for formula in text.split("$")[1::2] for sign in RELATIONS):
            what = "an equation is written with formula(), which compares it with the book's"
            raise self.fault(item, what)
        return written

    def formula(
        self,
        x: float,
        y: float,
        label: str,
        *,
        link: str | None = None,
        size: float = 32,
        anchor: str = "left",
        parts: dict[str, str] | None = None,
    ) -> Written:
        """Write the equation with this label as the book has it, or one link of its chain.

        A link is given as LaTeX, ``A = B``, and compared with the book's as trees, so that spaces
        do not count. ``parts`` gives parts, as LaTeX, their colours; the ``parts`` of what is
        returned say where these stand. A formula that is not the book's raises ``NoteFault``.
        """
        item, rng = self.begin("formula", label)
        try:
            latex = self._find(label, link)
            text = _in_dollars(latex)
        except ValueError as error:
            raise self.fault(item, str(error)) from None
        self.formulas.append(Formula(label, latex))
        style = Style(size, "ink", anchor, tuple((parts or {}).items()), _in_dollars)
        return self.set_line(item, rng, (x, y), text, style)

    def column(
        self,
        x: float,
        y: float,
        values: list[str],
        *,
        size: float = 23,
        color: str = "ink",
        leading: float = 1.5,
    ) -> Box:
        """Write numbers below each other, right-aligned at ``x``, in tall brackets.

        ``y`` is the first baseline and ``leading`` the distance of the baselines.
        """
        item, rng = self.begin("column", ", ".join(values))
        style = Style(size, color, "right")
        boxes = [
            self.set_line(item, rng, (x, y + n * leading), value, style)
            for n, value in enumerate(values)
        ]
        left, right = min(box.x0 for box in boxes) - 0.45, x + 0.45
        top, bottom = boxes[0].y0 - 0.3, boxes[-1].y1 + 0.35
        for side, tip in ((left, 0.35), (right, -0.35)):
            ends = [(side + tip, top), (side, top + 0.02), (side, bottom), (side + tip, bottom)]
            self.pen(item, ink.cornered(ends), rng, color, width=1.9, tremor=0.5)
        return Box(left, top, right, bottom)

    def margin_note(self, text: str) -> None:
        """Write along the left edge, from the bottom up; it is small, and said elsewhere too."""
        item, rng = self.begin("margin note", text)
        x, y = 1.0, self.height - 0.8
        start = len(self.ink)
        self.set_line(item, rng, (x, y), text, Style(17, "pencil"))
        turned = "".join(self.ink[start:])
        self.ink[start:] = [
            f'<g transform="rotate(-90 {x * SQUARE:g} {y * SQUARE:g})">{turned}</g>'
        ]
        item.writing = None

    def box(
        self, x: float, y: float, width: float, height: float, label: str = "", **how: str | float
    ) -> Box:
        """Draw a box with its upper left corner at ``x, y``, and a label in its middle.

        ``color`` is that of the pen, ``fill`` that of the crayon, ``size`` that of the label.
        """
        place = Box(x, y, x + width, y + height)
        right, low = place.x1, place.y1
        path = [(x + 0.3, y + 0.02), (right, y - 0.04), (right + 0.03, low), (x - 0.03, low + 0.03)]
        self._shape("box", place, ink.cornered([*path, (x + 0.02, y - 0.08)]), label, **how)
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
        item.lines.append(ink.wobbly(x, y, radius, rng))
        if not full:  # the hole winds the other way round
            item.lines.append(ink.wobbly(x, y, max(radius - 0.1, radius / 2), rng)[::-1])
        edges = [[(a * SQUARE, b * SQUARE) for a, b in line] for line in item.lines]
        self.ink.append(f'<path class="{color}" d="{"".join(map(ink.closed, edges))}"/>')
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
        path = ink.bent(start, end, bend, gap)
        pieces = ink.dashes(path) if dashed else [path]
        for piece in pieces:
            self.pen(item, piece, rng, color, width=width, tremor=0.7)
        self.pen(item, ink.cornered(ink.head(path)), rng, color, width=width, tremor=0.3)

    def line(self, points: list[Point], *, color: str = "ink", width: float = 2.1) -> None:
        """Draw a line with corners at ``points``."""
        item, rng = self.begin("line", color)
        self.pen(item, ink.cornered(points), rng, color, width=width, tremor=0.6)

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
        zigzag = ink.crayon_path(place, rng)
        data = "L".join(f"{x * SQUARE:.1f} {y * SQUARE:.1f}" for x, y in zigzag)
        self.ground.append(f'<path class="{color} crayon" d="M{data}"/>')

    def highlighter(self, place: Box, *, pad: float = 0.4) -> None:
        """Mark what is written in a place with one broad stroke."""
        _, rng = self.begin("highlighter")
        (x, y), high = place.center, (place.y1 - place.y0 + 0.5) * SQUARE
        ends = [(place.x0 - pad, y + 0.04), (x, y - 0.04), (place.x1 + pad, y + 0.04)]
        path = [(a * SQUARE, b * SQUARE) for a, b in ends]
        data = ink.stroke(path, rng, width=high, tremor=1.4, step=12)
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
        for piece in ink.dashes(path) if dashed else [path]:
            self.pen(item, piece, rng, color, width=2.4, tremor=0.5)

    def svg(self) -> str:
        """Return the picture.

        Raises
        ------
        NoteFault
            If the note is hard to read: each thing that is wrong is on a line of its own.
        """
        if found := faults(self):
            raise NoteFault("\n".join(f"note {self.name}, {fault}" for fault in found))
        return to_svg(self, self.title, self.alt)


def _in_dollars(latex: str) -> str:
    return f"${by_hand(latex)}$"
