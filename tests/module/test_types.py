"""The types that the module says are read by a checker, in the file of somebody who uses it."""

import os
import re
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
train(x, labels, None, parameters, learning_rate=0.1, epochs=2, validation=(x, labels, None))
save_parameters(trained, "file.npz")
classes = predict(x, a0, load_parameters("file.npz"), lengths=[5] * 8)
best: int = history.best_epoch
score: float = RNN(8, dtype="float32").fit(x, classes).score(x, classes)
"""
WRONG = """
import numpy as np
import rnn_from_scratch as rnn

x, labels, a0 = np.ones((3, 8, 5)), np.zeros((8, 5), int), np.zeros((4, 8))
rnn.initialize_parameters("3", 4, 2, rng=np.random.default_rng(0))
rnn.initialize_parameters(3, 4, 2, rng=0)
rnn.save_parameters({"Wax": 3}, "file.npz")
rnn.rnn_cell_forward(x[:, :, 0], a0, 3)
rnn.rnn_forward(x, a0, 3)
rnn.rnn_loss(x, labels, a0, 3)
rnn.predict(x, a0, 3)
rnn.loss_and_gradients(x, labels, a0, 3)
rnn.loss_and_gradients(x, labels, a0, {}).keys()
rnn.truncated_loss_and_gradients(x, labels, a0, {}, "3")
rnn.rtrl_loss_and_gradients(x, labels, a0, 3)
rnn.train(x, labels, a0, 3, learning_rate=0.1, epochs=1)
rnn.sharded_loss_and_gradients(x, labels, a0, None, client=3, shards=1)
rnn.relative_error(object(), 1)
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The report of mypy on both files, strictly, with nothing but the package on its path."""
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


def test_every_wrong_call_is_found(found):
    lines = {int(line) for line in re.findall(r"^wrong\.py:(\d+): error", found, re.MULTILINE)}
    first = WRONG[: WRONG.index("rnn.")].count("\n") + 1
    assert lines == set(range(first, WRONG.count("\n") + 1)), found


def test_the_package_says_that_it_is_typed():
    assert Path(rnn_from_scratch.__file__).with_name("py.typed").is_file()
