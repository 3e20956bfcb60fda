"""Clipped and truncated gradients, messages and the cliff are the module's, over all settings."""

import numpy as np

from clipping import SIZES, given
from explorables import as_lists, random_problem
from rnn_from_scratch.bptt import plain_loss_and_gradients, rnn_backward, rnn_cell_backward
from rnn_from_scratch.clipping import (
    clip_by_norm,
    clip_by_value,
    plain_truncated_loss_and_gradients,
)
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.gradient_check import relative_error

DRAWS = 50
NAMES = ("dWax", "dWaa", "dWya", "dba", "dby")


def column(gradients):
    return np.concatenate([gradients[name].ravel() for name in NAMES])


def angle(u, v):
    cosine = u @ v / np.linalg.norm(u) / np.linalg.norm(v)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def test_both_ways_of_clipping_are_the_module_s(script):
    rng = np.random.default_rng(1)
    problems = [random_problem(rng, extreme=draw % 5 == 0) for draw in range(DRAWS)]
    limits = [10**-2.5, 10**0.75, *(10 ** rng.uniform(-2.5, 0.75, DRAWS - 2))]
    asked = [{"p": as_lists(*p), "c": c} for p, c in zip(problems, limits, strict=True)]
    said = script.all("({p, c}) => explorables.clipping.clip(p, c)", asked)
    for problem, c, shown in zip(problems, limits, said, strict=True):
        gradients = {n: v for n, v in plain_loss_and_gradients(*problem)[1].items() if n in NAMES}
        by_norm, by_value = clip_by_norm(gradients, c), clip_by_value(gradients, c)
        for name, expected in (("g", gradients), ("byNorm", by_norm), ("byValue", by_value)):
            assert relative_error(np.array(shown[name]), column(expected)) <= script.exact
        turned = angle(column(by_value), column(gradients))
        assert abs(shown["angle"] - turned) <= 1e-5  # an arc cosine near one has half the digits


def test_each_window_leaves_out_what_the_module_leaves_out(script):
    rng, T = np.random.default_rng(2), SIZES[-1]
    problems = [random_problem(rng, SIZES, extreme=draw % 5 == 0) for draw in range(DRAWS)]
    radii = [0.2, 1.6, *rng.uniform(0.2, 1.6, DRAWS - 2)]
    cases = [(p, r, K) for p, r in zip(problems, radii, strict=True) for K in range(1, T + 1)]
    run = """({p, r, K}) => {
        const {scaled, truncated} = explorables.clipping;
        return truncated(scaled(p, r), K);
    }"""
    said = script.all(run, [{"p": as_lists(*p), "r": r, "K": K} for p, r, K in cases])
    for ((x, labels, a0, parameters), r, K), shown in zip(cases, said, strict=True):
        scaled = {**parameters, "Waa": r * parameters["Waa"]}
        expected = plain_truncated_loss_and_gradients(x, labels, a0, scaled, K)[1]
        assert relative_error(np.array(shown), column(expected)) <= script.exact


def test_each_message_is_as_long_as_the_module_s(script):
    rng, T = np.random.default_rng(3), SIZES[-1]
    problems = [random_problem(rng, SIZES, extreme=draw % 5 == 0) for draw in range(DRAWS)]
    said = script.all("explorables.clipping.messages", [as_lists(*p) for p in problems])
    for (x, labels, a0, parameters), shown in zip(problems, said, strict=True):
        _, y_hat, caches = rnn_forward(x, a0, parameters)
        do = y_hat - (np.arange(len(y_hat))[:, None, None] == labels)
        expected = np.zeros((T, T))
        for t in range(T):
            da_t = parameters["Wya"].T @ do[:, :, t]
            for s in range(t, -1, -1):
                step = rnn_cell_backward(da_t, caches[s])
                expected[t, s] = np.linalg.norm(step["dWaa_t"])
                da_t = step["da_carry"]
        assert relative_error(np.array(shown), expected) <= script.exact


def test_the_cliff_is_a_network_of_the_module(script):
    """One unit, fed by its bias alone, with a squared loss at the last step."""
    cliff, rng = given()["cliff"], np.random.default_rng(4)
    points = [0.5, 2.5, 1.5, *rng.uniform(0.5, 2.5, DRAWS)]
    limits = [0.1, 5.0, 1.0, *rng.uniform(0.1, 5, DRAWS)]
    asked = [{"w": w, "c": c} for w, c in zip(points, limits, strict=True)]
    call = "({w, c}) => explorables.clipping.fall(CLIFF, w, c)".replace("CLIFF", repr(cliff))
    for w, c, shown in zip(points, limits, script.all(call, asked), strict=True):
        one, T = np.ones((1, 1)), cliff["T"]
        parameters = {"Wax": 0 * one, "Waa": w * one, "Wya": one, "ba": cliff["b"] * one, "by": one}
        a, _, caches = rnn_forward(np.zeros((1, 1, T)), cliff["a0"] * one, parameters)
        missed = a[0, 0, -1] - cliff["target"]
        da_output = np.zeros((1, 1, T))
        da_output[:, :, -1] = missed
        dWaa = rnn_backward(da_output, caches)["dWaa"]
        assert abs(shown["J"] - missed**2 / 2) <= script.exact * missed**2 / 2
        assert relative_error(np.array([[shown["dw"]]]), dWaa) <= script.exact
        others = {"dWax": 0 * one, "dWya": 0 * one, "dba": 0 * one, "dby": 0 * one}
        clipped = clip_by_norm({"dWaa": dWaa, **others}, c)["dWaa"]
        assert relative_error(np.array([[shown["clipped"]]]), clipped) <= script.exact
