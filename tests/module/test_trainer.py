"""Training in earnest, without checkpoints: these are in test_checkpoints.py."""

import itertools
import math
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest

import oracle
import refusals
from rnn_from_scratch import bptt, descent, fast
from rnn_from_scratch.batches import cut_batches, pick_examples
from rnn_from_scratch.checkpoints import read_checkpoint
from rnn_from_scratch.descent import update_parameters
from rnn_from_scratch.forward import rnn_forward, rnn_loss
from rnn_from_scratch.steps import StopTraining
from rnn_from_scratch.toy import toy_problem
from rnn_from_scratch.trainer import History, train

NAMES = ["Wax", "Waa", "Wya", "ba", "by"]
VALIDATION = oracle.problem(m=5, T=4, seed=1)[:3]
OVERFITTING = {"learning_rate": 0.5, "epochs": 12, "validation": VALIDATION}


def rng(seed=0):
    return np.random.default_rng(seed)


def assert_same_run(came, expected, tolerance=0):
    assert not oracle.apart(came[0], expected[0], tolerance)
    histories = [{k: v for k, v in vars(run[1]).items() if v.size} for run in (came, expected)]
    assert not oracle.apart(*histories, tolerance)


def norm(gradients):
    """The length of the gradient with respect to all parameters together."""
    return math.hypot(*(entry for name in NAMES for entry in gradients[f"d{name}"].ravel()))


class Recorded:
    """A gradient function that keeps what each step began with, and how long its gradient was."""

    def __init__(self):
        self.parameters, self.batches, self.norms = [], [], []

    def __call__(self, x, labels, a0, parameters):
        self.parameters.append(parameters)
        self.batches.append((x, labels, a0))
        J, gradients = bptt.plain_loss_and_gradients(x, labels, a0, parameters)
        self.norms.append(norm(gradients))
        return J, gradients

    def steps(self, trained):
        """The length of each step."""
        for old, new in itertools.pairwise([*self.parameters, trained]):
            yield norm({f"d{name}": new[name] - old[name] for name in NAMES})


# as before


@pytest.mark.parametrize("masked", [True, False])
def test_without_the_options_it_does_what_plain_training_does(masked):
    problem = oracle.problem(masked=masked)
    parameters, history = train(*problem, learning_rate=0.3, epochs=6)
    expected, losses = descent.descend(*problem, learning_rate=0.3, epochs=6)
    assert list(parameters) == NAMES
    assert not oracle.apart(parameters, expected, oracle.ROUNDING)
    assert oracle.distance(history.losses, losses) <= oracle.ROUNDING
    assert history.validation_losses.shape == (0,)
    assert history.best_epoch == 6


def test_training_in_float32_stays_in_float32_near_float64():
    problem = toy_problem(dtype=np.float32)
    options = {"learning_rate": 0.1, "epochs": np.int64(8), "batch_size": 2, "clip_norm": 1.0}
    came = train(*problem, **options, rng=rng(), validation=problem[:3])
    problem = oracle.cast(problem, np.float64)
    expected = train(*problem, **options, rng=rng(), validation=problem[:3])
    assert {value.dtype for value in came[0].values()} == {np.dtype(np.float32)}
    assert came[1].losses.dtype == came[1].validation_losses.dtype == np.float32
    assert_same_run(came, expected, 10 * oracle.SINGLE)


def test_examples_are_taken_in_the_precision_of_the_parameters():
    x, labels, a0, _ = oracle.problem()
    parameters = oracle.problem(dtype=np.float32)[3]
    came = train(x, labels, a0, parameters, learning_rate=0.3, epochs=2)
    single = oracle.cast((x, labels, a0), np.float32)
    assert_same_run(came, train(*single, parameters, learning_rate=0.3, epochs=2))


def test_what_is_passed_in_is_left_as_it_is():
    problem, validation = oracle.frozen(oracle.problem()), oracle.frozen(VALIDATION)
    problem = *problem[:3], dict(problem[3])  # a dict, of arrays that cannot be written into
    before = dict(problem[3])
    options = {"batch_size": 4, "rng": rng(), "clip_norm": 1.0, "validation": validation}
    parameters, _ = train(*problem, learning_rate=50.0, epochs=1, **options)
    assert problem[3] == before
    for name in NAMES:
        assert not np.shares_memory(parameters[name], before[name])


