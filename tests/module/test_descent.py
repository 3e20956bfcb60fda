"""Gradient descent."""

from fractions import Fraction

import numpy as np
import pytest

import oracle
import refusals
from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.descent import descend, update_parameters
from rnn_from_scratch.forward import rnn_loss
from rnn_from_scratch.toy import TOY_EPOCHS, TOY_LEARNING_RATE, toy_problem

NAMES = ["Wax", "Waa", "Wya", "ba", "by"]


# one step


def test_a_step_goes_against_the_gradient():
    *_, parameters = oracle.problem()
    gradients = oracle.gradients()
    new = update_parameters(parameters, gradients, 0.25)
    assert list(new) == NAMES
    for name in NAMES:
        expected = parameters[name] - 0.25 * gradients[f"d{name}"]
        assert np.array_equal(new[name], expected)
        assert not np.shares_memory(new[name], parameters[name])


def test_a_small_step_lowers_the_loss_by_the_squared_norm_of_the_gradient():
    x, labels, a0, parameters = oracle.problem()
    J, gradients = plain_loss_and_gradients(x, labels, a0, parameters)
    J_new = rnn_loss(x, labels, a0, update_parameters(parameters, gradients, 1e-6))
    squared = sum((gradients[f"d{name}"] ** 2).sum() for name in NAMES)
    assert (J - J_new) / 1e-6 == pytest.approx(squared, rel=1e-4)


