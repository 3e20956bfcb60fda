"""Indexes, tables and totals: what a page shows of all pages, rendered when it is written.

Each is a directive. Here stand the index of fragments, that of identifiers, and ``{claim-index}``:
the claims of each chapter as they stand now, and the environments in which they held, as
``make shake`` wrote down. A claim that was changed since is not yet tried. Other modules ``add``
more of the kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from itertools import groupby
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from literate.claims import Claim, Tried
from literate.source import find_identifiers

from .cell_html import Renderer
from .names import Names

DATA = Path("book", "data", "claims.json")
FRAGMENTS = ("Fragment", "Derived in", "Used in", "Became")
IDENTIFIERS = ("Identifier", "Defined in", "Used in")
CLAIMS = ("Chapter", "Claims", "Of training", "Tried in", "Not yet tried")
PLACES = ("Environment", "What differs", "NumPy")


class gathered(nodes.General, nodes.Element):
    """The place of an index; ``kind`` names its directive, ``said`` is what that says besides."""


class IndexDirective(SphinxDirective):
    """Puts the index that it is named after in its place."""

    def run(self) -> list[nodes.Node]:
        """Leave a node for the writer, and note that this page holds an index."""
        self.env.app.web.note(self.env.docname, self.name)
        return [gathered(kind=self.name, said=self.said())]

    def said(self) -> dict:
        """Return what the directive says about its index."""
        return {}


def add(app, kind: str, render: Callable[..., str], directive=IndexDirective) -> None:
    """Add the directive ``kind``, for which ``render(state, here, **said)`` returns HTML."""
    app.web.indexes[kind] = render
    app.add_directive(kind, directive)


def says(app, docname: str, renderer: Renderer) -> list[str]:
    """Return all that the indexes on a page say."""
    state, kinds = app.web, app.web.memory.holds.get(docname, set())
    here = state.names.doc(docname)
    return [render(state, here) for kind, render in state.indexes.items() if kind in kinds]


def visit_gathered(translator, node) -> None:
    """Write an index."""
    state = translator.builder.app.web
    here = state.names.doc(translator.docnames[0])
    translator.body.append(state.indexes[node["kind"]](state, here, **node["said"]))
    raise nodes.SkipNode


def table(heads: Iterable[str], bodies: Iterable[Iterable[str]], kind: str = "") -> str:
    """Render a table; each of its ``bodies`` is rows of HTML."""
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "\n".join("\n".join(["<tbody>", *rows, "</tbody>"]) for rows in bodies)
    css = " ".join(["table literate-index", *filter(None, [kind])])
    return (
        f'<div class="table-scroll"><table class="{css}">\n'
        f"<thead><tr>{head}</tr></thead>\n{body}\n</table></div>\n"
    )


def row(heads: Iterable[str], cells: Iterable[str]) -> str:
    """Render a row; on a phone, where its cells stand below each other, each says its column."""
    first, *others = zip(heads, cells, strict=True)
    more = "".join(f'<td data-column="{head}">{cell}</td>' for head, cell in others)
    return f"<td>{first[1]}</td>{more}"


def _rows(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    return [f"<tr>{row(heads, cells)}</tr>" for cells in rows]


def fragment_index(state, here: str) -> str:
    """Render the index of fragments."""
    rows = _rows(FRAGMENTS, _fragments(state.renderer, here))
    return table(FRAGMENTS, [rows], "fragment-index")


def _fragments(renderer: Renderer, here: str):
    for name in sorted(renderer.book.fragments, key=str.casefold):
        cell = renderer.book.fragments[name]
        used = renderer.uses(here, cell).removeprefix("used in ")
        yield (
            renderer.fragment_link(here, cell),
            escape(renderer.names.title(cell.doc)),
            "<br>".join(filter(None, (used, renderer.runs(here, cell)))),
            renderer.became(cell),
        )


def identifier_index(state, here: str) -> str:
    """Render the index of identifiers."""
    rows = _rows(IDENTIFIERS, _identifiers(state.renderer, here))
    return table(IDENTIFIERS, [rows], "identifier-index")


def _identifiers(renderer: Renderer, here: str):
    for item in find_identifiers(renderer.book.cells):
        name = f"<code>{escape(item.name)}</code>"
        yield name, renderer.places(here, item.defined), renderer.places(here, item.used)


def claim_index(state, here: str) -> str:
    """Render the claims, with what the last run of ``make shake`` wrote down."""
    tried = Tried.read(state.book.root / DATA)
    return claim_tables(state.claims, tried, state.names, here)


def claim_tables(claims: list[Claim], tried: Tried, names: Names, here: str) -> str:
    """Render what is claimed and where it was tried, for the page ``here``."""
    by_chapter = groupby(claims, lambda claim: claim.doc)
    rows = [_claims_of(doc, list(found), tried, names, here) for doc, found in by_chapter]
    places = [
        (escape(place["name"]), escape(place["what"]), escape(place["numpy"]))
        for place in tried.environments
    ]
    said = f'<p class="equation-totals">{escape(claim_totals(claims, tried))}</p>\n'
    tables = [(CLAIMS, rows), (PLACES, places)]
    return said + "".join(table(heads, [_rows(heads, rows)]) for heads, rows in tables if rows)


def claim_totals(claims: list[Claim], tried: Tried) -> str:
    """Say in sentences how many claims there are, and where they held."""
    waiting = sum(not tried.times(claim) for claim in claims)
    said = [f"The cells of the chapters assert {len(claims):,} claims."]
    if waiting < len(claims):
        machine = tried.machine
        here = f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}"
        said.append(
            f"{len(claims) - waiting:,} of them were tried on {tried.date} in up to "
            f"{len(tried.environments)} environments on one machine ({here}), and held in each."
        )
    if waiting:
        said.append(f"{waiting:,} are new or were changed since, and not yet tried.")
    return " ".join(said)


def _claims_of(doc: str, claims: list[Claim], tried: Tried, names: Names, here: str) -> tuple:
    times = [tried.times(claim) for claim in claims]
    known = sorted({count for count in times if count})
    return (
        f'<a href="{names.url(here, doc)}">{escape(names.title(doc))}</a>',
        str(len(claims)),
        str(sum(claim.training for claim in claims) or ""),
        " to ".join(dict.fromkeys(map(str, (known[:1] + known[-1:])))),
        str(times.count(0) or ""),
    )


def setup(app) -> None:
    """Add the node that all indexes share, and the three that stand here."""
    app.add_node(gathered, html=(visit_gathered, None))
    add(app, "fragment-index", fragment_index)
    add(app, "identifier-index", identifier_index)
    add(app, "claim-index", claim_index)
