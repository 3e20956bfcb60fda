"""The forward pass: one cell, the cell repeated through time, and the loss."""

import copy
import itertools
import math
import os
import pickle
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
import refusals
from rnn_from_scratch import forward
from rnn_from_scratch.buffers import KEPT, ForwardBuffers, form_of, free_buffers
from rnn_from_scratch.forward import (
    CellCache,
    Stream,
    forward_scores,
    rnn_cell_forward,
    rnn_forward,
    rnn_loss,
    walk,
)
from rnn_from_scratch.parameters import initialize_parameters
from rnn_from_scratch.toy import toy_problem

DTYPES = [np.float64, np.float32]


# against the oracle


@pytest.mark.parametrize(("m", "T"), oracle.BATCHES)
def test_states_and_probabilities_are_those_of_the_oracle(m, T):
    x, _, a0, parameters = oracle.problem(m, T)
    a, y_hat, _ = rnn_forward(x, a0, parameters)
    log_y_hat = np.stack(oracle.log_probabilities(x, a0, parameters), axis=-1)
    assert oracle.distance(a, np.stack(oracle.states(x, a0, parameters), -1)) <= oracle.ROUNDING
    assert oracle.distance(y_hat, np.exp(log_y_hat)) <= oracle.ROUNDING


@pytest.mark.parametrize(("m", "T"), oracle.BATCHES)
@pytest.mark.parametrize("masked", [True, False])
def test_the_loss_is_that_of_the_oracle(m, T, masked):
    x, labels, a0, parameters = oracle.problem(m, T, masked=masked)
    expected = oracle.loss(x, labels, a0, parameters)
    assert oracle.distance(rnn_loss(x, labels, a0, parameters), expected) <= oracle.ROUNDING


def test_the_loss_of_the_toy_is_that_of_the_oracle():
    x, labels, a0, parameters = toy_problem()
    expected = oracle.loss(x, labels, a0, parameters)
    assert oracle.distance(rnn_loss(x, labels, a0, parameters), expected) <= oracle.ROUNDING


def test_a_cell_of_one_unit_can_be_redone_by_hand():
    one = np.ones((1, 1))
    parameters = {"Wax": 2 * one, "Waa": 3 * one, "Wya": np.array([[1.0], [-1.0]])}
    parameters |= {"ba": 0.5 * one, "by": np.zeros((2, 1))}
    a_t, y_hat_t, _ = rnn_cell_forward(0.1 * one, -0.2 * one, parameters)
    a = math.tanh(2 * 0.1 + 3 * -0.2 + 0.5)
    assert a_t.item() == pytest.approx(a, rel=1e-15)
    assert y_hat_t[0, 0] == pytest.approx(1 / (1 + math.exp(-2 * a)), rel=1e-15)


# the cell and the sequence


def test_fresh_parameters_are_accepted():
    x, _, a0, _ = oracle.problem()
    fresh = initialize_parameters(3, 5, 4, rng=np.random.default_rng(0))
    assert rnn_forward(x, a0, fresh)[1].shape == (4, 6, 7)


def test_the_sequence_is_the_cell_repeated():
    x, _, a_t, parameters = oracle.problem()
    a, y_hat, caches = rnn_forward(x, a_t, parameters)
    for t in range(7):
        a_t, y_hat_t, cache = rnn_cell_forward(x[:, :, t], a_t, parameters)
        assert oracle.distance(a[:, :, t], a_t) <= oracle.ROUNDING
        assert oracle.distance(y_hat[:, :, t], y_hat_t) <= oracle.ROUNDING
        assert oracle.distance(caches[t].a_t, cache.a_t) <= oracle.ROUNDING


def test_a_cache_keeps_what_the_step_saw_without_a_copy():
    x, _, a0, parameters = oracle.problem()
    a_t, _, cache = rnn_cell_forward(x[:, :, 0], a0, parameters)
    assert isinstance(cache, CellCache)
    assert np.shares_memory(cache.x_t, x)
    assert cache.a_prev is a0
    assert cache.a_t is a_t
    assert cache.parameters is parameters


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_caches_of_a_sequence_keep_its_inputs_without_a_copy(dtype):
    x, labels, a0, parameters = oracle.problem(dtype=dtype)
    for inputs in (x, labels % 3):
        caches = rnn_forward(inputs, a0, parameters)[2]
        assert all(np.shares_memory(cache.x_t, inputs) for cache in caches)


