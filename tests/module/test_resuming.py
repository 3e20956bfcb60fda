"""A run that is interrupted, anywhere, and goes on bit for bit; and files that are not its own."""

import contextlib
import io
import json
import os
import pickle
import signal
import subprocess
import sys
import zipfile
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

import oracle
import refusals
from rnn_from_scratch import bptt, checkpoints, fast
from rnn_from_scratch.checkpoints import (
    check_same_run,
    fingerprint,
    read_checkpoint,
    write_checkpoint,
)
from rnn_from_scratch.trainer import train

FORMAT = "rnn_from_scratch checkpoint 1"
PROBLEM = oracle.problem()
EPOCHS = 5
SETTINGS = {
    "learning_rate": 0.5,
    "epochs": EPOCHS,
    "batch_size": 4,
    "clip_norm": 1.0,
    "validation": oracle.problem(m=5, T=4, seed=1)[:3],
    "patience": 20,
}
WHOLE = {  # settings of the whole batch, without what needs a generator or a validation set
    "batch_size": None,
    "rng": None,
    "clip_norm": None,
    "validation": None,
    "patience": None,
}
GENERATORS = ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"]
ARRAYS = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([1, 2], np.int8), "none": np.empty(0)}
ABOUT = {"facts": {"n": 3, "name": "é"}, "rng": None}


class Interrupted(Exception):
    """The error that an on_epoch raises."""


def run(checkpoint=None, problem=PROBLEM, **changed):
    """Train with a fresh generator of the same seed."""
    return train(
        *problem,
        **{**SETTINGS, "rng": np.random.default_rng(3), "checkpoint": checkpoint, **changed},
    )


def interrupt_after(epochs):
    def on_epoch(history, parameters):
        if len(history.learning_rates) == epochs:
            raise Interrupted

    return on_epoch


def assert_bit_for_bit(came, expected):
    for one, other in zip((came[0], vars(came[1])), (expected[0], vars(expected[1])), strict=True):
        assert list(one) == list(other)
        for name in one:
            assert one[name].dtype == other[name].dtype, name
            assert one[name].shape == other[name].shape, name
            assert one[name].tobytes() == other[name].tobytes(), name


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.npz"


@pytest.fixture
def begun(path):
    """The file of a run that was interrupted after two epochs."""
    with pytest.raises(Interrupted):
        run(path, on_epoch=interrupt_after(2))
    return path


# a run that goes on


def test_a_checkpoint_changes_nothing_and_leaves_one_file(path):
    assert_bit_for_bit(run(path), run())
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("epoch", range(1, EPOCHS + 1))
def test_a_run_interrupted_after_any_epoch_goes_on_bit_for_bit(epoch, path):
    with pytest.raises(Interrupted):
        run(path, on_epoch=interrupt_after(epoch))
    seen = []
    came = run(path, on_epoch=lambda history, _: seen.append(history))
    assert_bit_for_bit(came, run())
    assert [len(history.learning_rates) for history in seen] == [*range(epoch + 1, EPOCHS + 1)]
    assert list(path.parent.iterdir()) == [path]


def test_a_run_interrupted_after_every_epoch_goes_on_bit_for_bit(path):
    for epoch in range(1, EPOCHS + 1):
        with pytest.raises(Interrupted):
            run(path, on_epoch=interrupt_after(epoch))
    assert_bit_for_bit(run(path), run())


@pytest.mark.parametrize("generator", GENERATORS)
def test_every_generator_goes_on_where_it_stood(generator, path):
    def generated(checkpoint, epochs):
        rng = np.random.Generator(getattr(np.random, generator)(3))
        return run(checkpoint, rng=rng, epochs=epochs)

    generated(path, 2)
    assert_bit_for_bit(generated(path, EPOCHS), generated(None, EPOCHS))


@pytest.mark.parametrize(
    "changed",
    [
        WHOLE,
        {"learning_rate": lambda epoch: 0.5 / (1 + epoch)},
        {"gradient_function": bptt.plain_loss_and_gradients},
        {"problem": oracle.problem(dtype=np.float32)},
        {"problem": (PROBLEM[0].argmax(axis=0), *PROBLEM[1:])},
        {"batch_size": np.int64(4), "clip_norm": np.float32(1), "patience": np.int64(20)},
    ],
    ids=["whole batch", "schedule", "plain gradients", "float32", "classes", "NumPy numbers"],
)
def test_every_way_to_train_goes_on_bit_for_bit(changed, path):
    with pytest.raises(Interrupted):
        run(path, **changed, on_epoch=interrupt_after(3))
    assert_bit_for_bit(run(path, **changed), run(**changed))


