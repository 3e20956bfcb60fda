"""Writing on the sheet: words, formulas, columns of numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .ink import Point, cornered
from .inking import Inking
from .layout import Line, Sign, lay_out
from .sheet import SQUARE, Box, Item

ANCHORS = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True)
class Written(Box):
    """Where something is written; ``parts`` says the same of each part that has a colour."""

    parts: dict[str, Box]


@dataclass(frozen=True)
class Style:
    """How something is written: its size in px, its colour, and those of its parts.

    ``spell`` turns a part, as it is given, into what is laid out.
    """

    size: float
    color: str = "ink"
    anchor: str = "left"
    parts: tuple[tuple[str, str], ...] = ()
    spell: Callable[[str], str] = str


class Writing(Inking):
    """A sheet that can be written on."""

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
        "right".
        """
        item, rng = self.begin("write", text)
        return self.set_line(item, rng, (x, y), text, Style(size, color, anchor))

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
            self.pen(item, cornered(ends), rng, color, width=1.9, tremor=0.5)
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

    def set_line(self, item: Item, rng: Random, at: Point, text: str, style: Style) -> Written:
        """Lay a line out, ink it, and note for the checks where it stands."""
        line, found = self._lay_out(item, rng, text, style)
        x = at[0] * SQUARE - line.width * ANCHORS[style.anchor]
        colors = [style.color] * len(line.signs)
        for part, color in style.parts:
            for start, end in found[part]:
                colors[start:end] = [color] * (end - start)
        origin = x, at[1] * SQUARE
        self.ink_line(item, line, colors, origin, rng)
        place = _place(line.signs, origin)
        boxes = {part: _place(line.signs[slice(*found[part][0])], origin) for part in found}
        item.writing = item.writing.around(place) if item.writing else place
        item.smallest = min(sign.size for sign in line.signs)
        return Written(place.x0, place.y0, place.x1, place.y1, boxes)

    def _lay_out(
        self, item: Item, rng: Random, text: str, style: Style
    ) -> tuple[Line, dict[str, list[tuple[int, int]]]]:
        """Return the line, and for each part where it stands in it."""
        try:
            line = lay_out(text, style.size, rng)
            shapes = {part: lay_out(style.spell(part), 1, Random(0)) for part, _ in style.parts}
        except ValueError as error:
            raise self.fault(item, str(error).strip()) from None
        if not line.signs:
            raise self.fault(item, "there is nothing to write")
        found = {part: line.find(shape) for part, shape in shapes.items()}
        for part, ranges in found.items():
            if not ranges:
                raise self.fault(item, f"its part {part} does not stand in it")
        return line, found


def _place(signs: tuple[Sign, ...], origin: Point) -> Box:
    """Return the box, in squares, of the ink of some signs."""
    left, top, right, bottom = zip(*(sign.box for sign in signs), strict=True)
    x, y = origin
    ends = x + min(left), y + min(top), x + max(right), y + max(bottom)
    return Box(*(end / SQUARE for end in ends))
