"""What several machines see and what a step costs them, counted rather than taken from a formula.

The batch is cut into shards of columns, and each is a batch of its own. Of the costs of a step all
numbers are of one size, so that no term can hide behind another one.
"""

from __future__ import annotations

import numpy as np

from .network import Network

MACHINES = 2
ROUNDS = 4  # the doublings of a tree that are looked at
PER_EXAMPLE, WAIT, BYTES, BANDWIDTH = 0.7, 0.3, 5.0, 11.0


def shards_of(network: Network) -> dict[int, Network]:
    """Return each shard as a network that is given nothing but its columns."""
    columns = np.array_split(np.arange(network.m), MACHINES)
    return {r: network.shard(mine) for r, mine in enumerate(columns, 1)}


def places_of(shards: dict[int, Network]) -> dict[int, int]:
    """Return how many columns lie before each shard, and before the one that would come next."""
    sizes = [shard.m for shard in shards.values()]
    return {r: sum(sizes[: r - 1]) for r in range(1, len(sizes) + 2)}


def step_of_all(m: float, machines: int = MACHINES) -> float:
    """Return the seconds of a step that one machine hands out, piece by piece, and collects."""
    sent = sum(BYTES / BANDWIDTH for _ in range(machines) for _ in ("there", "back"))
    return PER_EXAMPLE * m / machines + WAIT + sent


def least_batch() -> float:
    """Return the batch at which the machines take as long as one alone: a root of a line."""

    def lost(m: float) -> float:
        return step_of_all(m) - PER_EXAMPLE * m

    return lost(0.0) / (lost(0.0) - lost(1.0))


def step_in_a_tree(m: float, machines: int) -> float:
    """Return the seconds of a step in which, down and up, half of those concerned call the rest."""
    seconds, told = PER_EXAMPLE * m / machines, 1
    while told < machines:
        seconds += 2 * (WAIT + BYTES / BANDWIDTH)
        told *= 2
    return seconds
