"""Momentum and Adam, as their page has them, against sequences that are known in closed form."""

import re
from decimal import Decimal, getcontext
from pathlib import Path

import numpy as np
import pytest

import oracle
from rnn_from_scratch.steps import checked_step

PAGE = Path(__file__).resolve().parents[2] / "book" / "momentum-and-adam.md"
RATE = 0.1


def of_the_page(name):
    """Return a function of the page: the page is where it is written, and it is not tangled."""
    cells = re.findall(
        r"^```\{code-cell\} ipython3\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    [cell] = [cell for cell in cells if cell.startswith(f"def {name}(")]
    there = {"np": np}
    exec(cell, there)  # the book's own cell
    return there[name]


momentum, adam = of_the_page("momentum"), of_the_page("adam")


def taken(update, gradients_of_step, steps=12):
    """Take steps, all entries alike; return how far entry (0, 0) of ba has gone after each."""
    step, parameters, state = checked_step(update), oracle.problem()[3], {}
    begin, gone = parameters["ba"][0, 0], []
    for n in range(1, steps + 1):
        gradients = {f"d{k}": np.full_like(W, gradients_of_step(n)) for k, W in parameters.items()}
        parameters, state = step(parameters, gradients, RATE, state)
        gone.append(parameters["ba"][0, 0] - begin)
    return np.array(gone)


N = np.arange(1, 13)


@pytest.mark.parametrize("g", [2.0, -0.5])
def test_the_velocity_of_a_constant_gradient_is_a_geometric_sum(g):
    velocity = g * (1 - 0.9**N) / (1 - 0.9)
    np.testing.assert_allclose(taken(momentum, lambda _: g), -RATE * velocity.cumsum(), rtol=1e-12)


def test_momentum_on_a_parabola_is_the_heavy_ball():
    """J = c a^2 / 2: a_(n+1) = (1 + kept - rate c) a_n - kept a_(n-1), a linear recursion."""
    c, kept, a = 3.0, 0.9, [1.0]
    parameters = {"a": np.array(1.0)}
    state = {}
    for _ in range(30):
        gradients = {"da": c * parameters["a"]}
        parameters, state = momentum(parameters, gradients, RATE, state)
        a.append(float(parameters["a"]))
    r = np.roots([1, -(1 + kept - RATE * c), kept]).astype(complex)
    first = 1 - RATE * c  # a_1, whose velocity is the gradient alone
    weights = np.linalg.solve(np.array([[1, 1], r]), np.array([1, first]))
    expected = [(weights * r**n).sum().real for n in range(31)]
    np.testing.assert_allclose(a, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("g", [2.0, -0.5, 1e-3, -1e6])
def test_adam_takes_equal_steps_of_the_learning_rate_if_the_gradient_is_constant(g):
    """Both means are then the gradient and its square, at each step, thanks to the correction."""
    expected = -RATE * N * g / (abs(g) + 1e-8)
    np.testing.assert_allclose(taken(adam, lambda _: g), expected, rtol=1e-9)


def test_adam_of_an_alternating_gradient_is_a_geometric_sum_of_changing_sign():
    mean = 0.1 * (1 - (-0.9) ** N) / 1.9 * (-1.0) ** (N - 1) / (1 - 0.9**N)
    came = taken(adam, lambda n: (-1.0) ** (n - 1))
    np.testing.assert_allclose(came, -RATE * (mean / (1 + 1e-8)).cumsum(), rtol=1e-9)


def test_adam_is_algorithm_1_of_its_paper_in_decimal_arithmetic():
    """Fifty digits, no NumPy: m, v, their corrections, and the step, line by line."""
    getcontext().prec = 50
    b1, b2, eps, rate = (Decimal(text) for text in ("0.9", "0.999", "1e-8", "0.1"))
    gradients = [
        Decimal(text)
        for text in ["0.5", "-1.25", "3", "0.001", "-0.75", "8", "0", "-2", "0.1", "0.1", "-5", "1"]
    ]
    m = v = theta = Decimal(0)
    expected = []
    for t, g in enumerate(gradients, 1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        theta -= rate * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)
        expected.append(float(theta))
    came = taken(adam, lambda n: float(gradients[n - 1]))
    np.testing.assert_allclose(came, expected, rtol=1e-9)
