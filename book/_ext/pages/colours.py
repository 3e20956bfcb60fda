"""Code on the pages: names, operators and punctuation are text, without elements and colours."""

from pygments.formatters import HtmlFormatter
from pygments.token import Name, Operator, Punctuation, Whitespace

PLAIN = (Name, Operator, Punctuation, Whitespace)  # as such: a builtin, say, keeps its colour


class FewElements(HtmlFormatter):
    """Leaves plain tokens as text: they would be most of the elements of a page of code."""

    def __init__(self, **options):
        super().__init__(**options)
        self.span_element_openers.update(dict.fromkeys(PLAIN, ""))
