"""The note of the chapter on vanishing and exploding gradients."""

from functools import partial
from math import log10

import numpy as np

from rnn_from_scratch.bptt import rnn_cell_backward
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.parameters import initialize_parameters

TITLE = "Vanishing and exploding"
ALT = """
Below the equation of the backward pass, with braces under its two factors, a plot of two curves
that begin at the same place: over the steps back, to the left, a full one rises and a dashed one
falls.
"""
DESCRIPTION = r"""
At every step back the message of a loss is multiplied by the same matrix, $W_{aa}^{\top}$, and by a
slope that is at most one. The plot shows the length of that message: the gradient of the last loss
with respect to the states before it, measured for two random networks that differ only in the size
of $W_{aa}$. In one the largest eigenvalue of $W_{aa}$ has an absolute value below one, in the other
above one. The inputs are small, so the slopes are almost one. With the small matrix the message
vanishes, with the large one it explodes. Each mark on the scale is ten times the one below, so a
nearly straight curve means nearly the same factor at every step.
"""
HEIGHT = 32

STEPS, UNITS = 20, 16
SMALL, LARGE = 0.8, 1.2  # the largest absolute value of an eigenvalue of W_aa


def draw(note):
    """Draw the equation with its two factors, and below it the length of the message."""
    matrix, slope = r"W_{aa}^{\top}", r"\left( 1 - a_t^{\odot 2} \right)"
    parts = {matrix: "blue", slope: "green"}
    equation = note.formula(3, 6.8, "eq-dz-recursion", size=32, parts=parts)
    for part, remark, color in (
        (matrix, "the same matrix", "blue"),
        (slope, "a slope, at most 1", "green"),
    ):
        place = equation.parts[part]
        tip = note.brace(place.x0, place.x1, 8.7, color=color)
        note.write(tip[0], 11, remark, color=color, anchor="center")
    _plot(note)


def _plot(note):
    """Draw the length of the message, on a scale of powers of ten, from right to left."""

    def to(step, length):
        return 27.6 - 1.15 * step, 20 - 3.4 * log10(length)

    bottom = to(0, 10**-2.6)
    note.arrow(bottom, (3.4, bottom[1]), width=1.8, gap=0)
    note.arrow(bottom, to(0, 10**1.7), width=1.8, gap=0)
    for power in (-2, -1, 0, 1):
        x, y = to(0, 10.0**power)
        note.line([(x - 0.25, y), (x + 0.25, y)], width=1.8)
        note.write(x + 0.8, y + 0.4, f"{10.0**power:g}", size=22)
    for radius, dashed in ((SMALL, True), (LARGE, False)):
        curve = partial(np.interp, xp=range(STEPS), fp=measure(radius))
        note.plot(curve, 0, STEPS - 1, to, dashed=dashed)
    note.write(3.4, bottom[1] + 1.7, "steps back", size=22, color="pencil")
    note.write(
        27.6, bottom[1] + 1.7, f"measured on {UNITS} units", size=22, color="pencil", anchor="right"
    )
    note.write(26.9, 14.9, "length of the message", size=22, color="pencil", anchor="right")
    note.write(3.4, 14.9, "large $W_{aa}$: it explodes", color="blue")
    note.write(14, 26.6, "small $W_{aa}$: it vanishes", color="blue")


def measure(radius):
    """Return the length of the message at each state, from the last state back."""
    rng = np.random.default_rng(0)
    parameters = initialize_parameters(2, UNITS, 2, rng=rng)
    parameters["Waa"] *= radius / np.abs(np.linalg.eigvals(parameters["Waa"])).max()
    x = 0.01 * rng.standard_normal((2, 1, STEPS))
    _, y_hat, caches = rnn_forward(x, np.zeros((UNITS, 1)), parameters)
    y = np.array([[1], [0]])
    messages = [parameters["Wya"].T @ (y_hat[:, :, -1] - y)]
    for cache in caches[:0:-1]:
        messages.append(rnn_cell_backward(messages[-1], cache)["da_carry"])
    return [np.linalg.norm(message) for message in messages]
