"""The ways to compute the same gradients, one module each.

A module has ``ways(problem)``: it returns a dict of the ways in which one would write it with that
library. Each is a ``Way``: ``step`` computes the loss and the gradients once and waits until they
are there; ``read`` brings what it returned into NumPy, with the names and shapes of the book. What
a step needs again and again is made ready in ``ways``, outside of what is timed.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import NamedTuple


class Way(NamedTuple):
    """One way to compute the gradients."""

    step: Callable
    read: Callable


class Peer(NamedTuple):
    """A module of this package, and the library without which it cannot run."""

    module: str
    library: str


OURS = "ours"
PEERS = {
    "plain": Peer("plain", "numpy"),
    "PyTorch": Peer("pytorch", "torch"),
    "JAX": Peer("jax_scan", "jax"),
    "autograd": Peer("autograd_cells", "autograd"),
    "character loop": Peer("character_loop", "numpy"),
}


def installed(name: str) -> bool:
    """Whether the library of a peer is there."""
    return importlib.util.find_spec(PEERS[name].library) is not None


def load(module: str) -> Callable:
    """Import a module of this package, and return its ``ways``."""
    return importlib.import_module(f"{__name__}.{module}").ways
