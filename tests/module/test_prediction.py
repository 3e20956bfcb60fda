"""The answers of a trained network, and sequences of different lengths in one batch."""

import numpy as np
import pytest

import oracle
import refusals
from rnn_from_scratch import prediction
from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.fast import loss_and_gradients
from rnn_from_scratch.prediction import pad_labels, pad_sequences, predict

LENGTHS = [3, 1, 7, 4, 7, 2]  # for the six examples of oracle.problem


def ragged(rng, dtype=np.float64):
    """Draw one sequence (n_x, T_k) for each length, none of whose entries is zero."""
    return [rng.uniform(0.5, 2, (3, steps)).astype(dtype) for steps in LENGTHS]


# answers


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_answer_is_the_most_probable_class_of_autograds_network(dtype):
    x, _, a0, parameters = oracle.problem(dtype=dtype)
    expected = [o.argmax(axis=0) for o in oracle.log_probabilities(x, a0, parameters)]
    answers = predict(x, a0, parameters)
    assert np.array_equal(answers, np.stack(expected, axis=1))
    assert answers.dtype.kind == "i"
    assert len(np.unique(answers)) > 1


def test_of_equal_probabilities_the_first_is_the_answer():
    x, _, a0, parameters = oracle.problem()
    equal = {**parameters, "Wya": 0 * parameters["Wya"], "by": np.array([[0.0], [2], [1], [2]])}
    assert (predict(x, a0, equal) == 1).all()


def test_inputs_may_be_classes():
    _, _, a0, parameters = oracle.problem(n_x=3)
    classes = np.random.default_rng(0).integers(3, size=(6, 7))
    columns = 1.0 * (np.arange(3)[:, None, None] == classes)
    assert np.array_equal(predict(classes, a0, parameters), predict(columns, a0, parameters))


def test_predict_writes_into_nothing_that_it_is_given():
    x, _, a0, parameters = oracle.problem()
    frozen = predict(*oracle.frozen((x, a0, parameters)))
    assert np.array_equal(frozen, predict(x, a0, parameters))


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        *refusals.BAD_PARAMETERS,
        *(row for row in refusals.BAD_SEQUENCES if "x has dtype int64" not in row[2]),
    ],
)
def test_predict_refuses_bad_arguments_by_their_names(spoil, error, message):
    arguments = {name: value for name, value in oracle.arguments().items() if name != "labels"}
    with refusals.refuses(error, message):
        predict(**refusals.spoilt(arguments, spoil, message))


@pytest.mark.parametrize("value", [-1, 3])
def test_an_input_that_is_no_class_is_refused(value):
    _, _, a0, parameters = oracle.problem(n_x=3)
    classes = np.zeros((6, 7), int)
    classes[2, 5] = value
    with refusals.refuses(ValueError, f"x holds {value} at (2, 5); expected a class 0 to 2"):
        predict(classes, a0, parameters)


def test_only_what_goes_through_no_buffers_is_computed_with_its_probabilities(monkeypatch):
    x, _, a0, parameters = oracle.problem()
    expected = predict(x, a0, parameters)
    assert np.array_equal(predict(x + 0j, a0, parameters), expected)
    monkeypatch.setattr(prediction, "rnn_forward", None)
    assert np.array_equal(predict(x, a0, parameters), expected)


# sequences


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_each_sequence_stands_at_the_beginning_and_zeros_behind_it(dtype):
    sequences = ragged(np.random.default_rng(0), dtype)
    x, lengths = pad_sequences(sequences)
    assert (x.shape, x.dtype, lengths.tolist()) == ((3, 6, 7), dtype, LENGTHS)
    assert lengths.dtype.kind == "i"
    for k, sequence in enumerate(sequences):
        assert np.array_equal(x[:, k, : LENGTHS[k]], sequence)
        assert not x[:, k, LENGTHS[k] :].any()


def test_classes_are_padded_with_class_0():
    classes, lengths = pad_sequences([np.array([4, 5]), np.array([6])])
    assert classes.tolist() == [[4, 5], [6, 0]]
    assert (lengths.tolist(), classes.dtype.kind) == ([2, 1], "i")


def test_sequences_are_copied():
    sequence = np.ones((2, 3))
    x, _ = pad_sequences([sequence])
    assert not np.shares_memory(x, sequence)


@pytest.mark.parametrize(
    ("spoilt", "error", "message"),
    [
        ([[1.0, 2.0]], TypeError, "sequences[1] is of type list; expected a NumPy array"),
        (
            [np.ones((2, 3), bool)],
            TypeError,
            "sequences[1] has dtype bool; expected float32 or float64",
        ),
        (
            [np.ones((4, 3))],
            ValueError,
            "sequences[1] has shape (4, 3); expected (n_x, T_k) = (2, T_k)",
        ),
        (
            [np.ones(3)],
            ValueError,
            "sequences[1] has shape (3,); expected (n_x, T_k) = (2, T_k)",
        ),
        ([np.ones((2, 0))], ValueError, "sequences[1] has shape (2, 0); expected T_k >= 1"),
        (
            [np.ones((2, 3), int)],
            ValueError,
            "sequences[1] has shape (2, 3); expected (T_k)",
        ),
        ([np.zeros(0, int)], ValueError, "sequences[1] has shape (0,); expected T_k >= 1"),
        (
            [np.full((2, 1), np.nan)],
            ValueError,
            "sequences[1] holds nan at (0, 0); expected finite float64 numbers",
        ),
        (
            [np.ones((2, 5), np.float32)],
            TypeError,
            "sequences mix float32 and float64; expected one dtype",
        ),
        (
            [np.zeros(2, int)],
            TypeError,
            "sequences mix float64 and int64; expected one dtype",
        ),
    ],
)
def test_a_sequence_that_does_not_fit_is_named(spoilt, error, message):
    with refusals.refuses(error, message):
        pad_sequences([np.ones((2, 4)), *spoilt])


