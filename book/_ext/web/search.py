"""The words of a page for elsewhere: its description, and the extracts in a file beside it.

The file holds the text of the page, and what is referred to on it. It is a script, since a page
that is read from disk can load nothing else. It is loaded when a reader searches, or points at a
reference to another page, and not before.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten
from unicodedata import normalize
from xml.etree import ElementTree as ET

from docutils import nodes

from .katex import UNSET, FormulaError, Katex

TARGET = re.compile(
    r'<(?P<tag>div|figure|details)\b(?=[^>]*\bid="(?P<id>[^"]+)")(?:(?<=figure)|'
    r'(?=[^>]*\bclass="[^"]*\b(?:math-display|cell|admonition|citation)\b))'
)
LENGTH = 160  # of a description, in letters: what search engines show
MATHML = re.compile(r"<math.*?</math>", re.DOTALL)
SPACED = set("=≠≤≥<>+−≔→∈")
APART = (nodes.Body, nodes.Structural, nodes.Part, nodes.title)
UNNAMED = re.compile(r"(cell|definition)-")


def write_extracts(app, pagename, templatename, context, doctree) -> None:
    """Write the extracts of a page beside it."""
    if doctree is None or app.builder.name != "html":
        return
    text = " ".join(text_of(doctree, app.web.katex).split())
    text = text.removeprefix(app.env.titles[pagename].astext()).strip()
    extracts = {"targets": dict(targets(context["body"])), "text": text}
    content = json.dumps(extracts, ensure_ascii=False, indent=0)
    context["description"] = description(doctree, app.web.katex)
    file = Path(app.outdir, f"{pagename}.extracts.js")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"(window.extracts ??= {{}})[{json.dumps(pagename)}] = {content};\n", "utf-8")


def description(doctree, katex: Katex) -> str:
    """The first words of a page, for those who only see that it exists."""
    first = next(iter(doctree.findall(nodes.paragraph)), None)
    text = "" if first is None else " ".join(text_of(first, katex).split())
    return shorten(text, LENGTH, placeholder=" …")


def targets(body: str) -> Iterator[tuple[str, str]]:
    """Each thing of a page that references point at, as a pair: its id and its HTML."""
    for opening in TARGET.finditer(body):
        if not UNNAMED.match(opening["id"]):
            yield opening["id"], _element(body, opening.start(), opening["tag"])


def _element(body: str, start: int, tag: str) -> str:
    """The element that begins at this place, with all that it holds."""
    depth = 0
    for mark in re.compile(rf"<(/?){tag}\b").finditer(body, start):
        depth += -1 if mark[1] else 1
        if not depth:
            return body[start : body.index(">", mark.start()) + 1]
    raise ValueError(f"<{tag}> is not closed: {body[start : start + 80]}")


def text_of(node: nodes.Node, katex: Katex) -> str:
    """The text of a node of the document, its formulas readable; blocks stand a space apart."""
    if isinstance(node, nodes.math | nodes.math_block):
        return _formula(node, katex)
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.Invisible | nodes.raw):
        return ""
    parts = [text_of(child, katex) for child in node.children]
    text = "".join(parts)
    return f" {text} " if isinstance(node, APART) else text


def _formula(node: nodes.Node, katex: Katex) -> str:
    tex = UNSET.sub("", node.astext()).strip()
    try:
        return formula_text(katex.render(tex, display=False))
    except FormulaError:  # the page has warned of it, and the build fails
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
    """The part above: an accent, the sign of a transpose, an exponent."""
    return {"^": "\N{COMBINING CIRCUMFLEX ACCENT}", "⊤": "⊤", "⏞": ""}.get(
        part, f"^{_closed(part)}"
    )
