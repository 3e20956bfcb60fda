# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: cf6860eee3922681
# book/03-unrolled-through-time.md
"""The forward pass: one cell, the cell through time, and all steps side by side."""

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from rnn_from_scratch.buffers import (
    KEPT,
    NEAR,
    VALUES,
    Busy,
    Doubt,
    ForwardBuffers,
    ForwardSteps,
    ends,
    form_of,
    form_of_array,
    largest,
    quiet_context,
    run_alone,
)
from rnn_from_scratch.loss import cross_entropy_from_scores, softmax
from rnn_from_scratch.parameters import (
    NEEDED,
    Array,
    Arrays,
    Number,
    check_array,
    check_counts,
    check_labels,
    check_memory,
    check_parameters,
    check_plain,
    check_scores,
    check_shape,
    first_place,
)


class CellCache(NamedTuple):
    """The arrays that one step leaves for the backward pass.

    They are not copied: one that is changed before the backward pass
    changes the gradients.

    Parameters
    ----------
    x_t : numpy.ndarray
        Inputs, (n_x, m); or classes, (m,).
    a_prev : numpy.ndarray
        State before the step, (n_a, m).
    a_t : numpy.ndarray
        State after the step, (n_a, m).
    parameters : dict
        The caller's own.
    """

    x_t: Array
    a_prev: Array
    a_t: Array
    parameters: Arrays


# book/03-unrolled-through-time.md
def check_inputs(
    x: Array,
    sizes: dict[str, int],
    dtype: np.dtype[Any],
    name: str = "x",
    axes: tuple[str, ...] = ("m", "T"),
) -> Array:
    """Check inputs (n_x, m, T), or classes (m, T); return them in one dtype."""
    check_plain(name, x)
    if x.ndim != len(axes) or x.dtype.kind not in "iu":
        return check_array(name, x, ("n_x", *axes), sizes, dtype)
    check_shape(name, x.shape, axes, sizes)
    outside = (x < 0) | (x >= sizes["n_x"])
    if outside.any():
        at, last = first_place(outside), sizes["n_x"] - 1
        raise ValueError(f"{name} holds {x[at]} at {at}; expected a class 0 to {last}")
    return x


# book/03-unrolled-through-time.md
def check_real(name: str, array: Array) -> None:
    """Refuse complex numbers, which only checks of gradients use, with a TypeError."""
    if np.iscomplexobj(array):
        raise TypeError(f"{name} has dtype {array.dtype}; expected float32 or float64")


# book/03-unrolled-through-time.md
def check_problem(
    x: Array, a0: Array | None, parameters: Arrays, *labels: Array
) -> tuple[dict[str, int], np.dtype[Any], Array, Array]:
    """Check a network's arguments; return sizes, dtype, and x and a0 in that dtype."""
    sizes, dtype = check_parameters(parameters)
    x = check_inputs(x, sizes, dtype)
    a0 = np.zeros((sizes["n_a"], sizes["m"]), dtype) if a0 is None else a0
    a0 = check_array("a0", a0, ("n_a", "m"), sizes, dtype)
    for array in labels:
        check_labels(array, sizes)
    return sizes, dtype, x, a0


