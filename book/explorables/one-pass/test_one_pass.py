"""Every node and gradient of the pass is the module's, for each entry that can be dragged."""

import re
from importlib import import_module

import numpy as np
import pytest

from explorables import as_lists, random_problem
from rnn_from_scratch.bptt import plain_loss_and_gradients, rnn_cell_backward
from rnn_from_scratch.forward import rnn_forward, rnn_loss
from rnn_from_scratch.gradient_check import relative_error
from rnn_from_scratch.loss import softmax
from rnn_from_scratch.toy import toy_problem

DRAWS = 50
EPS = 1e-5
NUDGE = """({p, name, i, j}) => explorables["one-pass"].nudge(p, name, i, j)"""


def problems():
    """The toy, and problems drawn at random, some of them extreme."""
    rng = np.random.default_rng(3)
    return [toy_problem(), *(random_problem(rng, extreme=draw % 5 == 0) for draw in range(DRAWS))]


def entries(problem):
    """Every entry that can be dragged: its name, and its place in the script and in the module."""
    x, _, a0, parameters = problem
    for name, value in (*parameters.items(), ("a0", a0)):
        yield from ((name, (i, j), (i, j)) for i, j in np.ndindex(value.shape))
    yield from (("x", (t, i), (i, k, t)) for i, k, t in np.ndindex(x.shape))


def moved(problem, name, place, by):
    """Return the problem with one entry moved."""
    x, labels, a0, parameters = problem
    whole = {"x": x, "a0": a0, **parameters}
    whole[name] = whole[name].copy()
    whole[name][place] += by
    return whole.pop("x"), labels, whole.pop("a0"), whole


@pytest.fixture(scope="module")
def every():
    return problems()


def by_the_module(problem):
    """Return values and gradients of all nodes, each an array with a row for each step.

    The gradients of one step are the module's own, from its cells; the scores are those of which
    its softmax makes the probabilities of the module; the loss of a step is that of its labels.
    """
    x, labels, a0, parameters = problem
    steps = range(labels.shape[1])
    a, y_hat, caches = rnn_forward(x, a0, parameters)
    z = [pre_activation(parameters, cache) for cache in caches]
    o = [parameters["Wya"] @ a[:, :, t] + parameters["by"] for t in steps]
    do = y_hat - (np.arange(len(y_hat))[:, None, None] == labels)
    alone = [np.where(np.arange(labels.shape[1]) == t, labels, -1) for t in steps]
    values = {
        "x": x,
        "a": a,
        "z": np.stack(z, axis=2),
        "o": np.stack(o, axis=2),
        "J": np.array([[[rnn_loss(x, only, a0, parameters) for only in alone]]]),
    }
    assert relative_error(softmax(values["o"]), y_hat) <= 1e-13
    slopes = {name: np.zeros_like(values[name]) for name in "xaz"}
    carry = np.zeros_like(a0)
    for t in reversed(steps):
        da_t = parameters["Wya"].T @ do[:, :, t] + carry
        step = rnn_cell_backward(da_t, caches[t])
        slopes["a"][:, :, t], slopes["z"][:, :, t] = da_t, step["dba_t"]  # of one example
        slopes["x"][:, :, t], carry = step["dx_t"], step["da_carry"]
    return values, {**slopes, "o": do, "J": np.ones_like(values["J"])}, carry


def pre_activation(parameters, cache):
    """Return the pre-activation of a step, of which its state is the tanh."""
    z = parameters["Wax"] @ cache.x_t + parameters["Waa"] @ cache.a_prev + parameters["ba"]
    assert relative_error(np.tanh(z), cache.a_t) <= 1e-13
    return z


def test_each_node_holds_the_module_s_value_and_gradient_at_each_step(script, every):
    said = script.all("""(p) => explorables["one-pass"].pass(p)""", [as_lists(*p) for p in every])
    for problem, shown in zip(every, said, strict=True):
        values, slopes, da0 = by_the_module(problem)
        for mine, theirs in ((shown["values"], values), (shown["slopes"], slopes)):
            named = {f"{letter}{t}" for letter in theirs for t in (1, 2, 3)}
            assert set(mine) == {*named, "a0"}, "every node is compared"
            for letter, array in theirs.items():
                found = np.array([mine[f"{letter}{t}"] for t in (1, 2, 3)]).T[:, None]
                assert relative_error(found, array) <= script.exact, letter
        assert shown["values"]["a0"] == problem[2][:, 0].tolist()
        assert relative_error(np.array(shown["slopes"]["a0"])[:, None], da0) <= script.exact


