"""Softmax and cross-entropy."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import oracle
import refusals
from rnn_from_scratch.loss import cross_entropy, cross_entropy_from_scores, softmax

DTYPES = [np.float64, np.float32]
ANY_SHAPE = array_shapes(max_dims=3, max_side=5)


def scores(limit, dtype=np.float64, shape=ANY_SHAPE):
    """Arrays of scores, of one to three axes."""
    width = 8 * np.dtype(dtype).itemsize
    return arrays(dtype, shape, elements=st.floats(-limit, limit, width=width))


# softmax


def test_odds_of_one_to_three_become_probabilities():
    p = softmax(np.log(np.array([[1.0, 6.0], [3.0, 2.0]])))
    assert oracle.distance(p, [[0.25, 0.75], [0.75, 0.25]]) < oracle.ROUNDING


@oracle.few
@given(st.sampled_from(DTYPES).flatmap(lambda dtype: scores(1e4, dtype)))
def test_probabilities_sum_to_one(z):
    p = softmax(z)
    assert p.shape == z.shape
    assert p.dtype == z.dtype
    assert (p >= 0).all()
    assert np.abs(p.sum(axis=0) - 1).max() <= 8 * np.finfo(z.dtype).eps


@oracle.few
@given(
    scores(20, shape=st.tuples(st.integers(1, 5), st.just(3))),
    arrays(float, (1, 3), elements=st.floats(-1e3, 1e3)),
)
def test_a_shift_of_each_column_by_its_own_number_changes_nothing(z, shift):
    assert np.abs(softmax(z + shift) - softmax(z)).max() <= 1e-12


@oracle.few
@given(scores(20), st.randoms(use_true_random=False))
def test_permuted_classes_have_permuted_probabilities(z, random):
    order = random.sample(range(len(z)), len(z))
    assert np.abs(softmax(z[order]) - softmax(z)[order]).max() <= oracle.ROUNDING


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("large", [1e4, -1e4])
def test_huge_scores_in_one_column_leave_the_others_alone(dtype, large):
    small = np.array([[0.5, -1.0], [1.5, 2.0], [-0.5, 0.25]], dtype)
    huge = np.array([[large], [-large], [0]], dtype)
    p = softmax(np.hstack([small, huge]))
    assert oracle.distance(p[:, :2], softmax(small)) <= 4 * np.finfo(dtype).eps
    assert p[:, 2].tolist() == ([1, 0, 0] if large > 0 else [0, 1, 0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_equal_scores_are_equally_probable_however_large(dtype):
    assert softmax(np.full((4, 2), 1e30, dtype)).tolist() == [[0.25, 0.25]] * 4


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_the_classes_may_lie_along_any_axis(axis):
    z = np.random.default_rng(0).standard_normal((2, 3, 4))
    expected = np.moveaxis(softmax(np.moveaxis(z, axis, 0)), 0, axis)
    assert oracle.distance(softmax(z, axis=axis), expected) < oracle.ROUNDING


def test_its_jacobian_is_that_of_the_book():
    z = np.random.default_rng(0).standard_normal(5)
    p = softmax(z)
    for j in range(5):
        column = softmax(z + 1e-30j * (np.arange(5) == j)).imag / 1e-30
        assert oracle.distance(column, p * ((np.arange(5) == j) - p[j])) < oracle.ROUNDING


def test_softmax_does_not_write_into_the_scores():
    z = oracle.frozen(np.array([[1.0], [2.0]]))
    assert softmax(z)[1, 0] == pytest.approx(1 / (1 + math.exp(-1)))


@pytest.mark.parametrize(
    ("z", "error", "message"),
    [
        ([0.0, 1.0], TypeError, "z is of type list; expected a NumPy array"),
        (1.0, TypeError, "z is of type float; expected a NumPy array"),
        ([[0.0], [1.0, 2.0]], TypeError, "z is of type list; expected a NumPy array"),
        (np.arange(3), TypeError, "z has dtype int64; expected float32 or float64"),
        (np.zeros((0, 2)), ValueError, "z has shape (0, 2); expected axis 0 >= 1"),
        (np.zeros((2, 0)), ValueError, "z has shape (2, 0); expected axis 1 >= 1"),
        (np.array([0, np.nan]), ValueError, f"z holds nan at (1,); {refusals.FINITE}"),
        (np.array([[np.inf]]), ValueError, f"z holds inf at (0, 0); {refusals.FINITE}"),
        (np.array(1.0), ValueError, "axis is 0; expected one of the 0 axes of z"),
    ],
)
def test_softmax_names_what_is_wrong_with_the_scores(z, error, message):
    with refusals.refuses(error, message):
        softmax(z)


@pytest.mark.parametrize("axis", [2, -3, None, 0.5])
def test_softmax_refuses_an_axis_that_is_not_there(axis):
    with refusals.refuses(ValueError, f"axis is {axis}; expected one of the 2 axes of z"):
        softmax(np.zeros((2, 2)), axis=axis)


# cross-entropy

Y_HAT = np.array([[[0.5, 0.1], [0.2, 0.25]], [[0.5, 0.9], [0.8, 0.75]]])  # n_y = m = T = 2
NEGATIVE = np.array([[[0.0, 0.1], [1.25, 0.25]], [[1.0, 0.9], [-0.25, 0.75]]])


@pytest.mark.parametrize(
    ("labels", "factors"),
    [
        ([[0, 1], [1, 0]], [0.5, 0.9, 0.8, 0.25]),
        ([[1, 0], [0, 1]], [0.5, 0.1, 0.2, 0.75]),
        ([[-1, 1], [1, -1]], [0.9, 0.8]),
        ([[0, 1], [-1, -1]], [0.5, 0.9]),
        ([[-1, -1], [-1, 0]], [0.25]),
    ],
)
def test_the_loss_adds_up_the_steps_that_count_and_divides_by_all_examples(labels, factors):
    J = cross_entropy(Y_HAT, np.array(labels))
    assert oracle.distance(J, -math.log(math.prod(factors)) / 2) < oracle.ROUNDING


def test_the_loss_is_zero_if_no_step_counts():
    J = cross_entropy(Y_HAT, np.full((2, 2), -1))
    assert J == 0
    assert not np.signbit(J)  # which would be printed as -0.0


@oracle.few
@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6))
def test_a_guess_costs_the_logarithm_of_the_number_of_classes_a_step(n_y, m, T):
    labels = np.random.default_rng(0).integers(n_y, size=(m, T))
    J = cross_entropy(np.full((n_y, m, T), 1 / n_y), labels)
    assert abs(J - T * math.log(n_y)) < oracle.ROUNDING


def test_of_a_single_class_a_step_that_does_not_count_is_left_out_too():
    labels = np.array([[0, -1]])
    assert cross_entropy(np.ones((1, 1, 2)), labels) == 0
    assert cross_entropy_from_scores(np.full((1, 1, 2), 3.0), labels) == 0


def test_certainty_of_the_right_class_costs_nothing_and_of_the_wrong_one_everything():
    certain = np.array([1.0, 0.0]).reshape(2, 1, 1)
    assert cross_entropy(certain, np.array([[0]])) == 0
    assert cross_entropy(certain, np.array([[1]])) == math.inf


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint64])
def test_any_integers_serve_as_labels(dtype):
    labels = np.array([[0, 1], [1, 0]], dtype)
    assert cross_entropy(Y_HAT, labels) == cross_entropy(Y_HAT, labels.astype(int))


def test_narrow_labels_serve_for_more_classes_than_they_can_count():
    labels = np.array([[100]], np.int8)
    J = cross_entropy(np.full((300, 1, 1), 1 / 300), labels)
    assert oracle.distance(J, math.log(300)) < oracle.ROUNDING


def test_the_loss_of_float32_is_a_float32_near_that_of_float64():
    labels = np.array([[0, 1], [1, 0]])
    J = cross_entropy(Y_HAT.astype(np.float32), labels)
    assert J.dtype == np.float32
    assert oracle.distance(J, cross_entropy(Y_HAT, labels)) < 1e-6


def test_cross_entropy_does_not_write_into_its_arguments():
    labels = np.array([[0, -1], [1, 0]])
    frozen = oracle.frozen((Y_HAT, labels))
    assert cross_entropy(*frozen) == cross_entropy(Y_HAT, labels)


@pytest.mark.parametrize(("spoil", "error", "message"), refusals.BAD_LABELS)
def test_cross_entropy_names_what_is_wrong_with_the_labels(spoil, error, message):
    labels = oracle.problem()[1]
    with refusals.refuses(error, message):
        cross_entropy(np.full((4, 6, 7), 0.25), spoil(labels))


@pytest.mark.parametrize(
    ("y_hat", "error", "message"),
    [
        (Y_HAT.tolist(), TypeError, "y_hat is of type list; expected a NumPy array"),
        (Y_HAT.astype(int), TypeError, "y_hat has dtype int64; expected float32 or float64"),
        (Y_HAT[0], ValueError, "y_hat has shape (2, 2); expected (n_y, m, T)"),
        (Y_HAT[:0], ValueError, "y_hat has shape (0, 2, 2); expected n_y >= 1"),
        (Y_HAT[:, :0], ValueError, "y_hat has shape (2, 0, 2); expected m >= 1"),
        (Y_HAT[:, :, :0], ValueError, "y_hat has shape (2, 2, 0); expected T >= 1"),
        (Y_HAT * np.nan, ValueError, f"y_hat holds nan at (0, 0, 0); {refusals.FINITE}"),
        (NEGATIVE, ValueError, "y_hat holds 1.25 at (0, 1, 0); expected probabilities"),
        (NEGATIVE - 1, ValueError, "y_hat holds -1.0 at (0, 0, 0); expected probabilities"),
    ],
)
def test_cross_entropy_names_what_is_wrong_with_the_probabilities(y_hat, error, message):
    with refusals.refuses(error, message):
        cross_entropy(y_hat, np.zeros((2, 2), int))


def columns_of(p):
    """Turn columns of probabilities (n_y, m) into y_hat of one step."""
    return np.array(p)[:, :, None]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("entries", "total"), [([0.7, 0.2], 0.9), ([0.5, 0.6], 1.1), ([0, 0], 0)])
def test_columns_that_do_not_add_up_to_one_are_refused(entries, total, dtype):
    y_hat = columns_of([[0.5, entries[0]], [0.5, entries[1]]]).astype(dtype)
    what = "expected probabilities, which add up to 1"
    message = f"y_hat adds up to {total} in column (1, 0); {what}"
    with refusals.refuses(ValueError, message):
        cross_entropy(y_hat, np.array([[0], [0]]))


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_misses_one_by_more_than_rounding_in_its_precision_is_refused(dtype):
    eps = np.finfo(dtype).eps
    for error, fine in ((4 * eps, True), (40 * eps, False)):
        y_hat = columns_of([[0.5], [0.5 + error]]).astype(dtype)
        if fine:
            assert cross_entropy(y_hat, np.array([[0]])) == pytest.approx(math.log(2))
        else:
            with pytest.raises(ValueError, match=r"^y_hat adds up to 1"):
                cross_entropy(y_hat, np.array([[0]]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_y", [2, 1000, 50_000])
def test_what_softmax_returns_is_never_refused(dtype, n_y):
    z = 5 * np.random.default_rng(0).standard_normal((n_y, 3, 2)).astype(dtype)
    assert np.isfinite(cross_entropy(softmax(z), np.zeros((3, 2), int)))


# the loss from scores


def exact_loss(o, labels):
    """Compute the loss of scores with sixty digits, as their definition says."""
    (_, m, T), total = o.shape, Decimal(0)
    with localcontext(prec=60, Emin=-(10**12), Emax=10**12):
        for k, t in np.ndindex(m, T):
            column = [Decimal(float(value)) for value in o[:, k, t]]
            if labels[k, t] != -1:
                most = max(column)
                log_sum = most + sum((each - most).exp() for each in column).ln()
                total += log_sum - column[labels[k, t]]
        return float(total / m)


FAR = [0.0, 1.0, 31.0, 33.0, 90.0, 104.0, 110.0, 800.0, 1e4, 1e20, 1e38]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("distance", FAR)
@pytest.mark.parametrize("middle", [0.0, -1e3, 1e3])
def test_the_loss_is_right_however_far_the_scores_lie_apart(distance, middle, dtype):
    o = np.array([[[distance, 0]], [[-distance, 0]], [[0, distance]]], dtype) + dtype(middle)
    for labels in ([[0, 0]], [[1, 1]], [[2, -1]]):
        labels = np.array(labels)
        J = cross_entropy_from_scores(o, labels)
        expected = exact_loss(o, labels)
        assert J.dtype == dtype
        assert abs(J - expected) <= 8 * np.finfo(dtype).eps * max(1, expected)


@oracle.few
@given(
    st.sampled_from(DTYPES).flatmap(
        lambda d: scores(1e4, d, array_shapes(min_dims=3, max_dims=3, max_side=5))
    )
)
def test_the_loss_of_any_scores_is_that_of_sixty_digits(o):
    labels = np.random.default_rng(0).integers(-1, len(o), o.shape[1:])
    J, expected = cross_entropy_from_scores(o, labels), exact_loss(o, labels)
    assert abs(J - expected) <= 16 * np.finfo(o.dtype).eps * max(1, expected)


def test_the_loss_from_scores_is_that_from_probabilities():
    o = np.random.default_rng(0).standard_normal((4, 6, 7))
    labels = oracle.problem()[1]
    J = cross_entropy_from_scores(o, labels)
    assert oracle.distance(J, cross_entropy(softmax(o), labels)) <= oracle.ROUNDING


@pytest.mark.parametrize("n_y", [1, 3])
def test_a_loss_from_scores_that_is_zero_has_no_sign(n_y):
    J = cross_entropy_from_scores(np.zeros((n_y, 2, 2)), np.full((2, 2), -1 if n_y > 1 else 0))
    assert J == 0
    assert not np.signbit(J)


def test_the_loss_from_complex_scores_has_the_derivative_of_the_book():
    o = np.random.default_rng(0).standard_normal((4, 1, 1))
    labels = np.array([[2]])
    p = softmax(o)[:, 0, 0]
    for j in range(4):
        moved = o + 1e-30j * (np.arange(4) == j)[:, None, None]
        derivative = cross_entropy_from_scores(moved, labels).imag / 1e-30
        assert oracle.distance(derivative, p[j] - (j == 2)) < oracle.ROUNDING


@pytest.mark.parametrize(("spoil", "error", "message"), refusals.BAD_LABELS)
def test_cross_entropy_from_scores_names_what_is_wrong_with_the_labels(spoil, error, message):
    labels = oracle.problem()[1]
    with refusals.refuses(error, message):
        cross_entropy_from_scores(np.zeros((4, 6, 7)), spoil(labels))


def test_scores_that_are_not_finite_are_refused():
    with refusals.refuses(ValueError, f"o holds nan at (0, 0, 0); {refusals.FINITE}"):
        cross_entropy_from_scores(np.full((2, 1, 1), np.nan), np.array([[0]]))


@pytest.mark.parametrize("function", [cross_entropy_from_scores, lambda o, _: softmax(o)])
def test_underflow_is_harmless_whatever_the_caller_wants_of_errors(function):
    with np.errstate(all="raise"):
        came = function(np.array([[[1000.0]], [[0.0]]]), np.array([[0]]))
    assert np.isfinite(came).all()
