"""The worked example."""

import numpy as np
import pytest

import oracle
import refusals
from rnn_from_scratch.toy import TOY_EPOCHS, TOY_LEARNING_RATE, toy_problem

TENTHS = {  # the numbers of chapter 1, which a reader takes over into a calculation by hand
    "x": [[6, -11, 18], [10, -10, 3]],
    "Wax": [[-3, 4], [-2, -2], [-10, -8], [-5, 8]],
    "Waa": [[-6, -1, 9, -3], [-12, -10, -3, -2], [-7, 11, 2, -9], [5, 6, -2, 7]],
    "Wya": [[-8, -9, 2, 9], [-15, 15, -6, -6]],
    "ba": [[0], [0], [0], [0]],
    "by": [[0], [0]],
}


def test_the_numbers_are_those_of_the_book():
    x, _, _, parameters = toy_problem()
    for name, tenths in TENTHS.items():
        value = x[:, 0] if name == "x" else parameters[name]
        assert np.rint(10 * value).tolist() == tenths, name


def test_the_sizes_are_those_of_the_book():
    x, labels, a0, parameters = toy_problem()
    n_x, n_a, n_y, m, T = 2, 4, 2, 1, 3
    assert x.shape == (n_x, m, T)
    assert labels.shape == (m, T)
    assert a0.shape == (n_a, m)
    assert parameters["Wax"].shape == (n_a, n_x)
    assert parameters["Waa"].shape == (n_a, n_a)
    assert parameters["Wya"].shape == (n_y, n_a)
    assert parameters["ba"].shape == (n_a, 1)
    assert parameters["by"].shape == (n_y, 1)


def test_it_is_trained_for_ten_epochs_at_a_rate_of_a_tenth():
    assert TOY_EPOCHS == 10
    assert TOY_LEARNING_RATE == 0.1


def test_the_target_is_class_0_at_every_step_and_the_state_begins_at_zero():
    _, labels, a0, _ = toy_problem()
    assert labels.dtype.kind == "i"
    assert not labels.any()
    assert not a0.any()


def test_every_call_makes_the_same_toy_in_new_arrays():
    x, _, _, parameters = toy_problem()
    before = x.copy(), parameters["Waa"].copy()
    x += 1
    parameters["Waa"] += 1
    again = toy_problem()
    assert np.array_equal(again[0], before[0])
    assert np.array_equal(again[3]["Waa"], before[1])


def test_every_entry_is_a_number_of_one_decimal():
    x, _, _, parameters = toy_problem()
    for value in (x, *parameters.values()):
        printed = [float(f"{entry:.1f}") for entry in value.flat]
        assert np.array_equal(value.ravel(), printed)


def test_in_float32_it_is_the_same_toy_rounded():
    double, single = toy_problem(), toy_problem(dtype=np.float32)
    rounded = oracle.cast(double, np.float32)
    for came, expected in zip(single[:3], rounded[:3], strict=True):
        assert came.dtype == expected.dtype
        assert np.array_equal(came, expected)
    assert not oracle.apart(single[3], rounded[3], 0)
    assert {value.dtype for value in single[3].values()} == {np.dtype(np.float32)}


def test_another_dtype_is_refused():
    with refusals.refuses(TypeError, "dtype is int64; expected float32 or float64"):
        toy_problem(dtype=int)


@pytest.mark.parametrize("name", ["Wax", "Waa", "Wya"])
def test_no_weight_is_zero(name):
    assert toy_problem()[3][name].all()
