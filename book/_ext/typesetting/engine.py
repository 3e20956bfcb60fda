"""KaTeX in an embedded V8: LaTeX in, HTML with MathML out, before any reader opens a page."""

import re
from pathlib import Path

from py_mini_racer import JSEvalException, MiniRacer

SCRIPT = Path(__file__).with_name("katex.min.js")
NO_HEIGHT = re.compile(r"height:-[\d.]+em;")  # below zero: no CSS, and browsers pass over it


class TypesettingError(Exception):
    """A formula that KaTeX refuses; the text is KaTeX's own, with the position in the formula."""


class Typesetter:
    """Renders formulas and remembers them, so that a formula used twice is set once.

    ``macros`` maps a command to its meaning, as in KaTeX's option of that name.
    """

    def __init__(self, macros: dict[str, str] | None = None):
        self._macros = dict(macros or {})
        self._rendered: dict[tuple[str, bool], str] = {}
        self._engine = MiniRacer()
        self._engine.eval(SCRIPT.read_text(encoding="utf-8"))

    def render(self, formula: str, *, display: bool) -> str:
        """Return the HTML of a formula. Raises ``TypesettingError``."""
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
            raise TypesettingError(_message(error)) from None


def _message(error: JSEvalException) -> str:
    """KaTeX's own sentence out of the JavaScript exception with its stack."""
    first = next((line for line in str(error).splitlines() if "KaTeX" in line), str(error))
    underlined = first.split("ParseError: ")[-1].strip()
    return underlined.replace("\N{COMBINING LOW LINE}", "")  # a log cannot underline
