"""The index of identifiers: which cell defines a name of the module, which cells use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .chapters import Cell
from .source import assigned_names, parse, top_level_names, used_names

if TYPE_CHECKING:
    from .fragments import Book


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
