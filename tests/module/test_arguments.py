"""Whatever is put where something else belongs is refused, and the argument is named."""

import inspect

import numpy as np
import pytest

import oracle
import rnn_from_scratch

X, LABELS, A0, PARAMETERS = oracle.problem()
GRADIENTS = oracle.gradients()
SQUARE = oracle.problem(n_x=4)[3]  # a class that is drawn can be read


class Client:
    """A client that gets no task, since no argument gets so far."""

    submit = gather = pytest.fail


def rng():
    return np.random.default_rng(0)


def caches():
    return rnn_from_scratch.rnn_forward(X, A0, PARAMETERS)[2]


PROBLEM = {"x": X, "labels": LABELS, "a0": A0, "parameters": PARAMETERS}
DRAWN = {"n_x": 3, "n_a": 5, "n_y": 4}
ARGUMENTS = {  # what is right
    "clip_by_norm": {"gradients": GRADIENTS, "max_norm": 1.0},
    "clip_by_value": {"gradients": GRADIENTS, "limit": 1.0},
    "complex_step_gradient": {"f": np.sum, "x": np.ones(2), "h": 1e-30},
    "cross_entropy": {"y_hat": np.full((4, 6, 7), 0.25), "labels": LABELS},
    "export_onnx": {"parameters": PARAMETERS, "path": "network.onnx"},
    "initialize_parameters": {**DRAWN, "rng": rng(), "dtype": float},
    "load_parameters": {"path": "parameters.npz"},
    "local_workers": {"shards": 1},
    "loss_and_gradients": {
        **PROBLEM,
        "input_gradient": True,
        "workspace": None,
        "segment": None,
        "return_state": False,
    },
    "cross_entropy_from_scores": {"o": np.ones((4, 6, 7)), "labels": LABELS},
    "free_buffers": {},
    "numerical_gradient": {"f": np.sum, "x": np.ones(2), "eps": 1e-5},
    "pad_labels": {"labels": [1, 2], "lengths": [3, 2]},
    "pad_sequences": {"sequences": [np.ones((2, 3)), np.ones((2, 1))]},
    "predict": {"x": X, "a0": A0, "parameters": PARAMETERS, "lengths": None},
    "random_problem": {**DRAWN, "m": 6, "T": 7, "rng": rng(), "dtype": float},
    "relative_error": {"a": np.ones(2), "b": np.ones(2)},
    "rnn_backward": {"da_output": np.ones((5, 6, 7)), "caches": caches()},
    "rnn_cell_backward": {"da_t": np.ones((5, 6)), "cache": caches()[0]},
    "rnn_cell_forward": {"x_t": X[:, :, 0], "a_prev": A0, "parameters": PARAMETERS},
    "rnn_forward": {"x": X, "a0": A0, "parameters": PARAMETERS},
    "rnn_loss": PROBLEM,
    "rtrl_loss_and_gradients": PROBLEM,
    "sample": {
        "parameters": SQUARE,
        "rng": rng(),
        "start": [0],
        "stop": None,
        "temperature": 1.0,
        "max_length": 3,
    },
    "save_parameters": {"parameters": PARAMETERS, "path": "parameters.npz"},
    "sharded_loss_and_gradients": {**PROBLEM, "client": Client(), "shards": 2},
    "softmax": {"z": np.ones((2, 3)), "axis": 0},
    "toy_problem": {"dtype": float},
    "train": {
        **PROBLEM,
        "learning_rate": 0.1,
        "epochs": 1,
        "batch_size": 3,
        "rng": rng(),
        "clip_norm": 1.0,
        "validation": (X, LABELS, A0),
        "patience": 2,
        "on_epoch": None,
        "checkpoint": None,
        "gradient_function": rnn_from_scratch.loss_and_gradients,
        "update": None,
        "weights": np.ones(6),
        "window": None,
    },
    "truncated_loss_and_gradients": {
        **PROBLEM,
        "window": 3,
        "input_gradient": True,
        "workspace": None,
        "return_state": False,
    },
    "update_parameters": {
        "parameters": PARAMETERS,
        "gradients": GRADIENTS,
        "learning_rate": 0.1,
    },
}
WRONG = {
    "True": True,
    "2**70": 2**70,
    "-1": -1,
    "0.5": 0.5,
    "nan": float("nan"),
    "text": "abc",
    "bytes": b"abc",
    "None": None,
    "object": object(),
    "generator": (each for each in [1, 2]),
    "set": {1, 2},
    "a list of nothing": [],
    "a list of True": [True, True],
    "a list of texts": ["a", "b"],
    "a list of None": [None, None],
    "dict": {"a": 1},
    "complex": 1j,
    "array of objects": np.array([None, 1], object),
    "masked": np.ma.masked_array(np.ones((2, 2)), mask=np.eye(2)),
    "matrix": np.eye(2).view(np.matrix),
    "array of texts": np.array(["a", "b"]),
    "array of times": np.array(["2026-11-27"] * 2, "datetime64[D]"),
    "function": lambda *_: None,
    "class": int,
}
ALLOWED = {  # what is not wrong there: argument, or function and argument
    "a list of True": {"a", "b"},
    "nan": {"a", "b"},
    "complex": {"a", "b"},
    "None": {
        *("workspace", "segment", "stop", "batch_size", "clip_norm", "validation", "patience"),
        *("on_epoch", "checkpoint", "update", "weights", "a0", "a_prev", "predict lengths"),
        "train window",
    },
    "True": {"input_gradient", "return_state", "a", "b"},
    "2**70": {
        *("temperature", "limit", "max_norm", "learning_rate", "clip_norm", "eps", "h"),
    },
    "0.5": {
        *("eps", "h", "limit", "max_norm", "learning_rate", "clip_norm", "temperature", "a", "b"),
    },
    "-1": {"axis", "a", "b"},
    "text": {"path", "checkpoint"},
    "function": {"f", "on_epoch", "gradient_function", "update", "learning_rate"},
    "class": {"f", "on_epoch", "gradient_function", "update", "learning_rate"},
}


def call(name, arguments):
    """Call a function; one that hands out workers begins when they are asked for."""
    came = getattr(rnn_from_scratch, name)(**arguments)
    return came.__enter__() if name == "local_workers" else came


def test_every_function_and_every_argument_is_tried():
    for name in rnn_from_scratch.__all__:
        function = getattr(rnn_from_scratch, name)
        if not inspect.isclass(function):
            assert list(inspect.signature(function).parameters) == list(ARGUMENTS[name]), name


def complaint(name, argument, kind, folder):
    """Return what is said of a wrong argument; None if it is said as it should be."""
    arguments = {**ARGUMENTS[name], argument: WRONG[kind]}
    for path in arguments.keys() & {"path", "checkpoint"}:
        if isinstance(arguments[path], str):
            arguments[path] = str(folder / arguments[path])
    try:
        call(name, arguments)
    except (TypeError, ValueError) as error:
        first, rest = str(error).split(maxsplit=1)
        named = first.rstrip(":,").split("[")[0] == argument and "expected" in rest
        return None if named else f"{argument} = {kind}: {error}"
    return f"{argument} = {kind}: it was taken"


@pytest.mark.parametrize("name", ARGUMENTS)
def test_what_is_wrong_is_refused_and_the_argument_is_named(name, tmp_path):
    complaints = [
        complaint(name, argument, kind, tmp_path)
        for argument in ARGUMENTS[name]
        for kind in WRONG
        if not {argument, f"{name} {argument}"} & ALLOWED.get(kind, set())
    ]
    assert not list(filter(None, complaints))