def test_a_run_that_has_ended_is_read_and_not_trained_further(path):
    expected = run(path)
    assert_bit_for_bit(run(path, on_epoch=interrupt_after(EPOCHS)), expected)


def test_a_run_that_patience_has_ended_goes_no_further(path):
    hasty = {"learning_rate": 3.0, "patience": 1, "epochs": 100}
    expected = run(path, **hasty)
    assert len(expected[1].learning_rates) < 100
    assert_bit_for_bit(run(path, **hasty, on_epoch=interrupt_after(100)), expected)


def test_more_epochs_go_on_from_fewer(path):
    run(path, epochs=2)
    assert_bit_for_bit(run(path), run())


def test_the_path_may_be_a_string(path):
    run(str(path), epochs=2)
    assert_bit_for_bit(run(str(path)), run())


# a run that is killed

KILLS = {
    "after an epoch": "named['on_epoch'] = lambda history, _: len(history.losses) == 3 and kill()",
    "within an epoch": "trainer.gradient_norm = at(6, trainer.gradient_norm)",
    "while the file is written": "np.lib.format.write_array = at(52, np.lib.format.write_array)",
    "before the file is on the disk": "os.fsync = at(4, os.fsync)",
    "before the file takes its place": "Path.replace = at(4, Path.replace)",
    "when the file has taken its place": "Path.unlink = at(4, Path.unlink)",
    "before the first file is whole": "os.fsync = at(1, os.fsync)",
}
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # which Windows takes for it
KILLED = """
import os, sys
from pathlib import Path
sys.path[:0] = {path}
import numpy as np
from rnn_from_scratch import trainer
from test_resuming import run

def kill():
    os.kill(os.getpid(), {signal})

def at(call, function):
    left = iter(range(call - 1))

    def counted(*arguments, **options):
        if next(left, None) is None:
            kill()
        return function(*arguments, **options)

    return counted

named = {{}}
{place}
run({file!r}, **named)
"""


