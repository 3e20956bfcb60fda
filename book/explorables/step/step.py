"""The step of a difference: a derivative measured with a long, a short, or a complex step."""

import numpy as np

from explorables import as_lists
from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.toy import toy_problem
from this_book.mistakes import TOLERANCE

CAPTION = r"""
**To try: why is the smallest step not the best?**
Make the step smaller, and watch the two losses: the digits that they share, in grey, cancel in the
difference, and say nothing about the slope.
The digits of the backward pass that the measurement has right are green.
The complex step subtracts nothing.
An error of zero is drawn at the lower edge.
"""
WITHOUT = """
With scripts, the step of a central difference and of a complex step can be changed, in double and
in single precision; the digits that cancel are marked, and the error moves along its curve.
"""


def given() -> dict:
    """Return the toy, the entry of W_aa with the largest gradient, and its gradient."""
    problem = toy_problem()
    dWaa = plain_loss_and_gradients(*problem)[1]["dWaa"]
    i, j = (int(k) for k in np.unravel_index(np.abs(dWaa).argmax(), dWaa.shape))
    exact = {"exact": float(dWaa[i, j]), "tolerance": TOLERANCE}
    return {"toy": as_lists(*problem), "i": i, "j": j, **exact}