def test_each_cache_holds_the_state_before_its_step():
    x, _, a0, parameters = oracle.problem()
    a, _, caches = rnn_forward(x, a0, parameters)
    assert np.array_equal(caches[0].a_prev, a0)
    for t in range(1, 7):
        assert np.array_equal(caches[t].a_prev, a[:, :, t - 1])


# properties


@oracle.few
@given(oracle.problems)
def test_columns_are_examples_and_time_is_the_last_axis(problem):
    x, labels, a0, parameters = problem
    a, y_hat, caches = rnn_forward(x, a0, parameters)
    m, T = labels.shape
    assert a.shape == (len(parameters["Waa"]), m, T)
    assert y_hat.shape == (len(parameters["by"]), m, T)
    assert len(caches) == T
    assert np.abs(a).max() < 1
    assert np.abs(y_hat.sum(axis=0) - 1).max() <= oracle.ROUNDING


@oracle.few
@given(oracle.problems, st.randoms(use_true_random=False))
def test_permuted_examples_give_permuted_results_and_the_same_loss(problem, random):
    x, labels, a0, parameters = problem
    order = random.sample(range(len(labels)), len(labels))
    a, y_hat, _ = rnn_forward(x, a0, parameters)
    a_moved, y_hat_moved, _ = rnn_forward(x[:, order], a0[:, order], parameters)
    assert oracle.distance(a_moved, a[:, order]) <= oracle.ROUNDING
    assert oracle.distance(y_hat_moved, y_hat[:, order]) <= oracle.ROUNDING
    J = rnn_loss(x, labels, a0, parameters)
    J_moved = rnn_loss(x[:, order], labels[order], a0[:, order], parameters)
    assert oracle.distance(J_moved, J) <= oracle.ROUNDING


@oracle.few
@given(oracle.problems, st.data())
def test_two_halves_with_the_state_passed_on_give_the_same_as_one_run(problem, data):
    x, labels, a0, parameters = problem
    middle = data.draw(st.integers(1, x.shape[2] - 1))
    whole = rnn_forward(x, a0, parameters)
    first = rnn_forward(x[:, :, :middle], a0, parameters)
    second = rnn_forward(x[:, :, middle:], first[0][:, :, -1], parameters)
    for whole_part, *halves in zip(whole[:2], first[:2], second[:2], strict=True):
        assert oracle.distance(np.concatenate(halves, axis=-1), whole_part) <= oracle.ROUNDING
    J = rnn_loss(x, labels, a0, parameters)
    J_first = rnn_loss(x[:, :, :middle], labels[:, :middle], a0, parameters)
    J_second = rnn_loss(x[:, :, middle:], labels[:, middle:], first[0][:, :, -1], parameters)
    assert oracle.distance(J_first + J_second, J) <= oracle.ROUNDING


@oracle.few
@given(oracle.problems, st.data())
def test_masked_steps_at_the_end_leave_the_loss_of_the_shorter_sequence(problem, data):
    x, labels, a0, parameters = problem
    length = data.draw(st.integers(1, x.shape[2] - 1))
    ended = labels.copy()
    ended[:, length:] = -1
    shorter = rnn_loss(x[:, :, :length], labels[:, :length], a0, parameters)
    assert oracle.distance(rnn_loss(x, ended, a0, parameters), shorter) <= oracle.ROUNDING


def test_an_example_that_never_counts_still_belongs_to_the_mean():
    x, labels, a0, parameters = oracle.problem(masked=False)
    five = rnn_loss(x[:, :5], labels[:5], a0[:, :5], parameters)
    labels[5] = -1
    six = rnn_loss(x, labels, a0, parameters)
    assert oracle.distance(six, five * 5 / 6) <= oracle.ROUNDING


def test_a_later_input_does_not_reach_an_earlier_state():
    x, _, a0, parameters = oracle.problem()
    changed = refusals.holding(9.0, 0, 0, 4)(x)
    before, after = rnn_forward(x, a0, parameters)[0], rnn_forward(changed, a0, parameters)[0]
    differs = (before != after).any(axis=0)  # (m, T)
    assert differs[0].tolist() == [False] * 4 + [True] * 3
    assert not differs[1:].any()


# precision


@pytest.mark.parametrize("function", [rnn_forward, rnn_cell_forward])
@pytest.mark.parametrize("of_data", DTYPES)
@pytest.mark.parametrize("of_parameters", DTYPES)
def test_outputs_have_the_dtype_of_the_parameters(function, of_data, of_parameters):
    x, _, a0, parameters = oracle.problem()
    x = x if function is rnn_forward else x[:, :, 0]
    x, a0, parameters = *oracle.cast((x, a0), of_data), oracle.cast(parameters, of_parameters)
    came = function(x, a0, parameters)
    same = function(*oracle.cast((x, a0), of_parameters), parameters)
    for output, expected in zip(came[:2], same[:2], strict=True):
        assert output.dtype == of_parameters
        assert np.array_equal(output, expected)


