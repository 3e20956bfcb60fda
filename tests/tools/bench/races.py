"""Our function and its peers: at the six shapes, and along one size at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from bench import comparing
from bench.comparing import Case
from bench.extent import Extent, Selection
from bench.peers import OURS
from bench.problems import AXES, DTYPES, SCANNED, SHAPES
from bench.processes import Worker
from bench.rounds import Contestant

FLOOR = "floor"
SCANNED_PEERS = ("plain", "PyTorch", "JAX")  # the others take long, and say little more


def start(modules: dict[str, str], stack: ExitStack) -> dict[str, Worker]:
    """Start a process for each; they end with the stack."""
    return {peer: stack.enter_context(Worker(module)) for peer, module in modules.items()}


def compare_shapes(chosen: Selection, extent: Extent, say: Callable) -> dict[str, list[dict]]:
    """Compare all peers, and the floor, at each shape in each precision."""
    parts = {"rows": [], "floor": [], "agreement": [], "refused": []}
    with ExitStack() as stack:
        workers = start({OURS: OURS, **chosen.present()}, stack)
        below = stack.enter_context(Worker(FLOOR))
        for case in (Case(name, SHAPES[name], d) for name in chosen.shapes for d in DTYPES):
            say(f"{case.name}, {case.dtype}")
            verdict = comparing.check(case, workers)
            below.prepare(case.shape, case.dtype)
            racing = comparing.contestants(verdict.ways, workers, extent.shape)
            racing[FLOOR] = Contestant(below, "")
            *rows, floor = comparing.measure(case, racing, extent.shape)
            parts["rows"] += rows
            parts["floor"].append(share(floor))
            parts["agreement"] += verdict.agreement
            parts["refused"] += verdict.refused
    return parts


def share(floor: dict) -> dict:
    """Say the floor's ratio as what it is: the part of our time that the floor takes."""
    kept = {name: floor[name] for name in ("shape", "dtype", "seconds", "ours", "rounds")}
    return {**kept, "share": floor["ratio"]}


def scan(chosen: Selection, extent: Extent, say: Callable) -> list[dict]:
    """Change one size at a time, in the first precision."""
    modules = {p: m for p, m in chosen.present().items() if p in SCANNED_PEERS}
    points = []
    with ExitStack() as stack:
        workers = start({OURS: OURS, **modules}, stack)
        for axis, value in ((name, v) for name in AXES for v in AXES[name][: extent.points]):
            say(f"scan, {axis} = {value}")
            case = Case(SCANNED, SHAPES[SCANNED]._replace(**{axis: value}), DTYPES[0])
            ways = comparing.check(case, workers).ways
            racing = comparing.contestants(ways, workers, extent.pair)
            rows = comparing.measure(case, racing, extent.pair)
            points += [{"axis": axis, "value": value, **row} for row in scanned(rows)]
    return points


def scanned(rows: list[dict]) -> list[dict]:
    """Return our own point, which stands in the row of any other, and those of the peers."""
    ours = {**rows[0], "peer": OURS, "seconds": rows[0]["ours"], "ratio": 1.0}
    peers = [row for row in rows if row["peer"] in SCANNED_PEERS]
    kept = ("dtype", "peer", "seconds", "ratio", "rounds")
    return [{name: row[name] for name in kept} for row in (ours, *peers)]
