"""The note of the chapter on the carry."""

from itertools import pairwise

from this_book.toy import numbers, run_toy

TITLE = "The carry: two arrows meet"
ALT = """
In the backward pass two arrows meet at the state a_2: a red one comes down from its own output o_2,
a blue one comes from z_3, in the next step. Below, the toy's numbers for both are added.
"""
DESCRIPTION = r"""
In the forward pass two arrows leave the state $a_2$: one up, to the scores $o_2$, and one to the
right, to the pre-activation $z_3$ of the next step. So in the backward pass two arrows arrive
there, through $W_{ya}^{\top}$ and through $W_{aa}^{\top}$, and their contributions are added. The
first comes from the output of this step; the second, the carry, from all later steps. Below the
formula stand the toy's numbers at step 2: the gradient with respect to $a_2$ is the contribution of
its own output plus the carry of step 3, entry by entry.
"""
HEIGHT = 29


def draw(note):
    """Draw where the two arrows meet; below, the equation, and under its terms their numbers."""
    output = note.ring(9.6, 5.9, 1.5, "$o_2$", color="red")
    state = note.ring(9.6, 12, 1.8, "$a_2$", fill="blue")
    later = note.ring(20.6, 12, 1.6, "$z_3$")
    note.arrow(output.bottom, state.top, color="red", width=3)
    note.arrow(later.left, state.right, color="blue", width=3)
    note.arrow((27.6, 12), later.right, color="blue", dashed=True)
    note.write(10.2, 9.2, r"$W_{ya}^{\top}$", size=26, color="red")
    note.write(15.3, 11.2, r"$W_{aa}^{\top}$", size=26, color="blue", anchor="center")
    note.write(8.8, 9, "its own output", color="red", anchor="right")
    note.write(15.3, 13.8, "the carry", color="blue", anchor="center")
    note.write(24.2, 13.8, "all later steps", size=22, color="pencil")

    note.formula(
        3.4,
        18,
        "eq-da",
        size=34,
        parts={
            r"W_{ya}^{\top} \frac{\partial J}{\partial o_t}": "red",
            r"W_{aa}^{\top} \delta_{t+1}": "blue",
        },
    )
    da_output, da_carry = (run_toy().at(name, 2) for name in ("da_output", "da_carry"))
    columns = [
        note.column(6.9, 22, numbers(da_output + da_carry)),
        note.column(13.6, 22, numbers(da_output), color="red"),
        note.column(20.4, 22, numbers(da_carry), color="blue"),
    ]
    for sign, (left, right) in zip("=+", pairwise(columns), strict=True):
        middle = (left.x1 + right.x0) / 2
        note.write(middle, left.center[1] + 0.4, sign, size=30, anchor="center")
    note.write(22.6, 24, "the toy at step 2,", size=22, color="pencil")
    note.write(22.6, 25.5, "entry by entry", size=22, color="pencil")
