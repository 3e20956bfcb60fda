"""The slot for original pages: a scan in ``book/notes/scans`` takes the place of a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .sheet import NoteFault

KINDS = (".svg", ".webp", ".png", ".jpg")


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
    """Whether something stands in the slot of the note ``name``."""
    return bool(_pictures(folder, name))


def _pictures(folder: Path, name: str) -> list[Path]:
    return [path for kind in KINDS if (path := folder / f"{name}{kind}").is_file()]
