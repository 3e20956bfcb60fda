# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 619464d93cb39f29
# book/02-softmax-and-cross-entropy.md
"""From scores to a loss: softmax and cross-entropy."""

import numpy as np

from rnn_from_scratch.parameters import (
    Array,
    Number,
    check_array,
    check_labels,
    first_place,
    is_whole,
)


# book/02-softmax-and-cross-entropy.md
@np.errstate(all="ignore")
def softmax(z: Array, axis: int = 0) -> Array:
    """Turn scores into probabilities along one axis (eq-softmax-shift).

    Parameters
    ----------
    z : numpy.ndarray
        Scores of any shape; columns are examples, so the classes lie along axis 0.
    axis : int
        The axis of the classes.

    Returns
    -------
    numpy.ndarray
        Probabilities of the shape and dtype of ``z``, which sum to 1 along ``axis``.

    Raises
    ------
    TypeError
        If ``z`` is not an array of float32 or float64 (or complex128, for
        the complex step).
    ValueError
        If ``z`` has no such axis, an empty one, NaN or infinity.

    See Also
    --------
    cross_entropy : The loss of these probabilities.

    Examples
    --------
    >>> softmax(np.array([[0.0], [np.log(3.0)]])).round(4).tolist()
    [[0.25], [0.75]]
    """
    z = check_array(
        "z", z, tuple(f"axis {n}" for n in range(getattr(z, "ndim", 0))), {}
    )
    if not is_whole(axis) or axis not in range(-z.ndim, z.ndim):
        raise ValueError(f"axis is {axis!r}; expected one of the {z.ndim} axes of z")
    e = np.exp(z - z.real.max(axis=axis, keepdims=True))  # less each column's maximum
    probabilities: Array = e / e.sum(axis=axis, keepdims=True)
    return probabilities


# book/02-softmax-and-cross-entropy.md
@np.errstate(all="ignore")
def cross_entropy_from_scores(o: Array, labels: Array) -> Number:
    """Sum the loss over steps that count, average over examples (eq-loss-scores).

    No probability is formed, so none can underflow: the loss is right however far the
    scores lie apart.

    Parameters
    ----------
    o : numpy.ndarray
        Scores, (n_y, m, T).
    labels : numpy.ndarray
        Classes from 0 to n_y - 1, or -1 for a step that does not count,
        (m, T), integers.

    Returns
    -------
    number
        J in nats, in the dtype of ``o``; infinite only if that dtype cannot hold how
        far two scores of a column lie apart, or the sum over the examples.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape, a value or a label is not as described above.

    See Also
    --------
    cross_entropy : The same from probabilities.

    Examples
    --------
    >>> o = np.array([[[0.0]], [[1000.0]]])  # n_y = 2, m = 1, T = 1
    >>> float(cross_entropy_from_scores(o, np.array([[0]])))
    1000.0
    """
    sizes: dict[str, int] = {}
    check_array("o", o, ("n_y", "m", "T"), sizes)
    check_labels(labels, sizes)
    counted = labels != -1  # (m, T)
    o = o - o.real.max(axis=0)  # (n_y, m, T), the score o - c
    log_sums = np.log(np.exp(o).sum(axis=0))  # (m, T), eq-log-sum-exp
    classes = np.where(counted, labels, 0)[None]  # (1, m, T)
    true = np.take_along_axis(o, classes, axis=0)[0]  # (m, T)
    return (log_sums - true)[counted].sum() / sizes["m"]


# book/02-softmax-and-cross-entropy.md
@np.errstate(all="ignore")
def cross_entropy(y_hat: Array, labels: Array) -> Number:
    """Sum the loss over the steps that count, average it over the examples (eq-loss).

    Parameters
    ----------
    y_hat : numpy.ndarray
        Probabilities, (n_y, m, T), not scores: from 0 to 1, and each
        column adds up to 1.
    labels : numpy.ndarray
        Classes from 0 to n_y - 1, or -1 for a step that does not count,
        (m, T), integers.

    Returns
    -------
    number
        J in nats. Infinite if a true class was given the probability zero.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape or a label is not as described above, if an entry is not a
        probability, or if a column does not add up to 1, to rounding in its precision.

    See Also
    --------
    cross_entropy_from_scores : The same from scores, never infinite by underflow.

    Examples
    --------
    >>> y_hat = np.array([[[0.25, 1.0]], [[0.75, 0.0]]])  # n_y = 2, m = 1, T = 2
    >>> round(float(cross_entropy(y_hat, np.array([[1, 0]]))), 4)
    0.2877
    """
    sizes: dict[str, int] = {}
    check_array("y_hat", y_hat, ("n_y", "m", "T"), sizes)
    check_labels(labels, sizes)
    tolerance = (8 + sizes["n_y"]) * np.finfo(y_hat.dtype).eps
    wrong = (y_hat.real < 0) | (y_hat.real > 1 + tolerance)
    if wrong.any():
        at = first_place(wrong)
        raise ValueError(f"y_hat holds {y_hat[at]} at {at}; expected probabilities")
    sums = y_hat.real.sum(axis=0, dtype=float)  # (m, T)
    wrong = abs(sums - 1) > tolerance
    if wrong.any():
        at = first_place(wrong)
        what = "expected probabilities, which add up to 1"
        raise ValueError(f"y_hat adds up to {sums[at]:.6g} in column {at}; {what}")
    counted = labels != -1  # (m, T)
    classes = np.where(counted, labels, 0)[None]  # (1, m, T)
    p = np.take_along_axis(y_hat, classes, axis=0)[0]  # (m, T)
    return (0 - np.log(p[counted]).sum()) / sizes["m"]  # "0 -": a mere "-" makes -0.0
