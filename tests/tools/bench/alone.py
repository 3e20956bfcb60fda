"""Measurements without a peer: single ideas, segments of a long sequence, a fresh process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from statistics import median

from bench.agreement import Disagreement, compare
from bench.extent import Extent, Selection
from bench.peers import OURS, PEERS
from bench.peers.calls import AGAINST
from bench.problems import DTYPES, LONE, SHAPES
from bench.processes import BenchFault, Worker, environment
from bench.rounds import Contestant, Plan, Times, interleave

IDEAS = ("rearrangements", "detours")
CHARACTERS = ("minchar", "charlm")  # of the shapes, those whose inputs stand for letters
LONG = "long"  # the shape that is made longer, to be cut into segments
DTYPE = DTYPES[0]


def pair(worker: Worker, results: dict, names: tuple[str, str], plan: Plan) -> dict:
    """Compare what two ways compute, then time them in turn."""
    try:
        compare(*(results[name] for name in names), DTYPE)
    except Disagreement as reason:
        raise BenchFault(f"{' and '.join(names)} compute different things: {reason}") from None
    times = Times(*interleave([Contestant(worker, name) for name in names], plan)).summary()
    return {"before": times["seconds"], "after": times["ours"], "ratio": times["ratio"]}


def ideas(chosen: Selection, extent: Extent, ours: dict[str, float], say: Callable) -> list[dict]:
    """Time each idea alone at each shape, and say what it would do to a whole step of ours."""
    found = []
    for module in IDEAS:
        with Worker(module) as worker:
            for shape in chosen.shapes:
                say(f"{module}, {shape}")
                results = worker.prepare(SHAPES[shape], DTYPE)
                for name in dict.fromkeys(way.rpartition(": ")[0] for way in results):
                    ways = f"{name}: before", f"{name}: after"
                    row = pair(worker, results, ways, extent.pair)
                    row["step_ratio"] = 1 + (row["before"] - row["after"]) / ours[shape]
                    found.append({"name": name, "shape": shape, "dtype": DTYPE, **row})
    return found


def integers(chosen: Selection, extent: Extent) -> list[dict]:
    """Time whole steps of ours on characters, as one-hot columns and as integers."""
    found = []
    with Worker("characters") as worker:
        for shape in (name for name in chosen.shapes if name in CHARACTERS):
            results = worker.prepare(SHAPES[shape], DTYPE)
            row = pair(worker, results, ("before", "after"), extent.pair)
            row |= {"name": "integers for characters", "step_ratio": row["ratio"]}
            found.append({"shape": shape, "dtype": DTYPE, **row})
    return found


def segments(extent: Extent, say: Callable) -> list[dict]:
    """Compare our function with all states kept and with segments, in time and in memory."""
    found = []
    with Worker("segments") as worker:
        for T in extent.lengths:
            say(f"segments, T = {T}")
            results = worker.prepare(SHAPES[LONG]._replace(T=T), DTYPE)
            row = pair(worker, results, ("segments", "whole"), extent.shape)
            size, whole = (worker.peak(way) for way in ("segments, anew", "whole, anew"))
            time = {"seconds": row["before"], "whole_seconds": row["after"]}
            memory = {"bytes": size, "whole_bytes": whole}
            ratios = {"seconds_ratio": row["ratio"], "memory_ratio": size / whole}
            found.append({"T": T, "dtype": DTYPE, **time, **memory, **ratios})
    return found


def calls(chosen: Selection, extent: Extent, say: Callable) -> list[dict]:
    """Time the other calls of the module, each in turns with what it is held against."""
    found = []
    with Worker("calls") as worker:
        for shape, sizes in ({name: SHAPES[name] for name in chosen.shapes} | LONE).items():
            for dtype in DTYPES:
                say(f"calls, {shape}, {dtype}")
                worker.prepare(sizes, dtype)
                for name, other in AGAINST.items():
                    pair = [Contestant(worker, way) for way in (name, other)]
                    times = Times(*interleave(pair, extent.pair)).summary()
                    seconds = {"seconds": times["seconds"], "against_seconds": times["ours"]}
                    row = {"name": name, "against": other, "shape": shape, "dtype": dtype}
                    found.append({**row, **seconds, "ratio": times["ratio"]})
    return found


def start(chosen: Selection, extent: Extent, say: Callable) -> list[dict]:
    """Import each library in a fresh process, and compute one step of the toy."""
    present = chosen.present().items()
    others = {peer: module for peer, module in present if PEERS[peer].library != "numpy"}
    found = []
    say("fresh processes")
    for peer, module in {OURS: OURS, **others}.items():
        seconds = [first_step(module) for _ in range(extent.starts)]
        found.append({"peer": peer, "seconds": median(seconds), "rounds": extent.starts})
    return found


def first_step(module: str) -> float:
    """Return the seconds that a fresh process needs."""
    command = [sys.executable, "-m", "bench.first_step", module]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    if done.returncode:
        raise BenchFault(f"{module} cannot compute a first step:\n{done.stderr[-2000:]}")
    return float(done.stdout)
