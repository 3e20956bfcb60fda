"""The downloads work elsewhere: notebooks with the wheel, and what a cell copies."""

import ast
import subprocess
import sys

import nbclient
import nbformat
import pytest
from bs4 import BeautifulSoup

from viewing import SITE

NOTEBOOKS = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("_sources/**/*.ipynb"))
PIP = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target"]


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The module, installed from the wheel that the site offers."""
    target = tmp_path_factory.mktemp("released")
    (wheel,) = SITE.glob("downloads/*.whl")
    subprocess.run([*PIP, str(target), str(wheel)], check=True)
    return target


def said(notebook):
    """Return the text that each cell prints and shows, but for the addresses of objects."""
    return [text for cell in notebook.cells if (text := shown(cell)) and " at 0x" not in text]


def shown(cell):
    """The text of all outputs of a cell, however many pieces it came in."""
    texts = (
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.get("outputs", [])
    )
    return "".join(texts).rstrip()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_with_the_wheel_alone_and_says_the_same(
    name, released, tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", str(released))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")  # as in the book: sums in float32 hang on it
    notebook = nbformat.read(SITE / name, as_version=4)
    before = said(notebook)
    resources = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=120, resources=resources).execute()
    assert said(notebook) == before


def test_the_page_of_downloads_says_what_the_notebooks_need():
    page = BeautifulSoup((SITE / "book/take-along.html").read_text("utf-8"), "html.parser")
    named = {code.get_text() for code in page.select("article code")}
    sources = (
        cell.source
        for name in NOTEBOOKS
        for cell in nbformat.read(SITE / name, as_version=4).cells
        if cell.cell_type == "code"
    )
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    imported = {
        alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    there = {"rnn_from_scratch", "numpy", "IPython", "matplotlib_inline"}  # in any Jupyter, or ours
    needed = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names - there
    assert "matplotlib" in needed
    assert needed - named == set()


def test_every_chapter_with_cells_offers_its_notebook():
    pages = {path: path.read_text(encoding="utf-8") for path in SITE.glob("book/*.html")}
    with_cells = {path.stem for path, text in pages.items() if 'class="cell_input' in text}
    assert with_cells == {path.rpartition("/")[2].removesuffix(".ipynb") for path in NOTEBOOKS}


def test_a_copied_cell_runs_with_its_fragments_expanded(new_view):
    """The whole algorithm, whose functions are made of fragments."""
    page = new_view(permissions=["clipboard-read", "clipboard-write"]).open(
        "book/12-the-whole-algorithm.html"
    )
    cells = page.locator("article .cell_input", has=page.locator(".fragment-button"))
    cells.first.hover()
    cells.first.locator("button.copybtn").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "<<" not in copied
    assert "⟨" not in copied
    assert "dz = da_t * (1 - a_t**2)" in copied
    compile(copied, "the copied cell", "exec")
