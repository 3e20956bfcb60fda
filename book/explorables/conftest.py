"""Runs an explorable's own script, in the V8 that the build uses, for its tests."""

import json
from pathlib import Path

import pytest
from py_mini_racer import MiniRacer

from web.explorables import Explorables

ROOT = Path(__file__).parents[2]
collect_ignore = ["conftest.py"]  # for doctests: another module has this name


class Script:
    """The scripts of an explorable. ``exact`` is the bound on a relative error of its numbers."""

    exact = 1e-11

    def __init__(self, name: str):
        self.name = name
        self._engine = MiniRacer()
        explorables = Explorables(ROOT, ROOT / "_build" / "wheel")
        for file in explorables.files(name):
            if file.endswith(".js"):
                self._engine.eval((explorables.folder / file).read_text("utf-8"))

    def all(self, function: str, cases: list) -> list:
        """Return what a function of one argument, written in JavaScript, says of each case."""
        call = f"JSON.stringify({json.dumps(cases)}.map({function}))"
        return json.loads(self._engine.eval(call))


@pytest.fixture(scope="module")
def script(request):
    """The scripts of the explorable whose folder the test stands in."""
    return Script(request.path.parent.name)
