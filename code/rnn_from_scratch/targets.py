# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: d839d5f7ab60f78b
# book/sequences-and-classes.md
"""Lists, columns and tables for a classifier, read as numbers, classes and weights."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_from_scratch.parameters import Array, check_plain, first_place, wrong_type


def listed(values: Any, name: str) -> Any:
    """Return entries in a list or an array; refuse single and unordered values."""
    if isinstance(values, np.ndarray):
        check_plain(name, values)
    if isinstance(values, list | tuple) or hasattr(values, "toarray"):
        return values
    array = np.asarray(values)
    if array.ndim == 0 and array.dtype.kind == "O" and values is not None:
        raise wrong_type(name, values, "a list or an array")
    if array.ndim == 0:
        raise ValueError(
            f"{name} is one value; expected one for each sequence. Reshape your data"
        )
    return list(array) if array.dtype.kind == "O" and array.ndim == 1 else array


# book/sequences-and-classes.md
def real_numbers(sequence: Any, name: str) -> Array:
    """Return real numbers as float64; name an entry that is not one, or not finite."""
    if hasattr(sequence, "toarray"):
        raise TypeError(f"{name} is sparse; expected a dense array of numbers")
    if isinstance(sequence, np.ndarray):
        check_plain(name, sequence)
    try:
        array = np.asarray(sequence)
    except ValueError:
        raise ValueError(f"{name} is ragged; expected arrays (T, n_x)") from None
    if np.iscomplexobj(array):
        raise ValueError(f"{name} has complex numbers; Complex data not supported")
    plain = array if array.dtype.kind in "fiub" else array.astype(object)
    try:
        with np.errstate(over="ignore"):  # becomes infinite: see below
            array = plain.astype(float)
    except OverflowError:
        what = f"{name} holds a number beyond float64; expected finite numbers"
        raise ValueError(what) from None
    except (TypeError, ValueError) as error:
        what = f"{name} holds an entry that is not a number ({error}); expected numbers"
        raise type(error)(what) from None
    if not np.isfinite(array).all():
        at = first_place(~np.isfinite(array))
        value = "NaN" if np.isnan(array[at]) else "inf"
        raise ValueError(f"{name} holds {value} at {at}; expected finite numbers")
    return array


# book/sequences-and-classes.md
def axes_of(entry: Any, name: str) -> int:
    """Count the axes of one entry of X or of y."""
    if isinstance(entry, np.ndarray):
        check_plain(name, entry)
    try:
        return np.ndim(entry)
    except ValueError:
        raise ValueError(f"{name} is ragged; expected entries of one shape") from None


# book/sequences-and-classes.md
def _without_column(y: Any) -> Any:
    """Return the column of a table with one column, with scikit-learn's warning."""
    if not isinstance(y, np.ndarray) or y.ndim != 2 or y.shape[1] != 1:
        return y
    try:
        from sklearn.exceptions import DataConversionWarning
    except ImportError:
        DataConversionWarning = UserWarning
    what = "A column-vector y was passed when a 1d array was expected; expected (m,)"
    warnings.warn(what, DataConversionWarning, stacklevel=4)
    return y[:, 0]


# book/sequences-and-classes.md
def _refuse_one_hot(y: Any) -> None:
    """Refuse a table of zeros with a single one in each row."""
    arrays = isinstance(y, list | tuple) and any(
        isinstance(row, np.ndarray) for row in y
    )
    if arrays or len({len(row) for row in y}) > 1:
        return
    table = np.asarray(y)
    if table.shape[1] < 2 or table.dtype.kind not in "biuf":
        return
    if np.isin(table, (0, 1)).all() and (table.sum(axis=1) == 1).all():
        what = "or a list of arrays if these are classes of steps"
        what = f"and is one-hot; expected y.argmax(axis=1), {what}"
        raise ValueError(f"y has shape {table.shape} {what}")


