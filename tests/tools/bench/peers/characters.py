"""Our function on characters: as one-hot columns, and as the integers that stand for them."""

from functools import partial

import numpy as np

from bench.peers import Way
from bench.peers.ours import read
from bench.problems import Problem
from rnn_from_scratch.fast import Workspace, loss_and_gradients


def ways(problem: Problem) -> dict[str, Way]:
    """Both, with a workspace and without dx."""
    n_x, m, T = problem.x.shape
    classes = np.random.default_rng(18).integers(n_x, size=(m, T))
    columns = (np.arange(n_x)[:, None, None] == classes).astype(problem.x.dtype)  # (n_x, m, T)

    def way(x):
        step = partial(loss_and_gradients, x, *problem[1:], input_gradient=False)
        return Way(partial(step, workspace=Workspace()), read)

    return {"before": way(columns), "after": way(classes)}
