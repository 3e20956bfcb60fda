"""Time a step of training: ours, beside the plain version and the libraries that people use.

``python -m bench`` measures everything and writes what the chapter shows. What is only a part, by
an option or because a library is missing, is written only where --out says. The exit status is 1
if a peer computes other gradients than we do, 2 if something that is needed is missing or wrong.
"""

import argparse
import sys
from pathlib import Path

from bench import measuring, table
from bench.extent import FULL, QUICK, Selection
from bench.peers import PEERS
from bench.problems import SHAPES
from bench.processes import ROOT, BenchFault

SHOWN = ROOT / "book" / "data" / "speed.json"


def names_of(known):
    """Return a reader of a list of names with commas between them."""

    def read(text: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in text.split(","))
        unknown, all_names = set(names) - set(known), ", ".join(known)
        if unknown:
            raise argparse.ArgumentTypeError(f"{min(unknown)!r} is none of {all_names}")
        return tuple(name for name in known if name in names)

    return read


def file_to_write(text: str) -> Path:
    """Refuse, before anything is measured, a path that cannot be written in the end."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a file in a folder that exists")
    return path


def options(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two rounds: to see that all works")
    for name, known in (("shapes", SHAPES), ("peers", PEERS)):
        parser.add_argument(
            f"--{name}", type=names_of(known), default=tuple(known), help=", ".join(known)
        )
    parser.add_argument("--out", type=file_to_write, help="the file to write, JSON")
    return parser.parse_args(arguments)


def is_whole(asked: argparse.Namespace, figures: dict) -> bool:
    """Whether everything was measured, as it should stand in the book."""
    everything = set(asked.shapes) == set(SHAPES) and set(asked.peers) == set(PEERS)
    return everything and not (asked.quick or figures["skipped"] or figures["refused"])


def main(arguments: list[str]) -> int:
    """Measure, print, write; return the exit status."""
    asked = options(arguments)
    chosen, extent = Selection(asked.shapes, asked.peers), QUICK if asked.quick else FULL
    try:
        figures = measuring.measure(chosen, extent, lambda what: print(what, file=sys.stderr))
    except BenchFault as fault:
        print(fault, file=sys.stderr)
        return 2
    print(table.render(figures))
    out = asked.out or (SHOWN if is_whole(asked, figures) else None)
    if out:
        measuring.write(figures, out)
    else:
        print("\nThis is a part of the benchmark: nothing is written without --out FILE")
    return 1 if figures["refused"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
