"""Real-time recurrent learning: the gradients of backpropagation through time, computed forward."""

import tracemalloc

import numpy as np
import pytest

import oracle
import refusals
from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.rtrl import rtrl_loss_and_gradients

NAMES = ["dWax", "dWaa", "dWya", "dba", "dby"]


def of_parameters(gradients):
    return {name: gradients[name] for name in NAMES}


@pytest.mark.parametrize("seed", range(5))
def test_the_gradients_are_those_of_autograd(seed):
    problem = oracle.problem(seed=seed)
    J, gradients = rtrl_loss_and_gradients(*problem)
    expected = of_parameters(oracle.loss_gradients(*problem))
    assert not oracle.apart(gradients, expected, oracle.EXACT)
    assert oracle.distance(J, oracle.loss(*problem)) <= oracle.EXACT


@pytest.mark.parametrize(("m", "T"), [*oracle.BATCHES, (1, 1), (1, 40)])
def test_they_are_those_of_the_backward_pass_up_to_rounding(m, T):
    problem = oracle.problem(m=m, T=T)
    J, gradients = rtrl_loss_and_gradients(*problem)
    expected_J, expected = plain_loss_and_gradients(*problem)
    assert not oracle.apart(gradients, of_parameters(expected), oracle.ROUNDING)
    assert oracle.distance(J, expected_J) <= oracle.ROUNDING


def test_classes_are_one_hot_columns():
    _, labels, a0, parameters = oracle.problem()
    classes = np.random.default_rng(3).integers(3, size=labels.shape)
    one_hot = (np.arange(3)[:, None, None] == classes) * 1.0
    of_classes = rtrl_loss_and_gradients(classes, labels, a0, parameters)
    of_columns = rtrl_loss_and_gradients(one_hot, labels, a0, parameters)
    assert of_classes[0] == of_columns[0]
    assert not oracle.apart(of_classes[1], of_columns[1], 0)


def test_without_an_initial_state_it_is_zero():
    x, labels, a0, parameters = oracle.problem()
    left_out = rtrl_loss_and_gradients(x, labels, parameters=parameters)
    zeros = rtrl_loss_and_gradients(x, labels, 0 * a0, parameters)
    assert left_out[0] == zeros[0]
    assert not oracle.apart(left_out[1], zeros[1], 0)


def test_the_precision_is_that_of_the_parameters():
    problem = oracle.problem(dtype=np.float32)
    J, gradients = rtrl_loss_and_gradients(*problem)
    assert {np.dtype(value.dtype) for value in (J, *gradients.values())} == {np.dtype(np.float32)}
    exact = rtrl_loss_and_gradients(*oracle.cast(problem, np.float64))[1]
    assert not oracle.apart(gradients, exact, oracle.SINGLE)


def test_in_single_precision_the_sensitivities_take_half_the_memory():
    def peak(dtype):
        problem = oracle.problem(m=4, T=3, n_a=30, dtype=dtype)
        tracemalloc.start()
        rtrl_loss_and_gradients(*problem)
        needed = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return needed

    assert 0.45 < peak(np.float32) / peak(np.float64) < 0.6


def test_scores_that_are_far_apart_give_a_finite_loss():
    x, labels, a0, parameters = oracle.problem()
    far = {**parameters, "by": np.array([[0.0], [2000.0], [0.0], [-2000.0]])}
    J, gradients = rtrl_loss_and_gradients(x, labels, a0, far)
    assert np.isfinite(J)
    assert not oracle.apart(
        gradients, of_parameters(plain_loss_and_gradients(x, labels, a0, far)[1]), oracle.ROUNDING
    )


@pytest.mark.parametrize("name", ["x", "a0", "Wax", "Waa", "Wya", "ba", "by"])
def test_complex_numbers_are_kept_as_by_the_backward_pass(name):
    problem = refusals.spoilt(oracle.arguments(), lambda array: array + 0.1j, name)
    J, gradients = rtrl_loss_and_gradients(**problem)
    expected_J, expected = plain_loss_and_gradients(**problem)
    assert abs(J.imag) > 0
    assert not oracle.apart(gradients, of_parameters(expected), oracle.ROUNDING)
    assert oracle.distance(J, expected_J) <= oracle.ROUNDING


def test_nothing_that_it_is_given_is_written_into():
    problem = oracle.problem()
    frozen = rtrl_loss_and_gradients(*oracle.frozen(problem))
    assert not oracle.apart(frozen[1], rtrl_loss_and_gradients(*problem)[1], 0)


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_bad_arguments_are_refused_by_their_names(spoil, error, message):
    with refusals.refuses(error, message):
        rtrl_loss_and_gradients(**refusals.spoilt(oracle.arguments(), spoil, message))
