"""Plant mutmut's mistakes in one module and judge each in a fork.

``python -m mutation.planting MODULE [MODULE.FUNCTION]...`` runs in the copy that was laid out for
the module. It prints a line of JSON for each mutant: its name, its state, and its diff if it lives.
What pytest prints goes where errors go.
"""

import difflib
import json
import os
import re
import sys
from pathlib import Path

import pytest
from mutmut.mutation.file_mutation import MutatedFile, mutate_file_contents
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

from mutation import verdict
from mutation.forks import Forks, Trial


def diff_of(name: str, mutated: MutatedFile) -> str:
    """Return how a mutant differs from its function, as both stand in the mutated module."""
    mutant = name.rpartition(".")[2]
    function = verdict.function_of(name).rpartition(".")[2]
    lines, texts = mutated.code.splitlines(), []
    for generated in (re.sub(r"\d+$", "orig", mutant), mutant):
        span = mutated.line_span_by_function_name[generated]
        texts.append(
            [line.replace(generated, function) for line in lines[span.start - 1 : span.end]]
        )
    return "\n".join(difflib.unified_diff(*texts, lineterm=""))


def reached() -> set[str]:
    """Return the functions that mutmut saw run since the last call."""
    seen = set(state()._stats)
    state()._stats.clear()
    return seen


def main(module: str, only: list[str]) -> int:
    """Plant, judge, tell; return the exit status."""
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    path = Path("src", verdict.PACKAGE, f"{module}.py")
    mutated = mutate_file_contents(str(path), path.read_text("utf-8"))
    path.write_text(mutated.code, "utf-8")
    names = [f"{verdict.PACKAGE}.{module}.{name}" for name in mutated.mutant_names]
    trials = [
        Trial(name, name.partition("__mutmut_")[0])
        for name in names
        if verdict.chosen(verdict.function_of(name), only)
    ]

    def tell(name: str, result: str) -> None:
        diff = diff_of(name, mutated) if result in verdict.ALIVE else ""
        print(json.dumps([name, result, diff]), file=results, flush=True)

    forks = Forks(trials, set_mutant_under_test, reached, Path("forks").resolve(), tell)
    set_mutant_under_test("")
    return pytest.main(["--rootdir=.", "--quiet", "--tb=native"], plugins=[forks])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
