"""``python -m this_book equations|notes [ROOT]``: check the book's equations, or draw its notes.

ROOT is the folder of the book (default: this one). The exit status is 0 if all equations hold, or
all notes could be drawn, and 1 if one does not, or if there is none.
"""

from __future__ import annotations

import sys
from pathlib import Path

from equations import Lookup, check_book, read_equations, summarize
from handwriting import NoteFault, sources, write_all
from literate.loading import read_contents

from .symbols import read_notation


def check(root: Path) -> int:
    """Check the labelled equations; print the faults and a summary."""
    equations = read_equations(root, read_contents(root)[0])
    results = check_book(equations, read_notation(root))
    faults = [result for result in results if result.fault]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(summarize(results))
    return 1 if faults or not results else 0


def draw(root: Path) -> int:
    """Draw a picture beside each source of a note, and print which changed."""
    equations = read_equations(root, read_contents(root)[0])
    try:
        changed = write_all(root, Lookup(equations, read_notation(root)).find)
    except NoteFault as fault:
        print(fault, file=sys.stderr)
        return 1
    for path in changed:
        print(f"drew {path.relative_to(root)}")
    print(f"{len(sources(root))} notes, {len(changed)} of them changed")
    return 0


def main(arguments: list[str]) -> int:
    """Do what is asked for; return the exit status."""
    command, root = arguments[0], Path(*arguments[1:2] or [Path.cwd()]).resolve()
    return {"equations": check, "notes": draw}[command](root)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
