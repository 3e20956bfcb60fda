"""The notebook that each executed page offers: it runs in any Jupyter, without this machinery.

It is the notebook that the build executed, with its outputs. References are already expanded.
Imports of the book's own helpers give way to their source, MyST that Jupyter does not know is put
in Jupyter's words, a cell writes the data that others read, and all that differs from build to
build is taken out.
"""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import nbformat
from docutils import nodes

import literate

from .data import sentence, write_files
from .imports import named_files
from .notebook_text import plain_markdown

KEPT_METADATA = {"tags"}
HELPERS = Path(__file__).parents[1]  # book/_ext


def _helper_imports(source: str) -> list[tuple[ast.stmt, dict[Path, list[ast.alias]]]]:
    """Find the statements that import from book/_ext, with the files they take names from."""
    try:
        statements = ast.walk(ast.parse(source))
    except SyntaxError:
        return []  # the kernel will say so, with its place
    found = [(node, _files(node)) for node in statements if isinstance(node, ast.ImportFrom)]
    return [(node, files) for node, files in found if files]


def _files(statement: ast.ImportFrom) -> dict[Path, list[ast.alias]]:
    if statement.module == "literate":
        files: dict[Path, list[ast.alias]] = {}
        for alias in statement.names:
            home = Path(inspect.getsourcefile(getattr(literate, alias.name)))
            files.setdefault(home, []).append(alias)
        return files
    file = HELPERS / f"{(statement.module or '').replace('.', '/')}.py"
    return {file: statement.names} if file.is_file() else {}


def inline_helpers(source: str, seen: set[Path]) -> str:
    """Put the source of each helper in the place of its import. ``seen`` are in the notebook."""
    lines = source.split("\n")
    imports = _helper_imports(source)
    for statement, files in sorted(imports, key=lambda item: -item[0].lineno):
        text = []
        for file, names in files.items():
            if file not in seen:
                text += _helper_source(file)
            seen.add(file)
            text += [f"{n.asname} = {n.name}" for n in names if n.asname]
        indent = " " * statement.col_offset
        lines[statement.lineno - 1 : statement.end_lineno] = [
            indent + line if line.strip() else "" for line in text or ["pass"]
        ]
    return "\n".join(lines).strip("\n")


def _helper_source(file: Path) -> list[str]:
    what = f"# --- {file.name}: a helper of the book, so that this notebook runs without it ---"
    return [what, *file.read_text(encoding="utf-8").strip().split("\n"), "# ---", ""]


def make_notebook(executed, words, folder: Path) -> nbformat.NotebookNode:
    """Make the notebook for readers out of the executed one.

    ``words`` resolves references, as ``plain_markdown`` wants it; ``folder`` is the chapter's.
    """
    notebook = nbformat.v4.new_notebook()
    kept = ("kernelspec", "language_info")
    notebook.metadata = {key: executed.metadata[key] for key in kept if key in executed.metadata}
    seen: set[Path] = set()
    for number, cell in enumerate(executed.cells, 1):
        cell.id = f"cell-{number}"
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEPT_METADATA}
        if cell.cell_type == "code":
            cell.source = inline_helpers(cell.source, seen)
        else:
            cell.source = plain_markdown(cell.source, words)
        notebook.cells.append(cell)
    _bring_data_along(notebook, folder)
    return notebook


def _bring_data_along(notebook, folder: Path) -> None:
    """Put a cell before the first one with code, if files of data are named in any."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    names = named_files([cell.source for cell in code], folder)
    if names:
        words = nbformat.v4.new_markdown_cell(sentence(names), id="data-words")
        writing = nbformat.v4.new_code_cell(write_files(names, folder), id="data")
        at = notebook.cells.index(code[0])
        notebook.cells[at:at] = [words, writing]


def offer(app, pagename, templatename, context, doctree) -> None:
    """Write the page's notebook where the theme's download button looks for it."""
    folder = Path(app.outdir).parent / "jupyter_execute"
    executed = folder / f"{pagename}.ipynb"
    is_notebook = "kernelspec" in app.env.metadata.get(pagename, {})
    if doctree is None or not is_notebook or not executed.exists():
        return
    words, chapter = Words(app, pagename, doctree), Path(app.env.doc2path(pagename)).parent
    notebook = make_notebook(nbformat.read(executed, as_version=4), words, chapter)
    target = Path(app.outdir, "_sources", f"{pagename}.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    context["ipynb_source"] = f"{pagename}.ipynb"


class Words:
    """What a role's target is called, for text that cannot hold links."""

    def __init__(self, app, pagename: str, doctree):
        self.app, self.pagename, self.doctree = app, pagename, doctree

    def equation(self, label: str) -> str:
        """The number of an equation, without brackets; its label if there is none."""
        found = self.app.env.get_domain("math").equations.get(label)
        if not found:
            return label
        numbers = self.app.env.toc_fignumbers.get(found[0], {}).get("displaymath", {})
        number = numbers.get(nodes.make_id(f"equation-{label}"))
        return ".".join(map(str, number)) if number else str(found[1])

    def target(self, name: str) -> str:
        """The title of a page, a section or a figure; the name itself if there is none."""
        titles, labels = self.app.env.titles, self.app.env.get_domain("std").labels
        folder = self.pagename.rpartition("/")[0]
        page = f"{folder}/{name}" if folder else name
        if page in titles:
            return titles[page].astext()
        return labels[name][2] if name in labels else name

    def citation(self, key: str) -> str:
        """The first author and the year of a publication; the key itself if it is unknown."""
        for citation in self.app.env.get_domain("cite").citations:
            if citation.key == key:
                author = citation.entry.persons["author"][0]
                return f"{' '.join(author.last_names)}, {citation.entry.fields['year']}"
        return key


def setup(app) -> None:
    """Offer a notebook on each page that was executed."""
    app.connect("html-page-context", offer, priority=450)  # before the theme makes its buttons
