"""The parameters, and the checks of sizes; what the checks say is tested where they are used."""

import math
import sys
from fractions import Fraction

import numpy as np
import pytest

import refusals
from rnn_from_scratch.parameters import (
    check_counts,
    check_flags,
    check_function,
    check_listed,
    check_positive,
    initialize_parameters,
)


def drawn(seed=0, n_x=3, n_a=5, n_y=4, **options):
    return initialize_parameters(n_x, n_a, n_y, rng=np.random.default_rng(seed), **options)


def test_the_shapes_are_those_of_the_notation_table():
    shapes = {name: value.shape for name, value in drawn().items()}
    assert shapes == {"Wax": (5, 3), "Waa": (5, 5), "Wya": (4, 5), "ba": (5, 1), "by": (4, 1)}


@pytest.mark.parametrize("name", ["Wax", "Waa", "Wya"])
def test_the_variance_of_a_weight_is_one_over_the_number_of_columns(name):
    W = drawn(n_x=100, n_a=400, n_y=200)[name]
    error = math.sqrt(2 / W.size)  # the relative standard error of a variance
    assert abs(W.var() * W.shape[1] - 1) < 4 * error
    assert abs(W.mean()) * math.sqrt(W.shape[1] * W.size) < 4


def test_biases_start_at_zero():
    parameters = drawn()
    assert not parameters["ba"].any()
    assert not parameters["by"].any()


def test_the_generator_alone_decides():
    first, again, other = drawn(seed=1), drawn(seed=1), drawn(seed=2)
    for name in ("Wax", "Waa", "Wya"):
        assert np.array_equal(first[name], again[name])
        assert not np.array_equal(first[name], other[name])


def test_a_generator_used_twice_gives_two_draws():
    rng = np.random.default_rng(0)
    first, second = (initialize_parameters(3, 5, 4, rng=rng) for _ in range(2))
    assert not np.array_equal(first["Waa"], second["Waa"])


def test_float64_is_the_default_and_float32_is_its_rounding():
    double, single = drawn(), drawn(dtype=np.float32)
    for name in double:
        assert double[name].dtype == np.float64
        assert single[name].dtype == np.float32
        assert np.array_equal(single[name], double[name].astype(np.float32))


def test_a_size_may_be_an_integer_of_numpy():
    assert drawn(n_a=np.int64(2))["Waa"].shape == (2, 2)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"n_x": 0}, ValueError, "n_x is 0; expected a whole number >= 1"),
        ({"n_a": -1}, ValueError, "n_a is -1; expected a whole number >= 1"),
        ({"n_y": 2.0}, ValueError, "n_y is 2.0; expected a whole number >= 1"),
        ({"n_a": "5"}, ValueError, "n_a is '5'; expected a whole number >= 1"),
        ({"n_x": None}, ValueError, "n_x is None; expected a whole number >= 1"),
        ({"n_a": True}, ValueError, "n_a is True; expected a whole number >= 1"),
        ({"n_a": 2**70}, ValueError, f"n_a is {2**70}; expected at most {sys.maxsize}"),
        (
            {"n_a": 2**40},
            ValueError,
            f"Waa would have shape ({2**40}, {2**40}); expected smaller n_a, n_a",
        ),
        ({"rng": 0}, TypeError, "rng is of type int; expected numpy.random.Generator"),
        ({"rng": np.random}, TypeError, "rng is of type module; expected numpy.random.Generator"),
        ({"dtype": np.float16}, TypeError, "dtype is float16; expected float32 or float64"),
        ({"dtype": int}, TypeError, "dtype is int64; expected float32 or float64"),
        ({"dtype": "complex128"}, TypeError, "dtype is complex128; expected float32 or float64"),
        ({"dtype": "abc"}, TypeError, "dtype is 'abc'; expected float32 or float64"),
        (
            {"dtype": (float, -1)},
            TypeError,
            "dtype is (<class 'float'>, -1); expected float32 or float64",
        ),
        ({"dtype": "a"}, TypeError, "dtype is 'a'; expected float32 or float64"),
        ({"dtype": None}, TypeError, "dtype is None; expected float32 or float64"),
        ({"dtype": 0.5}, TypeError, "dtype is 0.5; expected float32 or float64"),
    ],
)
def test_a_bad_argument_is_named(change, error, message):
    arguments = {"n_x": 3, "n_a": 5, "n_y": 4, "rng": np.random.default_rng(0)}
    with refusals.refuses(error, message):
        initialize_parameters(**{**arguments, **change})


def test_counts_come_back_as_integers_of_python_which_do_not_overflow():
    [count, other] = check_counts(a=np.uint8(200), b=3)
    assert (type(count), count + count, other) == (int, 400, 3)


@pytest.mark.parametrize("value", [np.float32(0.5), Fraction(1, 2), 0.5])
def test_a_positive_number_comes_back_as_a_float_of_python(value):
    assert type(check_positive("rate", value)) is float
    assert check_positive("rate", value) == 0.5


@pytest.mark.parametrize("value", [True, 2**2000, Fraction(1, 10**400), math.nan, "1", -1, 0])
def test_a_number_for_which_a_float_has_no_room_is_not_positive_and_finite(value):
    with refusals.refuses(ValueError, f"rate is {value!r}; expected a finite number > 0"):
        check_positive("rate", value)


def test_what_is_no_function_no_flag_and_no_list_is_named():
    with refusals.refuses(TypeError, "f is of type int; expected a function"):
        check_function("f", 3)
    with refusals.refuses(TypeError, "on is of type int; expected True or False"):
        check_flags(off=False, on=1)
    masked, of_none = np.ma.ones(2), np.array(3)
    for values, kind in [
        ({3}, "set"),
        ("ab", "str"),
        (masked, "MaskedArray"),
        (of_none, "ndarray"),
    ]:
        what = f"lengths is of type {kind}; expected a list of whole numbers"
        with refusals.refuses(TypeError, what):
            check_listed("lengths", values, "whole numbers")


def test_functions_flags_and_lists_pass(tmp_path):
    check_function("f", len)
    check_flags(off=False, on=True, also=np.True_)
    on_disk = np.memmap(tmp_path / "file", int, "w+", shape=3)
    for values in ([3], (3,), np.array([3]), on_disk):
        check_listed("lengths", values, "whole numbers")
