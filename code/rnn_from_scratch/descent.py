# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: a55311323610fbee
# book/13-learning.md
"""Plain gradient descent."""

import numpy as np

from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.forward import rnn_loss
from rnn_from_scratch.parameters import (
    NEEDED,
    PARAMETER_AXES,
    Array,
    Arrays,
    check_counts,
    check_gradients,
    check_parameters,
    check_positive,
)


def update_parameters(
    parameters: Arrays, gradients: Arrays, learning_rate: float
) -> dict[str, Array]:
    """Take one step against the gradient (eq-update): each W - learning_rate * dW.

    Parameters
    ----------
    parameters : dict
        ``Wax (n_a, n_x)``, ``Waa (n_a, n_a)``, ``Wya (n_y, n_a)``, ``ba (n_a, 1)`` and
        ``by (n_y, 1)``.
    gradients : dict
        ``dWax, dWaa, dWya, dba, dby`` in the same shapes; other entries are not used.
    learning_rate : float
        The factor of the step, greater than 0.

    Returns
    -------
    dict
        New parameters; those passed in are left as they are.

    Raises
    ------
    TypeError, ValueError
        If a gradient is missing, does not fit its parameter or is not finite, or if the
        learning rate is not a finite number greater than 0. If the step is so long that
        a parameter overflows, the parameter is named.

    See Also
    --------
    train : Many steps, with mini-batches, validation and checkpoints.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> J, gradients = plain_loss_and_gradients(x, labels, a0, parameters)
    >>> bool(rnn_loss(x, labels, a0, update_parameters(parameters, gradients, 0.1)) < J)
    True
    """
    sizes, dtype = check_parameters(parameters)
    gradients = check_gradients(gradients, sizes, dtype)
    step = check_positive("learning_rate", learning_rate)
    with np.errstate(all="ignore"):  # what overflows is named below
        new = {
            name: parameters[name] - step * gradients["d" + name]
            for name in PARAMETER_AXES
        }
    check_parameters(new)
    return new


# book/13-learning.md
def descend(
    x: Array,
    labels: Array,
    a0: Array | None = None,
    parameters: Arrays = NEEDED,
    *,
    learning_rate: float,
    epochs: int,
) -> tuple[Arrays, Array]:
    """Train by gradient descent: each epoch one step on the whole batch (eq-update).

    Parameters
    ----------
    x, labels, a0 : numpy.ndarray
        Inputs (n_x, m, T), or classes (m, T); integer labels (m, T) with -1 for "does
        not count"; and the initial state (n_a, m), or None for zeros.
    parameters : dict
        Where to begin; left as it is.
    learning_rate : float
        Greater than 0.
    epochs : int
        How many steps, at least 1.

    Returns
    -------
    parameters : dict
        The trained parameters.
    losses : numpy.ndarray
        J in nats before the first step and after each one, (epochs + 1,).

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described above. If the training diverges; the message
        names the array that is no longer finite.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> parameters, losses = descend(*toy_problem(), learning_rate=0.1, epochs=10)
    >>> losses.shape, bool(losses[-1] < losses[0])
    ((11,), True)
    """
    check_counts(epochs=epochs)
    losses = []
    for _ in range(epochs):
        J, gradients = plain_loss_and_gradients(x, labels, a0, parameters)
        losses.append(J)
        parameters = update_parameters(parameters, gradients, learning_rate)
    losses.append(rnn_loss(x, labels, a0, parameters))
    return parameters, np.array(losses)
