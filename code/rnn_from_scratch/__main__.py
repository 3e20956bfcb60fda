# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 98d68c0abf8390c8
# book/module.md
"""Train the toy: ``python -m rnn_from_scratch``."""

import argparse
import os
import sys

from rnn_from_scratch.descent import descend
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.toy import TOY_EPOCHS, TOY_LEARNING_RATE, toy_problem


def main(arguments: list[str] | None = None) -> None:
    """Print the loss of each epoch, and what the network predicts at each step."""
    what = "Train the small example of the book RNN from Scratch; print what it learns."
    parser = argparse.ArgumentParser("python -m rnn_from_scratch", description=what)
    parser.parse_args(arguments)
    x, labels, a0, parameters = toy_problem()
    trained, losses = descend(
        x, labels, a0, parameters, learning_rate=TOY_LEARNING_RATE, epochs=TOY_EPOCHS
    )
    for epoch, J in enumerate(losses):
        print(f"epoch {epoch:2}   loss {J:.4f} nats")
    y_hat = rnn_forward(x, a0, trained)[1]
    for t in range(y_hat.shape[2]):
        target = labels[0, t]
        print(
            f"step {t + 1}    class {target} has probability {y_hat[target, 0, t]:.4f}"
        )


# book/module.md
def run(arguments: list[str] | None = None) -> None:
    """Run the command; stop quietly where nobody reads any more."""
    try:
        try:
            main(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # drop what is left, or Python complains at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    run()
