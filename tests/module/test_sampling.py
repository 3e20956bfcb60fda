"""Sequences drawn from a network."""

import inspect
import tracemalloc

import numpy as np
import pytest

import oracle
import refusals
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.loss import softmax
from rnn_from_scratch.parameters import initialize_parameters
from rnn_from_scratch.sampling import _draw, sample


def network(seed=0, dtype=np.float64, n=4):
    """Draw parameters with as many inputs as classes."""
    return oracle.problem(n_x=n, n_y=n, seed=seed, dtype=dtype)[3]


def draw(parameters=None, seed=0, **named):
    arguments = {"rng": np.random.default_rng(seed), "start": [0], **named}
    return sample(network() if parameters is None else parameters, **arguments)


def probabilities(parameters, read, temperature=1.0):
    """Return the probabilities of the class after those that were read, by the plain forward."""
    one_hot = np.eye(4)[:, None, read]  # (n_x, 1, T)
    a = rnn_forward(one_hot, np.zeros((5, 1)), parameters)[0]
    scores = parameters["Wya"] @ a[:, 0, -1:] + parameters["by"]
    return softmax(scores / temperature)[:, 0]


# what is drawn


@pytest.mark.parametrize("temperature", [0.3, 1, np.float32(2)])
@pytest.mark.parametrize("start", [[0], [1, 3], np.array([2, 2, 1])])
def test_a_class_comes_as_often_as_it_is_probable(temperature, start):
    parameters, rng = network(), np.random.default_rng(1)
    named = {"rng": rng, "start": start, "temperature": temperature, "max_length": 1}
    drawn = np.concatenate([sample(parameters, **named) for _ in range(500)])
    expected = probabilities(parameters, start, float(temperature))
    spread = np.sqrt(expected * (1 - expected) / 500)
    assert expected.min() > 0
    assert (np.abs(np.bincount(drawn, minlength=4) / 500 - expected) <= 4.5 * spread).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_each_class_is_drawn_given_all_before_it(dtype):
    """Cold, it is the most probable one; the plain forward pass says which that is."""
    parameters = network(seed=3, dtype=dtype)
    drawn = draw(parameters, start=[1, 2], temperature=1e-300, max_length=12).tolist()
    read = [1, 2]
    for symbol in drawn:
        assert symbol == probabilities(oracle.cast(parameters, np.float64), read).argmax()
        read.append(symbol)
    assert len(set(drawn)) > 1


def test_without_a_temperature_it_is_one():
    ways = [draw(seed=2, max_length=50, **named) for named in ({}, {"temperature": 1.0})]
    np.testing.assert_array_equal(*ways)
    assert not np.array_equal(ways[0], draw(seed=2, max_length=50, temperature=2.0))


def test_hot_all_classes_are_equally_probable():
    drawn = draw(temperature=1e300, max_length=2000)
    assert np.abs(np.bincount(drawn) / 2000 - 0.25).max() < 0.05


def test_an_impossible_class_is_not_drawn():
    """Not by the smallest number that a generator can give, nor by the largest."""
    parameters = network()
    parameters["by"][[0, 3]] = -1e9

    class Edges(np.random.Generator):
        def random(self):
            return next(numbers)

    numbers = iter([0.0, 1 - 2.0**-53] * 5)
    drawn = sample(parameters, rng=Edges(np.random.PCG64(0)), start=[0], max_length=10)
    assert drawn.tolist() == [1, 2] * 5


def test_scores_that_are_far_apart_do_not_overflow():
    parameters = network()
    parameters["by"][2] = 1e308
    assert draw(parameters, temperature=1e-300, max_length=3).tolist() == [2, 2, 2]


# where it ends


def test_the_sequence_ends_with_the_stop():
    lengths = set()
    for seed in range(20):
        drawn = draw(seed=seed, stop=2).tolist()
        assert drawn[-1] == 2
        assert 2 not in drawn[:-1]
        lengths.add(len(drawn))
    assert min(lengths) == 1
    assert len(lengths) > 2


def test_the_stop_may_be_class_zero():
    assert draw(stop=0)[-1] == 0
    assert draw(stop=np.int8(0)).tolist() == draw(stop=0).tolist()


@pytest.mark.parametrize("max_length", [1, 7, np.int64(3)])
def test_without_a_stop_it_ends_at_the_greatest_length(max_length):
    drawn = draw(max_length=max_length)
    assert drawn.shape == (max_length,)
    assert drawn.dtype.kind == "i"


def test_by_itself_it_is_neutral_and_ends_after_a_hundred():
    defaults = {k: v.default for k, v in inspect.signature(sample).parameters.items()}
    assert (defaults["temperature"], defaults["max_length"], defaults["stop"]) == (1, 100, None)
    parameters = network()
    parameters["by"][2] = -1e9
    assert len(draw(parameters, stop=2)) == 100


def test_a_stop_that_is_read_first_does_not_end_it():
    assert len(draw(start=[2, 2], stop=2)) >= 1


# where the random numbers come from


def test_the_generator_decides():
    assert draw(seed=5).tolist() == draw(seed=5).tolist()
    assert draw(seed=5).tolist() != draw(seed=6).tolist()


def test_it_takes_one_number_from_the_generator_for_each_class():
    rng, other = np.random.default_rng(0), np.random.default_rng(0)
    sample(network(), rng=rng, start=[0, 1, 2], max_length=9)
    other.random(9)
    assert rng.random() == other.random()


def test_nothing_is_changed():
    parameters, start = oracle.frozen(network()), np.array([0, 1])
    start.flags.writeable = False
    draw(parameters, start=start)


# what is refused


