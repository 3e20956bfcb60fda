"""Functions are known again in another process, and told apart where they do something else."""

import array
import collections
import copy
import dataclasses
import datetime as dt
import decimal
import enum
import functools
import itertools
import os
import random
import re
import subprocess
import sys
import threading
import types
from collections.abc import Callable
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


class Mode(enum.Enum):
    SHORT = 1
    LONG = 12


@dataclasses.dataclass
class Settings:
    window: int
    activation: Callable = np.tanh


class Wrapping:
    def __init__(self, function, window):
        self.window = window
        functools.update_wrapper(self, function)

    def __call__(self, x):
        return self.window * x


class Recipe(Called):
    def __reduce__(self):
        return functools.partial(Recipe, **vars(self)), (), vars(self)


class Unpicklable(Called):
    def __reduce__(self):
        raise TypeError("it does not say")


class Conf:
    window = 1
    other = 1


class ByClass:
    window = 1
    unread = 1

    def __call__(self, x):
        return self.factor() * self.twice * self.mode.value * x

    def factor(self):
        return self.window

    @property
    def twice(self):
        return 2 * self.window

    mode = Mode.SHORT


class Marked(set):
    """A set with a setting."""


class Measured(np.ndarray):
    """An array with a unit."""


class Whole(int):
    """A number with a setting."""


class Open(dict):
    """A mapping with a setting."""


def marked(value, mark):
    value.mark = mark
    return value


class Table:
    """Numbers of a library that are not NumPy's."""

    __module__ = "collections.tables"

    def __init__(self, numbers):
        self.numbers = np.array(numbers)
        self.lock = threading.Lock()

    def __array__(self, dtype=None, copy=None):
        return self.numbers


settings = types.ModuleType("settings")
settings.window, settings.conf = 1, Conf
by_class, bound = ByClass(), Called(window=3)


def reads_a_class(x):
    return Conf.window * x


def reads_a_module(x):
    return settings.window * x


def reads_a_class_in_a_module(x):
    return settings.conf.window * x


def reads_its_own_attribute(x):
    return reads_its_own_attribute.window * x


reads_its_own_attribute.window = 1


def reads_settings(x, given):
    return given.window * x


def moved(rng):
    """Return a generator that has been used, or a copy of it before."""
    rng = copy.copy(rng)
    rng.random()
    return rng


