"""The note of the chapter on clipping."""

from math import cos, radians, sin, sqrt

from rnn_from_scratch.clipping import clip_by_norm
from rnn_from_scratch.parameters import PARAMETER_AXES
from this_book.toy import run_toy

TITLE = "Clipping: shorter, the same direction"
ALT = """
A long dashed arrow, the gradient, crosses an arc around its beginning; a short thick arrow in the
same direction ends on the arc. Below, a row of steps: blue arrows lead back over the last three, up
to a bar.
"""
DESCRIPTION = r"""
The gradient $g$ is a long dashed arrow. An arc runs around the point where it begins, at the
distance $c$, the greatest length that is allowed. The clipped gradient $\tilde g$, a thick arrow,
has the same direction and ends on the arc. Both are drawn to scale, with the lengths of the toy. A
third, short arrow ends inside the arc, and stays as it is. Below is a sketch of another remedy,
truncation: in the forward pass all steps in a row are visited, in the backward pass only the last
three, and the carry to earlier steps is cut off. That saves work and memory, but unlike clipping it
changes the direction of the gradient.
"""
HEIGHT = 31

LIMIT = 2.0  # the threshold c
UNIT = 3.5  # squares for a length of one
ORIGIN = 4.2, 20.6


def draw(note):
    """Draw the equations, an arrow that is too long with its arc, and the window of truncation."""
    note.formula(3, 6.8, "eq-clip", size=34)
    note.formula(18, 6.8, "eq-clip-length", size=30)
    gradients = run_toy().gradients
    long, clipped = _length(gradients), _length(clip_by_norm(gradients, LIMIT))
    note.dot(*ORIGIN, 0.22)
    note.arrow(_at(clipped), _at(long), dashed=True, color="red", gap=0.1, width=2.6)
    note.arrow(ORIGIN, _at(clipped), gap=0.1, width=3.6)
    note.arrow(ORIGIN, _at(1.2, 77), gap=0.1)
    note.plot(lambda turn: turn, -5, 88, lambda turn, _: _at(LIMIT, turn), color="pencil")
    x, y = _at(long)
    note.write(x + 0.6, y + 0.2, "$g$", size=30, color="red")
    note.write(x + 0.6, y + 2, f"{long:.2f} long", color="red")
    x, y = _at(clipped)
    note.write(x + 1.2, y + 1.6, r"$\tilde g$", size=30)
    note.write(x + 1.2, y + 3.4, f"{clipped:.2f} long")
    note.write(6, 16.4, "short:", size=22, color="pencil")
    note.write(6, 17.9, "stays", size=22, color="pencil")
    note.write(4.4, 12.6, "no longer than $c$", size=22, color="pencil")
    note.write(18.6, 19.3, "too long: cut to $c$,", size=22, color="pencil")
    note.write(18.6, 20.8, "the direction stays", size=22, color="pencil")
    _truncation(note)


def _length(gradients):
    """Return the length of the gradient with respect to all parameters together."""
    return sqrt(sum((gradients["d" + name] ** 2).sum() for name in PARAMETER_AXES))


def _at(length, turn=22.0):
    """Return where an arrow of this length and direction ends."""
    x, y = ORIGIN
    return x + UNIT * length * cos(radians(turn)), y - UNIT * length * sin(radians(turn))


def _truncation(note):
    """Draw a row of steps, and the backward pass over the last three."""
    note.write(3, 24.6, "truncation: the backward pass ends after a few steps")
    before = None
    for n in range(8):
        step = note.box(3.2 + 3.5 * n, 26, 1.9, 1.9, fill="blue")
        if before:
            note.arrow(before.right, step.left, width=1.7)
        if n > 5:
            start, end = (step.x0 + 0.6, 28), (before.x1 - 0.6, 28)
            note.arrow(start, end, color="blue", bend=1.1, gap=0.1)
        before = step
    note.line([(19.9, 28), (19.9, 30)], width=3)
    note.write(19.2, 29.5, "cut off here", size=22, color="pencil", anchor="right")
