# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: b4d46a61ae0fd92c
# book/different-lengths.md
"""The answers of a trained network, and sequences of different lengths in one batch."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_from_scratch.forward import forward_scores, in_buffers, rnn_forward, walk
from rnn_from_scratch.parameters import (
    NEEDED,
    Array,
    Arrays,
    check_array,
    check_counts,
    check_listed,
    check_memory,
    check_plain,
    check_shape,
    plain_values,
)


# book/different-lengths.md
def pad_sequences(sequences: Sequence[Array] | Array) -> tuple[Array, Array]:
    """Put sequences of different lengths into a batch, zeros after each (eq-ragged).

    Parameters
    ----------
    sequences : list of numpy.ndarray
        One for each example: inputs (n_x, T_k), or integers (T_k,): classes, for
        one-hot columns. All have the same dtype.

    Returns
    -------
    x : numpy.ndarray
        (n_x, m, T), or (m, T) for classes, where T is the greatest length.
    lengths : numpy.ndarray
        T_k of each sequence, (m,), integers.

    Raises
    ------
    TypeError, ValueError
        If there is no sequence, or if one is not as described above.

    See Also
    --------
    pad_labels : The labels to these inputs.

    Examples
    --------
    >>> x, lengths = pad_sequences([np.ones((2, 3)), np.ones((2, 1))])
    >>> x.shape, lengths, x[:, 1, 1:].any()
    ((2, 2, 3), array([3, 1]), np.False_)
    """
    check_listed("sequences", sequences, "arrays")
    if len(sequences) == 0:
        raise ValueError("sequences is empty; expected at least one")
    sizes: dict[str, int] = {}
    lengths = [
        _check_sequence(f"sequences[{k}]", s, sizes) for k, s in enumerate(sequences)
    ]
    if len(dtypes := {str(sequence.dtype) for sequence in sequences}) > 1:
        raise TypeError(
            f"sequences mix {' and '.join(sorted(dtypes))}; expected one dtype"
        )
    rows = sequences[0].shape[:-1]  # (n_x,), or none for classes
    x = np.zeros((*rows, len(sequences), max(lengths)), sequences[0].dtype)
    for k, (sequence, steps) in enumerate(zip(sequences, lengths, strict=True)):
        x[..., k, :steps] = sequence
    return x, np.array(lengths)


# book/different-lengths.md
def _check_sequence(name: str, sequence: Any, sizes: dict[str, int]) -> int:
    """Check one sequence, inputs (n_x, T_k) or classes (T_k,); return its length."""
    check_plain(name, sequence)
    if sequence.dtype.kind in "iu":
        check_shape(name, sequence.shape, ("T_k",), {})
    else:
        check_array(name, sequence, ("n_x", "T_k"), sizes)
        del sizes["T_k"]  # the next one may have another
    return int(sequence.shape[-1])


# book/different-lengths.md
def pad_labels(labels: Sequence[Any] | Array, lengths: Sequence[int] | Array) -> Array:
    """Put labels into one array, with -1 wherever nothing is asked (eq-ragged).

    Parameters
    ----------
    labels : list or numpy.ndarray
        One entry for each example: a class, which is asked for at its last step, or an
        array (T_k,) of classes, one for each step; -1 where nothing is asked.
    lengths : list or numpy.ndarray
        T_k of each example, as ``pad_sequences`` returns them.

    Returns
    -------
    numpy.ndarray
        (m, T), integers, where T is the greatest length.

    Raises
    ------
    TypeError, ValueError
        If an entry of ``labels`` or of ``lengths`` is not as described above.

    See Also
    --------
    pad_sequences : The inputs to these labels.

    Examples
    --------
    >>> pad_labels([7, np.array([1, 2])], [3, 2])
    array([[-1, -1,  7],
           [ 1,  2, -1]])
    """
    check_listed("labels", labels, "classes, or of arrays of them")
    if len(labels) == 0:
        raise ValueError("labels is empty; expected at least one entry")
    lengths = check_lengths(lengths, len(labels))
    check_memory("labels", ("lengths",), (len(labels), max(lengths)))
    padded = np.full((len(labels), max(lengths)), -1)
    for k, (entry, steps) in enumerate(zip(labels, lengths, strict=True)):
        padded[k, :steps][-np.size(entry) :] = _check_entry(
            f"labels[{k}]", entry, steps
        )
    return padded


# book/different-lengths.md
def check_lengths(
    lengths: Sequence[int] | Array, m: int, longest: int | None = None
) -> list[int]:
    """Check one length for each of m sequences, at most ``longest``; return a list."""
    check_listed("lengths", lengths, "whole numbers")
    if len(lengths) != m:
        raise ValueError(
            f"lengths has {len(lengths)} entries; expected one for each of {m}"
        )
    lengths = check_counts(
        **{f"lengths[{k}]": steps for k, steps in enumerate(lengths)}
    )
    if longest is not None and max(lengths) > longest:
        raise ValueError(
            f"lengths holds {max(lengths)}; expected at most T = {longest}"
        )
    return lengths


# book/different-lengths.md
def _check_entry(name: str, entry: Any, steps: int) -> Array:
    """Check the labels of one example, one or one a step; return an array."""
    entry = plain_values(name, entry)
    try:
        labels: Array = np.asarray(entry)
    except ValueError:
        raise ValueError(
            f"{name} is ragged; expected a class, or ({steps},) of them"
        ) from None
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name} has dtype {labels.dtype}; expected integers")
    if labels.shape not in ((), (steps,)):
        raise ValueError(f"{name} has shape {labels.shape}; expected () or ({steps},)")
    if (labels < -1).any() or (labels > np.iinfo(int).max).any():
        raise ValueError(
            f"{name} holds {labels.min()} to {labels.max()}; expected -1 or classes"
        )
    return labels


# book/different-lengths.md
def predict(
    x: Array,
    a0: Array | None = None,
    parameters: Arrays = NEEDED,
    *,
    lengths: Sequence[int] | Array | None = None,
) -> Array:
    """Return the most probable class at each step (eq-forward-y-hat).

    Parameters
    ----------
    x : numpy.ndarray
        Inputs, (n_x, m, T); or integers (m, T): classes from 0 to n_x - 1, for
        one-hot columns.
    a0 : numpy.ndarray or None
        Initial state, (n_a, m); None: zeros.
    parameters : dict
        ``Wax (n_a, n_x)``, ``Waa (n_a, n_a)``, ``Wya (n_y, n_a)``, ``ba (n_a, 1)`` and
        ``by (n_y, 1)``.
    lengths : list, numpy.ndarray or None
        T_k of each example, (m,), as ``pad_sequences`` returns them; None:
        all have T steps.

    Returns
    -------
    numpy.ndarray
        Classes from 0 to n_y - 1, (m, T), integers; of several that are equal, the
        first. After the last step of an example the entry is -1.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape or a value is not as described above.

    See Also
    --------
    rnn_forward : The probabilities, not only the largest.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> predict(x, a0, parameters).shape
    (1, 3)
    """

    def work(buffers: Any) -> Any:
        classes = np.empty(x.shape[:-3:-1], int)  # (T, m)
        for start, steps in walk(buffers, x, a0, parameters):
            now = classes[start : start + buffers.K]
            now[...] = forward_scores(buffers, steps).argmax(axis=0).reshape(now.shape)
        return classes.T

    classes: Array | None = in_buffers(work, x, a0, parameters)
    if classes is None:
        classes = rnn_forward(x, a0, parameters)[1].argmax(axis=0)
    if lengths is not None:
        m, T = classes.shape
        lengths = check_lengths(lengths, m, T)
        classes[np.arange(T) >= np.array(lengths)[:, None]] = -1
    return classes
