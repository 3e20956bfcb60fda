"""Read the stored results of an experiment that takes long, and try two of its seeds again.

``make experiments`` writes the files, each with the code of the page that made it, the seeds, the
day, the machine, and a digest of all this. A test compares that code with the page.
"""

import hashlib
import json
import os
from pathlib import Path

import numpy as np

OUTSIDE = 0.25  # of the results of training runs, as a part: ``spread``


def digest(file):
    """Return the SHA-256 of all that a file says, but for the digest itself.

    A digit that is changed by hand in a file is found without computing anything anew.

    Parameters
    ----------
    file : dict
        The content of a file of results.

    Returns
    -------
    str
        Sixty-four hexadecimal digits.
    """
    said = {name: value for name, value in file.items() if name != "sha256"}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def spread(values):
    """Say how far one training of a seed may end from another, on other processors.

    Where all seeds end alike, so must each of them everywhere; where they differ, a seed may end as
    another one did, since training carries a difference in the last bit as far as it carries seeds.
    And as a seed that was not stored might end where none of them does, so may one of these: of the
    results that are compared under this bound, fewer than a quarter may lie outside.

    Parameters
    ----------
    values : numpy.ndarray
        The stored results, a row for each seed.

    Returns
    -------
    numpy.ndarray
        One tenth more than their range.
    """
    return 0.1 + np.ptp(values, axis=0)


def recorded(path, experiment, seeds, within):
    """Read the results of an experiment; compute those of two seeds again, and compare.

    The variable EXPERIMENT_TURN chooses the two: 0, or none, are the first two, 1 the next.

    Parameters
    ----------
    path : str
        The file, beside the chapters: ``data/NAME.json``.
    experiment : function
        Takes a list of seeds, returns for each name an array with one row for each seed.
    seeds : sequence of int
        The seeds whose results the file holds.
    within : dict
        By how much a result may differ on another processor, for each name: a number, an array with
        the shape of a row, or a function of the stored results, ``spread``.

    Returns
    -------
    dict
        The arrays of all seeds, each by its name.

    Raises
    ------
    ValueError
        If the file holds other seeds or was changed since it was written, or if results are off by
        more than ``within`` allows: any of them, or with ``spread`` a quarter.
    """
    file, seeds = json.loads(Path(path).read_text("utf-8")), list(seeds)
    if file["seeds"] != seeds:
        raise ValueError(f"{path} holds other seeds than {seeds}: make experiments")
    if file.get("sha256") != digest(file):
        raise ValueError(f"{path} is not what was computed: make experiments")
    results = {name: np.array(values) for name, values in file["results"].items()}
    turn = 2 * int(os.environ.get("EXPERIMENT_TURN") or 0)
    places = [(turn + k) % len(seeds) for k in range(min(2, len(seeds)))]
    again = experiment([seeds[k] for k in places])
    same_stream = abs(np.random.default_rng(0).random() - file["stream"]) < 1e-9
    for name, values in results.items():
        found, bound, most = np.array(again[name]), within[name], 0.0
        if callable(bound):
            bound, most = bound(values), OUTSIDE * found.size
        expected = values[places] if same_stream else values.mean(axis=0)
        if not same_stream:  # other draws: compared with the spread of those that are stored
            bound = bound + np.ptp(values, axis=0)
        off = np.abs(found - expected)
        outside = ~(off <= bound)
        if found.shape[1:] != values.shape[1:] or (outside.any() and outside.sum() >= most):
            drawn = [seeds[k] for k in places]
            raise ValueError(f"{path}: {name} of the seeds {drawn} is off by {off.max():.3g}")
    where = f"{file['date']}, {file['machine']}, NumPy {file['numpy']}"
    runs, tried = ("1 run", "it was") if len(seeds) == 1 else (f"{len(seeds)} runs", "two of them")
    told = f"{runs}, {file['seconds']:.0f} s on {where}; {tried} tried again"
    print(told)  # noqa: T201 (below the cell, as what it shows)
    return results
