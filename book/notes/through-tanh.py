"""The note of the chapter on tanh."""

from math import atanh, tanh

from this_book.toy import run_toy

TITLE = "Through tanh: the slope"
ALT = """
The gradient with respect to a_t is multiplied by the slope of tanh and comes out as delta_t. Beside
it the curve of tanh and, in green, the curve of its slope, with the toy's four units of step 2
marked on it.
"""
DESCRIPTION = r"""
The gradient that reaches the state $a_t$ goes down through tanh to $z_t$ and is multiplied, entry
by entry, by the slope of tanh, which can be read off the state. The result is $\delta_t$. The
plot shows tanh, dashed, and its slope: the slope is one at zero, and goes to zero on both sides,
where tanh is flat and almost nothing passes. Four dots on the slope are the toy's four units at
step 2.
"""
HEIGHT = 28


def draw(note):
    """Draw the equation, the two nodes beside it, and the slope with the units of the toy on it."""
    equation = note.formula(
        3,
        6.8,
        "eq-dz",
        link=r"\delta_t = \frac{\partial J}{\partial a_t} \odot \left( 1 - a_t^{\odot 2} \right)",
        size=34,
        parts={r"\delta_t": "violet", r"\left( 1 - a_t^{\odot 2} \right)": "green"},
    )
    slope = list(equation.parts.values())[1]
    note.write(slope.x1 + 1.4, 6, "times the slope", color="green")
    note.write(slope.x1 + 1.4, 7.5, "of tanh, which is", color="green")
    note.write(slope.x1 + 1.4, 9, "read off the state", color="green")

    state = note.ring(5, 14, 1.7, "$a_t$", fill="blue")
    inner = note.ring(5, 22.6, 1.7, "$z_t$")
    note.arrow(state.bottom, inner.top, color="green", width=3)
    note.write(7.4, 14.4, r"$\dfrac{\partial J}{\partial a_t}$", size=26)
    note.write(7.4, 23, r"$\delta_t$", size=30, color="violet")
    note.write(5.8, 18.8, "the slope", color="green")
    _plot(note, run_toy().at("a", 2).ravel())


def _plot(note, states):
    """Draw tanh and its slope; mark the slopes at these states."""

    def to(z, value):
        return 21.8 + 2.6 * z, 20.5 - 5.4 * value

    note.arrow((13, 20.5), (31, 20.5), width=1.8, gap=0)
    note.arrow((21.8, 26.8), (21.8, 13), width=1.8, gap=0)
    note.plot(tanh, -3, 3, to, color="blue", dashed=True)
    note.plot(lambda z: 1 - tanh(z) ** 2, -3, 3, to, color="green")
    for state in states:
        note.ring(*to(atanh(state), 1 - state**2), 0.2, width=3)
    note.write(27.6, 14.5, r"$\tanh z$", color="blue", anchor="center")
    note.write(17.3, 15.4, "slope", color="green", anchor="center")
    note.write(22.3, 14.3, "$1$", size=22)
    note.write(31, 21.9, "$z$", anchor="right")
    note.write(25.3, 18.1, "the toy's units", size=22, color="pencil")
    note.write(27.2, 23.3, "flat here:", size=22, color="pencil", anchor="center")
    note.write(27.2, 24.8, "little passes", size=22, color="pencil", anchor="center")