def test_float32_stays_near_float64():
    double = oracle.cast(oracle.problem(dtype=np.float32), np.float64)
    single = oracle.cast(double, np.float32)
    a, y_hat, _ = rnn_forward(single[0], *single[2:])
    a_double, y_hat_double, _ = rnn_forward(double[0], *double[2:])
    assert oracle.distance(a, a_double) <= oracle.SINGLE
    assert oracle.distance(y_hat, y_hat_double) <= oracle.SINGLE
    J = rnn_loss(*single)
    assert J.dtype == np.float32
    assert oracle.distance(J, rnn_loss(*double)) <= oracle.SINGLE


@pytest.mark.parametrize("function", [rnn_forward, rnn_cell_forward])
def test_a_number_too_large_for_the_parameters_dtype_is_refused(function):
    x, _, a0, parameters = oracle.problem()
    parameters = oracle.cast(parameters, np.float32)
    name, x = ("x", x) if function is rnn_forward else ("x_t", x[:, :, 0])
    place = (1,) * x.ndim
    message = f"{name} holds 1e+300 at {place}; expected finite float32 numbers"
    with refusals.refuses(ValueError, message):
        function(refusals.holding(1e300, *place)(x), a0, parameters)


def test_an_initial_state_too_large_for_the_parameters_dtype_is_named_as_the_caller_calls_it():
    x, _, a0, parameters = oracle.problem()
    parameters = oracle.cast(parameters, np.float32)
    message = "a0 holds 1e+300 at (4, 5); expected finite float32 numbers"
    with refusals.refuses(ValueError, message):
        rnn_forward(x, refusals.holding(1e300, 4, 5)(a0), parameters)


# what is refused, and what is left alone


def cell_arguments():
    x, _, a0, parameters = oracle.problem()
    return {"x_t": x[:, :, 0], "a_prev": a0, "parameters": parameters}


@pytest.mark.parametrize(
    ("spoil", "error", "message"), [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES]
)
def test_rnn_forward_names_what_is_wrong(spoil, error, message):
    arguments = refusals.spoilt(oracle.arguments(), spoil, message)
    with refusals.refuses(error, message):
        rnn_forward(arguments["x"], arguments["a0"], arguments["parameters"])


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_rnn_loss_names_what_is_wrong(spoil, error, message):
    with refusals.refuses(error, message):
        rnn_loss(**refusals.spoilt(oracle.arguments(), spoil, message))


BAD_STEPS = [
    (refusals.as_list, TypeError, "x_t is of type list; expected a NumPy array"),
    (refusals.of_type(int), TypeError, "x_t has dtype int64; expected float32 or float64"),
    (refusals.of_shape(2, 6), ValueError, "x_t has shape (2, 6); expected (n_x, m) = (3, m)"),
    (refusals.of_shape(3, 6, 1), ValueError, "x_t has shape (3, 6, 1); expected (n_x, m) = (3, m)"),
    (refusals.of_shape(3, 0), ValueError, "x_t has shape (3, 0); expected m >= 1"),
    (refusals.holding(np.nan, 0, 2), ValueError, f"x_t holds nan at (0, 2); {refusals.FINITE}"),
    (refusals.as_list, TypeError, "a_prev is of type list; expected a NumPy array"),
    (refusals.of_shape(5, 1), ValueError, "a_prev has shape (5, 1); expected (n_a, m) = (5, 6)"),
    (refusals.holding(np.inf, 4, 5), ValueError, f"a_prev holds inf at (4, 5); {refusals.FINITE}"),
]


@pytest.mark.parametrize(("spoil", "error", "message"), [*refusals.BAD_PARAMETERS, *BAD_STEPS])
def test_rnn_cell_forward_names_what_is_wrong(spoil, error, message):
    with refusals.refuses(error, message):
        rnn_cell_forward(**refusals.spoilt(cell_arguments(), spoil, message))


def test_inputs_are_not_written_into():
    x, _, a0, parameters = problem = oracle.problem()
    frozen = oracle.frozen(problem)
    assert np.array_equal(rnn_forward(frozen[0], *frozen[2:])[0], rnn_forward(x, a0, parameters)[0])
    assert rnn_loss(*frozen) == rnn_loss(*problem)
    step = rnn_cell_forward(frozen[0][:, :, 0], *frozen[2:])
    assert np.array_equal(step[0], rnn_cell_forward(x[:, :, 0], a0, parameters)[0])


