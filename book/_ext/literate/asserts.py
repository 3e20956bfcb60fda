"""The asserts of cells: which statements claim something, and by how much two sides differ.

A claim is an ``assert``, or a call of a function ``assert_…``. While a notebook runs, its kernel
notes by how much the two sides differ that its asserts compare. A comparison is an assert that
bounds something called an error by at most a millionth, or a call of NumPy's ``assert_allclose``
with such a tolerance. It does what it did; and after each cell its kernel hands out how often was
compared, the largest error, and how many of the asserts compare.
"""

from __future__ import annotations

import ast
import builtins
import operator
import re
from collections.abc import Iterator

import numpy as np

LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)  # run where they are called
CATCHING = {"raises", "suppress", "warns"}
KIND = "application/x-comparisons+json"  # of the output in which a kernel hands out what it noted
EQUAL = 1e-6  # a wider tolerance says how large something is, not that two things are the same
ERROR = re.compile(r"error")
NOTE = "__note_comparison__"
ORDERS = {ast.Lt: "lt", ast.LtE: "le"}


def asserts(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the claims that run with a cell, in loops too, where nothing catches them."""
    for child in ast.iter_child_nodes(node):
        if is_assert(child):
            yield child
        elif not (isinstance(child, LATER) or _catches(child)):
            yield from asserts(child)


def is_assert(node: ast.AST) -> bool:
    """Say whether a statement is an assert, or a call of a function named ``assert_…``."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return called(node.value).startswith("assert_")
    return isinstance(node, ast.Assert)


def called(node: ast.AST) -> str:
    """Return the last part of the name of what is called, or of what has a name."""
    function = node.func if isinstance(node, ast.Call) else node
    return getattr(function, "attr", getattr(function, "id", ""))


def _catches(node: ast.AST) -> bool:
    """Say whether a failure inside is expected."""
    if isinstance(node, ast.With):
        return any(called(item.context_expr) in CATCHING for item in node.items)
    return isinstance(node, ast.Try) and bool(node.handlers)


def watch(shell) -> None:
    """Let a shell of IPython note the comparisons of the cells that it runs from now on."""
    noted: list[tuple[int, float]] = []
    setattr(builtins, NOTE, lambda *call, **named: _note(noted, *call, **named))
    shell.ast_transformers.append(Watched())
    shell.events.register("pre_run_cell", lambda _: noted.clear())
    shell.events.register("post_run_cell", lambda _: _hand_out(shell, noted))


class Watched:
    """Changes the comparisons of a cell, as IPython wants it, so that they are noted."""

    def visit(self, tree: ast.Module) -> ast.Module:
        """Return the changed tree; lines and messages stay."""
        for number, node in enumerate(asserts(tree)):
            if isinstance(node, ast.Assert):
                node.test = _Bounds(number).visit(node.test)
            elif called(node.value) == "assert_allclose":
                call = node.value
                call.args[:0] = [ast.Constant(number), call.func]
                call.func = ast.Name(NOTE, ast.Load())
        return ast.fix_missing_locations(tree)


class _Bounds(ast.NodeTransformer):
    """Changes ``error <= bound`` into a call that notes the error."""

    def __init__(self, number: int):
        self.number = number

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        order = ORDERS.get(type(node.ops[0])) if len(node.ops) == 1 else None
        if order is None or not ERROR.search(ast.unparse(node.left)):
            return self.generic_visit(node)
        given = [ast.Constant(self.number), ast.Constant(order), node.left, *node.comparators]
        return ast.copy_location(ast.Call(ast.Name(NOTE, ast.Load()), given, []), node)


def _note(noted: list, number: int, how, *sides, **named):
    """Do what an assert did, and note its error."""
    if isinstance(how, str):
        result = getattr(operator, how)(*sides)
        error, tolerance = sides
    else:
        result = how(*sides, **named)
        absolute = named.get("atol", 0)
        error, tolerance = np.nan, max(named.get("rtol", 1e-7), absolute)
        if tolerance <= EQUAL and len(sides) == 2:
            error = difference(*sides, relative=not absolute)
    if np.ndim(error) == np.ndim(tolerance) == 0 and 0 < tolerance <= EQUAL and np.isfinite(error):
        noted.append((number, float(error)))
    return result


def difference(left, right, *, relative: bool) -> float:
    """Return the largest difference of two arrays, relative to the largest entry of either."""
    left, right = np.broadcast_arrays(np.asarray(left), np.asarray(right))
    largest = np.abs(left - right).max(initial=0)
    scale = max(np.abs(left).max(initial=0), np.abs(right).max(initial=0)) if relative else 1
    return float(largest / scale) if scale else 0.0


def _hand_out(shell, noted: list[tuple[int, float]]) -> None:
    if noted:
        largest = max(error for _, error in noted)
        content = {"times": len(noted), "largest": largest, "asserts": len(dict(noted))}
        shell.display_pub.publish({KIND: content})
