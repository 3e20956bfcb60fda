"""The code as it stands at the end of each chapter, made of the chapters up to there alone.

A stage is tangled by itself. Its files are those that the finished book has, byte for byte, and
whatever they import, at the top, inside a function or in an example, is a file of the stage: so
they do there what they do in the finished module, whose tests hold it. In one stage, in which the
front door is not made yet, the tests are run as well.
"""

import ast
import doctest
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from literate import tangle
from literate.chapters import read_chapter
from repository import the_book

ROOT = Path(__file__).resolve().parents[2]
BOOK = the_book()
PACKAGE = "rnn_from_scratch"
CHAPTERS = [chapter.doc for chapter in BOOK.chapters if chapter.cells]
FED = {  # what each chapter tangles
    doc: {cell.tangle for cell in BOOK.cells if cell.doc == doc and cell.tangle} for doc in CHAPTERS
}
TESTS = {"__init__": "package", "__main__": "package", "py": "package"}  # others mirror a module
WITH_ANOTHER = {"products", "segments"}  # parts of a step, tested with the function of them all
SHARED = ["oracle.py", "refusals.py"]
CLAIMS = {"bptt", "fast"}  # what their tests have in common needs earlier modules to be there
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
TESTED = next(doc for doc in CHAPTERS if f"{PACKAGE}/bptt.py" in FED[doc])
PAGE = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n"
READ_ONCE = cache(read_chapter)  # a page stands in the stages of all that come after it
CELL = "```{{code-cell}} ipython3\n<<{}>>\n```\n"


def write_stage(root: Path, doc: str) -> None:
    """Write the book as if it ended with a chapter.

    Fragments that wait for a later chapter are used on a last page, which tangles nothing.
    """
    docs = BOOK.docs[: BOOK.docs.index(doc) + 1]
    cells = [cell for cell in BOOK.cells if cell.doc in docs]
    waiting = {cell.fragment for cell in cells if cell.fragment} - used_in(docs)
    (root / "book").mkdir()
    for page in docs:
        shutil.copy(ROOT / page, root / page)
    (root / "book" / "later.md").write_text(PAGE + "\n".join(map(CELL.format, sorted(waiting))))
    pages = [{"file": page.removesuffix(".md")} for page in [*docs[1:], "book/later.md"]]
    contents = {"format": "jb-book", "root": docs[0].removesuffix(".md"), "chapters": pages}
    (root / "_toc.yml").write_text(yaml.safe_dump(contents))


def used_in(docs: list[str]) -> set[str]:
    """Return the names of the fragments to which cells of these chapters refer."""
    return {name for name in BOOK.fragments if any(user.doc in docs for user in BOOK.users(name))}


def missing(code: Path, *files: Path) -> list[str]:
    """Name what Python files import of the package, and ``code`` does not hold."""
    return [
        f"{path.name} imports {target}"
        for path in files
        for target in sorted(imports_of(path.read_text("utf-8")))
        if not (code / target).is_file()
    ]


@cache
def imports_of(text: str) -> set[str]:
    """Return what ``imported`` finds in a file; each file stands in many stages."""
    return imported(ast.parse(text))


