"""Run every chapter in many environments; say which claims do not hold in each of them.

``python -m shake`` takes all environments that this machine offers, two at a time, and writes down
for the book what was tried. ``--first N`` takes the first N only, and writes nothing. The exit
status is 1 if a claim failed, if a statement raised, or if a number of the prose differs; 2 if this
machine offers too few environments.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from subprocess import run

from bench.machine import describe
from literate import Book, load_book
from literate.claims import claims_of
from shake import ROOT, environments, packages, verdict
from shake.environments import Environment

FEWEST = 8
WRITTEN = Path("book", "data", "claims.json")


def record_of(environment: Environment, root: Path) -> verdict.Record | str:
    """Run the book in ``root`` in one environment; return what it wrote, or why it is absent."""
    began = time.monotonic()
    try:
        packages.install(environment.packages)
    except packages.AbsentError as absent:
        return str(absent)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "record.json")
        moves = json.dumps(environment.moves)
        command = [sys.executable, "-m", "shake.running", str(root), moves, str(out)]
        ended = run(
            command, cwd=root / "book", env=environment.process(), capture_output=True, text=True
        )
        if not out.exists():
            last = ended.stderr.strip().splitlines()[-1:] or ["no word"]
            raise RuntimeError(f"{environment.name}: the run ended with {last[0]}")
        return verdict.Record.read(environment, out, time.monotonic() - began)


def run_all(
    chosen: Iterable[Environment], root: Path
) -> tuple[list[verdict.Record], dict[str, str]]:
    """Run the book in all environments, two at a time; say of each what came of it."""
    records, absent, chosen = [], {}, list(chosen)
    with ThreadPoolExecutor(max_workers=2) as pool:
        # the last ones take longest, and begin
        running = [pool.submit(record_of, each, root) for each in reversed(chosen)]
        for environment, each in zip(chosen, reversed(running), strict=True):
            came = each.result()
            if isinstance(came, str):
                absent[environment.name] = came
            else:
                records.append(came)
                print(
                    f"  {environment.name}: {environment.what} ({came.seconds:.0f} s)", flush=True
                )
    return records, absent


def table(book: Book, records: list[verdict.Record]) -> str:
    """Return one line an environment: NumPy, the claims tried, the claims failed."""
    rows = [("environment", "NumPy", "claims", "failed")]
    for record in records:
        failed = sum(len(finding.where) for finding in verdict.failures(book, [record]))
        count = len(verdict.tried(book, record))
        rows.append((record.environment.name, record.numpy, str(count), str(failed)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    )


def keep(book: Book, records: list[verdict.Record]) -> None:
    """Write down for the book in how many environments each claim was tried, when, and on what."""
    counted = [record for record in records if record.environment.counts]
    claims: dict[str, dict[str, int]] = {}
    for record in counted:
        for claim in verdict.tried(book, record):
            of_chapter = claims.setdefault(claim.doc, {})
            of_chapter[claim.digest] = of_chapter.get(claim.digest, 0) + 1
    listed = [
        {"name": r.environment.name, "what": r.environment.what, "numpy": r.numpy} for r in counted
    ]
    tried = {"date": datetime.now(UTC).date().isoformat(), "machine": describe()}
    tried |= {"environments": listed, "claims": claims}
    (book.root / WRITTEN).write_text(json.dumps(tried, indent=1) + "\n", "utf-8")


def options(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m shake", description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, metavar="N", help="the first N environments only")
    parser.add_argument("--book", type=Path, default=ROOT, help="the folder of another book")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run, judge, print; return the exit status."""
    asked = options(arguments)
    book = load_book(asked.book)
    print(f"{len(claims_of(book))} claims")
    offered, absent = environments.all_of_them()
    records, missing = run_all(offered[: asked.first], book.root)
    for name, why in (absent | missing).items():
        print(f"  {name}: skipped, {why}")
    counted = [record for record in records if record.environment.counts]
    fewest = min(asked.first or FEWEST, FEWEST)
    if len(counted) < fewest:
        print(f"{len(counted)} environments; at least {fewest} are wanted", file=sys.stderr)
        return 2
    print(f"\n{table(book, records)}\n")
    faults = verdict.failures(book, counted)
    faults += verdict.differing_numbers(book, records[0], counted)
    reported = verdict.failures(book, [r for r in records if not r.environment.counts])
    for heading, findings in (("Does not hold", faults), ("Only reported", reported)):
        if findings:
            print(heading, *findings, sep="\n", end="\n\n")
    if faults:
        return 1
    print(f"Every claim held in each of {len(counted)} environments")
    if not asked.first:
        keep(book, counted)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
