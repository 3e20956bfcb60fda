"""The note of the chapter on the output error."""

from handwriting import Box
from this_book.toy import numbers, run_toy

TITLE = "The output error: said minus true"
ALT = """
Three pairs of bars, one bar for each class: what the toy said at step 2, minus what is true, is the
output error. In it the bar of the true class points down, and the other one up, equally far.
"""
DESCRIPTION = r"""
The gradient of the loss with respect to the scores is a difference. The first pair of bars is the
prediction of the toy at step 2, its probabilities $\hat y_2$: little for class 0, much for class 1.
The second pair is the truth, the one-hot $y_2$: a one at class 0, the label, and zero at class 1.
The third pair is the first minus the second, bar by bar; the toy's batch is one example. Where it
is negative, the score should rise; where it is positive, it should fall. Its two bars are equally
long, because $\hat y_2$ and $y_2$ both sum to one.
"""
HEIGHT = 30
GROUND, UNIT = 14, 6.6


def draw(note):
    """Draw said minus true as bars that stand on one ground, and the equation below."""
    run = run_toy()
    said, m = run.at("y_hat", 2).ravel(), run.labels.shape[0]
    true = [float(each == run.labels[0, 1]) for each in range(len(said))]
    _bars(note, 6, said, "red")
    _bars(note, 15.6, true, "ink", digits=0)
    _bars(note, 25.2, (said - true) / m, "red")
    for x, words in ((6, r"said: $\hat y_2$"), (15.6, "true: $y_2$"), (25.2, "the output error")):
        note.write(x, 5.4, words, anchor="center")
    for x, sign in ((10.8, "$-$"), (20.4, "=")):
        note.write(x, 11.6, sign, size=36, anchor="center")
    for x, top, way in ((23.2, GROUND - 3.8, "raise its"), (27.2, GROUND + 1.5, "lower its")):
        for n, word in enumerate((way, "score"), start=1):
            note.write(x, top + 1.5 * n, word, size=22, color="pencil", anchor="center")
    note.write(13.6, 17, "the label", size=22, color="pencil", anchor="center")

    note.formula(4, 25.4, "eq-do", size=34, parts={r"\frac{\partial J}{\partial o_t}": "red"})
    note.write(17.2, 25, "the loss is a mean", size=22, color="pencil")
    note.write(17.2, 26.5, "over the $m$ examples", size=22, color="pencil")


def _bars(note, x, values, fill, digits=2):
    """Draw a bar for each class, up or down from the ground, with its number at its end."""
    note.line([(x - 3.4, GROUND), (x + 3.4, GROUND)])
    for n, (value, text) in enumerate(zip(values, numbers(values, digits), strict=True)):
        middle, end, up = x - 2 + 4 * n, GROUND - UNIT * value, value >= 0
        left, right = middle - 1, middle + 1
        if value:
            note.line([(left, GROUND), (left, end), (right, end), (right, GROUND)])
            note.crayon(Box(left, min(end, GROUND), right, max(end, GROUND)), fill)
        note.write(middle, end - 0.5 if up else end + 1.4, text, anchor="center")
        low = GROUND + 1.5 if up else GROUND - 3.8
        note.write(middle, low, f"class {n}", size=22, color="pencil", anchor="center")
