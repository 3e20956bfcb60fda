"""What is said of a page elsewhere: its description, and the extracts in a file beside it.

The file holds the text of the page, and what is referred to on it. It is a script, since a page
that is read from disk can load nothing else. It is loaded when a reader searches, or points at a
reference to another page, and not before.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten

from docutils import nodes

from pages.readable import text_of

TARGET = re.compile(
    r'<(?P<tag>div|figure|details)\b(?=[^>]*\bid="(?P<id>[^"]+)")(?:(?<=figure)|'
    r'(?=[^>]*\bclass="[^"]*\b(?:math-display|cell|admonition|citation)\b))'
)
LENGTH = 160  # of a description, in letters: what search engines show
UNNAMED = re.compile(r"(cell|definition)-")


def write_extracts(app, pagename, templatename, context, doctree) -> None:
    """Write the extracts of a page beside it."""
    if doctree is None or app.builder.name != "html":
        return
    text = " ".join(text_of(doctree, app.typesetter).split())
    text = text.removeprefix(app.env.titles[pagename].astext()).strip()
    extracts = {"targets": dict(targets(context["body"])), "text": text}
    content = json.dumps(extracts, ensure_ascii=False, indent=0)
    context["description"] = description(doctree, app.typesetter)
    file = Path(app.outdir, f"{pagename}.extracts.js")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"(window.extracts ??= {{}})[{json.dumps(pagename)}] = {content};\n", "utf-8")


def description(doctree, typesetter) -> str:
    """The first words of a page, for those who only see that it exists."""
    first = next(iter(doctree.findall(nodes.paragraph)), None)
    text = "" if first is None else " ".join(text_of(first, typesetter).split())
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
