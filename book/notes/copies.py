"""The note of the chapter on one weight and its copies."""

TITLE = "One weight, three copies"
ALT = """
A box with the weight W_aa stands above a row of four states. Dashed arrows lead from it to the
three blue arrows between the states; from each of these an arrow leads down into one plus.
"""
DESCRIPTION = r"""
The states $a_0$, $a_1$, $a_2$ and $a_3$ stand in a row, joined by three blue arrows. The one weight
$W_{aa}$ stands above them, and three dashed arrows show that it is copied in the forward pass to
each of the steps; the copies are called $W_{aa}^{(1)}$, $W_{aa}^{(2)}$ and
$W_{aa}^{(3)}$. In the backward pass each copy has a gradient of its own, as if the others were
different weights. Three arrows lead down from the copies, with these gradients, and meet in a plus:
the gradient with respect to the one weight is their sum.
"""
HEIGHT = 32
SUM = (
    r"\frac{\partial J}{\partial W_{aa}}"
    r" = \sum_{t=1}^{T} \;\; \frac{\partial J}{\partial W_{aa}^{(t)}}"
)


def draw(note):
    """Draw the weight above, its copies in the row, and below them the sum of their gradients."""
    weight = note.box(15, 4.8, 4, 2.8, "$W_{aa}$", color="blue")
    plus = note.ring(17, 22.6, 1.2, "$+$", size=32)
    sources = (weight.x0, weight.y1), weight.bottom, (weight.x1, weight.y1)
    targets = (plus.x0 + 0.1, plus.y0 + 0.4), plus.top, (plus.x1 - 0.1, plus.y0 + 0.4)
    shares = (10.7, 18.6, "right"), (17.5, 17.4, "left"), (23.3, 18.6, "left")
    ends = zip(sources, targets, shares, strict=True)
    state = _state(note, 0)
    for t, (source, target, (x, y, anchor)) in enumerate(ends, start=1):
        before, state = state, _state(note, t)
        note.arrow(before.right, state.left, color="blue")
        middle = (before.x1 + state.x0) / 2
        name = f"W_{{aa}}^{{({t})}}"
        copy = note.write(middle, 12.4, f"${name}$", size=25, color="blue", anchor="center")
        note.arrow(source, (copy.center[0], copy.y0), color="blue", dashed=True)
        note.arrow((middle, 13.4), target, width=3)
        note.write(x, y, rf"$\frac{{\partial J}}{{\partial {name}}}$", size=23, anchor=anchor)
    note.write(14.4, 6.7, "one weight", color="blue", anchor="right")
    note.write(19.6, 6.7, "is copied", color="blue")
    note.write(19.2, 23.1, "the contributions add up", size=22, color="pencil")
    note.formula(17, 29, "eq-copies", link=SUM, size=34, anchor="center")


def _state(note, t):
    """Draw the state of step ``t`` in its place in the row."""
    return note.ring(4.1 + 8.6 * t, 13.4, 1.5, f"$a_{t}$", fill="blue")
