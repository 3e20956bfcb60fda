"""Contributions and bumped losses are the module's, for each entry and each choice of copies."""

import itertools

import numpy as np

from explorables import as_lists, random_problem
from rnn_from_scratch.bptt import rnn_cell_backward
from rnn_from_scratch.forward import rnn_cell_forward, rnn_forward
from rnn_from_scratch.loss import cross_entropy

DRAWS = 50
CHOICES = [list(each) for n in range(4) for each in itertools.combinations((1, 2, 3), n)]
ENTRIES = list(np.ndindex(4, 4))


def settings():
    """Every choice of copies for every entry, each with problems and bumps drawn at random."""
    rng = np.random.default_rng(11)
    for draw in range(DRAWS):
        problem = random_problem(rng, extreme=draw % 5 == 0)
        for copies, (i, j) in itertools.product(CHOICES, ENTRIES):
            bump = (-1.0, 1.0, rng.uniform(-1, 1))[min(draw, 2)]
            yield problem, {"i": i, "j": j, "copies": copies, "bump": bump}


def loss(problem, state):
    """Run the module's cell with a weight of its own at each step."""
    x, labels, a0, parameters = problem
    a, y_hat = a0, []
    for t in (1, 2, 3):
        own = {**parameters, "Waa": parameters["Waa"].copy()}
        own["Waa"][state["i"], state["j"]] += state["bump"] * (t in state["copies"])
        a, y_t, _ = rnn_cell_forward(x[:, :, t - 1], a, own)
        y_hat.append(y_t)
    return cross_entropy(np.stack(y_hat, axis=2), labels)


def contributions(problem):
    """Return dWaa_t of each step, from the module's own cells."""
    x, labels, a0, parameters = problem
    _, y_hat, caches = rnn_forward(x, a0, parameters)
    y = np.arange(len(y_hat))[:, None, None] == labels
    da_output = np.tensordot(parameters["Wya"].T, y_hat - y, axes=1)
    carry, found = 0, []
    for t in (2, 1, 0):
        step = rnn_cell_backward(da_output[:, :, t] + carry, caches[t])
        carry = step["da_carry"]
        found.insert(0, step["dWaa_t"])
    return found


def test_each_choice_moves_the_loss_as_in_the_module_and_adds_its_contributions(script):
    every = list(settings())
    run = "({p, state}) => explorables.copies.weigh(p, state)"
    cases = [{"p": as_lists(*problem), "state": state} for problem, state in every]
    known = {id(problem): contributions(problem) for problem, _ in every}
    for (problem, state), said in zip(every, script.all(run, cases), strict=True):
        here = [dWaa_t[state["i"], state["j"]] for dWaa_t in known[id(problem)]]
        scale = max(np.abs(dWaa_t).max() for dWaa_t in known[id(problem)])
        off = max(abs(u - v) for u, v in zip(said["contributions"], here, strict=True))
        assert off <= script.exact * scale
        chosen = sum(here[t - 1] for t in state["copies"])
        assert abs(said["sum"] - chosen) <= script.exact * scale
        assert abs(said["measured"] - chosen) <= 1e-7 * max(scale, 1)
        J = loss(problem, state)
        assert abs(said["J"] - J) <= script.exact * J
