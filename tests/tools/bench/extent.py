"""The extent of a measurement: its parts, and how long each takes."""

from __future__ import annotations

from typing import NamedTuple

from bench.peers import PEERS, installed
from bench.problems import SHAPES
from bench.rounds import Plan


class Extent(NamedTuple):
    """The plan of a shape, and of what is smaller; and how many of the rest."""

    shape: Plan
    pair: Plan
    points: int | None  # of each axis of the scan; None for all
    lengths: tuple[int, ...]  # of the sequences that are cut into segments
    starts: int


FULL = Extent(
    Plan(block=0.03, rounds=10, least=5, most=25),
    Plan(block=0.01, rounds=0.6, least=5, most=15),
    points=None,
    lengths=(400, 1600, 6400, 25600),
    starts=5,
)
QUICK = Extent(
    Plan(block=0, rounds=0, least=2, most=2),
    Plan(block=0, rounds=0, least=2, most=2),
    points=1,
    lengths=(64,),
    starts=1,
)


class Selection(NamedTuple):
    """The shapes and the peers that were asked for."""

    shapes: tuple[str, ...] = tuple(SHAPES)
    peers: tuple[str, ...] = tuple(PEERS)

    def present(self) -> dict[str, str]:
        """Return the modules of those peers whose libraries are there."""
        return {peer: PEERS[peer].module for peer in self.peers if installed(peer)}

    def absent(self) -> list[str]:
        """Return the other peers."""
        return [peer for peer in self.peers if not installed(peer)]
