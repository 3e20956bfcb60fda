"""Faults in the book's source: what is wrong, where, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import name

import yaml


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong at one line of the book."""

    doc: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.doc}:{self.line}: {self.message}"


class BookFault(Exception):
    """The book's source cannot be used as it is; holds every fault that was found."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__(str(self))

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class HandEdited(BookFault):
    """A file under code/ holds an edit that tangling would lose."""


class UnknownPlace(ValueError):
    """A line was asked for that is in no tangled file."""


def did_you_mean(word: str, words: Iterable[str], shape: str = "{}") -> str:
    """Return ``"; did you mean …?"`` if one of ``words`` is close to ``word``, else nothing."""
    close = difflib.get_close_matches(word, list(words), 1)
    if not close:
        return ""
    letters = odd_letters(word, close[0])
    return f"; did you mean {shape.format(close[0])}?" + (f" It holds {letters}" if letters else "")


def odd_letters(word: str, meant: str) -> str:
    """Name the letters beyond ASCII that stand in ``word`` only; they may look like others."""
    odd = dict.fromkeys(letter for letter in word if letter not in meant and ord(letter) > 127)
    return ", ".join(f"U+{ord(letter):04X} ({name(letter, 'no letter').lower()})" for letter in odd)


def utf8_fault(doc: str, error: UnicodeDecodeError) -> Fault:
    """Wrap an error of decoding a file from its beginning."""
    return Fault(doc, error.object[: error.start].count(b"\n") + 1, "not UTF-8; save it as UTF-8")


def yaml_fault(doc: str, line: int, error: yaml.YAMLError) -> Fault:
    """Wrap an error of the YAML parser whose text begins at ``line`` of ``doc``."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    where = line + (mark.line if mark else 0)
    return Fault(doc, where, f"not valid YAML: {problem}; quote the value if it holds `: ` or `#`")
