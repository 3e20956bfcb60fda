"""The note of the chapter on the way from the output into the state."""

from math import dist

from handwriting import Box

TITLE = "Into the state: row and column"
ALT = """
Left, forward: arrows lead up from all four units of the state into one score, and one row of the
grid W_ya is marked. Right, back: arrows lead down from both scores into one unit, and one column is
marked.
"""
DESCRIPTION = r"""
The same matrix $W_{ya}$ is read twice. On the left is the forward pass: four arrows lead up from
all four units of the state $a_t$ into the score of one class. Their four weights stand in one row
of $W_{ya}$, which is marked in the grid below. On the right is the backward pass: two arrows lead
down from both scores into one unit, because both read it. Their two weights stand in one column
of the same matrix, and a column of $W_{ya}$ is a row of $W_{ya}^{\top}$. So the sum runs over the
units in the forward pass, and over the classes in the backward pass.
"""
HEIGHT = 32
FORWARD, BACK, PITCH, TOP = 9.2, 24, 2.9, 19.4


def draw(note):
    """Draw the forward pass and the backward pass beside each other, each above its grid."""
    scores, units = _nodes(note, FORWARD)
    for unit in units:
        note.arrow(*_between(unit, scores[0]), color="red")
    scores, units = _nodes(note, BACK)
    for score in scores:
        note.arrow(*_between(score, units[1]), color="red", width=3)
    _grid(note, FORWARD, slice(0, 1), slice(0, 4))
    _grid(note, BACK, slice(0, 2), slice(1, 2))
    middle = (FORWARD + BACK) / 2
    note.write(FORWARD, 5.2, "forward: a row", anchor="center")
    note.write(BACK, 5.2, "back: a column", anchor="center")
    for x, y, words in (
        (middle, 9.2, "scores"),
        (middle, 16.4, "units"),
        (FORWARD, TOP + 5.3, "a sum over the units"),
        (BACK, TOP + 5.3, "a sum over the classes"),
    ):
        note.write(x, y, words, size=22, color="pencil", anchor="center")
    note.write(middle, TOP + 2, "$W_{ya}$", color="red", anchor="center")

    note.formula(FORWARD, 29, "eq-o", anchor="center", parts={"W_{ya}": "red"})
    note.formula(BACK, 29, "eq-da-output", anchor="center", parts={r"W_{ya}^{\top}": "red"})


def _nodes(note, x):
    """Draw two scores above four units around ``x``; return both."""
    scores = [note.ring(x + side * PITCH, 8.8, 1.2, color="red") for side in (-1, 1)]
    units = [note.ring(x + (n - 1.5) * PITCH, 16, 1.2, fill="blue") for n in range(4)]
    return scores, units


def _between(start, end):
    """Return the points of two rings that lie on the line through their middles."""
    (x0, y0), (x1, y1) = start.center, end.center
    near, far = 1.2 / dist(start.center, end.center), 1 - 1.2 / dist(start.center, end.center)
    return [(x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in (near, far)]


def _grid(note, x, rows, columns):
    """Draw the matrix around ``x``, one column below each unit; mark some rows and columns."""
    left, right, middle, bottom = x - 2 * PITCH, x + 2 * PITCH, TOP + 1.8, TOP + 3.6
    note.box(left, TOP, right - left, bottom - TOP, color="red")
    note.line([(left, middle), (right, middle)], color="red", width=1.6)
    for n in range(1, 4):
        note.line([(left + n * PITCH, TOP), (left + n * PITCH, bottom)], color="red", width=1.6)
    x0, x1 = (left + n * PITCH for n in (columns.start, columns.stop))
    y0, y1 = (TOP + n * 1.8 for n in (rows.start, rows.stop))
    note.crayon(Box(x0, y0, x1, y1), "red")
