"""The network with a state of one number is the module's, with one unit and a squared loss."""

import re
from importlib import import_module

import numpy as np

from rnn_from_scratch.bptt import rnn_backward, rnn_cell_backward
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.gradient_check import relative_error

DRAWS = 50
PASS = """(state) => explorables["one-number"].pass(state)"""
MEASURED = """(state) => explorables["one-number"].measured(state)"""


def states():
    """With and without the carry: the corners of the sliders, then points between them."""
    rng = np.random.default_rng(6)
    for carry in (True, False):
        for w, u in ((-2, -3), (-2, 3), (2, -3), (2, 3)):
            yield {"w": w, "u": u, "x": [2, -2, 2], "carry": carry}
        for _ in range(DRAWS):
            x = rng.uniform(-2, 2, 3).tolist()
            yield {"w": rng.uniform(-2, 2), "u": rng.uniform(-3, 3), "x": x, "carry": carry}


def by_the_module(state):
    """Return the loss and both gradients; without the carry each step goes back alone."""
    one, x = np.ones((1, 1)), np.array(state["x"], float)[None, None]
    weights = {"Wax": state["u"] * one, "Waa": state["w"] * one, "Wya": one}
    a, _, caches = rnn_forward(x, 0 * one, {**weights, "ba": 0 * one, "by": 0 * one})
    da_output = a - 1
    if state["carry"]:
        back = rnn_backward(da_output, caches)
        dw, du = back["dWaa"], back["dWax"]
    else:
        steps = [rnn_cell_backward(da_output[:, :, t], cache) for t, cache in enumerate(caches)]
        dw, du = (sum(step[name] for step in steps) for name in ("dWaa_t", "dWax_t"))
    return ((a - 1) ** 2).sum() / 2, dw, du


def test_the_pass_is_the_module_s(script):
    every = list(states())
    for state, said in zip(every, script.all(PASS, every), strict=True):
        J, dw, du = by_the_module(state)
        assert abs(said["J"] - J) <= script.exact * J
        scale = max(abs(dw), abs(du), 1e-3)  # where tanh is flat, its slope has few digits
        assert abs(said["dw"] - dw) <= script.exact * scale
        assert abs(said["du"] - du) <= script.exact * scale


def test_each_value_and_gradient_of_the_drawing_is_the_module_s(script):
    every = list(states())
    for state, said in zip(every, script.all(PASS, every), strict=True):
        one, x = np.ones((1, 1)), np.array(state["x"], float)[None, None]
        weights = {"Wax": state["u"] * one, "Waa": state["w"] * one, "Wya": one}
        a, _, caches = rnn_forward(x, 0 * one, {**weights, "ba": 0 * one, "by": 0 * one})
        handed = 0 * one
        scale = np.abs([*said["da"], *said["dz"], *said["handed"]]).max()
        assert np.abs(said["a"] - np.append(0, a)).max() <= script.exact
        for t in (3, 2, 1):
            assert abs(said["handed"][t] - handed.item()) <= script.exact * scale
            da_t = a[:, :, t - 1] - 1 + handed * state["carry"]
            assert abs(said["da"][t] - da_t.item()) <= script.exact * scale
            step = rnn_cell_backward(da_t, caches[t - 1])
            assert abs(said["dz"][t] - step["dba_t"].item()) <= script.exact * scale
            found = said["contributions"][t - 1]
            assert abs(found - step["dWaa_t"].item()) <= script.exact * scale
            handed = step["da_carry"]


def test_what_is_measured_is_the_whole_gradient_also_without_the_carry(script):
    every = list(states())
    for state, said in zip(every, script.all(MEASURED, every), strict=True):
        _, dw, du = by_the_module({**state, "carry": True})
        assert abs(said["dw"] - dw) <= 1e-7 * max(1, abs(dw))
        assert abs(said["du"] - du) <= 1e-7 * max(1, abs(du))


def test_the_page_begins_with_the_numbers_of_its_cells(script):
    shown = import_module("one-number").given()
    said = script.all(PASS, [{**shown, "carry": True}])[0]
    assert round(said["J"], 3) == 0.272
    assert round(said["dw"], 3) == -0.792
    assert relative_error(np.array(shown["x"]), np.array([1.0, 0.0, 0.0])) == 0


def test_the_terms_have_the_digits_of_their_sum_and_a_wrong_sum_is_no_gradient(script):
    state = {"w": 2.0, "u": 1.0, "x": [-2.0, 2.0, 0.0], "carry": False, "tolerance": 1e-6}
    view = """(state) => explorables["one-number"].view(state, state)"""
    wrong, right = script.all(view, [state, {**state, "carry": True}])
    for html in (wrong, right):
        terms = re.search(r"<i>w</i>(?: is)? ([^=]+) = <b>([^<]+)</b>", html)
        numbers = [len(number.split(".")[1]) for number in re.findall(r"[\d.]+", terms[0])]
        assert numbers == [4] * 4
    assert "The gradient with respect to <i>w</i> is" in right
    assert "The gradient" not in wrong
    assert "this pass gives for <i>w</i>" in wrong