def imported(tree: ast.Module) -> set[str]:
    """Return the files of the package that are imported, wherever that stands; in examples too."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "an import is written with the name of the package"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    modules = {name.replace(".", "/") + ".py" for name in names if name.startswith(f"{PACKAGE}.")}
    inside = {target for target in modules if target in BOOK.files()}
    door = {f"{PACKAGE}/__init__.py"} if PACKAGE in names and not inside else set()
    return inside | door | examples_import(tree)


def examples_import(tree: ast.Module) -> set[str]:
    """Return the files that the examples in docstrings import."""
    found = set()
    for node in ast.walk(tree):
        text = ast.get_docstring(node) if isinstance(node, DOCUMENTED) else None
        examples = doctest.DocTestParser().get_examples(text or "")
        if examples:
            found |= imported(ast.parse("".join(example.source for example in examples)))
    return found


def run_tests(root: Path, modules: set[str]) -> subprocess.CompletedProcess:
    """Run the tests of these modules, and all doctests, where there is nothing but the stage."""
    (root / "tests").mkdir()
    for path in files_that_test(modules):
        shutil.copy(path, root / "tests")
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "book" / "_ext").symlink_to(ROOT / "book" / "_ext", target_is_directory=True)
    # until the front door is tangled, the folder of the modules is a namespace
    options = ["-q", "--tb=short", "-p", "no:cacheprovider", "-o", "consider_namespace_packages=1"]
    options += ["-m", "not hypothesis"]  # what needs a later chapter shows with one example too
    environment = {**os.environ, "PYTHONPATH": str(root / "tests")}
    command = [sys.executable, "-m", "pytest", *options]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


def files_that_test(modules: set[str]) -> list[Path]:
    """Return the files that test these modules, with what the tests share."""
    claims = ["gradient_claims.py"] if modules & CLAIMS else []
    own = {f"test_{TESTS.get(module, module)}.py" for module in modules - WITH_ANOTHER}
    names = [f"module/{name}" for name in sorted({*SHARED, *claims, *own})]
    return [ROOT / "tests" / name for name in ("conftest.py", *names)]


# Where a chapter feeds no file, the code stays what it was: earlier cells needed no fragment of it
# before, and need none now.
@pytest.mark.parametrize("doc", [doc for doc in CHAPTERS if FED[doc]])
def test_the_code_at_the_end_of_a_chapter_is_that_of_the_finished_book_and_needs_no_more(
    doc, tmp_path, monkeypatch
):
    monkeypatch.setattr("literate.chapters.read_chapter", READ_ONCE)
    write_stage(tmp_path, doc)
    code = tmp_path / "code"
    made = {path.relative_to(code).as_posix(): path for path in tangle(tmp_path)}
    read = CHAPTERS[: CHAPTERS.index(doc) + 1]
    assert made.keys() == set().union(*(FED[chapter] for chapter in read))
    for target, path in made.items():
        assert path.read_bytes() == (ROOT / "code" / target).read_bytes(), target
    assert not missing(code, *made.values())
    tests = files_that_test({Path(target).stem for target in FED[doc]})
    assert not missing(code, *tests), f"{doc}: its tests need a later chapter"


def test_a_stage_passes_its_tests(tmp_path):
    """Those of earlier modules need no second run, since a chapter leaves them as they are."""
    write_stage(tmp_path, TESTED)
    tangle(tmp_path)
    result = run_tests(tmp_path, {Path(target).stem for target in FED[TESTED]})
    assert result.returncode == 0, f"{TESTED}: the code at its end fails\n{result.stdout}"
    assert "passed" in result.stdout


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("import numpy as np", []),
        (f"from {PACKAGE}.bptt import rnn_backward", ["bptt"]),
        (f"import {PACKAGE}.bptt", ["bptt"]),
        (f"from {PACKAGE} import bptt", ["bptt"]),
        (f"from {PACKAGE} import rnn_backward", ["__init__"]),
        (f"import {PACKAGE} as r", ["__init__"]),
        (f"def f():\n    from {PACKAGE}.fast import Workspace", ["fast"]),
        (f'def f():\n    """Do.\n\n    >>> import {PACKAGE}.toy as t\n    """', ["toy"]),
    ],
)
def test_an_import_is_found_wherever_it_stands(text, files, tmp_path):
    assert imported(ast.parse(text)) == {f"{PACKAGE}/{name}.py" for name in files}
    (tmp_path / "early.py").write_text(text)
    found = missing(tmp_path, tmp_path / "early.py")
    assert found == [f"early.py imports {PACKAGE}/{name}.py" for name in files]


def test_a_module_is_fed_by_one_chapter():
    fed = [target for doc in CHAPTERS for target in FED[doc]]
    assert sorted(fed) == sorted(BOOK.files())
