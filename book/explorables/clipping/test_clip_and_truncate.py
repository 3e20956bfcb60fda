"""Clipped and truncated gradients, messages and the cliff are the module's, over all settings."""

import numpy as np
import pytest

from clipping import PAGE, SIZES, given
from explorables import as_lists, random_problem
from rnn_from_scratch.bptt import plain_loss_and_gradients, rnn_backward, rnn_cell_backward
from rnn_from_scratch.clipping import (
    clip_by_norm,
    clip_by_value,
    plain_truncated_loss_and_gradients,
)
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.gradient_check import relative_error
from this_book.cells import run_cells

DRAWS = 50
NAMES = ("dWax", "dWaa", "dWya", "dba", "dby")


def column(gradients):
    return np.concatenate([gradients[name].ravel() for name in NAMES])


def angle(u, v):
    cosine = u @ v / np.linalg.norm(u) / np.linalg.norm(v)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def test_both_ways_of_clipping_are_the_module_s(script):
    rng = np.random.default_rng(1)
    problems = [random_problem(rng, extreme=draw % 5 == 0) for draw in range(DRAWS)]
    limits = [10**-2.5, 10**0.75, *(10 ** rng.uniform(-2.5, 0.75, DRAWS - 2))]
    asked = [{"p": as_lists(*p), "c": c} for p, c in zip(problems, limits, strict=True)]
    said = script.all("({p, c}) => explorables.clipping.clip(p, c)", asked)
    for problem, c, shown in zip(problems, limits, said, strict=True):
        gradients = {n: v for n, v in plain_loss_and_gradients(*problem)[1].items() if n in NAMES}
        by_norm, by_value = clip_by_norm(gradients, c), clip_by_value(gradients, c)
        for name, expected in (("g", gradients), ("byNorm", by_norm), ("byValue", by_value)):
            assert relative_error(np.array(shown[name]), column(expected)) <= script.exact
        turned = angle(column(by_value), column(gradients))
        assert abs(shown["angle"] - turned) <= 1e-5  # an arc cosine near one has half the digits


def test_each_window_leaves_out_what_the_module_leaves_out(script):
    rng, T = np.random.default_rng(2), SIZES[-1]
    problems = [random_problem(rng, SIZES, extreme=draw % 5 == 0) for draw in range(DRAWS)]
    radii = [0.2, 1.6, *rng.uniform(0.2, 1.6, DRAWS - 2)]
    cases = [(p, r, K) for p, r in zip(problems, radii, strict=True) for K in range(1, T + 1)]
    run = """({p, r, K}) => {
        const {scaled, truncated} = explorables.clipping;
        return truncated(scaled(p, r), K);
    }"""
    said = script.all(run, [{"p": as_lists(*p), "r": r, "K": K} for p, r, K in cases])
    for ((x, labels, a0, parameters), r, K), shown in zip(cases, said, strict=True):
        scaled = {**parameters, "Waa": r * parameters["Waa"]}
        expected = plain_truncated_loss_and_gradients(x, labels, a0, scaled, K)[1]
        assert relative_error(np.array(shown), column(expected)) <= script.exact


def test_each_message_is_as_long_as_the_module_s(script):
    rng, T = np.random.default_rng(3), SIZES[-1]
    problems = [random_problem(rng, SIZES, extreme=draw % 5 == 0) for draw in range(DRAWS)]
    said = script.all("explorables.clipping.messages", [as_lists(*p) for p in problems])
    for (x, labels, a0, parameters), shown in zip(problems, said, strict=True):
        _, y_hat, caches = rnn_forward(x, a0, parameters)
        do = y_hat - (np.arange(len(y_hat))[:, None, None] == labels)
        expected = np.zeros((T, T))
        for t in range(T):
            da_t = parameters["Wya"].T @ do[:, :, t]
            for s in range(t, -1, -1):
                step = rnn_cell_backward(da_t, caches[s])
                expected[t, s] = np.linalg.norm(step["dWaa_t"])
                da_t = step["da_carry"]
        assert relative_error(np.array(shown), expected) <= script.exact


@pytest.fixture(scope="module")
def page():
    """The names that the cells of the page bind, up to its cliff."""
    return run_cells(PAGE, until="one_unit")


def falls(script, cliff, places):
    """Return what the script says of the unit at each weight and bias, with each threshold."""
    call = "({w, b, c}) => explorables.clipping.fall(CLIFF, w, b, c)".replace("CLIFF", repr(cliff))
    return script.all(call, [dict(zip("wbc", place, strict=True)) for place in places])


