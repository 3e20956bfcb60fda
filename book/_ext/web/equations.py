"""The labelled equations, checked in each build, and what the pages show of it.

A fault is a warning with chapter, line and column, so it stops a strict build. Beside the number
of each equation stands a mark, which leads to the page of checked equations: the one that holds the
directive ``{equation-index}``. ``{equation-totals}`` says how many hold.

An equation that held in the last build, and has not changed, is not evaluated again. The book's
symbols come from the function that ``equations_notation`` names, in ``_config.yml``.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import escape
from itertools import groupby
from pathlib import Path
from pkgutil import resolve_name

from sphinx.util import logging

from equations import Lookup, Notation, Result, check_book, read_equations, summarize
from equations.checking import one_digit

from .cell_html import Renderer
from .indexes import add, row, table
from .names import Names

logger = logging.getLogger(__name__)

INDEX, TOTALS = "equation-index", "equation-totals"
MARKS = {"bound": "≤", "unchecked": "○", "fault": "✗"}  # any other: a tick
POWER = re.compile(r"\b(\d+)e([+-]\d+)\b")


def look_up(app) -> Lookup:
    """Return the look-up of the book's equations; they are read when the first is asked for."""
    state, root = app.web, Path(app.srcdir)
    if state.lookup is None:
        state.lookup = Lookup(read_equations(root, state.book.docs), _notation(app))
    return state.lookup


def begin(app, env, added, changed, removed) -> list[str]:
    """Begin to check the equations: they do not depend on the pages, and chapters run meanwhile."""
    pool = ThreadPoolExecutor(max_workers=1)
    app.web.checking = pool.submit(_check, app)
    pool.shutdown(wait=False)
    return []


def _check(app) -> list[Result]:
    root = Path(app.srcdir)
    equations = read_equations(root, app.web.book.docs)
    if not equations:
        return []
    return check_book(equations, _notation(app), app.web.memory.equations)


def _notation(app) -> Notation:
    """Let the book read its symbols, with the macros of the typesetter."""
    read = resolve_name(app.config.equations_notation)
    return read(Path(app.srcdir), app.config.katex_macros)


def collect(app, env, docnames) -> None:
    """Wait for what came of the check, before any page is read."""
    app.web.equations = app.web.checking.result()
    for result in app.web.equations:
        if result.fault:
            logger.warning("%s", result, type="web", subtype="equations")


def says(app, docname: str, renderer: Renderer) -> list[str]:
    """Return what the marks of a page show of the check; a line number is not shown."""
    state, doc = app.web, app.web.names.doc(docname)
    shown = [result for result in state.equations if result.doc == doc]
    marks_lead_to = state.holding(INDEX) if shown else []
    return [*marks_lead_to, *(repr(replace(result, place=result.doc)) for result in shown)]


def mark_equation(app, here: str, label: str) -> str:
    """Render the mark of a numbered equation, if there is a page that it can lead to."""
    pages = app.web.holding(INDEX)
    found = [result for result in app.web.equations if result.label == label]
    if not (pages and found):
        return ""
    return mark(found[0], app.builder.get_relative_uri(here, pages[0]))


def equation_index(state, here: str) -> str:
    """Render the table of all labelled equations."""
    return equation_table(state.equations, state.names, here)


def equation_totals(state, here: str) -> str:
    """Say in a paragraph how many equations hold."""
    return f'<p class="equation-totals">{powers(summarize(state.equations))}</p>\n'


def row_id(label: str) -> str:
    """The id of an equation's row on the page of checked equations."""
    return f"checked-{label}"


def mark(result: Result, page: str) -> str:
    """Render the link from an equation to its row on ``page``."""
    if result.fault:
        state, text = "fault", f"Fails: {result.fault}"
    elif result.unchecked is not None:
        state, text = "unchecked", f"Not checked: {result.unchecked}"
    elif result.kind == "bound":
        state, text = "bound", f"Holds in {result.cases:,} cases, not pinned"
    else:
        state = "held"
        text = f"Executed: {result.cases:,} cases, largest relative error {one_digit(result.error)}"
    return (
        f'<a class="equation-mark {state}" href="{page}#{row_id(result.label)}" '
        f'title="{escape(text)}" aria-label="{escape(text)}">{MARKS.get(state, "✓")}</a>'
    )


def method(result: Result) -> str:
    """Say what checked an equation."""
    if result.fault:
        return f"fails: {result.fault}"
    if result.unchecked is not None:
        return f"not checked: {result.unchecked}"
    kind = "" if result.kind == "equality" else f"{result.kind}: "
    more = f" and {result.draws} draws; holds, not pinned" if result.draws else ""
    return f"{kind}{result.method}{more}"


HEADS = ("Equation", "Checked by", "Cases", "Largest relative error")


def equation_table(results: list[Result], names: Names, here: str) -> str:
    """Render the table of some equations, as they are read, for the page ``here``."""
    bodies = [
        [
            f'<tr><th scope="rowgroup" colspan="4">{escape(names.title(doc))}</th></tr>',
            *(_row(result, names, here) for result in found),
        ]
        for doc, found in groupby(results, lambda result: result.doc)
    ]
    return table(HEADS, bodies, "equation-index")


def _row(result: Result, names: Names, here: str) -> str:
    url = f"{names.url(here, result.doc)}#{names.anchor(result.label)}"
    link = f'<a href="{url}">({names.equation(result.label)})</a>'
    name = f"{link} <code>{escape(result.label)}</code>"
    compared = result.cases > 0 and result.kind != "bound"
    figures = (
        f"{result.cases:,}" if result.cases else "",
        powers(one_digit(result.error)) if compared else "",
    )
    cells = row(HEADS, (name, escape(method(result)), *figures))
    return f'<tr id="{row_id(result.label)}">{cells}</tr>'


def powers(text: str) -> str:
    """Write 3e-16 as a person would."""
    return POWER.sub(_power, escape(text))


def _power(number: re.Match) -> str:
    digit, exponent = number[1], int(number[2])
    return f"{digit} · 10<sup>{exponent}</sup>".replace("-", "−")


def setup(app) -> None:
    """Add the directives, and the setting by which a book names its symbols."""
    app.add_config_value("equations_notation", "", "env", str)  # MODULE:FUNCTION of the book
    add(app, INDEX, equation_index)
    add(app, TOTALS, equation_totals)
