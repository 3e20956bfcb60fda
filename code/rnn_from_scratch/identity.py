# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 89f9ba47d55de94e
# book/which-function.md
"""Descriptions of functions, by which they are recognized in another process."""

import contextlib
import copyreg
import dis
import functools
import hashlib
import sys
import types
from collections.abc import Iterator, Mapping, MappingView
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from rnn_from_scratch.checkpoints import fingerprint

NUMBERS = bool, int, float, complex
VALUES = *NUMBERS, str, bytes, types.NoneType, np.generic, np.dtype, PurePath
FUNCTIONS = types.FunctionType, types.MethodType, types.BuiltinFunctionType, np.ufunc
PACKAGE = fingerprint.__module__.rpartition(".")[0]
OPEN = {"argparse", "collections", "types"}  # their objects are made to hold settings
CLOSED = {PACKAGE, "numpy", *sys.stdlib_module_names} - OPEN


# book/which-function.md
def describe(value: object) -> str:
    """Say what a value is, in the same words in every process; shorten a long text.

    Raises ValueError if lists or objects are nested too deeply.
    """
    try:
        text = _in_full(value)
    except RecursionError:
        name, what = _name(type(value)), "expected less than some hundred levels"
        raise ValueError(f"a {name} is nested too deeply; {what}") from None
    if len(text) <= 200:
        return text
    return f"{text[:180]}… {_digest(text)}"


# book/which-function.md
def _in_full(value: object) -> str:
    """Describe a value with all attributes that the code in it names."""
    names: frozenset[str] = frozenset()
    while True:
        description = _Description(names, _root(value))
        text = description.of(value)
        if description.found <= names:
            return text
        names |= description.found


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
def _names(code: types.CodeType) -> set[str]:
    """Return all names of globals and attributes in a code, but not private ones."""
    names = {name for name in code.co_names if not name.startswith("__")}
    inside = [_names(c) for c in code.co_consts if isinstance(c, types.CodeType)]
    return names.union(*inside)


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
        values[name] = _seen_from(function, function.__globals__[name])
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # nothing is in it yet
            values[name] = cell.cell_contents
    given = {"defaults": function.__defaults__, "by name": function.__kwdefaults__}
    return values | {name: value for name, value in given.items() if value is not None}


# book/which-function.md
def _root(value: Any) -> str:
    """Return the name of the package that a function, class or module is from."""
    while isinstance(value, functools.partial):
        value = value.func
    is_module = isinstance(value, types.ModuleType)
    name = value.__name__ if is_module else getattr(value, "__module__", None)
    return f"{name or ''}".partition(".")[0]


# book/which-function.md
def _seen_from(function: types.FunctionType | None, found: object) -> object:
    """Return what a function finds, or only the name of another package's function."""
    if function is None or not isinstance(found, types.FunctionType):
        return found
    return found if _root(found) == _root(function) else _name(found)


# book/which-function.md
def _is_plain(value: Any, depth: int = 8) -> bool:
    """Say whether something is made of numbers, texts, arrays and functions alone."""
    if isinstance(value, VALUES + FUNCTIONS):
        return True
    if isinstance(value, np.ndarray):
        return not value.dtype.hasobject
    parts = value.values() if isinstance(value, Mapping) else value
    listed = isinstance(value, Mapping | list | tuple | set | frozenset)
    return listed and depth > 0 and all(_is_plain(part, depth - 1) for part in parts)


# book/which-function.md
def _held(value: Any) -> object:
    """Return what an object holds, as pickle would keep it; None if nothing."""
    recipe: Any = ""
    with contextlib.suppress(Exception):  # what cannot be pickled may refuse to say
        known = copyreg.dispatch_table.get(type(value))
        recipe = known(value) if known else value.__reduce_ex__(2)
    if isinstance(recipe, str):
        return getattr(value, "__dict__", None)
    made, given, *more = recipe
    anew = getattr(made, "__name__", None) == "__newobj__"
    given = given[1:] if anew else given  # without its class
    items = [list(part) if isinstance(part, Iterator) else part for part in more]
    held = [part for part in (*given, *items) if part is not None]
    return held[0] if len(held) == 1 else held or None


