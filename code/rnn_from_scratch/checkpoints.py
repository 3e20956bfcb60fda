# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: b945329c5f1ad5cd
# book/checkpoints.md
"""Files that are written whole or not at all, and read with suspicion."""

import contextlib
import errno
import hashlib
import json
import math
import os
import secrets
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rnn_from_scratch.forward import check_real
from rnn_from_scratch.parameters import Array, Arrays, check_parameters, wrong_type

WRITERS = {"checkpoint": "train", "parameters": "save_parameters"}  # kinds of files
LONGEST = 65_531  # bytes of an array's name in an archive, with .npy 2 ** 16 - 1


# book/checkpoints.md
def check_path(name: str, path: object) -> Path:
    """Return the path of a file; raise TypeError or ValueError if it is not one."""
    if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str):
        raise wrong_type(name, path, "a path")
    if not os.fspath(path) or "\0" in os.fspath(path):
        raise ValueError(f"{name} is {os.fspath(path)!r}; expected the path of a file")
    return Path(path)


# book/checkpoints.md
def _replaceable(target: Path) -> os.stat_result | None:
    """Return the status of the file at a path, or None; refuse anything but a file."""
    try:
        status = target.lstat()  # of a link only if it leads to itself
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "there is something other than a file", str(target))
    if not os.access(target, os.W_OK):
        raise PermissionError(
            errno.EACCES, "the file is protected against writing", str(target)
        )
    return status


