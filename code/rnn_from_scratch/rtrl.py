# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: d1b15a1e8586c4b9
# book/17-the-same-gradients-forward.md
"""The same gradients, computed forward: real-time recurrent learning."""

from typing import Any

import numpy as np

from rnn_from_scratch.bptt import check_sums
from rnn_from_scratch.forward import check_problem
from rnn_from_scratch.loss import cross_entropy_from_scores, softmax
from rnn_from_scratch.parameters import NEEDED, Array, Arrays, Number, check_scores


def _output_of_step(
    a_t: Array, labels: Array, parameters: Arrays
) -> tuple[Number, Array]:
    """Compute the loss of a step, labels (m, 1), and its gradient in the scores."""
    Wya, by = parameters["Wya"], parameters["by"]
    # <<scores>> (book/01-the-cell.md)
    o_t = Wya @ a_t + by  # (n_y, n_a) @ (n_a, m) -> (n_y, m)
    y_hat, (n_y, m) = softmax(check_scores(o_t))[:, :, None], o_t.shape
    # <<output error>> (book/07-the-output-error.md)
    counted = labels != -1  # (m, T), the mask
    y = np.arange(n_y)[:, None, None] == labels  # (n_y, m, T), one-hot columns
    do = (y_hat - y) * counted / m  # (n_y, m, T), eq-do-masked
    return cross_entropy_from_scores(o_t[:, :, None], labels), do[:, :, 0]


# book/17-the-same-gradients-forward.md
def _checked(
    x: Array, a0: Array | None, parameters: Arrays, labels: Array
) -> tuple[dict[str, int], np.dtype[Any], Array, Array]:
    """Check the arguments; return sizes, the dtype of all sums, x and a0."""
    sizes, dtype, x, a0 = check_problem(x, a0, parameters, labels)
    if any(map(np.iscomplexobj, (x, a0, *parameters.values()))):
        dtype = np.dtype(complex)
    return sizes, dtype, x, a0


# book/17-the-same-gradients-forward.md
@np.errstate(all="ignore")
def rtrl_loss_and_gradients(
    x: Array, labels: Array, a0: Array | None = None, parameters: Arrays = NEEDED
) -> tuple[Number, dict[str, Array]]:
    """Compute the loss and its gradients in one forward pass (eq-sensitivity, eq-rtrl).

    It keeps m n_a n_a (n_x + n_a + 1) sensitivities, however many steps there
    are, and no state but the last; ``loss_and_gradients`` is faster unless there
    are very few units.

    Parameters
    ----------
    x : numpy.ndarray
        Inputs, (n_x, m, T); or integers (m, T): classes from 0 to n_x - 1, for
        one-hot columns.
    labels : numpy.ndarray
        Classes from 0 to n_y - 1, or -1 for a step that does not count,
        (m, T), integers.
    a0 : numpy.ndarray or None
        Initial state, (n_a, m); None: zeros.
    parameters : dict
        ``Wax (n_a, n_x)``, ``Waa (n_a, n_a)``, ``Wya (n_y, n_a)``, ``ba (n_a, 1)`` and
        ``by (n_y, 1)``.

    Returns
    -------
    J : number
        The loss in nats, summed over the steps that count, averaged
        over the m examples.
    gradients : dict
        ``dWax, dWaa, dWya, dba, dby``, in the dtype of the parameters; none with
        respect to the inputs or the initial state.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape, a value or a label is not as described above, or if a
        gradient overflows.

    See Also
    --------
    loss_and_gradients : The same gradients, backward.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> J, gradients = rtrl_loss_and_gradients(*toy_problem())
    >>> round(float(J), 4), gradients["dWaa"].shape
    (2.752, (4, 4))
    """
    sizes, dtype, x, a_t = _checked(x, a0, parameters, labels)
    n_x, n_a, n_y, m = (sizes[name] for name in ("n_x", "n_a", "n_y", "m"))
    n_u = n_x + n_a + 1
    Waa, Wya = parameters["Waa"], parameters["Wya"]
    W = np.hstack([parameters["Wax"], Waa, parameters["ba"]])  # (n_a, n_u)
    classes = np.arange(n_x)[:, None]
    J, dWya, dby = 0, np.zeros((n_y, n_a), dtype), np.zeros((n_y, 1), dtype)
    sensitivity, dW = np.zeros((n_a, m, n_a, n_u), dtype), np.zeros((n_a, n_u), dtype)
    for t in range(sizes["T"]):
        x_t = x[:, :, t] if x.ndim == 3 else classes == x[:, t]  # (n_x, m)
        u_t = np.vstack([x_t, a_t, np.ones((1, m))]).astype(dtype)
        a_t = np.tanh(W @ u_t)  # (n_a, n_u) @ (n_u, m) -> (n_a, m)
        # <<sensitivities of the new state>> (book/17-the-same-gradients-forward.md)
        sensitivity = np.tensordot(Waa, sensitivity, axes=1)  # (n_a, m, n_a, n_u)
        sensitivity[range(n_a), :, range(n_a)] += u_t.T  # this copy, eq-sensitivity-z
        sensitivity *= (1 - a_t**2)[:, :, None, None]  # eq-sensitivity
        J_t, do_t = _output_of_step(a_t, labels[:, t : t + 1], parameters)
        da_output_t = Wya.T @ do_t  # (n_a, n_y) @ (n_y, m) -> (n_a, m)
        # <<contribution of the sensitivities>> (book/17-the-same-gradients-forward.md)
        dW += np.tensordot(da_output_t, sensitivity, axes=2)  # (n_a, n_u), eq-rtrl
        J, dWya = J + J_t, dWya + do_t @ a_t.T
        dby = dby + do_t.sum(axis=1, keepdims=True)
    dWax, dWaa, dba = np.split(dW, [n_x, n_x + n_a], axis=1)
    gradients = {"dWax": dWax, "dWaa": dWaa, "dba": dba, "dWya": dWya, "dby": dby}
    return J, check_sums(gradients)
