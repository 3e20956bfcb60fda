"""Sphinx extension: weaves the chapters into pages.

``read`` hands MyST-NB each chapter with its references expanded, so that the kernel runs, and a
notebook holds, plain Python; the page shows the text as written, with links that open in place.
What a page says about other chapters (where a fragment is used, which lines it became) is
rendered when the page is written: a change elsewhere rewrites the page without running it again.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from docutils import nodes
from pygments.lexer import inherit
from pygments.lexers import PythonLexer
from pygments.token import Name
from sphinx.errors import SphinxError
from sphinx.roles import XRefRole
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from . import downloads, indexes
from .chapters import Cell
from .faults import BookFault
from .imports import digest
from .loading import load_book
from .notebooks import read_notebook
from .rendering import Renderer, Site, cell_id, mark_references
from .source import fragment_slug, has_references
from .tangling import check

logger = logging.getLogger(__name__)

_app = None  # MyST-NB calls a reader with the text alone


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
    """Stands above the code of a named or tangled cell; ``cell`` is its place in the book."""


class woven_code(nodes.literal_block):
    """Code with references; ``cell`` is its place in the book."""


def load(app) -> None:
    """Read the book, and compare the committed module with it."""
    global _app
    _app = app
    try:
        app.book = load_book(app.srcdir)
    except BookFault as fault:
        raise SphinxError(f"the book has faults:\n{fault}") from fault
    app.book_cells = {(cell.doc, cell.index): cell for cell in app.book.cells}
    app.renderer = Renderer(app.book, _site(app))
    app.drift = check(app.book)
    for message in app.drift:
        logger.warning("%s", message)  # it says what to do


def read(text: str):
    """Return the page that MyST-NB is about to read: a chapter has been executed by now."""
    env = _app.env
    notebook = _app.executed.get(env.docname) or read_notebook(text, env.myst_config)
    notebook.metadata.setdefault("mystnb", {})["execution_mode"] = "off"  # it would start a kernel
    return notebook


class Weave(SphinxTransform):
    """Gives each code cell its id, its head, and its references."""

    default_priority = 400

    def apply(self) -> None:
        """Visit the code cells of a chapter that was just read."""
        for box in list(self.document.findall(nodes.container)):
            place = (box.get("cell_metadata") or {}).get("literate")
            if place and box.get("nb_element") == "cell_code":
                self._weave(box, self.app.book_cells[tuple(place)])

    def _weave(self, box: nodes.container, cell: Cell) -> None:
        place = (cell.doc, cell.index)
        box["ids"].append(cell_id(cell))
        if cell.fragment:
            domain = self.env.get_domain("std")
            domain.note_object("fragment", cell.fragment, fragment_slug(cell.fragment))
        source = next((n for n in box if n.get("nb_element") == "cell_code_source"), None)
        if source is None:
            return
        if has_references(cell):
            source[:] = [woven_code("", cell.source, cell=place)]
        if cell.fragment or cell.tangle:
            source.insert(0, cell_head(cell=place))


def visit_cell_head(translator, node) -> None:
    """Write the head of a cell."""
    app = translator.builder.app
    translator.body.append(app.renderer.head(app.book_cells[node["cell"]]))
    raise nodes.SkipNode


def visit_woven_code(translator, node) -> None:
    """Write code whose references open in place."""
    app = translator.builder.app
    code = app.renderer.code(app.book_cells[node["cell"]])
    translator.body.append(
        '<div class="highlight-python notranslate"><div class="highlight">'
        f"<pre><span></span>{code}</pre></div></div>\n"
    )
    raise nodes.SkipNode


def _site(app) -> Site:
    def docname(doc: str) -> str:
        return app.env.path2doc(doc)

    def number(doc: str) -> str:
        numbers = app.env.toc_secnumbers.get(docname(doc), {}).get("")
        return ".".join(map(str, numbers)) if numbers else ""

    def title(doc: str) -> str:
        name = app.env.titles[docname(doc)].astext()
        return f"{number(doc)}. {name}" if number(doc) else name

    def short_title(doc: str) -> str:
        return f"chapter {number(doc)}" if number(doc) else title(doc)

    def url(here: str, there: str) -> str:
        return app.builder.get_relative_uri(docname(here), docname(there))

    def highlight(code: str) -> str:
        return app.builder.highlighter.highlight_block(code, "python-fragments", nowrap=True)

    def documented(doc: str, name: str) -> str:
        objects = app.env.get_domain("py").objects
        found = [objects[full] for full in sorted(objects) if full.split(".")[-1] == name]
        if not found:
            return ""
        page = app.builder.get_relative_uri(docname(doc), found[0].docname)
        return f"{page}#{found[0].node_id}"

    return Site(url, title, short_title, highlight, documented)


def outdated(app, env, added, changed, removed) -> list[str]:
    """Name the chapters to run again: what they run, but do not hold, has changed."""
    before = getattr(env, "chapters_ran", {})
    env.chapters_ran = {doc: _runs(app, doc) for doc in app.book.docs}
    stale = [doc for doc, digest in env.chapters_ran.items() if before.get(doc) != digest]
    return sorted({env.path2doc(doc) for doc in stale} & env.found_docs)


def _runs(app, doc: str) -> str:
    """Digest what a chapter runs but does not hold; it imports the module as it is on disk."""
    return "\n".join([digest(app.book, doc), *app.drift])


def rewritten(app, env) -> list[str]:
    """Name the pages to write again: what they say about other chapters has changed."""
    before = getattr(env, "pages_said", {})
    plain = Renderer(app.book, replace(app.renderer.site, highlight=mark_references))
    env.pages_said = {doc: _says(app, plain, doc) for doc in app.book.docs}
    stale = [doc for doc, digest in env.pages_said.items() if before.get(doc) != digest]
    names_before, env.names = getattr(env, "names", None), _names(env)
    if env.names != names_before:
        return sorted(env.found_docs)
    return sorted({env.path2doc(doc) for doc in stale} & env.found_docs)


def _names(env) -> str:
    """Return the titles and numbers by which any page may call another, or a thing on it."""
    titles = {docname: title.astext() for docname, title in env.titles.items()}
    equations = env.get_domain("math").equations
    return repr(
        [
            sorted(part.items())
            for part in (titles, env.toc_secnumbers, env.toc_fignumbers, equations)
        ]
    )


def _says(app, renderer: Renderer, doc: str) -> str:
    """Digest all that is rendered on a page out of other chapters."""
    digest = sha256(indexes.says(app, doc).encode())
    for cell in app.book.cells:
        if cell.doc == doc:
            digest.update(renderer.head(cell).encode())
            digest.update(renderer.code(cell).encode() if has_references(cell) else b"")
    return digest.hexdigest()


def setup(app):
    """Connect the weaver."""
    app.add_lexer("python-fragments", FragmentLexer)
    app.add_object_type("fragment", "frag")
    app.add_role_to_domain("std", "frag", FragmentRole(innernodeclass=nodes.inline), override=True)
    app.add_node(cell_head, html=(visit_cell_head, None))
    app.add_node(woven_code, html=(visit_woven_code, None))
    app.add_transform(Weave)
    app.connect("builder-inited", load)
    app.connect("env-get-outdated", outdated)
    app.connect("env-get-updated", rewritten, priority=900)  # chapters have their numbers by then
    app.setup_extension("literate.execution")
    downloads.setup(app)
    indexes.setup(app)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
