"""One number: the network with a state of one number, forward and back, to be dragged."""

from this_book.cells import run_cells
from this_book.mistakes import TOLERANCE

CAPTION = r"""
**To try: what reaches the weight, and from where?**
The value of each node is on its right, and below that is the gradient of $J$ with respect to it.
Drag a weight or an input, and watch the three contributions to the gradient with respect to $w$.
Take the carry away, and see by how much the gradient is wrong.
"""
WITHOUT = """
With scripts, the two weights and the three inputs can be dragged; values, gradients and the three
contributions follow, beside the central difference, and the carry can be taken away.
"""


def given() -> dict:
    """Return the numbers of the page, from its own cells."""
    names = run_cells("book/one-number.md")
    x = [float(x_t) for x_t in names["x"]]
    return {"w": names["w"], "u": names["u"], "x": x, "tolerance": TOLERANCE}
