"""Mini-batches, and what the loss of all examples is made of."""

from itertools import combinations

import numpy as np
import pytest

import oracle
import refusals
from rnn_from_scratch.batches import (
    check_examples,
    cut_batches,
    gradient_norm,
    mean_loss,
    pick_examples,
    with_buffers,
)
from rnn_from_scratch.fast import loss_and_gradients
from rnn_from_scratch.forward import rnn_loss

CLASSES = np.random.default_rng(5).integers(3, size=(6, 7))  # inputs that are classes, (m, T)


@pytest.mark.parametrize("batch_size", [1, 2, 4, 5, 6, 9])
def test_batches_hold_each_example_once(batch_size):
    batches = cut_batches(6, batch_size, np.random.default_rng(0))
    assert sorted(np.concatenate(batches)) == list(range(6))
    assert {len(batch) for batch in batches[:-1]} <= {batch_size}
    assert len(batches[-1]) == (6 % batch_size or min(batch_size, 6))


def test_batches_are_shuffled_by_the_generator_alone():
    rng = np.random.default_rng(3)
    first, second = (np.concatenate(cut_batches(20, 4, rng)).tolist() for _ in range(2))
    again = np.concatenate(cut_batches(20, 4, np.random.default_rng(3))).tolist()
    assert first == again != second


@pytest.mark.parametrize("inputs", ["vectors", "classes"])
def test_the_gradient_of_a_batch_is_on_average_that_of_all(inputs):
    """The mean over all batches of each size, steps that do not count included (eq-unbiased)."""
    x, labels, a0, parameters = oracle.problem()
    data = (x if inputs == "vectors" else CLASSES), labels, a0
    J, whole = loss_and_gradients(*data, parameters, input_gradient=False)
    assert (labels == -1).sum(axis=1).min() < (labels == -1).sum(axis=1).max()
    for size in (1, 2, 3, 5):
        found = [
            loss_and_gradients(*pick_examples(data, list(columns)), parameters)
            for columns in combinations(range(6), size)
        ]
        assert np.mean([J_batch for J_batch, _ in found]) == pytest.approx(J, rel=1e-12)
        for name in ("dWax", "dWaa", "dWya", "dba", "dby"):
            mean = np.mean([gradients[name] for _, gradients in found], axis=0)
            assert oracle.distance(mean, whole[name]) <= 1e-12


@pytest.mark.parametrize("batch_size", [None, 1, 4, 6, 10])
def test_the_loss_of_all_is_that_of_its_parts(batch_size):
    *data, parameters = oracle.problem()
    J = rnn_loss(*data, parameters)
    assert mean_loss(data, parameters, batch_size) == pytest.approx(J, rel=1e-14)


def test_the_loss_of_classes_is_that_of_their_one_hot_columns():
    _, labels, a0, parameters = oracle.problem()
    J = loss_and_gradients(CLASSES, labels, a0, parameters)[0]
    assert mean_loss((CLASSES, labels, a0), parameters, 4) == pytest.approx(J, rel=1e-12)


def test_the_norm_is_that_of_the_gradients_of_the_parameters():
    gradients = oracle.gradients()
    column = np.concatenate([gradients[f"d{n}"].ravel() for n in ("Wax", "Waa", "Wya", "ba", "by")])
    assert gradient_norm(gradients) == pytest.approx(np.linalg.norm(column), rel=1e-14)


def test_the_norm_of_a_huge_gradient_overflows_in_silence():
    huge = {name: gradient * 1e200 for name, gradient in oracle.gradients().items()}
    assert gradient_norm(huge) == np.inf
    single = {name: (g * 1e30).astype(np.float32) for name, g in oracle.gradients().items()}
    assert np.isfinite(gradient_norm(single))


def test_the_modules_own_function_keeps_its_buffers_for_each_size_of_batch():
    gradients_of = with_buffers(loss_and_gradients)
    *data, parameters = oracle.problem()
    large = gradients_of(*data, parameters)[1]
    small = gradients_of(*pick_examples(data, [0, 1]), parameters)[1]
    again = gradients_of(*data, parameters)[1]
    assert np.shares_memory(large["dWaa"], again["dWaa"])
    assert not np.shares_memory(large["dWaa"], small["dWaa"])
    assert "dx" not in large


def test_another_function_is_taken_as_it_is():
    assert with_buffers(rnn_loss) is rnn_loss


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_examples_that_do_not_fit_are_named(spoil, error, message):
    with refusals.refuses(error, message):
        check_examples(**refusals.spoilt(oracle.arguments(), spoil, message))


@pytest.mark.parametrize("name", ["x", "a0", "Wya"])
def test_complex_numbers_are_refused(name):
    message = f"{name} has dtype complex128; expected float32 or float64"
    arguments = refusals.spoilt(oracle.arguments(), refusals.of_type(complex), message)
    with refusals.refuses(TypeError, message):
        check_examples(**arguments)


def test_examples_are_taken_in_the_precision_of_the_parameters():
    *data, parameters = oracle.problem()
    x, labels, a0 = check_examples(*data, oracle.cast(parameters, np.float32))
    assert (x.dtype, a0.dtype) == (np.float32, np.float32)
    assert labels is data[1]
