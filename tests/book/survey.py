"""The survey of public code: what its tables hold, and what the pages say of it.

A sentence about the survey gets its counts from the tables. ``SAID`` has the words of each one,
with the counts as fields: ``{run}`` in digits, ``{run:words}`` in words.
"""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGE = "book/survey.md"
WRONG, RIGHT, NOT_RUN = (
    "Backward passes that are wrong",
    "Backward passes that are right",
    "Projects that were not run",
)
WORDS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SAID = {
    PAGE: [
        "{projects} public projects",
        "ran {run} of their backward passes",
        "Of these, {right} passed, and {wrong} were wrong",
        "They are not among the {projects}",
    ],
    "book/02-softmax-and-cross-entropy.md": [
        "{one maximum:words} programs of the {doc}`survey <survey>`"
    ],
    "book/07-the-output-error.md": ["In {two scales:words} projects of the {doc}`survey <survey>`"],
    "book/09-the-carry.md": [
        "in {no carry:words} projects of the {doc}`survey <survey>` the carry is missing or "
        "thrown away, and in {transpose missing:words} it is `Waa @ dz`",
    ],
    "book/12-the-whole-algorithm.md": [
        "{run} backward passes were run and compared, and {wrong} were wrong",
        "Of its {projects} projects, {a gradient check:words} check a gradient, "
        "and {unit tests that assert something:words} has unit tests",
    ],
}


class Count(int):
    """How many there are; in a sentence in digits, or in words."""

    def __format__(self, spec: str) -> str:
        return WORDS[self] if spec == "words" else str(int(self))


class Kind(NamedTuple):
    """A kind of mistake: how many projects make it, by the table, and which."""

    count: int
    projects: tuple[str, ...]


class Survey:
    """The tables of a page like ``book/survey.md``.

    ``projects`` has the row of each project by its name, in three groups: ``wrong``, ``right``
    and ``not_run``. ``kinds`` are the kinds of mistakes, ``holding`` what projects hold.
    """

    def __init__(self, text: str):
        self.wrong, self.right, self.not_run = (
            {row[0]: row for row in rows_below(text, heading)}
            for heading in (WRONG, RIGHT, NOT_RUN)
        )
        self.projects = self.wrong | self.right | self.not_run
        self.kinds = {
            re.match(r"\*\*(.+?)\*\*: ", row[0])[1]: Kind(int(row[1]), listed(row[2]))
            for row in rows_below(text, "The mistakes by kind")
        }
        self.holding = {
            row[0]: Kind(int(row[1]), listed(row[2]))
            for row in rows_below(text, "What the projects hold")
        }

    def making(self, kind: str) -> list[str]:
        """Return the projects whose row names a kind of mistake."""
        return [name for name, row in self.projects.items() if f"**{kind}**" in " ".join(row)]

    def counts(self) -> dict[str, Count]:
        """Return what a sentence may count: projects from their rows, kinds from those too."""
        sizes = {
            "projects": len(self.projects),
            "run": len(self.wrong) + len(self.right),
            "wrong": len(self.wrong),
            "right": len(self.right),
        }
        sizes |= {kind: len(self.making(kind)) for kind in self.kinds}
        sizes |= {what: len(kind.projects) for what, kind in self.holding.items()}
        return {name: Count(size) for name, size in sizes.items()}

    def said(self, doc: str) -> list[str]:
        """Return the words that stand on a page because of the tables, with their counts."""
        counts = self.counts() | {"doc": "{doc}"}
        return [words.format_map(counts) for words in SAID.get(doc, [])]

    def spans(self, doc: str, text: str) -> list[tuple[int, int]]:
        """Return where on a page these words stand; a sentence may begin with them."""
        found = [re.search(re.escape(words), text, re.IGNORECASE) for words in self.said(doc)]
        return [match.span() for match in found if match]


def rows_below(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the rows of the table that follows a heading."""
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    table = re.search(r"^\|[-|]+\|\n(?P<rows>(?:\|.*\n)+)", section, re.MULTILINE)
    return [[cell.strip() for cell in row[1:-1].split(" | ")] for row in table["rows"].splitlines()]


def listed(cell: str) -> tuple[str, ...]:
    """Return the projects that a cell lists; what is said of one stands behind it."""
    names = re.split(r", ", re.sub(r" \(\d+\)|;.*", "", cell).strip())
    return tuple(name for name in names if name and " " not in name)


def the_survey() -> Survey:
    """Return the survey as it stands on its page."""
    return Survey((ROOT / PAGE).read_text("utf-8"))
