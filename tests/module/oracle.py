"""A judge of the module's numbers that shares no line with it.

The network is written a second time for ``autograd``, in another way: states in a list, log-sum-exp
in place of softmax, one label after the other in place of one-hot columns.
"""

from types import MappingProxyType

import autograd.numpy as anp
import numpy as np
from autograd import grad
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXACT = 1e-9  # float64 against autograd; what is measured is 6e-16
ROUNDING = 1e-12  # two orders of the same float64 sums
SINGLE = 2e-6  # float32 against float64; what is measured is about 2e-7
BATCHES = [(6, 7), (6, 2), (2, 7), (2, 2)]  # (m, T), each unlike n_x = 3, n_a = 5, n_y = 4

few = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.differing_executors],  # two classes make the same claims
)


def problem(m=6, T=7, n_x=3, n_a=5, n_y=4, seed=0, masked=True, dtype=np.float64):
    """Draw x, labels, a0, parameters, no array zero; about a fifth of the steps do not count."""
    rng = np.random.default_rng(seed)
    shapes = {
        "Wax": (n_a, n_x),
        "Waa": (n_a, n_a),
        "Wya": (n_y, n_a),
        "ba": (n_a, 1),
        "by": (n_y, 1),
    }
    parameters = {name: rng.normal(0, 0.6, shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((n_x, m, T)).astype(dtype)
    a0 = rng.uniform(-1, 1, (n_a, m)).astype(dtype)
    labels = rng.integers(n_y, size=(m, T))
    if masked:
        labels[rng.random((m, T)) < 0.2] = -1
        labels[0, 0], labels[-1, -1] = -1, 0  # one step surely does not count, and one does
    return x, labels, a0, parameters


def gradients(dtype=np.float64, seed=0):
    """Draw seven arrays in the shapes of a problem's gradients."""
    x, _, a0, parameters = problem(seed=seed, dtype=dtype)
    return {f"d{name}": leaf for name, leaf in {**parameters, "x": x, "a0": a0}.items()}


def arguments():
    """Return a problem under the names that the functions call its parts."""
    return dict(zip(("x", "labels", "a0", "parameters"), problem(), strict=True))


problems = st.builds(
    problem,
    m=st.integers(1, 4),
    T=st.integers(2, 5),
    n_x=st.integers(1, 4),
    n_a=st.integers(1, 4),
    n_y=st.integers(1, 4),
    seed=st.integers(0, 10_000),
)


def cast(tree, dtype):
    """Convert the floating-point arrays in tuples and dicts to another precision."""
    if isinstance(tree, tuple):
        return tuple(cast(item, dtype) for item in tree)
    if isinstance(tree, dict):
        return {name: cast(item, dtype) for name, item in tree.items()}
    return tree.astype(dtype) if tree.dtype.kind == "f" else tree


def frozen(tree):
    """View arrays, in dicts, lists and tuples too, so that whoever writes into one is stopped.

    A view has the strides of its array, and with them the bits of whatever is computed from it.
    """
    if isinstance(tree, np.ndarray):
        view = tree.view()
        view.flags.writeable = False
        return view
    if isinstance(tree, dict):
        return MappingProxyType({name: frozen(item) for name, item in tree.items()})
    if hasattr(tree, "_fields"):  # a CellCache
        return type(tree)(*map(frozen, tree))
    return type(tree)(map(frozen, tree))


# The network, once more


def states(x, a0, parameters):
    """List the states a_1 to a_T."""
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    visited = [a0]
    for t in range(x.shape[2]):
        inputs = anp.dot(Wax, x[:, :, t]) + ba
        visited.append(anp.tanh(inputs + anp.dot(Waa, visited[-1])))
    return visited[1:]


def log_probabilities(x, a0, parameters):
    """List log y_hat of each step; fit for small scores only, since no maximum is taken off."""
    scores = [anp.dot(parameters["Wya"], a) + parameters["by"] for a in states(x, a0, parameters)]
    return [o - anp.log(anp.sum(anp.exp(o), axis=0)) for o in scores]


def loss(x, labels, a0, parameters):
    """Sum over the steps that count, average over the examples, in nats."""
    total = 0.0
    for t, log_y_hat in enumerate(log_probabilities(x, a0, parameters)):
        for k, label in enumerate(labels[:, t]):
            total = total if label == -1 else total - log_y_hat[label, k]
    return total / x.shape[1]


def _gradients(function, x, a0, parameters):
    """Differentiate ``function(x, a0, parameters)`` by everything that it depends on."""

    def of_all(leaves):
        return function(leaves["x"], leaves["a0"], leaves)

    by_leaf = grad(of_all)({**parameters, "x": x, "a0": a0})
    return {f"d{name}": gradient for name, gradient in by_leaf.items()}


def loss_gradients(x, labels, a0, parameters):
    """Return all seven gradients of the loss."""
    return _gradients(lambda x, a0, p: loss(x, labels, a0, p), x, a0, parameters)


def state_gradients(da_output, x, a0, parameters):
    """Return what reaches x, a0, Wax, Waa, ba, if da_output (n_a, m, T) arrives at the states."""

    def weighted(x, a0, p):
        visited = states(x, a0, p)
        return sum(anp.sum(da_output[:, :, t] * a_t) for t, a_t in enumerate(visited))

    gradients = _gradients(weighted, x, a0, parameters)
    return {name: gradients[name] for name in ("dx", "da0", "dWax", "dWaa", "dba")}


# How far two results are apart


def distance(came, expected):
    """Largest difference, relative to the largest expected entry; infinite for another shape."""
    came, expected = np.asarray(came), np.asarray(expected)
    if came.shape != expected.shape:
        return np.inf
    difference, scale = np.abs(came - expected).max(), np.abs(expected).max()
    return difference / scale if scale else difference


def apart(came, expected, tolerance):
    """Name the entries of two dicts that differ by more than the tolerance (NaN does)."""
    assert set(came) == set(expected)
    return {name for name in came if not distance(came[name], expected[name]) <= tolerance}
