"""The checks of a gradient are checked where the gradient is known."""

import re

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


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (3, TypeError, "f is of type int; expected a function"),
        (None, TypeError, "f is of type NoneType; expected a function"),
        (np.sin, TypeError, "f returned an array of shape (2,); expected a number"),
        (lambda _: "1", TypeError, "f returned a str; expected a {} number"),
        (lambda _: None, TypeError, "f returned a NoneType; expected a {} number"),
        (
            lambda x: np.ma.masked_array(x.sum(), mask=True),
            TypeError,
            "f returned a MaskedArray; expected a {} number",
        ),
        (lambda x: x.sum().astype("c8" if x.dtype == complex else "f4"), TypeError, None),
    ],
)
def test_what_does_not_return_a_number_in_double_precision_is_refused(check, f, error, message):
    kind, narrow = ("real", "float32") if check is numerical_gradient else ("complex", "complex64")
    message = message or f"f returned {narrow}; expected double precision"
    with refusals.refuses(error, message.format(kind)):
        check(f, np.ones(2))


def test_a_function_that_becomes_complex_is_refused_by_central_differences():
    with refusals.refuses(TypeError, "f returned a complex number; expected a real one"):
        numerical_gradient(lambda x: x.sum() + 1j, np.ones(2))


@pytest.mark.parametrize("check", CHECKS)
def test_a_boolean_is_no_number(check):
    with pytest.raises(TypeError, match="f returned a boolean number; expected a"):
        check(lambda x: x.real.sum() > 0, np.ones(2))


@pytest.mark.parametrize(("kind", "large"), [(np.uint8, 200), (np.int8, 100), (int, 2**63 - 1)])
def test_integers_do_not_overflow_in_the_difference(kind, large):
    came = numerical_gradient(lambda x: kind(0 if x[0] > 1 else large), np.ones(1), eps=0.5)
    assert came.tolist() == [-float(large)]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (
            np.array([1.0, np.nan]),
            ValueError,
            "x holds nan at (1,); expected finite float64 numbers",
        ),
        (np.array(-np.inf), ValueError, "x holds -inf at (); expected finite float64 numbers"),
        (
            np.ma.masked_array(np.ones(2)),
            TypeError,
            "x is of type MaskedArray; expected a NumPy array without a mask; "
            "the label -1 says that a step does not count",
        ),
    ],
)
def test_a_point_that_is_not_finite_or_not_plain_is_refused(check, x, error, message):
    with refusals.refuses(error, message):
        check(curve, x)


@pytest.mark.parametrize("at", [3.0, -12345.678, 4e5, 1e7])
@pytest.mark.parametrize("eps", [1e-5, 1e-4, 1e-3])
def test_what_is_divided_by_is_the_step_that_was_taken(at, eps):
    """The function is exact in its own rounding, so nothing but the step can be wrong."""
    gradient = numerical_gradient(lambda x: x[0], np.array([at]), eps=eps)
    assert gradient.tolist() == [1.0]


@pytest.mark.parametrize("at", [1e10, -1e11, 1e12, 1e300])
def test_a_step_that_is_lost_beside_an_entry_is_refused(at):
    message = (
        rf"^eps is 1e-05, which is lost beside x = {re.escape(str(at))} at \(1,\); expected at"
    )
    with pytest.raises(ValueError, match=message):
        numerical_gradient(lambda x: x.sum(), np.array([1.0, at]))


def test_a_step_beyond_the_largest_number_is_refused():
    with refusals.refuses(
        ValueError, "eps is 1e+308; expected a step with which x + eps is finite"
    ):
        numerical_gradient(lambda x: x.sum(), np.array([1e308]), eps=1e308)


def test_a_step_of_which_the_derivative_would_lose_digits_is_refused():
    with refusals.refuses(ValueError, "h is 1e-310; expected at least 1e-200"):
        complex_step_gradient(lambda x: x.sum(), np.ones(1), h=1e-310)


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


@pytest.mark.parametrize(
    ("dtype", "a", "b", "expected"),
    [
        (np.uint8, [1], [2], 0.5),
        (np.uint64, [0], [2**63], 1.0),
        (np.int8, [-128], [127], 255 / 128),
        (np.int64, [-(2**63)], [2**63 - 1], 2.0),
        (bool, [True, False], [True, True], 1.0),
        (np.float16, [6e4], [-6e4], 2.0),
        (np.float32, [3e38], [-3e38], 2.0),
        (float, [1e308], [-1e308], 2.0),
        (float, [1.5e308], [1.2e308], 0.2),
        (float, [5e-324], [0.0], 1.0),
        (complex, [1.7e308 * (1 + 1j)], [-1.7e308 * (1 + 1j)], 2.0),
    ],
)
def test_no_kind_of_number_wraps_round_or_overflows(dtype, a, b, expected):
    a, b = np.array(a, dtype), np.array(b, dtype)
    assert relative_error(a, b) == pytest.approx(expected, rel=1e-15)
    assert relative_error(b, a) == relative_error(a, b)


