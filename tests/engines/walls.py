"""The walls of the machinery, read from its import statements: who imports whom, and in what order.

``python tests/engines/walls.py`` prints the drawing that stands in ``book/_ext/README.md``.
"""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

MACHINERY = Path(__file__).resolve().parents[2] / "book" / "_ext"
ENGINES = {"literate", "equations", "handwriting"}
SPHINX = {"sphinx", "docutils", "myst_nb", "myst_parser", "jupyter_book"}
ALLOWED = {  # of our own packages; Sphinx is for web alone
    **{engine: {engine} for engine in ENGINES},
    "web": {"web", "sphinx", *ENGINES},
    "this_book": {"this_book", "rnn_from_scratch", *ENGINES},
}
Graph = dict[str, set[str]]  # a module's name, and the names that it imports


def read_sources(folder: Path) -> dict[str, str]:
    """Return the source of each module in a folder, by its name; a package's is its __init__."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return {name: path.read_text("utf-8") for name, path in found.items() if name}


def graph_of(sources: dict[str, str], packages: set[str]) -> Graph:
    """Return what each module imports, wherever the statement stands; of our own, the module."""
    return {
        name: {
            _module(each, sources) for each in _imported(ast.parse(text), name, name in packages)
        }
        - {name}
        for name, text in sources.items()
    }


def _imported(tree: ast.Module, name: str, is_package: bool) -> Iterator[str]:
    here = name.split(".") if is_package else name.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = here[: len(here) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _module(dotted: str, sources: dict[str, str]) -> str:
    """Return the module that a dotted name leads to; of what is not ours, its package."""
    parts = dotted.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in names if name in sources), parts[0])


def the_graph() -> Graph:
    """Return the graph of the machinery."""
    sources = read_sources(MACHINERY)
    packages = {
        name for name in sources if (MACHINERY / name.replace(".", "/") / "__init__.py").is_file()
    }
    return graph_of(sources, packages)


def breaches(graph: Graph) -> list[str]:
    """Name each import that a wall forbids."""
    ours = {*ALLOWED, "rnn_from_scratch", "sphinx"}
    return [
        f"{name} imports {other}"
        for name, imports in sorted(graph.items())
        for other in sorted(imports)
        for package in ["sphinx" if other in SPHINX else other.split(".")[0]]
        if package in ours and package not in ALLOWED[name.split(".")[0]]
    ]


def in_order(graph: Graph) -> list[list[str]]:
    """Return the modules in layers, each of which imports only what stands in layers before it.

    Raises ``graphlib.CycleError`` if there is none, with the circle.
    """
    sorter = TopologicalSorter({name: imports & graph.keys() for name, imports in graph.items()})
    sorter.prepare()
    layers = []
    while sorter.is_active():
        layers.append(sorted(sorter.get_ready()))
        sorter.done(*layers[-1])
    return layers


def draw(graph: Graph) -> str:
    """Draw who imports whom; of each package, its modules from the first to the last that reads."""
    layers = in_order(graph)
    lines = []
    for package in ("literate", "equations", "handwriting", "web", "this_book"):
        inside = [name for name in graph if name.split(".")[0] == package]
        imported = {other.split(".")[0] for name in inside for other in graph[name]}
        known = [name for name in ("rnn_from_scratch", *ALLOWED) if name in imported - {package}]
        more = ["Sphinx"] if SPHINX & imported else []
        arrow = f"  ->  {', '.join([*sorted(known), *more])}" if known or more else ""
        lines.append(f"{package}{arrow}")
        for layer in layers:
            names = [name.removeprefix(f"{package}.") for name in layer if name in inside]
            names = ["__init__" if name == package else name for name in names]
            if names:
                lines.append(f"    {'  '.join(names)}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(draw(the_graph()))  # noqa: T201