def test_training_that_diverges_names_the_parameter():
    problem = oracle.problem(dtype=np.float32)
    message = r"^W\w\w holds -?inf at \(\d, \d\); expected finite float32 numbers$"
    with pytest.raises(ValueError, match=message):
        train(*problem, learning_rate=1e39, epochs=5)


def test_integer_classes_train_as_their_one_hot_columns():
    x, labels, a0, parameters = oracle.problem()
    classes = x.argmax(axis=0)
    columns = np.moveaxis(np.eye(3)[classes], 2, 0)
    options = {"learning_rate": 0.3, "epochs": 4, "batch_size": 4}

    def run(x):
        return train(x, labels, a0, parameters, rng=rng(), validation=(x, labels, a0), **options)

    assert_same_run(run(classes), run(columns), oracle.ROUNDING)


# mini-batches


@pytest.mark.parametrize("batch_size", [1, 4, 6, 1000])
def test_an_epoch_is_a_step_on_each_batch_and_a_smaller_one_steps_by_as_much_less(batch_size):
    *data, parameters = oracle.problem()
    options = {"learning_rate": 0.3, "epochs": 3, "batch_size": batch_size}
    came = train(*data, parameters, rng=rng(), **options)
    shuffle, losses, norms = rng(), [], []
    for _ in range(3):
        losses.append(0)
        norms.append(0)
        for columns in cut_batches(6, batch_size, shuffle):
            batch = pick_examples(data, columns)
            J, gradients = bptt.plain_loss_and_gradients(*batch, parameters)
            losses[-1] += J * len(columns) / 6
            norms[-1] = max(norms[-1], norm(gradients))
            rate = 0.3 * len(columns) / min(batch_size, 6)
            parameters = update_parameters(parameters, gradients, rate)
    losses = np.array([*losses, rnn_loss(*data, parameters)])
    history = History(losses, np.empty(0), np.array(norms), np.full(3, 0.3))
    assert not oracle.apart(came[0], parameters, oracle.ROUNDING)
    for name in ("losses", "gradient_norms", "learning_rates"):
        distance = oracle.distance(getattr(came[1], name), getattr(history, name))
        assert distance <= oracle.ROUNDING, name


@pytest.mark.parametrize("batch_size", [1, 4, 6])
def test_every_example_is_used_once_an_epoch(batch_size):
    x, labels, a0, parameters = oracle.problem()
    a0[0] = np.arange(6)  # by which an example is known
    seen, epochs = Recorded(), []

    def on_epoch(history, parameters):
        epochs.append(np.concatenate([a0[0] for _, _, a0 in seen.batches]).tolist())
        seen.batches.clear()

    options = {"learning_rate": 1e-3, "epochs": 4, "batch_size": batch_size, "rng": rng()}
    train(x, labels, a0, parameters, gradient_function=seen, on_epoch=on_epoch, **options)
    assert [sorted(order) for order in epochs] == [list(range(6))] * 4
    assert len(set(map(tuple, epochs))) > 1, "the examples are never shuffled"


def test_a_seed_says_bit_for_bit_how_a_run_goes():
    def run(seed):
        options = {"learning_rate": 0.3, "epochs": 5, "batch_size": 4, "clip_norm": 1.0}
        return train(*oracle.problem(), rng=rng(seed), validation=VALIDATION, **options)

    assert_same_run(run(0), run(0))
    assert oracle.apart(run(0)[0], run(1)[0], 1e-6)


def test_a_batch_in_which_no_label_counts_takes_no_step_anywhere():
    x, labels, a0, parameters = oracle.problem()
    labels[1:] = -1
    options = {"learning_rate": 0.3, "epochs": 1, "batch_size": 1, "rng": rng()}
    trained, history = train(x, labels, a0, parameters, **options)
    J, gradients = bptt.plain_loss_and_gradients(x[:, :1], labels[:1], a0[:, :1], parameters)
    expected = update_parameters(parameters, gradients, 0.3)
    assert not oracle.apart(trained, expected, oracle.ROUNDING)
    assert history.losses[0] == pytest.approx(J / 6, rel=oracle.ROUNDING)
    assert history.gradient_norms == pytest.approx(norm(gradients), rel=oracle.ROUNDING)


