"""The note of the chapter on one weight and its many copies."""

TITLE = "One weight, three copies"
ALT = """
A box with W_aa stands above three boxes with its copies, one for each step. Dashed blue arrows lead
down to the copies; solid ones lead from the copies down to a plus sign, where their shares meet.
"""
DESCRIPTION = r"""
The matrix $W_{aa}$ is used at every step. We give each step a copy of its own, $W_{aa}^{(1)}$,
$W_{aa}^{(2)}$ and $W_{aa}^{(3)}$: on the way forward, dashed arrows lead from the one matrix to all
its copies, which have the same value. On the way back each copy gets a gradient of its own, the
share of its step. Solid arrows lead from the copies to a plus sign: the gradient by the one matrix
is the sum of the shares.
"""
HEIGHT = 29


def draw(note):
    """Draw the weight above its copies, and below them the sum of their shares."""
    middle = 16.2
    weight = note.box(middle - 2.2, 4.4, 4.4, 2.8, "$W_{aa}$", color="blue", size=29)
    for t, x in enumerate((6, middle, 26.4), start=1):
        side = (x > middle) - (x < middle)
        copy = note.box(x - 2.5, 10.6, 5, 3.2, f"$W_{{aa}}^{{({t})}}$", fill="blue", size=29)
        note.arrow((middle + 1.8 * side, weight.y1), copy.top, color="blue", dashed=True)
        note.arrow(copy.bottom, (middle + 1.2 * side, 19.4 + 0.7 * abs(side)), color="red")
    note.ring(middle, 20.6, 1.2, "$+$", size=31)
    note.write(20, 5.6, "one value,", size=22, color="pencil")
    note.write(20, 7.1, "used at every step", size=22, color="pencil")
    note.write(3, 18.6, "the share", color="red")
    note.write(3, 20.1, "of each step", color="red")
    note.highlighter(note.formula(5, 26, "eq-copies", size=34))
    note.write(21, 25.3, "the shares", size=22, color="pencil")
    note.write(21, 26.8, "are added", size=22, color="pencil")
