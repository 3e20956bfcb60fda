"""Sphinx extension: mathematics is typeset while the book is built.

The page that a reader opens holds finished HTML: no script runs, nothing moves, nothing is
fetched from another host. A formula that cannot be set is a warning with chapter and line,
so it stops a strict build.

The one list of macros is ``typesetting_macros`` in ``_config.yml``.
"""

import re
from html import escape

from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from typesetting.engine import Typesetter, TypesettingError

logger = logging.getLogger(__name__)

UNSET = re.compile(r"\\label\{[^}]*\}|(?<!\\)%.*\n?")  # the number is ours, not KaTeX's


def visit_math(translator, node):
    """An inline formula."""
    html = _typeset(translator, node, display=False)
    translator.body.append(f'<span class="math-inline notranslate nohighlight">{html}</span>')
    raise nodes.SkipNode


def visit_math_block(translator, node):
    """A displayed formula: the formula in a box that scrolls, and its number."""
    html = _typeset(translator, node, display=True)
    translator.body.append(
        translator.starttag(node, "div", CLASS="math-display notranslate nohighlight")
    )
    translator.body.append(f'<div class="math-scroll">{html}</div>')
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.body += translator.builder.app.emit("equation-typeset", translator, node)
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def _typeset(translator, node, *, display: bool) -> str:
    formula = UNSET.sub("", node.astext()).strip()
    try:
        return translator.builder.app.typesetter.render(formula, display=display)
    except TypesettingError as error:
        logger.warning(
            "formula cannot be typeset: %s; mend it, or add its macro to typesetting_macros",
            error,
            location=node,
            type="typesetting",
        )
        return f"<code>{escape(formula)}</code>"


def start(app) -> None:
    """Start the engine once for each build."""
    app.typesetter = Typesetter(app.config.typesetting_macros)


def setup(app):
    """Register the renderer; ``html_math_renderer: typesetting`` chooses it."""
    app.add_config_value("typesetting_macros", {}, "html")
    app.add_event("equation-typeset")  # (translator, node) -> HTML beside the number
    app.add_html_math_renderer("typesetting", (visit_math, None), (visit_math_block, None))
    app.add_css_file("katex/katex.min.css")
    app.connect("builder-inited", start)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
