"""Mini-batches: which examples, and what the loss and the gradient of all are made of."""

import math

import numpy as np
import pytest

import oracle
import refusals
from rnn_from_scratch import bptt, fast
from rnn_from_scratch.batches import (
    check_examples,
    check_weights,
    cut_batches,
    gradient_norm,
    groups_of_one_weight,
    mean_loss,
    pick_examples,
    weighted_gradients,
    with_buffers,
)
from rnn_from_scratch.forward import rnn_loss

NAMES = ["dWax", "dWaa", "dWya", "dba", "dby"]
SIZES = [None, 1, 2, 4, 5, 6, 7, 1000]  # of batches of 6 examples


def one_hot(classes, n_x):
    """The columns that the classes stand for, (n_x, m, T)."""
    return np.moveaxis(np.eye(n_x)[classes], 2, 0)


def problem_of_classes():
    x, *others = oracle.problem()
    return x.argmax(axis=0), *others


# the examples


def test_checked_examples_have_the_precision_of_the_parameters():
    x, labels, a0, _ = oracle.problem()
    parameters = oracle.problem(dtype=np.float32)[3]
    came = check_examples(x, labels, a0, parameters)
    assert [array.dtype for array in came] == [np.float32, labels.dtype, np.float32]
    assert np.array_equal(came[0], x.astype(np.float32))
    assert np.array_equal(came[1], labels)
    assert np.array_equal(came[2], a0.astype(np.float32))


def test_classes_stay_integers():
    x, labels, a0, parameters = problem_of_classes()
    assert check_examples(x, labels, a0, parameters)[0] is x


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_examples_that_do_not_fit_are_named(spoil, error, message):
    with refusals.refuses(error, message):
        check_examples(**refusals.spoilt(oracle.arguments(), spoil, message))


@pytest.mark.parametrize("name", ["x", "a0", "Wax", "by"])
def test_complex_numbers_are_refused(name):
    message = f"{name} has dtype complex128; expected float32 or float64"
    arguments = refusals.spoilt(oracle.arguments(), refusals.of_type(complex), message)
    with refusals.refuses(TypeError, message):
        check_examples(**arguments)


@pytest.mark.parametrize("outside", [-1, 3])
def test_an_input_that_is_no_class_is_named(outside):
    x, *others = problem_of_classes()
    x[2, 5] = outside
    message = f"x holds {outside} at (2, 5); expected a class 0 to 2"
    with refusals.refuses(ValueError, message):
        check_examples(x, *others)


def test_picked_examples_are_columns_of_all_three():
    x, labels, a0, _ = oracle.problem()
    for of_x in (x, labels):  # labels: as classes
        came = pick_examples((of_x, labels, a0), np.array([4, 0]))
        for k, column in enumerate([4, 0]):
            assert np.array_equal(came[0][..., k, :], of_x[..., column, :])
            assert np.array_equal(came[1][k], labels[column])
            assert np.array_equal(came[2][:, k], a0[:, column])


# the batches of an epoch


@pytest.mark.parametrize("m", [1, 6, 7])
@pytest.mark.parametrize("batch_size", SIZES[1:])
def test_every_example_is_in_one_batch_of_an_epoch(m, batch_size):
    batches = cut_batches(m, batch_size, np.random.default_rng(0))
    *full, last = map(len, batches)
    assert sorted(np.concatenate(batches)) == list(range(m))
    assert len(batches) == math.ceil(m / batch_size)
    assert all(size == batch_size for size in full)
    assert last == m - batch_size * len(full)


def test_each_epoch_is_shuffled_anew_and_a_seed_says_how():
    def epochs(seed):
        rng = np.random.default_rng(seed)
        return [np.concatenate(cut_batches(50, 8, rng)).tolist() for _ in range(3)]

    assert epochs(0) == epochs(0)
    assert len({tuple(order) for order in [*epochs(0), *epochs(1), range(50)]}) == 7


def test_without_a_size_all_examples_are_one_batch_in_their_order():
    batches = cut_batches(6, None, None)
    assert [np.arange(6)[columns].tolist() for columns in batches] == [[0, 1, 2, 3, 4, 5]]


