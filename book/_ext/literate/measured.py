"""Say whether code has changed since its speed was measured.

A file of measured times holds, beside the day and the machine, a digest of each module that was
measured (``code``). What no computer runs, comments and docstrings, may change without a word.
"""

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_digests(package: str, users: Iterable[Path]) -> dict[str, str]:
    """Return a digest of each module of a package that some files import, or its modules in turn.

    Parameters
    ----------
    package : str
        The name of the package, which can be imported.
    users : iterable of pathlib.Path
        Python files.

    Returns
    -------
    dict
        For each module its name in the package, sorted, and twelve hexadecimal digits.
    """
    found: dict[str, str] = {}
    waiting = [name for path in users for name in _imported(path.read_text("utf-8"), package)]
    for name in waiting:  # grows on the way
        if name not in found:
            text = _text(package, name)
            found[name] = _digest(text)
            waiting += _imported(text, package)
    return dict(sorted(found.items()))


def code_since(figures: dict, package: str) -> str:
    """Say whether the code of a package is still the one whose times a file holds.

    Parameters
    ----------
    figures : dict
        The content of the file; ``code`` holds what ``code_digests`` returned when it was written.
    package : str
        The name of the package.

    Returns
    -------
    str
        One line: the code is the same, or which modules have changed, or that the file is older
        than such digests.
    """
    if "code" not in figures:
        return "measured with an earlier state of the module, which the file does not identify"
    now = {name: _digest(_text(package, name)) for name in figures["code"]}
    changed = ", ".join(name for name, digest in figures["code"].items() if now[name] != digest)
    return f"changed since: {changed}" if changed else "the code that was measured is that of now"


def _imported(text: str, package: str) -> list[str]:
    """Return the modules of a package that a Python file imports by ``from package.module``."""
    names = [n.module or "" for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ImportFrom)]
    return [name.removeprefix(f"{package}.") for name in names if name.startswith(f"{package}.")]


def _text(package: str, name: str) -> str:
    """Return the text of a module; nothing if there is none of that name any more."""
    spec = find_spec(package)
    folders = (spec and spec.submodule_search_locations) or []
    paths = [Path(folder, f"{name}.py") for folder in folders]
    return next((path.read_text("utf-8") for path in paths if path.is_file()), "")


def _digest(text: str) -> str:
    """Digest the lines of a module without comments and docstrings, alike in every Python."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            lines[first.lineno - 1 : first.end_lineno] = [""] * (
                first.end_lineno - first.lineno + 1
            )
    kept = "\n".join(line.rstrip() for line in lines if line.strip())
    return hashlib.sha256(kept.encode()).hexdigest()[:12]
