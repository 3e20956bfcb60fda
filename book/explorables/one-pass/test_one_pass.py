"""Every node and gradient of the pass is the module's, for each entry that can be dragged."""

import numpy as np
import pytest

from explorables import as_lists, random_problem
from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.forward import rnn_forward, rnn_loss
from rnn_from_scratch.gradient_check import relative_error
from rnn_from_scratch.toy import toy_problem

DRAWS = 50
EPS = 1e-5
NUDGE = """({p, name, i, j}) => explorables["one-pass"].nudge(p, name, i, j)"""


def problems():
    """The toy, and problems drawn at random, some of them extreme."""
    rng = np.random.default_rng(3)
    return [toy_problem(), *(random_problem(rng, extreme=draw % 5 == 0) for draw in range(DRAWS))]


def entries(problem):
    """Every entry that can be dragged: its name, and its place in the script and in the module."""
    x, _, a0, parameters = problem
    for name, value in (*parameters.items(), ("a0", a0)):
        yield from ((name, (i, j), (i, j)) for i, j in np.ndindex(value.shape))
    yield from (("x", (t, i), (i, k, t)) for i, k, t in np.ndindex(x.shape))


def moved(problem, name, place, by):
    """Return the problem with one entry moved."""
    x, labels, a0, parameters = problem
    whole = {"x": x, "a0": a0, **parameters}
    whole[name] = whole[name].copy()
    whole[name][place] += by
    return whole.pop("x"), labels, whole.pop("a0"), whole


@pytest.fixture(scope="module")
def every():
    return problems()


def test_each_node_holds_the_module_s_value_and_gradient(script, every):
    said = script.all("""(p) => explorables["one-pass"].pass(p)""", [as_lists(*p) for p in every])
    for problem, shown in zip(every, said, strict=True):
        x, _, a0, parameters = problem
        a, _, caches = rnn_forward(x, a0, parameters)
        J, gradients = plain_loss_and_gradients(*problem)
        assert relative_error(np.array(shown["J"]), J) <= script.exact
        for t in (1, 2, 3):
            close = relative_error(np.array(shown["values"][f"a{t}"]), a[:, 0, t - 1])
            assert close <= script.exact
            assert shown["values"][f"x{t}"] == caches[t - 1].x_t[:, 0].tolist()
        total = sum(shown["values"][f"J{t}"][0] for t in (1, 2, 3))
        assert relative_error(np.array(total), J) <= script.exact
        dx = np.array([shown["slopes"][f"x{t}"] for t in (1, 2, 3)]).T[:, None]
        assert relative_error(dx, gradients["dx"]) <= script.exact
        da0 = np.array(shown["slopes"]["a0"])[:, None]
        assert relative_error(da0, gradients["da0"]) <= script.exact
        dba = sum(np.array(shown["slopes"][f"z{t}"]) for t in (1, 2, 3))[:, None]
        assert relative_error(dba, gradients["dba"]) <= script.exact
        dby = sum(np.array(shown["slopes"][f"o{t}"]) for t in (1, 2, 3))[:, None]
        assert relative_error(dby, gradients["dby"]) <= script.exact


def test_a_nudge_moves_the_loss_as_in_the_module_and_agrees_with_the_gradient(script, every):
    asked = [(p, *entry) for p in every for entry in entries(p)]
    cases = [
        {"p": as_lists(*p), "name": name, "i": here[0], "j": here[1]} for p, name, here, _ in asked
    ]
    gradients = {id(p): plain_loss_and_gradients(*p)[1] for p in every}
    for (p, name, _, there), said in zip(asked, script.all(NUDGE, cases), strict=True):
        gradient = gradients[id(p)][f"d{name}"]
        scale = np.abs(gradient).max()
        assert abs(said["gradient"] - gradient[there]) <= script.exact * scale
        assert said["quotient"] == (said["up"] - said["down"]) / (2 * EPS)
        assert abs(said["quotient"] - said["gradient"]) <= 1e-7 * max(scale, 1)
    for (p, name, _, there), said in list(zip(asked, script.all(NUDGE, cases), strict=True))[::7]:
        for way, by in (("up", EPS), ("down", -EPS)):
            x, labels, a0, parameters = moved(p, name, there, by)
            loss = rnn_loss(x, labels, a0, parameters)
            assert abs(said[way] - loss) <= script.exact * loss
