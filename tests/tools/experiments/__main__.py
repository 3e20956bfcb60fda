"""Compute the stored results of the chapters anew.

``python -m experiments`` takes all experiments, ``--only NAME`` those whose file has this name.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from bench.machine import describe
from experiments import ROOT, Experiment, experiments_of
from literate import load_book
from literate.recording import digest

DIGITS = 6  # of a stored number


def compute(experiment: Experiment) -> dict:
    """Run the code of an experiment for all its seeds; return what its file says."""
    namespace: dict = {"__name__": experiment.doc}
    exec(compile(experiment.code, experiment.doc, "exec"), namespace)
    seeds = list(eval(experiment.seeds, namespace))
    began = time.process_time()
    results = eval(experiment.function, namespace)(seeds)
    seconds, machine = time.process_time() - began, describe()
    file = {
        "date": machine["date"],
        "machine": f"{machine['cpu']}, {machine['system']}",
        "numpy": np.__version__,
        "seconds": round(seconds, 1),
        "stream": np.random.default_rng(0).random(),
        "code": experiment.code.split("\n"),
        "seeds": seeds,
        "results": {name: rounded(values) for name, values in results.items()},
    }
    return {**file, "sha256": digest(file)}


def rounded(values: np.ndarray) -> list:
    """Return an array as nested lists of numbers with few digits."""
    if np.ndim(values):
        return [rounded(each) for each in values]
    return values.item() if np.asarray(values).dtype.kind in "iu" else float(f"{values:.{DIGITS}g}")


def text_of(file: dict) -> str:
    """Return a file as text, one line for each line of code and for each seed of a result."""
    head = [f" {json.dumps(key)}: {json.dumps(file[key])}" for key in file if key not in LISTED]
    code = ",\n  ".join(json.dumps(line) for line in file["code"])
    rows = [
        f"  {json.dumps(name)}: [\n   " + ",\n   ".join(map(json.dumps, values)) + "\n  ]"
        for name, values in file["results"].items()
    ]
    listed = [f' "code": [\n  {code}\n ]', ' "results": {\n' + ",\n".join(rows) + "\n }"]
    return "{\n" + ",\n".join([*head, *listed]) + "\n}\n"


LISTED = ("code", "results")


def main(arguments: list[str]) -> int:
    """Compute what is asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m experiments", description=__doc__)
    parser.add_argument("--only", metavar="NAME", help="the name of a file in book/data")
    asked = parser.parse_args(arguments)
    found = list(experiments_of(load_book(ROOT)))
    names = [Path(each.path).stem for each in found]
    if asked.only not in (None, *names):
        parser.error(f"{asked.only!r} is none of {', '.join(names)}")
    chosen = [(n, e) for n, e in zip(names, found, strict=True) if asked.only in (None, n)]
    stored = {
        n: json.loads(e.file(ROOT).read_text("utf-8")) for n, e in chosen if e.file(ROOT).exists()
    }
    taken = sum(file["seconds"] for file in stored.values())
    print(f"When they were stored, {len(stored)} of {len(chosen)} took {taken:.0f} s", flush=True)
    os.chdir(ROOT / "book")  # where the kernels of the chapters start
    for name, experiment in chosen:
        file = compute(experiment)
        experiment.file(ROOT).write_text(text_of(file), "utf-8")
        said = f"{name}: {len(file['seeds'])} seeds in {file['seconds']:.0f} s"
        print(f"{said}; {difference(file, stored.get(name))}", flush=True)
    return 0


def difference(file: dict, before: dict | None) -> str:
    """Say how far results lie from those that were stored before, seed by seed."""
    if before is None or before["seeds"] != file["seeds"]:
        return "nothing to compare with"
    pairs = [
        (file["results"][name], values)
        for name, values in before["results"].items()
        if np.shape(values) == np.shape(file["results"].get(name))
    ]
    if len(pairs) < len(before["results"]):
        return "other results than before"
    return (
        f"at most {max(np.abs(np.subtract(*pair)).max() for pair in pairs):.2g} from those before"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
