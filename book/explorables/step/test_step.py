"""Losses and quotients are the module's and NumPy's, for both ways and in both precisions."""

import itertools

import numpy as np
import pytest

from explorables import as_lists, random_problem
from rnn_from_scratch.forward import rnn_loss
from rnn_from_scratch.gradient_check import complex_step_gradient
from step import given

DRAWS = 50
SINGLE = 2.0**-24  # the rounding of one operation in single precision, relative
SETTINGS = list(itertools.product(("central", "complex"), ("double", "single")))
RUN = "({given, state}) => explorables.step.measure(given, state)"


def cases():
    """Both ways in both precisions, each with problems and steps drawn at random."""
    rng = np.random.default_rng(5)
    for way, precision in SETTINGS:
        for draw in range(DRAWS + 2):
            problem = random_problem(rng, extreme=draw % 5 == 0)
            exponent = (-30.0, 0.0, rng.uniform(-30, 0))[min(draw, 2)]
            i, j = (int(k) for k in rng.integers(4, size=2))
            state = {"way": way, "precision": precision, "exponent": exponent}
            yield problem, i, j, state


@pytest.fixture(scope="module")
def found(script):
    """Return the measurements of the script, beside the questions."""
    every = list(cases())
    asked = [
        {"given": {"toy": as_lists(*problem), "i": i, "j": j, "exact": 1.0}, "state": state}
        for problem, i, j, state in every
    ]
    return list(zip(every, script.all(RUN, asked), strict=True))


def loss(problem, i, j, by, dtype):
    """Return the module's loss with one entry of Waa moved, everything in one precision."""
    x, labels, a0, parameters = problem
    kind = np.result_type(dtype, type(by))
    moved = {name: value.astype(dtype) for name, value in parameters.items()}
    moved["Waa"] = moved["Waa"].astype(kind)
    moved["Waa"][i, j] += by
    return rnn_loss(x.astype(dtype), labels, a0.astype(dtype), moved)


def test_the_losses_of_a_central_difference_are_the_module_s(found, script):
    for (problem, i, j, state), said in found:
        if state["way"] == "central":
            single = state["precision"] == "single"
            dtype = np.float32 if single else np.float64
            bound = 32 * SINGLE if single else script.exact
            eps = dtype(10.0 ** state["exponent"])
            for side, by in (("up", eps), ("down", -eps)):
                J = loss(problem, i, j, by, dtype)
                assert abs(said[side] - J) <= bound * abs(J)
            w = dtype(problem[3]["Waa"][i, j])
            taken = dtype(w + eps) - dtype(w - eps)
            assert said["taken"] == taken
            if taken:
                quotient = dtype(dtype(said["up"]) - dtype(said["down"])) / taken
                assert said["value"] == quotient


def test_the_complex_step_is_the_module_s(found, script):
    for (problem, i, j, state), said in found:
        if state["way"] == "complex" and state["precision"] == "double":
            expected = complex_step(problem, state)
            scale = np.abs(expected).max()
            assert abs(said["value"] - expected[i, j]) <= script.exact * scale


def complex_step(problem, state):
    """Return the module's derivatives with respect to Waa, by the complex step of a setting."""
    x, labels, a0, parameters = problem

    def loss_of(Waa):
        return rnn_loss(x, labels, a0, {**parameters, "Waa": Waa})

    return complex_step_gradient(loss_of, parameters["Waa"], 10.0 ** state["exponent"])


def test_the_complex_step_in_single_precision_has_single_digits(found):
    """All else is as in double precision, but for rounding: at most 200 times one operation's."""
    for (problem, i, j, state), said in found:
        if state["way"] == "complex" and state["precision"] == "single":
            expected = complex_step(problem, state)
            assert abs(said["value"] - expected[i, j]) <= 200 * SINGLE * np.abs(expected).max()


def test_a_complex_step_is_called_long_where_its_error_is_above_rounding(script):
    shown = given()
    run = """({state, given}) => [
        explorables.step.measure(given, state).error, explorables.step.view(state, given),
    ]"""
    for precision in ("double", "single"):
        rounding = SINGLE if precision == "single" else 2.0**-53
        states = [
            {"way": "complex", "precision": precision, "exponent": -k / 4} for k in range(121)
        ]
        said = script.all(run, [{"state": state, "given": shown} for state in states])
        called = [error for error, html in said if "The step is long" in html]
        others = [error for error, html in said if "The step is long" not in html]
        assert len(called) + len(others) == 121
        assert max(others) <= 100 * rounding
        assert min(called) > max(others)
