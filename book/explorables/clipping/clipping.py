"""Clipping and truncation: what is cut off, how far the gradient turns, and where a step lands."""

import numpy as np

from explorables import as_lists, random_problem
from rnn_from_scratch.toy import toy_problem

CAPTION = r"""
**To try: what does a smaller gradient cost?**
*Clip*: one factor shortens all entries of the toy's gradient; a limit for each entry turns it.
*Truncate*: a message from the loss of step $t$ to the copy of step $s$ is lost where it crosses the
border of a window, and the gradient turns.
*Cliff*: where the loss of a network with a single unit falls off a cliff, one step without clipping
leaves the picture.
"""
WITHOUT = """
With scripts, the threshold of clipping and the window of truncated backpropagation can be changed,
the angle to the whole gradient is measured, and a step is taken at a cliff of the loss.
"""
SIZES, SEED = (2, 6, 2, 12), 8  # n_x, n_a, n_y, T


def given() -> dict:
    """Return the toy, a problem of twelve steps with a W_aa of spectral radius one, and a cliff."""
    x, labels, a0, parameters = random_problem(np.random.default_rng(SEED), SIZES)
    parameters["Waa"] /= np.abs(np.linalg.eigvals(parameters["Waa"])).max()
    parameters["Wax"] *= 0.3
    return {
        "toy": as_lists(*toy_problem()),
        "sequence": as_lists(0.3 * x, labels, a0, parameters),
        "cliff": {"b": 0.2, "a0": -0.5, "T": 25, "target": 0.5, "rate": 0.2},
    }
