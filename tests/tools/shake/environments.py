"""Where the chapters are run: what differs in each place, and whether this machine offers it."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from shake import ROOT, packages

KERNELS = {  # of OpenBLAS, by what `platform.machine()` says
    "x86_64": ("Prescott", "SkylakeX", "Nehalem", "Haswell"),
    "aarch64": ("ARMV8", "NEOVERSEN1", "CORTEXA57", "NEOVERSEV1"),
}
KERNELS |= {"AMD64": KERNELS["x86_64"], "arm64": KERNELS["aarch64"]}
KERNEL, SIMD = "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"
TURN = "EXPERIMENT_TURN"  # which two seeds of each stored experiment
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
PROBE = """
import json
import numpy as np
from numpy._core import _multiarray_umath as core
from threadpoolctl import threadpool_info
np.ones((64, 64)) @ np.ones((64, 64))  # a kernel that the processor cannot run ends here
kernel = [pool.get("architecture") for pool in threadpool_info() if pool["user_api"] == "blas"]
simd = [name for name in core.__cpu_dispatch__ if core.__cpu_features__[name]]
print(json.dumps({"kernel": "".join(kernel[:1]), "simd": simd}))
"""


@dataclass(frozen=True)
class Environment:
    """A place to run in: its name, what it is in words, and what makes it."""

    name: str
    what: str
    variables: dict[str, str] = field(default_factory=dict)
    moves: dict[str, int] = field(default_factory=dict)  # see moving.apply
    packages: str = packages.LOCKED

    @property
    def counts(self) -> bool:
        """Whether what fails here is a fault: what was published since is only reported."""
        return self.packages != packages.NEWEST

    def process(self) -> dict[str, str]:
        """Return the variables of a process that runs here."""
        folders = ("code", "book/_ext", "tests/book", "tests/tools")
        path = [*packages.path(self.packages), *(str(ROOT / folder) for folder in folders)]
        one = dict.fromkeys(THREADS, "1")
        start = {"PYTHONPATH": os.pathsep.join(path), "MPLBACKEND": "agg"}
        return os.environ | one | start | self.variables

    def probe(self) -> dict | None:
        """Ask NumPy which kernel and SIMD it takes here; None if it ends without a word."""
        command = [sys.executable, "-c", PROBE]
        asked = subprocess.run(command, env=self.process(), capture_output=True, text=True)
        return json.loads(asked.stdout) if asked.returncode == 0 else None


PLAIN = Environment("as it is", "")
MOVED = (
    Environment("starts", "what is drawn, moved by an ulp", moves={"starts": 1}),
    Environment("functions", "tanh and exp, moved by an ulp", moves={"functions": 1}),
    Environment("seeds", "other seeds", moves={"seeds": 1}),
    Environment("oldest NumPy", "the oldest that is promised", packages=packages.OLDEST),
)
MORE = (
    Environment("two threads", "products on two threads", dict.fromkeys(THREADS, "2")),
    Environment("starts, functions", "both moved by an ulp", moves={"starts": 2, "functions": 2}),
    Environment("seeds again", "other seeds again", moves={"seeds": 2}),
    Environment("newest packages", "none of them pinned", packages=packages.NEWEST),
)


def all_of_them() -> tuple[list[Environment], dict[str, str]]:
    """Return the environments that this machine offers, and for each other one why it does not.

    They are sorted so that the first few differ as much as they can.
    """
    usual = PLAIN.probe()
    if usual is None:
        raise RuntimeError("NumPy cannot multiply two matrices here; is the environment complete?")
    kernels, absent = _kernels(usual["kernel"])
    simd = list(_simd(usual["simd"]))
    crossed = [
        Environment(f"{a.name}, {b.name}", f"{a.what}; {b.what}", a.variables | b.variables)
        for a, b in zip(kernels[:1], simd[:1], strict=False)
    ]
    what = f"one thread; OpenBLAS takes its kernel for {usual['kernel']}"
    first = [replace(PLAIN, what=what), *kernels[:1], *simd[:1], *MOVED]
    found = [*first, *kernels[1:], *simd[1:], *crossed, *MORE]
    return [
        replace(each, variables=each.variables | {TURN: str(turn)})  # other stored seeds again
        for turn, each in enumerate(found)
    ], absent


def _kernels(usual: str) -> tuple[list[Environment], dict[str, str]]:
    """Return the kernels that OpenBLAS takes when it is asked to, beside its usual one."""
    found, absent = [], {}
    for name in KERNELS.get(platform.machine(), ()):
        kernel = Environment(name, f"OpenBLAS's kernels for {name}", {KERNEL: name})
        taken = kernel.probe()
        if name == usual:
            absent[name] = "this is how it is"
        elif taken and taken["kernel"] != usual:
            found.append(kernel)
        else:
            absent[name] = f"OpenBLAS takes {taken['kernel']}" if taken else "the processor cannot"
    return found, absent


def _simd(offered: list[str]) -> Iterator[Environment]:
    """Yield NumPy with none of its additional instructions, then with the older half of them."""
    half = len(offered) // 2
    for name, dropped in (("no SIMD", offered), ("less SIMD", offered[half:] if half else [])):
        if dropped:
            listed = " ".join(dropped)
            yield Environment(name, f"NumPy without {listed}", {SIMD: listed})