def test_loss_and_gradients_are_the_module_s(script, every):
    said = script.all("""(p) => explorables["one-pass"].pass(p)""", [as_lists(*p) for p in every])
    for problem, shown in zip(every, said, strict=True):
        J, gradients = plain_loss_and_gradients(*problem)
        assert relative_error(np.array(shown["J"]), J) <= script.exact
        y_hat = rnn_forward(problem[0], problem[2], problem[3])[1]
        assert relative_error(np.array(shown["y"][1:]).T[:, None], y_hat) <= script.exact
        assert set(shown["gradients"]) == set(gradients)
        for name, gradient in gradients.items():
            found = np.array(shown["gradients"][name])
            found = found.T[:, None] if name == "dx" else found.reshape(gradient.shape)
            assert relative_error(found, gradient) <= script.exact, name


BACKWARD = [f"{letter}{t}" for t in (3, 2, 1) for letter in "oaz"] + ["a0"]


def test_each_step_back_collects_what_it_contributes(script, every):
    """At each of the 23 positions: sums of the module's contributions, from the last step on."""
    run = """([p, at]) => {
        const { pass, collected } = explorables["one-pass"];
        return collected(pass(p), at);
    }"""
    for problem in every:
        values, slopes, da0 = by_the_module(problem)
        x, a0 = problem[0], problem[2]
        before = np.concatenate([a0[:, :, None], values["a"][:, :, :2]], axis=2)
        every_t = {
            "dWax": [slopes["z"][:, :, t] @ x[:, :, t].T for t in range(3)],
            "dWaa": [slopes["z"][:, :, t] @ before[:, :, t].T for t in range(3)],
            "dba": [slopes["z"][:, 0, t] for t in range(3)],
            "dWya": [slopes["o"][:, :, t] @ values["a"][:, :, t].T for t in range(3)],
            "dby": [slopes["o"][:, 0, t] for t in range(3)],
        }
        asked = [[as_lists(*problem), at] for at in range(23)]
        for at, said in enumerate(script.all(run, asked)):
            done = BACKWARD[: max(0, at - 12)]
            for name, parts in every_t.items():
                node = "o" if name in ("dWya", "dby") else "z"
                found = np.array(said[name])
                expected = sum((parts[t] for t in range(3) if f"{node}{t + 1}" in done), 0 * found)
                scale = max(np.abs(part).max() for part in parts)
                assert np.abs(found - expected).max() <= script.exact * scale, (at, name)
            dx = np.where([f"z{t}" in done for t in (1, 2, 3)], slopes["x"][:, 0], 0).T
            assert (
                np.abs(np.array(said["dx"]) - dx).max() <= script.exact * np.abs(slopes["x"]).max()
            )
            expected = da0[:, 0] * ("a0" in done)
            assert np.abs(said["da0"] - expected).max() <= script.exact * np.abs(da0).max()


def test_the_still_has_the_numbers_of_the_toy_and_nothing_to_touch(script):
    shown = import_module("one-pass").given()
    [still] = script.all("""(given) => explorables["one-pass"].still(given)""", [shown])
    J = rnn_loss(*toy_problem())
    assert f"a loss of {J:.3f}" in still
    values, slopes, _ = by_the_module(toy_problem())
    cells = sum(array.size for array in (*values.values(), *slopes.values())) + 2 * 4  # a0
    assert len(re.findall('<rect class="(plus|minus)"', still)) == cells
    assert not re.search("data-do|role=.button|tabindex|faint|picked", still)


def test_a_nudge_moves_the_loss_as_in_the_module_and_agrees_with_the_gradient(script, every):
    asked = [(p, *entry) for p in every for entry in entries(p)]
    cases = [
        {"p": as_lists(*p), "name": name, "i": here[0], "j": here[1]} for p, name, here, _ in asked
    ]
    gradients = {id(p): plain_loss_and_gradients(*p)[1] for p in every}
    for (p, name, _, there), said in zip(asked, script.all(NUDGE, cases), strict=True):
        gradient = gradients[id(p)][f"d{name}"]
        scale = np.abs(gradient).max()
        assert abs(said["gradient"] - gradient[there]) <= script.exact * scale
        assert said["quotient"] == (said["up"] - said["down"]) / (2 * EPS)
        assert abs(said["quotient"] - said["gradient"]) <= 1e-7 * max(scale, 1)
        for way, by in (("up", EPS), ("down", -EPS)):
            x, labels, a0, parameters = moved(p, name, there, by)
            loss = rnn_loss(x, labels, a0, parameters)
            assert abs(said[way] - loss) <= script.exact * loss
