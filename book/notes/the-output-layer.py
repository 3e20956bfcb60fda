"""The note of the chapter on the output layer."""

import numpy as np

from handwriting import Box
from this_book.toy import numbers, run_toy

ERROR = r"\frac{\partial J}{\partial o_t}"
SUM = rf"\frac{{\partial J}}{{\partial W_{{ya}}}} = \sum_{{t=1}}^{{T}} \; {ERROR}\, a_t^{{\top}}"
TITLE = "Outer products add up"
ALT = """
Above, a multiplication table: the output error of step 2 down the side, its state along the top.
Below, three small grids, one for each step, with plus signs between them, and after an equals sign
their sum; one field is marked in all.
"""
DESCRIPTION = r"""
An outer product is a multiplication table. Down its side stands a column, the output error of step
2 of the toy; along its top stands a row, the state $a_2^{\top}$; and each field is the entry beside
it times the entry above it. There is one such table for each step: three small grids stand below,
joined by plus signs, and after an equals sign the gradient with respect to $W_{ya}$, which is their
sum, field by field. The field of class 0 and of the second unit is marked in all of them, and below
each grid stands its number. All numbers are rounded to two digits.
"""
HEIGHT = 32
ROW, COLUMN = 0, 1  # the field that is marked


def draw(note):
    """Draw the table of step 2; below, the three tables and their sum."""
    run = run_toy()
    y = np.arange(len(run.y_hat))[:, None, None] == run.labels
    errors = (run.y_hat - y) / run.labels.shape[0]
    contributions = [errors[:, :, t] @ run.a[:, :, t].T for t in range(3)]
    _table(note, errors[:, :, 1], run.at("a", 2).T, contributions[1])
    for n, matrix in enumerate([*contributions, run.gradients["dWya"]]):
        _contribution(
            note, 3 + 7.5 * n, f"step {n + 1}" if n < 3 else "their sum", matrix[ROW, COLUMN]
        )
    for n, sign in enumerate("++="):
        note.write(9.55 + 7.5 * n, 20.5, sign, size=30, anchor="center")
    note.formula(3, 29, "eq-dWya", link=SUM, size=34, parts={ERROR: "red"})
    note.write(17, 28.6, "field by field,", size=22, color="pencil")
    note.write(17, 30.1, "over all steps", size=22, color="pencil")


def _table(note, error, state, product):
    """Draw the column, the row, and the table of their products."""
    row = _grid(note, 8, 6, 4.3, 2, state)
    column = _grid(note, 3, 8.6, 4.3, 2, error, color="red")
    fields = _grid(note, 8, 8.6, 4.3, 2, product)
    note.crayon(Box(8, 6, 8 + 4 * 4.3, 8), "blue")
    for number in (row[COLUMN], column[ROW], fields[4 * ROW + COLUMN]):
        note.highlighter(number)
    note.write(5.15, 6.8, rf"${ERROR.replace('_t', '_2')}$", size=27, color="red", anchor="center")
    note.write(26, 7.5, r"$a_2^{\top}$", size=28)
    note.write(8.2, 14.6, "each field: beside it times above it", size=22, color="pencil")


def _contribution(note, x, name, value):
    """Draw the table of one step, small, with its name and the number of its marked field."""
    _grid(note, x, 18.6, 1.4, 1.4, np.empty((2, 4)), write=False)
    left, top = x + 1.4 * COLUMN, 18.6 + 1.4 * ROW
    note.highlighter(Box(left + 0.25, top + 0.45, left + 1.15, top + 0.95), pad=0)
    note.write(x + 2.8, 17.8, name, anchor="center")
    note.write(x + 2.8, 23.2, *numbers(value), anchor="center")


def _grid(note, x, y, wide, high, matrix, *, color="ink", write=True):
    """Draw a matrix in fields with its upper left corner at ``x, y``; return its numbers."""
    rows, columns = matrix.shape
    note.box(x, y, columns * wide, rows * high, color=color)
    for n in range(1, columns):
        note.line([(x + n * wide, y), (x + n * wide, y + rows * high)], color=color, width=1.6)
    for n in range(1, rows):
        note.line([(x, y + n * high), (x + columns * wide, y + n * high)], color=color, width=1.6)
    if not write:
        return []
    return [
        note.write(
            x + wide * (n % columns + 1) - 0.45,
            y + high * (n // columns) + 1.4,
            text,
            color=color,
            anchor="right",
        )
        for n, text in enumerate(numbers(matrix))
    ]
