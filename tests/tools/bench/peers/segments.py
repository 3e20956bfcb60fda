"""Our function over a long sequence: all states kept, or recomputed segment by segment."""

from functools import partial

from bench.peers import Way
from bench.peers.ours import read
from bench.problems import Problem
from rnn_from_scratch.buffers import free_buffers
from rnn_from_scratch.fast import Workspace, loss_and_gradients


def anew(step):
    """Take a step in buffers that are made for it."""
    free_buffers()
    return step()


def ways(problem: Problem) -> dict[str, Way]:
    """Both; for the peak of memory also without a workspace, whose buffers would be older."""
    step = partial(loss_and_gradients, *problem, input_gradient=False)
    return {
        "whole": Way(partial(step, workspace=Workspace()), read),
        "segments": Way(partial(step, workspace=Workspace(), segment="auto"), read),
        "whole, anew": Way(partial(anew, step), read),
        "segments, anew": Way(partial(anew, partial(step, segment="auto")), read),
    }
