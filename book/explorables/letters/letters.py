"""Letters of a name: which of those before it mattered to the network of the character model."""

import json
from itertools import islice
from pathlib import Path

import numpy as np

from rnn_from_scratch.parameters import PARAMETER_AXES
from rnn_from_scratch.sampling import sample

CAPTION = r"""
**To try: which letters mattered?**
Point at a letter: the letters before it are the darker, the longer the gradient of its loss with
respect to them, in relation to the longest.
The names are invented, and stand in no part of the data; one of your own can be typed.
A gradient says what a small move of an input does, and another letter is a large one: put one in,
and compare the probabilities.
"""
WITHOUT = """
With scripts, a letter of an invented name, or of a name that is typed, can be chosen; the letters
before it show by how much they mattered, and the probabilities of the next letter stand beside.
"""
DATA = Path(__file__).parents[2] / "data"
LETTERS = ".abcdefghijklmnopqrstuvwxyz"
N_A, NAMES, SHORT, LONG = 48, 6, 7, 12  # how many names are shown, and how long they are
SHAPES = {"Wax": (N_A, 27), "Waa": (N_A, N_A), "Wya": (27, N_A), "ba": (N_A, 1), "by": (27, 1)}


def parameters() -> dict:
    """Return the stored parameters, in hundredths."""
    stored = json.loads((DATA / "names-network.json").read_text("utf-8"))
    row = np.array(stored["results"]["parameters"][0])
    ends = np.cumsum([np.prod(SHAPES[name]) for name in PARAMETER_AXES])
    pieces = zip(PARAMETER_AXES, np.split(row, ends[:-1]), strict=True)
    return {name: piece.reshape(SHAPES[name]) for name, piece in pieces}


def invented(hundredths: dict):
    """Yield names that the network draws and the data do not hold."""
    rng, known = np.random.default_rng(1), (DATA / "dinosaurs.csv").read_text("utf-8").split()
    network = {name: value / 100 for name, value in hundredths.items()}
    while True:
        drawn = sample(network, rng=rng, start=[0], stop=0)
        name = "".join(LETTERS[symbol] for symbol in drawn).rstrip(".")
        if SHORT <= len(name) <= LONG and name not in known:
            yield name


def given() -> dict:
    """Return the network, in hundredths, and names that it invented."""
    hundredths = parameters()
    weights = {name: hundredths[name].tolist() for name in ("Wax", "Waa", "Wya")}
    biases = {name: hundredths[name][:, 0].tolist() for name in ("ba", "by")}
    return {**weights, **biases, "names": list(islice(invented(hundredths), NAMES))}
