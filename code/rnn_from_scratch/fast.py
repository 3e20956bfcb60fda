# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 77259ab7f7a8f8e4
# book/workspaces.md
"""The loss and the gradients of ``bptt``, rearranged into a few large products.

All steps lie side by side, as rows: row t m + k is column k of step t.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.buffers import (
    KEPT,
    Busy,
    Doubt,
    ForwardBuffers,
    ForwardSteps,
    carve,
    form_of,
    largest,
    quiet_context,
    run_alone,
)
from rnn_from_scratch.clipping import plain_truncated_loss_and_gradients
from rnn_from_scratch.forward import check_problem, rnn_forward
from rnn_from_scratch.parameters import (
    NEEDED,
    Array,
    Arrays,
    check_counts,
    check_flags,
    is_whole,
    wrong_type,
)
from rnn_from_scratch.segments import all_segments, all_windows

TOGETHER = 2**15  # numbers of the forward pass: shorter windows go together


# book/workspaces.md
class _Steps(ForwardSteps):
    """Views for some steps, and for the backward pass, window by window."""

    def __init__(self, k: int, buffers: Any) -> None:
        super().__init__(k, buffers)
        rows, n_a = self.a_rows.shape
        slopes, dz = (
            buffer[: rows * n_a].reshape(self.a[1:].shape) for buffer in buffers.back
        )
        self.slope_rows, self.dz_rows = (v.reshape(rows, n_a) for v in (slopes, dz))
        self.a_prev_rows = self.a[:-1].reshape(rows, n_a)
        pairs = list(zip(dz, slopes, strict=True))  # dz_t, slope_t
        length = buffers.window or k
        starts = range(0, k, length)
        self.windows = [pairs[t : t + length][::-1] for t in reversed(starts)]
        self.ones = np.ones((rows, 1), dz.dtype)
        self.one = np.array(1, dz.dtype)
        self.share = np.array(1 / self.a.shape[1], dz.dtype)


# book/workspaces.md
class _Buffers(ForwardBuffers):
    """Buffers for K of T steps, forward and backward, in segments or in windows."""

    @property
    def views(self) -> type[_Steps]:
        """The class of the views of some steps."""
        return _Steps

    def __init__(
        self,
        dtype: np.dtype[Any],
        of_classes: bool,
        with_dx: bool,
        window: int | None,
        K: int,
        n_x: int,
        n_a: int,
        n_y: int,
        m: int,
        T: int,
    ) -> None:
        super().__init__(dtype, of_classes, n_x, n_a, n_y, m, T, K)
        rows: dict[str, tuple[int, ...]] = {"Waa": (n_a, n_a), "Wax_ba": (n_x + 1, n_a)}
        rows |= {"Wya": (n_y, n_a), "by": (n_y, 1)}
        self.total, self.gradients = carve({**rows, "a0": (m, n_a)}, dtype)
        self.contribution, self.contributions = carve(rows, dtype)  # of one segment
        self.Waa, self.window = np.empty((n_a, n_a), dtype), window
        self.Wax = self.given["Wax_ba"][:-1].T
        self.back = [np.empty(K * m * n_a, dtype) for _ in range(2)]
        self.times = [slice(t, min(t + K, T)) for t in range(0, T, K)]
        self.dx = np.empty((T if with_dx else 0, m, n_x), dtype)
        self.dx_rows = [self.dx[now].reshape(-1, n_x) for now in self.times if with_dx]
        kept = len(self.times) if window is None and K < T else 0  # not of windows
        self.starts = np.empty((kept, m, n_a), dtype)
        dWax_ba = self.gradients["Wax_ba"]
        named = {"dx": self.dx.T, "da0": self.gradients["a0"].T, "dWax": dWax_ba[:-1].T}
        named |= {"dWaa": self.gradients["Waa"], "dba": dWax_ba[-1:].T}
        named |= {"dWya": self.gradients["Wya"], "dby": self.gradients["by"]}
        self.named = {name: array for name, array in named.items() if array.size}
        arrays = self.total, self.contribution, self.Waa, self.dx, self.starts
        views = 300 * (K + len(self.times))
        self.nbytes += sum(array.nbytes for array in (*arrays, *self.back)) + views


# book/workspaces.md
class _Room:
    """The contents of a workspace: a context, buffers, the checked arguments' form."""

    def __init__(self) -> None:
        self.context = quiet_context()
        self.form: Any = None
        self.sizes: Any = None
        self.buffers: Any = None

    def fit(self, sizes: Any, form: Any) -> None:
        """Make buffers, unless the sizes are the same; note the arguments' form."""
        if sizes != self.sizes:
            self.form = self.sizes = self.buffers = None  # no memory for both
            self.buffers, self.sizes = _Buffers(*sizes), sizes
        self.form = form


