"""The arguments that the public functions must refuse, and in which words."""

import math
import re

import numpy as np
import pytest


def refuses(error, message):
    """Expect an error with exactly this message."""
    return pytest.raises(error, match=f"^{re.escape(message)}$")


def spoilt(arguments, spoil, message):
    """Return the arguments with one of them, or one of the parameters, spoilt.

    Which one is said by the first word of the message that this must cause.
    """
    name = message.split()[0]
    if name in arguments:
        return {**arguments, name: spoil(arguments[name])}
    parameters = arguments["parameters"]
    return {**arguments, "parameters": {**parameters, name: spoil(parameters[name])}}


def holding(value, *place):
    """Return a function that copies an array and puts a value at one place of the copy."""

    def spoil(array):
        array = array.copy()
        array[place] = value
        return array

    return spoil


def of_shape(*shape):
    return lambda array: np.ones(shape, array.dtype)


def of_type(dtype):
    return lambda array: array.astype(dtype)


def as_list(array):
    return array.tolist()


def masked(array):
    return np.ma.masked_array(array, mask=np.zeros(array.shape, bool))


def matrix(array):
    return array.view(np.matrix)


def derived(array):
    return array.view(type("Derived", (np.ndarray,), {}))


def nothing(argument):
    return None


def misspelt(parameters):
    return {name.replace("Wya", "Way"): value for name, value in parameters.items()}


def without_by(parameters):
    return {name: value for name, value in parameters.items() if name != "by"}


def mixed(parameters):
    return {**parameters, "Wya": parameters["Wya"].astype(np.float32)}


def lacking(*names):
    return lambda gradients: {k: value for k, value in gradients.items() if k not in names}


def with_one(name, value):
    return lambda gradients: {**gradients, name: value}


class Behind:
    """What is no array and becomes one, a masked one too."""

    def __init__(self, array):
        self.array = array

    def __len__(self):
        return len(self.array)

    def __array__(self, dtype=None, copy=None):
        return self.array


NAMES = "Wax, Waa, Wya, ba, by"
UNMASKED = "expected a NumPy array without a mask; the label -1 says that a step does not count"
EXACTLY = "expected exactly a numpy.ndarray, as numpy.asarray returns it"
FINITE = "expected finite float64 numbers"

# Each row: how an argument is spoilt, the error, and its words, of which the first names the
# argument. The sizes are those of oracle.problem: n_x 3, n_a 5, n_y 4, m 6, T 7.

BAD_PARAMETERS = [
    (list, TypeError, "parameters is of type list; expected a dict"),
    (without_by, ValueError, f"parameters has the keys Wax, Waa, Wya, ba; expected {NAMES}"),
    (misspelt, ValueError, f"parameters has the keys Wax, Waa, Way, ba, by; expected {NAMES}"),
    (as_list, TypeError, "Wax is of type list; expected a NumPy array"),
    (masked, TypeError, f"ba is of type MaskedArray; {UNMASKED}"),
    (matrix, TypeError, f"Waa is of type matrix; {EXACTLY}"),
    (derived, TypeError, f"Wya is of type Derived; {EXACTLY}"),
    (of_type(np.int64), TypeError, "by has dtype int64; expected float32 or float64"),
    (of_type(np.float16), TypeError, "ba has dtype float16; expected float32 or float64"),
    (of_type(object), TypeError, "Wya has dtype object; expected float32 or float64"),
    (mixed, TypeError, "parameters mix float32 and float64; expected one dtype"),
    (of_shape(5), ValueError, "Wax has shape (5,); expected (n_a, n_x)"),
    (of_shape(5, 0), ValueError, "Wax has shape (5, 0); expected n_x >= 1"),
    (of_shape(5, 4), ValueError, "Waa has shape (5, 4); expected (n_a, n_a) = (5, 5)"),
    (of_shape(5, 4), ValueError, "Wya has shape (5, 4); expected (n_y, n_a) = (n_y, 5)"),
    (of_shape(0, 5), ValueError, "Wya has shape (0, 5); expected n_y >= 1"),
    (of_shape(5), ValueError, "ba has shape (5,); expected (n_a, 1) = (5, 1)"),
    (of_shape(5, 6), ValueError, "ba has shape (5, 6); expected (n_a, 1) = (5, 1)"),
    (of_shape(1, 4), ValueError, "by has shape (1, 4); expected (n_y, 1) = (4, 1)"),
    (holding(np.nan, 1, 2), ValueError, f"Waa holds nan at (1, 2); {FINITE}"),
    (holding(-np.inf, 3, 0), ValueError, f"by holds -inf at (3, 0); {FINITE}"),
]