# book/checkpoints.md
def write_whole(path: str | os.PathLike[str], write: Callable[[Any], object]) -> None:
    """Let ``write`` fill a file; put it at a path in one step, when it is on the disk.

    However this is interrupted, ``path`` holds its old content or its new one. Symbolic
    links are followed; owner and mode of an older file are kept; a hard link to it
    keeps the old content. Raises OSError if ``path`` leads to something other than a
    file, or the file cannot be written.
    """
    target = Path(os.path.realpath(path))
    old = _replaceable(target)
    if not target.parent.is_dir():
        raise FileNotFoundError(
            errno.ENOENT, "there is no such folder", str(target.parent)
        )
    partial = target.with_name(f"{target.name[:50]}.{secrets.token_hex(8)}.partial")
    new = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(partial, new, 0o666 if old is None else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if old is not None:
            with contextlib.suppress(AttributeError, PermissionError):  # where allowed
                os.chown(partial, old.st_uid, old.st_gid)
            partial.chmod(stat.S_IMODE(old.st_mode))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


# book/checkpoints.md
def fingerprint(array: Array) -> str:
    """Say in a few words what an array holds: its dtype, its shape, and a digest."""
    content: Any = np.ascontiguousarray(array)
    digest = hashlib.sha256(content).hexdigest()[:16]
    return f"{array.dtype} {array.shape} {digest}"


# book/checkpoints.md
def _fingerprints(arrays: Arrays) -> dict[str, str]:
    """Return the fingerprint of each array."""
    return {name: fingerprint(array) for name, array in arrays.items()}


# book/checkpoints.md
def write_checkpoint(
    path: str | os.PathLike[str],
    arrays: Arrays,
    about: Mapping[str, object],
    kind: str = "checkpoint",
) -> None:
    """Write arrays, and facts that JSON can hold, to a file, in one step.

    Raises TypeError that names an array of Python objects, and ValueError that names
    one whose name is too long for an archive.
    """
    for name, array in arrays.items():
        letters = len(name.encode())
        if letters > LONGEST:
            came = f"a name of {letters} bytes, {name[:20]}…"
            raise ValueError(f"an array has {came}; expected at most {LONGEST}")
        if array.dtype.hasobject:  # it would be pickled
            raise TypeError(
                f"{name} has dtype {array.dtype}; expected no Python objects"
            )
    marks = {"format": f"rnn_from_scratch {kind} 1", "arrays": _fingerprints(arrays)}
    text = np.array(json.dumps({**marks, **about}, default=np.ndarray.tolist))
    parts: dict[str, Any] = {"about": text, **arrays}
    write_whole(path, lambda file: np.savez(file, **parts))


# book/checkpoints.md
def _read_arrays(path: Path) -> dict[str, Array]:
    """Read the arrays of an archive, unless they claim more bytes than the file has."""
    if path.exists() and not path.is_file():
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            raise ValueError("it is not an archive of arrays")
        size = file.seek(0, os.SEEK_END)
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            stored = all(part.compress_type == zipfile.ZIP_STORED for part in parts)
            if not stored or sum(part.file_size for part in parts) > size:
                raise ValueError("it claims to hold more bytes than it has")
            return {
                p.filename.removesuffix(".npy"): _read_array(archive, p) for p in parts
            }


# book/checkpoints.md
def _read_array(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Array:
    """Read one array of an archive, if it has the size that its shape says."""
    with archive.open(part) as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError(f"{part.filename} has a header of another kind")
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        if dtype.hasobject or not dtype.itemsize:
            raise ValueError(f"{part.filename} has dtype {dtype}, not numbers")
        if file.tell() + math.prod(shape) * dtype.itemsize != part.file_size:
            raise ValueError(
                f"{part.filename} does not have the size of its shape {shape}"
            )
        file.seek(0)
        return np.lib.format.read_array(file, allow_pickle=False)


# book/checkpoints.md
def read_checkpoint(
    path: str | os.PathLike[str], kind: str = "checkpoint"
) -> tuple[dict[str, Array], dict[str, Any]] | None:
    """Read the arrays and facts of ``write_checkpoint``; None without a file.

    Raises ValueError that names the file if it is damaged, or not of this kind.
    """
    try:
        arrays = _read_arrays(Path(path))
        about = json.loads(str(arrays.pop("about", "{}")))
        if about.pop("format", None) != f"rnn_from_scratch {kind} 1":
            raise ValueError(f"its format is not rnn_from_scratch {kind} 1")
        if about.pop("arrays") != _fingerprints(arrays):
            raise ValueError("its arrays are not those that were written")
    except FileNotFoundError:
        return None
    except Exception as error:  # readers stumble over damage in many ways
        what = (
            f"expected a whole file from {WRITERS[kind]}; nothing has been overwritten"
        )
        raise ValueError(f"{kind} {path} cannot be read ({error}); {what}") from error
    return arrays, about


# book/checkpoints.md
def _check_real_parameters(parameters: Arrays) -> None:
    """Check the parameters, and refuse complex ones."""
    check_parameters(parameters)
    for name, array in parameters.items():
        check_real(name, array)


# book/checkpoints.md
def save_parameters(parameters: Arrays, path: str | os.PathLike[str]) -> None:
    """Write the parameters to a file, in one step; it holds nothing that could run.

    Parameters
    ----------
    parameters : dict
        ``Wax (n_a, n_x)``, ``Waa (n_a, n_a)``, ``Wya (n_y, n_a)``, ``ba (n_a, 1)`` and
        ``by (n_y, 1)``, in float32 or float64.
    path : str or os.PathLike
        The file to write. A symbolic link is followed; owner and mode of an
        older file are kept.

    Raises
    ------
    TypeError, ValueError
        If the parameters or the path are not as described above.
    OSError
        If the file cannot be written; an older one is then left as it is.

    See Also
    --------
    load_parameters : Read the file.
    export_onnx : Write the network for other engines.

    Examples
    --------
    >>> import tempfile
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_parameters(parameters, Path(folder, "toy.npz"))
    ...     again = load_parameters(Path(folder, "toy.npz"))
    >>> all((again[name] == parameters[name]).all() for name in parameters)
    True
    """
    _check_real_parameters(parameters)
    write_checkpoint(check_path("path", path), parameters, {}, "parameters")


# book/checkpoints.md
def load_parameters(path: str | os.PathLike[str]) -> dict[str, Array]:
    """Read the parameters of ``save_parameters``; nothing in the file is run.

    Parameters
    ----------
    path : str or os.PathLike
        The file.

    Returns
    -------
    dict
        The five parameters, as they were written, to the last bit.

    Raises
    ------
    FileNotFoundError
        If there is no file.
    TypeError, ValueError
        If ``path`` is not a path, or the file is damaged or holds something else.

    See Also
    --------
    save_parameters : Write the file.

    Examples
    --------
    >>> load_parameters("no such file")
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: 'no such file'
    """
    found = read_checkpoint(check_path("path", path), "parameters")
    if found is None:
        raise FileNotFoundError(
            errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(path)
        )
    _check_real_parameters(found[0])
    return found[0]


# book/checkpoints.md
def _same_code(*descriptions: object) -> bool:
    """Say whether two descriptions of functions, which differ, begin with one code."""
    one, other = (f"{text}".partition(", with ")[0] for text in descriptions)
    return one == other and " (code " in one


# book/checkpoints.md
def check_same_run(
    path: str | os.PathLike[str],
    there: object,
    here: Mapping[str, object],
) -> None:
    """Raise a ValueError that names the differences if the file is of another run."""
    if not isinstance(there, Mapping):
        what = "expected a whole file from train; nothing has been overwritten"
        raise ValueError(f"checkpoint {path} does not say which run it is of; {what}")
    names = [name for name in {**there, **here} if there.get(name) != here.get(name)]
    if names:
        first, *others = names
        more = f", and {len(others)} more: {', '.join(others[:5])}" if others else ""
        came = f"its {first} is {there.get(first)}, here it is {here.get(first)}{more}"
        if _same_code(there.get(first), here.get(first)):
            came += "; the code is the same, what it holds or reads has changed"
        what = "expected the same run, or another path; nothing has been overwritten"
        raise ValueError(f"checkpoint {path} is of another run: {came}; {what}")
