"""The note of the chapter on real-time recurrent learning."""

TITLE = "The same gradients, forward"
ALT = """
Four states in a row, joined by blue arrows to the right. Below each but the first stands a box with
its derivative, and arrows lead from box to box, to the right too. From each box an arrow leads down
into one sum.
"""
DESCRIPTION = r"""
The states $a_0$, $a_1$, $a_2$ and $a_3$ stand in a row, joined by blue arrows. Below each state
that a step has made stands a box with its sensitivities, the derivatives of its entries with
respect to the weights. Blue arrows lead from box to box in the same direction as from state to
state. A dashed arrow leads from each state down into its box: the copy of the step adds its
contribution. Below each box the loss of the step makes its contribution, and all contributions meet
in one sum. No arrow leads from right to left.
"""
HEIGHT = 32


def draw(note):
    """Draw the row of states, the row of their sensitivities, and the sum of what they give."""
    note.write(3, 4.6, "everything goes forward, nothing comes back")
    plus = note.ring(18.4, 21.4, 1.2, "$+$", size=32)
    state = note.ring(4.1, 8.4, 1.5, "$a_0$", fill="blue")
    known = None
    for t in (1, 2, 3):
        before, state = state, note.ring(4.1 + 8.2 * t, 8.4, 1.5, f"$a_{t}$", fill="blue")
        note.arrow(before.right, state.left, color="blue")
        name = rf"$\frac{{\partial a_{t}}}{{\partial W_{{aa}}}}$"
        box = note.box(state.center[0] - 1.7, 12.4, 3.4, 3.6, name, size=24)
        note.arrow(state.bottom, box.top, dashed=True)
        if known:
            note.arrow(known.right, box.left, color="blue")
        known = box
        note.arrow(
            box.bottom, plus.top if t == 2 else (plus.x0 if t == 1 else plus.x1, 20.9), width=3
        )
    note.write(3, 14.6, "how each state", size=22, color="pencil")
    note.write(3, 16.1, "follows a weight", size=22, color="pencil")
    note.write(20.6, 22.2, "each loss at its own step", size=22, color="red")
    note.formula(17, 27.6, "eq-rtrl", size=31, anchor="center")