# inputs that are classes, and a state that is left out


def of_classes(n_x=3, dtype=np.float64):
    """Return classes (m, T), the same as one-hot columns, labels, a0 and parameters."""
    _, labels, a0, parameters = oracle.problem(n_x=n_x, dtype=dtype)
    classes = np.random.default_rng(5).integers(n_x, size=labels.shape)
    columns = (np.arange(n_x)[:, None, None] == classes).astype(dtype)
    return classes, columns, labels, a0, parameters


@pytest.mark.parametrize("kind", [np.int64, np.uint8])
@pytest.mark.parametrize("n_x", [1, 3, 50])
def test_classes_stand_for_one_hot_columns(n_x, kind):
    classes, columns, labels, a0, parameters = of_classes(n_x)
    classes = classes.astype(kind)
    came, expected = rnn_forward(classes, a0, parameters), rnn_forward(columns, a0, parameters)
    for one, other in zip(came[:2], expected[:2], strict=True):
        assert oracle.distance(one, other) <= oracle.ROUNDING
    assert all(np.array_equal(c.x_t, classes[:, t]) for t, c in enumerate(came[2]))
    J, J_expected = (rnn_loss(x, labels, a0, parameters) for x in (classes, columns))
    assert oracle.distance(J, J_expected) <= oracle.ROUNDING
    step = rnn_cell_forward(classes[:, 0], a0, parameters)
    assert oracle.distance(step[0], expected[0][:, :, 0]) <= oracle.ROUNDING
    assert np.array_equal(step[2].x_t, classes[:, 0])


def test_no_one_hot_columns_are_made():
    """Of ten thousand classes and a batch of 8000 columns, they would take 640 MB."""
    parameters = initialize_parameters(10_000, 4, 3, rng=np.random.default_rng(0))
    classes = np.random.default_rng(0).integers(10_000, size=(80, 100))
    labels = classes % 3
    free_buffers()
    tracemalloc.start()
    rnn_forward(classes, None, parameters)
    rnn_loss(classes, labels, None, parameters)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    free_buffers()
    assert peak < 10_000_000


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (refusals.holding(3, 5, 6), "x holds 3 at (5, 6); expected a class 0 to 2"),
        (refusals.holding(-1, 0, 2), "x holds -1 at (0, 2); expected a class 0 to 2"),
        (np.transpose, "a0 has shape (5, 6); expected (n_a, m) = (5, 7)"),
    ],
)
def test_what_is_no_class_is_named_before_and_after_a_good_call(spoil, message):
    classes, _, _, a0, parameters = of_classes()
    for _ in range(2):
        with refusals.refuses(ValueError, message):
            rnn_forward(spoil(classes), a0, parameters)
        rnn_forward(classes, a0, parameters)
    with refusals.refuses(ValueError, "x_t holds 9 at (2,); expected a class 0 to 2"):
        rnn_cell_forward(refusals.holding(9, 2)(classes[:, 0]), a0, parameters)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_state_that_is_none_or_left_out_is_zero(dtype):
    x, labels, a0, parameters = oracle.problem(dtype=dtype)
    zeros = 0 * a0
    expected = rnn_forward(x, zeros, parameters)
    for came in (rnn_forward(x, None, parameters), rnn_forward(x, parameters=parameters)):
        assert np.array_equal(came[0], expected[0])
        assert np.array_equal(came[2][0].a_prev, zeros)
        assert came[2][0].a_prev.dtype == dtype
    J = rnn_loss(x, labels, zeros, parameters)
    assert rnn_loss(x, labels, None, parameters) == J
    assert rnn_loss(x, labels, parameters=parameters) == J
    step = rnn_cell_forward(x[:, :, 0], parameters=parameters)
    assert oracle.distance(step[0], expected[0][:, :, 0]) <= oracle.SINGLE


@pytest.mark.parametrize("call", [rnn_forward, lambda x: rnn_loss(x, np.zeros((6, 7), int))])
def test_parameters_that_are_left_out_are_missed(call):
    with refusals.refuses(TypeError, "parameters is of type NoneType; expected a dict"):
        call(oracle.problem()[0])


# complex numbers, and numbers that are too large


