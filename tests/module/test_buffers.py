"""Buffers, and how many of them a thread keeps; what goes through them is in test_forward.py."""

import tracemalloc

import numpy as np
import pytest

import oracle
from rnn_from_scratch import buffers, rnn_loss
from rnn_from_scratch.buffers import (
    KEPT,
    Busy,
    Doubt,
    ForwardBuffers,
    carve,
    ends,
    form_of,
    free_buffers,
    largest,
    quiet_context,
    run_alone,
)


@pytest.fixture(autouse=True)
def nothing_kept():
    free_buffers()
    yield
    free_buffers()


def made(T=7, **options):
    return ForwardBuffers(np.dtype(float), False, 3, 5, 4, 6, T, **options)


def test_free_buffers_lets_all_of_them_go():
    KEPT.keep("form", made())
    assert KEPT.buffers
    assert KEPT.nbytes > 0
    free_buffers()
    assert not KEPT.buffers
    assert KEPT.nbytes == 0


def test_buffers_are_used_by_one_call_at_a_time():
    one, other = made(), made()
    room = iter([one, other])

    def within(buffers):
        return buffers, KEPT.run("form", lambda: next(room), lambda buffers: buffers)

    assert KEPT.run("form", lambda: next(room), within) == (one, other)
    assert KEPT.buffers == {"form": one}
    assert KEPT.nbytes == one.nbytes
    assert KEPT.run("form", None, lambda buffers: buffers) is one
    assert KEPT.run("another form", lambda: None, None) is None
    assert KEPT.buffers == {"form": one}


@pytest.mark.parametrize("error", [KeyboardInterrupt, Doubt, RuntimeError])
def test_buffers_are_free_again_however_the_work_ends(error):
    def fail(_):
        raise error

    for _ in range(2):
        with pytest.raises(error):
            KEPT.run("form", made, fail)
    [kept] = KEPT.buffers.values()
    assert KEPT.run("form", None, lambda buffers: buffers) is kept


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64, np.dtype(">i8"), int])
def test_the_places_of_classes_are_found_whatever_integers_they_are(dtype):
    steps = made().steps(7)
    labels = np.arange(42).reshape(6, 7) % 4
    at, counted = steps.places(labels.astype(dtype))
    assert counted is None
    assert np.array_equal(at, labels.T.ravel() * 42 + np.arange(42))
    for value in (4, -5 if np.dtype(dtype).kind == "i" else 255):
        with pytest.raises(Doubt):
            steps.places(np.full_like(labels, value).astype(dtype))


def test_a_context_takes_one_call_at_a_time():
    context = quiet_context()
    with pytest.raises(Busy):
        run_alone(context, run_alone, context, int)
    assert run_alone(context, int, 3) == 3


def test_at_most_64_mebibytes_are_kept():
    assert buffers.MOST == 64 * 2**20


def test_many_shapes_stay_within_the_limit_and_the_oldest_go_first(monkeypatch):
    monkeypatch.setattr(buffers, "MOST", 4 * made(39).nbytes)
    for T in range(1, 40):
        KEPT.keep(T, made(T))
        assert 0 < KEPT.nbytes <= buffers.MOST
        assert sum(each.nbytes for each in KEPT.buffers.values()) == KEPT.nbytes
        assert T in KEPT.buffers
    assert min(KEPT.buffers) > 30


def test_buffers_that_are_too_large_are_not_kept(monkeypatch):
    monkeypatch.setattr(buffers, "MOST", 100)
    KEPT.keep("form", made())
    assert not KEPT.buffers


def test_what_is_too_large_pushes_nothing_out_and_what_just_fits_is_kept(monkeypatch):
    small, large = made(), made(8)
    monkeypatch.setattr(buffers, "MOST", small.nbytes)
    KEPT.keep("small", small)
    KEPT.keep("large", large)
    assert list(KEPT.buffers) == ["small"]
    assert KEPT.nbytes == small.nbytes


def test_buffers_that_were_pushed_out_while_in_use_are_not_kept_again(monkeypatch):
    monkeypatch.setattr(buffers, "MOST", made().nbytes)
    KEPT.run("old", made, lambda _: KEPT.keep("new", made()))
    assert list(KEPT.buffers) == ["new"]


