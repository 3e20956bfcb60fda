"""The carry's numbers are the module's, with each mistake planted and with arrows taken away."""

import itertools
import re

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


def looks(script, *changes):
    """Return what the page shows of states, each given by what differs from the first."""
    run = """({change, given}) => {
        const state = { ...explorables.carry.initial(given), ...change };
        return explorables.carry.view(state, given);
    }"""
    return script.all(run, [{"change": change, "given": given()} for change in changes])


def test_a_mistake_and_arrows_are_both_named(script):
    off = ["carry2", "slope1"]
    [html] = looks(script, {"T": 2, "off": ["carry1", "slope1"], "mistake": "dWaa: transposed"})
    assert "<b>dWaa: transposed; 2 arrows taken away.</b>" in html
    assert "</span> 2 arrows taken away." in html
    [html] = looks(script, {"T": 2, "off": off, "mistake": "dWaa: transposed"})
    assert "<b>dWaa: transposed; 1 arrow taken away.</b>" in html
    [html] = looks(script, {"transpose": False, "mistake": "do: sign turned"})
    assert "<b>do: sign turned; carry: not transposed.</b>" in html


def test_an_arrow_of_a_step_that_is_not_there_spoils_nothing(script):
    [html] = looks(script, {"T": 1, "off": ["carry2", "error3"]})
    assert "taken away" not in html
    assert "Every line is right." in html
    assert "∂<i>J</i>/∂" in html


def test_the_numbers_are_those_of_the_state_that_is_marked(script):
    for T, step in itertools.product((1, 2, 3), (1, 2, 3)):
        [html] = looks(script, {"T": T, "step": step})
        pressed = re.findall(r'aria-pressed="true" aria-label="State (\d)', html)
        assert pressed == [str(min(step, T))]
        assert f'aria-label="the gradient with respect to a_{pressed[0]}"' in html


def test_what_a_spoilt_pass_gives_is_not_called_a_gradient(script):
    for change in ({"off": ["carry2"]}, {"transpose": False}, {"mistake": SHOWN[0]}):
        [html] = looks(script, change)
        assert "this pass gives" in html
        assert "∂<i>J</i>/∂" not in html


def test_ticks_of_the_loss_keep_apart_and_a_loss_that_rises_is_said_to(script):
    for html in looks(script, *({"mistake": name} for name in ("", *SHOWN))):
        plot = html[html.index("carry-end") :]
        ticks = re.findall(r'y="([\d.]+)" dy="[\d.]+" text-anchor="end">([\d.]+)<', plot)
        heights = [float(y) for y, _ in ticks]
        assert len(ticks) >= 2
        assert min(-np.diff(heights)) > 13, ticks
    [html] = looks(script, {"mistake": "do: sign turned"})
    assert "The loss rises from" in html


def test_each_colour_of_a_card_is_its_entry_over_the_largest_of_both_pictures(script):
    judge = "({state, given}) => explorables.carry.judge(state, given)"
    states = [{"T": 3, "mistake": name, "transpose": True, "off": []} for name in SHOWN]
    found = script.all(judge, [{"state": state, "given": given()} for state in states])
    for judged, html in zip(found, looks(script, *states), strict=True):
        cards = re.findall(r'<code>d(\w+)</code><span class="carry-maps">(.*?)</button>', html)
        assert len(cards) == 6
        for name, card in cards:
            pair = (judged["gradients"][f"d{name}"], judged["truth"][f"d{name}"])
            entries = np.abs(np.concatenate([np.ravel(each) for each in pair]))
            colours = [float(each) for each in re.findall(r"--v:([\d.]+)", card)]
            np.testing.assert_allclose(colours, entries / entries.max(), atol=0.0051)
