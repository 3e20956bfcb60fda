"""Training in earnest."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import oracle
import refusals
import rnn_from_scratch.trainer
from rnn_from_scratch.bptt import loss_and_gradients as plain
from rnn_from_scratch.clipping import clip_by_norm
from rnn_from_scratch.fast import loss_and_gradients
from rnn_from_scratch.forward import rnn_loss
from rnn_from_scratch.toy import toy_problem
from rnn_from_scratch.trainer import train
from rnn_from_scratch.training import train as chapter_14
from rnn_from_scratch.training import update_parameters

NAMES = ["Wax", "Waa", "Wya", "ba", "by"]
HELD_OUT = oracle.problem(m=5, seed=1)[:3]


class Stopped(Exception):
    """The power fails."""


def stop_after(epochs):
    def on_epoch(history):
        if len(history.learning_rates) == epochs:
            raise Stopped

    return on_epoch


def settings(**changes):
    """Return every option at once: batches of 4, 4 and 3 columns."""
    return {
        "learning_rate": lambda epoch: 0.2 / (1 + epoch),
        "epochs": 6,
        "batch_size": 4,
        "rng": np.random.default_rng(3),
        "clip_norm": 2.0,
        "validation": HELD_OUT,
        "patience": 4,
    } | changes


def same(one, other):
    """Say whether two results of train agree in every bit."""
    (p, h), (q, g) = one, other
    arrays = [(p[name], q[name]) for name in NAMES]
    arrays += [(vars(h)[name], vars(g)[name]) for name in vars(h)]
    return all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in arrays)


# without options


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("draw", [toy_problem, oracle.problem])
def test_without_options_it_does_what_plain_training_does(draw, dtype):
    problem = draw(dtype=dtype)
    parameters, history = train(*problem, learning_rate=0.1, epochs=10)
    expected, losses = chapter_14(*problem, learning_rate=0.1, epochs=10)
    tolerance = oracle.ROUNDING if dtype == np.float64 else oracle.SINGLE
    assert history.losses.dtype == dtype
    assert oracle.distance(history.losses, losses) <= tolerance
    assert not oracle.apart(parameters, expected, tolerance)
    assert history.validation_losses.size == 0
    assert history.best_epoch == 10


def test_the_history_has_the_norms_before_clipping_and_the_rates():
    problem = oracle.problem()
    gradients = plain(*problem)[1]
    norm = np.sqrt(sum((gradients[f"d{name}"] ** 2).sum() for name in NAMES))
    history = train(*problem, learning_rate=0.1, epochs=2, clip_norm=norm / 10)[1]
    assert history.gradient_norms[0] == pytest.approx(norm, rel=1e-12)
    assert history.learning_rates.tolist() == [0.1, 0.1]


# with options


def test_each_batch_is_a_step_and_a_shorter_batch_a_shorter_step():
    x, labels, a0, parameters = oracle.problem(m=11)
    rng = np.random.default_rng(3)
    trained, history = train(
        x, labels, a0, parameters, learning_rate=0.2, epochs=2, batch_size=4,
        rng=np.random.default_rng(3), clip_norm=1.5,
    )  # fmt: skip
    for epoch in range(2):
        order = rng.permutation(11)
        J = 0
        for batch in (order[:4], order[4:8], order[8:]):
            loss, gradients = plain(x[:, batch], labels[batch], a0[:, batch], parameters)
            J += loss * len(batch) / 11
            step = 0.2 * len(batch) / 4
            parameters = update_parameters(parameters, clip_by_norm(gradients, 1.5), step)
        assert history.losses[epoch] == pytest.approx(J, rel=1e-12)
    assert history.losses[2] == pytest.approx(rnn_loss(x, labels, a0, parameters), rel=1e-12)
    assert not oracle.apart(trained, parameters, oracle.ROUNDING)


def test_inputs_that_are_classes_train_like_their_one_hot_columns():
    classes = np.random.default_rng(5).integers(3, size=(6, 7))
    one_hot = (np.arange(3)[:, None, None] == classes).astype(float)
    _, labels, a0, parameters = oracle.problem()
    short = np.random.default_rng
    results = [
        train(x, labels, a0, parameters, **settings(rng=short(1), validation=(x, labels, a0)))
        for x in (classes, one_hot)
    ]
    assert not oracle.apart(results[0][0], results[1][0], oracle.ROUNDING)
    assert oracle.distance(results[0][1].losses, results[1][1].losses) <= oracle.ROUNDING


def test_any_function_may_compute_the_gradients():
    calls = []

    def noted(*arguments):
        calls.append(arguments[1].shape)
        return plain(*arguments)

    problem = oracle.problem()
    options = {"learning_rate": 0.1, "epochs": 1, "batch_size": 4}
    found = train(*problem, **options, rng=np.random.default_rng(0), gradient_function=noted)
    expected = train(*problem, **options, rng=np.random.default_rng(0))
    assert calls == [(4, 7), (2, 7)]
    assert not oracle.apart(found[0], expected[0], oracle.ROUNDING)


def test_the_parameters_of_the_best_epoch_are_returned():
    """A rate that jumps in epoch 2 makes the validation loss rise from there on."""
    problem = oracle.problem()
    options = {"learning_rate": lambda e: 0.05 if e < 2 else 3.0, "validation": HELD_OUT}
    best, history = train(*problem, epochs=20, patience=3, **options)
    after_two = train(*problem, epochs=2, **options)[0]
    assert history.best_epoch == 2
    assert len(history.learning_rates) == 5
    assert len(history.losses) == len(history.validation_losses) == 6
    assert not oracle.apart(best, after_two, 0)
    for epochs, J in enumerate(history.validation_losses[:3]):
        there = train(*problem, epochs=epochs, **options)[0] if epochs else problem[3]
        expected = rnn_loss(*HELD_OUT, there)
        assert abs(J - expected) <= 1e-12 * expected


def test_training_that_only_harms_returns_where_it_began():
    problem = oracle.problem()
    options = {"learning_rate": 50.0, "epochs": 9, "validation": HELD_OUT, "patience": 1}
    parameters, history = train(*problem, **options)
    assert history.best_epoch == 0
    assert not oracle.apart(parameters, problem[3], 0)
    assert not any(np.shares_memory(parameters[name], problem[3][name]) for name in NAMES)


def test_progress_is_told_after_each_epoch():
    told = []
    history = train(*oracle.problem(), **settings(patience=None), on_epoch=told.append)[1]
    assert [len(each.losses) for each in told] == [1, 2, 3, 4, 5, 6]
    assert [len(each.validation_losses) for each in told] == [2, 3, 4, 5, 6, 7]
    assert (told[-1].losses == history.losses[:-1]).all()


class Axes:
    """What a history draws on."""

    def __init__(self):
        self.lines, self.marks = {}, []

    def plot(self, values, *_, label):
        self.lines[label] = values

    def axvline(self, place, **_):
        self.marks.append(place)

    def set(self, **texts):
        self.texts = texts

    def legend(self):
        self.texts["legend"] = True


@pytest.mark.parametrize("validation", [None, HELD_OUT])
def test_a_history_draws_itself(validation):
    history = train(*oracle.problem(), learning_rate=0.1, epochs=3, validation=validation)[1]
    axes = Axes()
    history.plot(axes)
    expected = {"training": history.losses}
    if validation is not None:
        expected["validation"] = history.validation_losses
    assert axes.lines.keys() == expected.keys()
    assert all((axes.lines[name] == expected[name]).all() for name in expected)
    assert axes.marks == ([] if validation is None else [history.best_epoch])
    assert axes.texts == {"xlabel": "epoch", "ylabel": "loss $J$ in nats", "legend": True}


def test_inputs_are_not_written_into():
    problem, held_out = oracle.frozen(oracle.problem()), oracle.frozen(HELD_OUT)
    found = train(*problem, **settings(validation=held_out))
    assert same(found, train(*oracle.problem(), **settings()))


# interruption


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("epochs", [1, 3, 6])
def test_a_run_that_is_stopped_goes_on_bit_for_bit(tmp_path, epochs, dtype):
    problem, path = oracle.problem(m=11, dtype=dtype), tmp_path / "run"
    whole = settings()
    expected = train(*problem, **whole)
    with pytest.raises(Stopped):
        train(*problem, **settings(), checkpoint=path, on_epoch=stop_after(epochs))
    resumed = settings()
    assert same(train(*problem, **resumed, checkpoint=path), expected)
    assert whole["rng"].bit_generator.state == resumed["rng"].bit_generator.state
    assert list(tmp_path.iterdir()) == [path]


def test_the_generator_of_a_stopped_run_may_be_used_again(tmp_path):
    """In a notebook it has gone on since the last checkpoint."""
    rng, problem, path = np.random.default_rng(3), oracle.problem(m=11), tmp_path / "run"
    with pytest.raises(Stopped):
        train(*problem, **settings(rng=rng), checkpoint=path, on_epoch=stop_after(2))
    rng.random(7)
    found = train(*problem, **settings(rng=rng), checkpoint=path)
    assert same(found, train(*problem, **settings()))


def test_a_run_stopped_in_the_middle_of_an_epoch_goes_on_from_the_last_one(tmp_path):
    problem, path, calls = oracle.problem(m=11), tmp_path / "run", []

    def failing(*arguments):
        calls.append(len(calls))
        if len(calls) == 5:
            raise Stopped
        return plain(*arguments)

    with pytest.raises(Stopped):
        train(*problem, **settings(gradient_function=failing), checkpoint=path)
    found = train(*problem, **settings(gradient_function=failing), checkpoint=path)
    assert same(found, train(*problem, **settings(gradient_function=plain)))
    assert len(calls) == 3 * 6 + 2


def test_a_run_that_has_ended_is_not_run_again_and_may_be_made_longer(tmp_path):
    problem, path = oracle.problem(m=11), tmp_path / "run"
    first = train(*problem, **settings(epochs=3), checkpoint=path)
    told = []
    assert same(train(*problem, **settings(epochs=3), checkpoint=path, on_epoch=told.append), first)
    assert told == []
    longer = train(*problem, **settings(), checkpoint=path)
    assert same(longer, train(*problem, **settings()))


SCRIPT = """
import sys
from test_trainer import settings
import oracle
from rnn_from_scratch.trainer import train
train(*oracle.problem(m=11), **settings(epochs=100_000, patience=None), checkpoint=sys.argv[1],
      on_epoch=lambda history: print(len(history.losses), flush=True))
