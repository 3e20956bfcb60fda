"""The carry's numbers are the module's, with each mistake planted and with arrows taken away."""

import itertools

import numpy as np
import pytest

from carry import SHOWN, given
from explorables import as_lists, random_problem
from rnn_from_scratch.gradient_check import relative_error
from rnn_from_scratch.toy import toy_problem
from this_book.mistakes import MISTAKES, TOLERANCE, plant

RIGHT = "carry: not transposed"
ARROWS = [*(f"{kind}{t}" for kind in ("error", "own", "slope") for t in (1, 2, 3)), "carry0"]
ARROWS += ["carry1", "carry2"]
SETTINGS = list(itertools.product(["", *SHOWN], (1, 2, 3), (True, False)))
DRAWS = 50
RUN = """({p, state}) => {
    const { gradients } = explorables.carry.walk(p, state);
    return { gradients };
}"""


def planted(mistake, transpose):
    """Return the module with what a setting changes in its lines."""
    changes = list(MISTAKES[mistake]) if mistake else []
    turned = [] if transpose or mistake == RIGHT else MISTAKES[RIGHT]
    return plant(*changes, *turned)


def walk(module, problem, off):
    """Go back with a module in which arrows bring nothing."""
    x, labels, a0, parameters = problem
    T, steps = labels.shape[1], iter(reversed(range(labels.shape[1])))
    step_back, backward = module.rnn_cell_backward, module.rnn_backward

    def cell(da_t, cache):
        t = next(steps) + 1
        step = step_back(da_t, cache)
        if f"slope{t}" in off:
            step = {name: 0 * value for name, value in step.items()}
        if f"carry{t - 1}" in off:
            step["da_carry"] = 0 * step["da_carry"]
        return step

    def all_steps(da, caches):
        own = [f"own{t}" not in off for t in range(1, T + 1)]
        return backward(da * own, caches)

    counted = np.where([f"error{t}" in off for t in range(1, T + 1)], -1, labels)
    module.rnn_cell_backward, module.rnn_backward = cell, all_steps
    try:
        return module.plain_loss_and_gradients(x, counted, a0, parameters)[1]
    finally:
        module.rnn_cell_backward, module.rnn_backward = step_back, backward


def cases():
    """Every setting with problems drawn at random, the toy first, and arrows drawn at random."""
    rng = np.random.default_rng(7)
    for setting in SETTINGS:
        for draw in range(DRAWS + 1):
            problem = random_problem(rng, extreme=draw % 5 == 0) if draw else toy_problem()
            off = [] if draw % 2 else list(rng.choice(ARROWS, rng.integers(13), replace=False))
            yield *setting, problem, [str(each) for each in off]


@pytest.fixture(scope="module")
def found(script):
    """Return the script's verdict on all cases, beside the case."""
    every = list(cases())
    said = script.all(RUN, [_case(*case) for case in every])
    return list(zip(every, said, strict=True))


def _case(mistake, T, transpose, problem, off):
    state = {"T": T, "mistake": mistake, "transpose": transpose, "off": off}
    return {"p": as_lists(*problem), "state": state}


def test_each_setting_gives_the_gradients_of_the_module(found, script):
    assert len(found) == len(SETTINGS) * (DRAWS + 1)
    for (mistake, T, transpose, problem, off), said in found:
        x, labels, a0, parameters = problem
        cut = (x[:, :, :T], labels[:, :T], a0, parameters)
        expected = walk(planted(mistake, transpose), cut, off)
        for name, value in said["gradients"].items():
            if name != "dx":
                error = relative_error(np.array(value).ravel(), expected[name].ravel())
                assert error <= script.exact, (mistake, T, transpose, off, name)


def test_the_losses_of_an_epoch_are_the_module_s(script):
    """Gradient descent along each walk, over as many epochs as the page shows."""
    toy, shown = toy_problem(), given()
    run = """({p, state, rate, epochs}) => explorables.carry.losses(p, state, rate, epochs)"""
    asked = [
        {**_case(*setting, toy, []), "rate": shown["rate"], "epochs": shown["epochs"]}
        for setting in SETTINGS
    ]
    x, labels, a0, parameters = toy
    for (mistake, T, transpose), losses in zip(SETTINGS, script.all(run, asked), strict=True):
        module = planted(mistake, transpose)
        how = {"learning_rate": shown["rate"], "epochs": shown["epochs"]}
        expected = module.descend(x[:, :, :T], labels[:, :T], a0, parameters, **how)[1]
        np.testing.assert_allclose(losses, expected, rtol=script.exact)


def test_the_verdict_names_what_is_wrong_and_no_more(script):
    """The page calls those cases wrong that the module's own gradients call wrong."""
    shown = given()
    judge = "({state, given}) => explorables.carry.judge(state, given)"
    states = [
        {"T": T, "mistake": mistake, "transpose": transpose, "off": []}
        for mistake, T, transpose in SETTINGS
    ]
    said = script.all(judge, [{"state": state, "given": shown} for state in states])
    x, labels, a0, parameters = toy_problem()
    for state, judged in zip(states, said, strict=True):
        cut = (x[:, :, : state["T"]], labels[:, : state["T"]], a0, parameters)
        right = plant().plain_loss_and_gradients(*cut)[1]
        module = planted(state["mistake"], state["transpose"])
        ours = module.plain_loss_and_gradients(*cut)[1]
        names = ("Wya", "by", "Wax", "Waa", "ba", "a0")
        wrong = [n for n in names if relative_error(ours[f"d{n}"], right[f"d{n}"]) > TOLERANCE]
        assert judged["wrong"] == wrong, state


def test_arrows_that_are_taken_away_are_called_by_the_mistake_that_they_make(script):
    state = {"T": 3, "mistake": "", "transpose": True, "off": ["carry1", "carry2"]}
    judge = "({state, given}) => explorables.carry.judge(state, given).twin"
    assert script.all(judge, [{"state": state, "given": given()}]) == ["carry: never added"]


def test_each_mistake_that_the_page_offers_is_one_of_the_script(script):
    names = script.all("() => Object.keys(explorables.carry.MISTAKES)", [0])[0]
    assert names == list(SHOWN)
