# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: dbc7287c94ba758c
# book/12-the-whole-algorithm.md
"""Backpropagation through time: each line with a gradient has its own chapter."""

from itertools import pairwise
from typing import Any

import numpy as np

from rnn_from_scratch.forward import CellCache, check_inputs, rnn_forward
from rnn_from_scratch.loss import cross_entropy_from_scores
from rnn_from_scratch.parameters import (
    NEEDED,
    Array,
    Arrays,
    Number,
    check_array,
    check_parameters,
    first_place,
    wrong_type,
)


# book/12-the-whole-algorithm.md
class _Checked(CellCache):
    """A cache whose fields have been checked."""

    __slots__ = ()


# book/12-the-whole-algorithm.md
def check_cache(cache: CellCache, name: str, known: dict[int, Any]) -> CellCache:
    """Check that the fields of a cache fit each other; known parameters only once."""
    if isinstance(cache, _Checked):
        return cache
    if not isinstance(cache, CellCache):
        raise wrong_type(name, cache, "a CellCache")
    x_t, a_prev, a_t, parameters = cache
    if id(parameters) not in known:
        try:
            known[id(parameters)] = check_parameters(parameters)
        except (TypeError, ValueError) as fault:
            raise type(fault)(f"{name}.parameters: {fault}") from None
    (sizes, dtype), axes = known[id(parameters)], ("n_a", "m")
    sizes = dict(sizes)  # m is that of this cache
    a_t = check_array(f"{name}.a_t", a_t, axes, sizes, dtype)
    x_t = check_inputs(x_t, sizes, dtype, f"{name}.x_t", ("m",))
    a_prev = check_array(f"{name}.a_prev", a_prev, axes, sizes, dtype)
    return _Checked(x_t, a_prev, a_t, parameters)


# book/12-the-whole-algorithm.md
def check_caches(caches: list[CellCache]) -> list[CellCache]:
    """Refuse anything but the caches of one run, in order; return them checked."""
    expected = "expected those of one run of rnn_forward"
    if not isinstance(caches, list) or {type(cache) for cache in caches} != {CellCache}:
        what = "is not what rnn_forward returned; expected a list of CellCache"
        raise TypeError(f"caches {what}")
    known: dict[int, Any] = {}
    caches = [
        check_cache(cache, f"caches[{t}]", known) for t, cache in enumerate(caches)
    ]
    if len({(cache.x_t.shape, cache.a_t.shape) for cache in caches}) > 1:
        raise ValueError(f"caches differ in their shapes; {expected}")
    if not all(
        np.array_equal(now.a_prev, before.a_t) for before, now in pairwise(caches)
    ):
        raise ValueError(f"caches do not follow each other; {expected}")
    return caches


# book/12-the-whole-algorithm.md
def check_carry(da_t: Array) -> None:
    """Raise ValueError if the gradient with respect to a state overflows."""
    if not np.isfinite(da_t).all():
        at = first_place(~np.isfinite(da_t))
        what = f"unit {at[0]} of a state the gradient {da_t[at]}"
        raise ValueError(f"parameters give {what}; expected a finite one")


def check_sums(gradients: dict[str, Any]) -> dict[str, Array]:
    """Return the gradients; raise ValueError that names one that overflows."""
    for name, gradient in gradients.items():
        if not np.isfinite(gradient).all():
            at = first_place(~np.isfinite(gradient))
            what = f"the entry {gradient[at]} at {at}; expected a finite one"
            raise ValueError(f"x and parameters give {name} {what}")
    return gradients


# book/12-the-whole-algorithm.md
@np.errstate(all="ignore")
def rnn_cell_backward(da_t: Array, cache: CellCache) -> dict[str, Array]:
    """Take one step back, from state to inputs (eq-dz, eq-dWaa-step, eq-dx, eq-da).

    Parameters
    ----------
    da_t : numpy.ndarray
        The whole gradient with respect to this state, (n_a, m): from the output
        and from the carry.
    cache : CellCache
        The cache that ``rnn_cell_forward`` returned for this step.

    Returns
    -------
    dict
        ``dx_t (n_x, m)``; ``da_carry (n_a, m)``, for the state before; what this step
        contributes: ``dWax_t (n_a, n_x)``, ``dWaa_t (n_a, n_a)``, ``dba_t (n_a, 1)``.

    Raises
    ------
    TypeError, ValueError
        If ``cache`` is not a CellCache, if its fields do not fit each other, or if
        ``da_t`` does not fit them.

    See Also
    --------
    rnn_cell_forward : The step whose cache this takes.

    Examples
    --------
    >>> from rnn_from_scratch.forward import rnn_cell_forward
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> a_1, y_hat_1, cache = rnn_cell_forward(x[:, :, 0], a0, parameters)
    >>> sorted(rnn_cell_backward(np.ones((4, 1)), cache))
    ['dWaa_t', 'dWax_t', 'da_carry', 'dba_t', 'dx_t']
    """
    cache = check_cache(cache, "cache", {})
    x_t, a_prev, a_t, parameters = cache
    n_a, m = a_t.shape
    da_t = check_array("da_t", da_t, ("n_a", "m"), {"n_a": n_a, "m": m}, a_t.dtype)
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    # <<gradient through tanh>> (book/10-through-tanh.md)
    dz = da_t * (1 - a_t**2)  # (n_a, m), eq-dz
    if x_t.ndim == 1:
        # <<contribution to Wax, by class>> (book/11-the-recurrent-parameters.md)
        dWax_t = np.zeros_like(Wax, dz.dtype)
        np.add.at(dWax_t.T, x_t, dz.T)  # column by column of dz
    else:
        # <<contribution to the input weights>> (book/11-the-recurrent-parameters.md)
        dWax_t = dz @ x_t.T  # (n_a, m) @ (m, n_x) -> (n_a, n_x), eq-dWaa-step
    # <<contributions of one step>> (book/11-the-recurrent-parameters.md)
    dWaa_t = dz @ a_prev.T  # (n_a, m) @ (m, n_a) -> (n_a, n_a)
    dba_t = dz.sum(axis=1, keepdims=True)  # (n_a, 1)
    # <<gradient of the input>> (book/11-the-recurrent-parameters.md)
    dx_t = Wax.T @ dz  # (n_x, n_a) @ (n_a, m) -> (n_x, m), eq-dx
    # <<gradient of the state before>> (book/09-the-carry.md)
    da_carry = Waa.T @ dz  # (n_a, n_a) @ (n_a, m) -> (n_a, m), the carry of eq-da
    back = {"dx_t": dx_t, "da_carry": da_carry}
    return {**back, "dWax_t": dWax_t, "dWaa_t": dWaa_t, "dba_t": dba_t}


