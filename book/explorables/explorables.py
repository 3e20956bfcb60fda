"""The parts that explorables share in Python: problems, as the scripts read them."""

import numpy as np

from rnn_from_scratch.parameters import initialize_parameters


def as_lists(x, labels, a0, parameters) -> dict:
    """Return a problem with one example as the scripts read it: x has a row for each step."""
    biases = {name: parameters[name][:, 0].tolist() for name in ("ba", "by")}
    weights = {name: parameters[name].tolist() for name in ("Wax", "Waa", "Wya")}
    rest = {"x": x[:, 0].T.tolist(), "labels": np.asarray(labels)[0].tolist()}
    return {**weights, **biases, **rest, "a0": a0[:, 0].tolist()}


def random_problem(rng, sizes=(2, 4, 2, 3), extreme=False) -> tuple:
    """Draw a problem with one example; an extreme one has some states near one, and some near zero.

    ``sizes`` are n_x, n_a, n_y and T.
    """
    n_x, n_a, n_y, T = sizes
    parameters = initialize_parameters(n_x, n_a, n_y, rng=rng)
    for name, value in parameters.items():
        scale = rng.choice([1e-3, 2.5], value.shape) if extreme else 1.0
        parameters[name] = scale * rng.uniform(-1, 1, value.shape)
    x, a0 = rng.uniform(-2, 2, (n_x, 1, T)), rng.uniform(-1, 1, (n_a, 1))
    return x, rng.integers(n_y, size=(1, T)), a0, parameters
