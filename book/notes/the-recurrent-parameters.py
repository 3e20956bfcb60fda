"""The note of the chapter on the gradients with respect to the recurrent parameters."""

from math import sqrt

import numpy as np

from this_book.toy import run_toy

TITLE = "One contribution a step: column times row"
ALT = """
Three multiplication tables with plus signs between them, one for each step: at the left a column of
dots, on top a row, inside a square of dots. The first square is empty; below stands their sum.
"""
DESCRIPTION = r"""
The gradient with respect to $W_{aa}$ is a sum with one contribution for each step, drawn as
multiplication tables with the toy's numbers. The column at the left of a table is $\delta_t$, the
row on top of it is $a_{t-1}$, the state that was read at that step, and each entry inside is the
product of the two at its margins. Full dots are positive, open dots negative, and the larger the
dot, the larger the number. At step 1 the row is empty, because the toy's $a_0$ is zero, and so is
its contribution. The contributions of the three steps, added entry by entry, are the gradient with
respect to $W_{aa}$, in the square below.
"""
HEIGHT = 31

CELL = 1.25  # squares: four cells end on a line of the paper


def draw(note):
    """Draw a multiplication table for each step, and below the sum of the three."""
    note.formula(3, 7, "eq-dWaa", size=34, parts={r"\delta_t": "violet", r"a_{t-1}^{\top}": "blue"})
    note.write(17, 6.2, "each step contributes")
    note.write(17, 7.8, "a column times a row")
    run = run_toy()
    before = np.dstack([run.a0, run.a])
    dots = Dots(note, np.abs(run.dz).max())
    for t, x in enumerate((3, 12.25, 21.5), start=1):
        delta, state = run.at("dz", t), before[:, :, t - 1]
        dots.matrix(x, 14, delta, color="violet")
        dots.matrix(x + 1.75, 12.25, state.T, fill="blue")
        share = dots.matrix(x + 1.75, 14, delta @ state.T)
        note.write(x + 0.6, 13.2, rf"$\delta_{t}$", size=27, color="violet", anchor="center")
        note.write(share.center[0], 11.6, f"$a_{t - 1}$", size=27, color="blue", anchor="center")
        note.write(share.center[0], 20.6, f"step {t}", anchor="center")
        if t < 3:
            note.write(x + 8, 16.9, "+", size=32, anchor="center")
    total = dots.matrix(14, 23, run.gradients["dWaa"])
    note.write(12.2, 25.9, "=", size=32, anchor="center")
    note.write(total.center[0], 29.6, "the sum", anchor="center")
    note.write(4.75, 22.2, "here $a_0$ is zero:", size=22, color="pencil")
    note.write(4.75, 23.7, "nothing to add", size=22, color="pencil")
    for y, full, text in ((24, True, "plus"), (25.6, False, "minus")):
        note.dot(22, y - 0.3, 0.38, full=full)
        note.write(23, y, text, size=22, color="pencil")
    note.write(21.6, 27.4, "large dot,", size=22, color="pencil")
    note.write(21.6, 28.9, "large number", size=22, color="pencil")


class Dots:
    """Draws matrices of dots, all on one scale; no dot is for a number above ``largest``."""

    def __init__(self, note, largest):
        self.note, self.largest = note, largest

    def matrix(self, x, y, values, **how):
        """Draw a matrix at ``x, y``: the ink of a dot is as much as its number is large."""
        rows, columns = values.shape
        for (i, j), value in np.ndenumerate(values):
            radius = 0.44 * CELL * sqrt(abs(value) / self.largest)
            if radius > 0.03:
                at = x + CELL * (j + 0.5), y + CELL * (i + 0.5)
                self.note.dot(*at, radius, full=value > 0)
        return self.note.box(x, y, CELL * columns, CELL * rows, **how)
