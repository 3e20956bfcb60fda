"""An explorable on its page: its first picture, its faults, what it fetches later, its policy."""

import json
import os
import re
from html import unescape
from types import SimpleNamespace

import pytest
from sphinx.errors import SphinxError

from web.explorables import KIND, Explorables, says, start
from web.state import Memory
from web.templates import RUNS_PYTHON, add_policy

SCRIPT = """
explorables.small = {
  initial: ({ start }) => ({ value: start }),
  view: ({ value }) => `<p>${network.double(value)}</p>`,
  still: ({ start }) => `<svg>${start}</svg>`,
  receive: () => 0,
};
"""
SOURCE = 'CAPTION = WITHOUT = "words"\n\n\ndef given():\n    return {"start": 21}\n'
HEAD = '<head>\n<meta charset="utf-8" />\n'


@pytest.fixture
def folder(tmp_path):
    """A book with one explorable, which doubles a number."""
    place = tmp_path / "book" / "explorables"
    (place / "kit").mkdir(parents=True)
    (place / "small").mkdir()
    (place / "kit" / "network.js").write_text("const network = { double: (v) => 2 * v };\n")
    (place / "kit" / "kit.js").write_text("const explorables = {};\n")
    (place / "kit" / "kit.css").write_text("")
    (place / "small" / "small.js").write_text(SCRIPT)
    (place / "small" / "small.css").write_text("")
    (place / "small" / "small.py").write_text(SOURCE)
    return place


def explorables(folder):
    return Explorables(folder.parents[1], folder.parents[1] / "store")


def test_the_page_holds_the_first_picture_and_what_the_script_is_given(folder):
    markup = explorables(folder).markup("small")
    assert re.fullmatch(r"<div inert data-explorable=\"small\" .*><p>42</p></div>", markup)
    given = re.search(r'data-given="([^"]*)"', markup)[1]
    assert json.loads(unescape(given)) == {"start": 21}
    assert RUNS_PYTHON not in markup


def test_the_kit_is_whatever_its_folder_holds(folder):
    kit = ["kit/kit.js", "kit/network.js", "kit/kit.css"]
    assert explorables(folder).files("small") == [*kit, "small/small.js", "small/small.css"]
    (folder / "kit" / "network.js").unlink()
    (folder / "kit" / "numbers.js").write_text("const network = { double: (v) => v + v };\n")
    assert "<p>42</p>" in explorables(folder).markup("small")


def test_a_page_can_give_something_of_its_own(folder):
    assert "<p>8</p>" in explorables(folder).markup("small", '{"start": 4}')


def test_a_still_is_made_of_what_the_script_is_given_and_cannot_be_touched(folder):
    assert explorables(folder).still("small") == "<svg>21</svg>"
    (folder / "small" / "small.js").write_text(SCRIPT.replace("still", "moving"))
    with pytest.raises(SphinxError, match=r"the explorable small fails: .*still is not a function"):
        explorables(folder).still("small")


def test_a_script_that_fails_ends_the_build_and_is_named(folder):
    (folder / "small" / "small.js").write_text(SCRIPT.replace("network.double", "nothing.double"))
    with pytest.raises(SphinxError, match=r"the explorable small fails: .*nothing is not defined"):
        explorables(folder).markup("small")


@pytest.mark.parametrize("file", ["kit/kit.css", "small/small.css", "small/small.js"])
def test_its_page_is_written_again_when_a_file_changes(folder, file):
    before = explorables(folder).digest("small")
    assert before == explorables(folder).digest("small")
    with (folder / file).open("a") as text:
        text.write("\n")
    assert explorables(folder).digest("small") != before


@pytest.fixture
def app(folder):
    """A build of that book, with a page that shows the explorable."""
    cell = SimpleNamespace(doc="book/page.md", source="start = 21")
    web = SimpleNamespace(book=SimpleNamespace(cells=[cell]), drift=[], memory=Memory())
    web.memory.holds["book/page"] = {f"{KIND}small"}
    root = folder.parents[1]
    (root / "book" / "data").mkdir()
    (root / "book" / "_static").mkdir()
    (root / "book" / "data" / "stored.json").write_text("[21]")
    (root / "book" / "_static" / "packed.bin").write_bytes(b"1")
    return SimpleNamespace(srcdir=root, outdir=root / "html", web=web)


def said(app):
    """Return what the page shows, by the next build."""
    start(app)
    return says(app, "book/page", None)


CHANGES = {
    "a cell": lambda app: setattr(app.web.book.cells[0], "source", "start = 4"),
    "the module": lambda app: app.web.drift.append("code/x.py is not what the chapters make"),
    "its source": lambda app: write(app, "explorables/small/small.py", SOURCE.replace("21", "4")),
    "its script": lambda app: write(
        app, "explorables/small/small.js", SCRIPT.replace("<p>", "<b>")
    ),
    "its data": lambda app: write(app, "data/stored.json", "[4]"),
    "what it packs": lambda app: os.utime(app.srcdir / "book" / "_static" / "packed.bin", (1, 1)),
}


def write(app, file, text):
    (app.srcdir / "book" / file).write_text(text)


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_it_may_read_makes_the_next_build_run_it_again(app, change, monkeypatch):
    runs = []
    digest = Explorables.digest
    monkeypatch.setattr(Explorables, "digest", lambda *a: runs.append(a) or digest(*a))
    first = said(app)
    assert (said(app), len(runs)) == (first, 1)
    CHANGES[change](app)
    assert (said(app) != first, len(runs)) == (change.startswith("its s"), 2)


def test_parts_are_packed_for_a_page_that_can_load_scripts_alone(folder):
    root = folder.parents[1]
    (root / "one.js").write_text("const editor = 1;\n")
    (root / "two.bin").write_bytes(bytes([0, 255]))
    parts = 'PARTS = {"a": [Path("one.js")], "b": [Path("two.bin"), Path("one.js")]}\n'
    source = f"from pathlib import Path\n\n{parts}{SOURCE}"
    (folder / "small" / "small.py").write_text(source)
    made = explorables(folder)
    assert made.parts("small") == {
        "small-a.js": "const editor = 1;\n",
        "small-b.js": 'explorables["small"].receive({"two.bin": "AP8=", '
        '"one.js": "Y29uc3QgZWRpdG9yID0gMTsK"});\n',
    }
    given = json.loads(unescape(re.search(r'data-given="([^"]*)"', made.markup("small"))[1]))
    assert given["parts"] == [[name, len(text)] for name, text in made.parts("small").items()]
    assert RUNS_PYTHON in made.markup("small")


def test_a_page_that_runs_python_alone_has_the_wider_policy():
    strict = add_policy(f"{HEAD}<p></p>")
    wider = add_policy(f"{HEAD}<div {RUNS_PYTHON}></div>")
    assert "blob:" not in strict
    assert "wasm" not in strict
    assert "script-src 'self' file: blob: 'wasm-unsafe-eval'" in wider
    assert "worker-src blob:" in wider
    assert "'unsafe-eval'" not in wider