@np.errstate(all="raise")
def test_work_in_buffers_is_warned_of_nothing_and_other_work_as_before():
    context, before = made().context, np.geterr()
    tiny, most = np.finfo(float).smallest_normal, np.finfo(float).max
    numbers = np.array([most, tiny, np.inf]), np.array([2, tiny, 0])
    came = run_alone(context, np.multiply, *numbers)
    np.testing.assert_array_equal(came, [np.inf, 0, np.nan])
    assert np.geterr() == before
    with pytest.raises(FloatingPointError):
        np.multiply(most, 2.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sums_of_products_of_numbers_that_are_not_large_do_not_overflow(dtype):
    room = ForwardBuffers(np.dtype(dtype), False, 3, 5, 4, 6, 7)
    most = float(np.finfo(dtype).max)
    assert 2 * (3 + 5 + 2) * room.large <= most * (1 + 1e-12)
    assert 2 * (3 + 5 + 3) * room.large > most
    assert (5 + 1) * room.small**0.5 == pytest.approx(32)


def test_what_is_looked_at_ends_with_the_state_before_the_first_step():
    room = made(K=7)
    first, state = room.all_given, room.given["a"]
    assert state.shape == (8, 6, 5)
    assert first.ctypes.data + first.nbytes == state[1].ctypes.data
    assert room.sequence.ctypes.data == room.given["x"].ctypes.data


def test_as_many_steps_fit_as_are_close_at_hand_and_at_least_one(monkeypatch):
    assert made(10).K == 10
    for close in (1, 8 * 6 * 13 * 5, 8 * 6 * 13 * 6):
        monkeypatch.setattr(buffers, "AT_ONCE", close)
        room = max(close, 8 * (4 * 5 + 25 + 20 + 4))  # at least that of the parameters
        assert max(1, room // (8 * 6 * 13)) == made(10).K


def test_more_steps_fit_beside_larger_parameters(monkeypatch):
    monkeypatch.setattr(buffers, "AT_ONCE", 1)
    room = ForwardBuffers(np.dtype(float), False, 3, 50, 4, 1, 100)
    assert room.K == (4 * 50 + 50 * 50 + 4 * 50 + 4) // (3 + 50 + 4 + 1) == 50


@pytest.mark.parametrize(
    "sizes", [{"n_x": 1, "n_a": 1, "n_y": 2, "m": 50}, {"n_y": 500, "m": 4}, {"n_a": 30, "m": 4}]
)
def test_the_count_of_bytes_of_a_forward_pass_is_about_what_is_kept(sizes):
    problem = oracle.problem(**sizes, T=300)
    problem[-1]["Waa"] *= 0.1
    rnn_loss(*oracle.problem())
    free_buffers()
    tracemalloc.start()
    rnn_loss(*problem)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert 0.7 * kept < KEPT.nbytes < 1.5 * kept


def test_arrays_that_are_carved_lie_apart_and_begin_at_multiples_of_sixteen():
    block, arrays = carve({"a": (3, 5), "b": (2, 2), "c": (17,)}, np.dtype(np.float32))
    for name, array in arrays.items():
        array[...] = ord(name)
        assert (array.ctypes.data - block.ctypes.data) % 64 == 0
    assert block.size == 16 + 16 + 17
    assert {name: set(array.ravel()) for name, array in arrays.items()} == {
        name: {ord(name)} for name in "abc"
    }


def test_views_are_made_for_all_steps_and_for_the_rest_of_them():
    room = made(100, K=7)
    for k in (7, 3, 5, 7):
        steps = room.steps(k)
        assert len(steps.forward) == k
        assert room.steps(k) is steps
    assert set(room.parts) == {7, 5}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([1, 2], 2), ([-3, 2], 3), ([0], 0), ([-1, -2], 2), ([2, -np.inf], np.inf)],
)
def test_the_largest_magnitude_is_that_of_either_end(dtype, numbers, expected):
    assert largest(np.array(numbers, dtype)) == expected
    assert type(largest(np.array(numbers, dtype))) is float


@pytest.mark.parametrize("place", [0, 1, 2])
def test_where_a_number_is_nan_it_is_the_largest_and_below_no_bound(place):
    numbers = np.insert([1.0, -np.inf], place, np.nan)
    assert np.isnan(largest(numbers))
    assert not largest(numbers) < np.inf
    assert np.isnan(ends(numbers)).all()


def test_the_ends_of_integers_are_integers_of_python():
    assert ends(np.array([3, 1, 2], np.uint64)) == (1, 3)
    assert all(type(end) is int for end in ends(np.array([3, 1], np.int8)))


@pytest.mark.parametrize("wrong", [None, [], {"Wax": 1}, 3])
def test_what_has_no_form_has_none(wrong):
    x, _, a0, parameters = oracle.problem()
    assert form_of(a0, wrong, x) is None
    assert form_of(a0, parameters, x.tolist()) is None
    assert form_of(None, parameters, x) != form_of(a0, parameters, x)
