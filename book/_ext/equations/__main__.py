"""Check the labelled equations of the book in a folder (default: this one).

The exit status is 0 if all hold, 1 if one does not or if there is none.
"""

from __future__ import annotations

import sys
from pathlib import Path

from . import check_book, summarize


def main(arguments: list[str]) -> int:
    """Print the faults and a summary; return the exit status."""
    results = check_book(Path(arguments[0]) if arguments else Path.cwd())
    faults = [result for result in results if result.fault]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(summarize(results))
    return 1 if faults or not results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
