"""The recall task, on every network: without the carry the loss depends on one input alone."""

import numpy as np
import pytest

import oracle
from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.gradient_check import relative_error
from this_book.mistakes import MISTAKES, plant
from this_book.network import PARAMETERS, truncated_gradient
from this_book.symbols import make_worlds

FORGOTTEN = plant(*MISTAKES["carry: never added"]).plain_loss_and_gradients
CHAPTER = "book/14-a-task-that-needs-memory.md"


@pytest.fixture
def asked_at_the_end():
    """A problem in which only the last step counts."""
    x, labels, a0, parameters = oracle.problem()
    last = np.full_like(labels, -1)
    last[:, -1] = np.arange(len(labels)) % len(parameters["by"])
    return x, last, a0, parameters


def test_the_right_gradients_lead_from_the_last_loss_to_every_input(asked_at_the_end):
    dx = plain_loss_and_gradients(*asked_at_the_end)[1]["dx"]
    assert (np.abs(dx).max(axis=(0, 1)) > 1e-6).all(), f"{CHAPTER}: an input has no gradient"


def test_with_the_carry_forgotten_only_the_last_input_has_a_gradient(asked_at_the_end):
    dx, right = (f(*asked_at_the_end)[1]["dx"] for f in (FORGOTTEN, plain_loss_and_gradients))
    assert not dx[:, :, :-1].any(), f"{CHAPTER}: an earlier input has a gradient"
    assert oracle.distance(dx[:, :, -1], right[:, :, -1]) <= oracle.ROUNDING


@pytest.mark.parametrize("world", make_worlds(), ids=["square", "other sizes", "ragged"])
@pytest.mark.parametrize("symbol", PARAMETERS)
def test_the_forgotten_carry_is_a_window_of_one_step(symbol, world):
    """The oracle of truncated BPTT knows no chain rule, and nothing of the planted mistake."""
    code, _ = PARAMETERS[symbol]
    forgotten = FORGOTTEN(*world.network.problem())[1][f"d{code}"]
    windows = {K: truncated_gradient(world.network, symbol, K) for K in (1, 2)}
    assert relative_error(forgotten, windows[1]) <= 1e-12, f"{CHAPTER}: {code}, window 1"
    recurrent = symbol in ("W_{ax}", "W_{aa}", "b_{a}")
    assert (relative_error(forgotten, windows[2]) > 1e-3) == recurrent, f"{CHAPTER}: {code}"
