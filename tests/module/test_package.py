"""The package as a whole: its names, its manners, its command."""

import importlib
import inspect
import os
import random
import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rnn_from_scratch
from rnn_from_scratch import __main__ as command
from rnn_from_scratch.descent import descend
from rnn_from_scratch.toy import TOY_EPOCHS, TOY_LEARNING_RATE

API = [
    "RNN",
    "CellCache",
    "History",
    "StopTraining",
    "Stream",
    "Workspace",
    "clip_by_norm",
    "clip_by_value",
    "complex_step_gradient",
    "cross_entropy",
    "cross_entropy_from_scores",
    "export_onnx",
    "free_buffers",
    "initialize_parameters",
    "load_parameters",
    "local_workers",
    "loss_and_gradients",
    "numerical_gradient",
    "pad_labels",
    "pad_sequences",
    "predict",
    "random_problem",
    "relative_error",
    "rnn_backward",
    "rnn_cell_backward",
    "rnn_cell_forward",
    "rnn_forward",
    "rnn_loss",
    "rtrl_loss_and_gradients",
    "sample",
    "save_parameters",
    "sharded_loss_and_gradients",
    "softmax",
    "toy_problem",
    "train",
    "truncated_loss_and_gradients",
    "update_parameters",
]
PROBLEMS = ["random_problem", "toy_problem"]  # which draw something, and take nothing but sizes
FUNCTIONS = [
    name
    for name in API
    if not inspect.isclass(getattr(rnn_from_scratch, name))
    and name not in ("free_buffers", *PROBLEMS)
]


