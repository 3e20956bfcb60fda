"""The code cells of a chapter on its page: as they are written, with links that open in place.

The kernel has run each cell with its references expanded. The page shows the text as written.
The words about other chapters (where a fragment is used, which lines it became) are rendered
when the page is written: a change elsewhere rewrites the page without running it again.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from docutils import nodes
from pygments.lexer import inherit
from pygments.lexers import PythonLexer
from pygments.token import Name
from sphinx.roles import XRefRole
from sphinx.transforms import SphinxTransform

from equations.checking import one_digit
from literate.chapters import Cell
from literate.claims import claims_in
from literate.dependencies import digest
from literate.source import fragment_slug, has_references

from .cell_html import Renderer, cell_id
from .folding import folds, in_words, is_check
from .running import HELPERS, read_notebook

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class FragmentLexer(PythonLexer):
    """Python in which a line may be a reference ``<<name>>``."""

    name = "Python with fragments"
    aliases = ["python-fragments"]
    tokens = {"root": [(r"<<[^<>\n]+>>(?=[ \t]*$)", Name.Label), inherit]}


class FragmentRole(XRefRole):
    """``{frag}`` followed by a fragment's name: a link to where it is derived."""

    def process_link(self, env, refnode, has_explicit_title, title, target):
        """Put the name in the brackets that it has everywhere."""
        title, target = super().process_link(env, refnode, has_explicit_title, title, target)
        return title if has_explicit_title else f"⟨{title}⟩", target


class cell_head(nodes.General, nodes.Element):
    """Stands above the code of a named or tangled cell; ``cell`` is its key in ``State.cells``."""


class woven_code(nodes.literal_block):
    """Code with references, or with lines that are folded; ``cell`` is its key there, too."""


def outdated(app, env, added, changed, removed) -> list[str]:
    """Name the chapters to run again: what they run, but do not hold, has changed."""
    book, memory = app.web.book, app.web.memory
    before, memory.ran = memory.ran, {doc: _runs(app, doc) for doc in book.docs}
    stale = [doc for doc, ran in memory.ran.items() if before.get(doc) != ran]
    return sorted({env.path2doc(doc) for doc in stale} & env.found_docs)


def _runs(app, doc: str) -> str:
    """Digest what a chapter runs but does not hold; it imports the module as it is on disk."""
    return "\n".join([digest(app.web.book, doc, Path(app.srcdir, HELPERS)), *app.web.drift])


def hand_over(app, docname: str, source: list[str]) -> None:
    """Put the notebook that was executed in the place of a chapter's text, for MyST-NB to read."""
    notebook = app.web.executed.get(docname) or read_notebook(source[0], app.env.myst_config)
    notebook.metadata.setdefault("mystnb", {})["execution_mode"] = "off"  # it would start a kernel
    source[0] = nbformat.writes(notebook)


def read(text: str) -> nbformat.NotebookNode:
    """Read what ``hand_over`` wrote; ``nb_custom_formats`` lets MyST-NB call this for each page."""
    return nbformat.reads(text, as_version=4)


class Weave(SphinxTransform):
    """Gives each code cell its id, its head, and its references."""

    default_priority = 400

    def apply(self) -> None:
        """Visit the code cells of a chapter that was just read."""
        for box in list(self.document.findall(nodes.container)):
            key = (box.get("cell_metadata") or {}).get("literate")
            if key and box.get("nb_element") == "cell_code":
                self._weave(box, self.app.web.cells[tuple(key)])

    def _weave(self, box: nodes.container, cell: Cell) -> None:
        key = (cell.doc, cell.index)
        box["ids"].append(cell_id(cell))
        if cell.fragment:
            domain = self.env.get_domain("std")
            domain.note_object("fragment", cell.fragment, fragment_slug(cell.fragment))
        source = next((n for n in box if n.get("nb_element") == "cell_code_source"), None)
        if source is None:
            return
        if is_check(cell):
            box["classes"] = list(dict.fromkeys([*box["classes"], "tag_check"]))
            said = self._summary(cell, box["cell_metadata"].get("compared"))
            box["hide_mode"], box["prompt_show"], box["prompt_hide"] = "input", said, said
        if has_references(cell) or folds(cell):
            source[:] = [woven_code("", cell.source, cell=key)]
        if cell.fragment or cell.tangle:
            source.insert(0, cell_head(cell=key))

    def _summary(self, cell: Cell, compared: dict | None) -> str:
        """Say in one line what a folded check holds; ``compared`` is what its run noted."""
        try:
            claims = len(claims_in(self.app.web.book, cell)[1])
        except SyntaxError:  # the kernel told it, with its place
            claims = 0
        if not compared and not claims and "replay(" not in cell.source:
            return "✓ asserted in every build"
        if not compared:
            return f"✓ {in_words(claims)}, asserted in every build"
        times, more = compared["times"], claims - compared["asserts"]
        said = f"✓ {times} comparison{'s' * (times != 1)}, largest error "
        said += power(one_digit(compared["largest"]))
        return f"{said}, and {more} more claim{'s' * (more > 1)}" if more > 0 else said


def power(number: str) -> str:
    """Write 3e-16 in plain letters as a person would: 3·10⁻¹⁶."""
    digit, _, exponent = number.partition("e")
    return f"{digit}·10{str(int(exponent)).translate(RAISED)}" if exponent else digit


def says(app, docname: str, renderer: Renderer) -> list[str]:
    """Return what the cells of a page say out of other chapters."""
    cells = [cell for cell in app.web.book.cells if cell.doc == app.web.names.doc(docname)]
    heads = [renderer.head(cell) for cell in cells]
    return heads + [renderer.code(cell) for cell in cells if has_references(cell)]


def visit_cell_head(translator, node) -> None:
    """Write the head of a cell."""
    state = translator.builder.app.web
    translator.body.append(state.renderer.head(state.cells[node["cell"]]))
    raise nodes.SkipNode


def visit_woven_code(translator, node) -> None:
    """Write code whose references open in place."""
    state = translator.builder.app.web
    code = state.renderer.code(state.cells[node["cell"]])
    translator.body.append(
        f'<div class="highlight-python notranslate"><div class="highlight">{code}</div></div>\n'
    )
    raise nodes.SkipNode


def setup(app) -> None:
    """Add the nodes, the role and the lexer."""
    app.add_lexer("python-fragments", FragmentLexer)
    app.add_object_type("fragment", "frag")
    app.add_role_to_domain("std", "frag", FragmentRole(innernodeclass=nodes.inline), override=True)
    app.add_node(cell_head, html=(visit_cell_head, None))
    app.add_node(woven_code, html=(visit_woven_code, None))
    app.add_transform(Weave)
