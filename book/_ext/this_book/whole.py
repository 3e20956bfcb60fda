"""The whole algorithm on one screen, made from the functions of the module.

``backward_pass()`` follows ``plain_loss_and_gradients`` into the functions that it calls, and puts
their lines in the place of the calls. Checks, sizes and arrays of zeros are left out; a name that a
function returns, and its caller uses once, is replaced by what it stands for.
``value_table()`` is the other half: each value of the toy, from x to the gradients.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import numpy as np
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from literate import load_book
from literate.chapters import Cell
from literate.fragments import Book
from literate.source import fragment_slug

from .toy import Run, run_toy

ROOT = Path(__file__).resolve().parents[3]
FILE, START = "rnn_from_scratch/bptt.py", "plain_loss_and_gradients"
SIZES = {"n_x", "n_a", "n_y", "m", "T", "sizes"}
PARAMETERS = {"Wax", "Waa", "Wya", "ba", "by"}
COMMENT = re.compile(r"\s*#.*$", re.MULTILINE)
FORWARD = {"x_t": "x", "z_t": "z", "a_t": "a", "o_t": "o", r"\hat y_t": "y", "J_t": "J"}  # nodes


@dataclass(frozen=True)
class Row:
    """A line of the listing, the cell that it was written in, and the name that it gives."""

    text: str
    cell: Cell
    target: str = ""

    @property
    def value(self) -> str:
        """The right side of an assignment."""
        return self.text.partition("= ")[2]


class Listing:
    """Lines of Python, each with the cell of the chapter that it comes from."""

    def __init__(self, rows: list[Row], titles: dict[str, str]):
        self.rows, self.titles = rows, titles

    @property
    def code(self) -> str:
        """The lines as a program."""
        return "\n".join(row.text for row in self.rows)

    def __repr__(self) -> str:
        """Return the program."""
        return self.code

    def _repr_html_(self) -> str:
        """Return the lines as links to where they are derived; beside them the chapter's name."""
        colored = highlight(self.code, PythonLexer(), HtmlFormatter(nowrap=True)).split("\n")
        lines, before = [], ""
        for row, html in zip(self.rows, colored, strict=False):
            title = escape(self.titles[row.cell.doc]) if row.cell.fragment else "this page"
            name = f'<span class="whole-where">{title if title != before else ""}</span>'
            line = f"<span>{html}</span>{name}"
            lines.append(f'<a class="whole-line" href="{_address(row.cell)}">{line}</a>')
            before = title
        return f'<pre class="whole highlight">{"".join(lines)}</pre>'


def _address(cell: Cell) -> str:
    """Return where the cell stands on its page, for a page in the same folder."""
    definition = re.search(r"^def (\w+)", cell.source, re.MULTILINE)
    place = fragment_slug(cell.fragment) if cell.fragment else f"definition-{definition[1]}"
    return f"{Path(cell.doc).stem}.html#{place}"


def backward_pass(root: Path = ROOT) -> Listing:
    """Return the backward pass as one listing, without a function in it."""
    book = load_book(root)
    titles = {
        doc: re.search(r"^# (.+)", (root / doc).read_text("utf-8"), re.MULTILINE)[1]
        for doc in book.docs
    }
    return Listing(_Inlining(book).rows(START), titles)


class _Inlining:
    """Puts the lines of functions in the place of their calls."""

    def __init__(self, book: Book):
        self.lines = book.files()[FILE]
        tree = ast.parse("\n".join(line.text for line in self.lines))
        functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
        self.functions = {
            node.name: node for node in functions if not node.name.startswith("check_")
        }

    def rows(self, name: str, given=None, indent: str = "", inside=False) -> list[Row]:
        """Return the lines of a function whose arguments are called as they are ``given``."""
        function = self.functions[name]
        names = [argument.arg for argument in function.args.args]
        renamed = dict(zip(names, given or names, strict=True))
        return self._of(function.body[1:], renamed, indent, inside)

    def _of(
        self, statements: list[ast.stmt], renamed: dict, indent: str, inside=False
    ) -> list[Row]:
        rows: list[Row] = []
        for statement in statements:
            called = self._called(statement)
            if called and isinstance(statement, ast.Return):
                rows += self.rows(*called, indent)
            elif called:
                [target] = statement.targets
                return self._returned(called, target.id, statements, renamed, rows, indent)
            elif isinstance(statement, ast.For):
                rows.append(self._row(statement, renamed, indent))
                rows += self._of(statement.body, renamed, indent + "    ", inside=True)
            elif isinstance(statement, ast.If):  # a check, or classes; inputs are columns here
                rows += self._of(statement.orelse, renamed, indent, inside)
            elif isinstance(statement, ast.Assign | ast.AugAssign) and self._counts(
                statement, inside
            ):
                rows.append(self._row(statement, renamed, indent))
        return rows

    def _returned(self, called, step, statements, renamed, rows, indent) -> list[Row]:
        """Return ``rows``, then the lines of a called function and of what uses its result."""
        callee = self.functions[called[0]]
        result = _results(callee)
        inner = self.rows(*called, indent, inside=True)
        values = {row.target: row for row in inner}
        at = next(n for n, each in enumerate(statements) if self._called(each))
        after = self._of(statements[at + 1 :], renamed, indent, inside=True)
        used = set()
        for n, row in enumerate(after):
            found = re.fullmatch(rf'{step}\["(\w+)"\]', row.value)
            if found:
                value = values[result[found[1]]]
                used.add(value.target)
                text = row.text.replace(row.value, value.value)
                after[n] = replace(row, text=text, cell=value.cell)
        return rows + [row for row in inner if row.target not in used] + after

    def _called(self, statement: ast.stmt) -> tuple[str, list[str]] | None:
        """Return which function of the file a statement calls, and with what."""
        if not isinstance(statement, ast.Assign | ast.Return):
            return None
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in self.functions:
                return node.func.id, [ast.unparse(argument) for argument in node.args]
        return None

    def _counts(self, statement: ast.Assign | ast.AugAssign, inside: bool) -> bool:
        """Say whether a line belongs to the algorithm: no check, no size, no array of zeros."""
        line = self.lines[statement.lineno - 1]
        if line.cell.fragment:
            return True
        names = {node.id for node in ast.walk(statement) if _is_target(node)}
        checks = ast.unparse(statement.value).startswith("check_")
        if (
            checks
            or isinstance(statement.value, ast.Dict)
            or (names and (names <= SIZES or names <= PARAMETERS))
        ):
            return False
        return inside or "rnn_forward(" in line.text or "eq-dz-end" in line.text

    def _row(self, statement: ast.stmt, renamed: dict, indent: str) -> Row:
        line = self.lines[statement.lineno - 1]
        if getattr(statement, "body", None) is None and statement.end_lineno != statement.lineno:
            raise ValueError(f"{line.doc}:{line.line}: the listing takes statements of one line")
        text = COMMENT.sub("", line.text).strip()
        for name, given in renamed.items():
            text = re.sub(rf"\b{name}\b", given, text)
        target = getattr(statement, "targets", [None])[0]
        return Row(indent + text, line.cell, getattr(target, "id", ""))


