"""Writing several files so that either all of them change or none does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def write_all(changes: dict[Path, bytes | None]) -> None:
    """Give each file its new content, or remove it where that is None.

    Whatever goes wrong on the way, an interrupt included, every file is put back as it was and
    the folders made for it are taken away.
    """
    before = {path: path.read_bytes() if path.exists() else None for path in changes}
    folders: list[Path] = []
    staged: dict[Path, Path] = {}
    touched: list[Path] = []
    try:
        for path, content in changes.items():
            if content is not None:
                folders += _make_folder(path.parent)
                staged[path] = _temporary(path)
                _stage(path, staged[path], content)
        for path in changes:
            touched.append(path)
            _put(path, staged.get(path))
    except BaseException:
        _restore({path: before[path] for path in touched}, folders, staged)
        raise


def _make_folder(folder: Path) -> list[Path]:
    """Make a folder; return those that were not there, the innermost last."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _temporary(path: Path) -> Path:
    """Name a file in the same folder, so that it can take the other's place in one step."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _stage(path: Path, temporary: Path, content: bytes) -> None:
    temporary.write_bytes(content)
    if path.exists():
        shutil.copymode(path, temporary)


def _put(path: Path, temporary: Path | None) -> None:
    if temporary is None:
        path.unlink()
    else:
        temporary.replace(path)


def _restore(before: dict[Path, bytes | None], folders: list[Path], staged: dict) -> None:
    for temporary in staged.values():
        temporary.unlink(missing_ok=True)
    for path, content in before.items():
        if content is None:
            path.unlink(missing_ok=True)
        elif not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
    for folder in reversed(folders):
        folder.rmdir()