@pytest.mark.parametrize("name", ["x", "a0", "Waa", "by"])
def test_complex_numbers_go_cell_by_cell(name):
    x, labels, a0, parameters = oracle.problem()
    at = {"x": x, "a0": a0, **parameters}
    at[name] = at[name] + 1e-30j * (np.arange(at[name].size) == 1).reshape(at[name].shape)
    moved = {key: at[key] for key in parameters}
    derivative = rnn_loss(at["x"], labels, at["a0"], moved).imag / 1e-30
    expected = oracle.loss_gradients(x, labels, a0, parameters)[f"d{name}"].ravel()[1]
    assert oracle.distance(derivative, expected) <= oracle.EXACT
    y_hat, caches = rnn_forward(at["x"], at["a0"], moved)[1:]
    assert np.iscomplexobj(y_hat)
    assert oracle.distance(y_hat.real, rnn_forward(x, a0, parameters)[1]) <= oracle.ROUNDING
    assert len(caches) == 7


def test_scores_that_overflow_are_named():
    x, labels, a0, parameters = oracle.problem(dtype=np.float32)
    parameters["ba"] += 100  # every state is nearly one
    parameters["Wya"] = np.full_like(parameters["Wya"], 2e38)
    with pytest.raises(ValueError, match=r"^parameters give class \d the score -?inf; "):
        rnn_forward(x, a0, parameters)
    with pytest.raises(ValueError, match=r"^parameters give class \d the score -?inf; "):
        rnn_loss(x, labels, a0, parameters)


def test_the_class_whose_score_overflows_is_named():
    x, labels, a0, parameters = oracle.problem()
    parameters["ba"] += 100  # every state is nearly one
    parameters["Wya"][2] = -1.7e308
    for call in (
        lambda: rnn_forward(x, a0, parameters),
        lambda: rnn_loss(x, labels, a0, parameters),
    ):
        with refusals.refuses(
            ValueError, "parameters give class 2 the score -inf; expected a finite one"
        ):
            call()


def test_inputs_near_the_limits_of_the_parameters_precision_are_taken():
    x, labels, a0, parameters = oracle.problem(dtype=np.float32)
    far = x.astype(float) * 1e30
    expected = rnn_loss(far.astype(np.float32), labels, a0, parameters)
    assert np.isfinite(expected)
    assert rnn_loss(far, labels, a0, parameters) == expected
    assert rnn_loss(far, labels, a0.astype(float), parameters) == expected


def test_classes_of_no_example_are_named():
    parameters = oracle.problem()[3]
    with refusals.refuses(ValueError, "x has shape (0, 7); expected m >= 1"):
        rnn_forward(np.zeros((0, 7), int), None, parameters)


def test_large_numbers_whose_scores_are_finite_are_taken():
    x, labels, a0, parameters = oracle.problem(dtype=np.float32)
    x *= np.float32(1e30)
    a, y_hat, _ = rnn_forward(x, a0, parameters)
    assert np.abs(a).max() == 1
    assert np.abs(y_hat.sum(axis=0) - 1).max() <= 1e-6
    assert np.isfinite(rnn_loss(x, labels, a0, parameters))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1, 31, 33, 110, 1e4, 1e30])
def test_the_loss_is_finite_and_right_however_large_the_scores(size, dtype):
    x, labels, a0, parameters = oracle.problem(dtype=dtype)
    parameters["Wya"] *= dtype(size)
    a = rnn_forward(x, a0, parameters)[0]
    o = np.tensordot(parameters["Wya"].astype(float), a.astype(float), axes=1)
    o += parameters["by"][:, :, None]
    shifted = o - o.max(axis=0)
    log_y_hat = shifted - np.log(np.exp(shifted).sum(axis=0))
    picked = np.take_along_axis(log_y_hat, np.where(labels < 0, 0, labels)[None], axis=0)[0]
    J = rnn_loss(x, labels, a0, parameters)
    assert J.dtype == dtype
    tolerance = 4e-6 if dtype == np.float32 else oracle.ROUNDING
    assert oracle.distance(J, -picked[labels >= 0].sum() / 6) <= tolerance


def test_underflow_is_harmless_whatever_the_caller_wants_of_errors():
    x, labels, a0, parameters = oracle.problem()
    parameters["Wya"] *= 1e4
    with np.errstate(all="raise"):
        assert np.isfinite(rnn_forward(x, a0, parameters)[1]).all()
        assert np.isfinite(rnn_loss(x, labels, a0, parameters))
        assert np.isfinite(rnn_cell_forward(x[:, :, 0], a0, parameters)[1]).all()


# buffers


