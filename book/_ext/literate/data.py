"""The cell that writes the data files which a notebook names, where it is run."""

from __future__ import annotations

import base64
from pathlib import Path

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


def sentence(names: list[str]) -> str:
    """Say what the cell of ``write_files`` does."""
    return SENTENCE.format(names=" and ".join(f"`{name}`" for name in names))


def write_files(names: list[str], folder: Path) -> str:
    """Return code that writes files where a notebook is run, with all that they hold."""
    content = {name: base64.b64encode((folder / name).read_bytes()).decode() for name in names}
    return CELL.format(files=content)
