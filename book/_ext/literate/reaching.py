"""Which functions of the module a test runs, followed by name: nothing is run or traced."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CellType, CodeType, FunctionType, ModuleType


def functions_of(item) -> list[FunctionType]:
    """Return a test's own function, and the functions among its arguments."""
    test = getattr(item, "function", None)
    inner = getattr(getattr(test, "hypothesis", None), "inner_test", test)
    values = (inner, *getattr(item, "funcargs", {}).values())
    return [value for value in values if isinstance(value, FunctionType)]


@dataclass(frozen=True)
class Span:
    """Some lines of a file, and the function that they are, if they are one."""

    path: Path
    first: int
    last: int
    function: str = ""


def reached_functions(functions: Iterable[FunctionType], root: Path) -> Iterator[Span]:
    """Yield each function under ``root``/code that is reached.

    Functions of the project are followed into the functions that they name; nearest first.
    """
    todo = [inspect.unwrap(function) for function in functions]
    for function in todo:  # grows on the way
        code = function.__code__
        path = Path(code.co_filename).resolve()
        if path.is_relative_to(root / "code"):
            yield Span(path, code.co_firstlineno, _last_line(code), function.__qualname__)
        if path.is_relative_to(root) and "site-packages" not in path.parts:
            named = [inspect.unwrap(other) for other in _named(function)]
            todo += [other for other in dict.fromkeys(named) if other not in todo]


def _named(function: FunctionType) -> Iterator[FunctionType]:
    """Yield the functions whose names stand in the code of ``function``, in modules too."""
    names = _names(function.__code__)
    found = [function.__globals__.get(name) for name in names]
    for value in found:  # grows on the way: `package.module.function`
        if isinstance(value, ModuleType):
            inside = [vars(value).get(name) for name in names]
            found += [each for each in inside if not any(each is other for other in found)]
    found += [_content(cell) for cell in function.__closure__ or ()]
    yield from (value for value in found if isinstance(value, FunctionType))


def _names(code: CodeType) -> list[str]:
    """Return the global names and attributes in a function, and in those inside it."""
    return [*code.co_names, *(name for inner in _inner(code) for name in _names(inner))]


def _last_line(code: CodeType) -> int:
    lines = [line for _, _, line in code.co_lines() if line is not None]
    return max([*lines, *(_last_line(inner) for inner in _inner(code))])


def _inner(code: CodeType) -> list[CodeType]:
    return [value for value in code.co_consts if isinstance(value, CodeType)]


def _content(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None
