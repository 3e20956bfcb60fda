"""The benchmark's side of the pipes: it starts the workers, asks them, and ends them."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Self

from bench.problems import Shape

ROOT = Path(__file__).resolve().parents[3]
ONE_THREAD = {
    **dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
        "1",
    ),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}


class BenchFault(Exception):
    """Something that keeps the benchmark from measuring; its text says what."""


def environment() -> dict[str, str]:
    """Return the environment in which a process finds the packages, and uses one thread."""
    paths = os.pathsep.join(str(ROOT / name) for name in ("code", "book/_ext", "tests/tools"))
    return {**os.environ, **ONE_THREAD, "PYTHONPATH": paths}


class Worker:
    """A process with one peer in it, and the ways that the peer has at the problem prepared."""

    def __init__(self, module: str):
        self.module = module
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker", module],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def ask(self, *request):
        """Send a request, and return the answer; a fault names the peer."""
        try:
            pickle.dump(request, self.process.stdin)
            self.process.stdin.flush()
            state, value = pickle.load(self.process.stdout)
        except (BrokenPipeError, EOFError, pickle.UnpicklingError):
            status = self.process.wait()
            raise BenchFault(f"{self.module}: its process ended with status {status}") from None
        if state == "failed":
            raise BenchFault(f"{self.module} cannot {request[0]}:\n{value}")
        return value

    def prepare(self, shape: Shape, dtype: str) -> dict[str, dict]:
        """Return what each way of the peer computes."""
        return self.ask("prepare", shape, dtype)

    def block(self, way: str, steps: int) -> float:
        """Return the seconds of one of several steps."""
        return self.ask("block", way, steps)

    def peak(self, way: str) -> int:
        """Return the most bytes that a step takes."""
        return self.ask("peak", way)
