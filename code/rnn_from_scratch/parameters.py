# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: acffd4054c06f623
# book/parameters.md
"""The parameters of the network, and the checks of what a caller passes in."""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]
Arrays = Mapping[str, Array]  # by name, as parameters and gradients are
Number = Any  # of NumPy, in the precision of the parameters, real or complex
Dtype = DTypeLike
Examples = tuple[Array, Array, Array]  # x, labels, a0
GivenExamples = tuple[Array, Array, Array | None]  # as a caller gives them
Columns = slice | Array  # which of the examples
GradientFunction = Callable[..., tuple[Number, Arrays]]  # of x, labels, a0, parameters
NEEDED: Any = None  # for an argument that must be given, after one that may be left out
FLOATS = tuple(map(np.dtype, (np.float32, np.float64, np.complex128)))

PARAMETER_AXES = {
    "Wax": ("n_a", "n_x"),
    "Waa": ("n_a", "n_a"),
    "Wya": ("n_y", "n_a"),
    "ba": ("n_a", "1"),
    "by": ("n_y", "1"),
}


# book/parameters.md
def check_shape(
    name: str, shape: tuple[int, ...], axes: tuple[str, ...], sizes: dict[str, int]
) -> None:
    """Compare a shape with its named axes; note in ``sizes`` each axis that is new.

    Raises ValueError that names the argument, what was expected and what came.
    """
    expected = tuple(sizes.get(axis, axis) for axis in axes)
    fits = (
        wanted in (axis, n)
        for wanted, axis, n in zip(expected, axes, shape, strict=False)
    )
    if len(shape) != len(axes) or not all(fits):
        values = "" if expected == axes else f" = ({', '.join(map(str, expected))})"
        raise ValueError(
            f"{name} has shape {shape}; expected ({', '.join(axes)}){values}"
        )
    if 0 in shape:
        raise ValueError(
            f"{name} has shape {shape}; expected {axes[shape.index(0)]} >= 1"
        )
    sizes.update(zip(axes, shape, strict=True))


# book/parameters.md
def wrong_type(name: str, value: object, expected: str) -> TypeError:
    """Return the error that names the type of an argument, and what was expected."""
    return TypeError(f"{name} is of type {type(value).__name__}; expected {expected}")


# book/parameters.md
def check_plain(name: str, array: object) -> None:
    """Refuse, with a TypeError, all but NumPy's own arrays: derived classes too."""
    if type(array) in (np.ndarray, np.memmap):
        return
    expected = "a NumPy array"
    if isinstance(array, np.ma.MaskedArray):
        expected = (
            "a NumPy array without a mask; the label -1 says that a step does not count"
        )
    elif isinstance(array, np.ndarray):
        expected = "exactly a numpy.ndarray, as numpy.asarray returns it"
    raise wrong_type(name, array, expected)


# book/parameters.md
def plain_values(name: str, values: Any) -> Any:
    """Refuse derived arrays, in lists too; return values, what acts as array as one."""
    if hasattr(type(values), "__array__"):
        values = np.asanyarray(values)
        check_plain(name, values)
        if values.dtype.kind != "O" or values.ndim == 0:
            return values
    elif not isinstance(values, Sequence):
        return values
    for k, each in enumerate(values):
        if not isinstance(each, int | float | str | bytes | np.generic):
            plain_values(f"{name}[{k}]", each)
    return values


# book/parameters.md
def first_place(where: Array) -> tuple[int, ...]:
    """Return the indices of the first True in an array of booleans, for a message."""
    return tuple(np.argwhere(where)[0].tolist())


