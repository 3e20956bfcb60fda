"""Plant small mistakes in the package, one after the other, and see whether the tests notice.

``python -m mutation [MODULE | MODULE.FUNCTION]...`` mutates a copy under _build/mutants, one module
after the other. A module is judged by its own tests, those that have its name, and by a few beside
them. The exit status is 1 if too few mutants of a module are killed or the list of survivors is not
right, 2 if they could not all be judged.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import literate
import locks
from mutation import verdict

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
COPY = ROOT / "_build" / "mutants"
SHARED = ["gradient_claims.py", "oracle.py", "refusals.py"]
EVERYWHERE = ["arguments"]  # each argument of each public function
BESIDE = {  # the tests of those that use a module in all that it does
    "__main__": ["package"],
    "batches": ["trainer"],
    "buffers": ["forward", "fast"],
    "checkpoints": ["resuming"],
    "clipping": ["trainer"],
    "fast": ["buffers"],
    "forward": ["buffers", "prediction"],
    "identity": ["resuming"],
    "parameters": ["forward", "loss", "bptt", "descent", "clipping"],
    "products": ["fast"],
    "segments": ["fast"],
    "steps": ["trainer", "resuming"],
    "targets": ["estimator"],
    "toy": ["package"],
    "trainer": ["batches", "resuming"],
}

# mutmut passes functions with a decorator by. In the copy this one is set for all, so the few tests
# of who sets it otherwise are left out (mutmut.toml).
DECORATOR = re.compile(r'^@np\.errstate\(all="ignore"\).*\n', re.MULTILINE)
INSTEAD = 'import numpy as np\n\nnp.seterr(all="ignore")\n'


def modules(only: list[str]) -> list[str]:
    """Return the modules that are asked for; nothing means all."""
    asked = {name.split(".")[0] for name in only}
    there = sorted(path.stem for path in (ROOT / "code" / verdict.PACKAGE).glob("*.py"))
    return [name for name in there if name != "__init__" and (not only or name in asked)]


def tests_of(module: str) -> list[str]:
    """Return the files of tests that judge a module."""
    names = dict.fromkeys([module, *EVERYWHERE, *BESIDE.get(module, ())])
    files = (f"test_{name}.py" for name in names)
    return [name for name in files if (ROOT / "tests" / "module" / name).is_file()]


def lay_out(module: str) -> None:
    """Copy the package, the tests that judge one of its modules, and mutmut's settings."""
    shutil.rmtree(COPY, ignore_errors=True)
    package = ROOT / "code" / verdict.PACKAGE
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, COPY / "src" / verdict.PACKAGE, ignore=ignored)
    for path in (COPY / "src" / verdict.PACKAGE).glob("*.py"):
        path.write_text(DECORATOR.sub("", path.read_text("utf-8")), "utf-8")
    (COPY / "tests").mkdir()
    (COPY / "tests" / "conftest.py").write_text(INSTEAD, "utf-8")
    for name in SHARED + tests_of(module):
        shutil.copy(ROOT / "tests" / "module" / name, COPY / "tests")
    shutil.copy(HERE / "mutmut.toml", COPY / "pyproject.toml")


def run(module: str, only: list[str]) -> tuple[dict[str, str], list[verdict.Survivor]]:
    """Let the mutants be judged, saying at each further hundred how far it is; return the results.

    Raises UnfinishedError if they could not all be judged.
    """
    source = (ROOT / "code" / verdict.PACKAGE / f"{module}.py").read_text("utf-8")
    path = os.pathsep.join(map(str, [COPY / "src", HERE.parent]))
    environment = os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "mutation.planting", module, *only]
    results, survivors, log = {}, [], COPY / "judging.log"
    with (
        log.open("wb") as written,
        subprocess.Popen(
            command,
            cwd=COPY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=written,
            encoding="utf-8",
        ) as process,
    ):
        for line in process.stdout:
            name, state, diff = json.loads(line)
            results[name] = state
            if state in verdict.ALIVE:
                survivors.append(verdict.read_diff(name, diff, source))
            if len(results) % 100 == 0:
                print(f"{len(results):5} mutants", flush=True)
    if process.returncode:
        said = log.read_text("utf-8", "replace")[-3000:]
        raise verdict.UnfinishedError(f"{said}\nmutation.planting ended with {process.returncode}")
    verdict.check(results, only)
    return results, sorted(survivors, key=lambda survivor: (survivor.row, survivor.change))


def show(survivors: list[verdict.Survivor], reasons: dict[verdict.Change, str]) -> None:
    """Print the survivors of each line: its place in the module and in its chapter, the reason."""

    def group(survivor):
        change = survivor.change
        return change.function, survivor.row, change.line, reasons.get(change, "NO REASON LISTED")

    for (function, row, line, reason), alike in itertools.groupby(survivors, group):
        place = f"code/{verdict.PACKAGE}/{function.split('.')[0]}.py:{row}"
        print(f"\n{place} is {literate.where(ROOT, place)}, in {function}\n  - {line}")
        for survivor in alike:
            print(f"  + {survivor.change.mutant}")
        print(f"  {reason}")


def judge(module: str, only: list[str], reasons: dict[verdict.Change, str]) -> int:
    """Mutate one module, judge, print; return the exit status."""
    only = [name for name in only if name.split(".")[0] == module] or [module]
    print(f"\n{module}, by {', '.join(tests_of(module))}", flush=True)
    lay_out(module)
    try:
        results, survivors = run(module, only)
    except verdict.UnfinishedError as unfinished:
        print(unfinished, file=sys.stderr)
        return 2
    show(survivors, reasons)
    killed = len(results) - len(survivors)
    print(f"\n{len(results)} mutants: {killed} killed ({killed / len(results):.1%}),", end=" ")
    print(f"{len(survivors)} survived", flush=True)
    faults = verdict.judge(results, survivors, reasons, only)
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


def main(only: list[str]) -> int:
    """Mutate, judge, print; return the exit status."""
    if unanswered := locks.unanswered((HERE / "requirements.txt").read_text("utf-8")):
        print("tests/tools/mutation/requirements.txt:", *unanswered, sep="\n", file=sys.stderr)
        return 2
    reasons = verdict.read_reasons(HERE / "survivors.toml")
    judged = [judge(module, only, reasons) for module in modules(only)]
    if not judged:
        print(f"there is no module {' '.join(only)}", file=sys.stderr)
    return max(judged, default=2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