# book/sequences-and-classes.md
def read_classes(y: Any, lengths: Sequence[int] | Array) -> tuple[Array, bool]:
    """Return all classes in a row, and whether they are of steps; refuse others."""
    if y is None:
        raise ValueError("RNN requires y to be passed, but the target y is None")
    y = _without_column(listed(y, "y"))
    of_steps = len(y) > 0 and all(
        axes_of(each, f"y[{k}]") == 1 for k, each in enumerate(y)
    )
    if not of_steps and (len(y) == 0 or {axes_of(each, "y") for each in y} != {0}):
        raise ValueError(
            f"y has shape {np.shape(y)}; expected (m,), or a class for each step"
        )
    if len(y) != len(lengths):
        raise ValueError(
            f"y has {len(y)} entries; expected one for each of {len(lengths)}"
        )
    if of_steps:
        _refuse_one_hot(y)
    if of_steps and [len(each) for each in y] != list(lengths):
        raise ValueError("y has other lengths than X; expected a class for each step")
    parts = [np.asarray(each) for each in y] if of_steps else [_in_a_row(y)]
    if len({part.dtype.kind in "USO" for part in parts}) > 1:
        raise TypeError("y mixes kinds; expected all numbers, or all strings")
    return np.concatenate(parts), of_steps


# book/sequences-and-classes.md
def _in_a_row(y: Any) -> Array:
    """Return a list of classes as an array, without turning numbers into strings."""
    array = np.asarray(y)
    if array.dtype.kind == "U" and not all(isinstance(each, str) for each in y):
        raise TypeError("y mixes kinds; expected all numbers, or all strings")
    return array


# book/sequences-and-classes.md
def counts(classes: Array, of_steps: bool) -> Array:
    """Say which classes count: all but those of steps that are -1."""
    if not of_steps or classes.dtype.kind not in "iuf":
        return np.ones(len(classes), bool)
    counted: Array = classes != -1
    if not counted.any():
        raise ValueError("y is -1 at all steps; expected a step that counts")
    return counted


# book/sequences-and-classes.md
def number_classes(y: Array) -> tuple[Array, Array]:
    """Return the classes, sorted, and which of them each entry is; refuse fractions."""
    if y.dtype.kind in "fc":
        real_numbers(y, "y")
        if (y != np.floor(y)).any():
            what = (
                "continuous numbers; expected classes. Unknown label type: continuous"
            )
            raise ValueError(f"y holds {what}")
    if y.dtype.kind in "mM" and np.isnat(y).any():
        raise ValueError(f"y holds NaT at {first_place(np.isnat(y))}; expected classes")
    try:
        return np.unique(y, return_inverse=True)
    except TypeError:
        raise TypeError("y mixes kinds; expected all numbers, or all strings") from None


# book/sequences-and-classes.md
def labels_of(y: Any, lengths: Sequence[int] | Array) -> tuple[Array, Array, bool]:
    """Return labels (m, T), or -1; the classes; whether each step has one."""
    row, of_steps = read_classes(y, lengths)
    counted = counts(row, of_steps)
    classes, numbers = number_classes(row[counted])
    if len(classes) < 2 and not counted.all():
        what = "-1 says that a step does not count; expected two others"
        raise ValueError(f"y holds -1 and {classes[0]}; as classes of steps, {what}")
    asked = np.full(len(row), -1)
    asked[counted] = numbers
    labels = np.full((len(lengths), max(lengths)), -1)
    steps = np.arange(max(lengths)) < np.asarray(lengths)[:, None]
    labels[
        steps if of_steps else (np.arange(len(lengths)), np.asarray(lengths) - 1)
    ] = asked
    return labels, classes, of_steps


# book/sequences-and-classes.md
def check_kind(found: Array, classes: Array) -> None:
    """Refuse classes of another kind than the known ones: numbers, strings, dates."""
    kinds = {array.dtype.kind for array in (found, classes)}
    if len(kinds) > 1 and not kinds <= set("biufO"):  # O: integers beyond 64 bits
        raise ValueError(
            f"y has dtype {found.dtype}; expected classes such as {classes[0]!r}"
        )


# book/sequences-and-classes.md
def read_weights(sample_weight: Any, m: int) -> Array | None:
    """Return a weight for each sequence, finite and not below 0; None stays None."""
    if sample_weight is None:
        return None
    weights = real_numbers(listed(sample_weight, "sample_weight"), "sample_weight")
    if weights.shape != (m,):
        raise ValueError(
            f"sample_weight has shape {weights.shape}; expected (m,) = ({m},)"
        )
    if (weights < 0).any():
        at = first_place(weights < 0)
        raise ValueError(
            f"sample_weight holds {weights[at]} at {at}; expected numbers >= 0"
        )
    if not weights.any():
        raise ValueError(
            "sample_weight is zero everywhere; expected a sequence that counts"
        )
    return np.asarray(weights / weights.max())  # whose sum does not overflow
