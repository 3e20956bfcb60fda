"""The other calls of the module, each beside a whole step of training, and a stream beside NumPy.

What they return is no gradient; the tests of the module say that it is right.
"""

from functools import partial

import numpy as np

from bench.peers import Way
from bench.problems import Problem
from rnn_from_scratch.estimator import RNN
from rnn_from_scratch.fast import Workspace, loss_and_gradients, truncated_loss_and_gradients
from rnn_from_scratch.forward import Stream, rnn_forward, rnn_loss
from rnn_from_scratch.prediction import predict

STEP, FORMULAS = "step", "formulas of one step"  # what the others are held against
AGAINST = {
    "predict": STEP,
    "rnn_loss": STEP,
    "rnn_forward": STEP,
    "RNN.predict": "step in float64",
    "truncated, windows of 10": "step with dx",
    "without workspace": "step with dx",
    "stream": FORMULAS,
}


def fitted(parameters: dict, n_y: int) -> RNN:
    """Return an estimator with these parameters."""
    model = RNN(len(parameters["Waa"]))
    model.parameters_ = {name: array.astype(float) for name, array in parameters.items()}
    model.classes_, model.of_steps_ = np.arange(n_y), True
    model.n_features_in_ = parameters["Wax"].shape[1]
    return model


def one_step(x_t, a0, parameters):
    """Return a function that takes one step after the other, as the book's formulas stand."""
    Wax, Waa, Wya, ba, by = parameters.values()
    a = a0

    def step():
        nonlocal a
        a = np.tanh(Wax @ x_t + Waa @ a + ba)
        o = Wya @ a + by
        e = np.exp(o - o.max(axis=0))
        return e / e.sum(axis=0)

    return step


def ways(problem: Problem) -> dict[str, Way]:
    """All of them; the truncated gradients have ``dx``, as what they are held against has it."""
    x, _, a0, parameters = problem
    exact, truncated = (
        partial(f, *problem) for f in (loss_and_gradients, truncated_loss_and_gradients)
    )
    in_double = Problem(x.astype(float), problem.labels, a0.astype(float), dict(parameters))
    in_double.parameters.update((name, array.astype(float)) for name, array in parameters.items())
    x_t = np.ascontiguousarray(x[:, :, 0])
    steps = {
        STEP: partial(exact, workspace=Workspace(), input_gradient=False),
        "step with dx": partial(exact, workspace=Workspace()),
        "step in float64": partial(loss_and_gradients, *in_double, workspace=Workspace()),
        "predict": partial(predict, x, a0, parameters),
        "rnn_loss": partial(rnn_loss, *problem),
        "rnn_forward": partial(rnn_forward, x, a0, parameters),
        "RNN.predict": partial(
            fitted(parameters, len(parameters["by"])).predict,
            np.ascontiguousarray(x.transpose(1, 2, 0), float),
        ),
        "truncated, windows of 10": partial(truncated, 10, workspace=Workspace()),
        "without workspace": exact,
        "stream": partial(Stream(parameters, a0).step, x_t),
        FORMULAS: one_step(x_t, a0, parameters),
    }
    return {name: Way(step, lambda _: {}) for name, step in steps.items()}
