"""The problems of the benchmark: the shapes, and the arrays that every peer is given."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_from_scratch.gradient_check import random_problem


class Shape(NamedTuple):
    """The five sizes of a problem."""

    n_x: int
    n_a: int
    n_y: int
    m: int
    T: int


SHAPES = {
    "toy": Shape(2, 4, 2, 1, 3),
    "minchar": Shape(65, 100, 65, 1, 25),
    "charlm": Shape(65, 128, 65, 32, 64),
    "medium": Shape(64, 256, 64, 64, 100),
    "long": Shape(16, 64, 8, 8, 2000),
    "large": Shape(256, 1024, 256, 128, 50),
}
LONE = {"single": Shape(8, 32, 10, 1, 1000)}  # a long sequence alone, for our own calls
DTYPES = ("float32", "float64")
SCANNED = "charlm"  # the shape of which one size at a time is changed
AXES = {
    "T": (4, 16, 64, 256, 1024),
    "m": (1, 4, 16, 64, 256),
    "n_a": (16, 32, 64, 128, 256, 512),
}


class Problem(NamedTuple):
    """The arguments of ``loss_and_gradients``: x (n_x, m, T), labels (m, T), a0 (n_a, m)."""

    x: np.ndarray
    labels: np.ndarray
    a0: np.ndarray
    parameters: dict


def draw(shape: Shape, dtype: str) -> Problem:
    """Draw the same numbers in every process."""
    return Problem(*random_problem(*shape, rng=np.random.default_rng(18), dtype=np.dtype(dtype)))


def time_major(x: np.ndarray) -> np.ndarray:
    """Bring (n, m, T) into (T, m, n), contiguous."""
    return np.ascontiguousarray(x.transpose(2, 1, 0))
