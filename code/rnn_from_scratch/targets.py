# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: e9e0d9dd91100785
# book/sequences-and-classes.md
"""Lists, columns and tables for a classifier, read as numbers, classes and weights."""

import itertools
import warnings
from collections.abc import Sequence
from numbers import Integral, Number
from typing import Any

import numpy as np

from rnn_from_scratch.parameters import (
    Array,
    Dtype,
    first_place,
    plain_values,
    wrong_type,
)


def listed(values: Any, name: str) -> Any:
    """Return entries in a list or an array; refuse single and unordered values."""
    if isinstance(values, list) or hasattr(values, "toarray"):
        return plain_values(name, values)
    values = plain_values(name, values)
    if isinstance(values, Sequence) and not isinstance(values, str | bytes):
        return list(values)
    array = np.asarray(values)
    if array.ndim == 0 and array.dtype.kind == "O" and values is not None:
        raise wrong_type(name, values, "a list or an array")
    if array.ndim == 0:
        raise ValueError(
            f"{name} is one value; expected one for each sequence. Reshape your data"
        )
    return list(array) if array.dtype.kind == "O" and array.ndim == 1 else array


# book/sequences-and-classes.md
def real_numbers(sequence: Any, name: str, dtype: Dtype = float) -> Array:
    """Return real numbers as float64, finite in dtype; name an entry that is not."""
    if hasattr(sequence, "toarray"):
        raise TypeError(f"{name} is sparse; expected a dense array of numbers")
    try:
        array = np.asarray(sequence)
    except ValueError:
        raise ValueError(f"{name} is ragged; expected arrays (T, n_x)") from None
    if np.iscomplexobj(array):
        raise ValueError(f"{name} has complex numbers; Complex data not supported")
    others = () if array.dtype.kind in "fiub" else array.flat
    if any(isinstance(each, np.datetime64 | np.timedelta64) for each in others):
        what = f"{name} holds an entry that is not a number (a date or a duration)"
        raise TypeError(f"{what}; expected numbers")
    array = _as_floats(array, name)
    with np.errstate(all="ignore"):  # what is beyond dtype becomes infinite
        finite = np.isfinite(array.astype(dtype))
    if not finite.all():
        at = first_place(~finite)
        value = "NaN" if np.isnan(array[at]) else str(array[at])
        kind = f"{np.dtype(dtype)} " if np.isfinite(array[at]) else ""
        raise ValueError(f"{name} holds {value} at {at}; expected finite {kind}numbers")
    return array


# book/sequences-and-classes.md
def _as_floats(array: Array, name: str) -> Array:
    """Return an array as float64; name an entry that is not a number."""
    plain = array if array.dtype.kind in "fiub" else array.astype(object)
    try:
        with np.errstate(over="ignore", under="ignore"):  # infinite, or zero
            return plain.astype(float)
    except OverflowError:
        what = f"{name} holds a number beyond float64; expected finite numbers"
        raise ValueError(what) from None
    except (TypeError, ValueError) as error:
        what = f"{name} holds an entry that is not a number ({error}); expected numbers"
        raise type(error)(what) from None


# book/sequences-and-classes.md
def axes_of(entry: Any, name: str) -> int:
    """Count the axes of one entry of X or of y."""
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
    lists = isinstance(y, np.ndarray) or all(isinstance(row, Sequence) for row in y)
    if not lists or len({len(row) for row in y}) > 1:
        return
    table = np.asarray(y)
    if table.dtype.kind == "O":
        table = np.asarray(table.tolist())  # of the kind that its entries have
    if table.shape[1] < 2 or table.dtype.kind not in "biuf":
        return
    if np.isin(table, (0, 1)).all() and (table.sum(axis=1) == 1).all():
        what = "or a list of arrays if these are classes of steps"
        what = f"and is one-hot; expected y.argmax(axis=1), {what}"
        raise ValueError(f"y has shape {table.shape} {what}")