@pytest.mark.parametrize("place", KILLS.values(), ids=KILLS)
def test_a_run_that_is_killed_goes_on_bit_for_bit(place, path):
    code = KILLED.format(path=sys.path, signal=int(KILL), place=place, file=str(path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert abs(done.returncode) == KILL, done.stderr
    assert path.exists() == (place != KILLS["before the first file is whole"])
    assert_bit_for_bit(run(path), run())


# a file of another run


def flat(problem):
    """The same numbers, with one of x changed."""
    x, *others = problem
    return refusals.holding(0.0, 0, 0, 0)(x), *others


def halved(*problem):
    J, gradients = fast.loss_and_gradients(*problem)
    return J, {name: gradient / 2 for name, gradient in gradients.items()}


def momentum(parameters, gradients, learning_rate, state, kept=0.9):
    """Take a step with a velocity, which the checkpoint has to hold."""
    state = {name: kept * state.get(name, 0) + gradients[f"d{name}"] for name in parameters}
    return {name: W - learning_rate * state[name] for name, W in parameters.items()}, state


def weighed(weight, x, labels, a0, parameters):
    J, gradients = fast.loss_and_gradients(x, labels, a0, parameters)
    return weight * J, {name: weight * gradient for name, gradient in gradients.items()}


class Weighed:
    def __init__(self, weight):
        self.weight = weight

    def __call__(self, *problem):
        return weighed(self.weight, *problem)

    def method(self, *problem):
        return self(*problem)


class Stepping:
    """Gradients and updates of an object that also holds what cannot be described."""

    def __init__(self, weight):
        self.weight, self.hook, self.done = weight, print, [np.sin]
        self.workspace, self.rng = fast.Workspace(), np.random.default_rng()

    def step(self, *problem):
        self.rng.random()
        J, gradients = fast.loss_and_gradients(*problem, workspace=self.workspace)
        return J, {name: self.weight * gradient for name, gradient in gradients.items()}

    def update(self, parameters, gradients, learning_rate, state):
        return momentum(parameters, gradients, learning_rate, state, self.weight)


def closed_over(weight):
    return lambda *problem: weighed(weight, *problem)


def with_default(weight):
    def gradients(x, labels, a0, parameters, *, weight=weight):
        return weighed(weight, x, labels, a0, parameters)

    return gradients


MAKERS = {
    "partial": lambda weight: partial(weighed, weight),
    "partial of a partial": lambda weight: partial(partial(weighed, weight)),
    "closure": closed_over,
    "default": with_default,
    "object": Weighed,
    "method": lambda weight: Weighed(weight).method,
    "method of an object with a workspace": lambda weight: Stepping(weight).step,
    "partial with an array": lambda weight: partial(weighed, np.array(weight)),
    "partial with an object": lambda weight: partial(
        lambda settings, *problem: weighed(settings.weight, *problem),
        SimpleNamespace(weight=weight),
    ),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_function_is_known_by_what_it_is_bound_to(make, path):
    options = {"epochs": 3, "clip_norm": None}
    with pytest.raises(Interrupted):
        run(path, **options, gradient_function=make(0.5), on_epoch=interrupt_after(2))
    with pytest.raises(ValueError, match="its gradient_function is"):
        run(path, **options, gradient_function=make(0.25))
    again = run(path, **options, gradient_function=make(0.5))
    assert_bit_for_bit(again, run(**options, gradient_function=make(0.5)))


@pytest.mark.parametrize("epoch", [1, 3])
def test_the_state_of_an_update_goes_on_bit_for_bit(epoch, path):
    with pytest.raises(Interrupted):
        run(path, update=momentum, on_epoch=interrupt_after(epoch))
    assert_bit_for_bit(run(path, update=momentum), run(update=momentum))
    assert "state Waa" in read_checkpoint(path)[0]


FAST = "rnn_from_scratch.fast.loss_and_gradients"


def test_an_update_is_known_by_what_its_object_holds_beside_a_hook(path):
    run(path, epochs=2, update=Stepping(0.9).update)
    with pytest.raises(ValueError, match="its update is"):
        run(path, update=Stepping(0.1).update)
    again = run(path, update=Stepping(0.9).update)
    assert_bit_for_bit(again, run(update=momentum))


def test_a_workspace_and_a_generator_in_use_make_no_other_run(path):
    step = Stepping(1).step
    run(path, epochs=2, gradient_function=step)
    assert_bit_for_bit(run(path, gradient_function=step), run())


LONGEST = 2**16 - 1 - len("state .npy")  # bytes of a state's name


@pytest.mark.parametrize("letters", ["a" * 70_000, "é" * 35_000, "a" * (LONGEST + 1)])
def test_a_state_whose_name_is_too_long_is_refused_and_what_was_there_stays(letters, begun):
    before = begun.read_bytes()
    came = f"an array has a name of {len(letters.encode()) + 6} bytes, state {letters[:14]}…"
    with refusals.refuses(ValueError, f"{came}; expected at most 65531"):
        write_checkpoint(begun, {f"state {letters}": np.ones(1)}, ABOUT)
    assert begun.read_bytes() == before


def test_a_name_may_be_as_long_as_an_archive_allows(path):
    write_checkpoint(path, {"a" * (2**16 - 5): np.ones(1)}, ABOUT)
    assert list(read_checkpoint(path)[0]) == ["a" * (2**16 - 5)]


@pytest.mark.parametrize("about", [{}, {"facts": None}, {"facts": [1]}])
def test_a_checkpoint_that_does_not_say_its_run_is_refused(about, path):
    write_checkpoint(path, {}, about)
    message = f"checkpoint {path} does not say which run it is of; {UNREADABLE}"
    with refusals.refuses(ValueError, message):
        run(path)


def test_a_function_that_holds_a_log_is_another_one_as_soon_as_it_grows(path):
    log = []

    def logged(*problem):
        log.append(len(problem))
        return fast.loss_and_gradients(*problem)

    run(path, epochs=2, gradient_function=logged)
    with pytest.raises(ValueError, match=CHANGED):
        run(path, gradient_function=logged)
    log.clear()
    assert_bit_for_bit(run(path, gradient_function=logged), run())


def test_a_run_with_another_function_is_not_told_that_it_has_changed(begun):
    for function in (halved, partial(halved)):
        with pytest.raises(ValueError, match="its gradient_function") as caught:
            run(begun, gradient_function=function)
        assert CHANGED not in str(caught.value)
    path = begun.with_name("other.npz")
    run(path, epochs=1, gradient_function=halved)
    with pytest.raises(ValueError, match="its gradient_function") as caught:
        run(path, epochs=1, gradient_function=closed_over(1))
    assert CHANGED not in str(caught.value)


CHANGED = "; the code is the same, what it holds or reads has changed; "
OTHER_RUNS = {
    "x": ({"problem": flat(PROBLEM)}, "x is float64 (3, 6, 7) "),
    "labels": ({"problem": oracle.problem(masked=False)}, "labels is int64 (6, 7) "),
    "fewer examples": ({"problem": oracle.problem(m=5)}, "x is float64 (3, 6, 7) "),
    "n_a": (
        {**WHOLE, "problem": (*PROBLEM[:2], *oracle.problem(n_a=4)[2:])},
        "a0 is float64 (5, 6) ",
    ),
    "start": ({"problem": (*PROBLEM[:3], oracle.problem(seed=5)[3])}, "Wax is float64 (5, 3) "),
    "dtype": ({"problem": oracle.problem(dtype=np.float32)}, "x is float64 (3, 6, 7) "),
    "validation": (
        {"validation": oracle.problem(m=5, T=4, seed=2)[:3]},
        "validation x is float64 (3, 5, 4) ",
    ),
    "batch_size": ({"batch_size": 3}, "batch_size is 4, here it is 3;"),
    "no batch_size": (
        {"batch_size": None},
        "batch_size is 4, here it is None, and 1 more: rng;",
    ),
    "clip_norm": ({"clip_norm": 2}, "clip_norm is 1.0, here it is 2.0;"),
    "no clip_norm": ({"clip_norm": None}, "clip_norm is 1.0, here it is None;"),
    "patience": ({"patience": 2}, "patience is 20, here it is 2;"),
    "generator": (
        {"rng": np.random.Generator(np.random.MT19937(3))},
        "rng is PCG64, here it is MT19937;",
    ),
    "learning_rate": (
        {"learning_rate": 0.25},
        "learning_rate of epoch 0 is 0.5, here it is 0.25, and 1 more: learning_rate of epoch 1;",
    ),
    "schedule": (
        {"learning_rate": [0.5, 0.4, 0.3, 0.2, 0.1].__getitem__},
        "learning_rate of epoch 1 is 0.5, here it is 0.4;",
    ),
    "gradients": (
        {"gradient_function": halved},
        f"gradient_function is {FAST}, here it is {__name__}.halved (code ",
    ),
    "partial": (
        {"gradient_function": partial(halved)},
        f"gradient_function is {FAST}, here it is part",
    ),
    "update": ({"update": momentum}, f"update is None, here it is {__name__}.momentum (code "),
    "weights": ({"weights": np.arange(6.0)}, "weights is None, here it is float64 (6,) "),
    "plain gradients": (
        {"gradient_function": bptt.plain_loss_and_gradients},
        f"gradient_function is {FAST}, here it is rnn_from_scratch.bptt.plain_loss_and_gradients;",
    ),
}


@pytest.mark.parametrize(("changed", "message"), OTHER_RUNS.values(), ids=OTHER_RUNS)
def test_the_file_of_another_run_is_refused_and_left_as_it_is(changed, message, begun):
    before = begun.read_bytes()
    with pytest.raises(ValueError, match="is of another run") as caught:
        run(begun, **changed)
    assert str(caught.value).startswith(f"checkpoint {begun} is of another run: its {message}")
    what = "; expected the same run, or another path; nothing has been overwritten"
    assert str(caught.value).endswith(what)
    assert begun.read_bytes() == before
    assert list(begun.parent.iterdir()) == [begun]


def test_a_run_without_a_validation_set_is_another(begun):
    with pytest.raises(ValueError, match=r"its validation x is float64 .*, here it is None"):
        run(begun, validation=None, patience=None)


def test_a_run_with_fewer_epochs_than_the_file_has_is_refused(begun):
    before = begun.read_bytes()
    with refusals.refuses(ValueError, f"checkpoint {begun} has 2 epochs; expected at most 1"):
        run(begun, epochs=1)
    assert begun.read_bytes() == before


def test_the_seed_is_taken_from_the_file(begun):
    assert_bit_for_bit(run(begun, rng=np.random.default_rng(99)), run())


# a file that is no checkpoint


def npz(**arrays):
    """The bytes of a foreign .npz, whose objects are pickled."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def with_about(text):
    return lambda _: npz(about=np.array(text), **{name: np.ones(2) for name in "ab"})


def other_version(raw):
    """The same file, written by another version."""
    with np.load(io.BytesIO(raw)) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["about"] = np.array(str(arrays["about"]).replace(FORMAT, f"{FORMAT[:-1]}0"))
    return npz(**arrays)


NOT_ITS_OWN = {
    "empty": lambda _: b"",
    "text": lambda _: b"epoch,loss\n0,1.5\n",
    "pickle": lambda _: pickle.dumps({"Wax": 1}),
    "cut in half": lambda raw: raw[: len(raw) // 2],
    "a byte short": lambda raw: raw[:-1],
    "without its beginning": lambda raw: raw[100:],
    "a foreign npz": lambda _: npz(Wax=np.ones(3)),
    "an npz of objects": lambda _: npz(about=np.array({"format": FORMAT}, dtype=object)),
    "another text": with_about("a run of mine"),
    "a list": with_about("[1]"),
    "no format": with_about('{"facts": {}}'),
    "no arrays": with_about(json.dumps({"format": FORMAT})),
    "other arrays": with_about(json.dumps({"format": FORMAT, "arrays": ["a", "c"]})),
    "another version": other_version,
}
UNREADABLE = "expected a whole file from train; nothing has been overwritten"


@pytest.mark.parametrize("replaced", NOT_ITS_OWN.values(), ids=NOT_ITS_OWN)
def test_what_is_no_checkpoint_is_refused_and_left_as_it_is(replaced, begun):
    before = replaced(begun.read_bytes())
    begun.write_bytes(before)
    with pytest.raises(ValueError, match="cannot be read") as caught:
        run(begun)
    assert str(caught.value).startswith(f"checkpoint {begun} cannot be read (")
    assert str(caught.value).endswith(f"); {UNREADABLE}")
    assert begun.read_bytes() == before
    assert list(begun.parent.iterdir()) == [begun]


@pytest.mark.parametrize(
    ("replaced", "why"),
    [
        (other_version, f"its format is not {FORMAT}"),
        (NOT_ITS_OWN["other arrays"], "its arrays are not those that were written"),
        (NOT_ITS_OWN["text"], "it is not an archive of arrays"),
    ],
    ids=["another version", "other arrays", "text"],
)
def test_the_refusal_says_why(replaced, why, begun):
    begun.write_bytes(replaced(begun.read_bytes()))
    with refusals.refuses(ValueError, f"checkpoint {begun} cannot be read ({why}); {UNREADABLE}"):
        read_checkpoint(begun)


@pytest.mark.parametrize("name", ["about", "losses"])
def test_a_pickle_in_the_file_is_never_loaded(name, path, monkeypatch):
    def load(*arguments, **options):
        raise AssertionError("a pickle was loaded")

    about = np.array(json.dumps({"format": FORMAT, "arrays": ["losses"]}))
    arrays = {"about": about, "losses": np.ones(2)}
    path.write_bytes(npz(**{**arrays, name: np.array([{}], dtype=object)}))
    monkeypatch.setattr(pickle, "load", load)
    with pytest.raises(ValueError, match="has dtype object, not numbers"):
        read_checkpoint(path)
    with np.load(path, allow_pickle=True) as file, pytest.raises(AssertionError, match="pickle"):
        file[name]  # whoever allowed it would have loaded one


@pytest.mark.parametrize("dtype", [np.dtype(object), np.dtype([("n", int), ("o", object)])])
def test_an_object_is_not_written_and_what_was_there_stays(dtype, path):
    write_checkpoint(path, ARRAYS, ABOUT)
    before = path.read_bytes()
    with refusals.refuses(TypeError, f"b has dtype {dtype}; expected no Python objects"):
        write_checkpoint(path, {"a": np.ones(2), "b": np.empty(1, dtype)}, ABOUT)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_changed_byte_is_noticed_or_changes_nothing(path):
    write_checkpoint(path, ARRAYS, ABOUT)
    raw, (arrays, about) = path.read_bytes(), read_checkpoint(path)
    unnoticed = 0
    for place in range(len(raw)):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :])
        with contextlib.suppress(ValueError):
            came = read_checkpoint(path)
            unnoticed += 1
            assert came[1] == about
            assert list(came[0]) == list(arrays)
            assert all(np.array_equal(came[0][name], arrays[name]) for name in arrays)
    assert unnoticed < len(raw) / 2


def test_a_part_that_is_damaged_is_named(path):
    write_checkpoint(path, ARRAYS, ABOUT)
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("b.npy").header_offset
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"\x01\x02", start + 128)] ^= 1  # its numbers come after a head of 128 bytes
    path.write_bytes(raw)
    with pytest.raises(ValueError, match=r"b\.npy"):
        read_checkpoint(path)


# where it is


def test_a_folder_that_does_not_exist_is_named_before_the_first_epoch(tmp_path):
    missing = tmp_path / "missing" / "run.npz"
    with pytest.raises(FileNotFoundError, match="missing"):
        run(missing, learning_rate=lambda _: None)  # which the first epoch would refuse
    assert not list(tmp_path.iterdir())


def test_a_folder_is_no_checkpoint(tmp_path):
    with pytest.raises(ValueError, match="it is not a file") as caught:
        run(tmp_path)
    assert str(caught.value).startswith(f"checkpoint {tmp_path} cannot be read (")


# writing and reading


def test_what_is_written_is_read_again(path):
    write_checkpoint(path, ARRAYS, ABOUT)
    arrays, about = read_checkpoint(path)
    assert about == ABOUT
    assert list(arrays) == list(ARRAYS)
    for name, array in arrays.items():
        assert array.dtype == ARRAYS[name].dtype
        assert np.array_equal(array, ARRAYS[name])


def test_no_file_is_no_checkpoint(path):
    assert read_checkpoint(path) is None


def test_the_file_is_on_the_disk_before_it_takes_its_place(path, monkeypatch):
    write_checkpoint(path, ARRAYS, ABOUT)
    before, seen = path.read_bytes(), []

    def fsync(number):
        (partial,) = set(path.parent.iterdir()) - {path}
        assert os.fstat(number).st_ino == partial.stat().st_ino
        assert zipfile.is_zipfile(partial), "not all of it has been handed to the system"
        seen.append(path.read_bytes())

    monkeypatch.setattr(checkpoints.os, "fsync", fsync)
    write_checkpoint(path, {"c": np.ones(2)}, ABOUT)
    assert seen == [before]
    assert list(read_checkpoint(path)[0]) == ["c"]


def test_a_disk_that_is_full_leaves_what_was_there(path, monkeypatch):
    write_checkpoint(path, ARRAYS, ABOUT)
    before = path.read_bytes()

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_checkpoint(path, {}, ABOUT)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


# which run it is


def test_a_fingerprint_tells_arrays_apart_by_dtype_shape_and_numbers():
    array = np.arange(6.0).reshape(2, 3)
    others = [array.astype(np.float32), array.T, array.reshape(3, 2), array + 1e-15, -array]
    prints = [fingerprint(one) for one in [array, *others]]
    assert len(set(prints)) == len(prints)
    assert prints[0].startswith("float64 (2, 3) ")


def test_a_fingerprint_does_not_see_how_an_array_lies_in_memory():
    array = np.arange(6.0).reshape(2, 3)
    assert fingerprint(np.asfortranarray(array)) == fingerprint(array)
    assert fingerprint(np.repeat(array, 2, axis=1)[:, ::2]) == fingerprint(array)


def test_the_same_facts_are_the_same_run():
    assert check_same_run("p", {"a": 1, "b": None}, {"b": None, "a": 1}) is None


def test_the_first_difference_is_told_and_others_are_named():
    there = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}
    message = (
        "checkpoint p is of another run: its b is 2, here it is 0, and 4 more: c, d, e, f; "
        "expected the same run, or another path; nothing has been overwritten"
    )
    with refusals.refuses(ValueError, message):
        check_same_run("p", there, {**dict.fromkeys("bcdef", 0), "a": 1})
