# Generated from the chapters in book/ by `make tangle`. Edit the chapter, not this file.
# sha256: 5b9f54f6c5397ddb
# book/module.md
"""Train the toy: ``python -m rnn_from_scratch``."""

from rnn_from_scratch.descent import descend
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.toy import TOY_EPOCHS, TOY_LEARNING_RATE, toy_problem


def main():
    """Print the loss of each epoch, and what the trained network predicts at each step."""
    x, labels, a0, parameters = toy_problem()
    hyper = {"learning_rate": TOY_LEARNING_RATE, "epochs": TOY_EPOCHS}
    parameters, losses = descend(x, labels, a0, parameters, **hyper)
    for epoch, J in enumerate(losses):
        print(f"epoch {epoch:2}   loss {J:.4f} nats")
    y_hat = rnn_forward(x, a0, parameters)[1]
    for t in range(y_hat.shape[2]):
        target = labels[0, t]
        print(f"step {t + 1}    class {target} has probability {y_hat[target, 0, t]:.4f}")


if __name__ == "__main__":
    main()
