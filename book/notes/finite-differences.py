"""The note of the chapter on gradient checks."""

from functools import cache
from math import log10

import numpy as np

from handwriting import Box
from rnn_from_scratch.forward import rnn_loss
from rnn_from_scratch.gradient_check import (
    numerical_gradient,
    relative_error,
)
from this_book.toy import run_toy

TITLE = "Two errors meet"
ALT = """
A curve in the shape of a U: the error of the central difference against its step. Its right arm is
truncation, its left arm rounding, and its lowest point is marked. From there a dashed curve, the
complex step, goes on down and stays down.
"""
DESCRIPTION = r"""
The plot shows the error of a measured gradient of the toy, with respect to $W_{aa}$, against the
step, called $\varepsilon$ or $h$. Both axes are logarithmic, and shorter steps are on the left. The
error of the central difference is a curve in the shape of a U. On its right arm it falls with the
square of the step: this is truncation. On its left arm it rises with one over the step: this is
rounding, because two nearly equal losses are subtracted. The lowest point between them is marked as
the best step. The dashed curve is the complex step: it leaves the right arm there, goes on down to
the last digit of a double, and stays there, because it subtracts nothing.
"""
HEIGHT = 32
LOSSES = r"J(\theta + \varepsilon\, e_i) - J(\theta - \varepsilon\, e_i)"
CENTRAL = rf"\frac{{\partial J}}{{\partial \theta_i}} \approx \frac{{{LOSSES}}}{{2 \varepsilon}}"
COMPLEX = (
    r"\frac{\partial J}{\partial \theta_i} \approx"
    r" \frac{\operatorname{Im} J(\theta + \mathrm{i}\, h\, e_i)}{h}"
)
SHORTEST, LONGEST, FLOOR = -13, -1, 23.4


def draw(note):
    """Draw the two errors against the step, with an instrument's equation above and below."""
    note.formula(2.8, 6.6, "eq-central", link=CENTRAL, size=30, parts={LOSSES: "blue"})
    note.write(22.4, 5.8, "two losses,", size=22, color="pencil")
    note.write(22.4, 7.3, "nearly equal", size=22, color="pencil")
    best = min(range(SHORTEST, LONGEST), key=_central)
    _axes(note, best)
    note.plot(_central, SHORTEST, LONGEST, _to, color="blue")
    note.plot(_complex, SHORTEST, best, _to, color="ink", dashed=True)
    x, y = _to(best, _central(best))
    note.ring(x, y, 0.3, width=3)
    note.highlighter(Box(x - 0.5, y - 0.3, x + 0.5, y + 0.3), pad=0.1)
    note.write(15.2, 11.4, "too short:", color="blue", anchor="center")
    note.write(15.2, 13, "rounding", color="blue", anchor="center")
    note.write(23.4, 11.4, "too long:", color="blue", anchor="center")
    note.write(23.4, 13, "truncation", color="blue", anchor="center")
    note.write(23.6, 19.4, "the best step")
    note.write(12.4, 21.4, "the complex step", anchor="center")

    note.formula(2.8, 29, "eq-complex-step", link=COMPLEX, size=30)
    note.write(17.4, 29.4, "nothing is subtracted", size=22, color="pencil")


def _axes(note, best):
    """Draw the axes, and mark three powers of ten on the lower one."""
    note.arrow((4.6, FLOOR), (31, FLOOR), width=1.8, gap=0)
    note.arrow((4.6, FLOOR), (4.6, 9.4), width=1.8, gap=0)
    note.write(5.2, 10, "error")
    note.write(26.6, FLOOR + 1.7, r"step $\varepsilon$, $h$")
    for exponent in (SHORTEST, best):
        x, _ = _to(exponent, 0)
        note.line([(x, FLOOR - 0.3), (x, FLOOR + 0.3)], width=1.8)
        note.write(x, FLOOR + 1.8, f"$10^{{{exponent}}}$", size=24, anchor="center")


def _to(exponent, error):
    """Return where a step and an error stand, both as powers of ten."""
    return 29.2 + 1.85 * (exponent + 1), 9.2 - 0.86 * error


def _central(exponent):
    """Return the error of the central difference, its truncation and its rounding added."""
    return log10(_truncation(exponent) + _last_digit() * run_toy().J / 10.0**exponent)


def _complex(exponent):
    """Return the error of the complex step: the same truncation, and no rounding but the last."""
    return log10(_truncation(exponent) + _last_digit())


@cache
def _measured(step=0.01):
    """Measure the truncation where no rounding disturbs it, so that each machine draws the same."""
    found = numerical_gradient(_loss, run_toy().parameters["Waa"], step)
    return relative_error(found, run_toy().gradients["dWaa"]) / step**2


def _truncation(exponent):
    return _measured() * 10.0 ** (2 * exponent)


def _last_digit():
    """Return by how much rounding moves a loss of one, in parts of the largest derivative."""
    return np.finfo(float).eps / 2 / np.abs(run_toy().gradients["dWaa"]).max()


def _loss(Waa):
    run = run_toy()
    return rnn_loss(run.x, run.labels, run.a0, {**run.parameters, "Waa": Waa})