# book/workspaces.md
class Workspace:
    """Buffers that ``loss_and_gradients`` keeps from call to call, while sizes last.

    A call overwrites the gradients that the last call with the same workspace has
    returned: copy a gradient that has to last, or that is passed to the next call. One
    call at a time can use a workspace; each thread needs its own. A pickled or copied
    workspace is a new one.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> workspace = Workspace()
    >>> J, first = loss_and_gradients(*toy_problem(), workspace=workspace)
    >>> J, second = loss_and_gradients(*toy_problem(), workspace=workspace)
    >>> np.shares_memory(first["dWaa"], second["dWaa"])
    True
    """

    def __init__(self) -> None:
        self._room = _Room()

    def __reduce__(self) -> tuple[type[Workspace], tuple[()]]:
        return Workspace, ()


# book/workspaces.md
def _check_segment(segment: object) -> int | str | None:
    """Return the length of a segment, None, or "auto"; else raise a ValueError."""
    if segment is None or (isinstance(segment, str) and segment == "auto"):
        return segment
    if not is_whole(segment) or not 1 <= segment <= sys.maxsize:
        what = "expected None, 'auto' or a whole number >= 1"
        raise ValueError(f"segment is {segment!r}; {what}")
    return int(segment)


# book/workspaces.md
def _sizes(
    how: Any, x: Array, labels: Array, a0: Array | None, parameters: Arrays
) -> Any:
    """Check all in full; return the buffers' arguments, None for complex numbers."""
    sizes, dtype, used_x, used_a0 = check_problem(x, a0, parameters, labels)
    if any(map(np.iscomplexobj, (used_x, used_a0, *parameters.values()))):
        return None
    with_dx, segment, window = how
    T = sizes["T"]
    if window is not None:
        window = min(window, T)
        numbers = window * sizes["m"] * (sizes["n_x"] + sizes["n_a"] + sizes["n_y"])
        K = window * -(-TOGETHER // numbers)
    else:
        K = math.isqrt(T - 1) + 1 if segment == "auto" else segment or T
    numbers = [sizes[name] for name in ("n_x", "n_a", "n_y", "m", "T")]
    return (dtype, x.ndim == 2, with_dx, window, min(K, T), *numbers)


# book/workspaces.md
def _run(
    buffers: Any, x: Array, labels: Array, a0: Array | None, parameters: Arrays
) -> Any:
    """Go through all steps in buffers; return the loss."""
    buffers.Waa[...] = parameters["Waa"]
    through = all_segments if buffers.window is None else all_windows
    J = through(buffers, x, labels, a0, parameters)
    for found in (buffers.total, buffers.dx.reshape(-1)):
        if not (found.dot(found) < math.inf or largest(found) < math.inf):
            raise Doubt  # a gradient is not finite
    return J


# book/workspaces.md
def _alone(how: Any, *given: Any) -> Any:
    """Run in this thread's buffers; return copies, or None if these will not do."""
    x, labels, a0, parameters = given

    def make() -> _Buffers | None:
        sizes = _sizes(how, *given)
        return None if sizes is None else _Buffers(*sizes)

    def work(buffers: Any) -> Any:
        J = _run(buffers, *given)
        gradients = {name: array.copy("K") for name, array in buffers.named.items()}
        return J, gradients, buffers.a_T.T

    try:
        return KEPT.run((how, form_of(a0, parameters, x, labels)), make, work)
    except Doubt:
        return None


# book/workspaces.md
def _in_room(room: _Room, how: Any, *given: Any) -> Any:
    """Run in the buffers of a workspace, remade if the sizes change."""
    x, labels, a0, parameters = given
    form = how, form_of(a0, parameters, x, labels)
    if form != room.form:
        sizes = _sizes(how, *given)
        if sizes is None:
            return None
        room.fit(sizes, form)
    buffers = room.buffers
    return _run(buffers, *given), dict(buffers.named), buffers.a_T.T


# book/workspaces.md
def _in_workspace(workspace: object, how: Any, *given: Any) -> Any:
    """Run in a workspace; return views of it, or None if it will not do."""
    if not isinstance(workspace, Workspace):
        raise wrong_type("workspace", workspace, "a Workspace")
    room = workspace._room  # noqa: SLF001 (it is this module's)
    try:
        return run_alone(room.context, _in_room, room, how, *given)
    except Busy:
        what = "in use by another call; expected one for each thread"
        raise RuntimeError(f"workspace is {what}") from None
    except Doubt:
        return None


# book/workspaces.md
def _plainly(
    how: Any, x: Array, labels: Array, a0: Array | None, parameters: Arrays
) -> Any:
    """Call the plain version, which names a fault or gives the numbers that count."""
    with_dx, _, window = how
    if window is None:
        J, gradients = plain_loss_and_gradients(x, labels, a0, parameters)
    else:
        J, gradients = plain_truncated_loss_and_gradients(
            x, labels, a0, parameters, window
        )
    if not with_dx:
        gradients = {name: d for name, d in gradients.items() if name != "dx"}
    return J, gradients, rnn_forward(x, a0, parameters)[0][:, :, -1]


# book/workspaces.md
def _fast(
    how: Any, workspace: Workspace | None, with_state: bool, *given: Any
) -> tuple[Any, ...]:
    """Compute in buffers, or plainly where they will not do; return what is asked."""
    if workspace is None:
        came = _alone(how, *given)
    else:
        came = _in_workspace(workspace, how, *given)
    J, gradients, a_T = _plainly(how, *given) if came is None else came
    return (J, gradients, a_T.copy(order="K")) if with_state else (J, gradients)


# book/workspaces.md
def loss_and_gradients(
    x: Array,
    labels: Array,
    a0: Array | None = None,
    parameters: Arrays = NEEDED,
    *,
    input_gradient: bool = True,
    workspace: Workspace | None = None,
    segment: int | str | None = None,
    return_state: bool = False,
) -> tuple[Any, ...]:
    """Compute the loss and all gradients, as ``plain_loss_and_gradients``, but fast.

    It implements eq-all-inputs, eq-one-state, eq-all-scores, eq-loss-scores, eq-all-do,
    eq-one-dz, eq-one-product and eq-dx. Numbers that overflow, and complex ones, are
    left to that plain version.

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
    input_gradient : bool
        Whether ``dx`` is wanted.
    workspace : Workspace or None
        Buffers to be used again. The next call with it overwrites the arrays returned
        here; without one, nothing is overwritten.
    segment : int, "auto" or None
        How many steps K are kept at a time; "auto": about the square root of T; None:
        all. With fewer than T, the states are computed twice, and the memory for them
        grows as K + T / K.
    return_state : bool
        Whether the last state is wanted too.

    Returns
    -------
    J : number
        The loss in nats, summed over the steps that count, averaged
        over the m examples.
    gradients : dict
        ``dx, da0, dWax, dWaa, dba, dWya, dby``, each in the shape of its own argument,
        in the dtype of the parameters; without ``dx`` if ``input_gradient`` is false.
    a_T : numpy.ndarray
        The last state, (n_a, m), if ``return_state`` is true.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape, a value, a label or ``segment`` is not as described above,
        or if a gradient overflows.
    RuntimeError
        If another call is using the workspace.

    See Also
    --------
    free_buffers : Let go of the buffers that calls without a workspace keep.
    truncated_loss_and_gradients : Less memory, and an incomplete gradient.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> J, gradients = loss_and_gradients(*toy_problem())
    >>> round(float(J), 4), gradients["dWaa"].shape
    (2.752, (4, 4))
    """
    check_flags(input_gradient=input_gradient, return_state=return_state)
    how = bool(input_gradient), _check_segment(segment), None
    return _fast(how, workspace, return_state, x, labels, a0, parameters)


# book/workspaces.md
def truncated_loss_and_gradients(
    x: Array,
    labels: Array,
    a0: Array | None = None,
    parameters: Arrays = NEEDED,
    window: int = NEEDED,
    *,
    input_gradient: bool = True,
    workspace: Workspace | None = None,
    return_state: bool = False,
) -> tuple[Any, ...]:
    """Compute the loss, and gradients with no carry across windows (eq-truncated).

    In the forward pass the state is carried through all steps; in the backward pass
    each window of ``window`` steps stands alone, and is forgotten when its contribution
    is known. The gradients of the output layer are complete.

    Parameters
    ----------
    x : numpy.ndarray
        As for ``loss_and_gradients``.
    labels : numpy.ndarray
        As for ``loss_and_gradients``.
    a0 : numpy.ndarray or None
        As for ``loss_and_gradients``.
    parameters : dict
        As for ``loss_and_gradients``.
    window : int
        Time steps of a window, K, at least 1; the last window may be shorter. From T
        on, nothing is left out.
    input_gradient : bool
        Whether ``dx`` is wanted. Without it, the memory does not grow with T.
    workspace : Workspace or None
        As for ``loss_and_gradients``.
    return_state : bool
        As for ``loss_and_gradients``.

    Returns
    -------
    J : number
        The loss in nats, as from ``loss_and_gradients``.
    gradients : dict
        ``dx, da0, dWax, dWaa, dba, dWya, dby``, truncated; without ``dx`` if
        ``input_gradient`` is false.
    a_T : numpy.ndarray
        The last state, (n_a, m), if ``return_state`` is true.

    Raises
    ------
    TypeError, ValueError
        As ``loss_and_gradients``, or if ``window`` is not a whole number of at least 1.

    See Also
    --------
    loss_and_gradients : The complete gradient.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> J, gradients = truncated_loss_and_gradients(*toy_problem(), window=2)
    >>> round(float(J), 4), gradients["dWaa"].shape
    (2.752, (4, 4))
    """
    [window] = check_counts(window=window)
    check_flags(input_gradient=input_gradient, return_state=return_state)
    how = bool(input_gradient), None, window
    return _fast(how, workspace, return_state, x, labels, a0, parameters)
