"""The pages of the module's functions, made of their docstrings.

Sphinx's autodoc reads the tangled module. Here a label in a docstring, such as ``eq-dz``, becomes
a link to that equation, and below each signature a line says where the function is defined, and
where its fragments are derived. The heads of the cells lead back.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from equations.reading import PREFIX

from .cell_html import DEFINITION

LABEL = re.compile(rf"{PREFIX}[\w-]+")
LABELS = re.compile(rf"\(({LABEL.pattern}(?:, {LABEL.pattern})*)\)|(?<![\w`-])({LABEL.pattern})")


class origin(nodes.General, nodes.Element):
    """Says where a function comes from; ``name`` is its own name, without the package's."""


def find_module(app) -> None:
    """Let autodoc import what is tangled."""
    sys.path.insert(0, str(Path(app.srcdir, "code")))


def link_equations(app, what, name, obj, options, lines: list[str]) -> None:
    """Turn the labels in a docstring into references; brackets around them are the numbers'."""
    lines[:] = [LABELS.sub(_references, line) for line in lines]


def _references(found: re.Match) -> str:
    return LABEL.sub(r":eq:`\g<0>`", found[1] or found[2])


def add_origins(app, doctree: nodes.document) -> None:
    """Put a place below each signature where the writer will say where the function is from."""
    for description in doctree.findall(addnodes.desc):
        name = description[0].get("fullname", "")
        if description["domain"] == "py" and "." not in name:
            description[-1].insert(0, origin(name=name))


def visit_origin(translator, node) -> None:
    """Write where a function is defined and derived."""
    app = translator.builder.app
    here = app.web.names.doc(translator.docnames[0])
    for cell in app.web.book.cells:
        found = DEFINITION.search(cell.source) if cell.tangle else None
        if found and found[1] == node["name"]:
            text = app.web.renderer.origin(here, cell)
            translator.body.append(f'<p class="api-origin">{text}</p>\n')
    raise nodes.SkipNode


def setup(app) -> None:
    """Set autodoc up."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.add_node(origin, html=(visit_origin, None))
