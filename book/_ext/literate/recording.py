"""Read the stored results of an experiment that takes long, and try two of its seeds again.

``make experiments`` writes the files, each with the code of the page that made it, the seeds, the
day, the machine, and a digest of all this. A test compares that code with the page.
"""

import hashlib
import json
import os
from pathlib import Path

import numpy as np

TENTH = 0.1  # by which a result may differ in any case, ``spread``
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
    results that are compared under this bound, at most a quarter may lie outside; where the ways
    of an experiment are told apart, at most a quarter of each, and none where all seeds agree.

    Parameters
    ----------
    values : numpy.ndarray
        The stored results, a row for each seed.

    Returns
    -------
    numpy.ndarray
        One tenth more than their range.
    """
    return TENTH + np.ptp(values, axis=0)


def recorded(path, experiment, seeds, within, ways=None):
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
    ways : int, optional
        The axis of a row along which the ways lie that the experiment compares. Each way is then
        judged by itself where ``within`` has functions: its mean, which may differ by the range of
        the seeds' means and a tenth, and the part that lies outside, which must hold no result
        whose bound is less than two tenths.

    Returns
    -------
    dict
        The arrays of all seeds, each by its name.

    Raises
    ------
    ValueError
        If the file holds other seeds or was changed since it was written, or if results are off by
        more than ``within`` allows: any of them; with ``spread``, more than a quarter, or the mean
        of a way.
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
        found, bound, trained = np.array(again[name]), within[name], callable(within[name])
        if trained:
            bound = bound(values)
        expected = values[places]
        if not same_stream:  # other draws: compared with the spread of those that are stored
            expected = np.broadcast_to(values.mean(axis=0), expected.shape)
            bound = bound + np.ptp(values, axis=0)
        same = found.shape == expected.shape
        off = np.abs(found - expected) if same else np.array(np.inf)
        outside = ~(off <= bound)
        refused = outside.any()
        if same and trained:
            refused = _too_many(outside, bound, ways) or _far(found, expected, values, ways)
        if refused:
            drawn = [seeds[k] for k in places]
            raise ValueError(f"{path}: {name} of the seeds {drawn} is off by {off.max():.3g}")
    where = f"{file['date']}, {file['machine']}, NumPy {file['numpy']}"
    runs, tried = ("1 run", "it was") if len(seeds) == 1 else (f"{len(seeds)} runs", "two of them")
    told = f"{runs}, {file['seconds']:.0f} s on {where}; {tried} tried again"
    print(told)  # noqa: T201 (below the cell, as what it shows)
    return results


def _too_many(outside, bound, ways):
    """Say whether over a quarter, of all or of a way, is outside, or one whose bound is tight."""
    if ways is None:
        return outside.mean() > OUTSIDE
    most = _by_way(outside, ways).mean(axis=(0, 2)).max()
    return most > OUTSIDE or (outside & (bound < 2 * TENTH)).any()


def _far(found, expected, values, ways):
    """Say whether the mean of a way is off by more than the range of the seeds' means allows."""
    if ways is None:
        return False
    found, expected, of_seeds = (
        _by_way(each, ways).mean(axis=2) for each in (found, expected, values)
    )
    off = np.abs(found.mean(axis=0) - expected.mean(axis=0))
    return not (off <= spread(of_seeds)).all()


def _by_way(values, ways):
    """Return results as an array (seeds, ways, results of a way)."""
    by_way = np.moveaxis(values, 1 + ways, 1)
    return by_way.reshape(*by_way.shape[:2], -1)
