"""Interleaved rounds: in each, every contestant computes one block; what counts are medians."""

from __future__ import annotations

import math
from statistics import median, quantiles
from typing import NamedTuple

from bench.processes import Worker

LONG = 0.1  # seconds of a step that need not be looked at twice


class Plan(NamedTuple):
    """How long to measure: the aim of a block and of all rounds, in seconds; the least and most."""

    block: float
    rounds: float
    least: int
    most: int


class Contestant(NamedTuple):
    """One way of one worker's peer."""

    worker: Worker
    way: str

    def once(self) -> float:
        """Return the seconds of one step, roughly; a first short one says too much."""
        first = self.worker.block(self.way, 1)
        return first if first > LONG else max(1e-7, self.worker.block(self.way, 1))


class Times(NamedTuple):
    """The seconds of a step, by round, beside ours in the same rounds."""

    seconds: list[float]
    ours: list[float]

    def ratios(self) -> list[float]:
        """How many times as long as we, by round."""
        return [theirs / ours for theirs, ours in zip(self.seconds, self.ours, strict=True)]

    def summary(self) -> dict:
        """Return medians, and the quartiles of the ratio."""
        low, ratio, high = quantiles(self.ratios(), n=4, method="inclusive")
        return {
            "seconds": median(self.seconds),
            "ours": median(self.ours),
            "ratio": ratio,
            "ratio_low": low,
            "ratio_high": high,
            "rounds": len(self.seconds),
        }


def interleave(contestants: list[Contestant], plan: Plan) -> list[list[float]]:
    """Measure all in turn, and each first as often as the others; return their seconds by round."""
    steps = [max(1, math.ceil(plan.block / each.once())) for each in contestants]
    times = [[] for _ in contestants]
    places, spent = list(range(len(contestants))), 0.0
    while len(times[0]) < plan.least or (len(times[0]) < plan.most and spent < plan.rounds):
        for i in places:
            times[i].append(contestants[i].worker.block(contestants[i].way, steps[i]))
            spent += times[i][-1] * steps[i]
        places = places[1:] + places[:1]
    return times


def fastest(worker: Worker, ways: list[str], plan: Plan) -> Contestant:
    """Return the fastest way of a peer: that is the one to compare with."""
    ways = [Contestant(worker, way) for way in ways]
    if len(ways) == 1:
        return ways[0]
    short = plan._replace(rounds=0, least=2)
    times = [median(each) for each in interleave(ways, short)]
    return ways[times.index(min(times))]
