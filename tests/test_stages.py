"""The code as it stands at the end of each chapter, made of the chapters up to there alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from literate import load_book, tangle

ROOT = Path(__file__).resolve().parents[1]
BOOK = load_book(ROOT)
CHAPTERS = [chapter.doc for chapter in BOOK.chapters if chapter.cells]
FED = {  # what each chapter tangles
    doc: {cell.tangle for cell in BOOK.cells if cell.doc == doc and cell.tangle} for doc in CHAPTERS
}
TESTS = {"__init__": "package", "__main__": "package"}  # the others mirror their module
SHARED = ["conftest.py", "oracle.py", "refusals.py"]
CLAIMS = {"bptt", "fast"}  # what their tests have in common needs earlier modules to be there
PAGE = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n"
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


def run_tests(root: Path, modules: set[str]) -> subprocess.CompletedProcess:
    """Run the tests of these modules, and all doctests, where there is nothing but the stage."""
    (root / "tests").mkdir()
    names = [f"test_{TESTS.get(module, module)}.py" for module in modules]
    claims = ["gradient_claims.py"] if modules & CLAIMS else []
    for name in {*SHARED, *claims, *names}:
        shutil.copy(ROOT / "tests" / name, root / "tests")
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "book" / "_ext").symlink_to(ROOT / "book" / "_ext", target_is_directory=True)
    # until the front door is tangled, the folder of the modules is a namespace
    options = ["-q", "--tb=short", "-p", "no:cacheprovider", "-o", "consider_namespace_packages=1"]
    options += ["-m", "not hypothesis"]  # what needs a later chapter shows with one example too
    environment = {**os.environ, "PYTHONPATH": str(root / "tests")}
    command = [sys.executable, "-m", "pytest", *options]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("doc", CHAPTERS)
def test_the_code_at_the_end_of_a_chapter_needs_nothing_of_a_later_one(doc, tmp_path):
    """It tangles, and passes the doctests and the tests of the modules that the chapter feeds.

    Those of earlier modules need no second run, since a chapter leaves them as they are.
    """
    write_stage(tmp_path, doc)
    made = {path.relative_to(tmp_path / "code").as_posix() for path in tangle(tmp_path)}
    read = CHAPTERS[: CHAPTERS.index(doc) + 1]
    assert made == set().union(*(FED[chapter] for chapter in read))
    if FED[doc]:
        result = run_tests(tmp_path, {Path(target).stem for target in FED[doc]})
        assert result.returncode == 0, f"{doc}: the code at its end fails\n{result.stdout}"


def test_a_module_is_fed_by_one_chapter():
    fed = [target for doc in CHAPTERS for target in FED[doc]]
    assert len(fed) == len(set(fed)) == 19
