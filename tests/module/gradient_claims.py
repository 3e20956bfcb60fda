"""The claims of ``loss_and_gradients``, whichever of the two it is: the plain or the fast one.

A test module takes the claims over in a class of its own, and says in a fixture
``loss_and_gradients`` which function they are about.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
import refusals
from rnn_from_scratch.forward import rnn_loss
from rnn_from_scratch.gradient_check import complex_step_gradient, numerical_gradient

ALL = {"dWax", "dWaa", "dWya", "dba", "dby", "dx", "da0"}
DTYPES = [np.float64, np.float32]
CHECKS = [(numerical_gradient, 1e-8), (complex_step_gradient, 1e-13)]


def without_calculus(check, function, names, x, a0, parameters):
    """Differentiate function(x, a0, parameters) by what is named, with one of our checks."""
    leaves = {"x": x, "a0": a0, **parameters}

    def moved(name):
        def of_one(leaf):
            here = {**leaves, name: leaf}
            return function(here.pop("x"), here.pop("a0"), here)

        return of_one

    return {f"d{name}": check(moved(name), leaves[name]) for name in names}


def assert_close(came, expected):
    """Compare relative to the largest entry of all: one gradient may vanish in a drawn problem."""
    scale = max(np.abs(value).max() for value in expected.values())
    assert set(came) == set(expected)
    for name, value in expected.items():
        assert came[name].shape == value.shape
        assert np.abs(came[name] - value).max() <= oracle.ROUNDING * scale


class GradientClaims:
    """The tests; a subclass whose name begins with Test is collected."""

    @pytest.mark.parametrize(("m", "T"), oracle.BATCHES)
    @pytest.mark.parametrize("masked", [True, False])
    def test_all_seven_gradients_of_the_loss_are_those_of_autograd(
        self, loss_and_gradients, m, T, masked
    ):
        problem = oracle.problem(m, T, masked=masked)
        J, gradients = loss_and_gradients(*problem)
        assert set(gradients) == ALL
        assert not oracle.apart(gradients, oracle.loss_gradients(*problem), oracle.EXACT)
        assert oracle.distance(J, oracle.loss(*problem)) <= oracle.EXACT

    @pytest.mark.parametrize(("m", "T"), [(6, 7), (2, 2)])
    @pytest.mark.parametrize(("check", "tolerance"), CHECKS)
    def test_the_gradients_of_the_loss_pass_the_checks_of_the_book(
        self, loss_and_gradients, check, tolerance, m, T
    ):
        x, labels, a0, parameters = problem = oracle.problem(m, T)

        def loss(x, a0, parameters):
            return rnn_loss(x, labels, a0, parameters)

        names = ["x", "a0", "Wax", "Waa", "Wya", "ba", "by"]
        expected = without_calculus(check, loss, names, x, a0, parameters)
        assert not oracle.apart(loss_and_gradients(*problem)[1], expected, tolerance)

    @pytest.mark.parametrize(("m", "T"), oracle.BATCHES)
    def test_float32_stays_near_float64(self, loss_and_gradients, m, T):
        single = oracle.problem(m, T, dtype=np.float32)
        double = oracle.cast(single, np.float64)
        J, gradients = loss_and_gradients(*single)
        J_double, gradients_double = loss_and_gradients(*double)
        assert J.dtype == np.float32
        assert {gradient.dtype for gradient in gradients.values()} == {np.dtype(np.float32)}
        assert oracle.distance(J, J_double) <= oracle.SINGLE
        assert not oracle.apart(gradients, gradients_double, oracle.SINGLE)

    @oracle.few
    @given(oracle.problems)
    def test_a_gradient_has_the_shape_of_what_it_is_the_gradient_of(
        self, loss_and_gradients, problem
    ):
        x, _, a0, parameters = problem
        J, gradients = loss_and_gradients(*problem)
        leaves = {"x": x, "a0": a0, **parameters}
        shapes = {f"d{name}": leaf.shape for name, leaf in leaves.items()}
        assert {name: gradient.shape for name, gradient in gradients.items()} == shapes
        assert oracle.distance(J, rnn_loss(*problem)) <= oracle.ROUNDING

    @oracle.few
    @given(oracle.problems, st.randoms(use_true_random=False))
    def test_permuted_examples_have_the_same_gradients_of_the_parameters(
        self, loss_and_gradients, problem, random
    ):
        x, labels, a0, parameters = problem
        order = random.sample(range(len(labels)), len(labels))
        gradients = loss_and_gradients(*problem)[1]
        moved = loss_and_gradients(x[:, order], labels[order], a0[:, order], parameters)[1]
        expected = {
            **gradients,
            "dx": gradients["dx"][:, order],
            "da0": gradients["da0"][:, order],
        }
        assert_close(moved, expected)

    @oracle.few
    @given(oracle.problems, st.data())
    def test_masked_steps_at_the_end_leave_the_gradients_of_the_shorter_sequence(
        self, loss_and_gradients, problem, data
    ):
        x, labels, a0, parameters = problem
        length = data.draw(st.integers(1, x.shape[2] - 1))
        ended = labels.copy()
        ended[:, length:] = -1
        gradients = loss_and_gradients(x, ended, a0, parameters)[1]
        shorter = loss_and_gradients(x[:, :, :length], labels[:, :length], a0, parameters)[1]
        assert not gradients["dx"][:, :, length:].any()
        assert_close({**gradients, "dx": gradients["dx"][:, :, :length]}, shorter)

    @oracle.few
    @given(oracle.problems)
    def test_an_example_that_never_counts_has_no_gradient_and_still_belongs_to_the_mean(
        self, loss_and_gradients, problem
    ):
        x, labels, a0, parameters = problem
        m = len(labels)
        x_more, a0_more = np.concatenate([x, x[:, :1]], axis=1), np.hstack([a0, a0[:, :1]])
        labels_more = np.vstack([labels, np.full_like(labels[:1], -1)])
        gradients = loss_and_gradients(x_more, labels_more, a0_more, parameters)[1]
        assert not gradients["dx"][:, -1].any()
        assert not gradients["da0"][:, -1].any()
        counted = {**gradients, "dx": gradients["dx"][:, :-1], "da0": gradients["da0"][:, :-1]}
        expected = loss_and_gradients(*problem)[1]
        assert_close(counted, {name: value * m / (m + 1) for name, value in expected.items()})

    @pytest.mark.parametrize(
        ("spoil", "error", "message"),
        [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
    )
    def test_loss_and_gradients_names_what_is_wrong(
        self, loss_and_gradients, spoil, error, message
    ):
        with refusals.refuses(error, message):
            loss_and_gradients(**refusals.spoilt(oracle.arguments(), spoil, message))

    @pytest.mark.parametrize("of_data", DTYPES)
    @pytest.mark.parametrize("of_parameters", DTYPES)
    def test_gradients_have_the_dtype_of_the_parameters(
        self, loss_and_gradients, of_data, of_parameters
    ):
        x, labels, a0, parameters = oracle.problem()
        parameters = oracle.cast(parameters, of_parameters)
        mixed = *oracle.cast((x, labels, a0), of_data), parameters
        same = *oracle.cast(mixed[:3], of_parameters), parameters
        J, gradients = loss_and_gradients(*mixed)
        assert J.dtype == of_parameters
        assert {gradient.dtype for gradient in gradients.values()} == {np.dtype(of_parameters)}
        assert not oracle.apart(gradients, loss_and_gradients(*same)[1], 0)

    def test_inputs_are_not_written_into(self, loss_and_gradients):
        problem = oracle.problem()
        came = loss_and_gradients(*oracle.frozen(problem))[1]
        assert not oracle.apart(came, loss_and_gradients(*problem)[1], 0)
