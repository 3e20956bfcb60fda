"""An oracle for truncated BPTT: the loss in which the state before each window is held fixed.

A window has K steps. The value is that of the loss. The gradient is the truncated one: it leaves
out what a parameter did before the window of the step whose loss is to be lowered.
"""

from __future__ import annotations

import numpy as np

from .network import STEP, Network
from .values import softmax


def truncated_gradient(network: Network, name: str, window: int) -> np.ndarray:
    """Differentiate the loss by a parameter, in windows of ``window`` steps."""
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
