"""The learning rate: the toy's loss after one step and over ten epochs, for the rate one drags."""

from explorables import as_lists
from rnn_from_scratch.toy import TOY_EPOCHS, toy_problem

CAPTION = r"""
**To try: how long may a step be?**
The first plot shows the loss after one step, against the learning rate; the formula is the one
above, $J - \eta \sum_i g_i^2$.
The axis of rates is logarithmic, so that its straight line is a curve here.
The second shows the losses of `descend`, before the first epoch and after each.
With two of the eight choices of classes, long steps let the loss end above where it began.
Which two, and at which rate does that begin?
"""
WITHOUT = """
With scripts, the learning rate and the classes of the toy can be changed, and two curves follow:
the loss after one step, and the loss over ten epochs.
"""


def given() -> dict:
    """Return the toy, and the number of its epochs."""
    return {"toy": as_lists(*toy_problem()), "epochs": TOY_EPOCHS}
