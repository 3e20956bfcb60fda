"""Clipping, by norm and by value, and truncation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
import refusals
from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.clipping import (
    clip_by_norm,
    clip_by_value,
    plain_truncated_loss_and_gradients,
)

NAMES = ["dWax", "dWaa", "dWya", "dba", "dby"]
CLIPS = [(clip_by_norm, "max_norm"), (clip_by_value, "limit")]


def norm(gradients):
    """The length of the five gradients together, summed without rounding."""
    return math.sqrt(math.fsum(float(g) ** 2 for name in NAMES for g in gradients[name].ravel()))


def filled(value, dtype=np.float64):
    """Gradients of one unit, one input, one class, in which every entry is the value."""
    return {name: np.full((1, 1), value, dtype) for name in NAMES}


# by norm


def test_a_gradient_that_is_too_long_gets_the_greatest_norm_and_keeps_its_direction():
    gradients = oracle.gradients()
    clipped = clip_by_norm(gradients, 0.01)
    assert list(clipped) == NAMES
    assert norm(clipped) == pytest.approx(0.01, rel=1e-12)
    expected = {name: gradients[name] * (0.01 / norm(gradients)) for name in NAMES}
    assert not oracle.apart(clipped, expected, oracle.ROUNDING)


@oracle.few
@given(st.integers(0, 1000), st.floats(-8, 8))
def test_clipping_never_lengthens(seed, exponent):
    gradients = oracle.gradients(seed=seed)
    max_norm = 10.0**exponent
    expected = min(max_norm, norm(gradients))
    assert norm(clip_by_norm(gradients, max_norm)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("max_norm", [5, 5.0, 6, 1e300])
def test_a_gradient_that_is_short_enough_is_left_as_it_is(max_norm):
    gradients = {**filled(0.0), "dWax": np.array([[3.0]]), "dby": np.array([[-4.0]])}
    assert not oracle.apart(clip_by_norm(gradients, max_norm), gradients, 0)


def test_a_gradient_just_as_long_as_allowed_is_left_bit_for_bit():
    gradients = {**filled(0.0), "dWax": np.array([[49.0]]), "dby": np.array([[1.0]])}
    assert 1 / 49 * 49 != 1, "to shorten by the factor 1 would be seen"
    assert not oracle.apart(clip_by_norm(gradients, math.sqrt(49**2 + 1**2)), gradients, 0)


def test_the_norm_is_over_all_five_gradients_together():
    clipped = clip_by_norm(filled(3.0), 1.0)
    assert not oracle.apart(clipped, filled(1 / math.sqrt(5)), oracle.ROUNDING)


def test_gradients_by_inputs_and_states_do_not_count():
    others = {"dx": np.full((1, 1, 1), 1e9), "da0": np.full((1, 1), 1e9)}
    assert not oracle.apart(clip_by_norm({**filled(1.0), **others}, 10), filled(1.0), 0)


def test_a_gradient_of_zeros_is_left_as_it_is_in_new_arrays():
    zeros = filled(0.0)
    clipped = clip_by_norm(zeros, 1.0)
    assert not oracle.apart(clipped, zeros, 0)
    assert not any(np.shares_memory(clipped[name], zeros[name]) for name in zeros)


@pytest.mark.parametrize("huge", [1e200, 1.5e308])
@pytest.mark.parametrize("sign", [1, -1])
def test_huge_entries_are_clipped_without_an_overflow(huge, sign):
    clipped = clip_by_norm(filled(sign * huge), 1.0)
    assert not oracle.apart(clipped, filled(sign / math.sqrt(5)), oracle.ROUNDING)


def test_tiny_entries_do_not_vanish_in_their_squares():
    clipped = clip_by_norm(filled(1e-200), 1e-201)
    assert not oracle.apart(clipped, filled(1e-201 / math.sqrt(5)), oracle.ROUNDING)


def test_huge_entries_of_float32_are_clipped_without_an_overflow():
    clipped = clip_by_norm(filled(1e38, np.float32), 1.0)
    assert not oracle.apart(clipped, filled(1 / math.sqrt(5)), oracle.SINGLE)


def test_the_norm_of_float32_is_added_up_in_float64():
    gradients = {**filled(2**-12, np.float32), "dWax": np.ones((1, 1), np.float32)}
    lost = np.float32(1) + np.float32(2**-12) ** 2
    assert lost == 1 < norm(gradients), "in float32 the small entries would not lengthen it"
    assert norm(clip_by_norm(gradients, 1.0)) <= 1


# by value


def test_clipping_by_value_cuts_each_entry_off():
    gradients = {**filled(0.5), "dWax": np.array([[-3.0]]), "dWaa": np.array([[4.0]])}
    expected = {**filled(0.5), "dWax": np.array([[-1.0]]), "dWaa": np.array([[1.0]])}
    assert not oracle.apart(clip_by_value({**gradients, "dx": np.ones(3)}, 1), expected, 0)


def test_clipping_by_value_turns_the_direction_and_by_norm_does_not():
    gradients = {**filled(1.0), "dWax": np.array([[3.0]])}
    by_value, by_norm = clip_by_value(gradients, 1.0), clip_by_norm(gradients, 1.0)
    assert by_value["dWax"] / by_value["dWaa"] == 1
    assert by_norm["dWax"] / by_norm["dWaa"] == pytest.approx(3)


# both


@pytest.mark.parametrize(("clip", "name"), CLIPS)
@pytest.mark.parametrize("limit", [0.01, np.float64(0.01), np.float32(0.01), 1, 1e300])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_clipping_keeps_the_dtype_whatever_the_type_of_the_limit(clip, name, limit, dtype):
    clipped = clip(oracle.gradients(dtype), limit)
    assert {gradient.dtype for gradient in clipped.values()} == {np.dtype(dtype)}
    assert not oracle.apart(clipped, clip(oracle.gradients(dtype), float(limit)), 0)


@pytest.mark.parametrize(("clip", "name"), CLIPS)
@pytest.mark.parametrize("limit", refusals.NOT_POSITIVE)
def test_a_limit_that_is_not_positive_is_refused(clip, name, limit):
    with refusals.refuses(ValueError, f"{name} is {limit!r}; expected a finite number > 0"):
        clip(oracle.gradients(), limit)


@pytest.mark.parametrize(("clip", "name"), CLIPS)
@pytest.mark.parametrize(("spoil", "error", "message"), refusals.BAD_GRADIENTS)
def test_bad_gradients_are_named(clip, name, spoil, error, message):
    with refusals.refuses(error, message):
        clip(spoil(oracle.gradients()), 1.0)


@pytest.mark.parametrize(("clip", "name"), CLIPS)
@pytest.mark.parametrize("bias", ["dba", "dby"])
def test_the_gradient_of_a_bias_is_one_column(clip, name, bias):
    gradients = {name: np.hstack([g, g]) for name, g in oracle.gradients().items() if name == bias}
    sizes = {"dba": "(n_a, 1) = (5, 1)", "dby": "(n_y, 1) = (4, 1)"}[bias]
    message = f"{bias} has shape {gradients[bias].shape}; expected {sizes}"
    with refusals.refuses(ValueError, message):
        clip({**oracle.gradients(), **gradients}, 1.0)


@pytest.mark.parametrize(("clip", "name"), CLIPS)
@pytest.mark.parametrize("limit", [0.01, 100])
def test_gradients_are_not_written_into(clip, name, limit):
    gradients = oracle.gradients()
    clipped = clip(oracle.frozen(gradients), limit)
    assert not oracle.apart(clipped, clip(gradients, limit), 0)
    assert not any(np.shares_memory(clipped[name], gradients[name]) for name in NAMES)


# truncation

ALL = {*NAMES, "dx", "da0"}


@pytest.mark.parametrize("window", [1, 2, 3, 6])
def test_each_window_has_the_gradients_of_autograd_from_the_state_before_it(window):
    """Those of the parameters are the sum over the windows; T = 7 leaves a short one at the end."""
    x, labels, a0, parameters = problem = oracle.problem()
    states = [a0, *oracle.states(x, a0, parameters)]
    pieces = [
        oracle.loss_gradients(
            x[:, :, s : s + window], labels[:, s : s + window], states[s], parameters
        )
        for s in range(0, 7, window)
    ]
    expected = {name: sum(piece[name] for piece in pieces) for name in NAMES}
    expected["dx"] = np.concatenate([piece["dx"] for piece in pieces], axis=2)
    expected["da0"] = pieces[0]["da0"]
    J, gradients = plain_truncated_loss_and_gradients(*problem, window)
    assert set(gradients) == ALL
    assert not oracle.apart(gradients, expected, oracle.EXACT)
    assert oracle.distance(J, oracle.loss(*problem)) <= oracle.EXACT


@pytest.mark.parametrize("window", [7, 8, np.int64(100)])
def test_a_window_as_long_as_the_sequence_leaves_nothing_out(window):
    problem = oracle.problem()
    loss, gradients = plain_truncated_loss_and_gradients(*problem, window)
    whole_loss, whole = plain_loss_and_gradients(*problem)
    assert loss == whole_loss
    assert not oracle.apart(gradients, whole, 0)


def test_a_shorter_window_changes_the_recurrent_gradients_and_no_other():
    problem = oracle.problem()
    gradients = plain_truncated_loss_and_gradients(*problem, 6)[1]
    changed = oracle.apart(gradients, plain_loss_and_gradients(*problem)[1], 1e-4)
    assert changed == ALL - {"dWya", "dby"}


def test_truncation_keeps_the_precision():
    problem = oracle.problem(dtype=np.float32)
    J, gradients = plain_truncated_loss_and_gradients(*problem, 3)
    assert {np.dtype(value.dtype) for value in (J, *gradients.values())} == {np.dtype(np.float32)}
    exact = plain_truncated_loss_and_gradients(*oracle.cast(problem, np.float64), 3)[1]
    assert not oracle.apart(gradients, exact, oracle.SINGLE)


def test_truncation_writes_into_nothing_that_it_is_given():
    problem = oracle.problem()
    frozen = plain_truncated_loss_and_gradients(*oracle.frozen(problem), 2)
    assert not oracle.apart(frozen[1], plain_truncated_loss_and_gradients(*problem, 2)[1], 0)


@pytest.mark.parametrize("window", [0, -1, 1.5, "2", None])
def test_a_window_that_is_no_count_is_refused(window):
    with refusals.refuses(ValueError, f"window is {window!r}; expected a whole number >= 1"):
        plain_truncated_loss_and_gradients(*oracle.problem(), window)


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_truncation_refuses_bad_arguments_by_their_names(spoil, error, message):
    with refusals.refuses(error, message):
        plain_truncated_loss_and_gradients(
            **refusals.spoilt(oracle.arguments(), spoil, message), window=3
        )