def test_parts_of_a_long_sequence_give_what_one_part_gives(monkeypatch):
    problem = x, _, a0, parameters = oracle.problem(T=23)
    whole, J = rnn_forward(x, a0, parameters), rnn_loss(*problem)
    monkeypatch.setattr("rnn_from_scratch.buffers.AT_ONCE", 3000)  # a few steps
    free_buffers()
    parts, J_parts = rnn_forward(x, a0, parameters), rnn_loss(*problem)
    free_buffers()
    for came, expected in zip(parts[:2], whole[:2], strict=True):
        assert oracle.distance(came, expected) <= oracle.ROUNDING
    assert oracle.distance(J_parts, J) <= oracle.ROUNDING


def test_what_was_returned_is_never_overwritten():
    first, second = oracle.problem(seed=1), oracle.problem(seed=2)
    came = rnn_forward(first[0], *first[2:])
    kept = [part.copy() for part in came[:2]]
    again = rnn_forward(second[0], *second[2:])
    assert all(np.array_equal(a, b) for a, b in zip(came[:2], kept, strict=True))
    assert not any(np.shares_memory(a, b) for a in came[:2] for b in again[:2])


def test_arguments_of_a_known_form_are_checked_once(monkeypatch):
    x, labels, a0, parameters = oracle.problem()
    rnn_loss(x, labels, a0, parameters)
    rnn_forward(x, a0, parameters)
    monkeypatch.setattr(forward, "check_problem", None)
    rnn_loss(x, labels, a0, parameters)
    rnn_forward(x, a0, parameters)


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_after_a_good_call_a_bad_one_is_refused_in_the_same_words(spoil, error, message):
    arguments = oracle.arguments()
    rnn_loss(**arguments)
    with refusals.refuses(error, message):
        rnn_loss(**refusals.spoilt(arguments, spoil, message))


@pytest.mark.parametrize("sizes", [{"m": 1, "T": 5000, "n_a": 2}, {"m": 64, "T": 300, "n_a": 64}])
def test_the_count_of_bytes_is_about_what_is_kept(sizes):
    problem = oracle.problem(**sizes)
    rnn_loss(*oracle.problem())
    free_buffers()
    tracemalloc.start()
    rnn_loss(*problem)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert 0.7 * kept < KEPT.nbytes < 2 * kept


def test_a_call_within_a_call_gets_buffers_of_its_own():
    free_buffers()
    x, labels, a0, parameters = problem = oracle.problem()
    expected = rnn_loss(*problem)
    form = form_of(a0, parameters, x, labels)
    mine = KEPT.buffers[form]
    assert mine.context.run(rnn_loss, *problem) == expected
    assert KEPT.buffers == {form: mine}
    assert rnn_loss(*problem) == expected


def test_a_stream_shifts_far_scores_however_small_its_inputs():
    parameters = oracle.problem()[3]
    parameters["by"] = parameters["by"] + 1000
    expected = rnn_forward(np.zeros((1, 1), int), None, parameters)[1][:, :, 0]
    assert np.allclose(Stream(parameters).step(np.zeros(1, int)), expected, rtol=1e-13)


@pytest.mark.parametrize("x_t", [np.ones((3, 6)), np.zeros(6, int)])
def test_a_stream_takes_one_call_at_a_time(x_t):
    stream, inside = Stream(oracle.problem()[3], m=6), []
    forward_states = forward.forward_states

    def again(*given):
        with pytest.raises(RuntimeError, match=r"^the stream is in use by another call; "):
            stream.step(x_t)
        inside.append(forward_states(*given))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forward, "forward_states", again)
        first = stream.step(x_t)
    assert len(inside) == 1
    assert np.array_equal(first, Stream(oracle.problem()[3], m=6).step(x_t))