BAD_SEQUENCES = [
    (as_list, TypeError, "x is of type list; expected a NumPy array"),
    (masked, TypeError, f"x is of type MaskedArray; {UNMASKED}"),
    (derived, TypeError, f"x is of type Derived; {EXACTLY}"),
    (masked, TypeError, f"a0 is of type MaskedArray; {UNMASKED}"),
    (matrix, TypeError, f"a0 is of type matrix; {EXACTLY}"),
    (of_type(np.int64), TypeError, "x has dtype int64; expected float32 or float64"),
    (of_type(np.complex64), TypeError, "x has dtype complex64; expected float32 or float64"),
    (of_shape(3, 6), ValueError, "x has shape (3, 6); expected (n_x, m, T) = (3, m, T)"),
    (of_shape(2, 6, 7), ValueError, "x has shape (2, 6, 7); expected (n_x, m, T) = (3, m, T)"),
    (of_shape(3, 6, 0), ValueError, "x has shape (3, 6, 0); expected T >= 1"),
    (of_shape(3, 0, 7), ValueError, "x has shape (3, 0, 7); expected m >= 1"),
    (holding(np.nan, 2, 5, 6), ValueError, f"x holds nan at (2, 5, 6); {FINITE}"),
    (holding(np.inf, 0, 1, 0), ValueError, f"x holds inf at (0, 1, 0); {FINITE}"),
    (of_type(bool), TypeError, "a0 has dtype bool; expected float32 or float64"),
    (of_shape(5, 1), ValueError, "a0 has shape (5, 1); expected (n_a, m) = (5, 6)"),
    (of_shape(5), ValueError, "a0 has shape (5,); expected (n_a, m) = (5, 6)"),
    (holding(np.nan, 4, 0), ValueError, f"a0 holds nan at (4, 0); {FINITE}"),
]

BAD_LABELS = [
    (as_list, TypeError, "labels is of type list; expected a NumPy array"),
    (masked, TypeError, f"labels is of type MaskedArray; {UNMASKED}"),
    (matrix, TypeError, f"labels is of type matrix; {EXACTLY}"),
    (of_type(np.float64), TypeError, "labels has dtype float64; expected integers"),
    (of_type(bool), TypeError, "labels has dtype bool; expected integers"),
    (np.transpose, ValueError, "labels has shape (7, 6); expected (m, T) = (6, 7)"),
    (np.ravel, ValueError, "labels has shape (42,); expected (m, T) = (6, 7)"),
    (holding(4, 5, 6), ValueError, "labels holds 4 at (5, 6); expected -1 or a class 0 to 3"),
    (holding(-2, 0, 3), ValueError, "labels holds -2 at (0, 3); expected -1 or a class 0 to 3"),
]

BAD_GRADIENTS = [
    (list, TypeError, "gradients is of type list; expected a dict"),
    (nothing, TypeError, "gradients is of type NoneType; expected a dict"),
    (lacking("dby"), ValueError, "gradients lacks dby; expected one for each parameter"),
    (
        lacking("dWax", "dba"),
        ValueError,
        "gradients lacks dWax, dba; expected one for each parameter",
    ),
    (with_one("dba", [0.0]), TypeError, "dba is of type list; expected a NumPy array"),
    (
        with_one("dba", masked(np.ones((5, 1)))),
        TypeError,
        f"dba is of type MaskedArray; {UNMASKED}",
    ),
    (with_one("dWaa", matrix(np.eye(5))), TypeError, f"dWaa is of type matrix; {EXACTLY}"),
    (
        with_one("dWya", np.ones((4, 5), int)),
        TypeError,
        "dWya has dtype int64; expected float32 or float64",
    ),
    (
        with_one("dWax", np.ones((5, 3), complex)),
        TypeError,
        "dWax has dtype complex128; expected float32 or float64",
    ),
    (
        with_one("dWaa", np.ones((5, 4))),
        ValueError,
        "dWaa has shape (5, 4); expected (n_a, n_a) = (5, 5)",
    ),
    (with_one("dba", np.ones(5)), ValueError, "dba has shape (5,); expected (n_a, 1) = (5, 1)"),
    (with_one("dby", np.full((4, 1), np.nan)), ValueError, f"dby holds nan at (0, 0); {FINITE}"),
]

NOT_POSITIVE = [0, -0.1, math.nan, math.inf, "0.1", None, 1j, np.ones(1)]