def test_labels_of_which_none_counts_are_refused():
    x, labels, a0, parameters = oracle.problem()
    none, options = np.full_like(labels, -1), {"learning_rate": 0.3, "epochs": 1}
    message = "labels are -1 at all steps; expected a step that counts"
    with refusals.refuses(ValueError, message):
        train(x, none, a0, parameters, **options)
    with refusals.refuses(ValueError, f"validation: {message}"):
        train(x, labels, a0, parameters, **options, validation=(x, none, a0))


# clipping and the schedule


@pytest.mark.parametrize("batch_size", [None, 3])
@pytest.mark.parametrize("clip_norm", [1, 0.05, 1e9])
def test_no_step_is_longer_than_the_bound_allows(batch_size, clip_norm):
    seen = Recorded()
    options = {"batch_size": batch_size, "rng": rng(), "clip_norm": clip_norm}
    problem = oracle.problem()
    options |= {"learning_rate": 0.5, "epochs": 4, "gradient_function": seen}
    trained, history = train(*problem, **options)
    expected = [0.5 * min(length, clip_norm) for length in seen.norms]
    assert list(seen.steps(trained)) == pytest.approx(expected, rel=1e-9)
    longest = np.reshape(seen.norms, (4, -1)).max(axis=1)
    assert history.gradient_norms == pytest.approx(longest, rel=oracle.ROUNDING)


def test_the_schedule_is_asked_for_each_epoch_and_recorded():
    asked = []

    def schedule(epoch):
        asked.append(epoch)
        return 0.5 / (1 + epoch)

    problem, seen = oracle.problem(), Recorded()
    options = {"epochs": 4, "gradient_function": seen}
    trained, history = train(*problem, learning_rate=schedule, **options)
    rates = [0.5, 0.25, 0.5 / 3, 0.125]
    assert asked == [0, 1, 2, 3]
    assert history.learning_rates.tolist() == rates
    expected = [rate * length for rate, length in zip(rates, seen.norms, strict=True)]
    assert list(seen.steps(trained)) == pytest.approx(expected, rel=1e-9)


# validation and early stopping


def test_validation_losses_are_those_before_and_after_each_epoch():
    *data, parameters = oracle.problem()
    history = train(*data, parameters, **OVERFITTING)[1]
    expected = [rnn_loss(*VALIDATION, parameters)]
    for _ in range(OVERFITTING["epochs"]):
        gradients = bptt.plain_loss_and_gradients(*data, parameters)[1]
        parameters = update_parameters(parameters, gradients, OVERFITTING["learning_rate"])
        expected.append(rnn_loss(*VALIDATION, parameters))
    assert oracle.distance(history.validation_losses, np.array(expected)) <= 1e-10


def test_the_parameters_of_the_best_epoch_are_returned():
    parameters, history = train(*oracle.problem(), **OVERFITTING)
    losses = history.validation_losses
    assert 0 < losses.argmin() < 12, "the best epoch is neither the first nor the last"
    assert history.best_epoch == losses.argmin()
    assert rnn_loss(*VALIDATION, parameters) == pytest.approx(losses.min(), rel=oracle.ROUNDING)


def test_the_last_training_loss_is_that_of_the_last_parameters_not_of_the_best():
    problem = oracle.problem()
    history = train(*problem, **OVERFITTING)[1]
    plain = descent.descend(*problem, learning_rate=0.5, epochs=12)[1]
    assert oracle.distance(history.losses, plain) <= 1e-10


def test_parameters_that_get_no_better_are_returned_as_they_came():
    x, labels, a0, parameters = oracle.problem()
    labels[labels == 0] = 1
    others = x, 0 * labels, a0  # classes that training makes improbable
    trained, history = train(
        x, labels, a0, parameters, learning_rate=0.1, epochs=2, validation=others
    )
    assert (np.diff(history.validation_losses) > 0).all()
    assert history.best_epoch == 0
    assert not oracle.apart(trained, parameters, 0)


