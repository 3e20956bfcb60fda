"""The images of handwritten digits in book/data: what they are, and that nothing has changed."""

import hashlib
import re
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

DATA = Path(__file__).resolve().parents[2] / "book" / "data"
ABOUT = (DATA / "digits.txt").read_text("utf-8")


def test_the_file_is_the_one_whose_checksum_stands_beside_it():
    [checksum] = re.findall(r"\b[0-9a-f]{64}\b", ABOUT)
    assert hashlib.sha256((DATA / "digits.csv.gz").read_bytes()).hexdigest() == checksum


def test_origin_and_licence_stand_beside_it():
    for word in ("UCI", "Alpaydin", "https://doi.org/", "CC BY 4.0", "scikit-learn"):
        assert word in ABOUT


def test_the_images_are_those_of_scikit_learn():
    table = np.loadtxt(DATA / "digits.csv.gz", delimiter=",", dtype=int)
    images, digits = load_digits(return_X_y=True)
    assert np.array_equal(table[:, :64], images)
    assert np.array_equal(table[:, 64], digits)


def test_there_are_as_many_as_is_said_and_each_row_has_ink():
    table = np.loadtxt(DATA / "digits.csv.gz", delimiter=",", dtype=int)
    assert f"{len(table):,} images" in ABOUT
    assert table.shape == (1797, 65)
    assert (table[:, :64].min(), table[:, :64].max()) == (0, 16)
    assert set(table[:, 64]) == set(range(10))
    assert table[:, :64].reshape(-1, 8, 8).any(axis=2).all()
