"""Runs the chapters that are about to be read, as many at a time as there are processors.

MyST-NB would run them one after another, and of a cell that fails it would name the notebook
only. Each chapter has a kernel of its own, which starts in the chapter's folder.

A kernel takes two seconds until it can draw a plot. So one is started at once, while Sphinx loads
its other extensions: the one chapter that somebody is editing need not wait for it.
"""

from __future__ import annotations

import gc
import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbclient
import nbformat
from jupyter_core.utils import run_sync
from myst_nb.core.read import is_myst_markdown_notebook
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from sphinx.util.display import status_iterator

from .failures import tell
from .imports import conditions
from .notebooks import expand_notebook, read_notebook

# nbclient raises a RuntimeError if a kernel dies or hangs before its first cell
FAILURES = (CellControlSignal, CellExecutionError, DeadKernelError, RuntimeError)
KERNEL_SETTINGS = """\
c.Application.log_level = 40  # ipykernel warns that it speaks over TCP
c.InteractiveShellApp.extensions = ["literate.execution_start"]
"""
CHAPTERS = "book"
STARTS = 3  # a kernel dies at once if another program took its port in the meantime


def settle_kernels(app) -> None:
    """Give the kernels their paths and settings; those of whoever builds change nothing."""
    paths = [Path(app.srcdir, "code"), Path(app.srcdir, "book", "_ext")]
    os.environ["PYTHONPATH"] = os.pathsep.join(map(str, paths))
    profile = Path(app.doctreedir).parent / ".ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(KERNEL_SETTINGS, encoding="utf-8")
    os.environ["IPYTHONDIR"] = str(profile.parent)
    for setting in ("MPLBACKEND", "MATPLOTLIBRC"):
        os.environ.pop(setting, None)
    for library in ("OMP", "OPENBLAS", "MKL"):  # the kernels share the processors already
        os.environ[f"{library}_NUM_THREADS"] = "1"


def start_early(app) -> None:
    """Start a kernel for whichever chapter runs first."""
    app.waiting_kernels = []
    folder = Path(app.srcdir, CHAPTERS)
    if folder.is_dir():
        client = _client(folder)
        client.create_kernel_manager()
        client.start_new_kernel()
        app.waiting_kernels.append(client)


def execute_chapters(app, env, docnames: list[str]) -> None:
    """Run the chapters among the pages to be read; keep the notebooks for the reader."""
    app.executed, app.began = {}, {}  # by page: the notebook; the cell that began last
    waiting = {docname: _prepared(app, env, docname) for docname in docnames}
    waiting = {docname: notebook for docname, notebook in waiting.items() if notebook is not None}
    pool = ThreadPoolExecutor(max_workers=os.cpu_count())
    longest_first = sorted(waiting, key=lambda docname: len(waiting[docname].cells), reverse=True)
    jobs = {pool.submit(_execute, waiting[doc], app, doc): doc for doc in longest_first}
    finished = status_iterator(
        as_completed(jobs),
        "executing chapters... ",
        length=len(jobs),
        verbosity=app.verbosity,
        stringify_func=jobs.get,
    )
    try:
        errors = {jobs[job]: job.result() for job in finished}
    finally:  # after an interruption the chapters in the queue are not begun
        pool.shutdown(cancel_futures=True)
    app.executed = waiting
    for docname in sorted(docname for docname, error in errors.items() if error):
        tell(app, docname, waiting[docname], errors[docname])
    for docname in [] if app.drift else waiting:  # with another module on disk nothing is proved
        doc = env.doc2path(docname, base=False)
        waiting[docname].metadata["conditions"] = conditions(app.book, doc)


def _prepared(app, env, docname: str) -> NotebookNode | None:
    """Read and expand a chapter; None for a page without cells."""
    text = Path(env.doc2path(docname)).read_text(encoding="utf-8-sig")
    if not is_myst_markdown_notebook(text):
        return None
    notebook = read_notebook(text, env.myst_config)
    expand_notebook(notebook, app.book, env.doc2path(docname, base=False))
    return notebook


def _execute(notebook: NotebookNode, app, docname: str) -> Exception | None:
    """Run a notebook in place; return what stopped it."""
    for _ in range(STARTS):
        stopped = _run(notebook, app, docname)
        if stopped is None or docname in app.began:
            break
    return stopped


def _run(notebook: NotebookNode, app, docname: str) -> Exception | None:
    folder = Path(app.env.doc2path(docname)).parent
    waiting = app.waiting_kernels if folder == Path(app.srcdir, CHAPTERS) else []
    client = waiting.pop() if waiting else _client(folder)
    client.nb, client.timeout = notebook, app.config.nb_execution_timeout
    client.on_cell_execute = lambda cell, **_: app.began.update({docname: cell})
    try:
        client.execute()
    except FAILURES as error:
        return error
    return None


def _client(folder: Path) -> nbclient.NotebookClient:
    """Return what runs one notebook in a folder; its kernel starts with it, or before."""
    return nbclient.NotebookClient(
        nbformat.v4.new_notebook(),
        record_timing=False,
        coalesce_streams=True,  # in how many pieces a cell printed is chance
        shutdown_kernel="immediate",  # it holds nothing that could be lost
        resources={"metadata": {"path": str(folder)}},
    )


def finish(app, exception) -> None:
    """Stop a kernel that nobody needed; spare Python the search for garbage at the very end."""
    for client in app.waiting_kernels:
        run_sync(client.km.shutdown_kernel)(now=True)
    gc.freeze()


def fail(app, exception) -> None:
    """End the build with a failure after a failed cell, also if warnings are not errors."""
    if exception is None and getattr(app, "cells_failed", False):
        app.statuscode = 1


def setup(app) -> dict:
    """Start a kernel at once; run chapters before they are read."""
    settle_kernels(app)
    start_early(app)
    app.connect("env-before-read-docs", execute_chapters)
    app.connect("build-finished", finish, priority=100)
    app.connect("build-finished", fail)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
