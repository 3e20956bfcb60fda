"""The classic character-level loop: columns, dicts over time, and gradients added up step by step.

It is what most people write first, here for a batch of columns: softmax without its shift, no
checks, np.dot, nothing kept from one step of training to the next.
"""

import numpy as np

from bench.peers import Way
from bench.problems import Problem


def forward(x, labels, a0, parameters):
    """Walk forward; return the loss, and the states and probabilities by time."""
    Wax, Waa, Wya, ba, by = (parameters[name] for name in ("Wax", "Waa", "Wya", "ba", "by"))
    states, y_hats, J = {-1: a0}, {}, 0.0
    example = np.arange(a0.shape[1])
    for t, x_t in enumerate(x):
        states[t] = np.tanh(np.dot(Wax, x_t) + np.dot(Waa, states[t - 1]) + ba)
        o_t = np.dot(Wya, states[t]) + by
        y_hats[t] = np.exp(o_t) / np.sum(np.exp(o_t), axis=0)
        J -= np.sum(np.log(y_hats[t][labels[:, t], example])) / len(example)
    return J, states, y_hats


def backward(x, labels, parameters, states, y_hats):
    """Walk back, adding each step's share to the gradients."""
    gradients = {f"d{name}": np.zeros_like(array) for name, array in parameters.items()}
    example = np.arange(labels.shape[0])
    carry = np.zeros_like(states[-1])
    for t in reversed(range(len(x))):
        do = np.copy(y_hats[t])
        do[labels[:, t], example] -= 1
        do /= len(example)
        gradients["dWya"] += np.dot(do, states[t].T)
        gradients["dby"] += np.sum(do, axis=1, keepdims=True)
        dz = (1 - states[t] * states[t]) * (np.dot(parameters["Wya"].T, do) + carry)
        gradients["dba"] += np.sum(dz, axis=1, keepdims=True)
        gradients["dWax"] += np.dot(dz, x[t].T)
        gradients["dWaa"] += np.dot(dz, states[t - 1].T)
        carry = np.dot(parameters["Waa"].T, dz)
    return {**gradients, "da0": carry}


def ways(problem: Problem) -> dict[str, Way]:
    """With the columns of each time step ready in a list."""
    x = [np.ascontiguousarray(problem.x[:, :, t]) for t in range(problem.x.shape[2])]
    labels, a0, parameters = problem[1:]

    def step():
        J, states, y_hats = forward(x, labels, a0, parameters)
        return {**backward(x, labels, parameters, states, y_hats), "J": J}

    return {"": Way(step, dict)}
