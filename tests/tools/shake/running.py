"""Run the cells of all chapters in this process, statement by statement; write down what held.

``python -m shake.running ROOT MOVES OUT``: MOVES and OUT are JSON, a text and a file. A failed
assert hides nothing: what stands below it runs, too.
"""

import __future__

import ast
import contextlib
import io
import json
import sys
import traceback
from pathlib import Path

import numpy as np

from literate import Book, Cell, load_book
from literate.claims import Claim, claims_in
from shake import moving

REPORT = "__claim__"
FUTURES = __future__.annotations.compiler_flag


class Run:
    """The fate of the claims of a book: for each that was reached, why it failed, or None."""

    def __init__(self, book: Book):
        self.book = book
        self.claims: dict[Claim, str | None] = {}
        self.stops: list[tuple[str, int, str]] = []  # statements that ended in another way
        self.shown: list[tuple[str, int, str]] = []
        self.flags = 0  # of what the chapter has imported from __future__

    def execute(self) -> None:
        """Run the chapters in their order, each in a namespace of its own."""
        for chapter in self.book.chapters:
            namespace, self.flags = {"__name__": "__main__"}, 0
            for cell in chapter.cells:
                self._cell(cell, namespace)

    def _cell(self, cell: Cell, namespace: dict) -> None:
        tree, found = claims_in(self.book, cell)
        claims = [claim for claim, _ in found]
        nodes = {id(node): number for number, (_, node) in enumerate(found)}
        tree = ast.fix_missing_locations(_Reporting(nodes).visit(tree))

        def report(number: int, error: Exception | None) -> None:
            claim = claims[number]
            self.claims[claim] = self.claims.get(claim) or (error and _one_line(error))

        namespace[REPORT] = report
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            for statement in tree.body:
                self._statement(cell, statement, namespace, statement is tree.body[-1])
        self.shown.append((cell.doc, cell.line, output.getvalue()))
        _close_figures()

    def _statement(self, cell: Cell, statement: ast.stmt, namespace: dict, is_last: bool) -> None:
        is_shown = is_last and isinstance(statement, ast.Expr)
        tree = ast.Expression(statement.value) if is_shown else ast.Module([statement], [])
        try:
            kind = "eval" if is_shown else "exec"
            code = compile(tree, cell.place, kind, flags=self.flags, dont_inherit=True)
            self.flags |= code.co_flags & FUTURES  # holds below, too
            result = eval(code, namespace)
            sys.displayhook(result)
        except Exception as error:  # noqa: BLE001 (whatever ends a statement is written down)
            rows = [
                f.lineno
                for f in traceback.extract_tb(error.__traceback__)
                if f.filename == cell.place
            ]
            line = self.book.expand(cell)[(rows or [statement.lineno])[0] - 1]
            self.stops.append((line.doc, line.line, _one_line(error)))


class _Reporting(ast.NodeTransformer):
    """Let each claim report what came of it, and go on."""

    def __init__(self, numbers: dict[int, int]):
        self.numbers = numbers

    def visit(self, node: ast.AST) -> ast.AST:
        number = self.numbers.get(id(node))
        if number is None:
            return self.generic_visit(node)
        [attempt] = ast.parse(
            f"try: pass\nexcept Exception as error: {REPORT}({number}, error)\n"
            f"else: {REPORT}({number}, None)"
        ).body
        attempt.body = [node]
        for inner in ast.walk(attempt):
            inner.lineno = inner.end_lineno = node.lineno
            inner.col_offset = inner.end_col_offset = 0  # else a claim over lines ends too early
        return attempt


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__


def _close_figures() -> None:
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def main(root: str, moves: str, out: str) -> None:
    """Run the book in ``root``, moved as asked, and write what came of it."""
    moving.apply(**json.loads(moves))
    run = Run(load_book(root))
    run.execute()
    claims = [(claim.doc, claim.line, why) for claim, why in run.claims.items()]
    record = {"numpy": np.__version__, "claims": claims, "stops": run.stops, "shown": run.shown}
    Path(out).write_text(json.dumps(record), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