def test_an_update_that_keeps_one_buffer_changes_nothing():
    def pure(parameters, gradients, rate, state):
        return {name: W - rate * gradients[f"d{name}"] for name, W in parameters.items()}, state

    buffer = {}

    def in_place(parameters, gradients, rate, state):
        for name, W in pure(parameters, gradients, rate, state)[0].items():
            buffer.setdefault(name, W)[...] = W
        return buffer, state

    came = train(*oracle.problem(), **OVERFITTING, update=in_place)
    train(*oracle.problem(seed=2), **OVERFITTING, update=in_place)  # nor does a later run
    assert_same_run(came, train(*oracle.problem(), **OVERFITTING, update=pure))


@pytest.mark.parametrize("patience", [1, 2, np.int64(3)])
def test_patience_ends_the_run_so_many_epochs_after_the_best(patience):
    all_of_it = train(*oracle.problem(), **OVERFITTING)
    parameters, history = train(*oracle.problem(), **OVERFITTING, patience=patience)
    losses = all_of_it[1].validation_losses
    ends = [e for e in range(13) if e - losses[: e + 1].argmin() == patience]
    assert ends[0] < 12, "the patience ends before the epochs do"
    assert len(history.learning_rates) == ends[0]
    assert np.array_equal(history.validation_losses, losses[: ends[0] + 1])
    best = losses[: ends[0] + 1].min()
    assert rnn_loss(*VALIDATION, parameters) == pytest.approx(best, rel=oracle.ROUNDING)


def test_patience_that_is_never_exhausted_changes_nothing():
    problem = oracle.problem()
    patient = train(*problem, **OVERFITTING, patience=100)
    assert_same_run(patient, train(*problem, **OVERFITTING))


# the history


def test_on_epoch_sees_growing_histories():
    seen = []

    def on_epoch(history, parameters):
        seen.append(history)

    history = train(*oracle.problem(), **OVERFITTING, on_epoch=on_epoch)[1]
    for done, before in enumerate(seen, 1):
        assert np.array_equal(before.losses, history.losses[:done])
        assert np.array_equal(before.validation_losses, history.validation_losses[: done + 1])
        assert np.array_equal(before.gradient_norms, history.gradient_norms[:done])
        assert np.array_equal(before.learning_rates, [0.5] * done)
        assert before.best_epoch == before.validation_losses.argmin()
    assert len(seen) == 12
    assert len(history.losses) == 13


def test_on_epoch_is_given_copies_and_cannot_spoil_the_run():
    seen = []

    def on_epoch(history, parameters):
        seen.append({name: W.copy() for name, W in parameters.items()})
        for array in (*parameters.values(), *vars(history).values()):
            array[...] = np.nan

    problem = oracle.problem()
    options = {"learning_rate": 0.3, "epochs": 3, "validation": problem[:3]}
    expected, history = train(*problem, **options)
    came = train(*problem, **options, on_epoch=on_epoch)
    assert_same_run(came, (expected, history))
    assert len(seen) == 3
    assert history.best_epoch == 3
    assert not oracle.apart(seen[-1], expected, 0)
    assert oracle.apart(seen[0], seen[1], 0) == set(expected)


@pytest.mark.parametrize("last", [1, 2, 4])
def test_on_epoch_can_end_the_training(last):
    def on_epoch(history, parameters):
        if len(history.learning_rates) == last:
            raise StopTraining

    options = {"learning_rate": 0.3, "validation": oracle.problem(m=5, seed=1)[:3]}
    came = train(*oracle.problem(), **options, epochs=4, on_epoch=on_epoch)
    expected = train(*oracle.problem(), **options, epochs=last)
    assert not oracle.apart(came[0], expected[0], 0)
    for name, array in vars(expected[1]).items():
        assert np.array_equal(getattr(came[1], name), array)


