"""One pass: the toy, node by node, forward and back; any of its numbers can be moved."""

from explorables import as_lists
from rnn_from_scratch.toy import toy_problem
from this_book.mistakes import TOLERANCE

CAPTION = r"""
**To try: go through the toy, forward and back, one node at a time.**
The value of each node is on its left, the gradient of $J$ with respect to it on its right, all
gradients on one scale; orange is above zero, blue below.
Step by step the backward pass collects the gradients of weights, biases and inputs.
Choose an entry of a weight, a bias or an input, and move it with the slider.
Its gradient, from the backward pass, stands beside the central difference, which knows the forward
pass only.
"""
WITHOUT = """
With scripts, the toy is walked node by node, forward and back, any number of it can be moved,
and the gradient of each entry stands beside its central difference.
"""


def given() -> dict:
    """Return the toy, and from where on two gradients differ."""
    return {"toy": as_lists(*toy_problem()), "tolerance": TOLERANCE}
