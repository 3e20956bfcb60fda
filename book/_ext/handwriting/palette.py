"""The colours: one paper and its inks for light pages, one for dark pages.

A colour means one thing all through a book, which says what, and never says it alone. Pencil is for
remarks.
"""

from __future__ import annotations

LIGHT = {
    "paper": "#fdfaf1",
    "squares": "#dbe5ee",
    "margin": "#efb8b0",
    "ink": "#25304a",
    "blue": "#1b5faa",
    "red": "#b3261e",
    "green": "#23762f",
    "violet": "#7440a8",
    "pencil": "#625e55",
    "yellow": "#f2cb1d",
}
DARK = {
    "paper": "#20242b",
    "squares": "#2e343e",
    "margin": "#6b3f40",
    "ink": "#ece7da",
    "blue": "#84bdff",
    "red": "#ff9688",
    "green": "#7fd6a0",
    "violet": "#cfa6ff",
    "pencil": "#b4b7bc",
    "yellow": "#8f7a10",
}
INKS = ("ink", "blue", "red", "green", "violet", "pencil")
CRAYON, HIGHLIGHTER = 0.3, 0.34  # how much of the paper they cover


def blend(colour: str, ground: str, share: float) -> str:
    """Return what ``share`` of a colour over a ground looks like."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(255 * (share * a + (1 - share) * b)):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2 defines it."""
    low, high = sorted(_luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _channels(colour: str) -> list[float]:
    return [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