"""


def test_a_killed_process_loses_nothing_but_the_epoch_it_was_in(tmp_path):
    path = tmp_path / "run"
    folders = [Path(__file__).parent, Path(rnn_from_scratch.trainer.__file__).parents[1]]
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))},
        stdout=subprocess.PIPE,
        text=True,
    )
    said = [process.stdout.readline() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    said += process.communicate()[0].split()
    told = []
    longer = settings(epochs=int(said[-1]) + 5, patience=None)
    found = train(*oracle.problem(m=11), **longer, checkpoint=path, on_epoch=told.append)
    assert len(told) in (4, 5)
    assert same(found, train(*oracle.problem(m=11), **(longer | {"rng": settings()["rng"]})))


# what is refused, and what is left alone


def moved(name):
    """Return how a problem, or the validation set, is changed in one of its parts."""

    def change(problem):
        at = ["x", "labels", "a0"].index(name)
        parts = list(problem)
        parts[at] = parts[at][..., ::-1].copy()
        return tuple(parts)

    return change


def of_another_seed(problem):
    return (*problem[:3], oracle.problem(m=11, seed=9)[3])


def larger(problem):
    return oracle.problem(m=11, n_a=8)


OTHERS = {
    "x": (moved("x"), {}),
    "labels": (moved("labels"), {}),
    "a0": (moved("a0"), {}),
    "Wax": (of_another_seed, {}),
    "x ": (larger, {"validation": oracle.problem(m=5, n_a=8)[:3]}),
    "validation x": (None, {"validation": moved("x")(HELD_OUT)}),
    "validation x ": (None, {"validation": None, "patience": None}),
    "batch_size": (None, {"batch_size": 5}),
    "clip_norm": (None, {"clip_norm": None}),
    "patience": (None, {"patience": 5}),
    "gradient_function": (None, {"gradient_function": plain}),
    "rng": (None, {"rng": np.random.Generator(np.random.MT19937(3))}),
    "learning_rate of epoch 1": (None, {"learning_rate": 0.2}),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_checkpoint_of_another_run_is_refused_and_kept(tmp_path, name):
    problem, path = oracle.problem(m=11), tmp_path / "run"
    train(*problem, **settings(epochs=3), checkpoint=path)
    before = path.read_bytes()
    change, options = OTHERS[name]
    if name == "gradient_function":
        options = {"gradient_function": lambda *arguments: plain(*arguments)}
    other = change(problem) if change else problem
    words = f"checkpoint {path} is of another run: its {name.strip()} is "
    with pytest.raises(ValueError, match=r"nothing has been overwritten$") as caught:
        train(*other, **settings(**options), checkpoint=path)
    assert str(caught.value).startswith(words)
    assert path.read_bytes() == before


def test_a_checkpoint_that_went_further_is_refused_and_kept(tmp_path):
    path = tmp_path / "run"
    train(*oracle.problem(), **settings(epochs=3), checkpoint=path)
    before = path.read_bytes()
    message = f"checkpoint {path} has 3 epochs; expected at most 2"
    with refusals.refuses(ValueError, message):
        train(*oracle.problem(), **settings(epochs=2), checkpoint=path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda _: b"a text\n"])
def test_a_damaged_checkpoint_is_refused_and_kept(tmp_path, damage):
    path = tmp_path / "run"
    train(*oracle.problem(), **settings(epochs=3), checkpoint=path)
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(ValueError, match=rf"^checkpoint {path} cannot be read"):
        train(*oracle.problem(), **settings(), checkpoint=path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_noticed_before_the_first_epoch(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        train(
            *oracle.problem(),
            **settings(learning_rate=lambda _: pytest.fail("an epoch began")),
            checkpoint=tmp_path / "no folder" / "run",
        )


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_train_names_what_is_wrong(spoil, error, message):
    arguments = refusals.spoilt(oracle.arguments(), spoil, message)
    with refusals.refuses(error, message):
        train(**arguments, learning_rate=0.1, epochs=1)


FUNCTION = "expected a function"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"epochs": 0}, ValueError, "epochs is 0; expected a whole number >= 1"),
        ({"batch_size": 0}, ValueError, "batch_size is 0; expected a whole number >= 1"),
        ({"batch_size": 2.5}, ValueError, "batch_size is 2.5; expected a whole number >= 1"),
        ({"rng": None}, TypeError, "rng is of type NoneType; expected numpy.random.Generator"),
        ({"rng": 3}, TypeError, "rng is of type int; expected numpy.random.Generator"),
        ({"clip_norm": 0}, ValueError, "clip_norm is 0; expected a finite number > 0"),
        ({"patience": 0}, ValueError, "patience is 0; expected a whole number >= 1"),
        (
            {"validation": None},
            ValueError,
            "patience is 4; expected None without a validation set",
        ),
        (
            {"validation": HELD_OUT[:2]},
            TypeError,
            "validation is no tuple of three; expected (x, labels, a0)",
        ),
        (
            {"validation": 3},
            TypeError,
            "validation is no tuple of three; expected (x, labels, a0)",
        ),
        (
            {"validation": (HELD_OUT[0], HELD_OUT[1], HELD_OUT[2][:3])},
            ValueError,
            "validation: a0 has shape (3, 5); expected (n_a, m) = (5, 5)",
        ),
        ({"on_epoch": 3}, TypeError, f"on_epoch is of type int; {FUNCTION}"),
        ({"gradient_function": 3}, TypeError, f"gradient_function is of type int; {FUNCTION}"),
        *(
            (
                {"learning_rate": rate},
                ValueError,
                f"learning_rate is {value!r}; expected a finite number > 0",
            )
            for rate, value in [(0, 0), ("0.1", "0.1"), (lambda _: -1.0, -1.0)]
        ),
    ],
)
def test_a_setting_that_is_none_is_named(options, error, message):
    with refusals.refuses(error, message):
        train(*oracle.problem(), **settings(**options))


def test_training_that_diverges_names_the_parameter():
    message = r"^W\w\w holds -?inf at \(\d, \d\); expected finite float32 numbers$"
    with pytest.raises(ValueError, match=message):
        train(*oracle.problem(dtype=np.float32), learning_rate=1e39, epochs=5)


def test_the_modules_own_function_is_the_default():
    assert train.__kwdefaults__["gradient_function"] is loss_and_gradients
