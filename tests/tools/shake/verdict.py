"""Judge the runs: which claims failed where, which numbers of the prose differ, what to keep."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from literate import Book
from literate.claims import Claim, claims_of
from prose import Number, numbers
from results import asserted, printed, settings, source
from shake.environments import Environment


@dataclass
class Record:
    """The record that a run in one environment wrote down."""

    environment: Environment
    numpy: str
    claims: dict[tuple[str, int], str | None]  # (chapter, line): why it failed, or None
    stops: list[tuple[str, int, str]]
    shown: dict[tuple[str, int], str]
    seconds: float = 0.0

    @classmethod
    def read(cls, environment: Environment, path: Path, seconds: float = 0.0) -> "Record":
        """Read what ``shake.running`` wrote."""
        record = json.loads(path.read_text("utf-8"))
        return cls(
            environment,
            record["numpy"],
            {(doc, line): why for doc, line, why in record["claims"]},
            [(doc, line, why) for doc, line, why in record["stops"]],
            {(doc, line): text for doc, line, text in record["shown"]},
            seconds,
        )


@dataclass
class Finding:
    """Something that does not hold everywhere: where it stands, what it is, and where it failed."""

    place: str
    what: str
    where: dict[str, str] = field(default_factory=dict)  # environment: why

    def __str__(self):
        listed = "\n".join(f"    {name}: {why}" for name, why in self.where.items())
        return f"{self.place}: {self.what}\n{listed}"


def tried(book: Book, record: Record) -> list[Claim]:
    """Return the claims that a run tried: with other seeds, only those about training."""
    about_seeds = "seeds" in record.environment.moves
    return [
        claim
        for claim in claims_of(book)
        if (claim.doc, claim.line) in record.claims and (claim.training or not about_seeds)
    ]


def failures(book: Book, records: Iterable[Record]) -> list[Finding]:
    """List the claims that failed, or were never reached, and the statements that raised."""
    found: dict[tuple[str, int], Finding] = {}

    def note(doc: str, line: int, what: str, name: str, why: str) -> None:
        finding = found.setdefault((doc, line), Finding(f"{doc}:{line}", what))
        finding.where[name] = why

    for record in records:
        name, about_seeds = record.environment.name, "seeds" in record.environment.moves
        for claim in claims_of(book):
            if about_seeds and not claim.training:
                continue
            why = record.claims.get((claim.doc, claim.line), "never reached")
            if why is not None:
                note(claim.doc, claim.line, claim.text.partition("\n")[0], name, why)
        trained = {cell.doc for cell in book.cells if "training" in cell.options}
        for doc, line, why in record.stops:
            if not about_seeds or doc in trained:
                note(doc, line, "raises", name, why)
    order = {doc: number for number, doc in enumerate(book.docs)}
    return [found[place] for place in sorted(found, key=lambda place: (order[place[0]], place[1]))]


def differing_numbers(book: Book, usual: Record, records: Iterable[Record]) -> list[Finding]:
    """List the numbers of the prose that come from a cell as it is, and from none elsewhere."""
    found: dict[tuple[str, int], Finding] = {}
    known = Numbers(book, usual)
    for record in records:
        if record is usual or "seeds" in record.environment.moves:
            continue
        here = Numbers(book, record)
        for doc, number in known.cited():
            if not here.holds(doc, number):
                place = (doc, number.start)
                what = f'"{number.text}" stands in the prose'
                finding = found.setdefault(place, Finding(f"{doc}:{number.line}", what))
                finding.where[record.environment.name] = "no cell beside it gives this number"
    return list(found.values())


class Numbers:
    """The numbers that the cells of each section gave in one run."""

    def __init__(self, book: Book, record: Record):
        self.texts = {doc: (book.root / doc).read_text("utf-8") for doc in book.docs}
        self.results: dict[tuple[str, int], set[float]] = defaultdict(set)
        for cell in book.cells:
            code = source(book, cell)
            text = record.shown.get((cell.doc, cell.line), "")
            for section in {self._section(cell.doc, cell.line), 0}:
                self.results[cell.doc, section] |= printed(text) | asserted(code) | settings(code)

    def _section(self, doc: str, line: int) -> int:
        return sum(text.startswith("## ") for text in self.texts[doc].split("\n")[:line])

    def cited(self) -> Iterable[tuple[str, Number]]:
        """Yield each number of the prose that a cell beside it gives."""
        for doc, text in self.texts.items():
            for number in numbers(text):
                if self.holds(doc, number):
                    yield doc, number

    def holds(self, doc: str, number: Number) -> bool:
        """Say whether a cell beside a number gives it, rounded as it stands in the prose."""
        return number.is_produced_by(self.results[doc, self._section(doc, number.line)])
