"""The note of the chapter on the cell."""

TITLE = "The cell: one step"
ALT = """
One time step, drawn upwards: the input x_t and, from the left, the previous state go into z_t; tanh
turns it into the new state a_t; the scores o_t read that state. Beside each stands its equation.
"""
DESCRIPTION = r"""
One step of the network, from bottom to top. A green arrow with $W_{ax}$ brings the input $x_t$, and
a blue arrow with $W_{aa}$ the previous state $a_{t-1}$, into the pre-activation $z_t$. An arrow
named tanh leads up to the new state $a_t$, and a red one with $W_{ya}$ from there to the scores
$o_t$. A second blue arrow, also with $W_{aa}$, leaves the state to the right, for the next step.
The equations are beside the nodes, with a remark: the state is a new memory, made of the new input
and the old memory.
"""
HEIGHT = 26


def draw(note):
    """Draw the step as a ladder, with each equation beside its node."""
    scores = note.ring(9.6, 6.3, 1.6, "$o_t$", color="red")
    state = note.ring(9.6, 12.2, 1.8, "$a_t$", fill="blue")
    inner = note.ring(9.6, 18.2, 1.6, "$z_t$")
    note.ring(4.2, 12.2, 1.8, "$a_{t-1}$", fill="blue", size=25)
    note.write(9.6, 24.6, "$x_t$", size=30, color="green", anchor="center")
    note.arrow((9.6, 23.4), inner.bottom, color="green")
    note.arrow(inner.top, state.bottom)
    note.arrow(state.top, scores.bottom, color="red")
    note.arrow((5.2, 13.7), (8.5, 16.9), color="blue")
    note.arrow((11.3, 13), (14.6, 16.2), color="blue", dashed=True)
    note.write(10.1, 22, "$W_{ax}$", color="green")
    note.write(10.1, 9.6, "$W_{ya}$", color="red")
    note.write(3.7, 16.6, "$W_{aa}$", color="blue")
    note.write(14.1, 14.8, "$W_{aa}$", color="blue")
    note.write(10.1, 15.9, r"$\tanh$")

    note.formula(15, 6.7, "eq-o", size=30, parts={"W_{ya} a_t": "red"})
    note.formula(15, 12.6, "eq-a", size=30)
    note.formula(15, 18.7, "eq-z", size=30, parts={"W_{ax} x_t": "green", "W_{aa} a_{t-1}": "blue"})
    note.write(24, 12.6, "a new memory", size=22, color="pencil")
    note.write(18, 21.2, "of the new input", color="green")
    note.write(18, 22.8, "and the old memory", color="blue")
