"""Output of chapters: read from a build that is up to date, else executed; one failure is one."""

import copy
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from literate import load_book
from literate.dependencies import conditions
from results import everything_shown, shown, shown_by_the_build
from web.running import HELPERS

NOTED = 'open("ran.txt", "a").write("{}\\n")\n'
CELL = "```{{code-cell}} ipython3\n{}\n```\n"


def page(*cells):
    return "# A page\n\n" + "\n".join(map(CELL.format, cells))


@pytest.fixture
def three(small_book):
    """Three chapters, of which the second stops; each notes that it ran."""
    pages = {name: page(NOTED.format(name) + "None", "7") for name in ("first", "last")}
    stops = page(NOTED.format("stops") + "None", "1 / 0")
    return small_book.write({"first": pages["first"], "stops": stops, "last": pages["last"]})


def test_a_chapter_that_stops_fails_alone_and_runs_once(three):
    for _ in range(2):
        with pytest.raises(AssertionError, match=r"book/stops\.md stops:\n(.|\n)*ZeroDivisionErr"):
            shown("book/stops.md", three)
        assert [text for text, _ in shown("book/first.md", three).values()] == ["", "7\n"]
        assert [text for text, _ in shown("book/last.md", three).values()] == ["", "7\n"]
    assert sorted((three / "book" / "ran.txt").read_text().split()) == ["first", "last", "stops"]


def test_what_warns_stops(small_book):
    root = small_book.write({"index": page("import warnings", "warnings.warn('old')")})
    with pytest.raises(AssertionError, match="UserWarning: old"):
        shown("book/index.md", root)


@pytest.fixture
def built(small_book):
    """A chapter, and the notebook that a build left of it."""
    tangled = "```{code-cell} ipython3\n:tangle: tiny/half.py\n\nhalf = 0.5\n```\n"
    text = page("x = 2", "from tiny.half import half\nprint(x * half)", "x") + tangled
    root = small_book.write({"index": text})
    outputs = [
        [],
        [new_output("stream", name="stdout", text="1.0\n")],
        [new_output("execute_result", data={"text/plain": "2"}, execution_count=3)],
        [],
    ]
    sources = [cell.source.strip() for cell in load_book(root).cells]
    cells = [
        new_code_cell(source, outputs=output, execution_count=number)
        for number, (source, output) in enumerate(zip(sources, outputs, strict=True), 1)
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata["conditions"] = conditions(load_book(root), "book/index.md", root / HELPERS)
    return root, notebook


def read(root, notebook):
    path = root / "_build" / "jupyter_execute" / "book" / "index.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return shown_by_the_build(load_book(root), "book/index.md")


def test_what_an_up_to_date_build_ran_is_read(built):
    root, notebook = built
    lines = [cell.line for cell in load_book(root).cells]
    says = [("", 0), ("1.0\n", 0), ("2\n", 0), ("", 0)]
    assert read(root, notebook) == dict(zip(lines, says, strict=True))
    everything_shown.cache_clear()
    assert everything_shown(root)["book/index.md"] == read(root, notebook)
    picture = {"image/svg+xml": "<svg/>", "text/plain": "<Figure 640x480>"}
    notebook.cells[0].outputs = [new_output("display_data", data=picture)]
    assert read(root, notebook)[lines[0]] == ("", 1)


def test_without_a_build_there_is_nothing_to_read(built):
    root, _ = built
    assert shown_by_the_build(load_book(root), "book/index.md") is None


def change_a_cell(root, notebook):
    path = root / "book" / "index.md"
    path.write_text(path.read_text().replace("x = 2", "x = 3"))


def change_the_module(root, notebook):
    path = root / "book" / "index.md"
    path.write_text(path.read_text().replace("half = 0.5", "half = 1 / 2"))


def change_what_ran(root, notebook):
    notebook.cells[0].source = "x = 2.0"


def stop_early(root, notebook):
    notebook.cells[2].execution_count = None


def fail(root, notebook):
    error = new_output("error", ename="E", evalue="", traceback=[])
    notebook.cells[2].outputs.append(error)


def warn(root, notebook):
    notebook.cells[2].outputs.append(new_output("stream", name="stderr", text="old"))


def take_the_conditions_away(root, notebook):
    del notebook.metadata["conditions"]


@pytest.mark.parametrize(
    "change",
    [
        change_a_cell,
        change_the_module,
        change_what_ran,
        stop_early,
        fail,
        warn,
        take_the_conditions_away,
    ],
)
def test_what_is_not_up_to_date_is_not_read(built, change):
    root, notebook = built
    assert read(root, notebook)
    change(root, notebook)
    assert read(root, notebook) is None


@pytest.mark.parametrize("variable", ["OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"])
def test_a_processor_that_is_told_to_calculate_otherwise_is_another_condition(
    built, monkeypatch, variable
):
    root, notebook = built
    monkeypatch.setitem(os.environ, variable, "another")
    assert read(root, copy.deepcopy(notebook)) is None
