"""The module's own function, from the caller's arrays: x (n_x, m, T) in C order, as NumPy makes it.

Bringing x into another order, and all checks of the arguments, are part of the time.
"""

from functools import partial

from bench.peers import Way
from bench.problems import Problem
from rnn_from_scratch.fast import Workspace, loss_and_gradients


def read(result):
    """Return the gradients with the loss among them."""
    J, gradients = result
    return {**gradients, "J": J}


def ways(problem: Problem) -> dict[str, Way]:
    """With a workspace and without dx, which the other libraries are not asked for; then others."""
    step = partial(loss_and_gradients, *problem)
    kept = {"workspace": Workspace(), "input_gradient": False}
    return {
        "ours": Way(partial(step, **kept), read),
        "ours without workspace": Way(partial(step, input_gradient=False), read),
        "ours with dx": Way(partial(step, workspace=Workspace()), read),
    }
