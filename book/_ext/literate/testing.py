"""Below a failing test, say which chapter lines made the code that failed.

Load it with ``pytest_plugins = ["literate.testing"]`` in the ``conftest.py`` of the tests.
"""

from __future__ import annotations

import doctest
import inspect
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CellType, CodeType, FunctionType, ModuleType

import pytest

from .faults import BookFault
from .fragments import Book, Line, text_of
from .loading import TOC, load_book

BOOK = pytest.StashKey[Book | BookFault]()


@dataclass(frozen=True)
class Span:
    """Some lines of a file, and the function that they are, if they are one."""

    path: Path
    first: int
    last: int
    function: str = ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Add the section "book" to the report of a failing test."""
    report = yield
    if report.failed and call.excinfo is not None:
        _add_section(report, item.config, call.excinfo.value, item)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Add the section "book" where a test file cannot even be imported."""
    report = yield
    if report.failed and report.call.excinfo is not None:
        _add_section(report, collector.config, report.call.excinfo.value, None)
    return report


def _add_section(report, config: pytest.Config, error: BaseException, item) -> None:
    root = config.rootpath.resolve()
    if not (root / TOC).is_file():
        return
    code = root / "code"
    lines, spans = [], list(_spans(error, code))
    if not spans and item is not None:  # the code ran well, and its result is wrong
        lines = ["the test runs, directly or through other functions:"]
        spans = list(reached_functions(functions_of(item), root))
    if spans:
        lines += [line for span in spans for line in _explain(_book(config), code, span)]
        report.sections.append(("book", "\n".join(dict.fromkeys(lines))))


def _spans(error: BaseException, code: Path) -> Iterator[Span]:
    """Yield the lines under ``code`` in tracebacks, syntax errors, doctests and their causes."""
    for one in _chain(error):
        frames = traceback.walk_tb(one.__traceback__)
        places = [(frame.f_code.co_filename, line) for frame, line in frames]
        if isinstance(one, SyntaxError):
            places.append((one.filename, one.lineno))
        places += _examples(one)
        for name, line in places:
            path = Path(name or "").resolve()
            if line and path.is_relative_to(code):
                yield Span(path, line, line)


def _examples(error: BaseException) -> Iterator[tuple[str | None, int]]:
    """Yield the places of the examples that failed, if the error is that of a doctest."""
    several = getattr(error, "failures", None)  # pytest collects them in an error of its own
    for failure in several if isinstance(several, list) else [error]:
        if isinstance(failure, (doctest.DocTestFailure, doctest.UnexpectedException)):
            first = (failure.test.lineno or 0) + 1
            yield failure.test.filename, first + failure.example.lineno


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, what it was raised from, and the members of a group."""
    if error is not None:
        yield from _chain(error.__cause__ or error.__context__)
        for member in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
            yield from _chain(member)
        yield error


def _book(config: pytest.Config) -> Book | BookFault:
    """Load the book once; a faulty book must not hide the failure of the test."""
    if BOOK not in config.stash:
        try:
            config.stash[BOOK] = load_book(config.rootpath)
        except BookFault as fault:
            config.stash[BOOK] = fault
    return config.stash[BOOK]


def _explain(book: Book | BookFault, code: Path, span: Span) -> Iterator[str]:
    """Say which chapter lines made a span: its first line, and each fragment in it."""
    path, first = span.path, span.first
    target = path.relative_to(code).as_posix()
    if isinstance(book, BookFault):
        yield f"the book has faults, so its lines cannot be named:\n{book}"
        return
    lines = book.files().get(target)
    if lines is None or not path.is_file() or path.read_text("utf-8") != text_of(lines):
        yield f"code/{target}:{first} is not as the book makes it; run `make tangle`"
        return
    for row in range(first, min(span.last, len(lines)) + 1):
        line, before = lines[row - 1], lines[row - 2]
        if line.doc and (row == first or (line.cell is not before.cell and _fragment(line))):
            what = f" def {span.function}" if span.function and row == first else _fragment(line)
            yield f"code/{target}:{row} is {line.doc}:{line.line}{what}"


def _fragment(line: Line) -> str:
    return f" <<{line.cell.fragment}>>" if line.cell and line.cell.fragment else ""


def functions_of(item) -> list[FunctionType]:
    """Return a test's own function, and the functions among its arguments."""
    test = getattr(item, "function", None)
    inner = getattr(getattr(test, "hypothesis", None), "inner_test", test)
    values = (inner, *getattr(item, "funcargs", {}).values())
    return [value for value in values if isinstance(value, FunctionType)]


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
