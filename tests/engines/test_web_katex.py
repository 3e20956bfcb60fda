"""KaTeX at build time: what it sets, what it refuses, and what the pages ship for it."""

import re
from pathlib import Path

import pytest

from web.katex import FormulaError, Katex

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "book" / "_static"


@pytest.fixture(scope="module")
def katex():
    return Katex({r"\grad": r"\frac{\partial #1}{\partial #2}"})


def test_a_formula_becomes_html_and_mathml(katex):
    html = katex.render(r"\delta_t", display=False)
    assert 'class="katex"' in html
    assert '<annotation encoding="application/x-tex">\\delta_t</annotation>' in html


def test_display_and_inline_differ(katex):
    formula = r"\sum_{t=1}^{T} J_t"
    inline, display = (katex.render(formula, display=kind) for kind in (False, True))
    assert "katex-display" in display
    assert "katex-display" not in inline


def test_no_height_is_below_zero(katex):
    """KaTeX asks for one beside high brackets; the Nu checker refuses it, browsers pass over it."""
    high = katex.render(r"\left( \sum_{i=1}^{n} W x \right)_{k}", display=True)
    assert "height:-" not in high
    assert re.search(r'"vlist" style=""', high)


def test_a_formula_is_set_the_same_way_twice(katex):
    again = Katex({r"\grad": r"\frac{\partial #1}{\partial #2}"})
    formula = r"\grad{J}{W_{aa}}"
    assert katex.render(formula, display=True) == again.render(formula, display=True)


def test_macros_are_expanded_and_do_not_leak(katex):
    assert "frac" in katex.render(r"\grad{J}{x}", display=True)
    katex.render(r"\gdef\leak{x} x", display=False)
    with pytest.raises(FormulaError, match=r"Undefined control sequence: \\leak"):
        katex.render(r"\leak", display=False)


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        (r"\nosuch x", r"Undefined control sequence: \\nosuch at position 1"),
        (r"x^", r"Expected group after '\^' at position 2"),
        (r"\frac{1}", "Unexpected end of input"),
        (r"\left( x", "Expected '"),
        ("é", "Accented Unicode text character"),
    ],
)
def test_a_formula_that_latex_would_not_take_is_refused(katex, formula, why):
    with pytest.raises(FormulaError, match=why) as error:
        katex.render(formula, display=False)
    assert "\N{COMBINING LOW LINE}" not in str(error.value)
    assert "\n" not in str(error.value)


def test_the_style_sheets_ask_only_for_files_that_are_shipped():
    for sheet in (STATIC / "book.css", STATIC / "katex" / "katex.min.css"):
        asked = re.findall(r"url\((?!\"data:)([^)]+)\)", sheet.read_text("utf-8"))
        assert asked, sheet
        assert [name for name in asked if not (sheet.parent / name).is_file()] == []


def test_every_shipped_font_is_asked_for_and_has_a_licence():
    text = (STATIC / "book.css").read_text("utf-8")
    text += (STATIC / "katex" / "katex.min.css").read_text("utf-8")
    for font in STATIC.rglob("*.woff2"):
        assert font.name in text
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "LICENSE.txt").read_text("utf-8")
    assert "MIT License" in (STATIC / "katex" / "LICENSE.txt").read_text("utf-8")


def test_letters_that_are_there_at_once_are_of_faces_that_are_shipped():
    """A face of the same family, weight and style has the letters that are not among them."""
    whole = (STATIC / "katex" / "katex.min.css").read_text("utf-8")
    script = (STATIC / "katex" / "letters.js").read_text("utf-8")
    faces = re.findall(r'\["(KaTeX_\w+)", \{ weight: "(\d+)", style: "(\w+)", unicodeRange', script)
    assert len(faces) == script.count("unicodeRange: ") > 3
    for family, weight, style in faces:
        assert f"font-family:{family};font-style:{style};font-weight:{weight};" in whole


def test_the_engine_and_the_style_sheet_are_of_one_version():
    script = (ROOT / "book" / "_ext" / "web" / "katex.min.js").read_text("utf-8")
    (version,) = set(re.findall(r'version:"(\d+\.\d+\.\d+)"', script))
    assert f'"{version}"' in (STATIC / "katex" / "katex.min.css").read_text("utf-8")
