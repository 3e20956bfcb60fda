# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 3781aa020e7419e4
# book/16-clipping-and-truncation.md
"""Gradients made smaller: clipped to a length, or truncated to windows of time."""

import math

import numpy as np

from rnn_from_scratch.bptt import check_sums, rnn_backward
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.loss import cross_entropy_from_scores
from rnn_from_scratch.parameters import (
    NEEDED,
    Array,
    Arrays,
    Number,
    check_counts,
    check_gradients,
    check_positive,
)


@np.errstate(all="ignore")
def scaled_length(gradients: list[Array]) -> tuple[float, float]:
    """Return the largest absolute entry, or 1, and the norm (eq-clip) divided by it."""
    largest = max(float(np.abs(gradient).max()) for gradient in gradients) or 1.0
    # entries from -1 to 1: none of their squares overflows
    parts = [np.divide(each, largest, dtype=float) for each in gradients]
    return largest, math.sqrt(sum(np.square(part).sum() for part in parts))


# book/16-clipping-and-truncation.md
@np.errstate(all="ignore")
def clip_by_norm(gradients: Arrays, max_norm: float) -> dict[str, Array]:
    """Shorten the gradient of all parameters to length max_norm, if longer (eq-clip).

    Parameters
    ----------
    gradients : dict
        ``dWax, dWaa, dWya, dba, dby``; other entries, such as ``dx``, belong to no
        parameter and are not used.
    max_norm : float
        The greatest length of all entries together, greater than 0.

    Returns
    -------
    dict
        The five gradients, each times min(1, max_norm / norm).

    Raises
    ------
    TypeError, ValueError
        If a gradient is missing, does not fit the others or is not finite, or if
        ``max_norm`` is not a finite number greater than 0.

    See Also
    --------
    clip_by_value : Bound each entry alone.

    Examples
    --------
    >>> from rnn_from_scratch.bptt import plain_loss_and_gradients
    >>> from rnn_from_scratch.toy import toy_problem
    >>> J, gradients = plain_loss_and_gradients(*toy_problem())
    >>> clipped = clip_by_norm(gradients, 1.0)
    >>> squares = sum((gradient**2).sum() for gradient in clipped.values())
    >>> round(float(np.sqrt(squares)), 12)
    1.0
    """
    gradients = check_gradients(gradients, {"1": 1})
    max_norm = check_positive("max_norm", max_norm)
    largest, length = scaled_length(list(gradients.values()))
    if length <= max_norm / largest:
        return {name: gradient.copy() for name, gradient in gradients.items()}
    scale = max_norm / length
    return {name: each / largest * scale for name, each in gradients.items()}


# book/16-clipping-and-truncation.md
@np.errstate(all="ignore")  # a limit beyond float32 cuts nothing off
def clip_by_value(gradients: Arrays, limit: float) -> dict[str, Array]:
    """Cut each entry of the gradient off at plus or minus limit: it can turn.

    Parameters
    ----------
    gradients : dict
        As for ``clip_by_norm``.
    limit : float
        The greatest absolute value of an entry, greater than 0.

    Returns
    -------
    dict
        The five gradients, each between -limit and limit.

    Raises
    ------
    TypeError, ValueError
        As ``clip_by_norm``.

    See Also
    --------
    clip_by_norm : Keep the direction, shorten the whole.

    Examples
    --------
    >>> from rnn_from_scratch.bptt import plain_loss_and_gradients
    >>> from rnn_from_scratch.toy import toy_problem
    >>> J, gradients = plain_loss_and_gradients(*toy_problem())
    >>> float(np.abs(clip_by_value(gradients, 0.01)["dWya"]).max())
    0.01
    """
    gradients = check_gradients(gradients, {"1": 1})
    limit = check_positive("limit", limit)
    return {
        name: np.clip(gradient, -limit, limit) for name, gradient in gradients.items()
    }


# book/16-clipping-and-truncation.md
@np.errstate(all="ignore")
def plain_truncated_loss_and_gradients(
    x: Array,
    labels: Array,
    a0: Array | None = None,
    parameters: Arrays = NEEDED,
    window: int = NEEDED,
) -> tuple[Number, dict[str, Array]]:
    """Compute the loss, and gradients with no carry across windows (eq-truncated).

    Forward, the state is carried through all steps; backward, each window of ``window``
    steps is on its own. The gradients of the output layer are complete.

    Parameters
    ----------
    x, labels, a0 : numpy.ndarray
        As for ``plain_loss_and_gradients``.
    parameters : dict
        As for ``plain_loss_and_gradients``.
    window : int
        Time steps of a window, K, at least 1; the last window may be shorter. From T
        on, nothing is left out.

    Returns
    -------
    J : number
        The loss in nats, as ``plain_loss_and_gradients`` returns it.
    gradients : dict
        ``dWax, dWaa, dWya, dba, dby, dx, da0``, truncated.

    Raises
    ------
    TypeError, ValueError
        As ``plain_loss_and_gradients``, or if ``window`` is not a whole
        number of at least 1.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> J, gradients = plain_truncated_loss_and_gradients(*toy_problem(), window=2)
    >>> round(float(J), 4), gradients["dWaa"].shape
    (2.752, (4, 4))
    """
    [window] = check_counts(window=window)
    a, y_hat, caches = rnn_forward(x, a0, parameters)
    n_y, m, T = y_hat.shape
    Wya = parameters["Wya"]
    o = np.tensordot(Wya, a, axes=1) + parameters["by"][:, :, None]  # (n_y, m, T), eq-o
    J = cross_entropy_from_scores(o, labels)
    # <<output error>> (book/07-the-output-error.md)
    counted = labels != -1  # (m, T), the mask
    y = np.arange(n_y)[:, None, None] == labels  # (n_y, m, T), one-hot columns
    do = (y_hat - y) * counted / m  # (n_y, m, T), eq-do-masked
    # <<gradients of the output layer>> (book/08-the-output-layer.md)
    dWya = sum(do[:, :, t] @ a[:, :, t].T for t in range(T))  # (n_y, m) @ (m, n_a)
    dby = do.sum(axis=2).sum(axis=1, keepdims=True)  # (n_y, 1)
    # <<from the outputs into the states>> (book/08-the-output-layer.md)
    da_output = np.tensordot(Wya.T, do, axes=1)  # (n_a, m, T), eq-da-output
    starts = range(0, T, window)
    pieces = [
        rnn_backward(da_output[:, :, t : t + window], caches[t : t + window])
        for t in starts
    ]
    summed = check_sums(
        {name: sum(piece[name] for piece in pieces) for name in ("dWax", "dWaa", "dba")}
    )
    dx = np.concatenate([piece["dx"] for piece in pieces], axis=2)
    return J, {"dx": dx, "da0": pieces[0]["da0"], **summed, "dWya": dWya, "dby": dby}