def partials(*values):
    return [functools.partial(max, key=value) for value in values]


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
    "an object with all kinds of attributes": lambda: Called(
        window=3, rng=np.random.default_rng(), lock=threading.Lock(), room=Workspace(), f=[holds(1)]
    ),
    "a set of functions": lambda: {holds(k) for k in range(8)},
    "a set of objects": lambda: {Called(k=k) for k in range(8)},
    "a class": lambda: reads_a_class,
    "a module": lambda: reads_a_module,
    "attributes of a class": lambda: ByClass(),
    "a member of an enumeration": lambda: Mode.SHORT,
    "an object that cannot be pickled": lambda: Unpicklable(window=3),
    "an object that nobody looks into": lambda: threading.Thread(),
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
    "methods of an object with a workspace": [
        Called(window=window, room=Workspace()).method for window in (1, 12)
    ],
    "methods of an object with a generator": [
        Called(window=window, rng=np.random.default_rng(0)).method for window in (1, 12)
    ],
    "methods of an object with a list of functions": [
        Called(window=window, hooks=[print]).method for window in (1, 12)
    ],
    "methods of an object with a hook": [Called(k=k, hook=print).method for k in (1, 2)],
    "hooks of an object": [Called(hook=hook).method for hook in (print, len)],
    "objects with a recipe": (Recipe(k=1), Recipe(k=2)),
    "objects that cannot be pickled": (Unpicklable(k=1), Unpicklable(k=2)),
    "namespaces with a workspace": partials(
        *(SimpleNamespace(window=window, room=Workspace()) for window in (1, 12))
    ),
    "objects that update_wrapper has named": [Wrapping(max, window) for window in (1, 12)],
    "enumerations": partials(*Mode),
    "decimal numbers": partials(decimal.Decimal(1), decimal.Decimal(12)),
    "ranges": partials(range(1), range(12)),
    "times": partials(dt.timedelta(1), dt.timedelta(12)),
    "queues": partials(collections.deque([1]), collections.deque([1, 1])),
    "queues of functions": partials(*(collections.deque([f]) for f in (holds(1), holds(2)))),
    "lengths of a queue": partials(*(collections.deque(maxlen=k) for k in (1, 2))),
    "bytes": partials(bytearray(1), bytearray(2)),
    "arrays of Python": partials(array.array("d", [1]), array.array("d", [2])),
    "keys": partials({1: 1}.keys(), {2: 1}.keys()),
    "values": partials({1: 1}.values(), {1: 2}.values()),
    "vectorized functions": partials(np.vectorize(holds(1)), np.vectorize(holds(2))),
    "data classes with a function": partials(Settings(1), Settings(12)),
    "functions of data classes": partials(Settings(1, np.tanh), Settings(1, np.sin)),
    "closures over data classes": (holds(Settings(1)), holds(Settings(12))),
    "masks": partials(*(np.ma.array([1.0, 2.0], mask=mask) for mask in ([0, 1], [1, 0]))),
    "masked or not": partials(np.ma.array([1.0, 2.0]), np.array([1.0, 2.0])),
    "kinds of arrays": partials(np.zeros(2).view(np.recarray), np.zeros(2)),
    "patterns": partials(re.compile("a"), re.compile("b")),
    "sets with a setting": partials(*(marked(Marked({1}), k) for k in (1, 2))),
    "arrays with a setting": partials(*(marked(np.ones(1).view(Measured), k) for k in (1, 2))),
    "numbers with a setting": partials(*(marked(Whole(3), k) for k in (1, 2))),
    "mappings with a setting": partials(*(marked(Open(k=3), k) for k in (1, 2))),
    "ordered mappings": partials(*(collections.OrderedDict(k=k) for k in (1, 2))),
    "counters": partials(collections.Counter("a"), collections.Counter("ab")),
    "tables": partials(Table([1, 2]), Table([1, 3])),
    "arrays of objects of other shapes": partials(np.full((1, 2), None), np.full((2, 1), None)),
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


CHANGES = {
    "a class": (reads_a_class, Conf, "window", 12),
    "a class in a module": (reads_a_class_in_a_module, Conf, "window", 12),
    "a module": (reads_a_module, settings, "window", 12),
    "a class attribute of a callable object": (by_class, ByClass, "window", 12),
    "one that a partial is given": (
        functools.partial(reads_settings, given=by_class),
        ByClass,
        "window",
        12,
    ),
    "a method that is called": (by_class, ByClass, "factor", lambda _: 12),
    "a property": (by_class, ByClass, "twice", property(lambda _: 12)),
    "a member": (by_class, ByClass, "mode", Mode.LONG),
    "a class that is called": (lambda x: Called(x), Called, "__init__", lambda _: None),
    "a class whose object is called": (lambda x: Called()(x), Called, "__call__", lambda _: 1),
    "a function": (reads_its_own_attribute, reads_its_own_attribute, "window", 12),
}


@pytest.mark.parametrize(("function", "owner", "name", "value"), CHANGES.values(), ids=CHANGES)
def test_an_attribute_that_code_names_makes_another_function(
    function, owner, name, value, monkeypatch
):
    before = describe(function)
    monkeypatch.setattr(owner, name, value)
    assert describe(function) != before
    monkeypatch.undo()
    assert describe(function) == before