# book/03-unrolled-through-time.md
@np.errstate(all="ignore")
def rnn_cell_forward(
    x_t: Array, a_prev: Array | None = None, parameters: Arrays = NEEDED
) -> tuple[Array, Array, CellCache]:
    """Take one step: into the new state, and from there to the probabilities.

    z_t = Wax x_t + Waa a_prev + ba (eq-z), a_t = tanh z_t (eq-a), o_t = Wya a_t + by
    (eq-o) and y_hat_t = softmax(o_t) (eq-y-hat).

    Parameters
    ----------
    x_t : numpy.ndarray
        Input, (n_x, m); or integers (m,): classes from 0 to n_x - 1, for one-hot
        columns (eq-pick).
    a_prev : numpy.ndarray or None
        Previous state, (n_a, m); None: zeros.
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
        If a dtype, a shape or a value is not as described above.

    See Also
    --------
    Stream : Step by step without checking the parameters again.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> a_1, y_hat_1, cache = rnn_cell_forward(x[:, :, 0], a0, parameters)
    >>> a_1.shape, y_hat_1.shape
    ((4, 1), (2, 1))
    """
    sizes, dtype = check_parameters(parameters)
    x_t = check_inputs(x_t, sizes, dtype, "x_t", ("m",))
    a_prev = np.zeros((sizes["n_a"], sizes["m"]), dtype) if a_prev is None else a_prev
    a_prev = check_array("a_prev", a_prev, ("n_a", "m"), sizes, dtype)
    Wax, Waa, Wya = (parameters[name] for name in ("Wax", "Waa", "Wya"))
    ba, by = parameters["ba"], parameters["by"]
    if x_t.ndim == 1:
        of_class = Wax[:, x_t]  # (n_a, m), eq-pick
        z_t = of_class + Waa @ a_prev + ba
    else:
        # <<pre-activation>> (book/01-the-cell.md)
        # (n_a, n_x) @ (n_x, m) + (n_a, n_a) @ (n_a, m) -> (n_a, m)
        z_t = Wax @ x_t + Waa @ a_prev + ba
    # <<hidden state>> (book/01-the-cell.md)
    a_t = np.tanh(z_t)  # (n_a, m)
    # <<scores>> (book/01-the-cell.md)
    o_t = Wya @ a_t + by  # (n_y, n_a) @ (n_a, m) -> (n_y, m)
    return a_t, softmax(check_scores(o_t)), CellCache(x_t, a_prev, a_t, parameters)


# book/03-unrolled-through-time.md
@np.errstate(all="ignore")
def _cell_by_cell(
    x: Array, a0: Array | None, parameters: Arrays
) -> tuple[Array, Array, list[CellCache]]:
    """Return the states, the scores, and the cache of each step (eq-forward)."""
    _, _, x, a0 = check_problem(x, a0, parameters)
    a_t, caches = a0, []
    for t in range(x.shape[-1]):
        a_t, _, cache = rnn_cell_forward(x[..., t], a_t, parameters)
        caches.append(cache)
    a = np.stack([cache.a_t for cache in caches], axis=-1)
    o = np.tensordot(parameters["Wya"], a, axes=1) + parameters["by"][:, :, None]
    return a, o, caches


# book/03-unrolled-through-time.md
def forward_states(buffers: ForwardBuffers, steps: ForwardSteps, x: Array) -> None:
    """Compute the states of some steps (eq-all-inputs, eq-one-state)."""
    Wax_ba, WaaT, z_t = buffers.given["Wax_ba"], buffers.given["WaaT"], buffers.z_t
    add, tanh, steps.x_t[...] = np.add, np.tanh, x
    given = buffers.all_given
    squares = given.dot(given)
    buffers.moderate, steps.near = squares < buffers.large, squares < buffers.small
    if not buffers.moderate and not largest(given) < math.inf:
        raise Doubt  # what was given is not finite
    if steps.classes is None:
        # <<inputs of all steps>> (book/03-unrolled-through-time.md)
        # (T m, n_x + 1) @ (n_x + 1, n_a), eq-all-inputs
        steps.x_rows.dot(Wax_ba, steps.a_rows)
    else:
        least, last = ends(steps.classes.ravel())
        if least < 0 or last >= len(Wax_ba) - 1:
            raise Doubt  # an input is not a class
        # <<inputs that are classes>> (book/03-unrolled-through-time.md)
        Wax_ba[:-1].take(steps.classes.ravel(), 0, steps.a_rows, "clip")  # eq-pick
        steps.a_rows += Wax_ba[-1]
    # <<one state after the other>> (book/03-unrolled-through-time.md)
    for a_prev, a_t in steps.forward:
        a_prev.dot(WaaT, z_t)  # (m, n_a) @ (n_a, n_a) -> (m, n_a), eq-one-state
        add(a_t, z_t, z_t)
        tanh(z_t, a_t)


# book/03-unrolled-through-time.md
def forward_scores(buffers: ForwardBuffers, steps: ForwardSteps) -> Array:
    """Compute the scores of some steps from their states (eq-all-scores)."""
    Wya, by, o = buffers.given["Wya"], buffers.given["by"], steps.o
    # <<scores of all steps>> (book/03-unrolled-through-time.md)
    Wya.dot(steps.a_T, o)  # (n_y, n_a) @ (n_a, T m) -> (n_y, T m), eq-all-scores
    o += by
    if not buffers.moderate and not largest(steps.flat) < math.inf:
        raise Doubt  # a score is not finite
    return o


