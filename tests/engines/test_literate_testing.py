"""Below a failing test stands the chapter line of the code that failed."""

import itertools

import pytest

from literate import tangle

A = '''\
```{code-cell}
:tangle: pkg/mod.py

def f(x):
    """Double x.

    >>> f(1)
    2
    """
    <<the gradient>>
    return y


def g(x):
    return f(x) + 1
```
'''
B = "```{code-cell}\n:fragment: the gradient\n\ny = 2 * x\n```\n"


@pytest.fixture
def project(pytester, small_book):
    """A project with a book and a module, in whose folder tests are run."""
    small_book.root = pytester.path
    small_book.write({"a": A, "b": B})
    tangle(pytester.path)
    pytester.makeini("[pytest]\npythonpath = code\n")
    return pytester


def section(project, test, *arguments):
    """Run a test file; return the lines of the section "book", or None if there is none."""
    project.makepyfile(test)
    plugins = ("-p", "literate.testing", "-p", "no:hypothesispytest")  # that one is slow
    result = project.runpytest_inprocess(*plugins, *arguments)
    assert result.ret in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)
    lines = iter(result.outlines)
    if not any(line.strip("-") == " book " for line in lines):
        return None
    return list(itertools.takewhile(lambda line: not line.startswith(("=", "_", "-")), lines))


def change(project, name, old, new):
    path = project.path / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_an_error_names_each_frame_under_code(project):
    test = "from pkg.mod import g\ndef test():\n    g({})"
    assert section(project, test) == [
        "code/pkg/mod.py:16 is book/a.md:19",
        "code/pkg/mod.py:11 is book/b.md:8 <<the gradient>>",
    ]


REACHED = [
    "the test runs, directly or through other functions:",
    "code/pkg/mod.py:15 is book/a.md:18 def g",
    "code/pkg/mod.py:4 is book/a.md:8 def f",
    "code/pkg/mod.py:11 is book/b.md:8 <<the gradient>>",
]


@pytest.mark.parametrize(
    "test",
    [
        "from pkg.mod import g\ndef test():\n    assert g(1) == 4",
        "from pkg import mod\ndef test():\n    assert mod.g(1) == 4",
        "import pkg.mod\ndef test():\n    assert [i for i in [1] if pkg.mod.g(i) == 4]",
        "import pytest, pkg.mod\n@pytest.mark.parametrize('f', [pkg.mod.g])\n"
        "def test(f):\n    assert f(1) == 4",
        "from pkg.mod import g\ndef helper():\n    return g(1)\n"
        "class TestIt:\n    def test(self):\n        assert helper() == 4",
        "from pkg.mod import g\ndef make():\n    def test():\n        assert h(1) == 4\n"
        "    h = g\n    return test\ntest = make()",
        "from pkg.mod import g\nfrom hypothesis import given, strategies as st\n"
        "@given(st.just(1))\ndef test(n):\n    assert g(n) == 4",
    ],
    ids=["name", "attribute", "submodule", "parameter", "helper", "closure", "hypothesis"],
)
def test_a_wrong_result_names_the_functions_that_the_test_reaches(project, test):
    assert section(project, test) == REACHED


def test_an_error_raised_from_another_names_both(project):
    test = (
        "from pkg.mod import f, g\ndef test():\n    try:\n        f({})\n"
        "    except TypeError as error:\n        raise ExceptionGroup('', [OSError()]) from error"
    )
    assert section(project, test) == [
        "code/pkg/mod.py:11 is book/b.md:8 <<the gradient>>",
    ]


def test_a_syntax_error_in_tangled_code_names_the_chapter_line(project):
    change(project, "book/b.md", "2 * x", "2 * x\n\n\ndef h(a): return a")
    change(project, "code/pkg/mod.py", "2 * x", "2 * (x")
    (line,) = section(project, "from pkg.mod import f\ndef test():\n    f(1)")
    assert line == "code/pkg/mod.py:11 is not as the book makes it; run `make tangle`"


def test_an_error_while_a_test_file_is_imported(project):
    test = "from pkg.mod import f\nTWICE = f({})\ndef test():\n    pass"
    assert section(project, test) == ["code/pkg/mod.py:11 is book/b.md:8 <<the gradient>>"]


def test_an_import_error_in_tangled_code(project):
    change(project, "book/b.md", "y = 2 * x", "from math import tanhh as y")
    tangle(project.path)
    change(project, "book/a.md", "def f(x):", "<<the gradient>>\n\n\ndef f(x):")
    tangle(project.path)
    assert section(project, "from pkg.mod import f\ndef test():\n    pass") == [
        "code/pkg/mod.py:5 is book/b.md:8 <<the gradient>>"
    ]


def test_a_doctest_names_the_line_of_its_example(project):
    change(project, "book/a.md", "    2\n", "    3\n")
    tangle(project.path)
    lines = section(project, "", "--doctest-modules", "code")
    assert lines == ["code/pkg/mod.py:7 is book/a.md:11"]


def test_a_file_that_differs_from_the_book_is_named_as_such(project):
    change(project, "book/b.md", "2 * x", "3 * x")
    test = "from pkg.mod import f\ndef test():\n    f({})"
    message = "code/pkg/mod.py:11 is not as the book makes it; run `make tangle`"
    assert section(project, test) == [message]


def test_a_faulty_book_does_not_hide_the_failure(project):
    change(project, "book/b.md", "fragment: the", "fragment: teh")
    assert section(project, "from pkg.mod import f\ndef test():\n    f({})") == [
        "the book has faults, so its lines cannot be named:",
        "book/a.md:14: unknown fragment <<the gradient>>; did you mean <<teh gradient>>?",
    ]


@pytest.mark.parametrize("test", ["def test():\n    assert 0", "import nowhere"])
def test_a_failure_that_has_nothing_to_do_with_the_module(project, test):
    assert section(project, test) is None


def test_a_project_without_a_book(project):
    (project.path / "_toc.yml").unlink()
    assert section(project, "from pkg.mod import f\ndef test():\n    f({})") is None
