"""Mathematics is set by KaTeX while the book is built: LaTeX in, HTML with MathML out.

The page that a reader opens holds finished HTML: no script runs, nothing moves, nothing is
fetched from another host. A formula that cannot be set is a warning with chapter and line,
so it stops a strict build. KaTeX runs in an embedded V8.

The one list of macros is ``katex_macros`` in ``_config.yml``.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.util import logging

from .equations import mark_equation

logger = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("katex.min.js")
NO_HEIGHT = re.compile(r"height:-[\d.]+em;")  # below zero: no CSS, and browsers pass over it
MARK = re.compile(
    r"\\(?:[{}|]|\\)|(?P<space>\\q?quad(?![A-Za-z]))"  # what only looks like a brace is passed by
    r"|(?P<opens>\{|\\begin\b|\\left(?![a-z]))|(?P<closes>\}|\\end\b|\\right(?![a-z]))"
)
UNSET = re.compile(r"\\label\{[^}]*\}|(?<!\\)%.*\n?")  # the number is ours, not KaTeX's


class FormulaError(Exception):
    """A formula that KaTeX refuses; the text is KaTeX's own, with the position in the formula."""


class Katex:
    """Renders formulas and remembers them, so that a formula used twice is set once.

    ``macros`` maps a command to its meaning, as in KaTeX's option of that name.
    """

    def __init__(self, macros: dict[str, str] | None = None):
        self._macros = dict(macros or {})
        self._rendered: dict[tuple[str, bool], str] = {}
        self._engine = MiniRacer()
        self._engine.eval(SCRIPT.read_text(encoding="utf-8"))

    def render(self, formula: str, *, display: bool) -> str:
        """Return the HTML of a formula. Raises ``FormulaError``."""
        key = (formula, display)
        if key not in self._rendered:
            self._rendered[key] = self._call(formula, display)
        return self._rendered[key]

    def _call(self, formula: str, display: bool) -> str:
        options = {
            "displayMode": display,
            "output": "htmlAndMathml",  # MathML is what a screen reader speaks
            "strict": "error",  # what LaTeX itself would not accept is refused
            "macros": self._macros,
        }
        try:
            return NO_HEIGHT.sub("", self._engine.call("katex.renderToString", formula, options))
        except JSEvalException as error:
            raise FormulaError(_message(error)) from None


def _message(error: JSEvalException) -> str:
    """KaTeX's own sentence out of the JavaScript exception with its stack."""
    first = next((line for line in str(error).splitlines() if "KaTeX" in line), str(error))
    underlined = first.split("ParseError: ")[-1].strip()
    return underlined.replace("\N{COMBINING LOW LINE}", "")  # a log cannot underline


def visit_math(translator, node):
    """An inline formula."""
    html = _set(translator, node, _formula(node), display=False)
    translator.body.append(f'<span class="math-inline notranslate nohighlight">{html}</span>')
    raise nodes.SkipNode


def pieces(formula: str) -> list[str]:
    """Split a formula at the spaces of a quad, or two, that no braces or brackets enclose.

    The text behind them, for which t a formula holds, may so stand on a line of its own where
    there is no room beside the formula.
    """
    found, depth, start = [], 0, 0
    for mark in MARK.finditer(formula):
        if mark["space"] and not depth:
            found.append(formula[start : mark.start()])
            start = mark.end()
        depth += bool(mark["opens"]) - bool(mark["closes"])
    return [piece.strip() for piece in [*found, formula[start:]] if piece.strip()]


def visit_math_block(translator, node):
    """A displayed formula: the formula in a box that scrolls, and its number."""
    html = "".join(_set(translator, node, piece) for piece in pieces(_formula(node)))
    translator.body.append(
        translator.starttag(node, "div", CLASS="math-display notranslate nohighlight")
    )
    translator.body.append(f'<div class="math-scroll">{html}</div>')
    if node["number"]:
        app = translator.builder.app
        translator.body.append(f'<span class="eqno">({app.web.names.equation(node["label"])})')
        translator.body.append(mark_equation(app, translator.docnames[0], node["label"]))
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def _formula(node) -> str:
    return UNSET.sub("", node.astext()).strip()


def _set(translator, node, formula: str, *, display: bool = True) -> str:
    try:
        return translator.builder.app.web.katex.render(formula, display=display)
    except FormulaError as error:
        logger.warning(
            "formula cannot be typeset: %s; mend it, or add its macro to katex_macros",
            error,
            location=node,
            type="web",
            subtype="katex",
        )
        return f"<code>{escape(formula)}</code>"


def start(app) -> None:
    """Start the engine once for each build."""
    app.web.katex = Katex(app.config.katex_macros)


def setup(app) -> None:
    """Register the renderer; ``html_math_renderer: katex`` chooses it."""
    app.add_config_value("katex_macros", {}, "html")
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.add_css_file("katex/katex.min.css", priority=600)  # after those of extensions
