"""Two plain forward passes, and every derivative of every quantity in them by complex step.

The passes are the network's, and that of the small graph of the three local rules. They share no
line with the module of the book, nor with its gradients: they judge both. Below them stands an
oracle for truncated BPTT: the loss in which the state before each window is held fixed.
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
LOCAL_SIZES = {"n_{u}": 3, "n_{v}": 6, "n_{1}": 7, "n_{2}": 8}
LOCAL_SHAPES = {  # what the graph of the local rules is given: the sizes of its axes
    "u": ("n_{u}", "m"),
    "W": ("n_{v}", "n_{u}"),
    "b": ("n_{v}", 1),
    "W_{1}": ("n_{1}", "n_{v}"),
    "W_{2}": ("n_{2}", "n_{v}"),
}
LOCAL_FUNCTIONS = {"f": np.sin, "f'": np.cos}  # any function will do; the network's own is tanh


class ForwardPass:
    """The quantities of a forward pass, ``nodes``, and the derivative of each with respect to each.

    A quantity is known by its name and its step (or None). ``given`` are those that the pass
    begins with.
    """

    def begin(self, given: dict[Key, np.ndarray]) -> None:
        """Take what is given, and compute every quantity once."""
        self.given = given
        self.nodes = self.forward(given)
        self._jacobians: dict[tuple[Key, Key], np.ndarray] = {}
        self._runs: dict[Key, list[dict]] = {}

    def forward(self, given: dict, moved: Key | None = None, place: tuple = ()) -> dict:
        """Return every quantity; one entry of the one that is ``moved`` gets an imaginary step."""
        raise NotImplementedError

    def jacobian(self, top: Key, bottom: Key) -> np.ndarray:
        """Differentiate ``top`` with respect to ``bottom``: the axes of one, then of the other.

        Raises ``EquationFault`` for a quantity that the pass does not compute.
        """
        for name, t in (top, bottom):
            if (name, t) not in self.nodes:
                step = "" if t is None else f" at step {t}"
                raise EquationFault(f"the forward pass does not compute {name}{step}")
        if (top, bottom) not in self._jacobians:
            below = np.shape(self.nodes[bottom])
            if bottom not in self._runs:
                places = np.ndindex(below)
                self._runs[bottom] = [self.forward(self.given, bottom, at) for at in places]
            columns = [np.imag(run[top]) / STEP for run in self._runs[bottom]]
            shape = (*np.shape(self.nodes[top]), *below)
            self._jacobians[top, bottom] = np.stack(columns, axis=-1).reshape(shape)
        return self._jacobians[top, bottom]


def _moved(value: np.ndarray, place: tuple) -> np.ndarray:
    value = np.array(value, complex)
    value[place] += STEP * 1j
    return value


class LocalGraph(ForwardPass):
    """The small graph of the three local rules, with random matrices and ``m`` examples.

    ``u`` goes through a linear node into ``v`` and through an entrywise one into ``p``, which two
    linear nodes read. Both ways end in one number, a product, so that neither has a loss of its
    own.
    """

    def __init__(self, m: int, seed: int):
        rng, sizes = np.random.default_rng(seed), {**LOCAL_SIZES, "m": m, 1: 1}
        self.begin(
            {
                (name, None): rng.normal(0, 0.5, [sizes[axis] for axis in axes])
                for name, axes in LOCAL_SHAPES.items()
            }
        )

    def forward(self, given: dict, moved: Key | None = None, place: tuple = ()) -> dict:
        """Return every node."""
        nodes: dict[Key, np.ndarray] = {}

        def node(name, value):
            key = (name, None)
            nodes[key] = _moved(value, place) if key == moved else value
            return nodes[key]

        u, W, b, W_1, W_2 = (node(name, given[name, None]) for name in LOCAL_SHAPES)
        p = node("p", LOCAL_FUNCTIONS["f"](node("v", W @ u + b)))
        v_1, v_2 = node("v_{1}", W_1 @ p), node("v_{2}", W_2 @ p)
        node("J", np.tanh(v_1).sum() * (v_2**2).sum())
        return nodes


class Network(ForwardPass):
    """A random network and its quantities.

    Parameters
    ----------
    sizes : dict
        ``n_x``, ``n_a``, ``n_y``, ``m`` and ``T``.
    seed : int
        From which everything is drawn; no array is zero.
    scale : float
        The standard deviation of the parameters.
    ragged : bool
        Whether some of the steps do not count: their label is -1.
    """

    def __init__(self, sizes: dict[str, int], seed: int, scale: float, ragged: bool = False):
        rng = np.random.default_rng(seed)
        n_x, n_a, n_y, self.m, self.T = (sizes[name] for name in ("n_x", "n_a", "n_y", "m", "T"))
        size = {"x": n_x, "a": n_a, "y": n_y, "1": 1}
        given: dict[Key, np.ndarray] = {
            (name, None): rng.normal(0, scale, (size[rows], size[columns]))
            for name, (_, (rows, columns)) in PARAMETERS.items()
        }
        given["a", 0] = rng.uniform(-0.9, 0.9, (n_a, self.m))
        for t in range(1, self.T + 1):
            given["x", t] = rng.normal(size=(n_x, self.m))
        self.labels = rng.integers(n_y, size=(self.m, self.T))
        if ragged:
            self.labels[0, -2:] = self.labels[1, 0] = -1
        self.begin(given)

    def shard(self, columns: np.ndarray) -> Network:
        """Return the network to which some columns of the batch are all there is."""
        part = copy(self)
        part.m, part.labels = len(columns), self.labels[columns]
        cut = {key: self.given[key][:, columns] for key in self.given if key[0] in ("x", "a")}
        part.begin(self.given | cut)
        return part

    def problem(self) -> tuple:
        """Return what the module's functions take: ``x, labels, a0, parameters``.

        Their shapes are (n_x, m, T), (m, T) and (n_a, m); the parameters are a dict.
        """
        x = np.stack([self.given["x", t] for t in range(1, self.T + 1)], axis=2)
        parameters = {code: self.given[name, None] for name, (code, _) in PARAMETERS.items()}
        return x, self.labels, self.given["a", 0], parameters

    def targets(self, t: int) -> np.ndarray:
        """Return the one-hot columns (n_y, m) of step t; one of zeros where the label is -1."""
        n_y = self.given["b_{y}", None].shape[0]
        return (np.arange(n_y)[:, None] == self.labels[:, t - 1]) * 1.0

    def batches(self) -> list[list[int]]:
        """List all batches that hold q examples, half of them, rounded up."""
        return [list(columns) for columns in combinations(range(self.m), (self.m + 1) // 2)]

    def forward(self, given: dict, moved: Key | None = None, place: tuple = ()) -> dict:
        """Return every quantity.

        A weight is first a quantity itself, and then the copy that each step uses.
        """
        nodes: dict[Key, np.ndarray] = {}

        def node(name, t, value):
            nodes[name, t] = _moved(value, place) if moved == (name, t) else value
            return nodes[name, t]

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

    def loss_at(self, theta: np.ndarray):
        """Return J where the parameters, in one long column (size, 1), are ``theta``.

        Raises ``EquationFault`` for any other shape.
        """
        size = sum(self.given[name, None].size for name in PARAMETERS)
        if np.shape(theta) != (size, 1):
            what = f"J takes all parameters in one column, ({size}, 1), not {np.shape(theta)}"
            raise EquationFault(what)
        given, at = dict(self.given), 0
        for name in PARAMETERS:
            shape = given[name, None].shape
            stop = at + given[name, None].size
            given[name, None] = theta[at:stop].reshape(shape)
            at = stop
        return self.forward(given)["J", None]


def truncated_gradient(network: Network, name: str, window: int) -> np.ndarray:
    """Differentiate the loss with respect to a parameter, in windows of ``window`` steps.

    The gradient, of the parameter's shape, leaves out what the parameter did before the window of
    the step whose loss it is.
    """
    value = network.given[name, None]
    gradient = np.empty_like(value)
    for place in np.ndindex(value.shape):
        given = network.given | {(name, None): _moved(value, place)}
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
