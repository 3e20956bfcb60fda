"""The text of a page, with its formulas in letters that a line of plain text can hold."""

import re
from unicodedata import normalize
from xml.etree import ElementTree as ET

from docutils import nodes

from typesetting.engine import TypesettingError

MATHML = re.compile(r"<math.*?</math>", re.DOTALL)
SPACED = set("=≠≤≥<>+−≔→∈")
APART = (nodes.Body, nodes.Structural, nodes.Part, nodes.title)


def text_of(node: nodes.Node, typesetter) -> str:
    """The text of a node of the document, its formulas readable; blocks stand a space apart."""
    if isinstance(node, nodes.math | nodes.math_block):
        return _formula(node, typesetter)
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.Invisible | nodes.raw):
        return ""
    parts = [text_of(child, typesetter) for child in node.children]
    text = "".join(parts)
    return f" {text} " if isinstance(node, APART) else text


def _formula(node: nodes.Node, typesetter) -> str:
    tex = re.sub(r"\\label\{[^}]*\}", "", node.astext()).strip()
    try:
        return formula_text(typesetter.render(tex, display=False))
    except TypesettingError:  # the page has warned of it, and the build fails
        return tex


def formula_text(html: str) -> str:
    """One line for a formula that KaTeX has set, read from its MathML: ``∂J/∂a_t = …``."""
    found = MATHML.search(html)
    line = _line(ET.fromstring(found[0])) if found else ""
    return normalize("NFC", " ".join(line.replace("\N{FUNCTION APPLICATION}", " ").split()))


def _line(node: ET.Element) -> str:
    kind = node.tag.rpartition("}")[2]
    parts = [_line(child) for child in node]
    if kind == "annotation":
        return ""
    if kind == "munder" and (parts[1] == "⏟" or node[0].tag == node.tag):
        return parts[0]  # a brace, and what is written below it
    if kind in ("msub", "munder"):
        return f"{parts[0]}_{_closed(parts[1])}"
    if kind in ("msup", "mover"):
        return f"{parts[0]}{_raised(parts[1])}"
    if kind in ("msubsup", "munderover"):
        return f"{parts[0]}_{_closed(parts[1])}{_raised(parts[2])}"
    if kind == "mfrac":
        return f"{_closed(parts[0])}/{_closed(parts[1])}"
    if kind == "mtr":
        return "".join(parts) + "; "
    text = (node.text or "") + "".join(parts)
    return f" {text} " if (kind == "mo" and text in SPACED) or kind == "mspace" else text


def _closed(part: str) -> str:
    """A part of a formula that stays one thing in a line."""
    return part if re.fullmatch(r"∂?[\w⊤]*|∂?\w+_\w+", part) else f"({part.strip()})"


def _raised(part: str) -> str:
    """What stands above: an accent, the sign of a transpose, an exponent."""
    return {"^": "\N{COMBINING CIRCUMFLEX ACCENT}", "⊤": "⊤", "⏞": ""}.get(
        part, f"^{_closed(part)}"
    )