@pytest.mark.parametrize("sequences", [iter([np.ones((2, 4))]), {}, "abc", None, 3])
def test_what_is_no_list_is_refused(sequences):
    kind = type(sequences).__name__
    with refusals.refuses(TypeError, f"sequences is of type {kind}; expected a list of arrays"):
        pad_sequences(sequences)


def test_a_small_integer_of_numpy_is_a_length_like_any_other():
    lengths = np.array([200, 100], np.uint8)
    labels = pad_labels([1, np.arange(100, dtype=np.int8)], lengths)
    assert labels.shape == (2, 200)
    assert labels[0].tolist() == [-1] * 199 + [1]
    assert labels[1].tolist() == [*range(100)] + [-1] * 100


def test_no_sequence_is_refused():
    with refusals.refuses(ValueError, "sequences is empty; expected at least one"):
        pad_sequences([])


# labels


def test_a_class_is_asked_for_at_the_last_step_of_its_sequence_alone():
    labels = pad_labels([4, np.int64(5), np.array(6)], [2, 1, 3])
    assert labels.tolist() == [[-1, 4, -1], [5, -1, -1], [-1, -1, 6]]
    assert np.array_equal(pad_labels(np.array([4, 5, 6]), np.array([2, 1, 3])), labels)


def test_a_class_a_step_is_asked_for_at_each_step_of_its_sequence():
    labels = pad_labels([np.array([7, 8]), np.array([9]), [3, -1, 2]], [2, 1, 3])
    assert labels.tolist() == [[7, 8, -1], [9, -1, -1], [3, -1, 2]]
    assert labels.dtype.kind == "i"


@pytest.mark.parametrize(
    ("labels", "lengths", "error", "message"),
    [
        ([], [], ValueError, "labels is empty; expected at least one entry"),
        ([1], [2, 2], ValueError, "lengths has 2 entries; expected one for each of 1"),
        ([1], [], ValueError, "lengths has 0 entries; expected one for each of 1"),
        ([1], [True], ValueError, "lengths[0] is True; expected a whole number >= 1"),
        ([1], [2**70], ValueError, f"lengths[0] is {2**70}; expected at most"),
        ([1], [2**62], ValueError, f"labels would have shape (1, {2**62}); expected smaller"),
        ([-7], [2], ValueError, "labels[0] holds -7 to -7; expected -1 or classes"),
        ([[1, -2]], [2], ValueError, "labels[0] holds -2 to 1; expected -1 or classes"),
        ([np.uint64(2**63)], [1], ValueError, f"labels[0] holds {2**63} to {2**63}; expected"),
        ([2**70], [1], TypeError, "labels[0] has dtype object; expected integers"),
        ([None], [1], TypeError, "labels[0] has dtype object; expected integers"),
        (["1"], [1], TypeError, "labels[0] has dtype <U1; expected integers"),
        ([[[1], [1, 2]]], [2], ValueError, "labels[0] is ragged; expected a class, or (2,) of"),
        (iter([1]), [1], TypeError, "labels is of type list_iterator; expected a list of"),
        ({1}, [1], TypeError, "labels is of type set; expected a list of"),
        ([1], iter([1]), TypeError, "lengths is of type list_iterator; expected a list of"),
        (
            [np.ma.masked_array([1, 2], mask=[0, 1])],
            [2],
            TypeError,
            "labels[0] is of type MaskedArray; expected a NumPy array without a mask",
        ),
        (
            [[np.ma.masked_array(1, mask=True), 0]],
            [2],
            TypeError,
            "labels[0][0] is of type MaskedArray; expected a NumPy array without a mask",
        ),
        (
            [refusals.Behind(np.ma.masked_array([1, 2], mask=[0, 1]))],
            [2],
            TypeError,
            "labels[0] is of type MaskedArray; expected a NumPy array without a mask",
        ),
        ([1, 2], [2, 0], ValueError, "lengths[1] is 0; expected a whole number >= 1"),
        ([1, 2], [1.5, 1], ValueError, "lengths[0] is 1.5; expected a whole number >= 1"),
        ([1, 2.0], [2, 1], TypeError, "labels[1] has dtype float64; expected integers"),
        ([1, True], [2, 1], TypeError, "labels[1] has dtype bool; expected integers"),
        ([1, [1, 2]], [2, 3], ValueError, "labels[1] has shape (2,); expected () or (3,)"),
        ([1, [[1, 2]]], [2, 2], ValueError, "labels[1] has shape (1, 2); expected () or (2,)"),
    ],
)
def test_labels_that_do_not_fit_are_named(labels, lengths, error, message):
    with pytest.raises(error) as raised:
        pad_labels(labels, lengths)
    assert str(raised.value).startswith(message)


