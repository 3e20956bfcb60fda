"""The repository as its tests see it: where it is, what git lets through, a clean environment."""

import fnmatch
import os
import tomllib
from functools import cache
from pathlib import Path

from literate import load_book

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def the_book():
    """The book, loaded once for all tests of a process."""
    return load_book(ROOT)


def environment(**variables):
    """Our environment without what an outer make or pytest left in it."""
    left = ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "PYTHONPATH", "COV_CORE_SOURCE")
    return {name: value for name, value in os.environ.items() if name not in left} | variables


def files_for_git():
    """Every file that .gitignore lets through, as paths from the root."""
    lines = [line for line in read(".gitignore").splitlines() if line and line[0] != "#"]
    ignored = [line.rstrip("/") for line in lines] + [".git"]

    def kept(name):
        return not any(fnmatch.fnmatch(name, pattern) for pattern in ignored)

    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(filter(kept, folders))
        yield from (Path(folder, name).relative_to(ROOT) for name in sorted(filter(kept, names)))
