"""Runs the chapters that are about to be read, as many at a time as there are processors.

MyST-NB would run them one after another, and of a cell that fails it would name the notebook
only. Each chapter has a kernel of its own, which starts in the chapter's folder.

A kernel takes two seconds until it can draw a plot. So one is started at once, while Sphinx loads
its other extensions: the one chapter that somebody is editing need not wait for it.
"""

from __future__ import annotations

import gc
import os
import re
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.util import find_spec
from pathlib import Path

import nbclient
import nbformat
from jupyter_core.utils import run_sync
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.display import status_iterator

from literate.asserts import KIND
from literate.chapters import Cell
from literate.dependencies import conditions
from literate.fragments import Book, Line
from literate.source import has_references

logger = logging.getLogger(__name__)

# nbclient raises a RuntimeError if a kernel dies or hangs before its first cell
FAILURES = (CellControlSignal, CellExecutionError, DeadKernelError, RuntimeError)
KERNEL_SETTINGS = """\
c.Application.log_level = 40  # ipykernel warns that it speaks over TCP
c.InteractiveShellApp.exec_lines = {lines}  # they bind no name
"""
PLOTS = "matplotlib"  # takes long to load, and a book need not have it
LOAD_PLOTS = f"__import__('{PLOTS}.pyplot') and None"
WATCH = "__import__('literate.asserts', fromlist=['watch']).watch(get_ipython())"
CHAPTERS = "book"
HELPERS = Path("book", "_ext")  # with modules that chapters import, and that no chapter makes
COLOR = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(r"^\s*(?:Cell In\[(?P<count>\d+)\], line|File (?P<file>.+?):)\s?(?P<line>\d+)")
STARTS = 3  # a kernel dies at once if another program took its port in the meantime


def settle_kernels(app) -> None:
    """Give the kernels their paths and settings; those of the machine change nothing."""
    paths = [Path(app.srcdir, "code"), Path(app.srcdir, HELPERS)]
    os.environ["PYTHONPATH"] = os.pathsep.join(map(str, paths))
    profile = Path(app.doctreedir).parent / ".ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(kernel_settings(), encoding="utf-8")
    os.environ["IPYTHONDIR"] = str(profile.parent)
    for setting in ("MPLBACKEND", "MATPLOTLIBRC"):
        os.environ.pop(setting, None)
    for library in ("OMP", "OPENBLAS", "MKL"):  # the kernels share the processors already
        os.environ[f"{library}_NUM_THREADS"] = "1"


def kernel_settings() -> str:
    """Let each kernel watch what cells compare, and load what takes long before a cell asks."""
    lines = [LOAD_PLOTS, WATCH] if find_spec(PLOTS) else [WATCH]
    return KERNEL_SETTINGS.format(lines=lines)


def start_early(app) -> None:
    """Start a kernel for whichever chapter runs first."""
    folder = Path(app.srcdir, CHAPTERS)
    if folder.is_dir():
        client = _client(folder)
        client.create_kernel_manager()
        client.start_new_kernel()
        app.web.kernels.append(client)


def execute_chapters(app, env, docnames: list[str]) -> None:
    """Run the chapters among the pages to be read; keep the notebooks for the reader."""
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
    app.web.executed = waiting
    for docname in sorted(docname for docname, error in errors.items() if error):
        tell(app, docname, waiting[docname], errors[docname])
    # The tests read a notebook instead of running it again, if these conditions still hold.
    proved = [] if app.web.drift else waiting  # with another module on disk nothing is
    for docname in proved:
        doc = env.doc2path(docname, base=False)
        helpers = Path(app.srcdir, HELPERS)
        waiting[docname].metadata["conditions"] = conditions(app.web.book, doc, helpers)


def _prepared(app, env, docname: str) -> NotebookNode | None:
    """Read and expand a chapter; None for a page without cells. Raises ``ChangedMeanwhile``."""
    text = Path(env.doc2path(docname)).read_text(encoding="utf-8-sig")
    doc = env.doc2path(docname, base=False)
    if not is_myst_markdown_notebook(text):
        if any(cell.doc == doc for cell in app.web.book.cells):
            raise ChangedMeanwhile(f"{doc}: no notebook any more, so its cells would not run")
        return None
    notebook = read_notebook(text, env.myst_config)
    expand_notebook(notebook, app.web.book, doc)
    return notebook


def _execute(notebook: NotebookNode, app, docname: str) -> Exception | None:
    """Run a notebook in place; return what stopped it."""
    for _ in range(STARTS):
        stopped = _run(notebook, app, docname)
        if stopped is None or docname in app.web.began:
            break
    return stopped


def _run(notebook: NotebookNode, app, docname: str) -> Exception | None:
    folder = Path(app.env.doc2path(docname)).parent
    waiting = app.web.kernels if folder == Path(app.srcdir, CHAPTERS) else []
    client = waiting.pop() if waiting else _client(folder)
    client.nb, client.timeout = notebook, app.config.nb_execution_timeout
    client.on_cell_execute = lambda cell, **_: app.web.began.update({docname: cell})
    try:
        client.execute()
    except FAILURES as error:
        return error
    finally:
        _take_comparisons(notebook)
    return None


