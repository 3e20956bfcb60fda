"""The losses are those of ``descend``, for any rate and all classes of the three steps."""

import itertools

import numpy as np
import pytest

from explorables import as_lists, random_problem
from rate import given
from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.descent import descend
from rnn_from_scratch.parameters import PARAMETER_AXES
from rnn_from_scratch.toy import TOY_EPOCHS, toy_problem

DRAWS = 50
LOW, HIGH = -2.0, 0.5  # the ends of the slider
TARGETS = list(itertools.product((0, 1), repeat=3))
RUN = "({given, state}) => explorables.rate.descent(given, state)"


def cases():
    """The toy at rates drawn at random and at both ends, then random problems in one step."""
    rng = np.random.default_rng(7)
    x, _, a0, parameters = toy_problem()
    for target in TARGETS:
        labels = np.array([target])
        for draw in range(DRAWS + 2):
            exponent = (LOW, HIGH, rng.uniform(LOW, HIGH))[min(draw, 2)]
            yield (x, labels, a0, parameters), exponent, TOY_EPOCHS
            other = random_problem(rng, extreme=draw % 5 == 0)
            yield (other[0], labels, *other[2:]), exponent, 1


@pytest.fixture(scope="module")
def found(script):
    every = list(cases())
    asked = [
        {
            "given": {"toy": as_lists(*problem), "epochs": epochs},
            "state": {"exponent": exponent, "target": " ".join(map(str, problem[1][0]))},
        }
        for problem, exponent, epochs in every
    ]
    return list(zip(every, script.all(RUN, asked), strict=True))


def test_the_losses_are_those_of_descend(found, script):
    for (problem, exponent, epochs), said in found:
        _, losses = descend(*problem, learning_rate=10**exponent, epochs=epochs)
        assert len(said["losses"]) == epochs + 1
        np.testing.assert_allclose(said["losses"], losses, rtol=0, atol=script.exact * losses.max())


def test_the_fall_that_the_formula_says_is_the_rate_times_the_squares_of_all_entries(found, script):
    for (problem, exponent, _), said in found:
        _, gradients = plain_loss_and_gradients(*problem)
        squares = sum((gradients[f"d{name}"] ** 2).sum() for name in PARAMETER_AXES)
        assert abs(said["fall"] / (10**exponent * squares) - 1) <= script.exact


def test_with_two_choices_of_classes_long_steps_end_above_where_they_began(script):
    shown, exponents = given(), np.linspace(LOW, HIGH, 251)
    [targets] = script.all("() => explorables.rate.TARGETS", [0])
    assert targets == [" ".join(map(str, target)) for target in TARGETS]
    for target in targets:
        asked = [{"given": shown, "state": {"exponent": e, "target": target}} for e in exponents]
        losses = np.array([said["losses"] for said in script.all(RUN, asked)])
        above = losses[:, -1] > losses[:, 0]
        assert not above[:125].any(), "it begins in the upper half"
        assert above.any() == (target in ("1 0 0", "1 1 0"))
