"""Runs in the page: the checks of the book, made on a text that somebody has edited."""

import io
import traceback
from contextlib import redirect_stderr, redirect_stdout, suppress

import numpy as np

from rnn_from_scratch import loss_and_gradients, random_problem, relative_error
from rnn_from_scratch.descent import update_parameters
from rnn_from_scratch.gradient_check import complex_step_gradient, numerical_gradient
from rnn_from_scratch.toy import TOY_EPOCHS, TOY_LEARNING_RATE, toy_problem

FILE = "your text"
NAMES = ("dWax", "dWaa", "dWya", "dba", "dby", "dx", "da0")
MOST = 2000  # characters, of what the text prints and of an error
NEEDED = ("softmax", "cross_entropy_from_scores", "_cell_by_cell", "plain_loss_and_gradients")


def awkward():
    """Draw a small problem on which mistakes show; one of its steps does not count."""
    x, labels, a0, parameters = random_problem(2, 4, 5, 6, 3, rng=np.random.default_rng(0))
    labels[0, 0] = -1
    return x, labels, a0, parameters


class Printed(io.TextIOBase):
    """Keeps the first characters that are written to it, and counts the others."""

    def __init__(self):
        self.text, self.more = "", 0

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        kept = text[: MOST - len(self.text)]
        self.text += kept
        self.more += len(text) - len(kept)
        return len(text)


def judge(text: str, tolerance: float) -> dict:
    """Make all checks on the functions that a text defines; of an error, say line and words.

    A gradient is wrong if its relative error is above the tolerance.
    The text is run, as any program is that somebody writes; what it prints is said too.
    """
    printed = Printed()
    with redirect_stdout(printed), redirect_stderr(printed):
        found = _found(text, tolerance)
    return {**found, "printed": printed.text, "more": printed.more}


def _found(text: str, tolerance: float) -> dict:
    try:
        names = {"__name__": "workbench"}
        exec(compile(text, FILE, "exec"), names)
        lacking = [name for name in NEEDED if not callable(names.get(name))]
        if lacking:
            return {"error": f"the text defines no {lacking[0]}", "line": 0}
        return _judge(names, tolerance)
    except SyntaxError as error:
        return {"error": f"{type(error).__name__}: {error.msg}", "line": error.lineno or 0}
    except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 (whatever the text may raise)
        words = f"{type(error).__name__}: {error}".removesuffix(": ")
        return {"error": words[:MOST], "line": _line(error)}


def _line(error: BaseException) -> int:
    """The last line of the text that an error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    return max([0, *(frame.lineno for frame in frames if frame.filename == FILE)][-1:])


def _judge(names: dict, tolerance: float) -> dict:
    problem, backward = awkward(), names["plain_loss_and_gradients"]
    answer = backward(*problem)
    if not (isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], dict)):
        return {"error": "plain_loss_and_gradients does not return J, gradients", "line": 0}
    J, gradients = answer
    true_J, true = loss_and_gradients(*problem)
    judges = {
        "central": _measured(numerical_gradient, names, problem),
        "complex": _measured(complex_step_gradient, names, problem),
        "module": true,
    }
    rows = [
        [name, *(_error(gradients.get(name), judge[name]) for judge in judges.values())]
        for name in NAMES
    ]
    rows.append(["J", None, None, _error(np.array(J), np.array(true_J))])
    losses, right = _losses(backward), _losses(loss_and_gradients)
    noticed = {
        "the falling loss": not losses[-1] < losses[0],
        "central differences": _worst(row[1] for row in rows[:-1]) > tolerance,
        "the complex step": _worst(row[2] for row in rows[:-1]) > tolerance,
        "the module": _worst(row[3] for row in rows) > tolerance,
    }
    return {"rows": rows, "losses": losses, "right": right, "noticed": noticed}


def _worst(errors) -> float:
    """The largest error; a gradient that cannot be compared is as wrong as can be."""
    return max(np.inf if isinstance(error, str) else error for error in errors)


def _error(found, expected) -> float | str:
    """The relative error; or why there is none."""
    if found is None:
        return "missing"
    found = np.asarray(found, dtype=float)
    if found.shape != np.shape(expected):
        return f"shape {found.shape}"
    error = float(relative_error(found, np.asarray(expected)))
    return error if np.isfinite(error) else "not finite"


def _measured(instrument, names: dict, problem) -> dict:
    """Differentiate the loss of the text with respect to everything, without the chain rule."""
    x, labels, a0, parameters = problem
    at = {"x": x, "a0": a0, **parameters}

    def loss_of(name):
        def loss_at(value):
            moved = {**at, name: value}
            _, o, _ = names["_cell_by_cell"](moved.pop("x"), moved.pop("a0"), moved)
            return names["cross_entropy_from_scores"](o, labels)

        return loss_at

    return {f"d{name}": instrument(loss_of(name), at[name]) for name in at}


def _losses(backward) -> list[float]:
    """Train the toy; return the loss before the first epoch and after each.

    Where a gradient is missing or has another shape, training stands still.
    """
    x, labels, a0, parameters = toy_problem()
    losses = [float(backward(x, labels, a0, parameters)[0])]
    for _ in range(TOY_EPOCHS):
        gradients = backward(x, labels, a0, parameters)[1]
        with suppress(KeyError, TypeError, ValueError):
            parameters = update_parameters(parameters, gradients, TOY_LEARNING_RATE)
        losses.append(float(backward(x, labels, a0, parameters)[0]))
    return losses
