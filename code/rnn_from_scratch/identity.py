# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: b43ad391f3a77cfd
# book/which-function.md
"""Descriptions of functions, by which they are recognized in another process."""

import contextlib
import dis
import functools
import hashlib
import sys
import types
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import numpy as np

from rnn_from_scratch.checkpoints import fingerprint

NUMBERS = bool, int, float, complex
VALUES = *NUMBERS, str, bytes, types.NoneType, np.generic, np.dtype, PurePath
PACKAGE = fingerprint.__module__.rpartition(".")[0]


# book/which-function.md
def describe(value: object) -> str:
    """Say what a value is, in the same words in every process; shorten a long text."""
    text = _Description().of(value)
    if len(text) <= 200:
        return text
    return f"{text[:180]}… {_digest(text)}"


# book/which-function.md
def _digest(text: str) -> str:
    """Return the digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# book/which-function.md
def _name(value: Any) -> str:
    """Return the full name of a class, a module or a function."""
    module = getattr(value, "__module__", None)
    name = getattr(value, "__qualname__", value.__name__)
    return f"{module}.{name}" if module else name


# book/which-function.md
def _code(code: types.CodeType) -> str:
    """Return the code of a function as text, with that of the functions inside it."""
    inside = [
        _code(c) if isinstance(c, types.CodeType) else describe(c)
        for c in code.co_consts
    ]
    return f"{code.co_code.hex()} {code.co_names} {inside}"


# book/which-function.md
def _globals_read(code: types.CodeType) -> set[str]:
    """Return the global names that a function reads, or a function inside it."""
    names = {
        step.argval
        for step in dis.get_instructions(code)
        if step.opname == "LOAD_GLOBAL"
    }
    inside = [_globals_read(c) for c in code.co_consts if isinstance(c, types.CodeType)]
    return names.union(*inside)


# book/which-function.md
def _bound(function: types.FunctionType) -> dict[str, object]:
    """Return the values that a function has besides its arguments, by name."""
    code, values = function.__code__, {}
    for name in sorted(_globals_read(code) & function.__globals__.keys()):
        found = function.__globals__[name]
        of_library = isinstance(found, types.FunctionType) and _root(found) != _root(
            function
        )
        values[name] = _name(found) if of_library else found
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # nothing is in it yet
            values[name] = cell.cell_contents
    given = {"defaults": function.__defaults__, "by name": function.__kwdefaults__}
    return values | {name: value for name, value in given.items() if value is not None}


# book/which-function.md
def _root(function: types.FunctionType) -> str:
    """Return the name of the package that a function is from."""
    return (function.__module__ or "").partition(".")[0]


# book/which-function.md
def _is_plain(value: Any, depth: int = 8) -> bool:
    """Say whether something is made of numbers, texts and arrays alone."""
    if isinstance(value, VALUES):
        return True
    if isinstance(value, np.ndarray):
        return not value.dtype.hasobject
    parts = value.values() if isinstance(value, Mapping) else value
    listed = isinstance(value, Mapping | list | tuple | set | frozenset)
    return listed and depth > 0 and all(_is_plain(part, depth - 1) for part in parts)


# book/which-function.md
class _Description:
    """The description of one value and of all that it holds."""

    def __init__(self) -> None:
        self.functions: list[types.FunctionType] = []  # described already
        self.around: list[object] = []  # what the value is a part of

    def of(self, value: object) -> str:
        """Describe a value."""
        if isinstance(value, VALUES):
            return repr(value)
        if isinstance(value, np.ndarray) and not value.dtype.hasobject:
            return fingerprint(value)
        if any(value is each for each in self.around):
            return "…"
        self.around.append(value)
        try:
            return (
                self._of_parts(value)
                or self._of_callable(value)
                or self._of_object(value)
            )
        finally:
            self.around.pop()

    def _of_parts(self, value: object) -> str | None:
        if isinstance(value, Mapping):
            items = (f"{self.of(k)}: {self.of(v)}" for k, v in value.items())
            return f"{{{', '.join(items)}}}"
        if isinstance(value, np.ndarray | list | tuple):
            return f"[{', '.join(map(self.of, value))}]"
        if isinstance(value, set | frozenset):
            return f"{{{', '.join(sorted(map(self.of, value)))}}}"
        return None

    def _of_callable(self, value: object) -> str | None:
        if isinstance(value, functools.partial):
            given: dict[Any, object] = {**dict(enumerate(value.args)), **value.keywords}
            return f"partial of {self.of(value.func)} with {self.of(given)}"
        if isinstance(value, types.MethodType):
            return f"{self.of(value.__func__)} of {self.of(value.__self__)}"
        if isinstance(value, types.FunctionType):
            return self._of_function(value)
        if not hasattr(value, "__name__"):
            return None
        wrapped = getattr(value, "__wrapped__", None)
        return (
            _name(value) if wrapped is None else f"{_name(value)} of {self.of(wrapped)}"
        )

    def _of_function(self, function: types.FunctionType) -> str:
        name, ours = _name(function), f"{function.__module__}".startswith(f"{PACKAGE}.")
        if ours:
            return name
        for place, each in enumerate(self.functions):
            if function is each:
                return f"{name} #{place}"  # another function may have the same name
        self.functions.append(function)
        code = (
            f"code {sys.implementation.cache_tag} {_digest(_code(function.__code__))}"
        )
        bound = _bound(function)
        return f"{name} ({code}{f', with {self.of(bound)}' if bound else ''})"

    def _of_object(self, value: object) -> str:
        name, state = _name(type(value)), None
        with contextlib.suppress(Exception):  # what cannot be pickled may refuse to say
            state = value.__getstate__()
        if callable(value):
            call = self.of(type(value).__call__)
            return f"{name} called by {call} with {self.of(state)}"
        return f"{name} with {self.of(state)}" if state and _is_plain(state) else name
