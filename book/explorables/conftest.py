"""Runs an explorable's own script, in the V8 that the build uses, for its tests."""

import json
from pathlib import Path

import pytest
from py_mini_racer import MiniRacer

FOLDER = Path(__file__).parent
collect_ignore = ["conftest.py"]  # for doctests: another module has this name


class Script:
    """The scripts of an explorable. ``exact`` is the bound on a relative error of its numbers."""

    exact = 1e-11

    def __init__(self, name: str):
        self.name = name
        self._engine = MiniRacer()
        for file in ("kit/network.js", "kit/kit.js", f"{name}/{name}.js"):
            self._engine.eval((FOLDER / file).read_text("utf-8"))

    def all(self, function: str, cases: list) -> list:
        """Return what a function of one argument, written in JavaScript, says of each case."""
        call = f"JSON.stringify({json.dumps(cases)}.map({function}))"
        return json.loads(self._engine.eval(call))


@pytest.fixture(scope="module")
def script(request):
    """The scripts of the explorable whose folder the test stands in."""
    return Script(request.path.parent.name)
