"""Make the font of the notes, once: the letters of Mynerve that the notes use, in chosen shapes.

Mynerve is by The Mynerve Project Authors, under the SIL Open Font License 1.1, which asks that
its text goes with the font: it stands beside it. To make the font anew::

    npm pack @fontsource/mynerve@5.3.0 && tar xzf fontsource-mynerve-5.3.0.tgz
    python -m handwriting.subset_font package

Only this script needs fontTools. The same package gives the same bytes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.merge import Options as MergeOptions
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from .hand import FAMILY, FONT

# Mynerve has up to four shapes of a letter, named y, y.alt1, y.alt2. Some can be mistaken: a T for
# a t, a y for a 4, an I for an l. Of the letters named here only these shapes are kept, and the
# first is the one for formulas; of all others, every shape.
SHAPES = {
    "I": ("I", "I.alt1"),
    "J": ("J", "J.alt2"),
    "S": ("S", "S.alt2"),
    "T": ("T.alt1", "T.alt2"),
    "g": ("g", "g.alt2"),
    "l": ("l.alt1",),
    "m": ("m",),
    "n": ("n", "n.alt1"),
    "q": ("q.alt2",),
    "s": ("s", "s.alt1"),
    "t": ("t.alt1", "t.alt2"),
    "y": ("y", "y.alt1"),
}
ASCII = range(0x20, 0x7F)
GREEK = [ord(letter) for letter in "αβγδεζηθκλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ"]
OTHERS = [ord(sign) for sign in "·×±−–—’…é"]


def main(package: str) -> None:
    """Write the font and its licence from the npm package unpacked in the folder ``package``."""
    font = _merge(Path(package) / "files", ("latin", "greek"))
    for table in font["cmap"].tables:
        for letter, (first, *_) in SHAPES.items():
            table.cmap[ord(letter)] = first
    _keep(font)
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = FAMILY
    font.recalcTimestamp = False
    FONT.parent.mkdir(exist_ok=True)
    font.save(FONT)
    licence = (Path(package) / "LICENSE").read_text(encoding="utf-8")
    FONT.with_name("OFL.txt").write_text(licence, encoding="utf-8")


def _merge(files: Path, scripts: tuple[str, ...]) -> TTFont:
    """Join the package's fonts of several scripts; their rules of substitution are left out."""
    with tempfile.TemporaryDirectory() as folder:
        paths, dates = [], []
        for script in scripts:
            font = TTFont(files / f"mynerve-{script}-400-normal.woff", recalcTimestamp=False)
            font.flavor = None
            dates.append(font["head"].modified)
            for table in ("GSUB", "GPOS", "GDEF"):
                if table in font:
                    del font[table]
            paths.append(str(Path(folder, f"{script}.ttf")))
            font.save(paths[-1])
        merged = Merger(options=MergeOptions(drop_tables=["vmtx", "vhea", "DSIG"])).merge(paths)
    merged["head"].created = merged["head"].modified = max(dates)  # instead of the present
    return merged


def _keep(font: TTFont) -> None:
    """Drop every glyph that no note may use, and the instructions for coarse screens."""
    codes = [*ASCII, *GREEK, *OTHERS]
    names = font.getBestCmap()
    shapes = []
    for code in ASCII:
        name = names.get(code, "").partition(".")[0]
        others = [f"{name}.alt{n}" for n in range(1, 4)]
        shapes += SHAPES.get(name) or [other for other in others if other in font["glyf"].glyphs]
    options = Options(glyph_names=True, notdef_outline=True, hinting=False, name_IDs=["*"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes, glyphs=shapes)
    subsetter.subset(font)


if __name__ == "__main__":
    main(*sys.argv[1:])
