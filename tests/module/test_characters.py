"""The data of the character model and of its exercise: they are what stands beside them."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).resolve().parents[2] / "book" / "data"


@pytest.mark.parametrize("name", ["dinosaurs", "sunspots"])
def test_the_data_are_those_whose_origin_is_told(name):
    told = (DATA / f"{name}.txt").read_text("utf-8")
    assert told.startswith(f"{name}.csv: ")
    parts = re.findall(r"^(\w+)\n  \S", told, re.MULTILINE)
    assert parts == ["Origin", "Licence", "Format", "sha256"]
    digest = hashlib.sha256((DATA / f"{name}.csv").read_bytes()).hexdigest()
    assert told.endswith(f"\n  {digest}\n")


def test_the_names_are_letters_and_some_stand_twice():
    lines = (DATA / "dinosaurs.csv").read_text("utf-8").splitlines()
    assert all(re.fullmatch(r"[a-z]{3,23}", line) for line in lines)
    assert (len(lines), len(set(lines))) == (1325, 1318)


def test_no_year_of_the_sunspots_is_missing():
    table = np.loadtxt(DATA / "sunspots.csv", delimiter=",", skiprows=1)
    assert table[:, 0].tolist() == list(range(1700, 2009))
    assert (table[:, 1] >= 0).all()
    assert np.isfinite(table).all()