def test_threads_keep_buffers_of_their_own():
    problems = [oracle.problem(seed=seed) for seed in range(4)]
    expected, wrong = [rnn_loss(*problem) for problem in problems], []

    def work(problem, right):
        wrong.extend(KEPT.buffers)
        wrong.extend(J for J in [rnn_loss(*problem) for _ in range(50)] if right != J)

    threads = [threading.Thread(target=work, args=a) for a in zip(problems, expected, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_goes_on_with_a_copy():
    problem = oracle.problem()
    expected = rnn_loss(*problem)
    child = os.fork()
    if child == 0:
        os._exit(0 if rnn_loss(*problem) == expected else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert rnn_loss(*problem) == expected


def test_what_comes_back_can_be_pickled_and_copied():
    x, _, a0, parameters = oracle.problem()
    came = rnn_forward(x, a0, parameters)
    for same in (pickle.loads(pickle.dumps(came)), copy.deepcopy(came)):
        assert np.array_equal(same[0], came[0])
        assert np.array_equal(same[2][3].a_t, came[2][3].a_t)


def test_the_way_through_buffers_is_that_of_the_oracle():
    x, _, a0, parameters = oracle.problem(T=7)
    made = ForwardBuffers(np.dtype(float), False, 3, 5, 4, 6, 7, K=3)
    o = [forward_scores(made, steps).copy() for _, steps in walk(made, x, a0, parameters)]
    scores = [parameters["Wya"] @ a + parameters["by"] for a in oracle.states(x, a0, parameters)]
    assert oracle.distance(np.hstack(o), np.hstack(scores)) <= oracle.ROUNDING


# the last state, and a stream of steps


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_last_state_is_that_of_the_forward_pass(dtype):
    x, _, a0, parameters = oracle.problem(dtype=dtype)
    expected = rnn_forward(x, a0, parameters)[0][:, :, -1]
    assert np.array_equal(forward.last_state(x, a0, parameters), expected)
    came = forward.last_state(x.astype(complex), a0, parameters)
    assert oracle.distance(came.real, expected) <= 4 * oracle.SINGLE


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("of_data", DTYPES)
def test_a_stream_gives_step_by_step_what_the_sequence_gives(dtype, of_data):
    x, _, a0, parameters = oracle.problem(dtype=dtype)
    a, y_hat, _ = rnn_forward(x, a0, parameters)
    stream, came = Stream(parameters, a0), []
    assert np.array_equal(stream.state, a0)
    for t in range(7):
        came.append(stream.step(x[:, :, t].astype(of_data)))
        assert came[-1].dtype == stream.state.dtype == dtype
        assert oracle.distance(stream.state, a[:, :, t]) <= 4 * oracle.SINGLE
    assert oracle.distance(np.stack(came, -1), y_hat) <= 4 * oracle.SINGLE
    assert not any(np.shares_memory(one, other) for one, other in itertools.pairwise(came))


def test_a_stream_takes_classes_and_vectors_in_turn():
    classes, columns, _, a0, parameters = of_classes()
    y_hat = rnn_forward(columns, a0, parameters)[1]
    stream = Stream(parameters, a0)
    for t in range(7):
        x_t = classes[:, t] if t % 3 else columns[:, :, t]
        assert oracle.distance(stream.step(x_t), y_hat[:, :, t]) <= oracle.ROUNDING


def test_a_stream_without_a_state_begins_with_zeros():
    x, _, a0, parameters = oracle.problem()
    y_hat = rnn_forward(x, None, parameters)[1]
    assert oracle.distance(Stream(parameters, m=6).step(x[:, :, 0]), y_hat[:, :, 0]) <= 1e-12
    one = Stream(parameters).step(x[:, :1, 0])
    assert oracle.distance(one, y_hat[:, :1, 0]) <= oracle.ROUNDING
    assert a0.shape == Stream(parameters, m=6).state.shape


def test_a_stream_has_parameters_of_its_own():
    x, _, a0, parameters = oracle.problem()
    expected = rnn_forward(x, a0, parameters)[1][:, :, 0]
    stream = Stream(parameters, a0)
    for array in (*parameters.values(), a0):
        array[...] = 9
    assert oracle.distance(stream.step(x[:, :, 0]), expected) <= oracle.ROUNDING


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))]
)
def test_a_copied_stream_goes_on_from_the_same_state_by_itself(again):
    x, _, a0, parameters = oracle.problem()
    stream = Stream(parameters, a0)
    stream.step(x[:, :, 0])
    other = again(stream)
    expected = stream.step(x[:, :, 1])
    assert np.array_equal(other.step(x[:, :, 1]), expected)
    assert np.array_equal(other.state, stream.state)


BAD_INPUTS = [
    *(row for row in BAD_STEPS if row[2].startswith("x_t ") and "(3, m)" not in row[2]),
    (refusals.of_shape(2, 6), ValueError, "x_t has shape (2, 6); expected (n_x, m) = (3, 6)"),
    (refusals.of_shape(3, 5), ValueError, "x_t has shape (3, 5); expected (n_x, m) = (3, 6)"),
    (refusals.of_type(complex), TypeError, "x_t has dtype complex128; expected float32 or float64"),
    (refusals.nothing, TypeError, "x_t is of type NoneType; expected a NumPy array"),
    (lambda _: np.full(6, 3), ValueError, "x_t holds 3 at (0,); expected a class 0 to 2"),
]


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize(("spoil", "error", "message"), BAD_INPUTS)
def test_a_stream_names_what_is_wrong_and_keeps_its_state(spoil, error, message, used):
    x, _, a0, parameters = oracle.problem()
    stream = Stream(parameters, a0)
    if used:
        stream.step(x[:, :, 0])
    before = stream.state
    with refusals.refuses(error, message.replace("expected m >= 1", "expected (n_x, m) = (3, 6)")):
        stream.step(spoil(x[:, :, 1]))
    assert np.array_equal(stream.state, before)
    now = int(used)
    assert np.array_equal(stream.step(x[:, :, now]), Stream(parameters, before).step(x[:, :, now]))


