"""Inking a line that is laid out: letters of the font, signs of strokes, rules of fractions."""

from __future__ import annotations

from math import cos, radians, sin
from random import Random

from .hand import EM, extent, thickness
from .ink import Point, stroke
from .layout import Line, Sign
from .sheet import Item, Sheet
from .signs import SIGNS


class Inking(Sheet):
    """A sheet on which lines that are laid out can be inked."""

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
            raise self.fault(item, f"the hand has no sign {sign.char!r} ({code}); see signs.py")
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
    """How thick the pen is (px) for signs of a size: one pen, pressed less for small signs."""
    return 1.85 * (size / 28) ** 0.55
