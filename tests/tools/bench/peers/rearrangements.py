"""Each rearrangement alone: pairs of functions that differ in nothing but that idea."""

from functools import partial

import numpy as np

from bench.peers import pairs


def inputs_in_one_product(step):
    """Wax x_t for each t, or for all t at once."""
    WaxT = step.Wax.T

    def before():
        for x_t, z_t in zip(step.x, step.z, strict=True):
            x_t.dot(WaxT, z_t)
        return step.z

    def after():
        step.X.dot(WaxT, step.Z)
        return step.z

    return before, after


def outer_products_in_one_product(step):
    """Add up dz_t a_{t-1}' over t, or let one product over all columns do it."""

    def before():
        dWaa = np.zeros_like(step.Waa)
        for dz_t, a_prev in zip(step.dz, step.a[:-1], strict=True):
            dWaa += dz_t.T.dot(a_prev)
        return dWaa

    def after():
        return step.dZ.T.dot(step.A_prev)

    return before, after


def dot_instead_of_matmul(step):
    """Let np.matmul write into a buffer, or the method dot."""
    WaaT = step.Waa.T.copy()

    def before():
        for a_prev in step.a:
            np.matmul(a_prev, WaaT, out=step.r)
        return step.r

    def after():
        for a_prev in step.a:
            a_prev.dot(WaaT, step.r)
        return step.r

    return before, after


def one_copy_of_the_transpose(step):
    """Multiply by the view Waa.T at each t, or by one contiguous copy."""

    def before():
        for a_prev in step.a:
            a_prev.dot(step.Waa.T, step.r)
        return step.r

    def after():
        WaaT = step.Waa.T.copy()
        for a_prev in step.a:
            a_prev.dot(WaaT, step.r)
        return step.r

    return before, after


def scores_as_columns(step):
    """Run softmax over the short last axis of (T m, n_y), or over the first of (n_y, T m)."""
    rows, of_rows = step.o.T.copy(), step.of_columns[:, None]

    def before():
        y_hat = np.subtract(rows, rows.max(axis=1, out=of_rows, keepdims=True))
        np.exp(y_hat, y_hat)
        return np.divide(y_hat, y_hat.sum(axis=1, out=of_rows, keepdims=True), y_hat).T

    def after():
        y_hat = np.subtract(step.o, step.o.max(axis=0, out=step.of_columns))
        np.exp(y_hat, y_hat)
        return np.divide(y_hat, y_hat.sum(axis=0, out=step.of_columns), y_hat)

    return before, after


def error_written_over_softmax(step):
    """Subtract one-hot columns from y_hat, or 1 where the labels are, in place."""
    y_hat, m = np.exp(step.o), step.m
    places = step.labels * len(step.columns) + step.columns

    def before():
        return (y_hat - (np.arange(len(y_hat))[:, None] == step.labels)) / m

    def after():
        do = np.multiply(y_hat, 1 / m, step.y_hat)
        do.reshape(-1)[places] -= 1 / m
        return do

    return before, after


PAIRS = {
    "inputs in one product": inputs_in_one_product,
    "outer products in one product": outer_products_in_one_product,
    "dot instead of matmul": dot_instead_of_matmul,
    "one copy of the transpose": one_copy_of_the_transpose,
    "scores as columns": scores_as_columns,
    "error written over softmax": error_written_over_softmax,
}
ways = partial(pairs.ways, PAIRS)