@pytest.mark.parametrize(
    ("a", "error", "message"),
    [
        (["1", "2"], TypeError, "a has dtype <U1; expected numbers"),
        (None, TypeError, "a has dtype object; expected numbers"),
        ([[1.0], [1.0, 2.0]], ValueError, "a is ragged; expected an array of numbers"),
        ([], ValueError, "a has shape (0,); expected at least one entry"),
        (
            np.ones((1, 2)).view(np.matrix),
            TypeError,
            "a is of type matrix; expected exactly a numpy.ndarray, as numpy.asarray returns it",
        ),
    ],
)
def test_what_is_no_number_is_not_compared(a, error, message):
    with refusals.refuses(error, message):
        relative_error(a, np.ones(2))


@pytest.mark.parametrize("other", [[0.0, 0.0], [1.0, 2.0], [np.nan, np.nan]])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_bound_is_met_by_nan(other, bad):
    a, b = np.array([bad, 0.0]), np.array(other)
    assert np.isnan(relative_error(a, b))
    assert np.isnan(relative_error(b, a))


def test_a_mask_inside_is_not_dropped():
    hidden = np.ma.masked_array([1.0, 999.0], mask=[False, True])
    for bad, name in (
        (refusals.Behind(hidden), "b"),
        ([hidden], "b[0]"),
        ([[1.0], [hidden[1:]]], "b[1][0]"),
    ):
        with refusals.refuses(TypeError, f"{name} is of type MaskedArray; {refusals.UNMASKED}"):
            relative_error(np.ones(2), bad)


def test_what_is_rounded_to_zero_does_no_harm():
    """A caller may have NumPy raise errors; they are for the numbers of the caller."""
    with np.errstate(all="raise"):
        assert relative_error([1e-323, 1.6e308], [1e-323, 1.2e308]) == pytest.approx(0.25)
        slopes = numerical_gradient(lambda x: (3 * x).sum(), np.array([0.0, 1e-310]))
    assert slopes == pytest.approx(3)


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
        ({"m": True}, ValueError, "m is True; expected a whole number >= 1"),
        (
            {"n_x": 2**30, "T": 2**40},
            ValueError,
            f"x would have shape ({2**30}, 6, {2**40}); expected smaller n_x, m, T",
        ),
        (
            {"n_a": 2**31, "m": 2**31, "T": 1, "n_x": 1},
            ValueError,
            f"a0 would have shape ({2**31}, {2**31}); expected smaller n_a, m",
        ),
        ({"T": 0}, ValueError, "T is 0; expected a whole number >= 1"),
        ({"n_a": 0}, ValueError, "n_a is 0; expected a whole number >= 1"),
        ({"rng": 1}, TypeError, "rng is of type int; expected numpy.random.Generator"),
        ({"dtype": int}, TypeError, "dtype is int64; expected float32 or float64"),
    ],
)
def test_a_bad_argument_is_named(change, error, message):
    with refusals.refuses(error, message):
        random_problem(**{"rng": np.random.default_rng(0), **change})


def test_a_point_without_entries_has_a_gradient_without_entries():
    assert numerical_gradient(lambda x: x.sum(), np.ones((2, 0))).shape == (2, 0)


def test_a_step_of_a_hundred_distances_between_numbers_is_the_least():
    """Beside 1 the numbers are as far apart as beside 1.5; twice as far beside 2."""
    least, point = 100 * np.spacing(1.0), np.array([1.0, 1.5])
    for eps in (least, 1.005 * least):
        assert numerical_gradient(np.sum, point, eps=eps).shape == (2,)
    with pytest.raises(
        ValueError, match=r"lost beside x = 1\.0 at \(0,\); expected at least 2e-14"
    ):
        numerical_gradient(np.sum, point, eps=0.995 * least)
    with pytest.raises(
        ValueError, match=r"lost beside x = 2\.0 at \(1,\); expected at least 4e-14"
    ):
        numerical_gradient(np.sum, np.array([1.0, 2.0]), eps=least)


def test_the_least_complex_step_is_taken():
    assert complex_step_gradient(np.sum, np.ones(2), h=1e-200).tolist() == [1.0, 1.0]
