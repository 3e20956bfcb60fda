"""The note of the chapter on the network unrolled through time."""

from this_book.toy import run_toy

TITLE = "Unrolled through time"
ALT = """
Three steps side by side. In each, an arrow leads from the input x up to the state a and on to the
probabilities y-hat; blue arrows lead from a_0 to a_1, a_2 and a_3. Each arrow has
its matrix, with its shape.
"""
DESCRIPTION = r"""
The cell, three times side by side, for the three steps of the toy. In each step a green arrow with
$W_{ax}$, of shape (4, 2), leads from the input $x_t$ up to the state $a_t$, and a red one with
$W_{ya}$, of shape (2, 4), from there to the probabilities $\hat y_t$. Blue arrows with $W_{aa}$, of
shape (4, 4), lead from the initial state $a_0$ to $a_1$, on to $a_2$, and on to $a_3$. The matrices
are the same at every step.
"""
HEIGHT = 31


def draw(note):
    """Draw three cells in a row, with the shapes that the toy's matrices have."""
    shape = {name: "({}, {})".format(*value.shape) for name, value in run_toy().parameters.items()}
    note.write(2.4, 13.5, "$a_0$", size=29)
    before = 4.1, 13.1
    for t, x in enumerate((9, 17.8, 26.6), start=1):
        state = note.box(x - 1.8, 11.7, 3.6, 2.8, f"$a_{t}$", fill="blue")
        output = note.ring(x, 6.4, 1.6, rf"$\hat y_{t}$", color="red", size=27)
        source = note.write(x, 21, f"$x_{t}$", size=30, color="green", anchor="center")
        note.arrow(source.top, state.bottom, color="green")
        note.arrow(state.top, output.bottom, color="red")
        note.arrow(before, state.left, color="blue")
        _name(note, x + 0.5, 16.9, "$W_{ax}$", shape["Wax"], "green")
        _name(note, x + 0.5, 9.3, "$W_{ya}$", shape["Wya"], "red")
        middle = (before[0] + state.x0) / 2 - 0.1
        note.write(middle, 12.3, "$W_{aa}$", color="blue", anchor="center")
        note.write(middle, 14.8, shape["Waa"], size=22, color="blue", anchor="center")
        before = state.right
    note.arrow(before, (31.3, 13.1), color="blue", dashed=True)
    note.formula(
        2.6, 25.6, "eq-forward", size=30, parts={"W_{ax} x_t": "green", "W_{aa} a_{t-1}": "blue"}
    )
    note.formula(2.6, 28.8, "eq-forward-y-hat", size=30, parts={"W_{ya} a_t": "red"})
    note.write(21.6, 28.2, "the same matrices", size=22, color="pencil")
    note.write(21.6, 29.7, "at every step", size=22, color="pencil")


def _name(note, x, y, name, shape, color):
    """Write the name of a matrix, and its shape below it."""
    note.write(x, y, name, color=color)
    note.write(x, y + 1.6, shape, size=22, color=color)