# book/which-function.md
class _Description:
    """The description of one value and of all that it holds."""

    def __init__(self, names: frozenset[str] = frozenset(), home: str = "") -> None:
        self.names, self.home = names, home  # of attributes to describe; of a package
        self.found: set[str] = set()  # the names in all code
        self.seen: list[object] = []  # functions, classes and objects described already
        self.around: list[object] = []  # what the value is a part of

    def of(self, value: object) -> str:
        """Describe a value."""
        if isinstance(value, VALUES) and not hasattr(value, "__dict__"):
            return repr(value)
        if any(value is each for each in self.around):
            return "…"
        self.around.append(value)
        kinds = self._of_parts, self._of_callable, self._of_object
        text = next(filter(None, (kind(value) for kind in kinds)))
        self.around.pop()
        return text

    def _of_parts(self, value: Any) -> str | None:
        if isinstance(value, np.ndarray):
            return f"{self._of_array(value)}{self._of_own(value)}"
        if isinstance(value, set | frozenset):
            parts = ", ".join(sorted(map(self._alone, value)))
            return f"{{{parts}}}{self._of_own(value)}"
        if self._is_closed(type(value)) and hasattr(value, "__array__"):
            numbers = None
            with contextlib.suppress(Exception):  # they may be where nobody can look
                numbers = np.asarray(value)
            if numbers is not None:
                return f"{_name(type(value))} {self._of_array(numbers)}"
        if type(value) in (dict, types.MappingProxyType):
            items = (f"{self.of(k)}: {self.of(v)}" for k, v in value.items())
            return f"{{{', '.join(items)}}}"
        if type(value) in (list, tuple) or isinstance(value, MappingView):
            return f"[{', '.join(map(self.of, value))}]"
        return None

    def _of_own(self, value: object) -> str:
        """Describe the attributes that a class of the reader has added."""
        closed = self._is_closed(type(value))
        own = None if closed else getattr(value, "__dict__", None)
        return f" with {self.of(own)}" if own else ""

    def _alone(self, part: object) -> str:
        """Describe a part of a set as if it were the first, for they have no order."""
        before = len(self.seen)
        text = self.of(part)
        del self.seen[before:]
        return text

    def _of_array(self, array: np.ndarray[Any, Any]) -> str:
        numbers, kind = np.asarray(array), type(array)
        text = f"{array.dtype} {array.shape} "
        if array.dtype.hasobject:
            text += self.of(numbers.ravel().tolist())
        else:
            text = fingerprint(numbers)
        if isinstance(array, np.ma.MaskedArray):
            text += f" masked by {fingerprint(np.ma.getmaskarray(array))}"
        return text if kind in (np.ndarray, np.memmap) else f"{_name(kind)} {text}"

    def _of_callable(self, value: Any) -> str | None:
        if isinstance(value, functools.partial):
            by_name = dict(sorted(value.keywords.items()))
            given: dict[Any, object] = {**dict(enumerate(value.args)), **by_name}
            return f"partial of {self.of(value.func)} with {self.of(given)}"
        if isinstance(value, types.MethodType):
            return f"{self.of(value.__func__)} of {self.of(value.__self__)}"
        if isinstance(value, types.FunctionType):
            return self._of_function(value)
        if isinstance(value, type | types.ModuleType):
            return self._of_space(value)
        if isinstance(value, property):
            return f"property of {self.of(value.fget)}"
        return self._of_named(value) if hasattr(value, "__name__") else None

    def _of_named(self, value: Any) -> str | None:
        """Describe what has a name and is of a library, if that says it all."""
        wrapped = getattr(value, "__wrapped__", None)
        settings = {name for name in getattr(value, "__dict__", ()) if name[:2] != "__"}
        if not self._is_closed(type(value)) or (settings and wrapped is None):
            return None
        return (
            _name(value) if wrapped is None else f"{_name(value)} of {self.of(wrapped)}"
        )

    def _again(self, value: object) -> str:
        """Return the place of what has been described; else remember it."""
        for place, each in enumerate(self.seen):
            if value is each:
                return f" #{place}"  # another one may have the same name
        self.seen.append(value)
        return ""

    def _of_function(self, function: types.FunctionType) -> str:
        name, ours = _name(function), f"{function.__module__}".startswith(f"{PACKAGE}.")
        if ours:
            return name
        if again := self._again(function):
            return f"{name}{again}"
        self.found |= _names(function.__code__)
        code = (
            f"code {sys.implementation.cache_tag} {_digest(_code(function.__code__))}"
        )
        own = {k: v for k, v in sorted(vars(function).items()) if k in self.names}
        bound = _bound(function) | ({"attributes": own} if own else {})
        return f"{name} ({code}{f', with {self.of(bound)}' if bound else ''})"

    def _of_space(self, space: Any) -> str:
        """Describe a class or a module by the attributes that code names."""
        name = _name(space)
        if self._is_closed(space):
            return name
        if again := self._again(space):
            return f"{name}{again}"
        found = self._attributes(space, "__init__", "__call__")
        return f"{name} with {self.of(found)}" if found else name

    def _attributes(self, space: Any, *names: str) -> dict[str, object]:
        """Return those attributes that code names, and further ones, by name."""
        owners = space.__mro__ if isinstance(space, type) else [space]
        there = set().union(*(vars(o) for o in owners if not self._is_closed(o)))
        around = reversed(self.around)
        reader = next((f for f in around if isinstance(f, types.FunctionType)), None)
        values = {}
        for name in sorted(self.names.union(names) & there):
            with contextlib.suppress(Exception):  # a descriptor may do anything
                values[name] = _seen_from(reader, getattr(space, name))
        return values

    def _is_closed(self, space: Any) -> bool:
        """Say whether a class or a module is of a library, which nobody looks into."""
        package, is_module = _root(space), isinstance(space, types.ModuleType)
        module = space if is_module else sys.modules.get(space.__module__)
        folders = Path(getattr(module, "__file__", None) or "").parts
        installed = {"site-packages", "dist-packages"}.intersection(folders)
        return package in CLOSED or bool(installed and package != self.home)

    def _of_object(self, value: object) -> str:
        kind = type(value)
        text, closed = _name(kind), self._is_closed(kind)
        random = f"{kind.__module__}".startswith(("numpy.random", "random"))
        if closed and (random or isinstance(value, Iterator)):
            return text
        if not closed and (again := self._again(value)):
            return f"{text}{again}"
        if callable(value):
            text += f" called by {self.of(kind.__call__)}"
        held = _held(value)
        if held and (not closed or callable(value) or _is_plain(held)):
            text += f" with {self.of(held)}"
        of_class = {} if closed else self._attributes(kind)
        return f"{text} of a class with {self.of(of_class)}" if of_class else text
