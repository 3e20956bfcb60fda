"""The learning rate: the toy's loss after one step and over ten epochs, for the rate one drags."""

from explorables import as_lists
from rnn_from_scratch.toy import TOY_EPOCHS, toy_problem

CAPTION = r"""
**To try: how long may a step be?**
The first plot shows the loss after one step, against the learning rate; the formula is the one
above, $J - \eta \sum_i g_i^2$.
The second shows the losses of `descend`, before the first epoch and after each.
With the toy's own classes, and with three other choices, every rate of the slider will do.
With the remaining four, look for the rate from which on the loss rises in some epoch.
"""
WITHOUT = """
With scripts, the learning rate and the classes of the toy can be changed, and two curves follow:
the loss after one step, and the loss over ten epochs.
"""


def given() -> dict:
    """Return the toy, and the number of its epochs."""
    return {"toy": as_lists(*toy_problem()), "epochs": TOY_EPOCHS}
