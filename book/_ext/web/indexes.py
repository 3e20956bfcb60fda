"""The index of fragments and the index of identifiers, as directives without content."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from literate.source import find_identifiers

from .cell_html import Renderer

KINDS = {"fragment-index", "identifier-index"}


class literate_index(nodes.General, nodes.Element):
    """The place of an index; it is rendered when the page is written."""


class IndexDirective(SphinxDirective):
    """Puts the index that it is named after in its place."""

    def run(self) -> list[nodes.Node]:
        """Leave a node for the writer, and note that this page holds an index."""
        self.env.app.web.note(self.env.docname, self.name)
        return [literate_index(kind=self.name)]


def render(renderer: Renderer, here: str, kind: str) -> str:
    """Render an index for the page ``here``."""
    rows = {"fragment-index": _fragment_rows, "identifier-index": _identifier_rows}[kind]
    heads = {
        "fragment-index": ("Fragment", "Derived in", "Used in", "Became"),
        "identifier-index": ("Identifier", "Defined in", "Used in"),
    }[kind]
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "\n".join(f"<tr>{labelled(heads, row)}</tr>" for row in rows(renderer, here))
    return (
        f'<div class="table-scroll"><table class="table literate-index {kind}">\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>\n"
    )


def labelled(heads: Iterable[str], row: Iterable[str]) -> str:
    """The cells of a row; on a phone, where they stand below each other, each says its column."""
    first, *others = zip(heads, row, strict=True)
    return f"<td>{first[1]}</td>" + "".join(
        f'<td data-column="{head}">{cell}</td>' for head, cell in others
    )


def _fragment_rows(renderer: Renderer, here: str):
    for name in sorted(renderer.book.fragments, key=str.casefold):
        cell = renderer.book.fragments[name]
        used = renderer.uses(here, cell).removeprefix("used in ")
        yield (
            renderer.fragment_link(here, cell),
            escape(renderer.names.title(cell.doc)),
            "<br>".join(filter(None, (used, renderer.runs(here, cell)))),
            renderer.became(cell),
        )


def _identifier_rows(renderer: Renderer, here: str):
    for item in find_identifiers(renderer.book.cells):
        name = f"<code>{escape(item.name)}</code>"
        yield name, renderer.places(here, item.defined), renderer.places(here, item.used)


def says(app, docname: str, renderer: Renderer) -> list[str]:
    """Return all that the indexes on a page say."""
    kinds = sorted(app.web.memory.holds.get(docname, set()) & KINDS)
    return [render(app.web.renderer, app.web.names.doc(docname), kind) for kind in kinds]


def visit_index(translator, node) -> None:
    """Write an index."""
    state = translator.builder.app.web
    here = state.names.doc(translator.docnames[0])
    translator.body.append(render(state.renderer, here, node["kind"]))
    raise nodes.SkipNode


def setup(app) -> None:
    """Add the two directives."""
    app.add_node(literate_index, html=(visit_index, None))
    for kind in KINDS:
        app.add_directive(kind, IndexDirective)
