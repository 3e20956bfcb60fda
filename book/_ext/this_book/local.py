"""The small graph of the three local rules, and every derivative in it by complex step.

``u`` goes through a linear node into ``v`` and through an entrywise one into ``p``, which two
linear nodes read. Both ways end in one number, a product, so that neither has a loss of its own.
"""

from __future__ import annotations

import numpy as np

from equations import EquationFault, Key

STEP = 1e-30
SIZES = {"n_{u}": 3, "n_{v}": 6, "n_{1}": 7, "n_{2}": 8}
SHAPES = {  # what is given: the sizes of its axes
    "u": ("n_{u}", "m"),
    "W": ("n_{v}", "n_{u}"),
    "b": ("n_{v}", 1),
    "W_{1}": ("n_{1}", "n_{v}"),
    "W_{2}": ("n_{2}", "n_{v}"),
}
FUNCTIONS = {"f": np.sin, "f'": np.cos}  # any function will do; the network's own is tanh


class LocalGraph:
    """Random matrices of awkward sizes, with ``m`` examples, and the nodes made of them."""

    def __init__(self, m: int, seed: int):
        rng, sizes = np.random.default_rng(seed), {**SIZES, "m": m, 1: 1}
        self.given = {
            name: rng.normal(0, 0.5, [sizes[axis] for axis in axes])
            for name, axes in SHAPES.items()
        }
        self.nodes = self.forward()
        self._jacobians: dict[tuple[Key, Key], np.ndarray] = {}

    def forward(self, moved: str = "", place: tuple = ()) -> dict[str, np.ndarray]:
        """Return every node; one entry of the one that is ``moved`` gets an imaginary step."""
        nodes: dict[str, np.ndarray] = {}

        def node(name, value):
            if moved == name:
                value = np.array(value, complex)
                value[place] += STEP * 1j
            nodes[name] = value
            return value

        u, W, b, W_1, W_2 = (node(name, value) for name, value in self.given.items())
        p = node("p", FUNCTIONS["f"](node("v", W @ u + b)))
        v_1, v_2 = node("v_{1}", W_1 @ p), node("v_{2}", W_2 @ p)
        nodes["J"] = np.tanh(v_1).sum() * (v_2**2).sum()
        return nodes

    def jacobian(self, top: Key, bottom: Key) -> np.ndarray:
        """Differentiate one node by another, as ``World.jacobian``."""
        for name, step in (top, bottom):
            if name not in self.nodes or step is not None:
                raise EquationFault(f"{name} is no node of the graph of the local rules")
        if (top, bottom) not in self._jacobians:
            dims = np.shape(self.nodes[bottom[0]])
            runs = [self.forward(bottom[0], at)[top[0]] for at in np.ndindex(dims)]
            shape = (*np.shape(self.nodes[top[0]]), *dims)
            columns = np.stack([np.imag(run) / STEP for run in runs], axis=-1)
            self._jacobians[top, bottom] = columns.reshape(shape)
        return self._jacobians[top, bottom]