# book/03-unrolled-through-time.md
def shift_far_scores(steps: ForwardSteps, o: Array) -> bool:
    """Subtract the largest score of a column (eq-softmax-shift), if far from 0."""
    if steps.near or largest(steps.flat) < NEAR:
        return False
    o -= np.maximum.reduce(o, 0)
    return True


# book/03-unrolled-through-time.md
def loss_of_steps(
    steps: ForwardSteps, o: Array, labels: Array
) -> tuple[Number, Array, Any]:
    """Return the loss (eq-loss-scores), and where it counts; o becomes exponentials."""
    at, counted = steps.places(labels)
    shifted = shift_far_scores(steps, o)
    true = steps.flat[at] if shifted else None
    # <<exponentials of all steps>> (book/03-unrolled-through-time.md)
    np.exp(o, o)
    steps.ones_y.dot(o, steps.sums)  # (T m,), denominators of eq-softmax-shift
    sums = steps.sums if counted is None else steps.sums[counted]
    losses = np.log(sums) - true if shifted else np.log(sums / steps.flat[at])
    J = losses.dot(steps.weights if counted is None else steps.weights[: at.size])
    return J, at, counted


# book/03-unrolled-through-time.md
def walk(
    buffers: ForwardBuffers, x: Array, a0: Array | None, parameters: Arrays
) -> Iterable[tuple[int, Any]]:
    """Go forward (eq-forward), some steps at a time; yield the first, and the views."""
    buffers.take_in(0 if a0 is None else a0, *VALUES(parameters))
    K = buffers.K
    steps = buffers.parts.get(K) or buffers.steps(K)
    if x.shape[-1] > K:
        return _in_parts(buffers, steps, x)
    forward_states(buffers, steps, x)
    return ((0, steps),)


# book/03-unrolled-through-time.md
def _in_parts(
    buffers: ForwardBuffers, steps: Any, x: Array
) -> Iterator[tuple[int, Any]]:
    """Go forward in parts of K steps; the last one may have fewer."""
    T, K = x.shape[-1], buffers.K
    forward_states(buffers, steps, x[..., :K])
    yield 0, steps
    for start in range(K, T, K):
        last, steps = steps.last, buffers.steps(min(K, T - start))
        steps.first[:] = last
        forward_states(buffers, steps, x[..., start : start + K])
        yield start, steps


# book/03-unrolled-through-time.md
def in_buffers(
    work: Callable[[Any], Any],
    x: Array,
    a0: Array | None,
    parameters: Arrays,
    *labels: Array,
) -> Any:
    """Let some work use this thread's buffers; None: it has to be done cell by cell."""

    def make() -> ForwardBuffers | None:
        sizes, dtype, used_x, used_a0 = check_problem(x, a0, parameters, *labels)
        if any(map(np.iscomplexobj, (used_x, used_a0, *parameters.values()))):
            return None
        numbers = [sizes[name] for name in ("n_x", "n_a", "n_y", "m", "T")]
        return ForwardBuffers(dtype, x.ndim == 2, *numbers)

    try:
        return KEPT.run(form_of(a0, parameters, x, *labels), make, work)
    except Doubt:
        return None


# book/03-unrolled-through-time.md
def _fill(
    a: Array, y_hat: Array, buffers: Any, x: Array, a0: Array | None, parameters: Arrays
) -> None:
    """Write all states into (T + 1, m, n_a), the probabilities into (n_y, T, m)."""
    for start, steps in walk(buffers, x, a0, parameters):
        o, end = forward_scores(buffers, steps), start + len(steps.forward)
        shift_far_scores(steps, o)
        # <<exponentials of all steps>> (book/03-unrolled-through-time.md)
        np.exp(o, o)
        steps.ones_y.dot(o, steps.sums)  # (T m,), denominators of eq-softmax-shift
        o /= steps.sums
        a[start : end + 1] = steps.a
        y_hat[:, start:end] = o.reshape(len(o), end - start, -1)