# book/sequences-and-classes.md
def read_classes(
    y: Any, lengths: Sequence[int] | Array, known_steps: bool = False
) -> tuple[Array, Array, bool]:
    """Return the classes that count, where in a row of all, and if they are of steps.

    If they are known to be of steps, no other reading of y is considered.
    """
    if y is None:
        raise ValueError("RNN requires y to be passed, but the target y is None")
    y = listed(y, "y") if known_steps else _without_column(listed(y, "y"))
    axes = {axes_of(each, f"y[{k}]") for k, each in enumerate(y)}
    if axes not in ({0}, {1}):
        shapes = sorted({np.shape(each) for each in y})
        came = f"shape {np.shape(y)}" if len(shapes) < 2 else f"entries of {shapes}"
        raise ValueError(f"y has {came}; expected (m,), or a class for each step")
    if len(y) != len(lengths):
        raise ValueError(
            f"y has {len(y)} entries; expected one for each of {len(lengths)}"
        )
    if axes == {0}:
        return *_in_a_row([y], False), False
    if not known_steps:
        _refuse_one_hot(y)
    parts = [each if isinstance(each, Sequence) else np.asarray(each) for each in y]
    if [len(each) for each in parts] != list(lengths):
        raise ValueError("y has other lengths than X; expected a class for each step")
    return *_in_a_row(parts, True), True


# book/sequences-and-classes.md
def _in_a_row(parts: list[Any], of_steps: bool) -> tuple[Array, Array]:
    """Return the classes that count, of one kind, and where they stand in the row."""
    letters = {
        each.dtype.kind if isinstance(each, np.ndarray) else "O" for each in parts
    }
    numeric = letters <= set("biufc")
    if numeric or (len(letters) == 1 and letters != {"O"}):
        row = np.concatenate(parts)
        counted = np.ones(len(row), bool)
        if numeric and of_steps:
            counted = np.asarray(row != -1)
        found = row[counted]
    else:
        found, counted = _entry_by_entry(parts, of_steps)
    if not counted.any():
        raise ValueError("y is -1 at all steps; expected a step that counts")
    return found, counted


# book/sequences-and-classes.md
def _entry_by_entry(parts: list[Any], of_steps: bool) -> tuple[Array, Array]:
    """Return what _in_a_row does, of entries that may be of several kinds."""
    row = [each for part in parts for each in part]
    row = [each[()] if isinstance(each, np.ndarray) else each for each in row]
    one_of = {type(each): each for each in row}
    kinds = {of_type: _kind(each) for of_type, each in one_of.items()}
    counted = [
        not of_steps or kinds[type(each)] != "number" or bool(each != -1)
        for each in row
    ]
    found = list(itertools.compress(row, counted))
    if len({kinds[type(each)] for each in found}) > 1:
        raise TypeError("y mixes kinds; expected all numbers, or all strings")
    return np.asarray(found), np.array(counted)


# book/sequences-and-classes.md
def _kind(entry: Any) -> str:
    """Return "number" for a class that is one, and NumPy's letter for other kinds."""
    letter = np.asarray(entry).dtype.kind
    numeric = letter in "biufc" or (letter == "O" and isinstance(entry, Number))
    return "number" if numeric else letter


# book/sequences-and-classes.md
def number_classes(y: Array) -> tuple[Array, Array]:
    """Return the classes, sorted, and which of them each entry is; refuse fractions."""
    objects = y if y.dtype.kind == "O" else ()
    if y.dtype.kind in "fc" or any(
        isinstance(each, Number) and not isinstance(each, Integral) for each in objects
    ):
        floats = real_numbers(y, "y")
        if (floats != np.floor(floats)).any():
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
def labels_of(
    y: Any, lengths: Sequence[int] | Array, known_steps: bool = False
) -> tuple[Array, Array, bool]:
    """Return labels (m, T), or -1; the classes; whether each step has one."""
    found, counted, of_steps = read_classes(y, lengths, known_steps)
    classes, numbers = number_classes(found)
    if len(classes) < 2 and not counted.all() and not known_steps:
        what = "-1 says that a step does not count; expected two others"
        raise ValueError(f"y holds -1 and {classes[0]}; as classes of steps, {what}")
    asked = np.full(len(counted), -1)
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
    if _kind(found[0]) != _kind(classes[0]):
        raise ValueError(
            f"y has dtype {found.dtype}; expected classes such as {classes[0]!r}"
        )


# book/sequences-and-classes.md
def read_weights(sample_weight: Any, m: int) -> Array | None:
    """Return a weight for each sequence, finite and not below 0; None stays None."""
    if sample_weight is None:
        return None
    given = listed(sample_weight, "sample_weight")
    if isinstance(given, list):
        axes_of(given, "sample_weight")
    weights = real_numbers(given, "sample_weight")
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
    with np.errstate(under="ignore"):
        return np.asarray(weights / weights.max())  # whose sum does not overflow
