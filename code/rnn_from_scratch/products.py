# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 205d3f3581603af5
# book/18-the-same-gradients-fast.md
"""The backward pass of all steps side by side, in a few large products.

Row t m + k of an array is column k of step t. Lines name their equations.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from rnn_from_scratch.forward import forward_scores, loss_of_steps
from rnn_from_scratch.parameters import Array, Number


# book/18-the-same-gradients-fast.md
def output_layer(buffers: Any, steps: Any, labels: Any, gradients: Any) -> Number:
    """Return the loss of the states, and go back into the states (eq-all-do)."""
    Wya, dWya, dby = buffers.given["Wya"], gradients["Wya"], gradients["by"]
    a_rows, dz_rows, flat, sums = steps.a_rows, steps.dz_rows, steps.flat, steps.sums
    ones, one, share, m = steps.ones, steps.one, steps.share, len(steps.first)
    o = forward_scores(buffers, steps)
    J, at, counted = loss_of_steps(steps, o, labels)
    # <<output error of all steps>> (book/18-the-same-gradients-fast.md)
    o /= sums  # (n_y, T m), softmax
    flat[at] -= one
    if counted is not None:
        o *= share * counted  # the mask of eq-all-do
    elif m > 1:
        o *= share
    # <<gradients of the output layer at once>> (book/18-the-same-gradients-fast.md)
    o.dot(a_rows, dWya)  # (n_y, T m) @ (T m, n_a) -> (n_y, n_a), eq-one-product
    o.dot(ones, dby)  # (n_y, 1)
    # <<from all outputs into the states>> (book/18-the-same-gradients-fast.md)
    o.T.dot(Wya, dz_rows)  # (T m, n_y) @ (n_y, n_a) -> (T m, n_a), eq-da-output
    return J


# book/18-the-same-gradients-fast.md
def sum_by_class(
    classes: Array, dz_rows: Array, by_class: Array, ones: Array, dWax_ba: Array
) -> None:
    """Add up the rows of each class (eq-one-product, with inputs that are one-hot)."""
    dWax_ba.fill(0)
    ones.T.dot(dz_rows, dWax_ba[-1:])  # (1, T m) @ (T m, n_a) -> (1, n_a)
    dz_rows.take(classes.argsort(), 0, by_class, "clip")
    ends = np.bincount(classes).cumsum().tolist()
    for j, (begin, end) in enumerate(pairwise([0, *ends])):
        if begin < end:
            ones[begin:end, 0].dot(by_class[begin:end], dWax_ba[j])


# book/18-the-same-gradients-fast.md
def backward_steps(buffers: Any, steps: Any, gradients: Any) -> None:
    """Take some steps back (eq-one-dz), from their carry; then the products."""
    Waa, da_t, da_carry = buffers.Waa, buffers.z_t, buffers.gradients["a0"]
    a_rows, a_prev_rows, one = steps.a_rows, steps.a_prev_rows, steps.one
    dz_rows, slope_rows = steps.dz_rows, steps.slope_rows
    dWaa, dWax_ba = gradients["Waa"], gradients["Wax_ba"]
    add, multiply = np.add, np.multiply
    # <<slopes of all steps>> (book/18-the-same-gradients-fast.md)
    np.multiply(a_rows, a_rows, slope_rows)
    np.subtract(one, slope_rows, slope_rows)  # (T m, n_a), the slopes in eq-one-dz
    for window in steps.windows:
        if buffers.window is not None:
            da_carry.fill(0)  # nothing crosses a border, eq-truncated
        # <<one step back after the other>> (book/18-the-same-gradients-fast.md)
        for dz_t, slope_t in window:
            add(dz_t, da_carry, da_t)  # (m, n_a), eq-one-dz
            multiply(da_t, slope_t, dz_t)
            dz_t.dot(Waa, da_carry)  # (m, n_a) @ (n_a, n_a) -> (m, n_a)
    # <<gradient of Waa at once>> (book/18-the-same-gradients-fast.md)
    dz_rows.T.dot(a_prev_rows, dWaa)  # (n_a, T m) @ (T m, n_a), eq-one-product
    if steps.classes is None:
        x_rows = steps.x_rows
        # <<gradients of Wax and ba at once>> (book/18-the-same-gradients-fast.md)
        x_rows.T.dot(dz_rows, dWax_ba)  # (n_x + 1, T m) @ (T m, n_a), eq-one-product
    else:
        sum_by_class(steps.classes.ravel(), dz_rows, slope_rows, steps.ones, dWax_ba)
