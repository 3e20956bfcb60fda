"""The folder code/: writes its files, compares them with the chapters, traces lines back."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from .faults import BookFault, Fault, HandEdited, UnknownPlace, did_you_mean
from .fragments import HEAD, Book, Line, is_untouched, origin, text_of
from .loading import load_book

PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::\d+)?:?")  # with a column, as compilers write
CACHE = "__pycache__"
IGNORED = re.compile(rf"{CACHE}|.*\.egg-info|\..*")


def tangle(root: str | Path, force: bool = False) -> list[Path]:
    """Write the module's files, and remove those that the book no longer makes.

    Only files that differ are touched. A file in code/ that neither the book nor an earlier
    tangling made is left alone: ``check`` tells of it. A folder without files goes, for Python
    would still import it.

    Returns
    -------
    list of Path
        The files that were written, the files and the folders that were removed.

    Raises
    ------
    BookFault
        If the book has faults, or something else stands where a file belongs; nothing is written.
    HandEdited
        If a file was edited by hand and ``force`` is false; nothing is written.
    """
    book = load_book(root)
    if blocked := list(_in_the_way(book)):
        raise BookFault(blocked)
    edited = [fault for target in book.files() for fault in _hand_edits(book, target)]
    if edited and not force:
        raise HandEdited(edited)
    changed = []
    for target, lines in book.files().items():
        path, content = book.root / "code" / target, text_of(lines).encode()
        if not path.is_file() or path.read_bytes() != content:
            _write(path, content)
            changed.append(path)
    for path in [path for path in _extra(book) if is_untouched(_read(path))]:
        path.unlink()
        changed.append(path)
    for folder in _empty_folders(book):
        shutil.rmtree(folder)
        changed.append(folder)
    return changed


def _in_the_way(book: Book) -> Iterator[Fault]:
    """Tell of a folder where a file belongs, and of a file where a folder does."""
    for target in book.files():
        path = book.root / "code" / target
        folders = [folder for folder in path.parents[: target.count("/") + 1] if folder.exists()]
        wrong = [(path, "folder", "file")] if path.is_dir() else []
        wrong += [(folder, "file", "folder") for folder in folders if not folder.is_dir()]
        for place, found, wanted in wrong:
            name = place.relative_to(book.root).as_posix()
            yield Fault(name, 1, f"a {found} stands where a {wanted} belongs; move it away")


def _write(path: Path, content: bytes) -> None:
    """Write a file beside the place where it belongs, then put it there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def check(root: str | Path | Book) -> list[str]:
    """Say where code/ differs from what the chapters make; an empty list means nowhere.

    ``root`` is the folder with the table of contents, or the book if it has been read already.

    Raises
    ------
    BookFault
        If the book has faults, so that it cannot be said what it makes.
    """
    book = root if isinstance(root, Book) else load_book(root)
    messages = [message for target in book.files() for message in drift(book, target)]
    for path in _extra(book):
        todo = (
            "run `make tangle`"
            if is_untouched(_read(path))
            else "delete it, or write it in a chapter"
        )
        name = path.relative_to(book.root).as_posix()
        messages.append(f"{name}: extra, no chapter makes it; {todo}")
    for folder in _empty_folders(book):
        name = folder.relative_to(book.root).as_posix()
        messages.append(f"{name}: a folder without files, which can be imported; run `make tangle`")
    return messages


def where(root: str | Path, place: str) -> str:
    """Return the chapter line, ``book/x.md:LINE``, that made the line ``code/FILE:LINE``.

    If the file has drifted from the book, its lines are matched with what the book makes.

    Raises
    ------
    UnknownPlace
        If ``place`` is not a line of a file that the book makes.
    BookFault
        If the book has faults.
    """
    found = PLACE.fullmatch(place)
    if not found:
        raise UnknownPlace(f"{place!r} is not a place; write it as code/FILE:LINE")
    file, number = found["file"], found["line"]
    book = load_book(root)
    target = _target(book, file)
    lines, path = book.files()[target], book.root / "code" / target
    text = _read(path) if path.is_file() else text_of(lines)
    last = text.count("\n")
    if not 1 <= int(number) <= last:
        raise UnknownPlace(f"{place}: the file has lines 1 to {last}")
    return _place(lines, _book_row(text, lines, int(number)))


