"""The experiments of the chapters whose results are stored: `make experiments`.

A chapter calls ``recorded(path, experiment, seeds, within)``. What the experiment needs is found in
the cells above that call, from name to name: that code makes the results, and is stored with them.
"""

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from literate import Book
from literate.chapters import Chapter
from literate.source import assigned_names

ROOT = Path(__file__).resolve().parents[3]
CALL = "recorded"
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Experiment:
    """A call of ``recorded`` in a chapter: where it stands, its file, the code that it needs."""

    doc: str
    path: str  # from the folder of the chapters
    function: str  # the expressions that the call holds
    seeds: str
    code: str

    def file(self, root: Path) -> Path:
        """Return the file that holds the results."""
        return root / "book" / self.path


def experiments_of(book: Book) -> Iterator[Experiment]:
    """Yield the experiments of all chapters, in the order of reading."""
    for chapter in book.chapters:
        yield from _of_chapter(book, chapter)


def _of_chapter(book: Book, chapter: Chapter) -> Iterator[Experiment]:
    texts = ["\n".join(line.text for line in book.expand(cell)) for cell in chapter.cells]
    if not any(f"{CALL}(" in text for text in texts):
        return
    statements = [(node, text) for text in texts for node in ast.parse(text).body]
    for place, (node, _) in enumerate(statements):
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == CALL:
                path, function, seeds = call.args[:3]
                needed = _needed(statements, _uses(function) | _uses(seeds), place)
                code = "\n".join(_source(*statements[n]) for n in sorted(needed))
                told = ast.unparse(function), ast.unparse(seeds)
                yield Experiment(chapter.doc, ast.literal_eval(path), *told, code)


def _needed(statements: list, names: set[str], before: int) -> set[int]:
    """Return the places of the statements that give these names, and what those need in turn.

    A function looks its names up when it is called, other statements where they stand.
    """
    needed: set[int] = set()
    waiting = [(name, before) for name in names]
    seen = set(waiting)
    while waiting:
        name, before = waiting.pop()
        place = next((n for n in reversed(range(before)) if name in _binds(statements[n][0])), None)
        if place is None:
            continue  # a name of Python's own, or of a function
        node = statements[place][0]
        needed.add(place)
        at = before if isinstance(node, DEFINITIONS) else place
        more = {(each, at) for each in _uses(node)} - seen
        seen |= more
        waiting += more
    return needed


def _uses(node: ast.AST) -> set[str]:
    """Return the names that a statement, or a function in it, takes from the page."""
    changed = {n.target for n in ast.walk(node) if isinstance(n, ast.AugAssign)}
    tables = [symtable.symtable(ast.unparse(node), "", "exec")]
    names = {target.id for target in changed if isinstance(target, ast.Name)}
    for table in tables:  # grows on the way
        own = table.get_type() == "module"
        names |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (own or symbol.is_global())
        }
        tables += table.get_children()
    return names


def _binds(node: ast.stmt) -> set[str]:
    """Return the names that a statement gives, or changes in place."""
    if isinstance(node, DEFINITIONS):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    places = [n for n in ast.walk(node) if isinstance(n, ast.Subscript | ast.Attribute)]
    places = [place.value for place in places if isinstance(place.ctx, ast.Store)]
    changed = {place.id for place in places if isinstance(place, ast.Name)}
    return assigned_names(ast.Module([node], [])) | changed


def _source(node: ast.stmt, text: str) -> str:
    decorators = [each.lineno for each in getattr(node, "decorator_list", [])]
    first = min([node.lineno, *decorators])
    return "\n".join(text.split("\n")[first - 1 : node.end_lineno])
