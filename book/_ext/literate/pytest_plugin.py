"""Below a failing test, say which chapter lines made the code that failed.

Load it with ``pytest_plugins = ["literate.pytest_plugin"]`` in the ``conftest.py`` of the tests.
"""

from __future__ import annotations

import doctest
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from .contents import TOC
from .faults import BookFault
from .fragments import Book
from .layout import Line, text_of
from .reaching import Span, functions_of, reached_functions

BOOK = pytest.StashKey[Book | BookFault]()


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
            config.stash[BOOK] = Book.load(config.rootpath)
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
        if line.doc and (row == first or (line.cell is not before.cell and _name(line))):
            what = f" def {span.function}" if span.function and row == first else _name(line)
            yield f"code/{target}:{row} is {line.doc}:{line.line}{what}"


def _name(line: Line) -> str:
    return f" <<{line.cell.fragment}>>" if line.cell and line.cell.fragment else ""
