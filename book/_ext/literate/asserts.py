"""The statements that are claims: each ``assert``, and each call of a function ``assert_…``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)  # run where they are called
CATCHING = {"raises", "suppress", "warns"}


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