def run(*arguments, cwd, stdout=subprocess.PIPE):
    """Run Python elsewhere, with nothing of this project on its path but the package."""
    command = [sys.executable, "-W", "error", *arguments]
    code = str(Path(rnn_from_scratch.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": code}
    pipes = {"stdout": stdout, "stderr": subprocess.PIPE}
    return subprocess.run(command, cwd=cwd, env=environment, **pipes, text=True)


# names


def test_all_is_exactly_the_public_api():
    assert rnn_from_scratch.__all__ == API
    public = {name for name in vars(rnn_from_scratch) if not name.startswith("_")}
    modules = {name for name in public if inspect.ismodule(getattr(rnn_from_scratch, name))}
    assert public - modules == set(API)


def sections(name):
    """Split the documentation of a function at its underlined headings."""
    doc = inspect.getdoc(getattr(rnn_from_scratch, name))
    parts = re.split(r"^(\w+(?: Also)?)\n-+$", doc, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_every_result_and_every_error_is_documented(name):
    parts, signature = sections(name), inspect.signature(getattr(rnn_from_scratch, name))
    results = [] if signature.return_annotation in (None, "None") else ["Returns"]
    assert list(parts) == ["Parameters", *results, "Raises", "See Also", "Examples"]
    headings = re.findall(r"^(\S.*) : .*$", parts["Parameters"], re.MULTILINE)
    assert ", ".join(headings).split(", ") == list(signature.parameters)


@pytest.mark.parametrize("name", [*FUNCTIONS, *PROBLEMS])
def test_every_function_has_an_example_that_runs_as_a_doctest(name):
    assert ">>> " in sections(name)["Examples"]


# manners


def test_importing_prints_nothing_and_needs_only_numpy(tmp_path):
    code = (
        "import sys, numpy\n"
        "before = set(sys.modules)\n"
        "import rnn_from_scratch\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "assert new - sys.stdlib_module_names - {'numpy'} == {'rnn_from_scratch'}, new\n"
    )
    result = run("-c", code, cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


HEAVY = {  # of the standard library; each would take longer than all of the package does
    *("argparse", "asyncio", "concurrent", "ctypes", "email", "http", "multiprocessing"),
    *("sqlite3", "ssl", "subprocess", "unittest", "urllib.request", "xml"),
}


def test_importing_brings_in_little_more_than_numpy_does(tmp_path):
    """Counted, not timed: each module takes a millisecond or less, and the whole 0.15 s at most."""
    code = (
        "import sys, numpy\n"
        "before = set(sys.modules)\n"
        "import rnn_from_scratch\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    new = set(run("-c", code, cwd=tmp_path).stdout.split())
    assert "rnn_from_scratch.fast" in new
    assert not new & HEAVY
    assert len(new) <= 100, new


def test_random_numbers_come_from_the_given_generator_alone():
    generator = np.random.mtrand._rand  # the one behind np.random.seed
    state = repr(generator.get_state(legacy=False)), random.getstate()
    problem = rnn_from_scratch.random_problem(rng=np.random.default_rng(0))
    rnn_from_scratch.train(*problem, learning_rate=0.1, epochs=1)
    rnn_from_scratch.toy_problem()
    assert (repr(generator.get_state(legacy=False)), random.getstate()) == state


# the command


def run_the_command(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["rnn_from_scratch"])
    monkeypatch.delitem(sys.modules, command.__name__)  # as if it had not been imported
    runpy.run_module("rnn_from_scratch", run_name="__main__")


def call_its_main(monkeypatch):
    command.main([])


@pytest.mark.parametrize("start", [run_the_command, call_its_main])
def test_the_command_prints_the_loss_of_each_epoch_and_the_predictions(start, capsys, monkeypatch):
    start(monkeypatch)
    x, labels, a0, parameters = rnn_from_scratch.toy_problem()
    parameters, losses = descend(
        x, labels, a0, parameters, learning_rate=TOY_LEARNING_RATE, epochs=TOY_EPOCHS
    )
    y_hat = rnn_from_scratch.rnn_forward(x, a0, parameters)[1]
    epochs = [f"epoch {epoch:2}   loss {J:.4f} nats" for epoch, J in enumerate(losses)]
    steps = [f"step {t + 1}    class 0 has probability {p:.4f}" for t, p in enumerate(y_hat[0, 0])]
    assert len(epochs) == 11
    assert len(steps) == 3
    assert capsys.readouterr().out.splitlines() == epochs + steps


def test_importing_the_command_runs_nothing(capsys):
    importlib.reload(command)
    assert capsys.readouterr().out == ""


def test_the_command_runs_as_a_process_and_predicts_class_0(tmp_path):
    result = run("-m", "rnn_from_scratch", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    probabilities = [float(p) for p in re.findall(r"probability (\S+)", result.stdout)]
    assert len(probabilities) == 3
    assert min(probabilities) > 0.5


def test_where_nobody_reads_the_command_ends_in_silence(monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        command.run([])
        assert os.fstat(writing).st_rdev == Path(os.devnull).stat().st_rdev


def test_help_names_the_command_and_says_what_it_does(capsys, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    with pytest.raises(SystemExit) as ended:
        command.run(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    what = "Train the small example of the book RNN from Scratch; print what it learns."
    assert said.startswith(f"usage: python -m rnn_from_scratch [-h] {what} options:")
    assert ended.value.code == 0


def test_help_is_printed_and_nothing_trained(tmp_path):
    result = run("-m", "rnn_from_scratch", "--help", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("usage: python -m rnn_from_scratch [-h]\n")
    assert "epoch" not in result.stdout


@pytest.mark.parametrize("argument", ["--epochs=3", "toy"])
def test_an_unknown_argument_is_named_and_ends_with_status_2(tmp_path, argument):
    result = run("-m", "rnn_from_scratch", argument, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"unrecognized arguments: {argument}" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_a_reader_who_stops_reading_causes_no_traceback(tmp_path, arguments):
    reading, writing = os.pipe()
    os.close(reading)
    result = run("-m", "rnn_from_scratch", *arguments, cwd=tmp_path, stdout=writing)
    os.close(writing)
    assert (result.returncode, result.stderr) == (0, "")
