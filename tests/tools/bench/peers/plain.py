"""The plain version: the function of the whole algorithm, put together from the derived lines."""

from functools import partial

from bench.peers import Way
from bench.problems import Problem
from rnn_from_scratch.bptt import plain_loss_and_gradients


def read(result):
    """Return the gradients with the loss among them."""
    J, gradients = result
    return {**gradients, "J": J}


def ways(problem: Problem) -> dict[str, Way]:
    """As it stands in the chapter."""
    return {"": Way(partial(plain_loss_and_gradients, *problem), read)}