def test_a_class_that_is_none_is_named_after_a_good_one():
    classes, _, _, a0, parameters = of_classes()
    stream = Stream(parameters, a0)
    stream.step(classes[:, 0])
    with refusals.refuses(ValueError, "x_t holds 7 at (2,); expected a class 0 to 2"):
        stream.step(refusals.holding(7, 2)(classes[:, 1]))


@pytest.mark.parametrize(("spoil", "error", "message"), refusals.BAD_PARAMETERS)
def test_a_stream_names_what_is_wrong_with_its_parameters(spoil, error, message):
    arguments = refusals.spoilt(cell_arguments(), spoil, message)
    with refusals.refuses(error, message):
        Stream(arguments["parameters"])


def test_a_stream_refuses_complex_numbers_and_other_states():
    _, _, a0, parameters = oracle.problem()
    with refusals.refuses(TypeError, "Waa has dtype complex128; expected float32 or float64"):
        Stream({**parameters, "Waa": parameters["Waa"] + 0j})
    with refusals.refuses(TypeError, "a0 has dtype complex128; expected float32 or float64"):
        Stream(parameters, a0 + 0j)
    with refusals.refuses(ValueError, "a0 has shape (6, 5); expected (n_a, m) = (5, m)"):
        Stream(parameters, a0.T)
    with refusals.refuses(TypeError, "a0 is of type complex; expected a NumPy array"):
        Stream(parameters, 1j)


def test_a_stream_refuses_a_number_of_examples_that_is_none_or_not_that_of_the_state():
    _, _, a0, parameters = oracle.problem()
    for state in (None, a0):
        for m in (0, "6"):
            with refusals.refuses(ValueError, f"m is {m!r}; expected a whole number >= 1"):
                Stream(parameters, state, m=m)
    with refusals.refuses(ValueError, "a0 has shape (5, 6); expected (n_a, m) = (5, 3)"):
        Stream(parameters, a0, m=3)
    message = f"a0 would have shape (5, {2**60}); expected smaller n_a, m"
    with refusals.refuses(ValueError, message):
        Stream(parameters, m=2**60)
    assert np.array_equal(Stream(parameters, a0, m=6).state, a0)


def test_a_stream_names_numbers_beyond_its_precision():
    x, _, a0, parameters = oracle.problem(dtype=np.float32)
    beyond = "holds 1e+300 at (0, 0); expected finite float32 numbers"
    with refusals.refuses(ValueError, f"a0 {beyond}"):
        Stream(parameters, np.full(a0.shape, 1e300))
    with refusals.refuses(ValueError, f"x_t {beyond}"):
        Stream(parameters, a0).step(np.full(x.shape[:2], 1e300))


def test_a_stream_names_scores_that_overflow_however_small_the_input():
    x, _, a0, parameters = oracle.problem(dtype=np.float32)
    parameters["ba"] += 100
    parameters["Wya"] = np.full_like(parameters["Wya"], 2e38)
    message = "x_t leads to scores that overflow; expected smaller ones"
    for x_t in (x[:, :, 0] / 100, np.zeros(6, int)):
        with refusals.refuses(ValueError, message):
            Stream(parameters, a0 / 100).step(x_t)


def test_a_stream_names_scores_that_overflow_and_takes_large_ones():
    x, _, a0, parameters = oracle.problem(dtype=np.float32)
    parameters["ba"] += 100
    parameters["Wya"] = np.full_like(parameters["Wya"], 2e38)
    stream = Stream(parameters, a0)
    with refusals.refuses(ValueError, "x_t leads to scores that overflow; expected smaller ones"):
        stream.step(x[:, :, 0])
    parameters["Wya"] = np.full_like(parameters["Wya"], 2e37)
    y_hat_t = Stream(parameters, a0).step(x[:, :, 0])
    assert np.abs(y_hat_t.sum(axis=0) - 1).max() <= 1e-6