@pytest.mark.parametrize("batch_size", SIZES)
@pytest.mark.parametrize("problem", [oracle.problem(), problem_of_classes()], ids=["x", "classes"])
def test_the_weighted_mean_of_the_batches_is_the_loss_and_the_gradient_of_all(batch_size, problem):
    *data, parameters = problem
    J, total = 0, dict.fromkeys(NAMES, 0)
    for columns in cut_batches(6, batch_size, np.random.default_rng(0)):
        batch = pick_examples(data, columns)
        J_batch, gradients = fast.loss_and_gradients(*batch, parameters)
        share = len(batch[1]) / 6
        J += J_batch * share
        total = {name: total[name] + gradients[name] * share for name in NAMES}
    J_all, gradients = fast.loss_and_gradients(*problem)
    assert oracle.distance(J, J_all) <= oracle.ROUNDING
    assert not oracle.apart(total, {name: gradients[name] for name in NAMES}, oracle.ROUNDING)


# the loss of all


@pytest.mark.parametrize("batch_size", SIZES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_mean_loss_is_the_loss_however_much_is_computed_at_a_time(batch_size, dtype):
    *data, parameters = oracle.problem(dtype=dtype)
    J = mean_loss(data, parameters, batch_size)
    tolerance = oracle.ROUNDING if dtype == np.float64 else oracle.SINGLE
    assert J.dtype == dtype
    assert oracle.distance(J, rnn_loss(*data, parameters)) <= tolerance


@pytest.mark.parametrize("batch_size", SIZES)
def test_the_mean_loss_of_classes_is_that_of_one_hot_columns(batch_size):
    classes, labels, a0, parameters = problem_of_classes()
    J = mean_loss((classes, labels, a0), parameters, batch_size)
    expected = oracle.loss(one_hot(classes, 3), labels, a0, parameters)
    assert oracle.distance(J, expected) <= oracle.ROUNDING


def test_the_mean_loss_takes_no_more_examples_at_a_time_than_the_batch_size(monkeypatch):
    sizes = []

    def seen(x, labels, a0, parameters):
        sizes.append((x.shape, labels.shape, a0.shape))
        return rnn_loss(x, labels, a0, parameters)

    monkeypatch.setattr("rnn_from_scratch.batches.rnn_loss", seen)
    *data, parameters = oracle.problem()
    mean_loss(data, parameters, 4)
    assert sizes == [((3, k, 7), (k, 7), (5, k)) for k in (4, 2)]


# weights


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble, np.uint8, np.int64])
def test_weights_of_any_precision_are_divided_by_their_mean_in_double_precision(dtype):
    shares = check_weights(np.array([1, 2, 3, 7], dtype), np.zeros((4, 1), int))
    assert shares.dtype == float
    assert shares == pytest.approx(np.array([1, 2, 3, 7]) / 3.25, rel=oracle.ROUNDING)


@pytest.mark.parametrize(
    "weights",
    [np.full(2, np.finfo(np.longdouble).max), np.full(2, 2**64 - 1, np.uint64), np.full(2, 5e-324)],
)
def test_equal_weights_are_ones_however_large_or_small(weights):
    assert check_weights(weights, np.zeros((2, 1), int)).tolist() == [1, 1]


def test_examples_of_one_weight_are_a_group_and_those_of_weight_zero_are_none():
    groups = list(groups_of_one_weight(np.array([2.0, 0.0, 0.5, 2.0])))
    assert [columns.tolist() for columns, _ in groups] == [[2], [0, 3]]
    assert [share for _, share in groups] == [0.5 / 4, 2 * 2 / 4]


def constant(value, **others):
    """A gradient function whose gradients hold one value everywhere."""
    gradients = {f"d{name}": np.full_like(W, value) for name, W in oracle.problem()[3].items()}
    return lambda *_: (1.0, {**gradients, **others})


def test_the_gradients_of_a_group_are_checked():
    *batch, parameters = oracle.problem()
    with refusals.refuses(ValueError, "dba has shape (5, 2); expected (n_a, 1) = (5, 1)"):
        weighted_gradients(constant(1.0, dba=np.ones((5, 2))), batch, parameters, np.ones(6))


