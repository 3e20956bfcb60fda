"""The message of the last loss is the module's at each lag, for any radius and size of inputs."""

import itertools
import re

import numpy as np
import pytest

from radius import LAG, N_A, given
from rnn_from_scratch.bptt import rnn_cell_backward
from rnn_from_scratch.forward import rnn_forward

DRAWS = 50
RUN = "({given, state}) => explorables.radius.message(given, state)"


def settings():
    """The corners of both sliders, then points drawn at random between them."""
    rng = np.random.default_rng(9)
    yield from itertools.product((0.3, 1.6), (-12.0, 0.5))
    for _ in range(DRAWS):
        yield rng.uniform(0.3, 1.6), rng.uniform(-12, 0.5)


@pytest.fixture(scope="module")
def found(script):
    every, shown = list(settings()), given()
    asked = [{"given": shown, "state": {"radius": r, "size": s}} for r, s in every]
    return shown, list(zip(every, script.all(RUN, asked), strict=True))


def message(shown, radius, size):
    """Measure the message with the module: its lengths, and the slopes of each step."""
    weights = {name: np.array(shown[name]) for name in ("Wax", "Waa", "Wya")}
    biases = {"ba": np.zeros((N_A, 1)), "by": np.zeros((2, 1))}
    parameters = {**weights, "Waa": radius * weights["Waa"], **biases}
    x = 10**size * np.array(shown["x"]).T[:, None]
    a, y_hat, caches = rnn_forward(x, None, parameters)
    da_t = parameters["Wya"].T @ (y_hat[:, :, -1] - [[1], [0]])
    lengths, slopes = [np.linalg.norm(da_t)], 1 - a[:, 0] ** 2
    for cache in reversed(caches[1:]):
        da_t = rnn_cell_backward(da_t, cache)["da_carry"]
        lengths.append(np.linalg.norm(da_t))
    return np.array(lengths) / lengths[0], slopes, np.linalg.norm(parameters["Waa"], 2)


def test_each_length_is_the_module_s(found, script):
    shown, every = found
    for (radius, size), said in every:
        lengths, slopes, _ = message(shown, radius, size)
        np.testing.assert_allclose(said["lengths"], lengths, rtol=script.exact)
        np.testing.assert_allclose(
            said["means"], slopes.mean(axis=0), rtol=script.exact, atol=script.exact
        )


def test_the_bounds_are_those_of_the_chapter_and_hold(found, script):
    shown, every = found
    for (radius, size), said in every:
        _, slopes, norm = message(shown, radius, size)
        largest = norm * slopes.max(axis=0)[:0:-1]
        bounds = np.concatenate([[1], np.cumprod(largest)])
        assert len(bounds) == len(said["lengths"]) == LAG + 1
        np.testing.assert_allclose(said["bounds"], bounds, rtol=script.exact)
        assert (np.array(said["lengths"]) <= bounds * (1 + script.exact)).all()


def test_the_radius_on_the_slider_is_the_radius_of_the_matrix():
    shown = given()
    eigenvalues = np.linalg.eigvals(np.array(shown["Waa"]))
    assert abs(np.abs(eigenvalues).max() - 1) <= 1e-12


def test_what_the_radius_alone_says_has_two_digits(script):
    shown = given()
    view = "({given, state}) => explorables.radius.view(state, given)"
    [html] = script.all(view, [{"given": shown, "state": {"radius": 0.9, "size": -12}}])
    [said] = re.findall(r"The spectral radius alone says ([\d.]+),", html)
    assert abs(float(said) / 0.9**LAG - 1) <= 0.05
