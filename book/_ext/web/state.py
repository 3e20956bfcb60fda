"""The state of one build of the site, in one place, and its memory for the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from sphinx.environment import CONFIG_OK
from sphinx.errors import SphinxError
from sphinx.util import logging

from equations import Result
from literate import BookFault, check, load_book
from literate.claims import Claim, claims_of

from .cell_html import Renderer, mark_references
from .names import Names

logger = logging.getLogger(__name__)


@dataclass
class Memory:
    """The memory for the next build; Sphinx keeps it with the pages that it has read."""

    ran: dict[str, str] = field(default_factory=dict)  # of a chapter, what it ran but does not hold
    said: dict[str, str] = field(default_factory=dict)  # on a page, what others decide
    names: str = ""  # by which pages call one another
    equations: dict[str, Result] = field(default_factory=dict)  # by digest: what held
    notes: dict[str, dict[str, bool]] = field(default_factory=dict)  # on a page; is it a scan?
    holds: dict[str, set[str]] = field(default_factory=dict)  # on a page, what others decide: kinds
    made_of: str = ""  # what the explorables read, digested
    explorables: dict[str, str] = field(default_factory=dict)  # what each shows, digested


class State:
    """All that the steps of a build hand to one another: ``app.web``.

    ``says`` are functions of (app, docname, renderer) that return what a page says out of others.
    """

    def __init__(self, app, says=()):
        self.app, self.says = app, says
        self.names = Names(app)
        self.indexes = {}  # by the name of a directive: what renders it
        self.book = None  # the chapters, their fragments and files: literate.fragments.Book
        self.cells = {}  # by chapter and number: literate.chapters.Cell
        self.drift: list[str] = []  # where code/ is not what the chapters make
        self.renderer = None  # of what stands above cells, and in them
        self.katex = None  # what sets formulas
        self.explorables = None  # what a reader can touch
        self.checking = None  # the check of the equations, which goes on meanwhile
        self.equations: list[Result] = []  # what came of it
        self.lookup = None  # of equations, for the notes
        self.warned = None  # the listener to warnings
        self.kernels = []  # started, and not yet used
        self.executed = {}  # by page: its notebook
        self.began = {}  # by page: the cell that began last
        self.failed = False  # a cell did

    @property
    def memory(self) -> Memory:
        """The memory of the last build, which this one goes on with."""
        if not hasattr(self.app.env, "web_memory"):
            self.app.env.web_memory = Memory()
        return self.app.env.web_memory

    @cached_property
    def claims(self) -> list[Claim]:
        """The claims of the chapters' cells."""
        return claims_of(self.book)

    def note(self, docname: str, kind: str) -> None:
        """Note that a page holds something that other pages decide."""
        self.memory.holds.setdefault(docname, set()).add(kind)

    def holding(self, kind: str) -> list[str]:
        """Return the pages that hold something of a kind, sorted."""
        return sorted(page for page, kinds in self.memory.holds.items() if kind in kinds)


def load(app) -> None:
    """Read the book, and compare the module on disk with it; faults raise ``SphinxError``."""
    state = app.web
    if app.env.config_status != CONFIG_OK:  # every page is read again
        app.env.web_memory = Memory()
    try:
        state.book = load_book(app.srcdir)
    except BookFault as fault:
        raise SphinxError(f"the book has faults:\n{fault}") from fault
    state.cells = {(cell.doc, cell.index): cell for cell in state.book.cells}

    def highlight(code: str) -> str:
        return app.builder.highlighter.highlight_block(code, "python-fragments", nowrap=True)

    state.renderer = Renderer(state.book, state.names, highlight)
    state.drift = check(state.book)
    for message in state.drift:
        logger.warning("%s", message, type="web", subtype="drift")  # it says what to do


def forget_page(app, env, docname: str) -> None:
    """Forget what stands on a page that is read again, or is gone."""
    app.web.memory.holds.pop(docname, None)
    app.web.memory.notes.pop(docname, None)


def forget_pages(app, env, docnames: list[str]) -> None:
    """Forget all pages that are read again before the first is: a label may have moved from one.

    Sphinx forgets each right before it reads it, and would find the label on both pages.
    """
    for docname in docnames:
        app.events.emit("env-purge-doc", env, docname)
        env.clear_doc(docname)


def rewritten(app, env) -> list[str]:
    """Name the pages to write again: they say something new, though nobody changed them."""
    memory = app.web.memory
    names_before, memory.names = memory.names, app.web.names.all()
    before, memory.said = memory.said, {page: said(app, page) for page in env.found_docs}
    if memory.names != names_before:
        return sorted(env.found_docs)
    return sorted(page for page in memory.said if before.get(page) != memory.said[page])


def said(app, docname: str) -> str:
    """Digest all that a page says and does not hold: it is rendered out of other pages."""
    plain = Renderer(app.web.book, app.web.names, mark_references)  # colours say nothing
    parts = [part for say in app.web.says for part in say(app, docname, plain)]
    return sha256("\0".join(parts).encode()).hexdigest()