# ragged batches


@pytest.mark.parametrize("gradients_of", [plain_loss_and_gradients, loss_and_gradients])
@pytest.mark.parametrize("at_the_end", [True, False])
def test_the_gradients_of_a_ragged_batch_are_the_mean_of_autograds_for_each_cut_sequence(
    gradients_of, at_the_end
):
    rng = np.random.default_rng(0)
    _, _, a0, parameters = oracle.problem()
    sequences = ragged(rng)
    each = [rng.integers(4) if at_the_end else rng.integers(4, size=n) for n in LENGTHS]
    x, lengths = pad_sequences(sequences)
    labels = pad_labels(each, lengths)
    alone = [
        (sequence[:, None], pad_labels([label], [n]), a0[:, [k]], parameters)
        for k, (sequence, label, n) in enumerate(zip(sequences, each, LENGTHS, strict=True))
    ]
    J, gradients = gradients_of(x, labels, a0, parameters)
    assert oracle.distance(J, np.mean([oracle.loss(*one) for one in alone])) <= oracle.ROUNDING
    expected = [oracle.loss_gradients(*one) for one in alone]
    for name in ("dWax", "dWaa", "dWya", "dba", "dby"):
        mean = np.mean([one[name] for one in expected], axis=0)
        assert oracle.distance(gradients[name], mean) <= oracle.EXACT
    for k, (one, n) in enumerate(zip(expected, LENGTHS, strict=True)):
        assert oracle.distance(6 * gradients["dx"][:, [k], :n], one["dx"]) <= oracle.EXACT
        assert not gradients["dx"][:, k, n:].any()


def test_the_answers_to_a_ragged_batch_are_those_to_each_cut_sequence():
    _, _, a0, parameters = oracle.problem()
    sequences = ragged(np.random.default_rng(1))
    x, lengths = pad_sequences(sequences)
    answers = predict(x, a0, parameters)
    for k, (sequence, n) in enumerate(zip(sequences, lengths, strict=True)):
        alone = predict(sequence[:, None], a0[:, [k]], parameters)
        assert np.array_equal(answers[[k], :n], alone)


# the lengths of a ragged batch


@pytest.mark.parametrize("listed", [list, tuple, np.array, lambda n: np.array(n, np.uint8)])
def test_behind_the_end_of_a_sequence_there_is_no_answer(listed):
    x, _, a0, parameters = oracle.problem()
    lengths = [7, 1, 3, 7, 2, 6]
    expected = predict(x, a0, parameters)
    came = predict(x, a0, parameters, lengths=listed(lengths))
    for k, n in enumerate(lengths):
        assert np.array_equal(came[k, :n], expected[k, :n])
        assert (came[k, n:] == -1).all()
    assert not (expected == -1).any()


def test_answers_with_their_lengths_are_labels_that_count_where_there_is_one():
    x, lengths = pad_sequences(ragged(np.random.default_rng(0)))
    _, _, a0, parameters = oracle.problem()
    answers = predict(x, a0, parameters, lengths=lengths)
    each = [row[:n] for row, n in zip(answers, lengths, strict=True)]
    assert np.array_equal(pad_labels(each, lengths), answers)


@pytest.mark.parametrize(
    ("lengths", "error", "message"),
    [
        ([7] * 5, ValueError, "lengths has 5 entries; expected one for each of 6"),
        ([7] * 5 + [8], ValueError, "lengths holds 8; expected at most T = 7"),
        ([7] * 5 + [0], ValueError, "lengths[5] is 0; expected a whole number >= 1"),
        ([7] * 5 + [2.0], ValueError, "lengths[5] is 2.0; expected a whole number >= 1"),
        (7, TypeError, "lengths is of type int; expected a list of whole numbers"),
    ],
)
def test_lengths_that_are_none_are_refused(lengths, error, message):
    x, _, a0, parameters = oracle.problem()
    with refusals.refuses(error, message):
        predict(x, a0, parameters, lengths=lengths)


def test_labels_without_an_order_and_lengths_beyond_any_memory_are_named():
    message = "labels is of type set; expected a list of classes, or of arrays of them"
    with refusals.refuses(TypeError, message):
        pad_labels({1}, [1])
    message = f"labels would have shape (1, {2**62}); expected smaller lengths"
    with refusals.refuses(ValueError, message):
        pad_labels([1], [2**62])


def test_a_class_may_be_as_large_as_an_integer_of_numpy():
    largest = np.iinfo(int).max
    assert pad_labels([largest], [1]).tolist() == [[largest]]
    message = f"labels[0] holds {largest + 1} to {largest + 1}; expected -1 or classes"
    with refusals.refuses(ValueError, message):
        pad_labels([np.uint64(largest + 1)], [1])