@pytest.mark.parametrize("rate", [1, Fraction(1, 2), np.float32(0.5), np.float64(0.5)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("of_gradients", [np.float64, np.float32])
def test_a_step_keeps_the_dtype_of_the_parameters(rate, dtype, of_gradients):
    parameters = oracle.cast(oracle.problem()[3], dtype)
    gradients = oracle.cast(oracle.gradients(), of_gradients)
    new = update_parameters(parameters, gradients, rate)
    expected = update_parameters(parameters, oracle.cast(gradients, dtype), float(rate))
    assert {value.dtype for value in new.values()} == {np.dtype(dtype)}
    assert not oracle.apart(new, expected, 0)


# training


def test_training_is_a_step_an_epoch():
    x, labels, a0, parameters = oracle.problem()
    trained, losses = descend(x, labels, a0, parameters, learning_rate=0.3, epochs=4)
    for J in losses[:-1]:
        J_now, gradients = plain_loss_and_gradients(x, labels, a0, parameters)
        assert J_now == J
        parameters = update_parameters(parameters, gradients, 0.3)
    assert losses[-1] == rnn_loss(x, labels, a0, parameters)
    assert losses.shape == (5,)
    assert not oracle.apart(trained, parameters, 0)


def test_the_loss_of_the_toy_falls_at_every_epoch():
    losses = descend(*toy_problem(), learning_rate=TOY_LEARNING_RATE, epochs=TOY_EPOCHS)[1]
    assert losses.shape == (11,)
    assert (np.diff(losses) < 0).all()


def test_training_learns_labels_that_need_the_past():
    """The label is the sign of the input of the step before, so the state must carry it."""
    rng = np.random.default_rng(0)
    x = rng.choice([-1.0, 1.0], (1, 20, 5))
    labels = np.full((20, 5), -1)
    labels[:, 1:] = x[0, :, :-1] > 0
    *_, parameters = oracle.problem(n_x=1, n_a=6, n_y=2)
    losses = descend(x, labels, np.zeros((6, 20)), parameters, learning_rate=0.3, epochs=40)[1]
    assert losses[0] > 4 * 0.5
    assert losses[-1] < 4 * 0.05


def test_training_in_float32_stays_in_float32_near_float64():
    problem = toy_problem(dtype=np.float32)
    parameters, losses = descend(*problem, learning_rate=0.1, epochs=np.int64(10))
    expected = descend(*oracle.cast(problem, np.float64), learning_rate=0.1, epochs=10)
    assert losses.dtype == np.float32
    assert {value.dtype for value in parameters.values()} == {np.dtype(np.float32)}
    assert oracle.distance(losses, expected[1]) <= oracle.SINGLE
    assert not oracle.apart(parameters, expected[0], oracle.SINGLE)


def test_training_that_diverges_names_the_parameter():
    problem = oracle.problem(dtype=np.float32)
    message = r"^W\w\w holds -?inf at \(\d, \d\); expected finite float32 numbers$"
    with pytest.raises(ValueError, match=message):
        descend(*problem, learning_rate=1e39, epochs=5)


# what is refused, and what is left alone


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_train_names_what_is_wrong(spoil, error, message):
    arguments = refusals.spoilt(oracle.arguments(), spoil, message)
    with refusals.refuses(error, message):
        descend(**arguments, learning_rate=0.1, epochs=1)


@pytest.mark.parametrize("epochs", [0, -1, 2.0, "3", None])
def test_train_refuses_a_number_of_epochs_that_is_none(epochs):
    with refusals.refuses(ValueError, f"epochs is {epochs!r}; expected a whole number >= 1"):
        descend(*toy_problem(), learning_rate=0.1, epochs=epochs)


@pytest.mark.parametrize("rate", refusals.NOT_POSITIVE)
def test_a_learning_rate_that_is_not_positive_is_refused(rate):
    *_, parameters = oracle.problem()
    message = f"learning_rate is {rate!r}; expected a finite number > 0"
    with refusals.refuses(ValueError, message):
        update_parameters(parameters, oracle.gradients(), rate)
    with refusals.refuses(ValueError, message):
        descend(*oracle.problem(), learning_rate=rate, epochs=1)


@pytest.mark.parametrize(("spoil", "error", "message"), refusals.BAD_PARAMETERS)
def test_update_parameters_names_what_is_wrong_with_the_parameters(spoil, error, message):
    arguments = refusals.spoilt({"parameters": oracle.problem()[3]}, spoil, message)
    with refusals.refuses(error, message):
        update_parameters(**arguments, gradients=oracle.gradients(), learning_rate=0.1)


@pytest.mark.parametrize(("spoil", "error", "message"), refusals.BAD_GRADIENTS)
def test_update_parameters_names_what_is_wrong_with_the_gradients(spoil, error, message):
    with refusals.refuses(error, message):
        update_parameters(oracle.problem()[3], spoil(oracle.gradients()), 0.1)


def test_a_gradient_that_does_not_fit_its_parameter_is_named():
    *_, parameters = oracle.problem()
    gradients = {**oracle.gradients(), "dWax": np.ones((5, 2))}
    message = "dWax has shape (5, 2); expected (n_a, n_x) = (5, 3)"
    with refusals.refuses(ValueError, message):
        update_parameters(parameters, gradients, 0.1)


def test_a_step_that_overflows_names_the_parameter():
    parameters = {name: np.full((1, 1), 0.0) for name in NAMES}
    gradients = {f"d{name}": np.zeros((1, 1)) for name in NAMES} | {"dWya": np.array([[-1e10]])}
    with refusals.refuses(ValueError, f"Wya holds inf at (0, 0); {refusals.FINITE}"):
        update_parameters(parameters, gradients, 1e300)


def test_a_rate_beyond_float32_times_a_gradient_of_zero_names_the_parameter():
    parameters = oracle.problem(dtype=np.float32)[3]
    gradients = {name: 0 * gradient for name, gradient in oracle.gradients().items()}
    with refusals.refuses(ValueError, "Wax holds nan at (0, 0); expected finite float32 numbers"):
        update_parameters(parameters, gradients, 1e39)


def test_a_gradient_too_large_for_the_parameters_dtype_is_refused():
    parameters = oracle.problem(dtype=np.float32)[3]
    gradients = {**oracle.gradients(), "dby": np.full((4, 1), -1e300)}
    message = "dby holds -1e+300 at (0, 0); expected finite float32 numbers"
    with refusals.refuses(ValueError, message):
        update_parameters(parameters, gradients, 0.1)


def test_inputs_are_not_written_into():
    problem = oracle.problem()
    frozen = oracle.frozen(problem)
    update_parameters(frozen[3], oracle.frozen(oracle.gradients()), 0.1)
    trained = descend(*frozen, learning_rate=0.1, epochs=3)[0]
    assert not oracle.apart(trained, descend(*problem, learning_rate=0.1, epochs=3)[0], 0)


def test_a_step_that_overflows_is_named_whatever_the_caller_wants_of_errors():
    parameters, gradients = oracle.problem()[3], oracle.gradients()
    with np.errstate(all="raise"), pytest.raises(ValueError, match=r"^Wax holds -?inf at "):
        update_parameters(parameters, gradients, 1.7e308)