def test_what_on_epoch_returns_does_not_end_the_training():
    history = train(*oracle.problem(), learning_rate=0.3, epochs=3, on_epoch=lambda *_: True)[1]
    assert len(history.learning_rates) == 3


# weights


@pytest.mark.parametrize(
    "weights", [np.array([0, 2, 1, 1, 0, 3]), np.array([2.5, 0.5, 1, 1, 1, 2])]
)
def test_an_example_with_a_weight_counts_like_so_many(weights):
    x, labels, a0, parameters = oracle.problem()
    again = np.repeat(np.arange(6), (2 * weights).astype(int))
    repeated = x[:, again], labels[again], a0[:, again], parameters
    options = {"learning_rate": 0.3, "epochs": 4, "clip_norm": 1.0}
    came, history = train(x, labels, a0, parameters, **options, weights=weights)
    expected, other = train(*repeated, **options)
    assert not oracle.apart(came, expected, oracle.ROUNDING)
    assert oracle.distance(history.losses, other.losses) <= oracle.ROUNDING


def test_equal_weights_change_nothing_but_rounding():
    options = {"learning_rate": 0.3, "epochs": 4, "batch_size": 4}
    came, _ = train(*oracle.problem(), **options, rng=rng(), weights=np.full(6, 1e300))
    expected, _ = train(*oracle.problem(), **options, rng=rng())
    assert not oracle.apart(came, expected, oracle.ROUNDING)


def test_a_batch_of_examples_that_do_not_count_leaves_the_parameters_as_they_are():
    weights = np.array([0, 0, 0, 0, 0, 1])
    options = {"learning_rate": 0.3, "epochs": 1, "batch_size": 1, "rng": rng()}
    x, labels, a0, parameters = oracle.problem()
    came, _ = train(x, labels, a0, parameters, **options, weights=weights)
    alone = x[:, 5:], labels[5:], a0[:, 5:], parameters
    expected, _ = train(*alone, learning_rate=0.3 * 6, epochs=1)
    assert not oracle.apart(came, expected, oracle.ROUNDING)


@pytest.mark.parametrize("weights", [None, np.ones(6), np.array([1, 1, 1, 1, 2, 2])])
def test_losses_of_all_examples_are_computed_a_batch_at_a_time(weights, monkeypatch):
    sizes = []

    def seen(x, labels, a0, parameters):
        sizes.append(len(labels))
        return rnn_loss(x, labels, a0, parameters)

    monkeypatch.setattr("rnn_from_scratch.batches.rnn_loss", seen)
    options = {"learning_rate": 0.3, "epochs": 1, "batch_size": 2, "validation": VALIDATION}
    train(*oracle.problem(), **options, rng=rng(), weights=weights)
    assert sizes == [2, 2, 1, 2, 2, 1, 2, 2, 2]  # validation before and after, and the last loss


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1] * 6, TypeError, "weights is of type list; expected a NumPy array"),
        (np.ones(5), ValueError, "weights has shape (5,); expected (m) = (6)"),
        (np.ones((6, 1)), ValueError, "weights has shape (6, 1); expected (m) = (6)"),
        (np.zeros(6), ValueError, "weights are all 0; expected an example that counts"),
        (
            np.array([0, 1, 0, 0, 0, 0]),
            ValueError,
            "weights are 0 wherever labels count; expected some that is not",
        ),
        (np.ones(6, bool), TypeError, "weights has dtype bool; expected real numbers"),
        (
            np.array([1, 1, -1, 1, 1, 1]),
            ValueError,
            "weights holds -1 at (2,); expected finite numbers >= 0",
        ),
        (
            np.array([1, np.inf, 1, 1, 1, 1]),
            ValueError,
            "weights holds inf at (1,); expected finite numbers >= 0",
        ),
    ],
)
def test_weights_that_are_none_are_refused(weights, error, message):
    x, labels, a0, parameters = oracle.problem()
    labels[1] = -1
    with refusals.refuses(error, message):
        train(x, labels, a0, parameters, learning_rate=0.1, epochs=1, weights=weights)


