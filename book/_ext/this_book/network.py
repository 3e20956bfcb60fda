"""One plain forward pass, and every derivative of every quantity in it by complex step.

It shares no line with the module of the book, nor with its gradients: it judges both. Below it
stands an oracle for truncated BPTT: the loss in which the state before each window is held fixed.
"""

from __future__ import annotations

from copy import copy
from itertools import combinations

import numpy as np

from equations import EquationFault, Key, softmax

STEP = 1e-30
PARAMETERS = {  # the name in the mathematics: the name in the code, the axes
    "W_{ax}": ("Wax", "ax"),
    "W_{aa}": ("Waa", "aa"),
    "W_{ya}": ("Wya", "ya"),
    "b_{a}": ("ba", "a1"),
    "b_{y}": ("by", "y1"),
}


class Network:
    """A random network and its quantities, ``nodes``: each by its name and its step (or None).

    Parameters
    ----------
    sizes : dict
        ``n_x``, ``n_a``, ``n_y``, ``m`` and ``T``.
    seed : int
        From which everything is drawn; no array is zero.
    spread : float
        The standard deviation of the parameters.
    ragged : bool
        Whether some of the steps do not count: their label is -1.
    """

    def __init__(self, sizes: dict[str, int], seed: int, spread: float, ragged: bool = False):
        rng = np.random.default_rng(seed)
        n_x, n_a, n_y, self.m, self.T = (sizes[name] for name in ("n_x", "n_a", "n_y", "m", "T"))
        size = {"x": n_x, "a": n_a, "y": n_y, "1": 1}
        self.given: dict[Key, np.ndarray] = {
            (name, None): rng.normal(0, spread, (size[rows], size[columns]))
            for name, (_, (rows, columns)) in PARAMETERS.items()
        }
        self.given["a", 0] = rng.uniform(-0.9, 0.9, (n_a, self.m))
        for t in range(1, self.T + 1):
            self.given["x", t] = rng.normal(size=(n_x, self.m))
        self.labels = rng.integers(n_y, size=(self.m, self.T))
        if ragged:
            self.labels[0, -2:] = self.labels[1, 0] = -1
        self.nodes = self.forward(self.given)
        self._jacobians: dict[tuple[Key, Key], np.ndarray] = {}
        self._runs: dict[Key, list[dict]] = {}

    def shard(self, columns: np.ndarray) -> Network:
        """Return the network to which some columns of the batch are all there is."""
        part = copy(self)
        cut = {key: self.given[key][:, columns] for key in self.given if key[0] in ("x", "a")}
        vars(part).update(m=len(columns), labels=self.labels[columns], given=self.given | cut)
        vars(part).update(nodes=part.forward(part.given), _jacobians={}, _runs={})
        return part

    def problem(self) -> tuple:
        """Return ``x, labels, a0, parameters`` as the module's functions take them."""
        x = np.stack([self.given["x", t] for t in range(1, self.T + 1)], axis=2)
        parameters = {code: self.given[name, None] for name, (code, _) in PARAMETERS.items()}
        return x, self.labels, self.given["a", 0], parameters

    def targets(self, t: int) -> np.ndarray:
        """Return the one-hot columns of step t; a column of zeros where the label is -1."""
        n_y = self.given["b_{y}", None].shape[0]
        return (np.arange(n_y)[:, None] == self.labels[:, t - 1]) * 1.0

    def batches(self) -> list[list[int]]:
        """List all batches that hold q examples, half of them, rounded up."""
        return [list(columns) for columns in combinations(range(self.m), (self.m + 1) // 2)]

    def forward(self, given: dict, moved: Key | None = None, place: tuple = ()) -> dict:
        """Return every quantity; one entry of the one that is ``moved`` gets an imaginary step.

        A weight is first a quantity itself, and then the copy that each step uses.
        """
        nodes: dict[Key, np.ndarray] = {}

        def node(name, t, value):
            if moved == (name, t):
                value = np.array(value, complex)
                value[place] += STEP * 1j
            nodes[name, t] = value
            return value

        def copy(name, t):
            return node(name, t, nodes[name, None])

        for name in PARAMETERS:
            node(name, None, given[name, None])
        a = node("a", 0, given["a", 0])
        J, of_examples = 0.0, np.zeros(self.m)
        for t in range(1, self.T + 1):
            inputs = copy("W_{ax}", t) @ node("x", t, given["x", t]) + copy("b_{a}", t)
            a = node("a", t, np.tanh(node("z", t, inputs + copy("W_{aa}", t) @ a)))
            o = node("o", t, copy("W_{ya}", t) @ a + copy("b_{y}", t))
            y_hat = node(r"\hat{y}", t, softmax(o))
            J = J + node("J", t, -(np.log(y_hat) * self.targets(t)).sum() / self.m)
            of_examples = of_examples - (np.log(y_hat) * self.targets(t)).sum(axis=0)
        node("J", None, J)
        for k, loss in enumerate(of_examples, 1):
            node(r"\ell", k, loss)
        for r, columns in enumerate(self.batches(), 1):
            node("L", r, of_examples[columns].mean())
        return nodes

    def jacobian(self, top: Key, bottom: Key) -> np.ndarray:
        """Differentiate one quantity by another: the axes of ``top``, then those of ``bottom``."""
        for name, t in (top, bottom):
            if (name, t) not in self.nodes:
                step = "" if t is None else f" at step {t}"
                raise EquationFault(f"the forward pass does not compute {name}{step}")
        if (top, bottom) not in self._jacobians:
            dims = np.shape(self.nodes[bottom])
            if bottom not in self._runs:
                places = np.ndindex(dims)
                self._runs[bottom] = [self.forward(self.given, bottom, at) for at in places]
            columns = [np.imag(run[top]) / STEP for run in self._runs[bottom]]
            shape = (*np.shape(self.nodes[top]), *dims)
            self._jacobians[top, bottom] = np.stack(columns, axis=-1).reshape(shape)
        return self._jacobians[top, bottom]

    def loss_at(self, theta: np.ndarray):
        """Return J where the parameters, in one long column, are ``theta``."""
        size = sum(self.given[name, None].size for name in PARAMETERS)
        if np.shape(theta) != (size, 1):
            raise EquationFault(f"J takes all parameters in one column, ({size}, 1)")
        given, at = dict(self.given), 0
        for name in PARAMETERS:
            shape = given[name, None].shape
            stop = at + given[name, None].size
            given[name, None] = theta[at:stop].reshape(shape)
            at = stop
        return self.forward(given)["J", None]


def truncated_gradient(network: Network, name: str, window: int) -> np.ndarray:
    """Differentiate the loss by a parameter, in windows of ``window`` steps.

    The gradient leaves out what a parameter did before the window of the step whose loss it is.
    """
    value = network.given[name, None]
    gradient = np.empty_like(value)
    for place in np.ndindex(value.shape):
        moved = value.astype(complex)
        moved[place] += STEP * 1j
        given = network.given | {(name, None): moved}
        gradient[place] = np.imag(_held_loss(network, given, window)) / STEP
    return gradient


def _held_loss(network: Network, given: dict, window: int):
    """Return J, each of its terms from a walk that begins at a state of the unmoved network."""
    W_ax, W_aa, W_ya, b_a, b_y = (
        given[name, None] for name in ("W_{ax}", "W_{aa}", "W_{ya}", "b_{a}", "b_{y}")
    )
    J = 0.0
    for t in range(1, network.T + 1):
        held = (t - 1) // window * window
        a = network.nodes["a", held]
        for s in range(held + 1, t + 1):
            a = np.tanh(W_ax @ given["x", s] + W_aa @ a + b_a)
        J = J - (np.log(softmax(W_ya @ a + b_y)) * network.targets(t)).sum() / network.m
    return J
