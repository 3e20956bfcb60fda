"""The figures as text for a terminal; what we lose is marked."""

from __future__ import annotations

from collections.abc import Iterable

from bench.peers import PEERS

LOST = "*"  # behind a number that says that a peer is faster
UNDECIDED = 0.05  # so far apart are ways of our own; a smaller difference decides nothing
REFUSED = "Refused: {peer} {variant}, {shape}, {dtype}: {reason}"


def align(rows: Iterable[Iterable[str]]) -> str:
    """Put the cells of each column below each other, those of the first one to the left."""
    rows = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Write seconds in the unit that gives a number of at least one."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def ratio(row: dict) -> str:
    """Write how many times as long it takes, with the mark if it is a peer and clearly less."""
    lost = row["ratio"] < 1 - UNDECIDED and row["peer"] in PEERS
    return f"{row['ratio']:.2f}{LOST if lost else ' '}"


def comparison(figures: dict, dtype: str) -> str:
    """Return the table of one precision: shapes below each other, peers side by side."""
    rows = [row for row in figures["rows"] if row["dtype"] == dtype]
    peers = list(dict.fromkeys(row["peer"] for row in rows))
    ratios = {(row["shape"], row["peer"]): ratio(row) for row in rows}
    lines = [[dtype, "ours", *peers, "floor"]]
    for floor in (floor for floor in figures["floor"] if floor["dtype"] == dtype):
        shape = floor["shape"]
        others = (ratios.get((shape, peer), "refused") for peer in peers)
        lines.append([shape, duration(floor["ours"]), *others, f"{floor['share']:.0%}"])
    return align(lines)


def ideas(figures: dict) -> str:
    """Return the table of what each idea alone would do to a whole step."""
    rows = figures["rearrangements"]
    factors = {(row["name"], row["shape"]): f"{row['step_ratio']:.2f}" for row in rows}
    shapes = list(figures["shapes"])
    head = ["a step without it, times as long", *shapes]
    names = dict.fromkeys(row["name"] for row in rows)
    lines = ([name, *(factors.get((name, shape), "-") for shape in shapes)] for name in names)
    return align([head, *lines])


def scan(figures: dict) -> str:
    """Return the table of the scan: our time, and the ratios of the peers."""
    rows = figures["scan"]
    peers = list(dict.fromkeys(row["peer"] for row in rows))[1:]
    found = {(row["axis"], row["value"], row["peer"]): row for row in rows}
    lines = [[f"{figures['scanned']}, but", "ours", *peers]]
    for axis, value in dict.fromkeys((row["axis"], row["value"]) for row in rows):
        ours = duration(found[axis, value, "ours"]["seconds"])
        points = [found.get((axis, value, peer)) for peer in peers]
        cells = (ratio(point) if point else "refused" for point in points)
        lines.append([f"{axis} = {value}", ours, *cells])
    return align(lines)


def calls(figures: dict) -> str:
    """Return the table of the other calls, in times of what they are held against."""
    rows = figures["calls"]
    found = {(row["name"], row["dtype"], row["shape"]): f"{row['ratio']:.2f}" for row in rows}
    shapes = [*figures["shapes"], *figures["lone"]]
    lines = [["other calls", "against", "", *shapes]]
    for name, other, dtype in dict.fromkeys((r["name"], r["against"], r["dtype"]) for r in rows):
        lines.append([name, other, dtype, *(found[name, dtype, shape] for shape in shapes)])
    return align(lines)


def rest(figures: dict) -> str:
    """Return the tables of segments and of fresh processes."""
    segments = [
        [f"T = {row['T']}", f"{row['seconds_ratio']:.2f}", f"1/{1 / row['memory_ratio']:.1f}"]
        for row in figures["segments"]
    ]
    starts = [[row["peer"], duration(row["seconds"])] for row in figures["start"]]
    first = align([["segments, by all states kept", "time", "memory"], *segments])
    return f"{first}\n\n{align([['import and first step', ''], *starts])}"


def render(figures: dict) -> str:
    """Return everything, beginning with the machine, ending with who is not in it."""
    head = [*figures["machine"].values(), *map(" ".join, figures["versions"].items())]
    parts = [
        ", ".join(map(str, head)),
        f"Times of others divided by ours; {LOST} marks what we lose by more than {UNDECIDED:.0%}.",
        *(comparison(figures, dtype) for dtype in figures["tolerances"]),
        *(part(figures) for part in (ideas, calls, scan, rest)),
        *(f"Skipped, since it is not installed: {peer}" for peer in figures["skipped"]),
        *map(REFUSED.format_map, figures["refused"]),
    ]
    return "\n\n".join(parts)
