"""Check every mutant of every labelled equation of the book in a folder (default: this one).

The exit status is 0 if at least 97 % are caught and each survivor is listed with its reason.
"""

from __future__ import annotations

import sys
from pathlib import Path

from equations import read_equations
from literate.loading import read_contents
from this_book.symbols import read_notation

from .survey import Survey, read_survivors


def main(arguments: list[str]) -> int:
    """Print the table and the faults; return the exit status."""
    root = Path(arguments[0]) if arguments else Path.cwd()
    docs, _ = read_contents(root)
    equations = [equation for equation in read_equations(root, docs) if not equation.unchecked]
    survey = Survey(equations, read_notation(root))
    print(survey)
    faults = list(survey.faults(read_survivors()))
    print(*faults, sep="\n", end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
