"""The numbers that come from a chapter's cells: printed, asserted, or set there.

Run as a program, it executes the chapters named, each cell as the page does, in an ordinary Python,
and writes as JSON what the cells show, or the traceback of the one that fails:
``{chapter: [[line of the cell, text, pictures], …], …}``.
"""

import __future__

import ast
import contextlib
import io
import json
import multiprocessing
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from literate import Book, Cell, load_book
from literate.dependencies import conditions

ROOT = Path(__file__).resolve().parents[2]
NUMBER = r"(?<![\w.])-?\d+(?:\.\d*)?(?:e[+-]?\d+)?"
DATA = (ast.Constant, ast.Tuple, ast.List, ast.UnaryOp, ast.USub, ast.Load)


def results(book: Book, cell: Cell) -> set[float]:
    """Return all numbers that come from a cell."""
    code = source(book, cell)
    return printed(shown(cell.doc)[cell.line].text) | asserted(code) | settings(code)


def source(book: Book, cell: Cell) -> str:
    """Return what the kernel runs for a cell."""
    return "\n".join(line.text for line in book.expand(cell))


def printed(text: str) -> set[float]:
    """Return the numbers in what a cell showed."""
    return {float(number) for number in re.findall(NUMBER, text)}


def asserted(code: str) -> set[float]:
    """Return the numbers written in the asserts of a cell, NumPy's among them."""
    return _constants(node for node in ast.walk(ast.parse(code)) if _is_assert(node))


def settings(code: str) -> set[float]:
    """Return the numbers that a cell gives names to: ``eps = 1e-5``, ``n_a, m = 5, 6``."""
    values = [node.value for node in ast.parse(code).body if isinstance(node, ast.Assign)]
    values = [part for value in values for part in getattr(value, "elts", [value])]
    arrays = [value.args[0] if _is_array(value) else value for value in values]
    return _constants(
        value for value in arrays if all(isinstance(node, DATA) for node in ast.walk(value))
    )


def _is_assert(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr.startswith("assert_")
    return isinstance(node, ast.Assert)


def _is_array(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "np.array"


def _constants(trees: Iterator[ast.AST]) -> set[float]:
    found = [node.value for t in trees for node in ast.walk(t) if isinstance(node, ast.Constant)]
    values = {value for value in found if type(value) in (int, float)}
    return values | {-value for value in values}  # Python has no negative constants


class Shown(NamedTuple):
    """The output that a page shows below a cell."""

    text: str
    pictures: int


def shown(doc: str, root: Path = ROOT) -> dict[int, Shown]:
    """Return what the cells of a chapter show, by the line where each begins.

    A chapter that stops fails whoever asks for it, and nobody else.
    """
    found = everything_shown(root)[doc]
    assert isinstance(found, dict), f"{doc} stops:\n{found}"
    return found


@cache
def everything_shown(root: Path) -> dict[str, dict[int, Shown] | str]:
    """Return what each chapter shows, or the traceback with which it stops.

    Where a build has run a chapter under the very conditions of now, its notebook says it. The
    others are executed, once a session.
    """
    book = load_book(root)
    docs = [chapter.doc for chapter in book.chapters if chapter.cells]
    built = {doc: shown_by_the_build(book, doc) for doc in docs}
    waiting = [doc for doc in docs if built[doc] is None]
    return built | (executed(waiting, root) if waiting else {})


def shown_by_the_build(book: Book, doc: str) -> dict[int, Shown] | None:
    """Read what a chapter showed when it was built; None if it would show something else now."""
    from web.running import HELPERS  # and Sphinx, which running chapters does not need

    path = book.root / "_build" / "jupyter_execute" / Path(doc).with_suffix(".ipynb")
    if not path.is_file():
        return None
    notebook = json.loads(path.read_text("utf-8"))
    if notebook["metadata"].get("conditions") != conditions(book, doc, book.root / HELPERS):
        return None
    ran = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    cells = [cell for cell in book.cells if cell.doc == doc]
    outputs = [output for cell in ran for output in cell["outputs"]]
    stopped = any(output["output_type"] == "error" for output in outputs)
    warned = any(output.get("name") == "stderr" for output in outputs)
    same = [_text(cell["source"]).strip() for cell in ran] == [
        source(book, c).strip() for c in cells
    ]
    if stopped or warned or not same or any(cell["execution_count"] is None for cell in ran):
        return None
    return {cell.line: _as_shown(code["outputs"]) for cell, code in zip(cells, ran, strict=True)}


def _as_shown(outputs: list[dict]) -> Shown:
    data = [output["data"] for output in outputs if "data" in output]
    pictures = [each for each in data if any(kind.startswith("image/") for kind in each)]
    texts = [_text(output.get("text", "")) for output in outputs]
    texts += [_text(each.get("text/plain", "")) + "\n" for each in data if each not in pictures]
    return Shown("".join(texts), len(pictures))


def _text(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


def executed(docs: list[str], root: Path) -> dict[str, dict[int, Shown] | str]:
    """Execute chapters, in an ordinary Python; return what they show, or how they stop."""
    path = os.pathsep.join([str(root / "code"), str(ROOT / "book" / "_ext")])
    environment = {**os.environ, "PYTHONPATH": path, "MPLBACKEND": "agg"}
    environment |= {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    command = [sys.executable, "-W", "error", __file__, str(root), *docs]
    folder = root / "book"  # where the kernels of the chapters start
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return {
        doc: found if isinstance(found, str) else {line: Shown(*rest) for line, *rest in found}
        for doc, found in json.loads(run.stdout).items()
    }


def execute_all(root: str, *docs: str) -> dict[str, list[tuple] | str]:
    """Execute chapters, each in a process of its own, as many at a time as there are processors."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "matplotlib.pyplot"])
    with ProcessPoolExecutor(mp_context=context, max_tasks_per_child=1) as pool:
        return dict(zip(docs, pool.map(execute, repeat(root), docs), strict=True))


def execute(root: str, doc: str) -> list[tuple] | str:
    """Execute the cells of a chapter one after another."""
    book, namespace = load_book(root), {"__name__": "__main__"}
    try:
        return [
            (cell.line, *_run(source(book, cell), cell.place, namespace))
            for cell in book.cells
            if cell.doc == doc
        ]
    except Exception:  # noqa: BLE001 - whatever a cell raises
        return traceback.format_exc()


def _run(code: str, place: str, namespace: dict) -> Shown:
    """Run a cell; show what it prints, what its last expression is, and what it draws."""
    import matplotlib.pyplot as plt  # which the tests do without

    tree, output = ast.parse(code, place), io.StringIO()
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    postponed = namespace.get("annotations") is __future__.annotations  # by a cell above
    flags = __future__.annotations.compiler_flag if postponed else 0
    with contextlib.redirect_stdout(output):
        exec(compile(tree, place, "exec", flags, dont_inherit=True), namespace)
        if last:
            shown = compile(ast.Expression(last.value), place, "eval", flags, dont_inherit=True)
            sys.displayhook(eval(shown, namespace))
    pictures = len(plt.get_fignums())
    plt.close("all")  # as a notebook does
    return Shown(output.getvalue(), pictures)


if __name__ == "__main__":
    json.dump(execute_all(*sys.argv[1:]), sys.stdout)
