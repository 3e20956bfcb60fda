"""Classes and weights from outside, before any network; what is refused stands with the RNN too."""

from fractions import Fraction

import numpy as np
import pytest

import refusals
from rnn_from_scratch.targets import (
    axes_of,
    check_kind,
    labels_of,
    listed,
    number_classes,
    read_weights,
    real_numbers,
)


def test_a_class_for_each_sequence_is_asked_for_at_its_last_step():
    labels, classes, of_steps = labels_of(["b", "a", "b"], [2, 3, 1])
    assert labels.tolist() == [[-1, 1, -1], [-1, -1, 0], [1, -1, -1]]
    assert classes.tolist() == ["a", "b"]
    assert not of_steps


def test_classes_of_steps_stand_at_their_steps_and_minus_one_counts_nowhere():
    labels, classes, of_steps = labels_of([np.array([7, -1, 5]), np.array([5, 7])], [3, 2])
    assert labels.tolist() == [[1, -1, 0], [0, 1, -1]]
    assert classes.tolist() == [5, 7]
    assert of_steps


@pytest.mark.parametrize("y", [[-1, 1], np.array([-1.0, 1.0])])
def test_minus_one_is_a_class_of_sequences(y):
    assert labels_of(y, [1, 1])[0].tolist() == [[0], [1]]


@pytest.mark.parametrize("y", [[True, False], ["a", "b"], [np.str_("a"), "b"], [0, 1.0]])
def test_kinds_of_classes_that_go_together(y):
    assert sorted(labels_of(y, [1, 1])[0].ravel().tolist()) == [0, 1]


@pytest.mark.parametrize(
    "y",
    [
        *([0, "a"], ["a", 0], [None, 1], ["a", b"a"], ["a", np.nan], [0, -1, "a"][1:]),
        np.array([0, "a"], object),
        [["a", "b"], [0, 1]],
        [["a", 1], ["b", "a"]],
        [["a", np.nan], ["b", "a"]],
        [["a", None], ["b", "a"]],
        [["a", True], ["b", "a"]],
        [["a", b"b"], ["b", "a"]],
        [np.array(["a", "b"]), np.array([b"a", b"b"])],
        [np.array(["a", "b"]), np.array([1, -1])],
        [np.array(["2026", "2027"], "datetime64[Y]"), np.array([1, 2])],
        [np.array([1, 2], "datetime64[Y]"), np.array([1, 2], "timedelta64[Y]")],
        [[np.datetime64("2026"), 1], [1, 1]],
        np.array([["a", 1], ["b", "a"]], object),
    ],
)
def test_kinds_of_classes_that_do_not_go_together_are_refused(y):
    with refusals.refuses(TypeError, "y mixes kinds; expected all numbers, or all strings"):
        labels_of(y, [2, 2])


def test_a_list_stays_and_an_array_of_objects_becomes_one():
    entries = [np.ones(2), np.ones(3)]
    array = np.empty(2, object)
    array[:] = entries
    assert listed(entries, "X") is entries
    assert [each.tolist() for each in listed(array, "X")] == [[1, 1], [1, 1, 1]]
    assert listed(np.ones((2, 2), object), "X").shape == (2, 2)


@pytest.mark.parametrize("values", [{}, {1}, iter([1]), object(), print])
def test_what_has_no_order_is_refused(values):
    with refusals.refuses(
        TypeError, f"X is of type {type(values).__name__}; expected a list or an array"
    ):
        listed(values, "X")


def test_numbers_are_read_as_double_precision():
    assert real_numbers(np.array([1, 2], np.uint8), "X").dtype == float
    assert real_numbers(["1", "2"], "X").tolist() == [1.0, 2.0]
    with pytest.raises(TypeError, match="X is sparse; expected a dense array"):
        real_numbers(type("Sparse", (), {"toarray": None})(), "X")
    with pytest.raises(ValueError, match="X has complex numbers; Complex data not supported"):
        real_numbers([1j], "X")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[10**400]], "X holds a number beyond float64; expected finite numbers"),
        (np.array([np.longdouble("1e400")]), "X holds inf at (0,); expected finite numbers"),
        ([[1.0], ["1e400"]], "X holds inf at (1, 0); expected finite numbers"),
    ],
)
def test_numbers_that_are_too_large_are_named(values, message):
    with refusals.refuses(ValueError, message), np.errstate(all="raise"):
        real_numbers(values, "X")


def test_a_sparse_table_is_left_to_who_reads_its_numbers():
    sparse = type("Sparse", (), {"toarray": None})()
    assert listed(sparse, "X") is sparse


def test_steps_of_a_single_sequence_are_steps():
    labels, classes, of_steps = labels_of([[4, 2, 4]], [3])
    assert (labels.tolist(), classes.tolist(), of_steps) == ([[1, 0, 1]], [2, 4], True)


def test_the_first_weight_below_zero_is_named():
    with refusals.refuses(ValueError, "sample_weight holds -2.0 at (2,); expected numbers >= 0"):
        read_weights([0.5, 0, -2, -3], 4)


@pytest.mark.parametrize("kind", ["datetime64[D]", "timedelta64[D]"])
def test_a_date_that_is_none_is_no_class(kind):
    dates = np.array([20000, "NaT"], kind)
    with refusals.refuses(ValueError, "y holds NaT at (1,); expected classes"):
        labels_of(dates, [1, 1])
    assert labels_of(dates[:1], [1])[0].tolist() == [[0]]


