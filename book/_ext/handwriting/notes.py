"""The notes of a book: from their sources in ``book/notes`` to their pictures beside them.

The folder ``scans`` there is the slot for original pages: a scan takes the place of a drawing.
Only drawing needs matplotlib, which is loaded with the first note.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .ink import NoteFault

NOTES = Path("book", "notes")
TEXTS = ("TITLE", "ALT", "DESCRIPTION")
SAYS = (*TEXTS, "HEIGHT", "draw")
KINDS = (".svg", ".webp", ".png", ".jpg")


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


def draw(source: Path, find: Callable):
    """Return one note, drawn: a ``Note``.

    Raises
    ------
    NoteFault
        If the source does not say all that a note has to say, or draws what cannot be drawn.
    """
    from .note import Note

    said = said_by(source)
    note = Note(source.stem, *(said[name] for name in TEXTS), said["HEIGHT"], find)
    note.margin_note("drawn for this book")
    note.headline()
    said["draw"](note)
    return note


def write_all(root: Path, find: Callable) -> list[Path]:
    """Write the picture of every note beside its source; return the paths of those that changed."""
    pictures = {path.with_suffix(".svg"): draw(path, find).svg() for path in sources(root)}
    changed = [path for path, svg in pictures.items() if _read(path) != svg]
    for path in changed:
        path.write_text(pictures[path], encoding="utf-8", newline="\n")
    return changed


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


@dataclass(frozen=True)
class Scan:
    """A scanned page: its picture, what is seen on it, and, in Markdown, what it says."""

    picture: Path
    alt: str
    description: str

    @property
    def files(self) -> tuple[Path, Path]:
        """The picture and the words beside it."""
        return self.picture, self.picture.with_suffix(".txt")


def find_scan(folder: Path, name: str) -> Scan | None:
    """Return the scan of the note ``name`` in a folder, or None if there is none.

    Its words stand in ``NAME.txt`` beside it: first the alt text, then, after a blank line, a
    description in Markdown if there is one.

    Raises
    ------
    NoteFault
        If there are several, or if the scan has no alt text.
    """
    pictures = _pictures(folder, name)
    if not pictures:
        return None
    names = " and ".join(path.name for path in pictures)
    if len(pictures) > 1:
        raise NoteFault(f"note {name}: there are several scans, {names}; keep one")
    words = folder / f"{name}.txt"
    text = words.read_text(encoding="utf-8").strip() if words.is_file() else ""
    if not text:
        raise NoteFault(f"note {name}: the scan {names} has no alt text; write it to {words.name}")
    alt, _, description = text.partition("\n\n")
    return Scan(pictures[0], " ".join(alt.split()), description.strip())


def has_scan(folder: Path, name: str) -> bool:
    """Say whether something stands in the slot of the note ``name``."""
    return bool(_pictures(folder, name))


def _pictures(folder: Path, name: str) -> list[Path]:
    return [path for kind in KINDS if (path := folder / f"{name}{kind}").is_file()]
