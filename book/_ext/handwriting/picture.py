"""The sheet as one SVG file, in the colours of the light or the dark theme of its page.

The picture is embedded with ``<img>``: it sees the ``color-scheme`` of the page around it as
``prefers-color-scheme``. It has no size of its own, so that it fills a window when it is opened
alone. Colours are plain rules of CSS by class, without variables, so that programs that know little
CSS draw the light paper. A colour means one thing all through a book, which says what, and never
says it alone; pencil is for remarks.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from .hand import outline
from .ink import INKS, SQUARE, WIDTH
from .sheet import Sheet

NAMESPACE = "http://www.w3.org/2000/svg"
LIGHT = {
    "paper": "#fdfaf1",
    "squares": "#dbe5ee",
    "margin": "#efb8b0",
    "ink": "#25304a",
    "blue": "#1b5faa",
    "red": "#b3261e",
    "green": "#23762f",
    "violet": "#7440a8",
    "pencil": "#625e55",
    "yellow": "#f2cb1d",
}
DARK = {
    "paper": "#20242b",
    "squares": "#2e343e",
    "margin": "#6b3f40",
    "ink": "#ece7da",
    "blue": "#84bdff",
    "red": "#ff9688",
    "green": "#7fd6a0",
    "violet": "#cfa6ff",
    "pencil": "#b4b7bc",
    "yellow": "#8f7a10",
}
CRAYON, HIGHLIGHTER = 0.3, 0.34  # how much of the paper they cover


def to_svg(sheet: Sheet, title: str, description: str) -> str:
    """Return the whole file. The same sheet gives the same text."""
    width, height = WIDTH * SQUARE, sheet.height * SQUARE
    glyphs = "".join(
        f'<path id="{sheet.glyph_id(index)}" d="{outline(index)}"/>' for index in sheet.glyphs
    )
    size = f'width="{width}" height="{height}"'
    down = "".join(f"M{x} 0V{height}" for x in range(SQUARE, width, SQUARE))
    across = "".join(f"M0 {y}H{width}" for y in range(SQUARE, height, SQUARE))
    parts = [
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        f"<style>{_style()}</style>",
        f"<defs>{glyphs}</defs>",
        f'<rect class="paper" {size} rx="6"/>',
        f'<path class="squares" d="{down}{across}"/>',  # a pattern would be printed as pixels
        f'<path class="margin" d="M{1.5 * SQUARE:g} 0V{height}"/>',
        *sheet.ground,
        *sheet.ink,
        "</svg>\n",
    ]
    return "\n".join(parts)


def _style() -> str:
    fixed = (
        "svg{stroke-width:0;stroke-linejoin:round}"
        ".squares{fill:none;stroke-width:0.5}"
        ".margin{stroke-width:1.4}"
        f".crayon{{fill:none;stroke-width:2.6;stroke-linecap:round;opacity:{CRAYON}}}"
        f".highlighter{{stroke:none;opacity:{HIGHLIGHTER}}}"
    )
    return f"{_rules(LIGHT)}@media(prefers-color-scheme:dark){{{_rules(DARK)}}}{fixed}"


def _rules(palette: dict[str, str]) -> str:
    drawn = "".join(f".{c}{{fill:{palette[c]};stroke:{palette[c]}}}" for c in (*INKS, "yellow"))
    lines = "".join(f".{c}{{stroke:{palette[c]}}}" for c in ("squares", "margin"))
    return f".paper{{fill:{palette['paper']}}}{lines}{drawn}"
