"""Arguments of the pairs of functions in ``rearrangements`` and ``detours``, and their names."""

import numpy as np

from bench.peers import Way
from bench.problems import Problem, time_major


class Step:
    """The arrays of one training step, time-major: inputs, states, logits, room for results."""

    def __init__(self, problem: Problem):
        (n_x, m, T), dtype = problem.x.shape, problem.x.dtype
        n_y, n_a = problem.parameters["Wya"].shape
        rng = np.random.default_rng(18)
        self.m, self.n_x, self.n_a = m, n_x, n_a
        self.Wax, self.Waa = problem.parameters["Wax"], problem.parameters["Waa"]
        self.columns, self.labels = np.arange(T * m), problem.labels.T.reshape(-1)
        self.x = time_major(problem.x)
        self.a = np.tanh(rng.standard_normal((T + 1, m, n_a))).astype(dtype)
        self.dz = rng.standard_normal((T, m, n_a)).astype(dtype)
        self.z = np.empty_like(self.dz)
        self.X, self.A_prev = self.x.reshape(T * m, n_x), self.a[:-1].reshape(T * m, n_a)
        self.Z, self.dZ = self.z.reshape(T * m, n_a), self.dz.reshape(T * m, n_a)
        self.o = rng.standard_normal((n_y, T * m)).astype(dtype)
        self.y_hat, self.of_columns = np.empty_like(self.o), np.empty(T * m, dtype)
        self.r = np.empty((m, n_a), dtype)


def ways(pairs: dict, problem: Problem) -> dict[str, Way]:
    """Name the two functions of each pair; the numbers that they compute are compared."""
    named = {}
    for name, pair in pairs.items():
        for when, function in zip(("before", "after"), pair(Step(problem)), strict=True):
            named[f"{name}: {when}"] = Way(function, lambda result: {"": np.array(result)})
    return named