# book/parameters.md
def check_array(
    name: str,
    array: Array,
    axes: tuple[str, ...],
    sizes: dict[str, int],
    dtype: np.dtype[Any] | None = None,
) -> Array:
    """Check one floating-point array, and return it in the precision ``dtype``.

    Raises TypeError for anything but an array of float32 or float64, and ValueError
    for a wrong shape, NaN or infinity. An array of complex128 passes as it is, for
    the complex step.
    """
    check_plain(name, array)
    if array.dtype not in FLOATS:
        raise TypeError(f"{name} has dtype {array.dtype}; expected float32 or float64")
    check_shape(name, array.shape, axes, sizes)
    cast = array
    if dtype is not None and array.dtype not in (dtype, FLOATS[-1]):
        with np.errstate(all="ignore"):  # an overflow becomes infinite: see below
            cast = array.astype(dtype)
    if not np.isfinite(cast).all():
        at = first_place(~np.isfinite(cast))
        raise ValueError(
            f"{name} holds {array[at]} at {at}; expected finite {cast.dtype} numbers"
        )
    return cast


# book/parameters.md
def check_parameters(parameters: Arrays) -> tuple[dict[str, int], np.dtype[Any]]:
    """Check the five parameters against each other; return sizes and precision.

    Raises TypeError if it is not a dict or mixes precisions, ValueError if a name is
    missing or unknown, and what ``check_array`` raises for one of the arrays.
    """
    if not isinstance(parameters, Mapping):
        raise wrong_type("parameters", parameters, "a dict")
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


# book/parameters.md
def check_scores(o_t: Array) -> Array:
    """Return the scores of a step; at an overflow, blame the parameters: ValueError."""
    if not np.isfinite(o_t).all():
        at = first_place(~np.isfinite(o_t))
        what = f"class {at[0]} the score {o_t[at]}; expected a finite one"
        raise ValueError(f"parameters give {what}")
    return o_t


