"""The parts of a page that stand elsewhere: its description, its extracts, its entry in the search.

The extracts, in a file beside the page, are what is referred to on it. One file for all pages holds
their texts, formulas in plain letters, for the search, which looks for words as they stand there.
Both are scripts, since a page that is read from disk can load nothing else. They are loaded when a
reader points at a reference to another page, or searches, and not before.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from textwrap import shorten
from unicodedata import normalize
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx import addnodes

from .cell_html import cell_id
from .katex import UNSET, FormulaError, Katex

TARGET = re.compile(
    r'<(?P<tag>div|figure|details)\b(?=[^>]*\bid="(?P<id>[^"]+)")(?:(?<=figure)|'
    r'(?=[^>]*\bclass="[^"]*\b(?:math-display|cell|admonition|citation)\b))'
)
LENGTH = 160  # of a description, in letters: what search engines show
TAG = re.compile(r"<(style|script|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)
IN_LINE = re.compile(
    r'</?(?:b|code|em|i|strong|sub|sup)\b[^>]*>|<span(?: class="\w{1,3}")?>|</span>'
)
SAID = 20  # letters: what is at least so long is kept once of what a cell shows as HTML
NAMED = re.compile(r"(.+), (.+?): .+")  # a cell of a table, by its row and its column
DOCSTRING = re.compile(r'("""(?:(?!""")[^\n])*)(?:(?!""").|\n)*"""')
MATHML = re.compile(r"<math.*?</math>", re.DOTALL)
SPACED = set("=≠≤≥<>+−≔→∈")
APART = (nodes.Body, nodes.Structural, nodes.Part, nodes.title)
UNNAMED = re.compile(r"(cell|definition)-")


def write_extracts(app, pagename, templatename, context, doctree) -> None:
    """Write the extracts of a page beside it."""
    if doctree is None or app.builder.name != "html":
        return
    content = json.dumps(dict(targets(context["body"])), ensure_ascii=False, indent=0)
    context["description"] = description(doctree, app.web.katex)
    file = Path(app.outdir, f"{pagename}.extracts.js")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"(window.extracts ??= {{}})[{json.dumps(pagename)}] = {content};\n", "utf-8")
    known = _known(app, pagename)
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text(json.dumps(about(doctree, app.web.katex), ensure_ascii=False), "utf-8")


def _known(app, pagename: str) -> Path:
    """Return the file in which a build keeps the entry of a page for the next build."""
    return Path(app.doctreedir, f"{pagename}.search.json")


def about(doctree, katex: Katex) -> dict:
    """Return the entry of a page: its text, its headings, and the terms that it explains.

    An entry below another, as "learning rate; schedule of", stays whole: it explains no learning
    rate. What is documented has its name among the functions of the search, and is left out here.
    """
    text = " ".join(text_of(doctree, katex).split())
    title, *headings = [_plain(node, katex) for node in doctree.findall(nodes.title)] or [""]
    indexed = [entry for node in doctree.findall(addnodes.index) for entry in node["entries"]]
    entries = {text for _, text, target, *_ in indexed if target.startswith("index-")}
    cells = {part for cell in _symbols(doctree) for part in _plain(cell, katex).split(";")}
    return {
        "text": text.removeprefix(title).strip(),
        "headings": headings,
        "terms": sorted(
            {name.strip() for term in entries | cells for name in re.split("[,:()]", term)} - {""}
        ),
    }


def _symbols(doctree) -> Iterator[nodes.Node]:
    """Yield the cells of a table of symbols that hold a symbol, or its name in the code."""
    for table in doctree.findall(nodes.table):
        if next(iter(table.findall(nodes.entry))).astext() == "symbol":
            for row in table.findall(nodes.row):
                yield from row.children[:2]


def _plain(node: nodes.Node, katex: Katex) -> str:
    return " ".join(text_of(node, katex).split())


def use_our_search(app) -> None:
    """Leave Sphinx's own index out: it knows stems of long words only, no formulas, no numbers."""
    app.builder.search = False
    app.config.html_additional_pages["search"] = "search.html"


def write_index(app, exception) -> None:
    """Write what the search knows: the pages in their order, their fragments and functions."""
    if exception is not None or app.builder.name != "html":
        return
    names, pages = app.web.names, []
    for doc in app.web.book.docs:
        page = names.docname(doc)
        known = json.loads(_known(app, page).read_text("utf-8"))
        pages.append({"page": page, "title": names.title(doc), **known})
    things = [*_fragments(app.web), *_objects(app)]
    content = json.dumps({"pages": pages, "things": things}, ensure_ascii=False, indent=0)
    Path(app.outdir, "search-texts.js").write_text(f"window.book = {content};\n", "utf-8")


def _fragments(state) -> Iterator[list[str]]:
    """Yield of each fragment its name, its kind, its chapter, its page, and its id there."""
    names = state.names
    for name, cell in sorted(state.book.fragments.items()):
        chapter, page = names.short_title(cell.doc), names.docname(cell.doc)
        yield [name, "fragment", chapter, page, cell_id(cell)]


def _objects(app) -> Iterator[list[str]]:
    """Yield the same of each function, class, method and attribute that is documented."""
    names = app.web.names
    for full, entry in sorted(app.env.get_domain("py").objects.items()):
        if entry.objtype != "module" and not entry.aliased:
            chapter = names.short_title(names.doc(entry.docname))
            name = full.split(".")[-1]
            yield [name, entry.objtype, chapter, entry.docname, entry.node_id]


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
    """Return the text of a node, its formulas readable; blocks stand a space apart."""
    if isinstance(node, nodes.math | nodes.math_block):
        return _formula(node, katex)
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.raw):  # what a cell shows as HTML
        return _shown(node.astext()) if node.get("format") == "html" else ""
    if isinstance(node, nodes.Invisible):
        return ""
    parts = [text_of(child, katex) for child in node.children]
    text = "".join(parts)
    if isinstance(node, nodes.literal_block):
        text = DOCSTRING.sub(r"\1\n", text)  # the page of the functions has it, too
    return f" {text} " if isinstance(node, APART) else text


def _shown(html: str) -> str:
    """Return the text of HTML; of notes that say the same, the words of one are enough.

    So are those of a row and of a column for the names of the cells of a table.
    """
    pieces = unescape(TAG.sub("\0", IN_LINE.sub("", html))).split("\0")
    said = set(pieces)
    named = (NAMED.fullmatch(piece) for piece in pieces)
    pieces = [
        "" if name and said.issuperset(name.groups()) else piece
        for name, piece in zip(named, pieces, strict=True)
    ]
    once = dict.fromkeys(piece if len(piece) >= SAID else at for at, piece in enumerate(pieces))
    return " ".join(pieces[each] if isinstance(each, int) else each for each in once)


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
