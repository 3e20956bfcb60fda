"""The values of the symbols of the second book: random perceptrons with two layers."""

import numpy as np

from equations import Notation, World

STEP = 1e-30
GIVEN = ("x", "t", "W_{1}", "b_{1}", "W_{2}", "b_{2}")


def relu(z):
    return np.where(np.real(z) > 0, z, 0)


def forward(given, moved=None, place=()):
    """Return every quantity; one entry of that which is ``moved`` gets an imaginary step."""
    nodes = {}

    def node(name, value):
        value = np.array(value, complex)
        if name == moved:
            value[place] += STEP * 1j
        nodes[name] = value
        return value

    x, t, W_1, b_1, W_2, b_2 = (node(name, given[name]) for name in GIVEN)
    h = node("h", relu(node("u", W_1 @ x + b_1)))
    y = node("y", W_2 @ h + b_2)
    node("E", ((y - t) ** 2).sum() / (2 * x.shape[1]))
    return nodes


class Perceptron(World):
    kind, values, derivatives = "perceptron", "both layers", "complex step, both layers"

    def __init__(self, n, p, q, m, seed):
        rng, shapes = np.random.default_rng(seed), ((n, m), (q, m), (p, n), (p, 1), (q, p), (q, 1))
        self.given = {k: rng.normal(size=s) for k, s in zip(GIVEN, shapes, strict=True)}
        if seed == 1:
            self.given["t"][0, 0] = 0
        names = {name: value.real for name, value in forward(self.given).items()} | {
            "n": n,
            "p": p,
            "q": q,
            "m": m,
            "E": float(forward(self.given)["E"].real),
            r"\mathbf{1}_{m}": np.ones((m, 1)),
        }
        names["e"] = (names["y"] - names["t"]) / m
        facts = () if seed == 1 else ("no target is zero",)
        super().__init__(names, functions={"relu": relu}, facts=facts)

    def jacobian(self, top, bottom):
        dims = np.shape(self.names[bottom[0]])
        runs = [forward(self.given, bottom[0], place) for place in np.ndindex(dims)]
        columns = [np.imag(run[top[0]]) / STEP for run in runs]
        return np.stack(columns, axis=-1).reshape(*np.shape(self.names[top[0]]), *dims)


def read_notation(root, macros=None):
    return Notation(
        (root / "book/notation.md").read_text("utf-8"),
        lambda: [Perceptron(5, 4, 3, 6, seed=0), Perceptron(2, 5, 4, 3, seed=1)],
        lambda: [Perceptron(2, 3, 2, 2, seed) for seed in range(2, 22)],
        macros=macros,
        functions=["relu"],
        indices="ijk",
    )
