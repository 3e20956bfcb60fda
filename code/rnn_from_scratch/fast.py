# Generated from the chapters in book/ by `make tangle`. Edit the chapter, not this file.
# sha256: b80c6c0bd3070ab3
# book/18-the-same-gradients-fast.md
"""The loss and the gradients of ``bptt``, rearranged so that the time goes into a few products.

All steps lie side by side, as rows: row t m + k is column k of step t. Lines name their equations.
"""

import math
import threading
from itertools import pairwise
from numbers import Integral
from operator import attrgetter, itemgetter

import numpy as np

from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.parameters import (
    PARAMETER_AXES,
    check_array,
    check_labels,
    check_parameters,
    check_shape,
    first_place,
)

LARGE = 64.0  # exponentials of scores between -64 and 64 are far from overflow, in float32 too
FORM, VALUES = attrgetter("__class__", "dtype", "shape"), itemgetter(*PARAMETER_AXES)


# book/18-the-same-gradients-fast.md
class Workspace:
    """Buffers that ``loss_and_gradients`` keeps from call to call, remade when the sizes change.

    A call overwrites the gradients that the last call with the same workspace has returned: copy
    what has to last, or is to be an argument of it. One call at a time can use a workspace; each
    thread needs one of its own.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> workspace = Workspace()
    >>> J, first = loss_and_gradients(*toy_problem(), workspace=workspace)
    >>> J, second = loss_and_gradients(*toy_problem(), workspace=workspace)
    >>> np.shares_memory(first["dWaa"], second["dWaa"])
    True
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.fits = self.seen = None  # the sizes of the buffers; the form of arguments checked

    def fit(self, dtype, of_classes, with_dx, K, n_x, n_a, n_y, m, T):
        """Make buffers for K of the T steps at a time, unless there are such."""
        sizes = dtype, of_classes, with_dx, K, n_x, n_a, n_y, m, T
        if self.fits == sizes:
            return
        self.fits = self.seen = None  # until all is made: the memory may not suffice
        x, a = (K, m, 0 if of_classes else n_x + 1), (K + 1, m, n_a)
        rows = {"Waa": (n_a, n_a), "Wax_ba": (n_x + 1, n_a), "Wya": (n_y, n_a), "by": (n_y, 1)}
        block, given = _carve({**rows, "WaaT": (n_a, n_a), "x": x, "a": a}, dtype)
        self.given, (Wax, ba) = given, np.split(given["Wax_ba"].T, [n_x], axis=1)
        Waa, WaaT, a0 = given["Waa"], given["WaaT"], given["a"][0]
        self.into = Wax, ba, Waa, WaaT.T, given["Wya"], given["by"], a0.T
        self.all_given = block[Waa.size : block.size - K * m * n_a]  # up to a_0, each entry once
        self.total, self.gradients = _carve({**rows, "a0": (m, n_a)}, dtype)
        self.share, self.shares = _carve(rows, dtype)  # those of one segment
        self.dx = np.empty((T if with_dx else 0, m, n_x), dtype)
        self.scratch = np.empty((m, n_a), dtype)  # z_t, and on the way back da_t
        work = [np.empty(K * m * n, dtype) for n in (n_a, n_a, n_y)]
        parts = {k: _Steps(k, self.given, *work) for k in {K, T % K or K}}
        starts, times = np.empty((-(-T // K), m, n_a), dtype), range(0, T, K)
        self.segments = [(starts[t // K], slice(t, t + K), parts[min(K, T - t)]) for t in times]
        self.carry, rows = self.gradients["a0"].reshape(-1), self.gradients["Wax_ba"]
        named = {"dx": self.dx.T, "da0": self.gradients["a0"].T, "dWax": rows[:-1].T}
        named |= {"dWaa": self.gradients["Waa"], "dba": rows[-1:].T}
        named |= {"dWya": self.gradients["Wya"], "dby": self.gradients["by"]}
        self.named = {name: array for name, array in named.items() if array.size}
        self.fits = sizes

    def take_in(self, a0, Wax, Waa, Wya, ba, by):
        """Copy what is given for all steps into the buffers."""
        for_Wax, for_ba, for_Waa, for_WaaT, for_Wya, for_by, for_a0 = self.into
        for_Wax[...] = Wax
        for_ba[...] = ba
        for_Waa[...] = Waa
        for_WaaT[...] = Waa
        for_Wya[...] = Wya
        for_by[...] = by
        for_a0[...] = a0


# book/18-the-same-gradients-fast.md
def _carve(shapes, dtype):
    """Cut a block of zeros into arrays that begin at multiples of 16 entries: products like it."""
    arrays, ends = {}, [0]
    for shape in shapes.values():
        ends.append(-(-ends[-1] // 16) * 16 + math.prod(shape))
    block = np.zeros(ends[-1], dtype)
    for (name, shape), end in zip(shapes.items(), ends[1:], strict=True):
        arrays[name] = block[end - math.prod(shape) : end].reshape(shape)
    return block, arrays


# book/18-the-same-gradients-fast.md
class _Steps:
    """Views of the buffers for some steps, made once, since it takes time to make a view."""

    def __init__(self, steps, given, u, dz, o):
        x, a, (n_y, n_a) = given["x"][:steps], given["a"][: steps + 1], given["Wya"].shape
        m, rows = a.shape[1], steps * a.shape[1]
        u, dz = (buffer[: rows * n_a].reshape(steps, m, n_a) for buffer in (u, dz))
        self.classes = None if x.size else np.empty((steps, m), int)
        self.x_t = x[:, :, :-1].T if x.size else self.classes.T
        x[:, :, -1:] = 1  # what the bias is multiplied with, eq-all-inputs
        self.x_rows, self.u_rows, self.dz_rows = (v.reshape(rows, v.shape[2]) for v in (x, u, dz))
        self.a_rows, self.a_prev_rows = a[1:].reshape(rows, n_a), a[:-1].reshape(rows, n_a)
        self.first, self.last = a[0], a[-1]
        self.forward = list(zip(u, a[:-1], a[1:], strict=True))  # u_t, a_prev, a_t
        self.backward = list(zip(dz, u, strict=True))[::-1]  # dz_t, gate_t
        self.flat = o[: n_y * rows]
        self.o = self.flat.reshape(n_y, rows)
        self.x_T, self.a_T, self.dz_T, self.o_T = (
            v.T for v in (self.x_rows, self.a_rows, self.dz_rows, self.o)
        )
        self.row, self.begin = np.arange(rows), np.arange(n_y) * rows  # places of an entry in flat
        self.ones, self.ones_y = np.ones((rows, 1), u.dtype), np.ones(n_y, u.dtype)
        self.weights = np.full(rows, 1 / m, u.dtype)
        self.one, self.share = np.array(1, u.dtype), np.array(1 / m, u.dtype)
        self.sums = np.empty(rows, u.dtype)


# book/18-the-same-gradients-fast.md
def _between(values, low, high):
    """Say whether all entries of an array of one axis lie between two numbers; NaN does not."""
    return low < values[values.argmin()] and values[values.argmax()] < high


# book/18-the-same-gradients-fast.md
def _forward(workspace, steps, x):
    """Compute the states of some steps from their inputs and the state before them."""
    given, z_t = workspace.given, workspace.scratch
    Wax_ba, WaaT = given["Wax_ba"], given["WaaT"]
    steps.x_t[...] = x
    if not _between(workspace.all_given, -math.inf, math.inf):
        raise ArithmeticError("what was given is not finite")
    if steps.classes is None:
        # <<inputs of all steps>> (book/18-the-same-gradients-fast.md)
        steps.x_rows.dot(Wax_ba, steps.u_rows)  # (T m, n_x + 1) @ (n_x + 1, n_a), eq-all-inputs
    elif _between(steps.classes.ravel(), -1, len(Wax_ba) - 1):
        # <<inputs that are classes>> (book/18-the-same-gradients-fast.md)
        Wax_ba[:-1].take(steps.classes.ravel(), 0, steps.u_rows, "clip")  # (T m, n_a), eq-pick
        steps.u_rows += Wax_ba[-1]
    else:
        raise ArithmeticError("an input is no class")
    # <<one state after the other>> (book/18-the-same-gradients-fast.md)
    for u_t, a_prev, a_t in steps.forward:
        a_prev.dot(WaaT, z_t)  # (m, n_a) @ (n_a, n_a) -> (m, n_a), eq-one-state
        np.add(u_t, z_t, z_t)
        np.tanh(z_t, a_t)


# book/18-the-same-gradients-fast.md
def _places(labels, steps):
    """Return where in the scores the true classes stand, and which columns count; None: all."""
    classes = labels.T.ravel()
    least, most = classes[classes.argmin()], classes[classes.argmax()]
    if not -2 < least <= most < len(steps.o):
        raise ArithmeticError("a label is no class")
    classes = classes.astype(np.intp, copy=False)  # older versions of NumPy take no other
    at = steps.begin.take(classes) + steps.row
    if least < 0:
        return at[classes >= 0], classes >= 0
    return at, None


# book/18-the-same-gradients-fast.md
def _output(steps, labels, given, gradients):
    """Go from the states to the loss, and back to what arrives at the states; return the loss."""
    o, Wya, by = steps.o, given["Wya"], given["by"]
    at, counted = _places(labels, steps)
    # <<scores of all steps>> (book/18-the-same-gradients-fast.md)
    Wya.dot(steps.a_T, o)  # (n_y, n_a) @ (n_a, T m) -> (n_y, T m), eq-all-scores
    o += by
    # <<softmax of all steps>> (book/18-the-same-gradients-fast.md)
    if not _between(steps.flat, -LARGE, LARGE):
        o -= o.max(axis=0)  # eq-softmax-shift
    np.exp(o, o)
    o /= steps.ones_y.dot(o, steps.sums)  # (n_y, T m)
    # <<loss and output error of all steps>> (book/18-the-same-gradients-fast.md)
    p = steps.flat.take(at)  # the probability of each true class that counts
    if p.size and not p[p.argmin()] > 0:
        raise ArithmeticError("a true class was given the probability zero")
    J = 0 - np.log(p).dot(steps.weights[: p.size])  # eq-loss
    steps.flat.put(at, np.subtract(p, steps.one))
    o *= steps.share  # (n_y, T m), eq-all-do
    if counted is not None:
        o *= counted  # the mask of eq-all-do
    # <<gradients of the output layer at once>> (book/18-the-same-gradients-fast.md)
    o.dot(steps.a_rows, gradients["Wya"])  # (n_y, T m) @ (T m, n_a) -> (n_y, n_a), eq-one-product
    o.dot(steps.ones, gradients["by"])  # (n_y, 1)
    # <<from all outputs into the states>> (book/18-the-same-gradients-fast.md)
    steps.o_T.dot(Wya, steps.dz_rows)  # (T m, n_y) @ (n_y, n_a) -> (T m, n_a), eq-da-output
    return J


# book/18-the-same-gradients-fast.md
def _sum_by_class(classes, dz_rows, by_class, ones, dWax_ba):
    """Add up the rows of each class (eq-one-product, with inputs that are one-hot)."""
    dWax_ba.fill(0)
    ones.T.dot(dz_rows, dWax_ba[-1:])  # (1, T m) @ (T m, n_a) -> (1, n_a)
    dz_rows.take(classes.argsort(), 0, by_class, "clip")
    ends = np.bincount(classes).cumsum().tolist()
    for j, (begin, end) in enumerate(pairwise([0, *ends])):
        if begin < end:
            ones[begin:end, 0].dot(by_class[begin:end], dWax_ba[j])


# book/18-the-same-gradients-fast.md
def _backward(steps, given, da_t, gradients, da_carry):
    """Take some steps back; da_carry is what comes from the step after them, then what they do."""
    Waa = given["Waa"]
    # <<gates of all steps>> (book/18-the-same-gradients-fast.md)
    np.multiply(steps.a_rows, steps.a_rows, steps.u_rows)
    np.subtract(steps.one, steps.u_rows, steps.u_rows)  # (T m, n_a), the gates of eq-one-dz
    # <<one step back after the other>> (book/18-the-same-gradients-fast.md)
    for dz_t, gate_t in steps.backward:
        np.add(dz_t, da_carry, da_t)  # (m, n_a), eq-one-dz
        np.multiply(da_t, gate_t, dz_t)
        dz_t.dot(Waa, da_carry)  # (m, n_a) @ (n_a, n_a) -> (m, n_a)
    # <<gradient by Waa at once>> (book/18-the-same-gradients-fast.md)
    steps.dz_T.dot(steps.a_prev_rows, gradients["Waa"])  # (n_a, T m) @ (T m, n_a), eq-one-product
    if steps.classes is None:
        # <<gradients by Wax and ba at once>> (book/18-the-same-gradients-fast.md)
        steps.x_T.dot(steps.dz_rows, gradients["Wax_ba"])  # (n_x + 1, T m) @ (T m, n_a)
    else:
        classes = steps.classes.ravel()
        _sum_by_class(classes, steps.dz_rows, steps.u_rows, steps.ones, gradients["Wax_ba"])


# book/18-the-same-gradients-fast.md
def _segment(workspace, steps, now, labels, gradients):
    """Go from the states of one segment to its loss, and back through it; return the loss."""
    given, da_carry = workspace.given, workspace.gradients["a0"]
    J = _output(steps, labels[:, now], given, gradients)
    _backward(steps, given, workspace.scratch, gradients, da_carry)
    if workspace.dx.size:
        dx_rows = workspace.dx[now].reshape(len(steps.dz_rows), -1)
        steps.dz_rows.dot(given["Wax_ba"][:-1].T, dx_rows)  # (T m, n_a) @ (n_a, n_x), eq-dx
    return J


# book/18-the-same-gradients-fast.md
def _all_segments(workspace, x, labels):
    """Go forward through all segments, then back, computing once more what was overwritten."""
    *earlier, (_, now, last) = workspace.segments
    for start, then, steps in earlier:
        start[:] = steps.first
        _forward(workspace, steps, x[..., then])
        steps.first[:] = steps.last
    _forward(workspace, last, x[..., now])
    workspace.gradients["a0"].fill(0)  # eq-dz-end
    J = _segment(workspace, last, now, labels, workspace.gradients)
    for start, then, steps in reversed(earlier):
        steps.first[:] = start
        _forward(workspace, steps, x[..., then])
        J += _segment(workspace, steps, then, labels, workspace.shares)
        workspace.total[: workspace.share.size] += workspace.share
    return J


# book/18-the-same-gradients-fast.md
def _check_segment(segment):
    """Refuse what is no length of a segment, with a ValueError."""
    whole = isinstance(segment, Integral) and segment >= 1
    if not whole and not (isinstance(segment, str) and segment == "auto"):
        what = "expected None, 'auto' or a whole number >= 1"
        raise ValueError(f"segment is {segment!r}; {what}")


# book/18-the-same-gradients-fast.md
def _form(x, labels, a0, parameters):
    """Return the types, dtypes and shapes of the arguments; None for what cannot be right."""
    try:
        return len(parameters), list(map(FORM, (x, labels, a0, *VALUES(parameters))))
    except (AttributeError, IndexError, KeyError, TypeError):
        return None


# book/18-the-same-gradients-fast.md
def check_inputs(x, sizes, dtype):
    """Check inputs (n_x, m, T), or classes (m, T) from 0 to n_x - 1; return them in one dtype."""
    if not isinstance(x, np.ndarray) or x.ndim != 2 or x.dtype.kind not in "iu":
        return check_array("x", x, ("n_x", "m", "T"), sizes, dtype)
    check_shape("x", x.shape, ("m", "T"), sizes)
    outside = (x < 0) | (x >= sizes["n_x"])
    if outside.any():
        at, last = first_place(outside), sizes["n_x"] - 1
        raise ValueError(f"x holds {x[at]} at {at}; expected a class 0 to {last}")
    return x


# book/18-the-same-gradients-fast.md
def _prepare(workspace, x, labels, a0, parameters, with_dx, segment):
    """Check all arguments in full, and make the buffers; return x and a0 as they are used."""
    sizes, dtype = check_parameters(parameters)
    used_x = check_inputs(x, sizes, dtype)
    used_a0 = check_array("a0", a0, ("n_a", "m"), sizes, dtype)
    check_labels(labels, sizes)
    if any(np.iscomplexobj(array) for array in (x, a0, *parameters.values())):
        raise ArithmeticError("complex numbers are left to the plain version")
    T = sizes["T"]
    K = math.isqrt(T - 1) + 1 if segment == "auto" else min(segment or T, T)
    sizes = [sizes[name] for name in ("n_x", "n_a", "n_y", "m", "T")]
    workspace.fit(dtype, x.ndim == 2, with_dx, K, *sizes)
    nothing_cast = used_x is x and used_a0 is a0
    workspace.seen = (with_dx, segment, _form(x, labels, a0, parameters)) if nothing_cast else None
    return used_x, used_a0


# book/18-the-same-gradients-fast.md
def _run(workspace, x, labels, a0, parameters, with_dx, segment):
    """Check, copy into the buffers, go through all steps, and name the gradients."""
    form = with_dx, segment, _form(x, labels, a0, parameters)
    if form != workspace.seen:
        x, a0 = _prepare(workspace, x, labels, a0, parameters, with_dx, segment)
    workspace.take_in(a0, *VALUES(parameters))
    J = _all_segments(workspace, x, labels)
    if not _between(workspace.carry, -math.inf, math.inf):
        raise ArithmeticError("a gradient is not finite")
    return J, dict(workspace.named)


# book/18-the-same-gradients-fast.md
def loss_and_gradients(
    x, labels, a0, parameters, *, input_gradient=True, workspace=None, segment=None
):
    """Compute the loss and its gradient by everything, as ``plain_loss_and_gradients``, but fast.

    It implements eq-all-inputs, eq-one-state, eq-all-scores, eq-all-do, eq-one-dz, eq-one-product
    and eq-dx. Numbers that overflow, and complex ones, are left to that plain version.

    Parameters
    ----------
    x : numpy.ndarray
        Inputs, (n_x, m, T); or integers (m, T): classes from 0 to n_x - 1, for one-hot columns.
    labels : numpy.ndarray
        Classes from 0 to n_y - 1, or -1 for a step that does not count, (m, T), integers.
    a0 : numpy.ndarray
        Initial state, (n_a, m).
    parameters : dict
        ``Wax (n_a, n_x)``, ``Waa (n_a, n_a)``, ``Wya (n_y, n_a)``, ``ba (n_a, 1)`` and
        ``by (n_y, 1)``.
    input_gradient : bool
        Whether ``dx`` is wanted.
    workspace : Workspace or None
        Buffers to be used again. The next call with it overwrites the gradients returned here.
    segment : int, "auto" or None
        How many steps are kept at a time: all, K, or about the root of T. With fewer than T, the
        states are computed twice, and the memory for them grows as K + T / K.

    Returns
    -------
    J : number
        The loss in nats, summed over the steps that count, averaged over the m examples.
    gradients : dict
        ``dx, da0, dWax, dWaa, dba, dWya, dby``, each with the shape of what it is the gradient of,
        in the dtype of the parameters; without ``dx`` if ``input_gradient`` is false.

    Raises
    ------
    TypeError, ValueError
        If a dtype, a shape, a value, a label or ``segment`` is not as said above.
    RuntimeError
        If another call is using the workspace.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> J, gradients = loss_and_gradients(*toy_problem())
    >>> round(float(J), 4), gradients["dWaa"].shape
    (3.4946, (4, 4))
    """
    if segment is not None:
        _check_segment(segment)
    if workspace is None:
        workspace = Workspace()
    elif not isinstance(workspace, Workspace):
        raise TypeError(f"workspace is of type {type(workspace).__name__}; expected a Workspace")
    if not workspace.lock.acquire(blocking=False):
        raise RuntimeError("workspace is in use by another call; expected one for each thread")
    with_dx = bool(input_gradient)
    try:
        return _run(workspace, x, labels, a0, parameters, with_dx, segment)
    except ArithmeticError:
        return _plainly(x, labels, a0, parameters, with_dx)
    finally:
        workspace.lock.release()


# book/18-the-same-gradients-fast.md
def _plainly(x, labels, a0, parameters, with_dx):
    """Let the plain version decide: it says what is wrong, or has the last word on the numbers."""
    sizes, dtype = check_parameters(parameters)
    x = check_inputs(x, sizes, dtype)
    if x.ndim == 2:
        x = (np.arange(sizes["n_x"])[:, None, None] == x).astype(dtype)
    J, gradients = plain_loss_and_gradients(x, labels, a0, parameters)
    return J, gradients if with_dx else {k: v for k, v in gradients.items() if k != "dx"}
