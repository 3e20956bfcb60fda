"""The note of the chapter on the whole algorithm."""

TITLE = "The whole algorithm: there and back"
ALT = """
Two rows that mirror each other. In the upper one arrows lead from a_0 to the right, to a_3; in the
lower one from delta_3 to the left, to delta_1 and out. Between them the errors of the three steps.
"""
DESCRIPTION = r"""
The upper row is the forward pass: blue arrows with $W_{aa}$ lead from $a_0$ to the right, through
$a_1$ and $a_2$ to $a_3$; its equation stands above it. Red arrows lead from each state down to the
error of its step, $\hat y_t - y_t$, and from there into the lower row, the backward pass. Its
violet rings, $\delta_3$, $\delta_2$ and $\delta_1$, are joined by blue arrows with $W_{aa}^{\top}$
to the left, and the last of these leads out, to $a_0$; its equation stands below it. At the bottom
is each step of the backward pass in words: add the carry, multiply by the slope, add to the
gradients of the parameters, pass on the carry.
"""
HEIGHT = 31


def draw(note):
    """Draw the two rows with the errors between them, their equations, and the loop in words."""
    parts = {"W_{ax} x_t": "green", "W_{aa} a_{t-1}": "blue"}
    note.formula(3, 5.6, "eq-whole-forward", size=30, parts=parts)
    before = note.ring(4.6, 9.4, 1.5, "$a_0$", fill="blue")
    after = 3.2, 17.8
    for t, x in enumerate((12, 19.4, 26.8), start=1):
        state = note.ring(x, 9.4, 1.5, f"$a_{t}$", fill="blue")
        error = note.write(x, 14, rf"$\hat y_{t} - y_{t}$", size=25, color="red", anchor="center")
        delta = note.ring(x, 17.8, 1.5, rf"$\delta_{t}$", color="violet")
        note.arrow(before.right, state.left, color="blue", width=3)
        note.arrow(state.bottom, (x, error.y0), color="red")
        note.arrow((x, error.y1), delta.top, color="red")
        note.arrow(delta.left, after, color="blue", width=3)
        before, after = state, delta.right
    note.write(8.2, 8.6, "$W_{aa}$", color="blue", anchor="center")
    note.write(7.6, 17, r"$W_{aa}^{\top}$", color="blue", anchor="center")
    note.write(3.2, 19.7, "to $a_0$", size=22, color="pencil")
    parts = {
        r"\delta_t": "violet",
        r"W_{ya}^{\top} \left( \hat y_t - y_t \right)": "red",
        r"W_{aa}^{\top} \delta_{t+1}": "blue",
        r"\left( 1 - a_t^{\odot 2} \right)": "green",
    }
    note.formula(3, 23.4, "eq-whole-backward", size=30, parts=parts)
    note.write(3, 27.6, "each step back:")
    for x, y, number, text, color in (
        (10.8, 27.6, "1", "add the carry", "blue"),
        (20.6, 27.6, "2", "times the slope", "green"),
        (10.8, 29.6, "3", "add up gradients", "violet"),
        (20.6, 29.6, "4", "pass on the carry", "blue"),
    ):
        note.write(x, y, number, color=color)
        note.write(x + 1, y, text, color=color)