@pytest.mark.parametrize(
    ("validation_losses", "labels"),
    [([], ["training"]), ([3.0, 1.0, 2.0], ["training", "validation", "best epoch"])],
)
def test_the_plot_shows_what_there_is(validation_losses, labels):
    arrays = [4.0, 2.0, 1.0], validation_losses, [1.0, 1.0], [0.1, 0.1]
    history = History(*map(np.array, arrays))
    figure, axes = plt.subplots()
    history.plot(axes)
    lines = axes.get_lines()
    plt.close(figure)
    assert [line.get_label() for line in lines] == labels
    assert [text.get_text() for text in axes.get_legend().get_texts()] == labels
    assert lines[0].get_ydata().tolist() == [4, 2, 1]
    for line in lines[1:2]:
        assert line.get_ydata().tolist() == validation_losses
    for line in lines[2:]:
        assert set(line.get_xdata()) == {1}
    assert [line.get_linestyle() for line in lines] == ["-", "--", ":"][: len(labels)]
    assert axes.get_xlabel() == "epoch"
    assert axes.get_ylabel() == "loss $J$ in nats"


# what is refused

WHOLE = "expected a whole number >= 1"
POSITIVE = "expected a finite number > 0"
WRONG = [
    ("batch_size", 0, ValueError, f"batch_size is 0; {WHOLE}"),
    ("batch_size", 2.0, ValueError, f"batch_size is 2.0; {WHOLE}"),
    ("patience", 0, ValueError, f"patience is 0; {WHOLE}"),
    ("patience", "3", ValueError, f"patience is '3'; {WHOLE}"),
    ("patience", True, ValueError, f"patience is True; {WHOLE}"),
    ("update", 3, TypeError, "update is of type int; expected a function"),
    ("checkpoint", 3, TypeError, "checkpoint is of type int; expected a path"),
    ("checkpoint", True, TypeError, "checkpoint is of type bool; expected a path"),
    ("checkpoint", b"run", TypeError, "checkpoint is of type bytes; expected a path"),
    ("checkpoint", "", ValueError, "checkpoint is ''; expected the path of a file"),
    ("checkpoint", "a\0b", ValueError, "checkpoint is 'a\\x00b'; expected the path of a file"),
    ("rng", None, TypeError, "rng is of type NoneType; expected numpy.random.Generator"),
    ("rng", 0, TypeError, "rng is of type int; expected numpy.random.Generator"),
    ("on_epoch", 3, TypeError, "on_epoch is of type int; expected a function"),
    (
        "gradient_function",
        None,
        TypeError,
        "gradient_function is of type NoneType; expected a function",
    ),
    *(("epochs", n, ValueError, f"epochs is {n!r}; {WHOLE}") for n in (0, -1, 2.0, "3", None)),
    *(
        (name, wrong, ValueError, f"{name} is {wrong!r}; {POSITIVE}")
        for name in ("learning_rate", "clip_norm")
        for wrong in refusals.NOT_POSITIVE
        if (name, wrong) != ("clip_norm", None)
    ),
]


def options():
    """All options that say how to train, as they should be."""
    return {
        "learning_rate": 0.1,
        "epochs": 2,
        "batch_size": 2,
        "rng": rng(),
        "clip_norm": 1.0,
        "validation": VALIDATION,
        "patience": 1,
    }


@pytest.mark.parametrize(("name", "wrong", "error", "message"), WRONG)
def test_a_wrong_option_is_named(name, wrong, error, message):
    with refusals.refuses(error, message):
        train(*oracle.problem(), **{**options(), name: wrong})


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_train_names_what_is_wrong_with_the_examples(spoil, error, message):
    with refusals.refuses(error, message):
        train(**refusals.spoilt(oracle.arguments(), spoil, message), **options())


@pytest.mark.parametrize(
    ("spoil", "error", "message"), [*refusals.BAD_SEQUENCES, *refusals.BAD_LABELS]
)
def test_what_is_wrong_with_the_validation_set_is_said_to_be_there(spoil, error, message):
    arguments = refusals.spoilt(oracle.arguments(), spoil, message)
    validation = tuple(arguments[name] for name in ("x", "labels", "a0"))
    with refusals.refuses(error, f"validation: {message}"):
        train(*oracle.problem(), **{**options(), "validation": validation})


