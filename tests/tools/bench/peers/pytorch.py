"""PyTorch, eager: written by hand with one operation a line, and with its own nn.RNN."""

import torch
from torch.nn import functional

from bench.peers import Way
from bench.problems import Problem, time_major

ORDER = ("Wax", "Waa", "ba", "Wya", "by", "a0")
torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def tensors(problem: Problem) -> dict[str, torch.Tensor]:
    """Make the leaves of the graph, a bias with one axis and a0 as (m, n_a)."""
    leaves = {name: torch.tensor(value) for name, value in problem.parameters.items()}
    leaves |= {name: leaves[name][:, 0].clone() for name in ("ba", "by")}
    leaves["a0"] = torch.tensor(problem.a0.T.copy())
    return {name: leaves[name].requires_grad_() for name in ORDER}


def loss(a, labels, leaves, m):
    """Compute the loss from all states, (T, m, n_a)."""
    o = functional.linear(a.reshape(len(labels), -1), leaves["Wya"], leaves["by"])
    return functional.cross_entropy(o, labels, reduction="sum") / m


def cells(x, leaves):
    """Compute all states; the inputs of all steps go through one product."""
    z, transposed = functional.linear(x, leaves["Wax"], leaves["ba"]), leaves["Waa"].t()
    a_t, states = leaves["a0"], []
    for z_t in z.unbind():
        a_t = torch.tanh(torch.addmm(z_t, a_t, transposed))
        states.append(a_t)
    return torch.stack(states)


def built_in(leaves):
    """Build an nn.RNN, make its parameters leaves, and return it as a function like ``cells``."""
    (n_a, n_x), (m, _) = leaves["Wax"].shape, leaves["a0"].shape
    rnn = torch.nn.RNN(n_x, n_a, dtype=leaves["Wax"].dtype)
    pairs = (("weight_ih_l0", "Wax"), ("weight_hh_l0", "Waa"), ("bias_ih_l0", "ba"))
    for theirs, ours in pairs:
        leaves[ours] = torch.nn.Parameter(leaves[ours].detach())
        setattr(rnn, theirs, leaves[ours])
    rnn.bias_hh_l0 = torch.nn.Parameter(torch.zeros_like(leaves["ba"]), requires_grad=False)
    return lambda x, leaves: rnn(x, leaves["a0"].view(1, m, n_a))[0]


def read(result):
    """Return what autograd.grad returned, in the shapes of the book."""
    J, gradients = result
    named = {f"d{name}": each.numpy() for name, each in zip(ORDER, gradients, strict=True)}
    named |= {name: named[name][:, None] for name in ("dba", "dby")}
    return {**named, "da0": named["da0"].T, "J": J.detach().numpy()[()]}


def ways(problem: Problem) -> dict[str, Way]:
    """By hand and built in, with x (T, m, n_x) and the labels ready as tensors."""
    x, m = torch.tensor(time_major(problem.x)), problem.x.shape[1]
    labels = torch.tensor(problem.labels.T.reshape(-1))

    def way(leaves, states):
        def step():
            J = loss(states(x, leaves), labels, leaves, m)
            return J, torch.autograd.grad(J, [leaves[name] for name in ORDER])

        return Way(step, read)

    by_hand, theirs = tensors(problem), tensors(problem)
    return {"cells": way(by_hand, cells), "nn.RNN": way(theirs, built_in(theirs))}
