# Generated from the chapters in book/ by `make tangle`. Edit the chapter, not this file.
# sha256: fff578c1060591aa
# book/17-clipping-and-truncation.md
"""Two ways to keep a step from being too long."""

import math

import numpy as np

from rnn_from_scratch.parameters import check_gradients, check_positive


def clip_by_norm(gradients, max_norm):
    """Shorten the gradient by all parameters to the length max_norm, if it is longer (eq-clip).

    Parameters
    ----------
    gradients : dict
        ``dWax, dWaa, dWya, dba, dby``; other entries, such as ``dx``, belong to no parameter and
        are not used.
    max_norm : float
        The greatest length of all entries together, greater than 0.

    Returns
    -------
    dict
        The five gradients, each times min(1, max_norm / norm).

    Raises
    ------
    TypeError, ValueError
        If a gradient is missing, does not fit the others or is not finite, or if ``max_norm`` is
        not a finite number greater than 0.

    Examples
    --------
    >>> from rnn_from_scratch.bptt import loss_and_gradients
    >>> from rnn_from_scratch.toy import toy_problem
    >>> J, gradients = loss_and_gradients(*toy_problem())
    >>> clipped = clip_by_norm(gradients, 1.0)
    >>> round(float(np.sqrt(sum((gradient**2).sum() for gradient in clipped.values()))), 12)
    1.0
    """
    gradients = check_gradients(gradients, {"1": 1})
    max_norm = check_positive("max_norm", max_norm)
    largest = max(float(np.abs(gradient).max()) for gradient in gradients.values()) or 1.0
    # entries from -1 to 1: none of their squares overflows
    parts = {name: gradient / largest for name, gradient in gradients.items()}
    length = math.sqrt(sum((part**2).sum(dtype=float) for part in parts.values()))
    if length <= max_norm / largest:
        return {name: gradient.copy() for name, gradient in gradients.items()}
    return {name: part * (max_norm / length) for name, part in parts.items()}


# book/17-clipping-and-truncation.md
def clip_by_value(gradients, limit):
    """Cut each entry of the gradient off at plus or minus limit, which can turn its direction.

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

    Examples
    --------
    >>> from rnn_from_scratch.bptt import loss_and_gradients
    >>> from rnn_from_scratch.toy import toy_problem
    >>> J, gradients = loss_and_gradients(*toy_problem())
    >>> float(np.abs(clip_by_value(gradients, 0.01)["dWya"]).max())
    0.01
    """
    gradients = check_gradients(gradients, {"1": 1})
    limit = check_positive("limit", limit)
    with np.errstate(over="ignore"):  # a limit beyond float32 cuts nothing off
        return {name: np.clip(gradient, -limit, limit) for name, gradient in gradients.items()}