# book/parameters.md
def check_labels(labels: Array, sizes: dict[str, int]) -> None:
    """Check labels (m, T): classes from 0 to n_y - 1, or -1 for "does not count".

    Raises TypeError for anything but an array of integers, ValueError for a
    wrong shape or range.
    """
    check_plain("labels", labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels has dtype {labels.dtype}; expected integers")
    check_shape("labels", labels.shape, ("m", "T"), sizes)
    outside = (labels < -1) | (labels >= sizes["n_y"])
    if outside.any():
        at, last = first_place(outside), sizes["n_y"] - 1
        raise ValueError(
            f"labels holds {labels[at]} at {at}; expected -1 or a class 0 to {last}"
        )


# book/parameters.md
def check_gradients(
    gradients: Arrays, sizes: dict[str, int], dtype: np.dtype[Any] | None = None
) -> dict[str, Array]:
    """Pick the gradients of the five parameters; check that they fit ``sizes``.

    Raises TypeError if it is not a dict or one is complex, ValueError if one is
    missing, and what ``check_array`` raises. Other entries (``dx``) are left out.
    """
    if not isinstance(gradients, Mapping):
        raise wrong_type("gradients", gradients, "a dict")
    axes_of = {f"d{name}": axes for name, axes in PARAMETER_AXES.items()}
    missing = [name for name in axes_of if name not in gradients]
    if missing:
        raise ValueError(
            f"gradients lacks {', '.join(missing)}; expected one for each parameter"
        )
    found = {}
    for name, axes in axes_of.items():
        found[name] = check_array(name, gradients[name], axes, sizes, dtype)
        if np.iscomplexobj(found[name]):
            came = gradients[name].dtype
            raise TypeError(f"{name} has dtype {came}; expected float32 or float64")
    return found


# book/parameters.md
def is_whole(value: object) -> TypeGuard[int]:
    """Say whether it is a whole number, of Python or of NumPy, and no boolean."""
    return isinstance(value, Integral) and not isinstance(value, bool)


# book/parameters.md
def check_counts(**counts: Any) -> list[int]:
    """Check that counts are whole numbers of at least 1; return Python's integers.

    Raises ValueError that names the first that is not, or that is too large
    for any computer.
    """
    for name, count in counts.items():
        if not is_whole(count) or count < 1:
            raise ValueError(f"{name} is {count!r}; expected a whole number >= 1")
        if count > sys.maxsize:
            raise ValueError(f"{name} is {count}; expected at most {sys.maxsize}")
    return [int(count) for count in counts.values()]


# book/parameters.md
def check_memory(name: str, axes: tuple[str, ...], shape: tuple[int, ...]) -> None:
    """Refuse a shape that fits into no memory; the ValueError names its axes."""
    if math.prod(shape) > sys.maxsize // 16:  # bytes of a complex number
        raise ValueError(
            f"{name} would have shape {shape}; expected smaller {', '.join(axes)}"
        )


# book/parameters.md
def check_positive(name: str, value: object) -> float:
    """Check that a number is finite and > 0; return a Python float.

    A Python float leaves float32 as it is. Raises ValueError that names the number,
    also where a float has no room for it.
    """
    number = math.nan
    if isinstance(value, Real) and not isinstance(value, bool):
        with contextlib.suppress(OverflowError):
            number = float(value)
    if not 0 < number < math.inf:
        raise ValueError(f"{name} is {value!r}; expected a finite number > 0")
    return number


# book/parameters.md
def check_rng(rng: object) -> None:
    """Refuse anything but a generator of NumPy, with a TypeError."""
    if not isinstance(rng, np.random.Generator):
        raise wrong_type("rng", rng, "numpy.random.Generator")


# book/parameters.md
def check_dtype(dtype: Any) -> np.dtype[Any]:
    """Return float32 or float64 as NumPy's own object; else raise a TypeError."""
    came: Any = repr(dtype)
    if dtype is not None:  # which NumPy takes for float64
        with contextlib.suppress(TypeError, ValueError, DeprecationWarning):
            came = np.dtype(dtype)
    if came not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(f"dtype is {came}; expected float32 or float64")
    found: np.dtype[Any] = np.dtype(came)
    return found


# book/parameters.md
def check_function(name: str, function: object) -> None:
    """Refuse anything that cannot be called, with a TypeError."""
    if not callable(function):
        raise wrong_type(name, function, "a function")


# book/parameters.md
def check_flags(**flags: object) -> None:
    """Refuse anything but True and False, with a TypeError that names it."""
    for name, flag in flags.items():
        if flag is not True and flag is not False and not isinstance(flag, np.bool_):
            raise wrong_type(name, flag, "True or False")


# book/parameters.md
def check_listed(name: str, values: Any, of: str) -> None:
    """Refuse what has no length or order, such as a set, with a TypeError."""
    plain = isinstance(values, np.ndarray) and type(values) in (np.ndarray, np.memmap)
    if not isinstance(values, list | tuple) and not (plain and values.ndim):
        raise wrong_type(name, values, f"a list of {of}")


# book/parameters.md
def initialize_parameters(
    n_x: int, n_a: int, n_y: int, *, rng: np.random.Generator, dtype: Dtype = np.float64
) -> dict[str, Array]:
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
        If a size is not a whole number of at least 1, or too large for any memory.
    TypeError
        If ``rng`` is not a Generator or ``dtype`` is neither float64 nor float32.

    See Also
    --------
    random_problem : Parameters and data on which mistakes show.

    Examples
    --------
    >>> parameters = initialize_parameters(2, 4, 3, rng=np.random.default_rng(0))
    >>> {name: value.shape for name, value in parameters.items()}
    {'Wax': (4, 2), 'Waa': (4, 4), 'Wya': (3, 4), 'ba': (4, 1), 'by': (3, 1)}
    """
    n_x, n_a, n_y = check_counts(n_x=n_x, n_a=n_a, n_y=n_y)
    check_rng(rng)
    dtype = check_dtype(dtype)
    sizes = {"n_x": n_x, "n_a": n_a, "n_y": n_y, "1": 1}
    shapes = {name: (sizes[r], sizes[c]) for name, (r, c) in PARAMETER_AXES.items()}
    for name, shape in shapes.items():
        check_memory(name, PARAMETER_AXES[name], shape)
    parameters = {}
    for name, shape in shapes.items():
        weights = name.startswith("W")
        draw = rng.standard_normal if weights else np.zeros
        values = draw(shape) / np.sqrt(shape[1])
        parameters[name] = values.astype(dtype)
    return parameters
