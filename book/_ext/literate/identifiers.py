"""The index of identifiers: which cell defines a name of the module, which cells use it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .chapters import Cell
from .fragments import Book
from .source import parse

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Identifier:
    """A top-level name of a tangled file, or a name that a fragment assigns."""

    name: str
    defined: list[Cell] = field(default_factory=list)
    used: list[Cell] = field(default_factory=list)


def find_identifiers(book: Book) -> list[Identifier]:
    """List the identifiers, sorted without regard to case.

    A name of a tangled file is looked for in every cell. A name that only fragments assign is a
    local variable of the module, and many cells have a ``z`` of their own: it is looked for in
    fragments and tangled cells, and in the chapters that define it.
    """
    trees = [(cell, parse(cell)) for cell in book.cells]
    public = _collect(trees, lambda cell: cell.tangle, top_level_names)
    local = _collect(trees, lambda cell: cell.fragment, assigned_names)
    found = {
        name: Identifier(name, public.get(name, []) + _extra(name, local, public))
        for name in public.keys() | local.keys()
    }
    for cell, tree in trees:
        for name in used_names(tree) & found.keys():
            homes = found[name].defined
            if cell not in homes and (name in public or _shares(cell, homes)):
                found[name].used.append(cell)
    return sorted(found.values(), key=lambda item: (item.name.lower(), item.name))


def _collect(trees, wanted, names) -> dict[str, list[Cell]]:
    homes: dict[str, list[Cell]] = {}
    for cell, tree in trees:
        for name in names(tree) if wanted(cell) else ():
            homes.setdefault(name, []).append(cell)
    return homes


def _extra(name: str, local: dict, public: dict) -> list[Cell]:
    return [cell for cell in local.get(name, []) if cell not in public.get(name, [])]


def _shares(cell: Cell, homes: list[Cell]) -> bool:
    return bool(cell.fragment or cell.tangle) or cell.doc in {home.doc for home in homes}


def top_level_names(tree: ast.Module) -> set[str]:
    """Return the functions, classes and variables of a module; no imports, no ``__name__``."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = {node.name for node in tree.body if isinstance(node, definitions)}
    return {name for name in names | assigned_names(tree) if not name.startswith("__")}


def assigned_names(tree: ast.AST) -> set[str]:
    """Return the names assigned in a tree, but not inside functions, classes, comprehensions."""
    names: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif not isinstance(node, SCOPES + COMPREHENSIONS):
            names |= assigned_names(node)
    return names - {"_"}


def used_names(tree: ast.AST) -> set[str]:
    """Return the names that are read, changed in place, or imported from another module."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
    return names
