"""Sphinx extension: checks the labelled equations in each build, and shows on the pages what came.

A fault is a warning with chapter, line and column, so it stops a strict build. Beside the number
of each equation stands a mark, which leads to the page of checked equations: the one that holds the
directive ``{equation-index}``. ``{equation-totals}`` says how many hold.

What held in the last build, and has not changed, is not evaluated again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name

from docutils import nodes
from docutils.nodes import make_id
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from literate.loading import read_contents

from .book import Result, check_book, summarize
from .reading import read_equations
from .rendering import Site, mark, powers, table

logger = logging.getLogger(__name__)


class checked_equations(nodes.General, nodes.Element):
    """Where the table, or the totals, stand; they are rendered when the page is written."""


class EquationDirective(SphinxDirective):
    """Puts in its place what it is named after."""

    def run(self) -> list[nodes.Node]:
        """Leave a node for the writer, and note which page shows results."""
        if not hasattr(self.env, "equation_pages"):
            self.env.equation_pages = {}
        self.env.equation_pages.setdefault(self.env.docname, set()).add(self.name)
        return [checked_equations(kind=self.name)]


def begin(app, env, added, changed, removed) -> list[str]:
    """Begin to check the equations: they do not depend on the pages, and chapters run meanwhile."""
    env.known_equations = getattr(env, "known_equations", {})
    pool = ThreadPoolExecutor(max_workers=1)
    app.equations_to_come = pool.submit(_check, app, env.known_equations)
    pool.shutdown(wait=False)
    return []


def _check(app, known: dict[str, Result]) -> list[Result]:
    root = Path(app.srcdir)
    equations = read_equations(root, read_contents(root)[0])
    if not equations:
        return []
    return check_book(equations, resolve_name(app.config.equations_notation)(root), known)


def collect(app, env, docnames) -> None:
    """Wait for what came of the check, before any page is read."""
    app.equations = app.equations_to_come.result()
    for result in app.equations:
        if result.fault:
            logger.warning("%s", result, type="equations")


def rewritten(app, env) -> list[str]:
    """Name the pages to write again: what they show has changed."""
    before, env.equations_said = getattr(env, "equations_said", {}), {}
    for docname in env.found_docs:
        env.equations_said[docname] = [
            replace(result, place=result.doc)  # a line number is not shown
            for result in app.equations
            if docname == env.path2doc(result.doc) or docname in _pages(env)
        ]
    return [doc for doc, said in env.equations_said.items() if said != before.get(doc, [])]


def _pages(env) -> dict[str, set[str]]:
    """Return which directives stand on which pages."""
    return getattr(env, "equation_pages", {})


def mark_equation(app, translator, node) -> str:
    """Render the mark of a numbered equation, if there is a page that it can lead to."""
    here = translator.docnames[0]
    pages = sorted(page for page, kinds in _pages(app.env).items() if "equation-index" in kinds)
    found = [result for result in app.equations if result.label == node["label"]]
    if not (pages and found):
        return ""
    return mark(found[0], app.builder.get_relative_uri(here, pages[0]))


def visit_checked_equations(translator, node) -> None:
    """Write the table, or the totals."""
    app = translator.builder.app
    if node["kind"] == "equation-index":
        translator.body.append(table(app.equations, _site(app, translator.docnames[0])))
    else:
        text = powers(summarize(app.equations))
        translator.body.append(f'<p class="equation-totals">{text}</p>\n')
    raise nodes.SkipNode


def _site(app, here: str) -> Site:
    env = app.env

    def title(doc: str) -> str:
        docname = env.path2doc(doc)
        numbers = env.toc_secnumbers.get(docname, {}).get("", ())
        return " ".join([*(f"{n}." for n in numbers), env.titles[docname].astext()])

    def anchor(result) -> str:
        return make_id(f"equation-{result.label}")

    def number(result) -> str:
        figures = env.toc_fignumbers.get(env.path2doc(result.doc), {})
        return ".".join(map(str, figures.get("displaymath", {}).get(anchor(result), ())))

    def url(result) -> str:
        page = app.builder.get_relative_uri(here, env.path2doc(result.doc))
        return f"{page}#{anchor(result)}"

    return Site(url, title, number)


def purge(app, env, docname: str) -> None:
    """Forget a page that is read again."""
    _pages(env).pop(docname, None)


def setup(app):
    """Connect the check, and what shows it."""
    app.setup_extension("typesetting")
    app.add_config_value("equations_notation", "", "env", str)  # MODULE:FUNCTION of the book
    app.add_node(checked_equations, html=(visit_checked_equations, None))
    app.add_directive("equation-index", EquationDirective)
    app.add_directive("equation-totals", EquationDirective)
    app.connect("env-get-outdated", begin)
    app.connect("env-before-read-docs", collect, priority=900)  # after the chapters have run
    app.connect("env-purge-doc", purge)
    app.connect("env-get-updated", rewritten)
    app.connect("equation-typeset", mark_equation)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
