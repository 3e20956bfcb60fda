"""The checks of a gradient are checked where the gradient is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import oracle
import refusals
from rnn_from_scratch.forward import rnn_loss
from rnn_from_scratch.gradient_check import (
    complex_step_gradient,
    numerical_gradient,
    random_problem,
    relative_error,
)

CHECKS = [numerical_gradient, complex_step_gradient]


def curve(x):
    return (np.exp(x) * np.tanh(x) + np.log(x + 5)).sum()


def slope(x):
    return np.exp(x) * (np.tanh(x) + 1 - np.tanh(x) ** 2) + 1 / (x + 5)


# the two gradients


@pytest.mark.parametrize(("check", "tolerance"), [(CHECKS[0], 1e-9), (CHECKS[1], 1e-14)])
@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 1, 3)])
def test_a_known_slope_is_found_in_every_shape(check, tolerance, shape):
    x = np.random.default_rng(0).uniform(-2, 2, shape)
    gradient = check(curve, x)
    assert gradient.shape == shape
    assert gradient.dtype == np.float64
    assert oracle.distance(gradient, slope(x)) <= tolerance


@oracle.few
@given(arrays(float, array_shapes(max_dims=2, max_side=3), elements=st.floats(-10, 10)))
def test_central_differences_are_right_for_squares_whatever_the_step(x):
    gradient = numerical_gradient(lambda x: (x**2).sum(), x, eps=0.5)
    assert np.abs(gradient - 2 * x).max() <= 1e-11


@pytest.mark.parametrize("eps", [1e-1, 1e-2, 1e-3])
def test_the_error_of_a_cube_is_the_square_of_the_step(eps):
    gradient = numerical_gradient(lambda x: x[0] ** 3, np.array([2.0]), eps=eps)
    assert gradient[0] - 12 == pytest.approx(eps**2, rel=1e-4)


def test_the_complex_step_takes_its_step_from_h():
    gradient = complex_step_gradient(lambda x: x[0] ** 3, np.array([2.0]), h=0.5)
    assert gradient[0] == pytest.approx(12 - 0.5**2)


@pytest.mark.parametrize("check", CHECKS)
def test_the_point_is_not_moved(check):
    x = oracle.frozen(np.array([0.5, -1.0]))
    seen = []
    check(lambda x: seen.append(x) or curve(x), x)
    assert not any(point is x or np.shares_memory(point, x) for point in seen)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    ("x", "came"),
    [
        ([1.0, 2.0], "list"),
        (1.0, "float"),
        (np.ones(2, np.float32), "float32"),
        (np.ones(2, int), "int64"),
        (np.ones(2, complex), "complex128"),
    ],
)
def test_a_point_that_is_not_float64_is_refused(check, x, came):
    with refusals.refuses(TypeError, f"x is of type {came}; expected a NumPy array of float64"):
        check(curve, x)


@pytest.mark.parametrize(("check", "name"), [(CHECKS[0], "eps"), (CHECKS[1], "h")])
@pytest.mark.parametrize("step", refusals.NOT_POSITIVE)
def test_a_step_that_is_not_positive_is_refused(check, name, step):
    with refusals.refuses(ValueError, f"{name} is {step!r}; expected a finite number > 0"):
        check(curve, np.ones(2), **{name: step})


def test_a_function_that_drops_the_imaginary_part_is_refused():
    message = "f returned a real number; expected a complex one"
    with refusals.refuses(TypeError, message):
        complex_step_gradient(lambda x: np.abs(x).sum(), np.ones(2))


# the relative error


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 2.0], [1.0, 4.0], 0.5),
        ([1.0, -4.0], [0.0, -4.0], 0.25),
        ([1.0, 0.0], [-1.0, 0.0], 2.0),
        ([0.0, 0.0], [0.0, 1e-300], 1.0),
        ([0.0, 0.0], [0.0, 0.0], 0.0),
    ],
)
def test_the_error_is_relative_to_the_largest_entry_of_both(a, b, expected):
    a, b = np.array(a), np.array(b)
    assert relative_error(a, b) == relative_error(b, a) == expected
    assert type(relative_error(a, b)) is float


def test_a_vanished_gradient_does_not_pass_as_right():
    a = np.array([1.0, 2.0])
    assert relative_error(1e-20 * a, 2e-20 * a) == pytest.approx(0.5)


@pytest.mark.parametrize("other", [[0.0, 0.0], [1.0, 2.0], [np.nan, np.nan]])
def test_no_bound_is_met_by_nan(other):
    a, b = np.array([np.nan, 0.0]), np.array(other)
    assert np.isnan(relative_error(a, b))
    assert np.isnan(relative_error(b, a))


def test_different_shapes_are_not_broadcast():
    message = "a has shape (2, 1), b has (2,); expected the same shape"
    with refusals.refuses(ValueError, message):
        relative_error(np.ones((2, 1)), np.ones(2))


# the random problem


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_nothing_that_could_hide_a_mistake_is_zero_or_of_equal_size(dtype):
    x, labels, a0, parameters = random_problem(rng=np.random.default_rng(0), dtype=dtype)
    sizes = {*x.shape, *a0.shape, len(parameters["by"])}
    assert sizes == {3, 4, 5, 6, 7}
    for array in (x, a0, *parameters.values()):
        assert array.dtype == dtype
        assert array.all()
    assert np.abs(a0).max() < 1
    assert set(labels.ravel()) == {0, 1, 2, 3}
    assert rnn_loss(x, labels, a0, parameters) > 0


def test_the_sizes_can_be_chosen():
    rng = np.random.default_rng(0)
    x, labels, a0, parameters = random_problem(n_x=1, n_a=2, n_y=3, m=4, T=5, rng=rng)
    shapes = {name: value.shape for name, value in parameters.items()}
    assert shapes == {"Wax": (2, 1), "Waa": (2, 2), "Wya": (3, 2), "ba": (2, 1), "by": (3, 1)}
    assert (x.shape, labels.shape, a0.shape) == ((1, 4, 5), (4, 5), (2, 4))


def test_the_generator_alone_decides():
    first, again, other = (random_problem(rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert not oracle.apart(first[3], again[3], 0)
    assert oracle.apart(first[3], other[3], 0) == set(first[3])
    for one, same, another in zip(first[:3], again[:3], other[:3], strict=True):
        assert np.array_equal(one, same)
        assert not np.array_equal(one, another)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"m": 0}, ValueError, "m is 0; expected a whole number >= 1"),
        ({"T": 0}, ValueError, "T is 0; expected a whole number >= 1"),
        ({"n_a": 0}, ValueError, "n_a is 0; expected a whole number >= 1"),
        ({"rng": 1}, TypeError, "rng is of type int; expected numpy.random.Generator"),
        ({"dtype": int}, TypeError, "dtype is int64; expected float32 or float64"),
    ],
)
def test_a_bad_argument_is_named(change, error, message):
    with refusals.refuses(error, message):
        random_problem(**{"rng": np.random.default_rng(0), **change})