@pytest.mark.parametrize(("spoil", "error", "message"), refusals.BAD_PARAMETERS)
def test_bad_parameters_are_named(spoil, error, message):
    arguments = refusals.spoilt(oracle.arguments(), spoil, message)
    with refusals.refuses(error, message):
        draw(arguments["parameters"])


def test_what_is_drawn_has_to_be_readable():
    message = "parameters have n_x = 3 and n_y = 4; "
    message += "expected the same, since a class that is drawn is the next input"
    with refusals.refuses(ValueError, message):
        draw(oracle.problem()[3])


@pytest.mark.parametrize("name", network())
def test_one_complex_parameter_is_refused(name):
    parameters = network()
    parameters[name] = parameters[name].astype(complex)
    with refusals.refuses(TypeError, "parameters are complex; expected float32 or float64"):
        draw(parameters)


@pytest.mark.parametrize(
    ("named", "error", "message"),
    [
        ({"rng": 0}, TypeError, "rng is of type int; expected numpy.random.Generator"),
        ({"rng": None}, TypeError, "rng is of type NoneType; expected numpy.random.Generator"),
        ({"start": 0}, TypeError, "start is of type int; expected a list of classes"),
        ({"start": None}, TypeError, "start is of type NoneType; expected a list of classes"),
        ({"start": {0}}, TypeError, "start is of type set; expected a list of classes"),
        ({"start": [True]}, ValueError, "start holds True; expected a class 0 to 3"),
        ({"start": [None]}, ValueError, "start holds None; expected a class 0 to 3"),
        ({"start": [2**70]}, ValueError, f"start holds {2**70}; expected a class 0 to 3"),
        ({"stop": True}, ValueError, "stop is True; expected None or a class 0 to 3"),
        ({"max_length": True}, ValueError, "max_length is True; expected a whole number >= 1"),
        ({"start": []}, ValueError, "start is empty; expected at least one class"),
        ({"start": [0, 4]}, ValueError, "start holds 4; expected a class 0 to 3"),
        ({"start": [-1]}, ValueError, "start holds -1; expected a class 0 to 3"),
        ({"start": [1.0]}, ValueError, "start holds 1.0; expected a class 0 to 3"),
        ({"start": "01"}, TypeError, "start is of type str; expected a list of classes"),
        ({"stop": 4}, ValueError, "stop is 4; expected None or a class 0 to 3"),
        ({"stop": -1}, ValueError, "stop is -1; expected None or a class 0 to 3"),
        ({"stop": 2.0}, ValueError, "stop is 2.0; expected None or a class 0 to 3"),
        ({"temperature": 0}, ValueError, "temperature is 0; expected a finite number > 0"),
        ({"temperature": -1}, ValueError, "temperature is -1; expected a finite number > 0"),
        ({"temperature": np.inf}, ValueError, "temperature is inf; expected a finite number > 0"),
        ({"max_length": 0}, ValueError, "max_length is 0; expected a whole number >= 1"),
        ({"max_length": 2.5}, ValueError, "max_length is 2.5; expected a whole number >= 1"),
    ],
)
def test_each_bad_argument_is_named(named, error, message):
    with refusals.refuses(error, message):
        draw(**named)


def test_a_start_that_can_be_walked_only_once_is_refused_too():
    message = "start is of type generator; expected a list of classes"
    with refusals.refuses(TypeError, message):
        draw(start=(symbol for symbol in [0]))


@pytest.mark.parametrize(("dtype", "large"), [(np.float32, 3e38), (np.float64, 1.5e308)])
@pytest.mark.parametrize("sign", [-1, 1])
def test_scores_that_overflow_are_named_and_nothing_is_drawn_from_them(dtype, large, sign):
    W = np.array([[sign * large], [-sign * large]], dtype)
    huge = {"Wax": np.ones((1, 2), dtype), "Waa": np.zeros((1, 1), dtype), "Wya": W}
    huge |= {"ba": np.full((1, 1), 2, dtype), "by": W}
    message = f"parameters give class 0 the score {dtype(sign * np.inf)}; expected a finite one"
    with refusals.refuses(ValueError, message), np.errstate(all="raise"):
        draw(huge)


def test_a_state_that_is_no_number_is_named():
    dtype = np.float64
    huge = {"Wax": np.full((1, 2), 1.5e308), "Waa": np.full((1, 1), -1e308), "Wya": np.ones((2, 1))}
    huge |= {"ba": np.full((1, 1), 1.5e308), "by": np.zeros((2, 1), dtype)}
    drawn = draw(huge, max_length=2)  # tanh of what overflows is 1 or -1
    assert set(drawn.tolist()) <= {0, 1}


def test_a_class_is_read_without_a_matrix_of_all_classes():
    parameters = initialize_parameters(20_000, 4, 20_000, rng=np.random.default_rng(0))
    tracemalloc.start()
    sample(parameters, rng=np.random.default_rng(0), start=[5], max_length=3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000  # 20,000 numbers take 160,000 bytes, all pairs of classes 3 GB


def test_underflow_is_harmless_whatever_the_caller_wants_of_errors():
    parameters = oracle.problem(n_x=4)[3]
    parameters["Wya"] *= 1e4
    expected = sample(parameters, rng=np.random.default_rng(0), start=[0])
    with np.errstate(all="raise"):
        came = sample(parameters, rng=np.random.default_rng(0), start=[0])
    assert np.array_equal(came, expected)


def test_the_class_whose_score_overflows_is_named_and_far_scores_are_drawn_from():
    rng = np.random.default_rng(0)
    message = "parameters give class 1 the score inf; expected a finite one"
    with np.errstate(all="raise"):
        assert _draw(np.array([[-1e308], [0.0]]), 1e-300, rng) == 1
        with refusals.refuses(ValueError, message):
            _draw(np.array([[0.0], [np.inf]]), 1.0, rng)
