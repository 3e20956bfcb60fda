"""Ideas that sound as if they would gain something: pairs as in ``rearrangements``."""

from functools import partial
from itertools import pairwise

import numpy as np

from bench.peers import pairs


def walk(step):
    """Return a function that computes all states, time-major: the way that was taken."""
    WaxT = step.Wax.T

    def states():
        WaaT = step.Waa.T.copy()
        step.X.dot(WaxT, step.Z)
        for z_t, a_prev, a_t in zip(step.z, step.a[:-1], step.a[1:], strict=True):
            a_prev.dot(WaaT, step.r)
            np.add(z_t, step.r, step.r)
            np.tanh(step.r, a_t)
        return step.a

    return states


def weights_side_by_side(step):
    """Both products of a step, or one with [Waa Wax] on a_{t-1} above x_t."""
    n_a, weights = step.n_a, np.concatenate([step.Waa, step.Wax], axis=1)
    both = np.empty((len(step.a), step.m, n_a + step.n_x), step.a.dtype)
    both[0, :, :n_a], both[-1, :, n_a:] = step.a[0], 0

    def after():
        transposed = weights.T.copy()
        both[:-1, :, n_a:] = step.x
        for both_prev, both_t in pairwise(both):
            both_prev.dot(transposed, step.r)
            np.tanh(step.r, both_t[:, :n_a])
        return both[:, :, :n_a]

    return walk(step), after


def time_last_in_memory(step):
    """Keep x, z and a as they are handed in and out, so that a column is strided."""
    x, z, a = (each.transpose(2, 1, 0).copy() for each in (step.x, step.z, step.a))

    def after():
        for t in range(len(step.x)):
            z[:, :, t] = step.Wax.dot(x[:, :, t])
            r = step.Waa.dot(a[:, :, t])
            np.add(z[:, :, t], r, r)
            np.tanh(r, a[:, :, t + 1])
        return a.transpose(2, 1, 0)

    return walk(step), after


def no_maximum_in_softmax(step):
    """Take the maximum from the logits before exp, or trust that they are small."""

    def softmax(o):
        np.exp(o, step.y_hat)
        return np.divide(step.y_hat, step.y_hat.sum(axis=0, out=step.of_columns), step.y_hat)

    def before():
        shifted = np.subtract(step.o, step.o.max(axis=0, out=step.of_columns), step.y_hat)
        return softmax(shifted)

    return before, lambda: softmax(step.o)


PAIRS = {
    "Waa and Wax side by side": weights_side_by_side,
    "time last in memory": time_last_in_memory,
    "no maximum in softmax": no_maximum_in_softmax,
}
ways = partial(pairs.ways, PAIRS)
