"""The note of the chapter on a task that needs memory."""

from itertools import pairwise

TITLE = "Asked at the end"
ALT = """
A row of states with blue arrows between them. The symbol enters at the left end, and the question
is asked at the right end. In the backward pass a bracket under the last arrows is named the window;
left of it the path is dashed.
"""
DESCRIPTION = r"""
Only the loss $J_T$ of the last step counts, and the symbol that it asks for is $x_1$. So the
message has to travel from the right end of the row to the left end, by the carry alone, because no
other loss counts. Of the two formulas the first is one step of that path: multiply by
$W_{aa}^{\top}$, and by the slope of tanh. The second is the gradient that reaches the first input.
If the backward pass ends after $K$ steps, the window, the steps to the left of it receive nothing.
With the carry forgotten the window is a single step.
"""
HEIGHT = 31

XS = (4.6, 9.9, 17.4, 22.4, 27.4)
NAMES = ("$a_1$", "$a_2$", "$a_{T-2}$", "$a_{T-1}$", "$a_T$")


def draw(note):
    """Draw the row of states with its two ends, the window below it, and the two formulas."""
    states = [
        note.ring(x, 12, 1.55, name, fill="blue", size=24)
        for x, name in zip(XS, NAMES, strict=True)
    ]
    loss = note.ring(XS[-1], 6.6, 1.4, "$J_T$", color="red", size=26)
    note.arrow(loss.bottom, states[-1].top, color="red", width=3)
    note.write(25.2, 7, "the question", color="red", anchor="right")
    for place, (left, right) in enumerate(pairwise(states)):
        note.arrow(right.left, left.right, color="blue", dashed=place < 2, width=2.6)
    symbol = note.write(XS[0], 18, "$x_1$", size=30, color="green", anchor="center")
    note.arrow(states[0].bottom, symbol.top, color="green", dashed=True)
    note.write(6, 17.8, "the symbol", color="green")
    tip = note.brace(15.8, 29, 14.4, color="blue")
    note.write(tip[0], 17.2, "the window: $K$ steps", color="blue", anchor="center")
    note.write(3.4, 9.4, "nobody asks here", size=22, color="pencil")
    slope, matrix = r"\left( 1 - a_t^{\odot 2} \right)", r"W_{aa}^{\top}"
    note.formula(2.6, 22.6, "eq-last-loss", size=32, parts={matrix: "blue", slope: "green"})
    note.write(25, 22, "one step back:", size=22, color="pencil")
    note.write(25, 23.5, "only a carry", size=22, color="pencil")
    note.formula(2.6, 27.9, "eq-first-input", size=32)
    note.write(22.6, 27.2, "all that the", size=22, color="pencil")
    note.write(22.6, 28.7, "symbol receives", size=22, color="pencil")
