"""A step that a caller makes of a gradient: what it is given, and what it may return."""

import numpy as np
import pytest

import oracle
import refusals
from rnn_from_scratch.descent import update_parameters
from rnn_from_scratch.steps import checked_step

PARAMETERS, GRADIENTS = oracle.problem()[3], oracle.gradients()
NAMES = "Wax, Waa, Wya, ba, by"


def test_without_an_update_it_is_a_step_of_gradient_descent():
    came, state = checked_step(None)(PARAMETERS, GRADIENTS, 0.1, {})
    assert not oracle.apart(came, update_parameters(PARAMETERS, GRADIENTS, 0.1), 0)
    assert state == {}


def test_an_update_is_given_copies_and_the_gradients_of_the_parameters_alone():
    def update(parameters, gradients, learning_rate, state):
        assert not oracle.apart(parameters, PARAMETERS, 0)
        assert set(gradients) == {f"d{name}" for name in PARAMETERS}
        assert (learning_rate, state) == (0.1, {})
        for array in (*parameters.values(), *gradients.values()):
            array[...] = 7
        return parameters, {"seen": gradients["dWaa"]}

    came, state = checked_step(update)(oracle.frozen(PARAMETERS), oracle.frozen(GRADIENTS), 0.1, {})
    assert all((W == 7).all() for W in came.values())
    assert (state["seen"] == 7).all()


def test_the_state_is_kept_as_arrays_of_its_own():
    kept = np.zeros(2)

    def update(parameters, gradients, learning_rate, state):
        return parameters, {"n": 3, "rate": learning_rate, "kept": kept}

    _, state = checked_step(update)(PARAMETERS, GRADIENTS, 0.1, {})
    kept[:] = 1
    assert {name: array.tolist() for name, array in state.items()} == {
        "n": 3,
        "rate": 0.1,
        "kept": [0.0, 0.0],
    }


def test_the_parameters_are_arrays_of_their_own():
    buffer = {}

    def update(parameters, gradients, learning_rate, state):
        buffer.update(parameters)
        return buffer, state

    came, _ = checked_step(update)(PARAMETERS, GRADIENTS, 0.1, {})
    for name, W in came.items():
        assert not np.shares_memory(W, buffer[name])


def test_the_precision_of_the_parameters_is_kept():
    single = oracle.cast(PARAMETERS, np.float32)

    def update(parameters, gradients, learning_rate, state):
        assert {array.dtype for array in gradients.values()} == {np.dtype(np.float32)}
        return {n: W * np.float64(1) for n, W in parameters.items()}, {}

    came, _ = checked_step(update)(single, GRADIENTS, 0.1, {})
    assert {W.dtype for W in came.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (None, TypeError, "update did not return two dicts; expected parameters and state"),
        (PARAMETERS, TypeError, "update did not return two dicts; expected parameters and state"),
        (
            (PARAMETERS, None),
            TypeError,
            "update did not return two dicts; expected parameters and state",
        ),
        (
            (PARAMETERS, {}, {}),
            TypeError,
            "update did not return two dicts; expected parameters and state",
        ),
        (
            ({"Wax": PARAMETERS["Wax"], 3: 4}, {}),
            ValueError,
            f"update returned the parameters Wax, 3; expected {NAMES}",
        ),
        (
            ({**PARAMETERS, "ba": np.ones(5)}, {}),
            ValueError,
            "update's ba has shape (5,); expected (n_a, 1) = (5, 1)",
        ),
        (
            ({**PARAMETERS, "by": np.full((4, 1), np.inf)}, {}),
            ValueError,
            "update's by holds inf at (0, 0); expected finite float64 numbers",
        ),
        (
            ({**PARAMETERS, "by": np.ones((4, 1), complex)}, {}),
            TypeError,
            "update returned complex parameters; expected float32 or float64",
        ),
        (
            (PARAMETERS, {"v": None}),
            TypeError,
            "update's state 'v' has dtype object; expected numbers under a printable string",
        ),
        (
            (PARAMETERS, {"v": [1, [2, 3]]}),
            TypeError,
            "update's state 'v' is not an array; expected numbers under a printable string",
        ),
        (
            (PARAMETERS, {3: 1}),
            TypeError,
            "update's state 3 has dtype int64; expected numbers under a printable string",
        ),
        (
            (PARAMETERS, {"a\0b": 1}),  # which an archive would cut off
            TypeError,
            "update's state 'a\\x00b' has dtype int64; expected numbers under a printable string",
        ),
        (
            (PARAMETERS, {"v": np.ma.masked_array([1.0])}),
            TypeError,
            f"update's state 'v' is of type MaskedArray; {refusals.UNMASKED}",
        ),
    ],
)
def test_what_an_update_returns_amiss_is_named(returned, error, message):
    with refusals.refuses(error, message):
        checked_step(lambda *_: returned)(PARAMETERS, GRADIENTS, 0.1, {})


def test_an_update_that_cannot_be_called_is_refused():
    with refusals.refuses(TypeError, "update is of type str; expected a function"):
        checked_step("adam")


def test_the_gradients_are_checked_before_an_update_sees_them():
    bad = {**GRADIENTS, "dba": np.full((5, 1), np.nan)}
    with refusals.refuses(ValueError, f"dba holds nan at (0, 0); {refusals.FINITE}"):
        checked_step(pytest.fail)(PARAMETERS, bad, 0.1, {})
