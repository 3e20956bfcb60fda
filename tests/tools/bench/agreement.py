"""A peer is timed only if it computes the same gradients as we do, in the same precision."""

from __future__ import annotations

import numpy as np

from rnn_from_scratch.gradient_check import relative_error

TOLERANCES = {"float32": 1e-4, "float64": 1e-12}  # relative to the largest entry of a gradient


class Disagreement(Exception):
    """A peer's gradient is not ours; the text says which, and by how much."""


def compare(theirs: dict, ours: dict, dtype: str) -> float:
    """Return the largest relative difference; raise Disagreement if it is too large.

    ``dx`` may be missing: the other libraries are not asked for it.
    """
    largest = 0.0
    for name in sorted(set(ours) - {"dx"}):
        if name not in theirs:
            raise Disagreement(f"{name} is missing")
        if np.asarray(theirs[name]).dtype != dtype:
            raise Disagreement(f"{name} is {np.asarray(theirs[name]).dtype}; expected {dtype}")
        difference = relative_error(theirs[name], ours[name])
        if not difference <= TOLERANCES[dtype]:
            raise Disagreement(f"{name} differs by {difference:.1e}, more than {TOLERANCES[dtype]}")
        largest = max(largest, difference)
    return largest
