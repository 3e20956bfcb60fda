"""Numbers and matrices, and the few ways in which they may meet.

A value is a number or a matrix; a vector is a matrix with one column (a row, with one row).
Values whose shapes do not fit raise ``EquationFault``, which names both shapes.
"""

from __future__ import annotations

import operator

import numpy as np

from .tokens import EquationFault

RELATIONS = {
    "=": np.equal,
    r"\ne": np.not_equal,
    "<": np.less,
    ">": np.greater,
    r"\le": np.less_equal,
    r"\ge": np.greater_equal,
}


def softmax(z):
    """Turn each column of scores (n, m) into probabilities."""
    return np.exp(z) / np.exp(z).sum(axis=0)


CONSTANTS = {"e": np.e}
ELEMENTWISE = ("tanh", "tanh'", "exp", "ln", "Im")  # f(A)_{ij} is f(A_{ij})
FUNCTIONS = {
    "tanh": np.tanh,
    "tanh'": lambda z: 1 / np.cosh(z) ** 2,
    "exp": np.exp,
    "ln": np.log,
    "Im": np.imag,
    "softmax": softmax,
    "diag": lambda v: np.diag(v.ravel()),
    "max": max,
    "min": min,
}


def describe(value) -> str:
    """Name the shape of a value in a message."""
    return f"({', '.join(map(str, np.shape(value)))})" if np.ndim(value) else "a number"


def add(x, y, literal: bool, operation=operator.add):
    """Add two values of one shape, a column to each column, or a ``literal`` to each entry."""
    p, q = np.shape(x), np.shape(y)
    column = len(p) == len(q) == 2 and p[0] == q[0] and 1 in (p[1], q[1])
    if p != q and not column and not literal:
        raise EquationFault(f"cannot add {describe(x)} and {describe(y)}")
    return operation(x, y)


def multiply(x, y):
    """Multiply two matrices, or by a number; a product with one entry is that number."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return x * y
    if x.shape[1] != y.shape[0]:
        raise EquationFault(f"cannot multiply {describe(x)} by {describe(y)}")
    product = x @ y
    return product[0, 0] if product.shape == (1, 1) else product


def multiply_entries(x, y):
    """Multiply two matrices of one shape entry by entry."""
    if np.shape(x) != np.shape(y) or np.ndim(x) == 0:
        raise EquationFault(f"⊙ needs two equal shapes, not {describe(x)} and {describe(y)}")
    return x * y


def call(name: str, values: list):
    """Apply a function to values that it can take."""
    shapes = [np.shape(value) for value in values]
    if name in ("max", "min"):
        fits = len(shapes) > 1 and not any(shapes)
    elif name == "softmax":
        fits = len(shapes) == 1 and len(shapes[0]) == 2
    elif name == "diag":
        fits = len(shapes) == 1 and len(shapes[0]) == 2 and 1 in shapes[0]
    else:
        fits = len(shapes) == 1
    if not fits:
        raise EquationFault(f"{name} does not take {', '.join(map(describe, values))}")
    return FUNCTIONS[name](*values)


def pick(value, place: tuple):
    """Take an entry, which is a number, or a row or a column, which stays a matrix."""
    if not any(isinstance(at, slice) for at in place):
        return value[place]
    return value[tuple(at if isinstance(at, slice) else [at] for at in place)]
