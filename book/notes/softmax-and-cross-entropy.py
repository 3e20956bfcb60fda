"""The note of the chapter on softmax and cross-entropy."""

import numpy as np

from handwriting import Box
from this_book.toy import numbers, run_toy

TITLE = "From scores to a loss"
ALT = """
Three pairs of bars, one bar for each class: the toy's scores at step 2, their exponentials, and the
probabilities. From the probability of the true class an arrow leads down to the loss.
"""
DESCRIPTION = r"""
The scores $o_2$ of the toy at step 2 become probabilities, and these become a loss. The first pair
of bars is the two scores, which may have any sign. The exponential makes both positive; that is the
second pair. Divided by their sum they are the probabilities $\hat y_2$, the third pair: the bars
keep their lengths beside each other, and now sum to one. Only the probability at the label, class
0, goes on: an arrow named $-\ln$ leads from it down to the loss of this step, in nats. The
probability is below a half, so the loss is above $\ln 2$.
"""
HEIGHT = 32
GROUND, HIGH = 14, 6.6
LOSS = (
    r"J = -\frac{1}{m} \; \sum_{t=1}^{T} \; \sum_{k=1}^{m} \; \sum_{i=1}^{n_y}"
    r" (y_t)_{ik} \, \ln (\hat y_t)_{ik}"
)


def draw(note):
    """Draw scores, exponentials and probabilities as bars; from one of these on to the loss."""
    run = run_toy()
    scores = (run.parameters["Wya"] @ run.at("a", 2) + run.parameters["by"]).ravel()
    powers, y_hat = np.exp(scores), run.at("y_hat", 2).ravel()
    share = -np.log(y_hat[run.labels[0, 1]])
    unit = HIGH / powers.sum()
    _bars(note, 6, scores, unit)
    _bars(note, 15.6, powers, unit)
    _bars(note, 25.2, y_hat, HIGH)
    heads = ((6, "scores $o_2$"), (15.6, "all positive"), (25.2, r"probabilities $\hat y_2$"))
    for x, words in heads:
        note.write(x, 5.4, words, anchor="center")
    for x, words in ((10.8, "exp"), (20.4, "/ sum")):
        note.arrow((x - 1.5, 11.2), (x + 1.5, 11.2))
        note.write(x, 10.3, words, anchor="center")
    label = note.write(23.2, 17, "the label", size=22, color="pencil", anchor="center")
    note.arrow(label.bottom, (23.2, 21.2), color="red", width=3)
    note.write(23.9, 19.7, r"$-\ln$", size=26, color="red")
    loss = note.write(23.2, 22.7, *numbers(share), size=28, color="red", anchor="center")
    note.highlighter(loss)
    note.write(23.2, 24.4, "nats", size=22, color="pencil", anchor="center")

    note.formula(2.8, 21.6, "eq-softmax", size=31)
    note.formula(2.8, 29, "eq-loss", size=31, link=LOSS, parts={r"\ln (\hat y_t)_{ik}": "red"})
    note.write(23.9, 28.4, "the one-hot $y_t$", size=22, color="pencil")
    note.write(23.9, 29.9, "picks the label", size=22, color="pencil")


def _bars(note, x, values, unit):
    """Draw a bar for each class, up or down from the ground, with its number at its end."""
    note.line([(x - 3.4, GROUND), (x + 3.4, GROUND)])
    for n, (value, text) in enumerate(zip(values, numbers(values), strict=True)):
        middle, end, up = x - 2 + 4 * n, GROUND - unit * value, value >= 0
        left, right = middle - 1, middle + 1
        note.line([(left, GROUND), (left, end), (right, end), (right, GROUND)])
        note.crayon(Box(left, min(end, GROUND), right, max(end, GROUND)), "ink" if n else "red")
        note.write(middle, end - 0.5 if up else end + 1.4, text, anchor="center")
        low = GROUND + 1.5 if up else GROUND - 0.7
        note.write(middle, low, f"class {n}", size=22, color="pencil", anchor="center")
