"""The note of the chapter on the gradients with respect to the inputs and the initial state."""

from this_book.toy import numbers, run_toy

TITLE = "The ways out: inputs and first state"
ALT = """
Three steps of the backward pass. From each z a green arrow leads down and out, to the input x of
its step; a blue one leads up to the state before, and the last of them ends at a_0, with the toy's
numbers.
"""
DESCRIPTION = r"""
The backward pass runs from right to left: from each state $a_t$ down to $z_t$, and from there,
through $W_{aa}^{\top}$, up to the state before. It has two ways out of the network. At every step a
green arrow leads down, through $W_{ax}^{\top}$, to the input $x_t$. And at step 1 the blue arrow
ends at $a_0$, because no step comes before. The columns beside the ways out are the toy's
gradients with respect to its inputs and its initial state.
"""
HEIGHT = 31


def draw(note):
    """Draw three steps of the backward pass, the numbers at its ways out, and the two equations."""
    run = run_toy()
    before = note.ring(5, 6.6, 1.6, "$a_0$", fill="blue")
    note.column(6.2, 10.4, numbers(run.gradients["da0"]), color="blue")
    for t, x in enumerate((12, 19.3, 26.6), start=1):
        state = note.ring(x, 6.6, 1.6, f"$a_{t}$", fill="blue")
        inner = note.ring(x, 13.2, 1.5, f"$z_{t}$")
        (x0, y0), (x1, y1) = before.center, inner.center
        note.arrow(state.bottom, inner.top)
        width = 3 if t == 1 else 2.1
        note.arrow((x1 - 1.1, y1 - 0.95), (x0 + 1.15, y0 + 1), color="blue", width=width)
        note.write(x - 3.2, 9.4, r"$W_{aa}^{\top}$", color="blue")
        note.write(x + 1.9, 13.6, rf"$\delta_{t}$", size=27, color="violet")
        source = note.write(x, 20.1, f"$x_{t}$", size=29, color="green", anchor="center")
        note.arrow(inner.bottom, (x, source.y0), color="green", width=3)
        note.write(x + 0.5, 17.2, r"$W_{ax}^{\top}$", color="green")
        note.column(x + 1.1, 22.2, numbers(run.gradients["dx"][:, 0, t - 1]), color="green")
        before = state
    note.write(27.1, 10.4, "the slope")
    parts = {r"W_{aa}^{\top}": "blue", r"\delta_1": "violet"}
    note.formula(3.2, 28.4, "eq-da0", parts=parts)
    parts = {r"W_{ax}^{\top}": "green", r"\delta_t": "violet"}
    note.formula(17.4, 28.4, "eq-dx", parts=parts)
    note.write(3.2, 22.6, "the toy's", size=22, color="pencil")
    note.write(3.2, 24.1, "gradients", size=22, color="pencil")
