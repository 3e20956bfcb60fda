# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 3f4903f28640c80c
# book/memory-for-time.md
"""All steps through buffers for a part of them: in segments, or in windows."""

from typing import Any

from rnn_from_scratch.forward import forward_states, walk
from rnn_from_scratch.parameters import Array, Arrays, Number
from rnn_from_scratch.products import backward_steps, output_layer


# book/memory-for-time.md
def one_segment(
    buffers: Any, steps: Any, n: int, labels: Any, gradients: Any
) -> Number:
    """Go from the states of segment n to its loss, and back through it (eq-one-dz)."""
    now = labels if len(buffers.times) == 1 else labels[:, buffers.times[n]]
    J = output_layer(buffers, steps, now, gradients)
    backward_steps(buffers, steps, gradients)
    if buffers.dx_rows:
        steps.dz_rows.dot(buffers.Wax, buffers.dx_rows[n])  # (T m, n_x), eq-dx
    return J


# book/memory-for-time.md
def all_segments(
    buffers: Any, x: Array, labels: Array, a0: Array | None, parameters: Arrays
) -> Number:
    """Go forward through all segments, then back, with states anew (eq-segments)."""
    in_parts = len(buffers.starts) > 0
    for start, steps in walk(buffers, x, a0, parameters):
        if in_parts:
            buffers.starts[start // buffers.K] = steps.first
    buffers.a_T = steps.last.copy() if in_parts else steps.last
    buffers.gradients["a0"].fill(0)  # eq-dz-end
    J = one_segment(buffers, steps, len(buffers.times) - 1, labels, buffers.gradients)
    for n in range(len(buffers.starts) - 2, -1, -1):
        steps = buffers.steps(buffers.K)
        steps.first[:] = buffers.starts[n]
        forward_states(buffers, steps, x[..., buffers.times[n]])
        J += one_segment(buffers, steps, n, labels, buffers.contributions)
        buffers.total[: buffers.contribution.size] += buffers.contribution
    return J


# book/memory-for-time.md
def all_windows(
    buffers: Any, x: Array, labels: Array, a0: Array | None, parameters: Arrays
) -> Number:
    """Go through windows (eq-truncated), forward and back, with the state passed on."""
    J, gradients = 0, buffers.gradients
    for n, (_, steps) in enumerate(walk(buffers, x, a0, parameters)):
        J += one_segment(
            buffers, steps, n, labels, buffers.contributions if n else gradients
        )
        if n:
            buffers.total[: buffers.contribution.size] += buffers.contribution
        else:
            da0 = gradients["a0"].copy()
    gradients["a0"][...], buffers.a_T = da0, steps.last
    return J
