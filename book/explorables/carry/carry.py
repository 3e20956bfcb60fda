"""The carry: the toy's backward pass, whose arrows, transposes and lines can be spoilt."""

from explorables import as_lists
from rnn_from_scratch.toy import TOY_EPOCHS, TOY_LEARNING_RATE, toy_problem
from this_book.mistakes import MISTAKES, TOLERANCE

CAPTION = r"""
**To try: which gradients go wrong, and does the loss tell?**
This is the backward pass of the toy.
Take an arrow away, leave out the transpose, plant a mistake, or shorten the sequence to one step.
Each of the six gradients then stands beside what central differences measure; an error is relative
to the largest entry, as in {doc}`04-gradient-checks`.
The bars beside a node are the entries of what arrives there, to the right above zero, to the left
below, all on one scale.
The lines are those of {doc}`12-the-whole-algorithm`.
"""
WITHOUT = """
With scripts, each arrow of the backward pass can be taken away, and named mistakes can be planted;
the six gradients are compared with central differences at once.
"""
SHOWN = (  # those that show on one example, with one class and a state of zeros
    *("carry: never added", "carry: overwrites", "carry: not transposed", "carry: piles up"),
    *("tanh: slope forgotten", "tanh: applied twice", "tanh: slope a step early"),
    *("dWaa: new state for old", "dWaa: transposed", "dWaa: one step only"),
    *("do: sign turned", "do: divided by T too"),
)


def given() -> dict:
    """Return the toy, its training, and the mistakes: where, the right line, the wrong one."""
    return {
        "toy": as_lists(*toy_problem()),
        "rate": TOY_LEARNING_RATE,
        "epochs": TOY_EPOCHS,
        "tolerance": TOLERANCE,
        "mistakes": {name: list(MISTAKES[name][0]) for name in SHOWN},
    }
