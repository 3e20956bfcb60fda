"""The sheet as one SVG file, which follows the light and the dark theme of its page.

The picture is embedded with ``<img>``: it sees the ``color-scheme`` of the page around it as
``prefers-color-scheme``. It has no size of its own, so that it fills a window when it is opened
alone. Colours are plain rules of CSS by class, without variables, so that programs that know little
CSS draw the light paper.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from .hand import outline
from .ink import SQUARE, WIDTH
from .palette import CRAYON, DARK, HIGHLIGHTER, INKS, LIGHT
from .sheet import Sheet

NAMESPACE = "http://www.w3.org/2000/svg"


def to_svg(sheet: Sheet, title: str, description: str) -> str:
    """Return the whole file. The same sheet gives the same text."""
    name, width, height = sheet.name, WIDTH * SQUARE, sheet.height * SQUARE
    glyphs = "".join(
        f'<path id="{sheet.glyph_id(index)}" d="{outline(index)}"/>' for index in sheet.glyphs
    )
    size = f'width="{width}" height="{height}"'
    square = f'width="{SQUARE}" height="{SQUARE}"'
    parts = [
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        f"<style>{_style()}</style>",
        "<defs>",
        f'<pattern id="{name}-squares" {square} patternUnits="userSpaceOnUse">',
        f'<path class="squares" d="M0 {SQUARE}V0H{SQUARE}"/>',
        "</pattern>",
        f"{glyphs}</defs>",
        f'<rect class="paper" {size} rx="6"/>',
        f'<rect {size} rx="6" fill="url(#{name}-squares)"/>',
        f'<path class="margin" d="M{1.5 * SQUARE:g} 0V{height}"/>',
        *sheet.ground,
        *sheet.ink,
        "</svg>\n",
    ]
    return "\n".join(parts)


def _style() -> str:
    fixed = (
        "svg{stroke-width:0;stroke-linejoin:round}"
        ".squares{fill:none;stroke-width:1}"
        ".margin{stroke-width:1.4}"
        f".crayon{{fill:none;stroke-width:2.6;stroke-linecap:round;opacity:{CRAYON}}}"
        f".highlighter{{stroke:none;opacity:{HIGHLIGHTER}}}"
    )
    return f"{_rules(LIGHT)}@media(prefers-color-scheme:dark){{{_rules(DARK)}}}{fixed}"


def _rules(palette: dict[str, str]) -> str:
    drawn = "".join(f".{c}{{fill:{palette[c]};stroke:{palette[c]}}}" for c in (*INKS, "yellow"))
    lines = "".join(f".{c}{{stroke:{palette[c]}}}" for c in ("squares", "margin"))
    return f".paper{{fill:{palette['paper']}}}{lines}{drawn}"
