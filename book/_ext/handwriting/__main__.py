"""Draw the notes of the book in a folder (default: this one): a picture beside each source."""

from __future__ import annotations

import sys
from pathlib import Path

from .book import sources, write_all
from .sheet import NoteFault


def main(arguments: list[str]) -> int:
    """Write the pictures, and print which changed; return 1 if a note cannot be drawn."""
    root = Path(arguments[0]) if arguments else Path.cwd()
    try:
        changed = write_all(root)
    except NoteFault as fault:
        print(fault, file=sys.stderr)
        return 1
    for path in changed:
        print(f"drew {path.relative_to(root)}")
    print(f"{len(sources(root))} notes, {len(changed)} of them changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
