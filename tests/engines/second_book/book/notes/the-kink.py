"""The note of the chapter on the perceptron."""

TITLE = "The kink"
ALT = "The loss, by its derivative with respect to the output."
DESCRIPTION = "The gradient of the loss with respect to the output is its error, $y - t$, over $m$."
HEIGHT = 24


def draw(note):
    """Write one equation of the book."""
    note.formula(4, 8, "eq-dy", parts={r"\frac{1}{m}": "red"})
