"""The dependencies of a chapter: all that it runs and does not hold, found without running it."""

from __future__ import annotations

import ast
import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from .chapters import Cell
from .fragments import Book
from .source import magics, nodes_of, parse, references

ARITHMETIC = ("OPENBLAS_CORETYPE", "NPY_")  # variables that choose how sums are rounded
DATA = "data/"


def dependencies(book: Book, doc: str) -> set[str]:
    """Return the tangled files that ``doc`` imports, through their imports too."""
    modules = _Modules(book.texts)
    for cell in _run_by(book, doc):
        modules.follow(parse(cell), package="")
        for package in modules.packages & _mentioned(cell):
            modules.reach_all(package)
    return modules.reached


def digest(book: Book, doc: str, helpers: Path) -> str:
    """Return a digest of everything that ``doc`` runs and does not hold itself.

    That is the fragments of other chapters, the tangled files that it imports, the modules of the
    folder ``helpers`` that it imports, and the files of data that it names.
    """
    cells = _run_by(book, doc)
    texts = [f"{cell.fragment}\n{cell.source}" for cell in cells if cell.doc != doc]
    texts += [f"{target}\n{book.texts[target]}" for target in dependencies(book, doc)]
    for path in _helpers(helpers, cells):
        texts.append(f"{path.relative_to(helpers).as_posix()}\n{path.read_text('utf-8')}")
    folder = (book.root / doc).parent
    for name in named_files([cell.source for cell in cells], folder):
        texts.append(f"{name}\n{hashlib.sha256((folder / name).read_bytes()).hexdigest()}")
    return hashlib.sha256("\0".join(sorted(texts)).encode()).hexdigest()[:16]


def conditions(book: Book, doc: str, helpers: Path) -> str:
    """Return a digest of everything on which depends what the cells of ``doc`` show.

    That is the cells as they run, what they run besides, and where: Python, the packages, the
    machine, and the variables that choose how it calculates.
    """
    cells = [cell for cell in book.cells if cell.doc == doc]
    parts = ["\n".join(line.text for line in book.expand(cell)) for cell in cells]
    parts += [digest(book, doc, helpers), *_where(), *_arithmetic()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def packages() -> list[str]:
    """Return the names of the packages that can be imported, with their versions."""
    return sorted({each.name for folder in sys.path for each in Path(folder).glob("*.dist-info")})


@cache
def _where() -> list[str]:
    return [sys.version, sys.prefix, platform.platform(), platform.node(), *packages()]


def _arithmetic() -> list[str]:
    return sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith(ARITHMETIC))


def _run_by(book: Book, doc: str) -> list[Cell]:
    """Return the cells of a chapter, and the fragments that they hold, however deep."""
    cells = [cell for cell in book.cells if cell.doc == doc]
    for cell in cells:  # grows on the way
        found = dict.fromkeys(book.fragments[name] for _, name in references(cell))
        cells += [fragment for fragment in found if fragment not in cells]
    return cells


class _Modules:
    """The tangled files as Python modules, and which of them have been reached so far."""

    def __init__(self, files: dict[str, str]):
        self.trees = {path: _tree(text) for path, text in files.items()}
        self.packages = {path.split("/")[0] for path in files}
        self.reached: set[str] = set()

    def follow(self, tree: ast.Module, package: str) -> None:
        """Reach what the import statements of a module in ``package`` name."""
        for node in _import_statements(tree):
            for alias in node.names:
                if isinstance(node, ast.ImportFrom):
                    module = _absolute(node, package)
                    if not self._reach(f"{module}.{alias.name}"):
                        self._reach(module)
                else:
                    self._reach(alias.name)
                    if alias.asname is None:  # `import a.b` binds a, and with it all that a offers
                        self._reach(alias.name.split(".")[0])

    def reach_all(self, package: str) -> None:
        """Reach every file of a package."""
        self.reached |= {path for path in self.trees if path.split("/")[0] == package}

    def _reach(self, module: str) -> bool:
        """Reach a module and what it imports; say whether it is one of ours."""
        path = self._path(module)
        if path is not None and path not in self.reached:
            self.reached.add(path)
            self.follow(self.trees[path], _package_of(path))
        return path is not None

    def _path(self, module: str) -> str | None:
        """Return the tangled file of a module, if there is one."""
        base = module.replace(".", "/")
        return next((p for p in (f"{base}.py", f"{base}/__init__.py") if p in self.trees), None)


@cache
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def _import_statements(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in nodes_of(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]


def _package_of(path: str) -> str:
    return path.rpartition("/")[0].replace("/", ".")


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """Return the module that ``from … import`` names, its leading dots resolved."""
    if node.level == 0:
        return node.module or ""
    parents = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*parents, *([node.module] if node.module else [])])


@cache
def _mentioned(cell: Cell) -> set[str]:
    """Return the words in magics and strings, which may run a module without importing it."""
    tree = parse(cell)
    docs = {id(node.value) for node in nodes_of(tree) if isinstance(node, ast.Expr)}
    strings = [
        node.value
        for node in nodes_of(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]
    return set(re.findall(r"\w+", " ".join([*strings, *magics(cell)])))


def _helpers(folder: Path, cells: list[Cell]) -> list[Path]:
    """Return the files of the modules in a folder that cells import; of a package, all."""
    found: list[Path] = []
    for name in sorted({name for cell in cells for name in _imported(parse(cell))}):
        found += [*folder.glob(f"{name}.py"), *sorted((folder / name).glob("**/*.py"))]
    return found


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yield the first part of each imported module's name."""
    for node in _import_statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif node.module and node.level == 0:
            yield node.module.split(".")[0]


def named_files(sources: Iterable[str], folder: Path) -> list[str]:
    """Return the names of the files in ``folder``/data that stand as strings in some code."""
    naming = (source for source in sources if DATA in source)  # few do, and parsing takes its time
    strings = {text for source in naming for text in _strings(source) if text.startswith(DATA)}
    return sorted(name for name in strings if ".." not in name and (folder / name).is_file())


@cache
def _strings(source: str) -> Iterable[str]:
    try:
        nodes = ast.walk(ast.parse(source))
    except SyntaxError:
        return []  # the kernel will say so, with its place
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]
