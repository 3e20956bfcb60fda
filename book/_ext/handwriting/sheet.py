"""The sheet: what has been inked on it so far, and where; strokes, and lines of writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import cos, radians, sin
from random import Random

from .hand import EM, SIGNS, extent, thickness
from .ink import INKS, SQUARE, Box, NoteFault, Point, stroke
from .layout import Line, Sign, lay_out

ANCHORS = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True)
class Written(Box):
    """A place where something is written, and in ``parts`` that of each part that has a colour."""

    parts: dict[str, Box]


@dataclass(frozen=True)
class Style:
    """The style of a line: its size in px, its colour, and those of its parts.

    ``spell`` turns a part, as it is given, into what is laid out.
    """

    size: float
    color: str = "ink"
    anchor: str = "left"
    parts: tuple[tuple[str, str], ...] = ()
    spell: Callable[[str], str] = str


@dataclass
class Item:
    """One item of a note: what it is, the ink it left, and what the checks have to know of it.

    ``writing`` is the place of its letters, ``smallest`` the size of its smallest sign in px,
    ``lines`` the strokes of its drawing, each as points in squares.
    """

    name: str
    writing: Box | None = None
    smallest: float = 0.0
    lines: list[list[Point]] = field(default_factory=list)

    def __str__(self) -> str:
        return self.name


class Sheet:
    """An empty sheet of squared paper. Places are in squares from its upper left corner."""

    def __init__(self, name: str, height: int) -> None:
        self.name, self.height = name, height
        self.items: list[Item] = []
        self.ground: list[str] = []  # crayon and highlighter, under all ink
        self.ink: list[str] = []
        self.glyphs: list[int] = []  # those of the hand's font that are used, in order
        self._seen: Counter[str] = Counter()

    def begin(self, kind: str, what: str = "") -> tuple[Item, Random]:
        """Begin an item: return it and its own source of randomness.

        The randomness is seeded by the note, the item and how many such there were before, so the
        same source gives the same bytes, and a new item leaves the others as they are.
        """
        key = f"{kind} {what!r}" if what else kind
        self._seen[key] += 1
        item = Item(f"item {len(self.items) + 1}, {key}")
        self.items.append(item)
        return item, Random(f"{self.name}|{key}|{self._seen[key]}")

    def fault(self, item: Item, what: str) -> NoteFault:
        """Return the error that names this note and the item."""
        return NoteFault(f"note {self.name}, {item}: {what}")

    def known(self, item: Item, color: str) -> str:
        """Return the name of a colour, or raise the error that it is not one of the inks."""
        if color not in INKS:
            raise self.fault(item, f"there is no ink {color!r}; there are {', '.join(INKS)}")
        return color

    def pen(
        self,
        item: Item,
        points: list[Point],
        rng: Random,
        color: str = "ink",
        *,
        width: float = 2.1,
        tremor: float = 0.9,
    ) -> None:
        """Draw one stroke through ``points``, in squares."""
        self.known(item, color)
        pixels = [(x * SQUARE, y * SQUARE) for x, y in points]
        item.lines.append(list(points))
        data = stroke(pixels, rng, width=width, tremor=tremor)
        self.ink.append(f'<path class="{color}" d="{data}"/>')

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

    def ink_line(
        self, item: Item, line: Line, colors: list[str], origin: Point, rng: Random
    ) -> None:
        """Ink each sign and rule; the hand drifts up and down a little along the line."""
        slope, phase = rng.gauss(-0.001, 0.0015), rng.uniform(0, 6)
        inked: dict[str, list[str]] = {self.known(item, color): [] for color in colors}
        for sign, color in zip(line.signs, colors, strict=True):
            drift = slope * sign.x + 0.9 * sin(sign.x / 60 + phase)
            at = origin[0] + sign.x, origin[1] + sign.y + drift
            draw = self._glyph if sign.in_hand else self._strokes
            inked[color].append(draw(item, sign, at, rng))
        for x, y, width in line.rules:
            left, height = origin[0] + x, origin[1] + y
            ends = [(left - 2, height), (left + width + 3, height)]
            color = next(c for s, c in zip(line.signs, colors, strict=True) if s.x >= x - 1)
            data = stroke(ends, rng, width=_pen(line.signs[0].size), tremor=0.5)
            inked[color].append(f'<path d="{data}"/>')
        self.ink += [f'<g class="{color}">{"".join(ink)}</g>' for color, ink in inked.items()]

    def _glyph(self, item: Item, sign: Sign, at: Point, rng: Random) -> str:
        """A letter of the font, turned and scaled a little, as thick as the pen is."""
        if sign.index not in self.glyphs:
            self.glyphs.append(sign.index)
        turn, scale = radians(rng.gauss(0, 1.3)), sign.size / EM * rng.gauss(1, 0.02)
        slant = rng.gauss(0, 0.03) * scale
        a, b = scale * cos(turn), scale * sin(turn)
        matrix = f"{a:.4f} {-b:.4f} {b + slant:.4f} {-a:.4f} {at[0]:.1f} {at[1]:.1f}"
        thicker = round(_pen(sign.size) * EM / sign.size - thickness(sign.index))
        attribute = f' stroke-width="{thicker}"' if thicker > 3 else ""
        return f'<use href="#{self.glyph_id(sign.index)}" transform="matrix({matrix})"{attribute}/>'

    def _strokes(self, item: Item, sign: Sign, at: Point, rng: Random) -> str:
        """A sign that the font lacks, drawn into the place that the layout gave it."""
        if sign.char not in SIGNS:
            code = f"U+{ord(sign.char):04X}"
            raise self.fault(
                item, f"the hand has no sign {sign.char!r} ({code}); see SIGNS in hand.py"
            )
        k, step = sign.size / EM, max(2.2, sign.size / 9)
        left, low, right, high = (k * end for end in extent(sign.index, sign.path))
        paths = []
        for points in SIGNS[sign.char]:
            shaken = [(x + rng.gauss(0, 0.014), y + rng.gauss(0, 0.014)) for x, y in points]
            place = [
                (at[0] + left + (right - left) * x, at[1] - low - (high - low) * y)
                for x, y in shaken
            ]
            data = stroke(place, rng, width=_pen(sign.size), tremor=0.25, step=step)
            paths.append(f'<path d="{data}"/>')
        return "".join(paths)

    def glyph_id(self, index: int) -> str:
        """Return the id of a glyph's outline: by note and kind, so that no two notes share one."""
        return f"{self.name}-glyph-{index}"


def _pen(size: float) -> float:
    """Return the width of the pen, in px, for signs of a size: a small one is pressed less."""
    return 1.85 * (size / 28) ** 0.55


def _place(signs: tuple[Sign, ...], origin: Point) -> Box:
    """Return the box, in squares, of the ink of some signs."""
    left, top, right, bottom = zip(*(sign.box for sign in signs), strict=True)
    x, y = origin
    ends = x + min(left), y + min(top), x + max(right), y + max(bottom)
    return Box(*(end / SQUARE for end in ends))
