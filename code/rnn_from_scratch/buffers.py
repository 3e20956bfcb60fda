# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: e54310d340870a9d
# book/buffers.md
"""Buffers with all steps side by side: row t m + k is column k of step t."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from contextvars import Context
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np

from rnn_from_scratch.parameters import PARAMETER_AXES, Array

MOST = 2**26  # bytes that a thread keeps
NEAR = 32.0  # float32 holds exponentials of scores from -32 to 32, and their ratios
AT_ONCE = 2**20  # bytes of the forward pass: what fits into a processor's cache
FORM, VALUES = attrgetter("__class__", "dtype", "shape"), itemgetter(*PARAMETER_AXES)
PLACE = np.dtype(np.intp)  # older versions of NumPy take indices of no other dtype


class Doubt(Exception):
    """The arguments may be wrong, or too large: the full checks have the last word."""


class Busy(Exception):
    """Another call is in the context."""


# book/buffers.md
def quiet_context() -> Context:
    """Return a context in which NumPy warns of no overflow and no underflow."""
    context = Context()
    context.run(np.seterr, all="ignore")
    return context


# book/buffers.md
def run_alone(context: Context, work: Callable[..., Any], *given: Any) -> Any:
    """Do some work in a context; raise Busy if another call is in it."""
    try:
        return context.run(work, *given)
    except RuntimeError as fault:
        trace = fault.__traceback__
        if trace is not None and trace.tb_next is None:
            raise Busy from None  # the work did not begin
        raise


# book/buffers.md
def form_of(a0: Array | None, parameters: Any, *arrays: Any) -> Any:
    """Return types, dtypes and shapes of arguments; None if they cannot be right."""
    try:
        forms = map(FORM, (*VALUES(parameters), *arrays))
        return len(parameters), a0 if a0 is None else FORM(a0), *forms
    except (AttributeError, IndexError, KeyError, TypeError):
        return None


# book/buffers.md
def form_of_array(array: Any) -> Any:
    """Return the type, the dtype and the shape of an array; None for anything else."""
    return FORM(array) if hasattr(array, "dtype") else None


# book/buffers.md
def ends(values: Any) -> tuple[Any, Any]:
    """Return the least and the largest entry of a row; a NaN counts as both."""
    return values.item(values.argmin()), values.item(values.argmax())


# book/buffers.md
def largest(values: Any) -> float:
    """Return the largest magnitude in a row; a NaN counts as the largest."""
    least, most = ends(values)
    magnitude: float = max(-least, most)
    return magnitude


# book/buffers.md
def carve(
    shapes: dict[str, tuple[int, ...]], dtype: np.dtype[Any]
) -> tuple[Array, dict[str, Array]]:
    """Cut a block of zeros into arrays that begin at multiples of 16 entries."""
    arrays, ends = {}, [0]
    for shape in shapes.values():
        ends.append(-(-ends[-1] // 16) * 16 + math.prod(shape))
    block = np.zeros(ends[-1], dtype)
    for (name, shape), end in zip(shapes.items(), ends[1:], strict=True):
        arrays[name] = block[end - math.prod(shape) : end].reshape(shape)
    return block, arrays


# book/buffers.md
class ForwardBuffers:
    """Buffers of a forward pass for K steps at a time; by default what fits a cache."""

    @property
    def views(self) -> type[ForwardSteps]:
        """The class of the views of some steps."""
        return ForwardSteps

    def __init__(
        self,
        dtype: np.dtype[Any],
        of_classes: bool,
        n_x: int,
        n_a: int,
        n_y: int,
        m: int,
        T: int,
        K: int | None = None,
    ) -> None:
        shapes: dict[str, tuple[int, ...]] = {"Wax_ba": (n_x + 1, n_a)}
        shapes |= {"WaaT": (n_a, n_a), "Wya": (n_y, n_a), "by": (n_y, 1)}
        if K is None:
            close = max(AT_ONCE, dtype.itemsize * sum(map(math.prod, shapes.values())))
            K = min(T, max(1, close // (dtype.itemsize * m * (n_x + n_a + n_y + 1))))
        self.dtype, self.K = dtype, K
        shapes |= {"x": (K, m, 0 if of_classes else n_x + 1), "a": (K + 1, m, n_a)}
        block, given = carve(shapes, dtype)
        self.given = given
        self.all_given = block[: block.size - K * m * n_a]  # up to a_0
        first = given["a"] if of_classes else given["x"]  # nothing has no address
        before_x = (first.ctypes.data - block.ctypes.data) // dtype.itemsize
        self.sequence = self.all_given[before_x:]  # x and a_0
        Wax, ba = np.split(given["Wax_ba"].T, [n_x], axis=1)
        self.into = given["a"][0].T, Wax, given["WaaT"].T, given["Wya"], ba, given["by"]
        self.z_t, self.o = np.empty((m, n_a), dtype), np.empty(K * m * n_y, dtype)
        # bounds for the sum of all squares
        self.large = float(np.finfo(dtype).max) / (2 * (n_x + n_a + 2))  # for products
        self.small = (NEAR / (n_a + 1)) ** 2  # for scores near zero, of n_a + 1 terms
        self.moderate = False
        self.parts: dict[int, Any] = {}
        self.context = quiet_context()
        views = (250 + 50 * m) * K  # with places and sums
        self.nbytes = block.nbytes + self.o.nbytes + views

    def take_in(self, a0: Any, Wax: Any, Waa: Any, Wya: Any, ba: Any, by: Any) -> None:
        """Copy a_0 and the parameters into the buffers."""
        for_a0, for_Wax, for_WaaT, for_Wya, for_ba, for_by = self.into
        for_a0[...] = a0
        for_Wax[...] = Wax
        for_WaaT[...] = Waa
        for_Wya[...] = Wya
        for_ba[...] = ba
        for_by[...] = by

    def steps(self, k: int) -> Any:
        """Return views for k steps; those for K are kept, and the last others."""
        if k not in self.parts:
            self.parts = {n: part for n, part in self.parts.items() if n == self.K}
            self.parts[k] = self.views(k, self)
        return self.parts[k]


# book/buffers.md
class ForwardSteps:
    """Views of the buffers for some steps, made once: to make a view takes time."""

    def __init__(self, k: int, buffers: ForwardBuffers) -> None:
        x, a = buffers.given["x"][:k], buffers.given["a"][: k + 1]
        (n_y, n_a), m, dtype = buffers.given["Wya"].shape, a.shape[1], a.dtype
        rows = k * m
        self.classes = None if x.size else np.empty((k, m), int)
        self.x_t = x[:, :, :-1].T if self.classes is None else self.classes.T
        x[:, :, -1:] = 1  # what the bias is multiplied with, eq-all-inputs
        self.x_rows, self.a_rows = x.reshape(rows, x.shape[2]), a[1:].reshape(rows, n_a)
        self.a, self.first, self.last, self.a_T = a, a[0], a[-1], self.a_rows.T
        self.forward = list(pairwise(a))  # a_prev, a_t
        self.flat = buffers.o[: n_y * rows]
        self.o = self.flat.reshape(n_y, rows)
        self.sums, self.ones_y = np.empty(rows, dtype), np.ones(n_y, dtype)
        self.weights = np.full(rows, 1 / m, dtype)
        self.near = False  # are all scores near zero
        self.row = np.arange(rows)  # of an entry
        self.begin = np.arange(n_y) * rows  # of its row, in flat

    def places(self, labels: Array) -> tuple[Array, Array | None]:
        """Return the places of the true classes, and which columns count; None: all."""
        classes = labels.ravel("F")
        if classes.dtype is not PLACE:
            if ends(classes)[1] >= len(self.o):
                raise Doubt  # a label is not a class, and may not fit into an index
            classes = classes.astype(PLACE)
        least = classes.item(classes.argmin())
        if least < -1:
            raise Doubt  # a label is not a class
        try:
            at = self.begin[classes] + self.row
        except IndexError:
            raise Doubt from None  # a label is not a class
        return (at, None) if least >= 0 else (at[classes >= 0], classes >= 0)


# book/buffers.md
class _Kept(threading.local):
    """The buffers that one thread keeps, by the form of the arguments they are for.

    A call within a call gets others. The oldest ones go first when there are too many.
    """

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        """Let all buffers go."""
        self.buffers: dict[Any, ForwardBuffers] = {}

    @property
    def nbytes(self) -> int:
        """How many bytes are kept."""
        return sum(each.nbytes for each in self.buffers.values())

    def run(
        self, form: Any, make: Callable[[], Any], work: Callable[[Any], Any]
    ) -> Any:
        """Do some work in the buffers of a form, or in new ones; None: no buffers."""
        buffers = self.buffers.get(form)
        if buffers is not None:
            try:
                return run_alone(buffers.context, work, buffers)
            except Busy:
                pass
        buffers = make()
        if buffers is None:
            return None
        self.keep(form, buffers)
        return run_alone(buffers.context, work, buffers)

    def keep(self, form: Any, buffers: ForwardBuffers) -> None:
        """Keep buffers, unless they are too large; the oldest make room."""
        if buffers.nbytes <= MOST:
            self.buffers.setdefault(form, buffers)
        while self.nbytes > MOST:
            del self.buffers[next(iter(self.buffers))]


KEPT = _Kept()


# book/buffers.md
def free_buffers() -> None:
    """Let go of the buffers that this thread keeps from earlier calls, at most 64 MiB.

    ``loss_and_gradients`` without a workspace, ``rnn_forward``, ``rnn_loss``,
    ``predict`` and their callers make some again when they need them. Those of a thread
    that has ended are gone.

    Examples
    --------
    >>> free_buffers()
    """
    KEPT.empty()
