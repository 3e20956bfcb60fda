"""The numbers that come from a chapter's cells: printed, asserted, or set there.

Run as a program, it executes all chapters, each cell as the page does, in an ordinary Python, and
writes as JSON what the cells show: ``[[chapter, line of the cell, text, pictures], …]``.
"""

import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from literate import Book, Cell

ROOT = Path(__file__).resolve().parents[1]
NUMBER = r"(?<![\w.])-?\d+(?:\.\d*)?(?:e[+-]?\d+)?"
DATA = (ast.Constant, ast.Tuple, ast.List, ast.UnaryOp, ast.USub, ast.Load)


def results(book: Book, cell: Cell) -> set[float]:
    """Return all numbers that come from a cell."""
    code = source(book, cell)
    return printed(shown()[cell.doc, cell.line].text) | asserted(code) | settings(code)


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
    """What a page shows below a cell."""

    text: str
    pictures: int


@cache
def shown() -> dict[tuple[str, int], Shown]:
    """Execute all chapters, once a session, in a process of their own; return what cells show."""
    path = os.pathsep.join([str(ROOT / "code"), str(ROOT / "book" / "_ext")])
    environment = {**os.environ, "PYTHONPATH": path, "MPLBACKEND": "agg"}
    command = [sys.executable, "-W", "error", __file__]
    folder = ROOT / "book"  # where the kernels of the chapters start
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, f"a chapter stops:\n{run.stderr}"
    return {(doc, line): Shown(*rest) for doc, line, *rest in json.loads(run.stdout)}


def execute_all() -> list[tuple]:
    """Execute the cells of each chapter one after another."""
    book, namespaces = Book.load(ROOT), defaultdict(lambda: {"__name__": "__main__"})
    return [
        (cell.doc, cell.line, *_run(source(book, cell), cell.place, namespaces[cell.doc]))
        for cell in book.cells
    ]


def _run(code: str, place: str, namespace: dict) -> Shown:
    """Run a cell; show what it prints, what its last expression is, and what it draws."""
    import matplotlib.pyplot as plt  # which the tests do without

    tree, output = ast.parse(code, place), io.StringIO()
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(output):
        exec(compile(tree, place, "exec"), namespace)
        if last:
            sys.displayhook(eval(compile(ast.Expression(last.value), place, "eval"), namespace))
    pictures = len(plt.get_fignums())
    plt.close("all")  # as a notebook does
    return Shown(output.getvalue(), pictures)


if __name__ == "__main__":
    json.dump(execute_all(), sys.stdout)