def drift(book: Book, target: str) -> list[str]:
    """Say how one file under code/ differs from what ``book`` makes."""
    path, lines, name = book.root / "code" / target, book.files()[target], f"code/{target}"
    if not path.is_file():
        return [f"{name}: missing, though {_place(lines, 1)} makes it; run `make tangle`"]
    text = _read(path)
    if text == text_of(lines):
        same = path.read_bytes() == text.encode()
        return [] if same else [f"{name}: has CRLF or a byte order mark; run `make tangle`"]
    todo = "run `make tangle`" if is_untouched(text) else "edit the chapter, then run `make tangle`"
    return [
        f"{name}:{found.row} is not what {found.place} makes; {todo}\n{found.both}"
        for found in _differences(text, lines)
    ]


@dataclass(frozen=True)
class _Difference:
    """A run of lines in which a file differs from the book, told by its first line."""

    row: int
    place: str
    file: str
    book: str

    @property
    def both(self) -> str:
        return f"  file: {self.file}\n  book: {self.book}"


def _differences(text: str, lines: list[Line]) -> Iterator[_Difference]:
    """Compare a file with the book; the digest in its head differs with every other line."""
    ours, books = text.split("\n")[:-1], [line.text for line in lines]
    runs = [run for run in _compare(ours, books) if run[0] != "equal"]
    below = [run for run in runs if run[3] >= HEAD]
    for _, row, row_end, at, at_end in below or runs:
        file = ours[row] if row < row_end else "(nothing)"
        made = books[at] if at < at_end else "(nothing)"
        yield _Difference(row + 1, _place(lines, min(at + 1, len(lines))), file, made)


def _compare(ours: list[str], books: list[str]) -> list[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, ours, books, autojunk=False).get_opcodes()


def _book_row(text: str, lines: list[Line], row: int) -> int:
    """Return the row of ``lines`` that a row of ``text``, both from 1, corresponds to."""
    for _, start, end, at, at_end in _compare(text.split("\n"), [line.text for line in lines]):
        if start < row <= end:
            return min(at + row - start, max(at_end, 1))
    return len(lines)


def _hand_edits(book: Book, target: str) -> Iterator[Fault]:
    """Tell of edits that tangling would lose: in a file that is not as tangling left it."""
    path, lines = book.root / "code" / target, book.files()[target]
    text = _read(path) if path.is_file() else ""
    if not path.is_file() or text == text_of(lines) or is_untouched(text):
        return
    for found in _differences(text, lines):
        what = f"edited by hand, so it is not overwritten; edit {found.place} instead"
        yield Fault(f"code/{target}", found.row, f"{what}, or tangle with --force\n{found.both}")


def _extra(book: Book) -> list[Path]:
    """Return the files under code/ that the book does not make."""
    code = book.root / "code"
    made = {code / target for target in book.files()}
    return [
        path
        for path in sorted(code.rglob("*"))
        if (path.is_file() or path.is_symlink())
        and path not in made
        and not any(IGNORED.fullmatch(part) for part in path.relative_to(code).parts)
    ]


def _empty_folders(book: Book) -> list[Path]:
    """Return the folders under code/ that hold nothing but what Python left; no folder in one."""
    code, found = book.root / "code", []
    for folder in sorted(path for path in code.rglob("*") if path.is_dir()):
        parts = folder.relative_to(code).parts
        if folder.is_symlink() or any(IGNORED.fullmatch(part) for part in parts):
            continue
        inner = (path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir())
        if all(CACHE in path.parts for path in inner) and not {*folder.parents} & {*found}:
            found.append(folder)
    return found


def _read(path: Path) -> str:
    """Read a file that may be anything; what is not UTF-8 shows up as a difference."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace") if path.is_file() else ""
    return text.replace("\r\n", "\n")


def _target(book: Book, file: str) -> str:
    """Find the tangled file that ``file`` names: from here, from the root, or from code/."""
    code = (book.root / "code").resolve()  # code/ may be a link
    for start in (Path.cwd(), book.root, code):
        path = (start / file).resolve()
        target = path.relative_to(code).as_posix() if path.is_relative_to(code) else ""
        if target in book.files():
            return target
    made = [f"code/{target}" for target in book.files()]
    hint = "" if file in made else did_you_mean(file, made)
    raise UnknownPlace(f"{file} is not a file that the book makes{hint}")


def _place(lines: list[Line], row: int) -> str:
    doc, line = origin(lines, row)
    return f"{doc}:{line}"
