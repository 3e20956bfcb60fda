"""The numbers on notes and graphs: the module on the book's worked example."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from rnn_from_scratch import loss_and_gradients, rnn_cell_backward, rnn_forward
from rnn_from_scratch.toy import toy_problem


@dataclass(frozen=True)
class Run:
    """The toy, forward and back. Steps are counted from 1, as in the mathematics: see ``at``.

    ``da_output`` is the contribution of the outputs to the gradients of the states, ``da_carry``
    that of the next steps, both (n_a, m, T); ``dz`` is their sum, times the slope of tanh.
    """

    x: np.ndarray
    labels: np.ndarray
    a0: np.ndarray
    parameters: dict
    a: np.ndarray
    y_hat: np.ndarray
    da_output: np.ndarray
    da_carry: np.ndarray
    dz: np.ndarray
    J: float
    gradients: dict

    def at(self, name: str, t: int) -> np.ndarray:
        """Return the matrix of step ``t``, counted from 1."""
        return getattr(self, name)[:, :, t - 1]

    def nodes(self) -> dict[tuple[str, int], tuple[np.ndarray, np.ndarray]]:
        """Return each node of the graph: its value, and the gradient of J with respect to it.

        A node is known by its letter in the graph (y for the probabilities) and its step.
        """
        p, (m, T) = self.parameters, self.labels.shape
        y = (np.arange(len(self.y_hat))[:, None, None] == self.labels) / m
        before = self.a0
        nodes = {("a", 0): (self.a0, self.gradients["da0"])}
        for t in range(1, T + 1):
            x, a, y_hat = (self.at(name, t) for name in ("x", "a", "y_hat"))
            true = y[:, :, t - 1]
            nodes["x", t] = x, self.gradients["dx"][:, :, t - 1]
            nodes["z", t] = p["Wax"] @ x + p["Waa"] @ before + p["ba"], self.at("dz", t)
            nodes["a", t] = a, self.at("da_output", t) + self.at("da_carry", t)
            nodes["o", t] = p["Wya"] @ a + p["by"], y_hat / m - true
            nodes["y", t] = y_hat, 0 - true / y_hat
            nodes["J", t] = -(true * np.log(y_hat)).sum(keepdims=True), np.ones((1, 1))
            before = a
        return nodes


@cache
def run_toy() -> Run:
    """Run the toy, once in a process, forward and back."""
    x, labels, a0, parameters = toy_problem()
    a, y_hat, caches = rnn_forward(x, a0, parameters)
    J, gradients = loss_and_gradients(x, labels, a0, parameters)
    y = np.arange(len(y_hat))[:, None, None] == labels
    da_output = np.tensordot(parameters["Wya"].T, (y_hat - y) / labels.shape[0], axes=1)
    da_carry, dz = np.zeros_like(a), np.zeros_like(a)
    for t in reversed(range(a.shape[2])):
        step = rnn_cell_backward(da_output[:, :, t] + da_carry[:, :, t], caches[t])
        dz[:, :, t] = step["dba_t"]  # the sum over a batch of one example
        if t:
            da_carry[:, :, t - 1] = step["da_carry"]
    return Run(x, labels, a0, parameters, a, y_hat, da_output, da_carry, dz, float(J), gradients)


def numbers(values: np.ndarray, digits: int = 2) -> list[str]:
    """Return numbers as a hand writes them: with a minus as long as a plus."""
    return [f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}") for value in np.ravel(values)]
