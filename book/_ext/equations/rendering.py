"""HTML of what checking adds to the pages: a tick at each equation, a page of all, the totals.

Nothing here knows Sphinx beyond the three functions of ``Site``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import groupby

from .book import Result, one_digit

MARKS = {"bound": "≤", "unchecked": "○", "fault": "✗"}  # any other: a tick
POWER = re.compile(r"\b(\d+)e([+-]\d+)\b")


@dataclass(frozen=True)
class Site:
    """What the renderer has to know about the pages."""

    url: Callable[[Result], str]  # from the page that is written to an equation
    title: Callable[[str], str]  # of a chapter, with its number
    number: Callable[[Result], str]  # of an equation


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
    values = "complex step, forward pass" if result.outcome.derived else "forward pass"
    draws = result.outcome.draws
    more = f" and {draws} draws; holds, not pinned" if draws else ""
    return f"{kind}{values}; {result.worlds} networks{more}"


def table(results: list[Result], site: Site) -> str:
    """Render the table of all labelled equations, in the order of reading."""
    heads = ("Equation", "Checked by", "Cases", "Largest relative error")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "\n".join(
        f'<tbody>\n<tr><th scope="rowgroup" colspan="4">{escape(site.title(doc))}</th></tr>\n'
        + "\n".join(_row(result, site) for result in found)
        + "\n</tbody>"
        for doc, found in groupby(results, lambda result: result.doc)
    )
    return (
        '<div class="table-scroll"><table class="table literate-index equation-index">\n'
        f"<thead><tr>{head}</tr></thead>\n{body}\n</table></div>\n"
    )


def _row(result: Result, site: Site) -> str:
    link = f'<a href="{site.url(result)}">({site.number(result)})</a>'
    name = f"{link} <code>{escape(result.label)}</code>"
    compared = result.cases > 0 and result.kind != "bound"
    figures = (
        f"{result.cases:,}" if result.cases else "",
        powers(one_digit(result.error)) if compared else "",
    )
    cells = "".join(f"<td>{text}</td>" for text in (name, escape(method(result)), *figures))
    return f'<tr id="{row_id(result.label)}">{cells}</tr>'


def powers(text: str) -> str:
    """Write 3e-16 as a person would."""
    return POWER.sub(_power, escape(text))


def _power(number: re.Match) -> str:
    digit, exponent = number[1], int(number[2])
    return f"{digit} · 10<sup>{exponent}</sup>".replace("-", "−")
