"""One shape in one precision: check that all peers agree with us, then time those that do."""

from __future__ import annotations

from typing import NamedTuple

from bench.agreement import Disagreement, compare
from bench.peers import OURS
from bench.problems import Shape
from bench.processes import BenchFault, Worker
from bench.rounds import Contestant, Plan, Times, fastest, interleave


class Case(NamedTuple):
    """A shape with its name, and a precision."""

    name: str
    shape: Shape
    dtype: str

    def row(self, **values) -> dict:
        """Return values with what they belong to."""
        return {"shape": self.name, "dtype": self.dtype, **values}


class Verdict(NamedTuple):
    """The ways of each peer that may be timed, and what the comparison found."""

    ways: dict[str, list[str]]
    agreement: list[dict]
    refused: list[dict]


def judge(case: Case, answers: dict[str, dict]) -> Verdict:
    """Compare what each way of each peer computed with ours; a peer needs all ways right."""
    expected, verdict = answers[OURS][OURS], Verdict({}, [], [])
    for peer, ways in answers.items():
        for way, gradients in ways.items():
            row = case.row(peer=peer, variant=way)
            try:
                difference = compare(gradients, expected, case.dtype)
                verdict.agreement.append({**row, "difference": difference})
            except Disagreement as reason:
                verdict.refused.append({**row, "reason": str(reason)})
        if peer not in {row["peer"] for row in verdict.refused}:
            verdict.ways[peer] = list(ways)
    if OURS not in verdict.ways:
        raise BenchFault(f"our own ways differ: {verdict.refused[0]}")
    return verdict


def check(case: Case, workers: dict[str, Worker]) -> Verdict:
    """Let every peer compute the case, and judge what they answer."""
    answers = {peer: each.prepare(case.shape, case.dtype) for peer, each in workers.items()}
    return judge(case, answers)


def contestants(
    ways: dict[str, list[str]], workers: dict[str, Worker], plan: Plan
) -> dict[str, Contestant]:
    """Return our ways, each as one of its own, and the fastest way of each other peer."""
    ours = {way: Contestant(workers[OURS], way) for way in ways[OURS]}
    others = [peer for peer in ways if peer != OURS]
    return ours | {peer: fastest(workers[peer], ways[peer], plan) for peer in others}


def measure(case: Case, racing: dict[str, Contestant], plan: Plan) -> list[dict]:
    """Time all in the same rounds; one row for each but ours, which stands beside each."""
    times = dict(zip(racing, interleave(list(racing.values()), plan), strict=True))
    ours = times.pop(OURS)
    return [
        case.row(peer=peer, variant=racing[peer].way, **Times(seconds, ours).summary())
        for peer, seconds in times.items()
    ]
