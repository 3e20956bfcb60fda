"""The note of the chapter on digits, read row by row."""

from pathlib import Path

import numpy as np

TITLE = "A digit, row by row"
ALT = """
A handwritten three made of dots, eight rows of eight. From each row a green arrow leads to a ring,
the state; blue arrows lead down from ring to ring. Only from the last ring a red arrow leads on, to
a question mark.
"""
DESCRIPTION = r"""
An image of the data is drawn with a dot for each of its fields, larger where there is more ink. Its
rows are the inputs $x_1$ to $x_8$, and each leads to a state. The state is passed on downwards,
from row to row. Only the last state is asked for the digit: beside all others stands the label
$-1$. So the only loss is $J_T$, and in the backward pass it reaches the states above through the
carry alone, as the first formula says. The second is the gradient with respect to the rows: one
number for each field of the image, a picture of the fields that act on the loss.
"""
HEIGHT = 31

IMAGE = Path(__file__).parents[1] / "data" / "digits.csv.gz"
FIELD = 1.9  # squares
LEFT, TOP, STATES = 1.2, 4.6, 20.4


def draw(note):
    """Draw an image, a state for each of its rows, and the one question."""
    image = np.loadtxt(IMAGE, delimiter=",", skiprows=3, max_rows=1)[:64].reshape(8, 8) / 16
    rows = [TOP + FIELD * (t + 0.5) for t in range(8)]
    for (t, j), ink in np.ndenumerate(image):
        if ink > 0:
            note.dot(LEFT + FIELD * (j + 0.5), rows[t], 0.45 * FIELD * np.sqrt(ink))
    before = None
    for t, y in enumerate(rows, start=1):
        state = note.ring(STATES, y, 0.56, fill="blue")
        name = note.write(17.6, y + 0.35, f"$x_{t}$", size=24, color="green", anchor="right")
        note.arrow((name.x1 + 0.1, y), state.left, color="green", width=1.8)
        if before:
            note.arrow(before.bottom, state.top, color="blue", gap=0.02, width=1.8)
        if t < 8:
            note.write(21.6, y + 0.35, "$-1$", size=22, color="pencil")
        before = state
    question = note.ring(26.6, rows[-1], 1.35, "?", color="red", size=30)
    note.arrow(before.right, question.left, color="red", width=2.6)
    note.write(25, 7.7, "nobody asks", size=22, color="pencil")
    note.write(25, 9.2, "before the end", size=22, color="pencil")
    note.write(26.6, 15.8, "which digit?", color="red", anchor="center")
    note.formula(2.6, 24.2, "eq-last-step", size=32, parts={r"W_{aa}^{\top}": "blue"})
    note.write(16.4, 23.6, "back: only", size=22, color="pencil")
    note.write(16.4, 25.1, "the carry", size=22, color="pencil")
    note.formula(2.6, 28.6, "eq-saliency", size=32, parts={r"W_{ax}^{\top}": "green"})
    note.write(16.4, 28, "what the loss", size=22, color="pencil")
    note.write(16.4, 29.5, "looks at", size=22, color="pencil")
