"""All notes of the book: from their sources in ``book/notes`` to their pictures beside them."""

from __future__ import annotations

import runpy
from pathlib import Path

from .note import Find, Note
from .sheet import NoteFault

NOTES = Path("book", "notes")
TEXTS = ("TITLE", "ALT", "DESCRIPTION")
SAYS = (*TEXTS, "HEIGHT", "draw")


def sources(root: Path) -> list[Path]:
    """Return the sources of the notes, by name."""
    return sorted((root / NOTES).glob("*.py"))


def said_by(source: Path) -> dict:
    """Return what the source of a note defines; its texts in one line each.

    Raises
    ------
    NoteFault
        If the source does not say all that a note has to say.
    """
    said = runpy.run_path(str(source))
    missing = [name for name in SAYS if name not in said]
    if missing:
        raise NoteFault(f"note {source.stem}: its source does not define {', '.join(missing)}")
    return said | {name: " ".join(said[name].split()) for name in TEXTS}


def draw(source: Path, find: Find) -> Note:
    """Draw one note.

    Raises
    ------
    NoteFault
        If the source does not say all that a note has to say, or draws what cannot be drawn.
    """
    said = said_by(source)
    note = Note(source.stem, *(said[name] for name in TEXTS), said["HEIGHT"], find)
    note.margin_note("drawn for this book")
    note.headline()
    said["draw"](note)
    return note


def write_all(root: Path, find: Find) -> list[Path]:
    """Write the picture of every note beside its source; return the paths of those that changed."""
    pictures = {path.with_suffix(".svg"): draw(path, find).svg() for path in sources(root)}
    changed = [path for path, svg in pictures.items() if _read(path) != svg]
    for path in changed:
        path.write_text(pictures[path], encoding="utf-8", newline="\n")
    return changed


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