@pytest.mark.parametrize("wrong", [list(VALIDATION), VALIDATION[:2], VALIDATION[0], "x"])
def test_a_validation_set_is_a_tuple_of_three(wrong):
    message = "validation is not a tuple of three; expected (x, labels, a0)"
    with refusals.refuses(TypeError, message):
        train(*oracle.problem(), **{**options(), "validation": wrong})


@pytest.mark.parametrize("wrong", [0, math.nan, None])
def test_a_schedule_that_returns_no_rate_is_named(wrong):
    rates = [0.1, wrong]
    with refusals.refuses(ValueError, f"learning_rate is {wrong!r}; {POSITIVE}"):
        train(*oracle.problem(), **{**options(), "learning_rate": rates.__getitem__})


def test_patience_needs_a_validation_set():
    message = "patience is 1; expected None without a validation set"
    with refusals.refuses(ValueError, message):
        train(*oracle.problem(), **{**options(), "validation": None})


@pytest.mark.parametrize(("spoil", "error", "message"), refusals.BAD_GRADIENTS)
@pytest.mark.parametrize(
    "options", [{}, {"clip_norm": 1.0}, {"weights": np.arange(6)}], ids=["", "clip", "weights"]
)
def test_what_a_gradient_function_returns_amiss_is_named(spoil, error, message, options):
    def wrong(*problem):
        J, gradients = fast.loss_and_gradients(*problem)
        return J, spoil(gradients)

    with refusals.refuses(error, message):
        train(
            *oracle.problem(),
            learning_rate=0.1,
            epochs=1,
            gradient_function=wrong,
            **options,
        )


@pytest.mark.parametrize(
    "options", [{}, {"clip_norm": 1.0}, {"weights": np.arange(6)}], ids=["", "clip", "weights"]
)
def test_gradients_that_would_be_stretched_to_the_parameters_are_refused(options):
    def wrong(x, labels, a0, parameters):
        return 1.0, {f"d{name}": np.ones((1, 1)) for name in parameters}

    message = "dWax has shape (1, 1); expected (n_a, n_x) = (5, 3)"
    options |= {"learning_rate": 0.1, "epochs": 1, "gradient_function": wrong}
    with refusals.refuses(ValueError, message):
        train(*oracle.problem(), **options)


def test_any_callable_may_compute_the_gradients():
    problem = oracle.problem()
    in_segments = partial(fast.loss_and_gradients, segment=2)
    came = train(*problem, learning_rate=0.3, epochs=3, gradient_function=in_segments)
    assert_same_run(came, train(*problem, learning_rate=0.3, epochs=3), oracle.ROUNDING)


# one long sequence, in pieces


def in_pieces(x, labels, a0, parameters, window, rate, gradients_of):
    """Take a step after each piece, as the loop of a character model is usually written."""
    J, a = 0, a0
    for t in range(0, labels.shape[1], window):
        piece = x[..., t : t + window], labels[:, t : t + window], a
        J_piece, gradients = gradients_of(*piece, parameters)
        a = rnn_forward(piece[0], a, parameters)[0][:, :, -1]
        J += J_piece
        parameters = update_parameters(parameters, gradients, rate)
    return J, parameters


@pytest.mark.parametrize("window", [1, 3, 7, 100])
@pytest.mark.parametrize("of_classes", [False, True])
def test_a_window_takes_a_step_after_each_piece_and_hands_the_state_on(window, of_classes):
    x, labels, a0, parameters = oracle.problem()
    x = np.random.default_rng(5).integers(3, size=labels.shape) if of_classes else x
    came, history = train(x, labels, a0, parameters, learning_rate=0.3, epochs=2, window=window)
    plain = bptt.plain_loss_and_gradients
    J, once = in_pieces(x, labels, a0, parameters, window, 0.3, plain)
    J_later, twice = in_pieces(x, labels, a0, once, window, 0.3, plain)
    assert not oracle.apart(came, twice, oracle.ROUNDING)
    assert oracle.distance(history.losses[:2], [J, J_later]) <= oracle.ROUNDING
    assert oracle.distance(history.losses[2], rnn_loss(x, labels, a0, twice)) <= oracle.ROUNDING