# book/03-unrolled-through-time.md
def rnn_forward(
    x: Array, a0: Array | None = None, parameters: Arrays = NEEDED
) -> tuple[Array, Array, list[CellCache]]:
    """Run the cell over all steps, first to last (eq-forward, eq-forward-y-hat).

    Parameters
    ----------
    x : numpy.ndarray
        Inputs, (n_x, m, T); or integers (m, T): classes from 0 to n_x - 1, for
        one-hot columns.
    a0 : numpy.ndarray or None
        Initial state, (n_a, m); None: zeros.
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
        If a dtype, a shape or a value is not as described above; m and
        T are at least 1.

    See Also
    --------
    rnn_backward : The backward pass.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> a, y_hat, caches = rnn_forward(x, a0, parameters)
    >>> a.shape, y_hat.shape, len(caches)
    ((4, 1, 3), (2, 1, 3), 3)
    """

    def work(buffers: Any) -> Any:
        (n_y, n_a), (m, T) = buffers.given["Wya"].shape, x.shape[-2:]
        a = np.empty((T + 1, m, n_a), buffers.dtype)
        y_hat = np.empty((n_y, T, m), buffers.dtype)
        _fill(a, y_hat, buffers, x, a0, parameters)
        inputs = (
            x.T if x.ndim == 2 else x.astype(a.dtype, copy=False).transpose(2, 0, 1)
        )
        states = pairwise(a.transpose(0, 2, 1))
        caches = [
            CellCache(x_t, *two, parameters)
            for x_t, two in zip(inputs, states, strict=True)
        ]
        return a[1:].T, y_hat.transpose(0, 2, 1), caches

    came = in_buffers(work, x, a0, parameters)
    if came is None:
        a, o, caches = _cell_by_cell(x, a0, parameters)
        came = a, softmax(o), caches
    a, y_hat, caches = came
    return a, y_hat, caches


# book/03-unrolled-through-time.md
def last_state(x: Array, a0: Array | None = None, parameters: Arrays = NEEDED) -> Array:
    """Return a_T (n_a, m), the last state that ``rnn_forward`` gives (eq-forward)."""

    def work(buffers: Any) -> Any:
        for _, steps in walk(buffers, x, a0, parameters):
            last = steps.last
        return last.T.copy()

    a_T = in_buffers(work, x, a0, parameters)
    return _cell_by_cell(x, a0, parameters)[0][..., -1] if a_T is None else a_T


# book/03-unrolled-through-time.md
def rnn_loss(
    x: Array, labels: Array, a0: Array | None = None, parameters: Arrays = NEEDED
) -> Number:
    """Compute the loss of a batch, without any gradient (eq-loss, eq-loss-scores).

    Parameters
    ----------
    x, labels, a0 : numpy.ndarray
        Inputs (n_x, m, T), or classes (m, T); integer labels (m, T) with -1 for "does
        not count"; and the initial state (n_a, m), or None for zeros.
    parameters : dict
        As in ``rnn_cell_forward``.

    Returns
    -------
    number
        J in nats: summed over the steps that count, averaged over the examples.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape, a value or a label is not as described above.

    See Also
    --------
    loss_and_gradients : The loss and its gradients.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> round(float(rnn_loss(*toy_problem())), 4)
    2.752
    """

    def work(buffers: Any) -> Any:
        J, K = 0, buffers.K
        for start, steps in walk(buffers, x, a0, parameters):
            now = labels if labels.shape[1] == K else labels[:, start : start + K]
            J += loss_of_steps(steps, forward_scores(buffers, steps), now)[0]
        return J

    J = in_buffers(work, x, a0, parameters, labels)
    if J is None:
        J = cross_entropy_from_scores(_cell_by_cell(x, a0, parameters)[1], labels)
    return J


