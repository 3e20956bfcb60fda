# Generated from the chapters in book/ by `make tangle`. Edit the chapter, not this file.
# sha256: 153947a5844dd6d0
# book/03-unrolled-through-time.md
"""The forward pass: one cell, and the cell repeated through time."""

from typing import NamedTuple

import numpy as np

from rnn_from_scratch.loss import cross_entropy, softmax
from rnn_from_scratch.parameters import check_array, check_parameters


class CellCache(NamedTuple):
    """What one step leaves for the way back; it refers to the caller's arrays, without a copy."""

    x_t: np.ndarray  # (n_x, m)
    a_prev: np.ndarray  # (n_a, m)
    a_t: np.ndarray  # (n_a, m)
    parameters: dict


# book/03-unrolled-through-time.md
def rnn_cell_forward(x_t, a_prev, parameters):
    """Take one step: into the new state, and from there to the probabilities.

    z_t = Wax x_t + Waa a_prev + ba (eq-z), a_t = tanh z_t (eq-a), o_t = Wya a_t + by (eq-o) and
    y_hat_t = softmax(o_t) (eq-y-hat).

    Parameters
    ----------
    x_t : numpy.ndarray
        Input, (n_x, m).
    a_prev : numpy.ndarray
        Previous state, (n_a, m).
    parameters : dict
        ``Wax (n_a, n_x)``, ``Waa (n_a, n_a)``, ``Wya (n_y, n_a)``, ``ba (n_a, 1)`` and
        ``by (n_y, 1)``.

    Returns
    -------
    a_t : numpy.ndarray
        New state, (n_a, m), in the dtype of the parameters.
    y_hat_t : numpy.ndarray
        Probabilities, (n_y, m).
    cache : CellCache
        For ``rnn_cell_backward``.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape or a value is not as said above.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> a_1, y_hat_1, cache = rnn_cell_forward(x[:, :, 0], a0, parameters)
    >>> a_1.shape, y_hat_1.shape
    ((4, 1), (2, 1))
    """
    sizes, dtype = check_parameters(parameters)
    x_t = check_array("x_t", x_t, ("n_x", "m"), sizes, dtype)
    a_prev = check_array("a_prev", a_prev, ("n_a", "m"), sizes, dtype)
    Wax, Waa, Wya, ba, by = (parameters[name] for name in ("Wax", "Waa", "Wya", "ba", "by"))
    # <<pre-activation>> (book/01-the-cell.md)
    z_t = Wax @ x_t + Waa @ a_prev + ba  # (n_a, n_x) @ (n_x, m) + (n_a, n_a) @ (n_a, m) -> (n_a, m)
    # <<hidden state>> (book/01-the-cell.md)
    a_t = np.tanh(z_t)  # (n_a, m)
    # <<scores>> (book/01-the-cell.md)
    o_t = Wya @ a_t + by  # (n_y, n_a) @ (n_a, m) -> (n_y, m)
    return a_t, softmax(o_t), CellCache(x_t, a_prev, a_t, parameters)


# book/03-unrolled-through-time.md
def rnn_forward(x, a0, parameters):
    """Run the cell over all steps, from the first to the last (eq-forward, eq-forward-y-hat).

    Parameters
    ----------
    x : numpy.ndarray
        Inputs, (n_x, m, T).
    a0 : numpy.ndarray
        Initial state, (n_a, m).
    parameters : dict
        As in ``rnn_cell_forward``.

    Returns
    -------
    a : numpy.ndarray
        States a_1 to a_T, (n_a, m, T), in the dtype of the parameters.
    y_hat : numpy.ndarray
        Probabilities, (n_y, m, T).
    caches : list of CellCache
        One for each step.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape or a value is not as said above; m and T are at least 1.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> a, y_hat, caches = rnn_forward(x, a0, parameters)
    >>> a.shape, y_hat.shape, len(caches)
    ((4, 1, 3), (2, 1, 3), 3)
    """
    sizes, dtype = check_parameters(parameters)
    x = check_array("x", x, ("n_x", "m", "T"), sizes, dtype)
    a_t = check_array("a0", a0, ("n_a", "m"), sizes, dtype)
    a, y_hat, caches = [], [], []
    for t in range(sizes["T"]):
        a_t, y_hat_t, cache = rnn_cell_forward(x[:, :, t], a_t, parameters)
        a.append(a_t)
        y_hat.append(y_hat_t)
        caches.append(cache)
    return np.stack(a, axis=-1), np.stack(y_hat, axis=-1), caches


# book/03-unrolled-through-time.md
def rnn_loss(x, labels, a0, parameters):
    """Compute the loss of a batch of sequences, without any gradient (eq-loss).

    Parameters
    ----------
    x, labels, a0 : numpy.ndarray
        Inputs (n_x, m, T), integer labels (m, T) with -1 for "does not count", and the initial
        state (n_a, m).
    parameters : dict
        As in ``rnn_cell_forward``.

    Returns
    -------
    number
        J in nats: summed over the steps that count, averaged over the examples.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape, a value or a label is not as said above.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> round(float(rnn_loss(*toy_problem())), 4)
    3.4946
    """
    return cross_entropy(rnn_forward(x, a0, parameters)[1], labels)
