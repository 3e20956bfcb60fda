"""Faults that make a note hard to read, found from the places of its items.

A lint is needed, and not enough: look at every note, light and dark, large and 360 px wide.
"""

from __future__ import annotations

from itertools import combinations, pairwise

from .ink import SQUARE, WIDTH, Box
from .sheet import Item, Sheet

SMALLEST = 15.0  # px: an index of writing of 22 px
EDGE = 0.4  # squares between the ink and the edge of the sheet
MARGIN = 1.5  # where the red line is: the writing keeps to its right
APART = 0.12  # squares between two pieces of writing


def faults(sheet: Sheet) -> list[str]:
    """Return what is wrong, each with the items that are concerned."""
    found = []
    for item in sheet.items:
        if item.writing:
            found += _at_fault(sheet, item, item.writing)
        if any(_outside(sheet, x, y) for line in item.lines for x, y in line):
            found.append(f"{item}: its ink leaves the page")
    written = [item for item in sheet.items if item.writing]
    for one, other in combinations(written, 2):
        if _meet(one.writing, other.writing):
            found.append(f"{one} overlaps {other}")
    for item in sheet.items:
        for words in written:
            if item is not words and _crosses(item, words.writing):
                found.append(f"{item} crosses {words}")
    return found


def empty_share(sheet: Sheet) -> float:
    """Return the share of the sheet's squares that hold neither writing nor drawing."""
    full = set()
    for item in sheet.items:
        full |= {(int(x), int(y)) for line in item.lines for x, y in _dense(line)}
        if box := item.writing:
            columns, rows = range(int(box.x0), int(box.x1) + 1), range(int(box.y0), int(box.y1) + 1)
            full |= {(x, y) for x in columns for y in rows}
    return 1 - len(full) / (WIDTH * sheet.height)


def _at_fault(sheet: Sheet, item: Item, box: Box) -> list[str]:
    found = []
    corners = ((box.x0, box.y0), (box.x1, box.y1))
    if box.x0 < MARGIN or any(_outside(sheet, x, y) for x, y in corners):
        found.append(f"{item}: its writing leaves the page")
    if item.smallest < SMALLEST:
        size = f"{item.smallest:.1f} px"
        found.append(f"{item}: its smallest sign is {size}; at least {SMALLEST:g} px can be read")
    return found


def _outside(sheet: Sheet, x: float, y: float) -> bool:
    return not (EDGE <= x <= WIDTH - EDGE and EDGE <= y <= sheet.height - EDGE)


def _meet(one: Box, other: Box) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return across > -APART and down > -APART


def _crosses(item: Item, box: Box) -> bool:
    """Say whether a stroke runs through writing; its outermost two pixels do not count."""
    pad = 2 / SQUARE
    return any(
        box.x0 + pad < x < box.x1 - pad and box.y0 + pad < y < box.y1 - pad
        for line in item.lines
        for x, y in _dense(line)
    )


def _dense(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points on the line at most a quarter of a square apart."""
    points = []
    for (x0, y0), (x1, y1) in pairwise(line):
        parts = max(1, int(4 * max(abs(x1 - x0), abs(y1 - y0))) + 1)
        points += [(x0 + (x1 - x0) * n / parts, y0 + (y1 - y0) * n / parts) for n in range(parts)]
    return points
