"""Other packages than the pinned ones: the oldest NumPy that is promised, and today's newest.

They are installed into folders below _build/shake, which a run puts before the environment's own.
"""

import ast
import shutil
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

from literate import Book, load_book
from shake import ROOT

LOCKED, OLDEST, NEWEST = "locked", "oldest", "newest"
PINNED = ROOT / "tests" / "tools" / "oldest" / "requirements.txt"


class AbsentError(Exception):
    """The packages cannot be had here."""


def folder(which: str) -> Path:
    """Return the folder into which the oldest, or the newest, are installed."""
    return ROOT / "_build" / "shake" / which


def path(which: str) -> list[str]:
    """Return what stands before the environment's own packages."""
    return [] if which == LOCKED else [str(folder(which))]


def install(which: str) -> None:
    """Install what is asked for, the newest anew each time.

    Raises AbsentError, if pip cannot: no network, or no wheels for this Python.
    """
    if which == OLDEST and _is_there():
        return
    shutil.rmtree(folder(which), ignore_errors=True)
    if which == OLDEST:
        _pip(which, "--require-hashes", "--requirement", str(PINNED))
        shutil.copy(PINNED, folder(which))
    elif which == NEWEST:
        _pip(which, *computing())


def _is_there() -> bool:
    installed = folder(OLDEST) / PINNED.name
    return installed.exists() and installed.read_bytes() == PINNED.read_bytes()


def _pip(which: str, *wanted: str) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(folder(which))]
    done = subprocess.run([*command, *wanted], capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise AbsentError((errors or done.stderr.splitlines() or ["pip failed"])[-1])


@cache
def computing() -> tuple[str, ...]:
    """Return the names of the packages that the chapters import, NumPy's among them."""
    trees = [ast.parse(source) for source in _sources(load_book(ROOT))]
    names = {name for tree in trees for node in ast.walk(tree) for name in _imported(node)}
    homes = metadata.packages_distributions()
    return tuple(sorted({home for name in names for home in homes.get(name, ())}))


def _sources(book: Book) -> list[str]:
    return ["\n".join(line.text for line in book.expand(cell)) for cell in book.cells]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module.partition(".")[0]]
    return []
