"""Functions are known again in another process, and told apart where they do something else."""

import functools
import os
import re
import subprocess
import sys
import threading
import types
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import numpy as np
import pytest

import rnn_from_scratch.identity
from rnn_from_scratch.fast import Workspace, loss_and_gradients, truncated_loss_and_gradients
from rnn_from_scratch.identity import describe

GLOBAL = 3


def reads_a_global(x):
    return GLOBAL * x


def calls_another(x):
    return reads_a_global(x)


def holds(value):
    return lambda x: (x, value)


class Called:
    def __init__(self, **settings):
        vars(self).update(settings)

    def __call__(self, x):
        return x

    def method(self, x):
        return x


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value

    def __call__(self, x):
        return x


@functools.cache
def cached(x):
    return x


SAME = {
    "a number": lambda: 3,
    "an array": lambda: np.arange(3),
    "a function of the module": lambda: loss_and_gradients,
    "a function of NumPy": lambda: np.sin,
    "a builtin": lambda: len,
    "a method of a builtin": lambda: [1].append,
    "a partial": lambda: functools.partial(truncated_loss_and_gradients, window=3),
    "a closure": lambda: holds({"a": [1, (2.5, None)], "b": {"x", "y", "z"}}),
    "a callable object": lambda: Called(window=3, kept=np.ones(2)),
    "a callable object with a lock": lambda: Called(lock=threading.Lock()),
    "a slotted object": lambda: Slotted(3),
    "a method": lambda: Called(window=3).method,
    "a partial with a workspace": lambda: functools.partial(
        loss_and_gradients, workspace=Workspace()
    ),
    "a partial with a client": lambda: functools.partial(print, threading.Thread()),
    "a cached function": lambda: cached,
}


@pytest.mark.parametrize("make", SAME.values(), ids=SAME)
def test_what_is_made_twice_has_one_description(make):
    assert describe(make()) == describe(make())


def test_the_descriptions_are_the_same_in_another_process():
    code = (
        f"import sys; sys.path[:0] = {sys.path}\n"
        "from test_identity import SAME, describe\n"
        "for make in SAME.values(): print(ascii(describe(make())))"
    )
    for seed in "12":
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines() == [ascii(describe(make())) for make in SAME.values()]


def doubled(f):
    return lambda x: 2 * f(x)


APART = {
    "partials": (functools.partial(max, key=1), functools.partial(max, key=2)),
    "partials of partials": [functools.partial(functools.partial(max, 1), k) for k in (1, 2)],
    "partials of lambdas": [functools.partial(f) for f in (lambda x: x, lambda x: -x)],
    "lambdas": (lambda x: x + 1, lambda x: x + 2),
    "lambdas with other attributes": (lambda x: x.real, lambda x: x.imag),
    "lambdas inside": (lambda x: lambda: x + 1, lambda x: lambda: x + 2),
    "closures": (holds(1), holds(2)),
    "closures over arrays": (holds(np.ones(2)), holds(np.zeros(2))),
    "closures over functions": (doubled(holds(1)), doubled(holds(2))),
    "closures over settings": (holds(SimpleNamespace(k=1)), holds(SimpleNamespace(k=2))),
    "closures over settings that are arrays": [
        holds(SimpleNamespace(k=array)) for array in (np.ones(2), np.zeros(2))
    ],
    "closures over arrays of objects": (holds(np.array([None, 1])), holds(np.array([None, 2]))),
    "defaults": (lambda x, k=1: x * k, lambda x, k=2: x * k),
    "defaults by name": (lambda x, *, k=1: x * k, lambda x, *, k=2: x * k),
    "objects": (Called(k=1), Called(k=2)),
    "objects in slots": (Slotted(1), Slotted(2)),
    "methods": (Called(k=1).method, Called(k=2).method),
    "methods of one object": (Called().method, Called().__call__),
    "functions of one module": (reads_a_global, calls_another),
    "wrapped": [functools.cache(f) for f in (holds(1), holds(2))],
    "types of numbers": (holds(1), holds(1.0)),
    "sets": (holds({1}), holds({2})),
}


@pytest.mark.parametrize("pair", APART.values(), ids=APART)
def test_what_does_something_else_is_told_apart(pair):
    one, other = map(describe, pair)
    assert one != other


@pytest.mark.parametrize("function", [reads_a_global, calls_another, lambda x: calls_another(x)])
def test_a_global_value_that_changes_makes_another_function(function, monkeypatch):
    before = describe(function)
    monkeypatch.setitem(globals(), "GLOBAL", 4)
    assert describe(function) != before