def test_the_explorable_begins_where_the_page_steps_and_steps_as_the_page_does(script, page):
    cliff = given()["cliff"]
    [said] = falls(script, cliff, [(*page["at"].tolist(), cliff["limit"])])
    assert relative_error(np.array(said["J"]), page["surface"][page["place"]]) <= script.exact
    slope = np.array([said["dw"], said["db"]])
    assert relative_error(slope, page["slope"]) <= script.exact
    assert relative_error(np.array(said["plain"]), page["plain"]) <= script.exact
    assert relative_error(np.array(said["clipped"]), page["short"]) <= script.exact
    for name in ("a_first", "steps", "wanted", "rate"):
        assert page[name] in cliff.values()


def test_the_unit_falls_as_the_page_says_everywhere(script, page):
    rng = np.random.default_rng(4)
    corners = [(w, b, c) for w in (1.0, 2.0) for b in (-0.6, 0.2) for c in (0.1, 5.0)]
    drawn = np.stack([rng.uniform(*ends, 50) for ends in ((1, 2), (-0.6, 0.2), (0.1, 5))], axis=1)
    places = [*corners, *drawn.tolist()]
    for (w, b, c), said in zip(places, falls(script, given()["cliff"], places), strict=True):
        J, *slope = one_unit_of_the_module(page, w, b)
        for known, *found in (page["one_unit"](w, b), (J, *slope)):
            assert abs(said["J"] - known) <= script.exact * known
            assert abs(said["dw"] - found[0]) <= script.exact * np.hypot(*found)
            assert abs(said["db"] - found[1]) <= script.exact * np.hypot(*found)
        one = np.ones((1, 1))
        gradients = dict.fromkeys(("dWax", "dWya", "dby"), 0 * one)
        clipped = clip_by_norm({"dWaa": slope[0] * one, "dba": slope[1] * one, **gradients}, c)
        moved = [w, b] - page["rate"] * np.array([clipped["dWaa"].item(), clipped["dba"].item()])
        assert relative_error(np.array(said["clipped"]), moved) <= script.exact


def test_a_step_is_taken_if_it_stays_in_the_picture(script):
    shown = given()
    cliff = shown["cliff"]
    act = """({state, given}) => {
        const html = explorables.clipping.view({ ...state, mode: "cliff" }, given);
        explorables.clipping.act(state, "step", "", given);
        return { ...state, free: /data-do="step"[^>]*aria-disabled="false"/.test(html) };
    }"""
    rng = np.random.default_rng(5)
    drawn = rng.uniform((1, -0.6, 0.1), (2, 0.2, 5), (50, 3)).tolist()
    places = [(cliff["w"], cliff["b"], 1.0), (2.0, 0.2, 5.0), *drawn]
    asked = [{"state": {"w": w, "b": b, "limit": c}, "given": shown} for w, b, c in places]
    taken, landed = set(), falls(script, cliff, places)
    for place, state, said in zip(places, script.all(act, asked), landed, strict=True):
        w, b = said["clipped"]
        free = 1 <= w <= 2 and -0.6 <= b <= 0.2
        assert state["free"] == free
        assert [state["w"], state["b"]] == ([w, b] if free else list(place[:2]))
        taken.add(free)
    assert taken == {True, False}


def one_unit_of_the_module(page, w, b):
    """Run one unit, fed by its bias alone, with a squared loss at the last step."""
    one, T = np.ones((1, 1)), page["steps"]
    parameters = {"Wax": 0 * one, "Waa": w * one, "Wya": one, "ba": b * one, "by": one}
    a, _, caches = rnn_forward(np.zeros((1, 1, T)), page["a_first"] * one, parameters)
    missed = a[0, 0, -1] - page["wanted"]
    da_output = np.zeros((1, 1, T))
    da_output[:, :, -1] = 2 * missed
    back = rnn_backward(da_output, caches)
    return missed**2, back["dWaa"].item(), back["dba"].item()


def test_the_loss_has_its_level_at_each_line(script, page):
    asked = [{"w": w, "level": v} for w in np.linspace(1, 2, 21) for v in (0.25, 1, 2.5)]
    call = f"({{w, level}}) => explorables.clipping.levelAt({given()['cliff']!r}, w, level)"
    found = script.all(call, asked)
    inside = [(each, b) for each, b in zip(asked, found, strict=True) if -0.599 < b < 0.199]
    assert len(inside) > len(asked) / 2
    for each, b in inside:
        above, below = (page["one_unit"](each["w"], b + by)[0] for by in (1e-8, -1e-8))
        assert above <= each["level"] <= below


def test_a_factor_below_a_hundredth_is_said_with_two_digits(script):
    shown = given()
    view = """({state, given}) => explorables.clipping.view(state, given)"""
    state = {"mode": "clip", "threshold": -2.5}
    [html] = script.all(view, [{"state": state, "given": shown}])
    clip = "({p, c}) => explorables.clipping.clip(p, c).length"
    [length] = script.all(clip, [{"p": shown["toy"], "c": 1}])
    digits = f"{10**-2.5 / length:.1e}".split("e")[0]
    assert f"multiplied by {digits}·10⁻⁴" in html