def test_an_attribute_that_no_code_names_is_left_out(monkeypatch):
    functions = reads_a_class, by_class, reads_a_module
    before = [describe(function) for function in functions]
    monkeypatch.setattr(Conf, "other", 2)
    monkeypatch.setattr(ByClass, "unread", 2)
    monkeypatch.setattr(settings, "unread", 2, raising=False)
    assert [describe(function) for function in functions] == before


@pytest.mark.parametrize(
    "rng",
    [
        np.random.default_rng(0),
        np.random.RandomState(0),
        random.Random(0),
    ],
    ids=lambda rng: type(rng).__name__,
)
def test_a_generator_that_has_moved_is_the_same(rng):
    before, after = (Called(k=1, rng=each) for each in (rng, moved(rng)))
    assert describe(before) == describe(after)
    steps = itertools.count(), itertools.count(5)
    assert len({describe(functools.partial(max, key=each)) for each in steps}) == 1


def test_the_order_in_which_a_partial_names_its_values_is_all_one():
    one, other = functools.partial(max, key=1, default=2), functools.partial(max, default=2, key=1)
    assert describe(one) == describe(other)


def test_a_function_in_a_module_of_another_package_goes_by_its_name(monkeypatch):
    helpers = types.ModuleType("helpers")
    helpers.window = types.FunctionType(holds(1).__code__, {}, closure=holds(1).__closure__)
    helpers.window.__module__ = "helpers"
    monkeypatch.setitem(globals(), "settings", helpers)
    name = helpers.window.__qualname__
    assert f"'settings': helpers with {{'window': 'helpers.{name}'}}" in whole(reads_a_module)


def test_a_library_is_closed_but_not_to_its_own_functions(monkeypatch, tmp_path):
    installed = types.ModuleType("installed.conf")
    installed.window, installed.__file__ = 1, str(tmp_path / "site-packages" / "conf.py")
    monkeypatch.setitem(globals(), "settings", installed)
    assert whole(reads_a_module).endswith(", with {'settings': installed.conf})")
    monkeypatch.setattr(reads_a_module, "__module__", "installed.steps")
    assert whole(reads_a_module).endswith("{'settings': installed.conf with {'window': 1}})")
    partial = functools.partial(functools.partial(reads_a_module))
    assert "installed.conf with {'window': 1}" in whole(partial)


def test_objects_that_know_each_other_are_described_once():
    friends = [Called(k=k) for k in range(40)]
    for each in friends:
        each.friends = friends
    assert describe(friends[0]) != describe(friends[1])
    assert len(whole(friends[0])) < 100_000


def test_an_array_of_objects_may_have_no_axis():
    assert whole(np.array(None, dtype=object)) == "object () [None]"
    assert whole(np.array([[1, None]])) == "object (1, 2) [1, None]"


def test_what_is_nested_too_deeply_is_named():
    nested = []
    for _ in range(2000):
        nested = [nested]
    message = "a functools.partial is nested too deeply; expected less than some hundred levels"
    with pytest.raises(ValueError, match=f"^{message}$"):
        describe(functools.partial(max, nested))


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
    return rnn_from_scratch.identity._in_full(value)


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


def test_an_array_is_plain_and_one_of_objects_is_not():
    assert rnn_from_scratch.identity._is_plain([np.ones(2)])
    assert not rnn_from_scratch.identity._is_plain([np.array([None, 1])])


def test_an_object_of_a_library_whose_numbers_cannot_be_had_is_described_by_its_class():
    far = type("Far", (), {"__module__": "numpy.far", "__array__": lambda _: 1 / 0})
    assert whole(far()) == "numpy.far.Far"


def test_a_class_or_an_object_of_the_reader_is_described_once_and_then_named():
    one = ByClass()
    assert whole([one, one]).endswith(f", {__name__}.ByClass #0]")
    read = types.FunctionType(reads_a_class.__code__, {"Conf": Conf})
    twice = whole([read, (Conf, Conf)])
    assert twice.count("'window': 1") == 1
