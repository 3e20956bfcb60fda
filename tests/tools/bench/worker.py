"""A process that computes with one peer only: ``python -m bench.worker MODULE``.

Requests come through standard input and answers leave through standard output, both pickled. The
process runs on one core, and its libraries are told beforehand to use one thread.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
import traceback
import tracemalloc

from bench import peers
from bench.problems import draw


class Peer:
    """The ways of one peer, at the problem that was prepared last."""

    def __init__(self, module: str):
        self.ways_of = peers.load(module)
        self.ways = {}

    def prepare(self, shape, dtype) -> dict[str, dict]:
        """Make everything ready, run each way once; return its gradients."""
        self.ways = {}  # the arrays of the last problem may go
        self.ways = self.ways_of(draw(shape, dtype))
        return {name: way.read(way.step()) for name, way in self.ways.items()}

    def block(self, name: str, steps: int) -> float:
        """Return the seconds of one step, over so many; before several, one warms the caches."""
        step = self.ways[name].step
        if steps > 1:
            step()
        start = time.process_time()
        for _ in range(steps):
            step()
        return (time.process_time() - start) / steps

    def peak(self, name: str) -> int:
        """Return how many bytes a step takes at the most, beyond those that were there."""
        tracemalloc.start()
        try:
            self.ways[name].step()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def pin_to_one_core() -> None:
    """Stay on the last core that is ours, where the system lets a process choose."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def answer(peer: Peer, request: tuple) -> tuple:
    """Do what is asked; return ``("done", value)``, or ``("failed", traceback)``."""
    method, *arguments = request
    try:
        return "done", getattr(peer, method)(*arguments)
    except Exception:  # noqa: BLE001 - whatever it is, the benchmark names it
        return "failed", traceback.format_exc(limit=-3)


def main(module: str) -> None:
    """Answer requests until there are no more."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    pin_to_one_core()
    peer = Peer(module)
    while requests.peek(1):
        pickle.dump(answer(peer, pickle.load(requests)), answers)
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