def test_circles_come_to_an_end():
    circle = []
    circle.append(circle)

    def recursive(x):
        return other(x - 1) if x else circle

    def other(x):
        return recursive(x)

    assert describe(recursive) == describe(recursive)
    assert "…" in describe(circle)


def test_a_variable_that_is_not_there_yet_is_left_out():
    def function():
        return later

    before = describe(function)
    later = 3
    assert describe(function) != before


def test_a_long_description_is_short_and_still_tells_apart():
    one, other = (describe(holds([0] * 1000 + [k])) for k in (1, 2))
    assert len(one) < 200
    assert one != other


def test_functions_of_the_module_go_by_their_name():
    name = "rnn_from_scratch.fast.truncated_loss_and_gradients"
    assert describe(truncated_loss_and_gradients) == name
    came = describe(functools.partial(truncated_loss_and_gradients, window=3))
    assert came == f"partial of {name} with {{'window': 3}}"


def test_the_code_names_the_version_of_python():
    assert f"(code {sys.implementation.cache_tag} " in describe(reads_a_global)


def test_what_a_library_does_is_not_looked_into():
    def function(path):
        return oracle_like(path)

    oracle_like = np.linalg.norm
    assert "norm" in describe(function)
    assert Path(rnn_from_scratch.identity.__file__).exists()


def test_a_text_of_two_hundred_letters_stays_and_a_longer_one_ends_in_its_digest():
    stays, shortened = describe("a" * 198), describe("a" * 199)
    assert stays == repr("a" * 198)
    assert shortened[:182] == repr("a" * 199)[:180] + "… "
    assert re.fullmatch(r"[0-9a-f]{16}", shortened[182:])
    assert shortened != describe("a" * 198 + "b")


def test_a_function_is_named_with_its_place_and_a_module_by_its_name():
    assert describe(holds(1)).startswith(f"{__name__}.holds.<locals>.<lambda> (code ")
    assert describe(np.linalg) == "numpy.linalg"


def whole(value):
    """The description before it is shortened."""
    return rnn_from_scratch.identity._Description().of(value)


def calls_a_library(text):
    return dedent(text)


def test_a_function_of_another_package_is_named_and_one_of_the_same_package_described():
    assert whole(calls_a_library).endswith(", with {'dedent': 'textwrap.dedent'})")
    caller, called = (types.FunctionType(f.__code__, {}) for f in (calls_a_library, reads_a_global))
    caller.__globals__["dedent"] = called
    caller.__module__, called.__module__ = "package.one", "package.two.three"
    assert "'dedent': package.two.three.reads_a_global (code " in whole(caller)
    called.__module__ = "another.one"
    assert whole(caller).endswith(", with {'dedent': 'another.one.reads_a_global'})")


def test_defaults_are_told_apart_from_those_by_name():
    assert whole(lambda x=3: x).endswith(", with {'defaults': [3]})")
    assert whole(lambda *, x=3: x).endswith(", with {'by name': {'x': 3}})")


def test_what_is_listed_in_eight_lists_is_plain_and_in_nine_no_longer():
    nested = 3
    for depth in range(1, 12):
        nested = [nested]
        assert rnn_from_scratch.identity._is_plain(nested) == (depth <= 8)


def test_parts_are_described_in_their_order_and_those_of_a_set_in_one():
    endless = [1]
    endless.append(endless)
    assert whole({3: "a", 1: (2, None)}) == "{3: 'a', 1: [2, None]}"
    assert whole({"b", "c", "a"}) == "{'a', 'b', 'c'}"
    assert whole(endless) == "[1, …]"


class Secret:
    def __getstate__(self):
        raise TypeError("it does not say")


def test_objects_are_described_by_their_class_and_what_they_hold():
    assert whole(int) == "builtins.int"
    assert whole(SimpleNamespace(value=3)) == "types.SimpleNamespace with {'value': 3}"
    assert whole(Secret()) == f"{__name__}.Secret"
    called, call = whole(Called(x=1)), whole(Called.__call__)
    assert called == f"{__name__}.Called called by {call} with {{'x': 1}}"


def test_a_function_is_described_once_and_then_named():
    code = rf"code {sys.implementation.cache_tag} [0-9a-f]{{16}}"
    name = re.escape(f"{__name__}.Called.method")
    assert re.fullmatch(rf"\[{name} \({code}\), {name} #0\]", whole([Called.method] * 2))


def test_two_functions_of_one_name_are_told_apart_where_they_are_named_again():
    one, other = (lambda J, factor=factor: factor * J for factor in (1, 2))
    assert whole([one, other, one]) != whole([one, other, other])
