"""replay compares a function's locals with the numbers that a chapter showed."""

import functools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import literate
from literate import replay

X = np.array([[1.0, 2.0], [3.0, 4.0]])


def double(x, factor=2):
    y = factor * x
    total = y.sum()
    pair = (y, {"total": total})
    names = ["y"]
    del factor
    return total if pair and names else None


SHOWN = {"y": 2 * X, "total": np.float64(20), "pair": (2 * X, {"total": 20.0}), "names": ["y"]}


def test_equal_locals_pass_and_the_result_is_handed_on():
    assert replay(double, X, shown=SHOWN) == 20.0
    assert replay(double, X, factor=3, shown={"y": 3 * X}) == 30.0


def wrong(value, index):
    array = 2 * X
    array[index] = value
    return array


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        ({"y": wrong(5, (1, 0))}, "y[1, 0]: the function has value 6.0, the chapter showed 5.0"),
        (
            {"y": wrong(np.nan, (0, 1))},
            "y[0, 1]: the function has value 4.0, the chapter showed nan",
        ),
        ({"y": (2 * X)[0]}, "y: the function has shape (2, 2), the chapter showed (2,)"),
        (
            {"y": np.float32(2) * X.astype(np.float32)},
            "y: the function has dtype dtype('float64'), the chapter showed dtype('float32')",
        ),
        ({"total": 21.0}, "total: the function has value 20.0, the chapter showed 21.0"),
        (
            {"pair": (2 * X, {"total": 1.0})},
            "pair[1]['total']: the function has value 20.0, the chapter showed 1.0",
        ),
        ({"pair": (2 * X,)}, "pair: the function has length 2, the chapter showed 1"),
        (
            {"pair": (2 * X, {"sum": 1.0})},
            "pair[1]: the function has keys ['total'], the chapter showed ['sum']",
        ),
        ({"names": ["z"]}, "names[0]: the function has value 'y', the chapter showed 'z'"),
        (
            {"dz": X},
            "dz is not a local variable of double when it returns; "
            "there are names, pair, total, x, y",
        ),
        (
            {"factor": 2},
            "factor is not a local variable of double when it returns; "
            "there are names, pair, total, x, y",
        ),
    ],
)
def test_the_first_difference_is_named(shown, message):
    with pytest.raises(AssertionError) as caught:
        replay(double, X, shown=SHOWN | shown)
    assert str(caught.value) == message


def test_nan_equals_nan():
    assert replay(double, np.array([np.nan]), shown={"y": np.array([np.nan])}) is not None


def test_nothing_shown_is_an_error():
    with pytest.raises(ValueError, match="shown is empty"):
        replay(double, X, shown={})


def test_what_is_no_python_function_is_refused():
    with pytest.raises(TypeError, match="replay needs a Python function, not <built-in function"):
        replay(len, [1], shown={"x": 1})


def test_a_decorated_function_is_looked_through():
    @functools.wraps(double)
    def wrapper(*args):
        y = None
        return double(*args), y

    assert replay(wrapper, X, shown=SHOWN) == (20.0, None)


def test_the_outermost_of_recursive_calls_counts():
    def countdown(n):
        rest = countdown(n - 1) if n else 0
        return rest + n

    assert replay(countdown, 3, shown={"n": 3, "rest": 3}) == 6


def test_an_error_in_the_function_passes_through_and_profiling_ends():
    def fail(x):
        y = x
        raise KeyError(y)

    before = sys.getprofile()
    with pytest.raises(KeyError):
        replay(fail, 1, shown={"y": 1})
    assert sys.getprofile() is before


def test_the_profiler_of_others_is_put_back():
    def other(frame, event, argument):
        return None

    sys.setprofile(other)
    try:
        replay(double, X, shown=SHOWN)
        assert sys.getprofile() is other
    finally:
        sys.setprofile(None)


def test_the_source_stands_alone_so_that_a_download_can_hold_it():
    source = Path(literate.replay.__code__.co_filename).read_text("utf-8")
    use = "\ndef f(x):\n    y = 2 * x\n    return y\n\nprint(replay(f, 2, shown={'y': 4}))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", source + use], capture_output=True, text=True
    )
    assert done.stdout == "4\n"


def test_names_of_the_package():
    assert dir(literate) == sorted(literate.__all__)
    for name in literate.__all__:
        assert getattr(literate, name).__name__ == name
    with pytest.raises(AttributeError, match="has no attribute 'tngle'"):
        _ = literate.tngle