def test_pieces_of_batches_keep_the_states_of_their_examples_apart():
    problem = oracle.problem()
    options = {"learning_rate": 0.3, "epochs": 1, "window": 3, "batch_size": 1}
    came = train(*problem, **options, rng=rng())[0]
    parameters = problem[3]
    for [k] in cut_batches(6, 1, rng()):
        example = pick_examples(problem[:3], [k])
        parameters = in_pieces(*example, parameters, 3, 0.3, bptt.plain_loss_and_gradients)[1]
    assert not oracle.apart(came, parameters, oracle.ROUNDING)


@pytest.mark.parametrize("window", [0, 2.5, "3", True])
def test_what_is_no_window_is_refused(window):
    message = f"window is {window!r}; expected a whole number >= 1"
    with refusals.refuses(ValueError, message):
        train(*oracle.problem(), learning_rate=0.1, epochs=1, window=window)


def test_a_checkpoint_knows_the_window(tmp_path):
    options = {"learning_rate": 0.1, "epochs": 1, "checkpoint": tmp_path / "run"}
    train(*oracle.problem(), **options, window=3)
    with pytest.raises(ValueError, match=r"its window is 3, here it is 2"):
        train(*oracle.problem(), **options, window=2)


def test_an_initial_state_that_is_none_or_left_out_is_zero():
    x, labels, a0, parameters = oracle.problem()
    options = {"learning_rate": 0.3, "epochs": 2}
    expected = train(x, labels, 0 * a0, parameters, **options, validation=(x, labels, 0 * a0))
    came = train(x, labels, None, parameters, **options, validation=(x, labels, None))
    assert_same_run(came, expected)
    came = train(x, labels, parameters=parameters, **options, validation=(x, labels, None))
    assert_same_run(came, expected)


def test_underflow_is_harmless_whatever_the_caller_wants_of_errors():
    x, labels, a0, parameters = oracle.problem()
    parameters["Wya"] *= 1e4
    parameters["by"] += 1e-300
    options = {"learning_rate": 1e-300, "epochs": 2, "clip_norm": 1e-3, "batch_size": 4}
    options |= {"validation": (x, labels, a0)}
    for weights in (None, *(np.array([small, 1, 1, 1, 1, 1]) for small in (1e-310, 5e-324))):
        with np.errstate(all="raise"):
            train(x, labels, a0, parameters, **options, rng=rng(), weights=weights)


# a run is known again


@pytest.mark.parametrize("place", range(3))
def test_a_checkpoint_names_what_of_the_validation_set_is_another(tmp_path, place):
    options = {"learning_rate": 0.1, "epochs": 1, "checkpoint": tmp_path / "run"}
    train(*oracle.problem(), **options, validation=VALIDATION)
    other = list(VALIDATION)
    other[place] = other[place][::-1].copy()
    name = ("x", "labels", "a0")[place]
    with pytest.raises(ValueError, match=f"its validation {name} is .*, here it is "):
        train(*oracle.problem(), **options, validation=tuple(other))


def test_a_run_that_is_interrupted_before_its_first_epoch_is_known_again(tmp_path):
    def interrupted(epoch):
        raise KeyboardInterrupt

    path, options = tmp_path / "run", {"epochs": 2, "batch_size": 2}
    expected = train(*oracle.problem(), **options, learning_rate=0.3, rng=rng(1))
    with pytest.raises(KeyboardInterrupt):
        train(*oracle.problem(), **options, learning_rate=interrupted, rng=rng(1), checkpoint=path)
    assert read_checkpoint(path)[1]["facts"]["update"] is None
    options |= {"learning_rate": 0.3, "checkpoint": path}
    with pytest.raises(ValueError, match=r"its clip_norm is None, here it is 1\.0"):
        train(*oracle.problem(), **options, rng=rng(2), clip_norm=1.0)
    assert_same_run(train(*oracle.problem(), **options, rng=rng(2)), expected)
