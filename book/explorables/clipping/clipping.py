"""Clipping and truncation: what is cut off, how far the gradient turns, and where a step lands."""

import numpy as np

from explorables import as_lists, random_problem
from rnn_from_scratch.toy import toy_problem
from this_book.cells import run_cells

CAPTION = r"""
**To try: what does a smaller gradient cost?**
*Clip*: one factor shortens all entries of the toy's gradient; a limit for each entry turns it.
*Truncate*: a message from the loss of step $t$ to the copy of step $s$ is lost where it crosses the
border of a window, and the gradient turns.
The problem is random, has twelve steps, and its $W_{aa}$ is scaled to the radius.
The colour of a cell is the logarithm of the message's length, over four powers of ten.
A longer window is not always better, because its borders lie elsewhere.
*Cliff*: this is the plane of {numref}`fig-cliff`, and its unit and rate.
From the steepest place one step without clipping leaves the picture; go elsewhere, and step again.
"""
WITHOUT = """
With scripts, the threshold of clipping and the window of truncated backpropagation can be changed,
the angle to the whole gradient is measured, and a step is taken at a cliff of the loss.
"""
PAGE = "book/16-clipping-and-truncation.md"
SIZES, SEED = (2, 6, 2, 12), 8  # n_x, n_a, n_y, T


def given() -> dict:
    """Return the toy, a problem of twelve steps with a W_aa of spectral radius one, a cliff."""
    x, labels, a0, parameters = random_problem(np.random.default_rng(SEED), SIZES)
    parameters["Waa"] /= np.abs(np.linalg.eigvals(parameters["Waa"])).max()
    parameters["Wax"] *= 0.3
    return {
        "toy": as_lists(*toy_problem()),
        "sequence": as_lists(0.3 * x, labels, a0, parameters),
        "cliff": cliff(),
    }


def cliff() -> dict:
    """Return the unit of the page, the place from which it steps there, and how it steps."""
    names = run_cells(PAGE, until="one_unit")
    w, b = names["at"].tolist()
    unit = {"a0": names["a_first"], "T": names["steps"], "target": names["wanted"]}
    how = {"rate": names["rate"], "limit": names["longest"] / names["rate"]}
    return {"w": w, "b": b, **unit, **how}