def test_a_small_part_of_a_small_gradient_is_lost_without_a_word():
    *batch, parameters = oracle.problem()
    weights = np.array([1e-10, 1, 1, 1, 1, 2])
    with np.errstate(all="raise"):
        _, gradients = weighted_gradients(constant(1e-305), batch, parameters, weights)
    assert gradients["dWaa"] == pytest.approx(np.full((5, 5), 1e-305), rel=1e-9)


# the norm


def test_the_norm_is_that_of_the_five_gradients_together():
    gradients = oracle.gradients()
    expected = math.hypot(*(entry for name in NAMES for entry in gradients[name].ravel()))
    assert gradient_norm(gradients) == pytest.approx(expected, rel=oracle.ROUNDING)


def test_the_norm_of_float32_is_summed_in_float64():
    gradients = {name: np.full((1, 1), 1e30, np.float32) for name in NAMES}
    expected = math.sqrt(5) * float(np.float32(1e30))
    assert gradient_norm(gradients) == pytest.approx(expected, rel=oracle.ROUNDING)


@pytest.mark.parametrize("entry", [1e200, 1e-200, 5e-324])
def test_no_square_of_a_norm_overflows_or_vanishes(entry):
    gradients = {name: np.full((4, 5), entry) for name in NAMES}
    with np.errstate(all="raise"):
        assert gradient_norm(gradients) == entry * math.sqrt(100)
    with np.errstate(all="raise"):
        assert gradient_norm({name: 0 * gradient for name, gradient in gradients.items()}) == 0


def test_a_norm_that_overflows_is_infinite():
    gradients = {name: np.full((1, 1), 1.7e308) for name in NAMES}
    with np.errstate(all="raise"):
        assert gradient_norm(gradients) == math.inf


# the buffers


def test_the_buffers_change_nothing_and_the_gradient_by_the_inputs_is_left_out():
    gradients_of = with_buffers(fast.loss_and_gradients)
    for m in (4, 2, 4):
        problem = oracle.problem(m, seed=m)
        J, gradients = gradients_of(*problem)
        J_plain, expected = bptt.plain_loss_and_gradients(*problem)
        del expected["dx"]
        assert oracle.distance(J, J_plain) <= oracle.ROUNDING
        assert not oracle.apart(gradients, expected, oracle.ROUNDING)


def test_each_size_of_batch_has_its_buffers():
    gradients_of = with_buffers(fast.loss_and_gradients)
    four, two = oracle.problem(4), oracle.problem(2)
    first, other = gradients_of(*four)[1], gradients_of(*two)[1]
    again = gradients_of(*four)[1]
    for name in NAMES:
        assert np.shares_memory(first[name], again[name]), "the buffers are made anew"
        assert not np.shares_memory(first[name], other[name])


def test_another_gradient_function_is_called_as_it_is():
    problem = oracle.problem()
    came, expected = with_buffers(lambda *batch: (3, batch))(*problem), problem
    assert came[0] == 3
    assert all(one is other for one, other in zip(came[1], expected, strict=True))


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (3, "did not return a pair; expected loss and gradients"),
        ((1.0, {}, 3), "did not return a pair; expected loss and gradients"),
        ([1.0, {}], "did not return a pair; expected loss and gradients"),
        ((None, {}), "returned the loss None; expected a real number"),
        (("J", {}), "returned the loss 'J'; expected a real number"),
        ((1j, {}), "returned the loss 1j; expected a real number"),
        ((True, {}), "returned the loss True; expected a real number"),
        ((np.nan, {}), "returned the loss nan; expected a real number"),
        ((np.ones(2), {}), "returned the loss array([1., 1.]); expected a real number"),
        (([[1], 2], {}), "returned the loss [[1], 2]; expected a real number"),
        ((np.ma.masked, {}), "returned the loss masked; expected a real number"),
    ],
)
def test_what_a_gradient_function_returns_instead_of_a_loss_with_gradients_is_named(
    returned, message
):
    with refusals.refuses(TypeError, f"gradient_function {message}"):
        with_buffers(lambda *_: returned)(*oracle.problem())


@pytest.mark.parametrize("J", [0, 2.5, np.float32(1), np.inf, np.uint8(3)])
def test_any_real_number_is_a_loss(J):
    assert with_buffers(lambda *_: (J, {}))(*oracle.problem()) == (J, {})