def _take_comparisons(notebook: NotebookNode) -> None:
    """Move what the kernel noted of a cell's comparisons from its outputs to its metadata."""
    for cell in notebook.cells:
        for output in [each for each in cell.get("outputs", []) if KIND in each.get("data", {})]:
            cell.outputs.remove(output)
            cell.metadata["compared"] = output.data[KIND]


def _client(folder: Path) -> nbclient.NotebookClient:
    """Return what runs one notebook in a folder; its kernel starts with it, or before."""
    return nbclient.NotebookClient(
        nbformat.v4.new_notebook(),
        record_timing=False,
        coalesce_streams=True,  # in how many pieces a cell printed is chance
        shutdown_kernel="immediate",  # it holds nothing that could be lost
        resources={"metadata": {"path": str(folder)}},
    )


def stop_kernels(app, exception) -> None:
    """Stop a kernel that nobody needed; spare Python the search for garbage at the very end."""
    for client in app.web.kernels:
        run_sync(client.km.shutdown_kernel)(now=True)
    gc.freeze()


def fail(app, exception) -> None:
    """End the build with a failure after a failed cell, also if warnings are not errors."""
    if exception is None and app.web.failed:
        app.statuscode = 1


class ChangedMeanwhile(SphinxError):
    """A chapter on disk is no longer the one that the book was loaded from."""


def read_notebook(text: str, config) -> NotebookNode:
    """Read a page as a notebook; ``config`` is MyST's. A page without cells is one Markdown cell.

    The source map is mended, so that warnings name the right line: the reader counts the blank
    lines that it strips at the beginning of a cell, and two tools add one to make lines begin at 1.
    """
    notebook = read_myst_markdown_notebook(text, config=config, add_source_map=True)
    lines = text.splitlines()
    for number, start in enumerate(notebook.metadata["source_map"]):
        while start < len(lines) and not lines[start].strip():
            start += 1
        notebook.metadata["source_map"][number] = start - 1
    return notebook


def expand_notebook(notebook: NotebookNode, book: Book, doc: str) -> None:
    """Expand the references in a chapter's cells, and note in each cell its place in the book.

    Raises ``ChangedMeanwhile``.
    """
    cells = [cell for cell in book.cells if cell.doc == doc]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.source.strip() for cell in cells] != [cell.source.strip() for cell in code]:
        raise ChangedMeanwhile(f"{doc}: changed while the book was being built; build it again")
    for target, cell in zip(code, cells, strict=True):
        target.metadata["literate"] = [cell.doc, cell.index]
        if has_references(cell):
            target.source = "\n".join(line.text for line in book.expand(cell))


def tell(app, docname: str, notebook: NotebookNode, error: Exception) -> None:
    """Warn that a cell of a chapter stopped its execution with ``error``."""
    app.web.failed = True
    steps = list(_steps(app, COLOR.sub("", str(error)), _cells_that_ran(app, notebook)))
    began = app.web.began.get(docname)  # a kernel that dies does not say where
    cell = steps[0].top if steps else _cell(app, began) if began else None
    place = _place(steps[0]) if steps else cell.place if cell else docname
    text = f"a cell fails: {_message(error)}"
    text += f"\n    in the cell at {cell.place}" if cell else ""
    text += "".join(f"\n    at {_place(line)}: {line.text.strip()}" for line in steps)
    logger.warning("%s", text, location=place, type="literate", subtype="cell")


def _cells_that_ran(app, notebook: NotebookNode) -> dict[int, Cell]:
    """Map the kernel's number of each cell that it began to run to the cell."""
    return {
        cell.execution_count: _cell(app, cell)
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.execution_count
    }


def _cell(app, cell: NotebookNode) -> Cell:
    return app.web.cells[tuple(cell.metadata["literate"])]


def _steps(app, traceback: str, ran: dict[int, Cell]):
    """Lead each frame of the traceback back to its chapter line, the failing cell's first."""
    for text in traceback.splitlines():
        frame = FRAME.match(text)
        if frame and frame["count"] and int(frame["count"]) in ran:
            yield from app.web.book.expand(ran[int(frame["count"])])[int(frame["line"]) - 1 :][:1]
        elif frame and frame["file"] and (target := _tangled(app, frame["file"])):
            yield from app.web.book.files()[target][int(frame["line"]) - 1 :][:1]


def _tangled(app, file: str) -> str | None:
    """Return the path below code/ of a file of the module, None for any other file."""
    path, code = Path(file).expanduser(), Path(app.srcdir, "code")
    target = path.relative_to(code).as_posix() if path.is_relative_to(code) else None
    return target if target in app.web.book.files() else None


def _place(line: Line) -> str:
    fragment = line.cell.fragment if line.cell else None
    return f"{line.doc}:{line.line}" + (f" <<{fragment}>>" if fragment else "")


def _message(error: Exception) -> str:
    """Take the exception of the cell, if it is one, out of what the notebook's client raised."""
    name, value = getattr(error, "ename", None), getattr(error, "evalue", "")
    if name:
        return f"{name}: {COLOR.sub('', value).strip()}".rstrip(": ")
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"


def setup(app) -> None:
    """Start a kernel at once: this extension stands first in the list, and the others take time."""
    settle_kernels(app)
    start_early(app)
