"""Writing on the sheet: words, formulas, columns of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from random import Random

from .hand import EM, extent, thickness
from .ink import cornered, stroke
from .layout import Line, Sign, lay_out
from .sheet import SQUARE, Box, Item, Sheet
from .signs import SIGNS


@dataclass(frozen=True)
class Written(Box):
    """Where something is written; ``parts`` says the same of each part that has a colour."""

    parts: dict[str, Box]


class Writing(Sheet):
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
        parts: dict[str, str] | None = None,
    ) -> Written:
        """Write words, with mathematics between dollar signs, on the baseline at ``y``.

        ``x`` is the left end, the middle or the right end, as ``anchor`` says. ``parts`` gives
        parts of the text, in the same notation, their own colours.
        """
        item, rng = self.begin("write", text)
        return self._set(item, rng, (x, y), text, size, color, anchor, parts or {})

    def _set(self, item, rng, at, text, size, color, anchor, parts) -> Written:
        """Lay a line out, ink it, and note for the checks where it stands."""
        try:
            line = lay_out(text, size, rng)
            found = {part: line.find(lay_out(part, size, Random(0))) for part in parts}
        except ValueError as error:
            raise self.fault(item, str(error).strip()) from None
        missing = [part for part, ranges in found.items() if not ranges]
        if missing:
            raise self.fault(item, f"its part {missing[0]!r} does not stand in it")
        origin = at[0] * SQUARE - line.width * _SHARE[anchor], at[1] * SQUARE
        colors = [color] * len(line.signs)
        for part, ranges in found.items():
            for start, end in ranges:
                colors[start:end] = [parts[part]] * (end - start)
        self._ink_line(item, line, colors, origin, rng)
        boxes = {
            part: _place(line.signs[ranges[0][0] : ranges[0][1]], origin)
            for part, ranges in found.items()
        }
        place = _place(line.signs, origin)
        item.writing = place if item.writing is None else item.writing.around(place)
        item.smallest = min(sign.size for sign in line.signs)
        return Written(place.x0, place.y0, place.x1, place.y1, boxes)

    def _ink_line(self, item, line: Line, colors, origin, rng: Random) -> None:
        """Ink each sign and rule; the hand drifts up and down a little along the line."""
        left, baseline = origin
        slope, phase = rng.gauss(-0.001, 0.0015), rng.uniform(0, 6)
        strokes: dict[str, list[str]] = {}
        for sign, color in zip(line.signs, colors, strict=True):
            drift = slope * sign.x + 0.9 * sin(sign.x / 60 + phase)
            at = left + sign.x, baseline + sign.y + drift
            ink = self._glyph if sign.in_hand else self._strokes
            strokes.setdefault(color, []).append(ink(item, sign, at, rng))
        for x, y, width in line.rules:
            ends = [(left + x - 2, baseline + y), (left + x + width + 3, baseline + y)]
            color = next(c for s, c in zip(line.signs, colors, strict=True) if s.x >= x - 1)
            data = stroke(ends, rng, width=_pen(line.signs[0].size), tremor=0.5)
            strokes[color].append(f'<path d="{data}"/>')
        for color, inked in strokes.items():
            self.ink.append(f'<g class="{color}">{"".join(inked)}</g>')

    def _glyph(self, item: Item, sign: Sign, at, rng: Random) -> str:
        """A letter of the font: turned a little, scaled a little; small ones with as thick a pen."""
        if sign.index not in self.glyphs:
            self.glyphs.append(sign.index)
        turn, scale = radians(rng.gauss(0, 1.3)), sign.size / EM * rng.gauss(1, 0.02)
        slant = rng.gauss(0, 0.03) * scale
        a, b = scale * cos(turn), scale * sin(turn)
        matrix = f"{a:.4f} {-b:.4f} {b + slant:.4f} {-a:.4f} {at[0]:.1f} {at[1]:.1f}"
        thicker = round(_pen(sign.size) * EM / sign.size - thickness(sign.index))
        attribute = f' stroke-width="{thicker}"' if thicker > 3 else ""
        return f'<use href="#{self.glyph_id(sign.index)}" transform="matrix({matrix})"{attribute}/>'

    def _strokes(self, item: Item, sign: Sign, at, rng: Random) -> str:
        """A sign that the font lacks, drawn into the place that the layout gave it."""
        if sign.char not in SIGNS:
            code = f"U+{ord(sign.char):04X}"
            raise self.fault(item, f"the hand has no sign {sign.char!r} ({code}); see signs.py")
        left, low, right, high = (
            end * sign.size / EM for end in extent(sign.index, sign.path)
        )
        data = []
        for points in SIGNS[sign.char]:
            shaken = [(x + rng.gauss(0, 0.014), y + rng.gauss(0, 0.014)) for x, y in points]
            path = [
                (at[0] + left + (right - left) * x, at[1] - low - (high - low) * y)
                for x, y in shaken
            ]
            step = max(2.2, sign.size / 9)
            data.append(stroke(path, rng, width=_pen(sign.size), tremor=0.25, step=step))
        return "".join(f'<path d="{each}"/>' for each in data)

    def glyph_id(self, index: int) -> str:
        """Return the id of a glyph's outline: by note and kind, so that no two notes share one."""
        return f"{self.name}-glyph-{index}"

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
        boxes = []
        for n, value in enumerate(values):
            place = x, y + n * leading
            boxes.append(self._set(item, rng, place, value, size, color, "right", {}))
        left, right = min(box.x0 for box in boxes) - 0.45, x + 0.45
        top, bottom = boxes[0].y0 - 0.3, boxes[-1].y1 + 0.35
        for side, tip in ((left, 0.35), (right, -0.35)):
            ends = [(side + tip, top), (side, top + 0.02), (side, bottom), (side + tip, bottom)]
            self.pen(item, cornered(ends), rng, color, width=1.9, tremor=0.5)
        return Box(left, top, right, bottom)


_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}


def _pen(size: float) -> float:
    """How thick the pen is (px) for signs of a size: one pen, pressed less for small signs."""
    return 1.85 * (size / 28) ** 0.55


def _place(signs, origin) -> Box:
    """Return the box, in squares, of the ink of some signs."""
    left, top, right, bottom = zip(*(sign.box for sign in signs), strict=True)
    ends = (min(left), origin[0]), (min(top), origin[1]), (max(right), origin[0])
    return Box(*((end + at) / SQUARE for end, at in (*ends, (max(bottom), origin[1]))))