# book/03-unrolled-through-time.md
class Stream:
    """The network, fed one step after the other (eq-forward, eq-forward-y-hat).

    It copies the parameters when it is made, and keeps the state from step to step. One
    thread at a time can use it. A pickled or copied stream goes on from the same state.

    Parameters
    ----------
    parameters : dict
        As in ``rnn_cell_forward``, float32 or float64.
    a0 : numpy.ndarray or None
        Initial state, (n_a, m); None: zeros.
    m : int or None
        How many examples; None: as many as the initial state has, or 1.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape or a value is not as described above.

    See Also
    --------
    rnn_forward : All steps of a sequence that is there as a whole.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> stream = Stream(parameters)
    >>> [stream.step(x[:, :, t]).shape for t in range(3)]
    [(2, 1), (2, 1), (2, 1)]
    >>> bool(np.allclose(stream.state, rnn_forward(x, a0, parameters)[0][:, :, -1]))
    True
    """

    def __init__(
        self, parameters: Arrays, a0: Array | None = None, *, m: int | None = None
    ) -> None:
        self._sizes, self._dtype = check_parameters(parameters)
        if m is not None or a0 is None:
            [self._sizes["m"]] = check_counts(m=1 if m is None else m)
        if a0 is None:
            shape = self._sizes["n_a"], self._sizes["m"]
            check_memory("a0", ("n_a", "m"), shape)
            a0 = np.zeros(shape, self._dtype)
        a0 = check_array("a0", a0, ("n_a", "m"), self._sizes, self._dtype)
        for name, array in {"a0": a0, **parameters}.items():
            check_real(name, array)
        self._parameters = {name: array.copy() for name, array in parameters.items()}
        self._context = quiet_context()
        self._context.run(self._make, False, a0)

    def __reduce__(self) -> Any:
        return Stream, (self._parameters, self.state)

    def _make(self, of_classes: bool, a0: Any) -> None:
        """Make buffers for one step, with the parameters and a state in them."""
        n_x, n_a, n_y, m = (self._sizes[name] for name in ("n_x", "n_a", "n_y", "m"))
        self._buffers = ForwardBuffers(self._dtype, of_classes, n_x, n_a, n_y, m, T=1)
        self._buffers.take_in(a0, *VALUES(self._parameters))
        given = self._buffers.all_given
        if not given.dot(given) < self._buffers.large:
            self._buffers.large = 0  # so all scores are looked at
        self._buffers.small = 0
        self._buffers.all_given = self._buffers.sequence  # parameters change no more
        self._steps, self._form = self._buffers.steps(1), ()

    def _check(self, x_t: Any) -> None:
        """Check an input of a new form in full."""
        check_inputs(x_t, self._sizes, self._dtype, "x_t", ("m",))
        check_real("x_t", x_t)
        if (x_t.ndim == 1) != (self._steps.classes is not None):
            self._make(x_t.ndim == 1, self.state)
        self._form = form_of_array(x_t)

    def _step(self, x_t: Array) -> Array:
        """Take one step; check an input of another form first."""
        if form_of_array(x_t) != self._form:
            self._check(x_t)
        steps = self._steps
        forward_states(self._buffers, steps, x_t[..., None])
        o = forward_scores(self._buffers, steps)
        shift_far_scores(steps, o)
        # <<exponentials of all steps>> (book/03-unrolled-through-time.md)
        np.exp(o, o)
        steps.ones_y.dot(o, steps.sums)  # (T m,), denominators of eq-softmax-shift
        y_hat_t: Array = o / steps.sums
        steps.first[:] = steps.last
        return y_hat_t

    @property
    def state(self) -> Array:
        """The state after the last step, (n_a, m), as a copy."""
        state: Array = self._steps.first.T.copy()
        return state

    def step(self, x_t: Array) -> Array:
        """Take one step.

        Parameters
        ----------
        x_t : numpy.ndarray
            Input, (n_x, m); or integers (m,): classes, for one-hot columns.

        Returns
        -------
        numpy.ndarray
            Probabilities, (n_y, m), in the dtype of the parameters.

        Raises
        ------
        TypeError, ValueError
            If the input is not as described above; the state is then as it was.
        RuntimeError
            If another call is using the stream.
        """
        try:
            y_hat_t: Array = run_alone(self._context, self._step, x_t)
        except Busy:
            what = "in use by another call; expected one for each thread"
            raise RuntimeError(f"the stream is {what}") from None
        except Doubt:
            self._check(x_t)
            message = "x_t leads to scores that overflow; expected smaller ones"
            raise ValueError(message) from None
        return y_hat_t