# book/12-the-whole-algorithm.md
@np.errstate(all="ignore")
def rnn_backward(da_output: Array, caches: list[CellCache]) -> dict[str, Array]:
    """Take all steps back, from the last to the first; add carry and contributions.

    It implements eq-da, eq-dWax, eq-dWaa, eq-dba, eq-dx and eq-da0.

    Parameters
    ----------
    da_output : numpy.ndarray
        The gradient that arrives at the states from the outputs only, (n_a, m, T); the
        carry is added inside.
    caches : list of CellCache
        The caches that ``rnn_forward`` returned, one for each step.

    Returns
    -------
    dict
        ``dx (n_x, m, T)``, ``da0 (n_a, m)``, ``dWax (n_a, n_x)``, ``dWaa (n_a, n_a)``,
        ``dba (n_a, 1)``.

    Raises
    ------
    TypeError, ValueError
        If ``caches`` is not a list of CellCache of one run, if ``da_output`` does not
        fit them, or if a gradient overflows.

    See Also
    --------
    rnn_forward : The forward pass, whose caches this takes.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> a, y_hat, caches = rnn_forward(x, a0, parameters)
    >>> rnn_backward(np.ones_like(a), caches)["dWaa"].shape
    (4, 4)
    """
    caches = check_caches(caches)
    (n_a, m), T, Wax = caches[0].a_t.shape, len(caches), caches[0].parameters["Wax"]
    sizes = {"n_a": n_a, "m": m, "T": T}
    dtype = caches[0].a_t.dtype
    da_output = check_array("da_output", da_output, ("n_a", "m", "T"), sizes, dtype)
    dx = np.empty((Wax.shape[1], m, T), da_output.dtype)  # (n_x, m, T)
    shapes = Wax.shape, (n_a, n_a), (n_a, 1)
    dWax, dWaa, dba = (np.zeros(shape, da_output.dtype) for shape in shapes)
    da_carry = np.zeros((n_a, m), da_output.dtype)  # eq-dz-end
    for t in reversed(range(T)):
        # <<add the carry>> (book/09-the-carry.md)
        da_t = da_output[:, :, t] + da_carry  # (n_a, m), eq-da
        check_carry(da_t)
        step = rnn_cell_backward(da_t, caches[t])
        dx[:, :, t] = step["dx_t"]
        # <<add up the contributions>> (book/11-the-recurrent-parameters.md)
        dWax += step["dWax_t"]
        dWaa += step["dWaa_t"]
        dba += step["dba_t"]
        da_carry = step["da_carry"]
    # <<gradient of the initial state>> (book/11-the-recurrent-parameters.md)
    da0 = da_carry  # (n_a, m), the carry from step 1, eq-da0
    return check_sums({"dx": dx, "da0": da0, "dWax": dWax, "dWaa": dWaa, "dba": dba})


# book/12-the-whole-algorithm.md
@np.errstate(all="ignore")
def plain_loss_and_gradients(
    x: Array, labels: Array, a0: Array | None = None, parameters: Arrays = NEEDED
) -> tuple[Number, dict[str, Array]]:
    """Compute the loss and all its gradients: forward, the output layer, and back.

    It implements eq-forward, eq-loss-scores, eq-do-masked, eq-dWya, eq-dby,
    eq-da-output and eq-da.

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
        ``dWax, dWaa, dWya, dba, dby, dx, da0``, each in the shape of its own argument,
        in the dtype of the parameters.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape, a value or a label is not as described above, or if a
        gradient overflows.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> J, gradients = plain_loss_and_gradients(*toy_problem())
    >>> round(float(J), 4), gradients["dWaa"].shape
    (2.752, (4, 4))
    """
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
    return J, {**rnn_backward(da_output, caches), "dWya": dWya, "dby": dby}
