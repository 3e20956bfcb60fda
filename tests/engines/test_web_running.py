"""A kernel that never came up is started again; what a cell prints is one piece."""

from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from web import running

DIED = RuntimeError("Kernel died before replying to kernel_info")


@pytest.fixture
def app(tmp_path):
    env = SimpleNamespace(doc2path=lambda docname: str(tmp_path / "book" / f"{docname}.md"))
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


def test_a_book_need_not_have_what_draws_plots(monkeypatch):
    with_plots = running.kernel_settings()
    monkeypatch.setattr(running, "find_spec", lambda _: None)
    without = running.kernel_settings()
    assert "matplotlib" in with_plots
    assert "matplotlib" not in without
    assert "literate.asserts" in without


def test_what_a_cell_prints_is_one_piece_however_slowly_it_comes(tmp_path):
    code = "import time\nfor n in range(3):\n    print(n, flush=True)\n    time.sleep(0.3)"
    client = running._client(tmp_path)
    client.nb = new_notebook(cells=[new_code_cell(code)])
    client.execute()
    (printed,) = client.nb.cells[0].outputs
    assert printed.text == "0\n1\n2\n"
