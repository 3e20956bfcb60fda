"""autograd, which differentiates NumPy as it is written."""

import autograd.numpy as np
from autograd import value_and_grad

from bench.peers import Way
from bench.problems import Problem

ORDER = ("Wax", "Waa", "ba", "Wya", "by", "a0")


def loss(learned, x, labels):
    """Compute the loss, with the outputs of all steps in one product: each operation is a node."""
    Wax, Waa, ba, Wya, by, a_t = learned
    states, m = [], a_t.shape[1]
    for x_t in x:
        a_t = np.tanh(np.dot(Wax, x_t) + np.dot(Waa, a_t) + ba)
        states.append(a_t)
    o = np.dot(Wya, np.concatenate(states, axis=1)) + by  # (n_y, T m)
    shifted = o - np.max(o, axis=0)
    log_y_hat = shifted - np.log(np.sum(np.exp(shifted), axis=0))
    return -np.sum(log_y_hat[labels, np.arange(len(labels))]) / m


def read(result):
    """Name the gradients after what they are the gradients of."""
    J, gradients = result
    return {**{f"d{name}": each for name, each in zip(ORDER, gradients, strict=True)}, "J": J}


def ways(problem: Problem) -> dict[str, Way]:
    """With the columns of each time step ready in a list."""
    x = [np.array(problem.x[:, :, t]) for t in range(problem.x.shape[2])]
    arrays = problem.parameters | {"a0": problem.a0}
    learned = tuple(arrays[name] for name in ORDER)
    labels, step = problem.labels.T.reshape(-1), value_and_grad(loss)
    return {"": Way(lambda: step(learned, x, labels), read)}
