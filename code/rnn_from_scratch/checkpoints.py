# Generated from the chapters in book/ by `make tangle`. Edit the chapter, not this file.
# sha256: 4aac4dec0bf60e4a
# book/checkpoints.md
"""Files from which a run goes on: written whole or not at all, and read with suspicion."""

import hashlib
import json
import os
import zipfile
from pathlib import Path

import numpy as np

FORMAT = "rnn_from_scratch checkpoint 1"


# book/checkpoints.md
def fingerprint(array):
    """Say in a few words which numbers an array holds: its dtype, its shape, and a digest."""
    digest = hashlib.sha256(np.ascontiguousarray(array)).hexdigest()[:16]
    return f"{array.dtype} {array.shape} {digest}"


# book/checkpoints.md
def _fingerprints(arrays):
    """Return the fingerprint of each array."""
    return {name: fingerprint(array) for name, array in arrays.items()}


# book/checkpoints.md
def write_checkpoint(path, arrays, about):
    """Write arrays, and facts that JSON can hold, to one file, in one step.

    They go to a file beside ``path``, which takes its place when it is whole and on the disk.
    Whatever interrupts this, ``path`` holds what it held before, or what it shall hold.

    Raises TypeError that names an array of Python objects.
    """
    for name, array in arrays.items():
        if array.dtype.hasobject:  # it would be pickled
            raise TypeError(f"{name} has dtype {array.dtype}; expected no Python objects")
    path = Path(path)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    marks = {"format": FORMAT, "arrays": _fingerprints(arrays)}
    text = json.dumps({**marks, **about}, default=np.ndarray.tolist)
    try:
        with partial.open("wb") as file:
            np.savez(file, about=np.array(text), **arrays)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


# book/checkpoints.md
def read_checkpoint(path):
    """Read what ``write_checkpoint`` has written: the arrays and the facts; None without a file.

    Raises ValueError that names the file if it is damaged, or no checkpoint of this module.
    """
    try:
        with Path(path).open("rb") as file:
            if not zipfile.is_zipfile(file):
                raise ValueError("it is no archive of arrays")
            file.seek(0)
            with np.load(file, allow_pickle=False) as parts:
                arrays = dict(parts)
        about = json.loads(str(arrays.pop("about")))
        if about.pop("format") != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        if about.pop("arrays") != _fingerprints(arrays):
            raise ValueError("its arrays are not those that were written")
    except FileNotFoundError:
        return None
    except Exception as error:  # a damaged file can make the readers stumble in many ways
        what = "expected what train has written, whole; nothing has been overwritten"
        raise ValueError(f"checkpoint {path} cannot be read ({error}); {what}") from error
    return arrays, about


# book/checkpoints.md
def check_same_run(path, there, here):
    """Refuse to go on from the file of another run, with a ValueError that names what differs."""
    names = [name for name in {**there, **here} if there.get(name) != here.get(name)]
    if names:
        first, *others = names
        more = f", and {len(others)} more: {', '.join(others[:5])}" if others else ""
        came = f"its {first} is {there.get(first)}, here it is {here.get(first)}{more}"
        what = "expected the same run, or another path; nothing has been overwritten"
        raise ValueError(f"checkpoint {path} is of another run: {came}; {what}")
