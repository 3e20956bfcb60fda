"""The floor: the matrix products that the gradients need, tanh and exp, and nothing else.

No addition, no softmax, no check: what is left is what NumPy's products cost at this shape.
"""

import numpy as np

from bench.peers import Way
from bench.problems import Problem, time_major


def ways(problem: Problem) -> dict[str, Way]:
    """Each product into its own buffer; those of one step in a loop, since each needs the last."""
    x, rng = time_major(problem.x), np.random.default_rng(18)
    Wax, Waa, Wya = (problem.parameters[name] for name in ("Wax", "Waa", "Wya"))
    (T, m, n_x), (n_y, n_a) = x.shape, Wya.shape
    X, WaxT, WaaT = x.reshape(T * m, n_x), Wax.T, Waa.T.copy()
    z, a, dz = rng.standard_normal((3, T, m, n_a)).astype(x.dtype)
    Z, A, dZ = (each.reshape(T * m, n_a) for each in (z, a, dz))
    AT, dZT = A.T, dZ.T
    o, r = np.empty((n_y, T * m), x.dtype), np.empty((m, n_a), x.dtype)
    y_hat, oT = np.empty_like(o), o.T
    dWax, dWaa, dWya = map(np.empty_like, (Wax, Waa, Wya))
    steps, back = list(zip(a, z, strict=True)), list(dz[::-1])

    def step():
        X.dot(WaxT, Z)
        for a_t, z_t in steps:
            a_t.dot(WaaT, r)
            np.tanh(r, z_t)
        Wya.dot(AT, o)
        np.exp(o, y_hat)
        oT.dot(Wya, Z)
        for dz_t in back:
            dz_t.dot(Waa, r)
        dZT.dot(X, dWax)
        dZT.dot(A, dWaa)
        o.dot(A, dWya)

    return {"": Way(step, lambda _: {})}
