"""The data files that code names: strings such as ``"data/speed.json"``, beside the chapters."""

from __future__ import annotations

import ast
import base64
from collections.abc import Iterable
from pathlib import Path

FOLDER = "data/"
SENTENCE = "The next cell writes {names} beside this notebook, unless it is there already."
CELL = """\
import base64
from pathlib import Path

files = {files}
for name, content in files.items():
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_bytes(base64.b64decode(content))"""


def named_files(sources: Iterable[str], folder: Path) -> list[str]:
    """Return the names of the files in ``folder``/data that stand as strings in some code."""
    strings = {text for source in sources for text in _strings(source) if text.startswith(FOLDER)}
    return sorted(name for name in strings if ".." not in name and (folder / name).is_file())


def _strings(source: str) -> Iterable[str]:
    try:
        nodes = ast.walk(ast.parse(source))
    except SyntaxError:
        return []  # the kernel will say so, with its place
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


def sentence(names: list[str]) -> str:
    """Say what the cell of ``write_files`` does."""
    return SENTENCE.format(names=" and ".join(f"`{name}`" for name in names))


def write_files(names: list[str], folder: Path) -> str:
    """Return code that writes files where a notebook is run, with all that they hold."""
    content = {name: base64.b64encode((folder / name).read_bytes()).decode() for name in names}
    return CELL.format(files=content)
