"""One weight, three copies: one entry of W_aa is bumped in one step's copy, or in several."""

from explorables import as_lists
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.toy import toy_problem
from this_book.mistakes import TOLERANCE

CAPTION = r"""
**To try: does the weight act once, or three times?**
Choose an entry of $W_{aa}$, and the steps whose copy of it is bumped; then bump it.
The slope of $J$, measured with the chosen copies moved together, is the sum of their contributions.
The toy begins here with the state in which it ended, so that its first copy contributes too.
"""
WITHOUT = """
With scripts, one entry of the recurrent weight is bumped in the copy of one step or of several, and
the measured slope of the loss stands beside the sum of the contributions of those copies.
"""


def given() -> dict:
    """Return the toy, begun with its own last state."""
    x, labels, a0, parameters = toy_problem()
    last = rnn_forward(x, a0, parameters)[0][:, :, -1]
    return {"toy": as_lists(x, labels, last, parameters), "tolerance": TOLERANCE}
