"""The whole benchmark: its parts put together, and how they become a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bench import alone, machine, races
from bench.agreement import TOLERANCES
from bench.extent import Extent, Selection
from bench.problems import LONE, SCANNED, SHAPES


def measure(chosen: Selection, extent: Extent, say: Callable = lambda _: None) -> dict:
    """Measure all parts; ``say`` is told what comes next."""
    parts = races.compare_shapes(chosen, extent, say)
    ours = {row["shape"]: row["ours"] for row in parts["rows"] if row["dtype"] == alone.DTYPE}
    ideas = alone.ideas(chosen, extent, ours, say) + alone.integers(chosen, extent)
    return {
        "machine": machine.describe(),
        "versions": machine.versions(),
        "code": machine.code("peers/*.py"),
        "shapes": {name: SHAPES[name]._asdict() for name in chosen.shapes},
        "skipped": chosen.absent(),
        "tolerances": TOLERANCES,
        **parts,
        "rearrangements": ideas,
        "scanned": SCANNED,
        "scan": races.scan(chosen, extent, say),
        "segments": alone.segments(extent, say),
        "lone": {name: shape._asdict() for name, shape in LONE.items()},
        "calls": alone.calls(chosen, extent, say),
        "start": alone.start(chosen, extent, say),
    }


def write(figures: dict, path: Path) -> None:
    """Write the figures, one row a line and four digits each, so that two runs can be compared."""
    lines = []
    for name, value in rounded(figures).items():
        if isinstance(value, list) and value:
            rows = ",\n".join(f"    {json.dumps(row)}" for row in value)
            lines.append(f"  {json.dumps(name)}: [\n{rows}\n  ]")
        else:
            lines.append(f"  {json.dumps(name)}: {json.dumps(value)}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def rounded(value):
    """Return the same with every float to four digits."""
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value