def test_axes_are_counted():
    assert [axes_of(each, "y") for each in (3, [3], np.ones((2, 2)))] == [0, 1, 2]


def test_no_weights_stay_none():
    assert read_weights(None, 3) is None
    assert read_weights((1, 2, 0), 3).tolist() == [0.5, 1.0, 0.0]


def test_weights_keep_their_ratios_and_their_sum_does_not_overflow():
    assert read_weights([5e307, 1e308, 1e308], 3).tolist() == [0.5, 1.0, 1.0]


KINDS = {
    "numbers": [np.array([0, 1]), np.array([0.5]), np.array([True]), np.array([2**70])],
    "strings": [np.array(["a", "b"]), np.array(["0"])],
    "bytes": [np.array([b"a"])],
    "dates": [np.array(["2026-11-27"], "datetime64[D]")],
}


@pytest.mark.parametrize("found", KINDS)
@pytest.mark.parametrize("known", KINDS)
def test_classes_of_another_kind_than_the_known_ones_are_refused(found, known):
    for one in KINDS[found]:
        for other in KINDS[known]:
            if found == known:
                check_kind(one, other)
                continue
            message = f"y has dtype {one.dtype}; expected classes such as {other[0]!r}"
            with refusals.refuses(ValueError, message):
                check_kind(one, other)


def test_a_table_that_is_read_says_which_one_it_is():
    what = f"X[1] is of type MaskedArray; {refusals.UNMASKED}"
    with refusals.refuses(TypeError, what):
        listed([np.ones(2), np.ma.ones(2)], "X")
    with refusals.refuses(TypeError, f"y[1] is of type MaskedArray; {refusals.UNMASKED}"):
        labels_of([0, np.ma.ones(2)], [1, 1])


@pytest.mark.parametrize("unit", ["", "[Y]", "[D]", "[us]", "[ns]"])
@pytest.mark.parametrize("kind", ["datetime64", "timedelta64"])
def test_dates_are_no_numbers(kind, unit):
    """Of no unit: those of nanoseconds become whole numbers where they become objects."""
    dates = np.array(["NaT", "NaT"] if not unit else [1, 2], kind + unit)
    what = "holds an entry that is not a number (a date or a duration); expected numbers"
    objects = np.empty((2, 1), object)
    objects[:, 0] = list(dates)
    for bad in (dates, list(dates), [[1.0], [dates[0]]], objects):
        with refusals.refuses(TypeError, f"X {what}"):
            real_numbers(bad, "X")
    with refusals.refuses(TypeError, f"sample_weight {what}"):
        read_weights(dates, 2)


STEPS = {
    "numbers": [[0, 1, -1], [1, -1, 0]],
    "strings": [["a", "b", -1], ["b", -1.0, "a"]],
    "bytes": [[b"a", b"b", np.int8(-1)], [b"b", -1, b"a"]],
    "dates": [
        [np.datetime64(1, "D"), np.datetime64(2, "D"), -1],
        [np.datetime64(2, "D"), -1, np.datetime64(1, "D")],
    ],
    "beyond 64 bits": [[2**70, 2**71, -1], [2**71, -1, 2**70]],
}


@pytest.mark.parametrize("kind", STEPS)
def test_minus_one_counts_nowhere_among_steps_of_any_kind(kind):
    y = STEPS[kind]
    table = np.empty((2, 3), object)
    table[:] = y
    for dressed in (y, table, list(table), [*y[:1], table[1]]):
        labels, classes, of_steps = labels_of(dressed, [3, 3])
        assert labels.tolist() == [[0, 1, -1], [1, -1, 0]]
        assert classes.tolist() == np.array(y[0][:2]).tolist()
        assert classes.dtype == np.array(y[0][:2]).dtype
        assert of_steps


def test_a_sequence_of_minus_one_alone_counts_nowhere_beside_strings():
    y = [["a", "b"], np.array([-1, -1])]
    assert labels_of(y, [2, 2])[0].tolist() == [[0, 1], [-1, -1]]


@pytest.mark.parametrize("wrap", [list, lambda table: table])
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.nan, "y holds NaN at (2,); expected finite numbers"),
        (0.5, "y holds continuous numbers; expected classes. Unknown label type: continuous"),
        (1j, "y has complex numbers; Complex data not supported"),
        (
            Fraction(1, 2),
            "y holds continuous numbers; expected classes. Unknown label type: continuous",
        ),
    ],
)
def test_objects_are_checked_as_the_numbers_that_they_are(bad, message, wrap):
    with refusals.refuses(ValueError, message):
        labels_of(wrap(np.array([[0, 1, bad]], object)), [3])


def test_a_table_of_objects_may_be_one_hot():
    y = np.eye(2, dtype=int).astype(object)
    with pytest.raises(ValueError, match=r"^y has shape \(2, 2\) and is one-hot; "):
        labels_of(y, [2, 2])
    assert labels_of(list(y), [2, 2])[2]


@pytest.mark.parametrize(
    "y", [[[0, 1, 1], [0, 0, 1]], [[3, -1, -1], [0, 0, 1]], [[1], [1]], [[1, 0], [1]]]
)
def test_classes_of_steps_that_are_not_one_hot_are_classes_of_steps(y):
    labels, _, of_steps = labels_of(y, [len(row) for row in y])
    assert of_steps
    assert labels.shape == (2, len(y[0]))


def test_objects_without_an_order_are_no_classes():
    y = np.array([object(), object()])
    with refusals.refuses(TypeError, "y mixes kinds; expected all numbers, or all strings"):
        number_classes(y)
