"""The walls of the machinery: who imports whom, and that nobody imports in a circle."""

import re
from graphlib import CycleError

import pytest

from walls import ENGINES, MACHINERY, breaches, draw, graph_of, in_order, the_graph


@pytest.fixture(scope="module")
def graph():
    return the_graph()


def test_nobody_imports_through_a_wall(graph):
    assert breaches(graph) == []


def test_no_module_imports_its_own_reader(graph):
    assert sum(map(len, in_order(graph))) == len(graph)


def test_the_map_is_drawn_from_the_imports(graph):
    text = (MACHINERY / "README.md").read_text("utf-8")
    assert f"```text\n{draw(graph)}\n```" in text, "python tests/engines/walls.py prints it"


def test_the_engines_name_nothing_of_this_book():
    words = re.compile(r"rnn|bptt|_config\.yml|\b_ext\b|this_book", re.IGNORECASE)
    found = {
        f"{path.relative_to(MACHINERY)}: {word}"
        for engine in ENGINES
        for path in (MACHINERY / engine).rglob("*.py")
        for word in words.findall(path.read_text("utf-8"))
    }
    assert found == set()


def test_a_module_has_at_most_300_lines():
    long = {
        str(path.relative_to(MACHINERY)): lines
        for path in MACHINERY.rglob("*.py")
        if (lines := path.read_text("utf-8").count("\n")) > 300
    }
    assert long == {}


@pytest.mark.parametrize(
    ("name", "source", "breach"),
    [
        ("literate.x", "from sphinx.util import logging", "literate.x imports sphinx"),
        ("equations.x", "def f():\n    import docutils.nodes", "equations.x imports docutils"),
        ("handwriting.x", "import rnn_from_scratch", "handwriting.x imports rnn_from_scratch"),
        ("handwriting.x", "from literate.a import b", "handwriting.x imports literate.a"),
        ("literate.x", "import web.a", "literate.x imports web.a"),
        ("web.x", "from this_book import a", "web.x imports this_book.a"),
        ("web.print.x", "import rnn_from_scratch.bptt", "web.print.x imports rnn_from_scratch"),
        ("this_book.x", "from sphinx import errors", "this_book.x imports sphinx"),
        ("this_book.x", "from web import a", "this_book.x imports web.a"),
    ],
)
def test_a_planted_import_is_named(name, source, breach):
    packages = {"literate", "equations", "handwriting", "web", "this_book"}
    sources = dict.fromkeys([*packages, *(f"{each}.a" for each in packages)], "")
    assert breaches(graph_of(sources, packages)) == []
    assert breaches(graph_of(sources | {name: source}, packages)) == [breach]


@pytest.mark.parametrize(
    "back",
    [
        "from . import a",
        "from .a import f",
        "import literate.a",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import f",
        "def f():\n    from . import a",
    ],
)
def test_a_planted_circle_is_found(back):
    sources = {"literate": "", "literate.a": "from .b import g", "literate.b": back}
    with pytest.raises(CycleError):
        in_order(graph_of(sources, {"literate"}))
