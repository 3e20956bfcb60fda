# Generated from the chapters in book/ by `make tangle`. Edit the chapter, not this file.
# sha256: b7808ddd19b8820d
# book/notation.md
"""The parameters of the network, and the checks of what a caller passes in."""

import math
from collections.abc import Mapping
from numbers import Integral, Real

import numpy as np

PARAMETER_AXES = {
    "Wax": ("n_a", "n_x"),
    "Waa": ("n_a", "n_a"),
    "Wya": ("n_y", "n_a"),
    "ba": ("n_a", "1"),
    "by": ("n_y", "1"),
}


# book/notation.md
def check_shape(name, shape, axes, sizes):
    """Compare a shape with its named axes, and note in ``sizes`` each axis met for the first time.

    Raises ValueError that names the argument, what was expected and what came.
    """
    expected = tuple(sizes.get(axis, axis) for axis in axes)
    fits = (wanted in (axis, n) for wanted, axis, n in zip(expected, axes, shape, strict=False))
    if len(shape) != len(axes) or not all(fits):
        values = "" if expected == axes else f" = ({', '.join(map(str, expected))})"
        raise ValueError(f"{name} has shape {shape}; expected ({', '.join(axes)}){values}")
    if 0 in shape:
        raise ValueError(f"{name} has shape {shape}; expected {axes[shape.index(0)]} >= 1")
    sizes.update(zip(axes, shape, strict=True))


# book/notation.md
def first_place(where):
    """Return the indices of the first True in an array of booleans, to name it in a message."""
    return tuple(np.argwhere(where)[0].tolist())


# book/notation.md
def check_array(name, array, axes, sizes, dtype=None):
    """Check one floating-point array, and return it in the precision ``dtype``.

    Raises TypeError for anything but an array of float32 or float64, and ValueError for a wrong
    shape, NaN or infinity. An array of complex128 passes as it is, for the complex step.
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} is of type {type(array).__name__}; expected a NumPy array")
    if array.dtype not in (np.float32, np.float64, np.complex128):
        raise TypeError(f"{name} has dtype {array.dtype}; expected float32 or float64")
    check_shape(name, array.shape, axes, sizes)
    cast = array
    if dtype is not None and not np.iscomplexobj(array):
        with np.errstate(over="ignore"):  # an overflow becomes infinite, and is named below
            cast = array.astype(dtype, copy=False)
    if not np.isfinite(cast).all():
        at = first_place(~np.isfinite(cast))
        raise ValueError(f"{name} holds {array[at]} at {at}; expected finite {cast.dtype} numbers")
    return cast


# book/notation.md
def check_parameters(parameters):
    """Check the five parameters against each other; return their sizes and their precision.

    Raises TypeError if it is not a dict or mixes precisions, ValueError if a name is missing or
    unknown, and what ``check_array`` raises for one of the arrays.
    """
    if not isinstance(parameters, Mapping):
        raise TypeError(f"parameters is of type {type(parameters).__name__}; expected a dict")
    if set(parameters) != set(PARAMETER_AXES):
        came, expected = ", ".join(map(str, parameters)), ", ".join(PARAMETER_AXES)
        raise ValueError(f"parameters has the keys {came}; expected {expected}")
    sizes = {"1": 1}
    for name, axes in PARAMETER_AXES.items():
        check_array(name, parameters[name], axes, sizes)
    precisions = {np.finfo(parameters[name].dtype).dtype for name in PARAMETER_AXES}
    if len(precisions) > 1:
        raise TypeError("parameters mix float32 and float64; expected one dtype")
    return sizes, precisions.pop()


# book/notation.md
def check_labels(labels, sizes):
    """Check labels of shape (m, T): each is a class from 0 to n_y - 1, or -1 for "does not count".

    Raises TypeError for anything but an array of integers, ValueError for a wrong shape or range.
    """
    if not isinstance(labels, np.ndarray):
        raise TypeError(f"labels is of type {type(labels).__name__}; expected a NumPy array")
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels has dtype {labels.dtype}; expected integers")
    check_shape("labels", labels.shape, ("m", "T"), sizes)
    outside = (labels < -1) | (labels >= sizes["n_y"])
    if outside.any():
        at, last = first_place(outside), sizes["n_y"] - 1
        raise ValueError(f"labels holds {labels[at]} at {at}; expected -1 or a class 0 to {last}")


# book/notation.md
def check_gradients(gradients, sizes, dtype=None):
    """Pick the gradients of the five parameters, and check that they fit ``sizes`` and each other.

    Raises TypeError if it is not a dict, ValueError if one is missing, and what ``check_array``
    raises for one of the arrays. Other entries, such as ``dx``, are left out.
    """
    if not isinstance(gradients, Mapping):
        raise TypeError(f"gradients is of type {type(gradients).__name__}; expected a dict")
    missing = [f"d{name}" for name in PARAMETER_AXES if f"d{name}" not in gradients]
    if missing:
        raise ValueError(f"gradients lacks {', '.join(missing)}; expected one for each parameter")
    return {
        f"d{name}": check_array(f"d{name}", gradients[f"d{name}"], axes, sizes, dtype)
        for name, axes in PARAMETER_AXES.items()
    }


# book/notation.md
def check_counts(**counts):
    """Refuse a count that is not a whole number of at least 1, with a ValueError that names it."""
    for name, count in counts.items():
        if not isinstance(count, Integral) or count < 1:
            raise ValueError(f"{name} is {count!r}; expected a whole number >= 1")


# book/notation.md
def check_positive(name, value):
    """Refuse anything but a finite number > 0; return it as Python's float, which keeps float32."""
    if not isinstance(value, Real) or not 0 < value < math.inf:
        raise ValueError(f"{name} is {value!r}; expected a finite number > 0")
    return float(value)


# book/notation.md
def initialize_parameters(n_x, n_a, n_y, *, rng, dtype=np.float64):
    """Draw fresh parameters: weights of variance 1 / (number of columns), biases zero.

    Parameters
    ----------
    n_x, n_a, n_y : int
        Sizes of an input, a hidden state and an output.
    rng : numpy.random.Generator
        Where the random numbers come from.
    dtype : numpy.float64 or numpy.float32
        The precision of the parameters.

    Returns
    -------
    dict
        ``Wax (n_a, n_x)``, ``Waa (n_a, n_a)``, ``Wya (n_y, n_a)``, ``ba (n_a, 1)`` and
        ``by (n_y, 1)``.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.
    TypeError
        If ``rng`` is not a Generator or ``dtype`` is neither float64 nor float32.

    Examples
    --------
    >>> parameters = initialize_parameters(2, 4, 3, rng=np.random.default_rng(0))
    >>> {name: value.shape for name, value in parameters.items()}
    {'Wax': (4, 2), 'Waa': (4, 4), 'Wya': (3, 4), 'ba': (4, 1), 'by': (3, 1)}
    """
    check_counts(n_x=n_x, n_a=n_a, n_y=n_y)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is of type {type(rng).__name__}; expected numpy.random.Generator")
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise TypeError(f"dtype is {np.dtype(dtype)}; expected float32 or float64")
    sizes = {"n_x": n_x, "n_a": n_a, "n_y": n_y, "1": 1}
    parameters = {}
    for name, (rows, columns) in PARAMETER_AXES.items():
        shape = sizes[rows], sizes[columns]
        weights = name.startswith("W")
        values = rng.standard_normal(shape) / np.sqrt(shape[1]) if weights else np.zeros(shape)
        parameters[name] = values.astype(dtype)
    return parameters
