"""The machine of the figures: no names and no folders, only what others could have too."""

from __future__ import annotations

import datetime as dt
import os
import platform
from importlib import metadata
from pathlib import Path

import numpy as np

from literate import code_digests

LIBRARIES = ("numpy", "torch", "jax", "jaxlib", "autograd")
PACKAGE = "rnn_from_scratch"


def processor(listing: str = "/proc/cpuinfo") -> str:
    """Return what the processor calls itself."""
    path = Path(listing)
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def describe() -> dict:
    """Return the processor, how many cores it has here, the system, and the day."""
    system, today = f"{platform.system()} {platform.machine()}", dt.datetime.now(dt.UTC).date()
    return {"cpu": processor(), "cores": os.cpu_count(), "system": system, "date": str(today)}


def versions() -> dict:
    """Return the versions of Python, of NumPy's BLAS, and of the libraries that are there."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    found = {"python": platform.python_version(), "blas": f"{blas['name']} {blas['version']}"}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def code(pattern: str) -> dict[str, str]:
    """Return a digest of each module that is measured by the benchmark's files of this pattern."""
    return code_digests(PACKAGE, sorted(Path(__file__).parent.glob(pattern)))