def _results(function: ast.FunctionDef) -> dict[str, str]:
    """Return which name stands for which key in the dictionaries that a function makes."""
    return {
        key.value: value.id
        for node in ast.walk(function)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if key and isinstance(value, ast.Name)
    }


def _is_target(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


class ValueTable:
    """Each value of the toy, a row for each quantity and a column for each step, and their sums.

    ``rows`` are the symbols, with a matrix for each of the three steps and one for the sum, or
    None where there is none.
    """

    DIGITS = 3

    def __init__(self, run: Run):
        nodes, steps = run.nodes(), range(1, run.x.shape[2] + 1)
        value, gradient = (
            {row: [nodes[row, t][kind] for t in steps] for row in FORWARD.values()}
            for kind in (0, 1)
        )
        forward = {name: value[row] for name, row in FORWARD.items()}
        back = {
            r"\frac{\partial J}{\partial o_t}": gradient["o"],
            r"W_{ya}^{\top} \frac{\partial J}{\partial o_t}": [
                run.at("da_output", t) for t in steps
            ],
            r"W_{aa}^{\top} \delta_{t+1}": [run.at("da_carry", t) for t in steps],
            r"\frac{\partial J}{\partial a_t}": gradient["a"],
            r"1 - a_t^{\odot 2}": [1 - a_t**2 for a_t in value["a"]],
            r"\delta_t": gradient["z"],
            r"\frac{\partial J}{\partial x_t}": gradient["x"],
            r"\frac{\partial J}{\partial a_0}": [run.gradients["da0"], None, None],
        }
        sums = _contributions(value, gradient, run.a0)
        self.rows = {name: [*steps, None] for name, steps in (forward | back).items()}
        self.rows["J_t"][-1] = sum(forward["J_t"])
        for name, steps in sums.items():
            self.rows[rf"\frac{{\partial J}}{{\partial {name}}}"] = [*steps, sum(steps)]

    def __repr__(self) -> str:
        """Return the Markdown of the table."""
        return self._repr_markdown_()

    def _repr_markdown_(self) -> str:
        """Return a table of matrices, as MyST reads it."""
        steps = [f"step {t}" for t in range(1, len(self.rows["x_t"]))]
        head = f"| value | {' | '.join(steps)} | sum |\n|{'---|' * (len(steps) + 2)}\n"
        return head + "\n".join(
            f"| ${name}$ | {' | '.join(self._matrix(value) for value in values)} |"
            for name, values in self.rows.items()
        )

    def _matrix(self, value: np.ndarray | None) -> str:
        if value is None:
            return ""
        if not value.any():
            return "$0$"
        lines = [" & ".join(f"{entry:.{self.DIGITS}f}" for entry in row) for row in value]
        inside = r" \\ ".join(lines)
        return rf"$\left[\begin{{smallmatrix}} {inside} \end{{smallmatrix}}\right]$"


def _contributions(value: dict, gradient: dict, a0: np.ndarray) -> dict[str, list]:
    """Return the contribution of each step to the gradient of each parameter."""
    x, a, do, dz = value["x"], value["a"], gradient["o"], gradient["z"]
    return {
        "W_{ya}": [do_t @ a_t.T for a_t, do_t in zip(a, do, strict=True)],
        "b_y": do,
        "W_{ax}": [dz_t @ x_t.T for dz_t, x_t in zip(dz, x, strict=True)],
        "W_{aa}": [dz_t @ a_prev.T for dz_t, a_prev in zip(dz, [a0, *a[:-1]], strict=True)],
        "b_a": dz,
    }


def value_table() -> ValueTable:
    """Return the table of the toy's values, from the inputs to the gradients."""
    return ValueTable(run_toy())
