"""The note of the chapter on gradient descent."""

from itertools import pairwise
from math import dist

from rnn_from_scratch.descent import descend
from rnn_from_scratch.toy import TOY_EPOCHS, TOY_LEARNING_RATE, toy_problem
from this_book.toy import numbers

TITLE = "Learning: downhill in small steps"
ALT = """
Left, a valley: dots go down its side in steps that get shorter as the slope gets flatter. Right,
the toy's loss from epoch to epoch as a row of falling dots, with the first and the last number.
"""
DESCRIPTION = r"""
The equation says that a weight moves against its gradient, and the learning rate $\eta$ says how
far. At the left is a sketch of the loss over one weight, a valley. On its right side the slope goes
uphill to the right, so the step goes to the left. Where the valley is steep the steps are long;
near the bottom, where the slope is nearly zero, they are short. At the right is what really
happens to the toy: its loss before the first epoch and after each one, with the first and the last
of these numbers.
"""
HEIGHT = 29


def draw(note):
    """Draw the equation, below it a valley with steps, and beside that the losses of the toy."""
    gradient = r"\frac{\partial J}{\partial W_{aa}}"
    rule = note.formula(3, 6.8, "eq-update", size=34, parts={gradient: "red"})
    note.write(rule.x1 + 1.6, 5.4, "the gradient: uphill", color="red")
    note.write(rule.x1 + 1.6, 7, "the minus: so turn round")
    note.write(rule.x1 + 1.6, 8.6, r"$\eta$: take a small step")
    _valley(note)
    _losses(note)


def _valley(note):
    """Draw a valley, and steps that the very rule takes in it."""

    def to(weight):
        return 9.8 + 5 * weight, 25 - 10 * weight**2

    note.arrow((3, 26.2), (16, 26.2), width=1.8, gap=0)
    note.arrow((3, 26.2), (3, 13), width=1.8, gap=0)
    note.plot(lambda weight: weight, -0.98, 1.1, lambda weight, _: to(weight), color="red")
    places = [to(0.7**n) for n in range(7)]  # each step takes off a share of the slope
    for place in places:
        note.dot(*place, 0.26)
    for before, after in pairwise(places[:3]):
        note.arrow(before, after, bend=0.14 * dist(before, after), gap=0.36)
    note.write(9.6, 16.3, "steep: long steps", size=22, color="pencil", anchor="center")
    note.write(9.6, 18.7, "flat:", size=22, color="pencil", anchor="center")
    note.write(9.6, 20.2, "short steps", size=22, color="pencil", anchor="center")
    note.write(3.7, 14, "$J$", color="red")
    note.write(15.8, 27.9, "one weight, a sketch", size=22, color="pencil", anchor="right")


def _losses(note):
    """Draw the toy's losses over the epochs, and write the first and the last one."""
    _, losses = descend(*toy_problem(), learning_rate=TOY_LEARNING_RATE, epochs=TOY_EPOCHS)
    note.arrow((19, 26.2), (31.2, 26.2), width=1.8, gap=0)
    note.arrow((19, 26.2), (19, 13), width=1.8, gap=0)
    places = [(20 + epoch, 26.2 - 3 * loss) for epoch, loss in enumerate(losses)]
    for place in places:
        note.dot(*place, 0.26, color="red")
    first, last = numbers(losses[[0, -1]])
    note.write(places[0][0] + 0.8, places[0][1] + 0.3, first, color="red")
    note.write(places[-1][0], places[-1][1] - 0.8, last, color="red", anchor="center")
    note.write(19.7, 14, "$J$", color="red")
    note.write(31, 27.9, "epochs of the toy", size=22, color="pencil", anchor="right")
