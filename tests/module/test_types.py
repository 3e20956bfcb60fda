"""The types that the module says are read by a checker, in the file of somebody who uses it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import rnn_from_scratch

RIGHT = """
import numpy as np
from rnn_from_scratch import (
    RNN, Workspace, initialize_parameters, load_parameters, predict, save_parameters, train
)

rng = np.random.default_rng(0)
x, labels, a0 = np.ones((3, 8, 5)), np.zeros((8, 5), int), np.zeros((4, 8))
parameters = initialize_parameters(3, 4, 2, rng=rng, dtype=np.float32)
trained, history = train(x, labels, a0, parameters, learning_rate=lambda e: 0.1, epochs=2)
save_parameters(trained, "file.npz")
classes = predict(x, a0, load_parameters("file.npz"), lengths=[5] * 8)
best: int = history.best_epoch
score: float = RNN(8, dtype="float32").fit(x, classes).score(x, classes)
"""
WRONG = """
from rnn_from_scratch import initialize_parameters, save_parameters

initialize_parameters("3", 4, 2, rng=0)
save_parameters({"Wax": 3}, "file.npz")
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What mypy says of both files, strictly, with nothing but the package on its path."""
    folder = tmp_path_factory.mktemp("user")
    (folder / "right.py").write_text(RIGHT)
    (folder / "wrong.py").write_text(WRONG)
    code = str(Path(rnn_from_scratch.__file__).parents[1])
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "right.py", "wrong.py"]
    environment = os.environ | {"MYPYPATH": code, "MYPY_CACHE_DIR": str(folder / "cache")}
    options = ["--follow-imports=silent", "--ignore-missing-imports"]
    done = subprocess.run(
        [*command, *options], cwd=folder, env=environment, capture_output=True, text=True
    )
    return done.stdout


def test_a_users_file_type_checks(found):
    assert "checked 2 source files" in found
    assert "right.py" not in found


def test_a_wrong_call_is_found(found):
    assert "Found 3 errors in 1 file" in found, found


def test_the_package_says_that_it_is_typed():
    assert Path(rnn_from_scratch.__file__).with_name("py.typed").is_file()
