"""A kernel that never came up is started again; what a cell prints is one piece."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from literate import load_book
from web import running

DIED = RuntimeError("Kernel died before replying to kernel_info")


@pytest.fixture
def app(tmp_path):
    def doc2path(docname, base=True):
        path = tmp_path / "book" / f"{docname}.md"
        return str(path if base else path.relative_to(tmp_path))

    env = SimpleNamespace(doc2path=doc2path)
    config = SimpleNamespace(nb_execution_timeout=60)
    web = SimpleNamespace(kernels=[], began={})
    return SimpleNamespace(env=env, srcdir=tmp_path, config=config, web=web, started=0)


@pytest.fixture
def kernels(app, monkeypatch):
    """Let each kernel end as the list says: (whether a cell began, what is raised)."""
    endings = []

    class Client:
        def execute(self):
            app.started += 1
            began, error = endings.pop(0)
            if began:
                self.on_cell_execute(cell="the first cell")
            if error:
                raise error

    monkeypatch.setattr(running, "_client", lambda _: Client())
    return endings


def test_a_kernel_that_dies_before_its_first_cell_is_started_again(app, kernels):
    kernels += [(False, DIED), (False, DIED), (True, None)]
    assert running._execute(new_notebook(), app, "chapter") is None
    assert app.started == 3


def test_a_kernel_that_never_comes_up_is_a_failure(app, kernels):
    kernels += [(False, DIED)] * running.STARTS
    assert running._execute(new_notebook(), app, "chapter") is DIED
    assert app.started == running.STARTS


def test_a_kernel_that_a_cell_kills_is_not_started_again(app, kernels):
    kernels += [(True, DIED)]
    assert running._execute(new_notebook(), app, "chapter") is DIED
    assert app.started == 1


def test_cells_of_a_page_that_is_no_notebook_any_more_are_not_passed_over(app, small_book):
    root = small_book.write({"a": "```{code-cell}\nx = 1\n```\n", "b": ""})
    app.web.book = load_book(root)
    for name in "ab":
        small_book.page(name, "# A page\n\n```{code-cell}\nx = 1\n```\n")
    assert running._prepared(app, app.env, "b") is None
    with pytest.raises(running.ChangedMeanwhile, match=r"^book/a\.md: no notebook any more"):
        running._prepared(app, app.env, "a")


def test_a_book_need_not_have_what_draws_plots(monkeypatch):
    with_plots = running.kernel_settings()
    monkeypatch.setattr(running, "find_spec", lambda _: None)
    without = running.kernel_settings()
    assert "matplotlib" in with_plots
    assert "matplotlib" not in without
    assert "literate.asserts" in without
    program = "import sys; sys.modules['matplotlib'] = None; import web"
    paths = {"PYTHONPATH": str(Path(running.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", program], env=os.environ | paths, check=True)


def test_what_a_cell_prints_is_one_piece_however_slowly_it_comes(tmp_path):
    code = "import time\nfor n in range(3):\n    print(n, flush=True)\n    time.sleep(0.3)"
    client = running._client(tmp_path)
    client.nb = new_notebook(cells=[new_code_cell(code)])
    client.execute()
    (printed,) = client.nb.cells[0].outputs
    assert printed.text == "0\n1\n2\n"
