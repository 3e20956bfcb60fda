"""The sheet: what has been written and drawn on it so far, and where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from .ink import Point, stroke
from .palette import INKS

SQUARE = 20  # px
WIDTH = 32  # squares: on a phone, 360 px wide, the smallest writing is then 12 px high


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
