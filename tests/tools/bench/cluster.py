"""Measure what two worker processes cost and bring, beside one process.

``PYTHONPATH=code:book/_ext:tests/tools python -m bench.cluster`` takes about a minute and writes
``book/data/cluster.json``, which the page on workers shows. ``--quick`` tries everything once, and
writes only where --out says. The exit status is 1 if the gradients differ.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import numpy as np

from bench import machine
from bench.agreement import Disagreement, compare
from bench.measuring import write
from bench.problems import SHAPES, Problem, draw
from bench.processes import ONE_THREAD, ROOT, environment
from rnn_from_scratch.fast import Workspace, loss_and_gradients
from rnn_from_scratch.sharding import local_workers, sharded_loss_and_gradients

SHOWN = ROOT / "book" / "data" / "cluster.json"
SHAPE, DTYPE = "charlm", "float64"
WORKERS = 2
BATCHES = (2, 4, 8, 16, 32, 64, 128, 256, 512)
MESSAGES = (1_000, 10_000, 100_000, 1_000_000, 8_000_000)  # bytes
ROUNDS = 11


def cores() -> int:
    """Return how many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count()


def seconds_of(*ways: Callable, rounds: int) -> list[float]:
    """Run all ways in turn; return the least seconds of each: other programs only add to them."""
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for times, way in zip(taken, ways, strict=True):
            start = time.perf_counter()
            way()
            times.append(time.perf_counter() - start)
    return [min(times) for times in taken]


def echo(message: np.ndarray) -> np.ndarray:
    """Send back what came: a task that only travels."""
    return message


def travel(client, rounds: int) -> list[dict]:
    """Time messages that go to every worker and come back, from short to long."""
    rows = []
    for size in MESSAGES:
        message = np.zeros(size, "u1")

        def there_and_back(message=message):
            client.gather([client.submit(echo, message, pure=False) for _ in range(WORKERS)])

        [seconds] = seconds_of(there_and_back, rounds=rounds)
        rows.append({"bytes": size, "seconds": seconds})
    return rows


def characters(m: int) -> Problem:
    """Draw m sequences of classes: of a letter only its number has to travel."""
    problem = draw(SHAPES[SHAPE]._replace(m=m), DTYPE)
    return problem._replace(x=problem.x.argmax(axis=0))


def step(client, m: int, rounds: int) -> dict:
    """Time a training step of m sequences, in this process and on the workers."""
    problem, workspace = characters(m), Workspace()
    options = {"input_gradient": False, "workspace": workspace}

    def alone():
        return loss_and_gradients(*problem, **options)

    def shared():
        return sharded_loss_and_gradients(*problem, client=client, shards=WORKERS)

    (J, expected), (J_shared, came) = alone(), shared()
    expected = {name: expected[name] for name in came}
    difference = compare({**came, "J": J_shared}, {**expected, "J": J}, DTYPE)
    one, workers = seconds_of(alone, shared, rounds=rounds)
    return {"m": m, "one": one, "workers": workers, "difference": difference}


def measure(batches=BATCHES, rounds: int = ROUNDS) -> dict:
    """Measure everything; the costs of the model are ends of the rows, and slopes between."""
    with local_workers(WORKERS) as client:
        client.gather([client.submit(echo, 0, pure=False) for _ in range(WORKERS)])
        messages = travel(client, rounds)
        steps = [step(client, m, rounds) for m in batches]
    short, long, few, many = messages[0], messages[-1], steps[0], steps[-1]
    carried = 2 * WORKERS * (long["bytes"] - short["bytes"])
    per_example = (many["one"] - few["one"]) / (many["m"] - few["m"])
    return {
        "machine": {**machine.describe(), "cores": cores()},
        "versions": {**machine.versions(), "distributed": metadata.version("distributed")},
        "code": machine.code("cluster.py"),
        "shape": {name: size for name, size in SHAPES[SHAPE]._asdict().items() if name != "m"},
        "workers": WORKERS,
        "bytes": sum(array.nbytes for array in characters(1).parameters.values()),
        "latency": short["seconds"],
        "bandwidth": carried / (long["seconds"] - short["seconds"]),
        "seconds_per_example": per_example,
        "seconds_of_no_example": max(0.0, few["one"] - per_example * few["m"]),
        "messages": messages,
        "steps": steps,
    }


def main(arguments: list[str]) -> int:
    """Measure and write, in a process whose products use one thread; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.cluster", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round: to see that all works")
    parser.add_argument("--out", type=Path, help="the file to write, JSON")
    asked = parser.parse_args(arguments)
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        command = [sys.executable, "-m", "bench.cluster", *arguments]
        return subprocess.run(command, env=environment()).returncode
    try:
        figures = measure(BATCHES[:2], 1) if asked.quick else measure()
    except Disagreement as reason:
        sys.stderr.write(f"the workers compute another gradient: {reason}\n")
        return 1
    out = asked.out or (None if asked.quick else SHOWN)
    if out:
        write(figures, out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
