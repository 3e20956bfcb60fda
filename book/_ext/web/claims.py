"""The claims of the chapters' cells, and the environments in which each was tried.

``{claim-index}`` lists the claims of each chapter as they stand now; ``make shake`` wrote down in
which environments they held. A claim that was changed since is not yet tried.
"""

from __future__ import annotations

from html import escape
from itertools import groupby
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from literate.claims import Claim, Tried

from .cell_html import Renderer
from .indexes import labelled
from .names import Names

INDEX = "claim-index"
DATA = Path("book", "data", "claims.json")


class claim_index(nodes.General, nodes.Element):
    """The place of the tables; they are rendered when the page is written."""


class ClaimDirective(SphinxDirective):
    """Puts the tables in its place."""

    def run(self) -> list[nodes.Node]:
        """Leave a node for the writer, and note which page shows them."""
        self.env.app.web.note(self.env.docname, INDEX)
        return [claim_index()]


def says(app, docname: str, renderer: Renderer) -> list[str]:
    """Return the tables, if they stand on a page."""
    return [_tables(app, docname)] if docname in app.web.holding(INDEX) else []


def visit_claim_index(translator, node) -> None:
    """Write the sentence and both tables."""
    translator.body.append(_tables(translator.builder.app, translator.docnames[0]))
    raise nodes.SkipNode


def _tables(app, docname: str) -> str:
    tried = Tried.read(Path(app.srcdir) / DATA)
    return render(app.web.claims, tried, app.web.names, app.web.names.doc(docname))


def render(claims: list[Claim], tried: Tried, names: Names, here: str) -> str:
    """Render what is claimed and where it was tried, for the page ``here``."""
    rows = [_row(doc, list(found), tried, names, here) for doc, found in _by_chapter(claims)]
    places = [
        (escape(place["name"]), escape(place["what"]), escape(place["numpy"]))
        for place in tried.environments
    ]
    return (
        f'<p class="equation-totals">{escape(summary(claims, tried))}</p>\n'
        + _table(("Chapter", "Claims", "Of training", "Tried in", "Not yet tried"), rows)
        + _table(("Environment", "What differs", "NumPy"), places)
    )


def summary(claims: list[Claim], tried: Tried) -> str:
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


def _by_chapter(claims: list[Claim]):
    return groupby(claims, lambda claim: claim.doc)


def _row(doc: str, claims: list[Claim], tried: Tried, names: Names, here: str) -> tuple[str, ...]:
    times = [tried.times(claim) for claim in claims]
    known = sorted({count for count in times if count})
    return (
        f'<a href="{names.url(here, doc)}">{escape(names.title(doc))}</a>',
        str(len(claims)),
        str(sum(claim.training for claim in claims) or ""),
        " to ".join(dict.fromkeys(map(str, (known[:1] + known[-1:])))),
        str(times.count(0) or ""),
    )


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "\n".join(f"<tr>{labelled(heads, row)}</tr>" for row in rows)
    return (
        '<div class="table-scroll"><table class="table literate-index">\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>\n"
    )


def setup(app) -> None:
    """Add the directive."""
    app.add_node(claim_index, html=(visit_claim_index, None))
    app.add_directive(INDEX, ClaimDirective)
