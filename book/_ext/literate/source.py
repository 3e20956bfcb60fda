"""The code of cells: references ``<<NAME>>`` to fragments, and the names of the Python around."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from .chapters import Cell

REFERENCE = re.compile(r"(?P<indent>[ \t]*)<<(?P<name>[^<>\n]+)>>[ \t]*")
MAGIC_LINE = re.compile(r"(?m)^\s*[%!?].*$|^.*\?\s*$")
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def reference(text: str) -> re.Match | None:
    """Match a line that is a reference ``<<name>>`` and nothing else."""
    return REFERENCE.fullmatch(text)


def references(cell: Cell) -> Iterator[tuple[int, str]]:
    """Yield the chapter line and the name of each reference in a cell."""
    for number, text in enumerate(cell.lines, cell.line):
        if cell.is_python and (match := reference(text)):
            yield number, match["name"]


def has_references(cell: Cell) -> bool:
    """Say whether a cell holds a reference to a fragment."""
    return any(references(cell))


def fragment_slug(name: str) -> str:
    """Return the id that a fragment has on its page."""
    return "fragment-" + re.sub(r"[\W_]+", "-", name.lower()).strip("-")


def placeholders(cell: Cell) -> str:
    """Return a cell's code with ``pass`` for each reference, so that it is Python by itself."""
    return "\n".join(_placeholder(text) for text in cell.lines) if cell.is_python else cell.source


def _placeholder(text: str) -> str:
    match = reference(text)
    return f"{match['indent']}pass" if match else text


@cache
def parse(cell: Cell) -> ast.Module:
    """Parse a cell as written; IPython's magics count as nothing, and so does broken code."""
    text = placeholders(cell)
    for attempt in (text, MAGIC_LINE.sub("", text)):
        try:
            return ast.parse(attempt)
        except SyntaxError:
            continue
    return ast.Module([], [])


@cache
def nodes_of(tree: ast.Module) -> list[ast.AST]:
    """Return all nodes of a tree; several questions are asked of each cell."""
    return list(ast.walk(tree))


def magics(cell: Cell) -> list[str]:
    """Return the lines that look like IPython's magics."""
    return MAGIC_LINE.findall(placeholders(cell))


def rows_inside_strings(cell: Cell) -> dict[int, int]:
    """Map each row (from 1) that begins inside a string to the row where the string begins."""
    rows: dict[int, int] = {}
    starts: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(placeholders(cell)).readline):
            kind = tokenize.tok_name[token.type]
            if kind.endswith("STRING_START"):  # an f-string, from Python 3.12 on
                starts.append(token.start[0])
            elif kind == "STRING" or kind.endswith("STRING_END"):
                start = starts.pop() if starts and kind != "STRING" else token.start[0]
                rows |= dict.fromkeys(range(start + 1, token.end[0] + 1), start)
    except (tokenize.TokenError, SyntaxError):
        return rows  # the error itself is found, and told, by compiling
    return rows


def rows_inside_statements(cell: Cell) -> dict[int, str]:
    """Map each row (from 1) that cannot begin a statement to what it goes on with.

    A statement goes on in brackets, after a backslash, and below a decorator.
    """
    rows: dict[int, str] = {}
    depth, above, text = 0, "", MAGIC_LINE.sub("", placeholders(cell))
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
            if depth and token.type == tokenize.NL:
                rows[token.end[0] + 1] = "in brackets"
    except (tokenize.TokenError, SyntaxError):
        pass  # what could be read tells enough
    for row, text in enumerate(cell.lines, 1):
        if above.endswith("\\"):
            rows.setdefault(row, "after a backslash")
        elif above.lstrip().startswith("@"):
            rows.setdefault(row, "below a decorator")
        above = text if text.strip() and not text.lstrip().startswith("#") else above
    return rows


@dataclass(frozen=True)
class Identifier:
    """A top-level name of a tangled file, or a name that a fragment assigns."""

    name: str
    defined: list[Cell] = field(default_factory=list)
    used: list[Cell] = field(default_factory=list)


def find_identifiers(cells: Iterable[Cell]) -> list[Identifier]:
    """List the identifiers of a book's cells, sorted without regard to case.

    A name of a tangled file is looked for in every cell. A name that only fragments assign is a
    local variable of the module, and many cells have a ``z`` of their own: it is looked for in
    fragments and tangled cells, and in the chapters that define it.
    """
    trees = [(cell, parse(cell)) for cell in cells]
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


def used_names(tree: ast.Module) -> set[str]:
    """Return the names that are read, changed in place, or imported from another module."""
    names: set[str] = set()
    for node in nodes_of(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
    return names
