"""The notebook that each executed page offers: it runs in any Jupyter, without this machinery.

It is the notebook that the build executed, with its outputs. References are already expanded.
Imports of the book's own helpers give way to their source, MyST that Jupyter does not know is put
in Jupyter's words, a cell writes the data that others read, and all that differs from build to
build is taken out.
"""

from __future__ import annotations

import ast
import base64
import inspect
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

import literate
from literate.dependencies import named_files

from .names import Names
from .warnings import MACHINERY

KEPT_METADATA = {"tags"}
SENTENCE = "The next cell writes {names} beside this notebook, unless it is there already."
CELL = """\
import base64
from pathlib import Path

files = {files}
for name, content in files.items():
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_bytes(base64.b64decode(content))"""
FENCE = re.compile(r"^(?P<mark>`{3,}|:{3,})\{(?P<name>[\w-]+)\}[ \t]*(?P<argument>.*)$")
OPTION = re.compile(r"^:(?P<key>[\w-]+):[ \t]*(?P<value>.*)$")
ROLE = re.compile(r"\{(?P<role>[\w:-]+)\}`(?P<text>[^`]+)`")
TITLED = re.compile(r"^(?P<title>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
TARGET = re.compile(r"^\([\w-]+\)=\s*$")
NEEDS_THE_BOOK = re.compile(r"^from literate import .*\bload_book\b", re.MULTILINE)
SHOWN = '''class Shown(str):
    """A text that the book made of its chapters, as this cell showed it."""

    __repr__ = str.__str__


{name} = Shown(r"""{made}""")
{name}'''


def _helper_imports(
    source: str, folder: Path = MACHINERY
) -> list[tuple[ast.stmt, dict[Path, list[ast.alias]]]]:
    """Find the statements that import from book/_ext, with the files they take names from.

    ``folder`` is that of the source, if it is a helper itself.
    """
    try:
        statements = ast.walk(ast.parse(source))
    except SyntaxError:
        return []  # the kernel will say so, with its place
    found = [
        (node, _files(node, folder)) for node in statements if isinstance(node, ast.ImportFrom)
    ]
    return [(node, files) for node, files in found if files]


def _files(statement: ast.ImportFrom, folder: Path) -> dict[Path, list[ast.alias]]:
    if statement.module == "literate":
        files: dict[Path, list[ast.alias]] = {}
        for alias in statement.names:
            home = Path(inspect.getsourcefile(getattr(literate, alias.name)))
            files.setdefault(home, []).append(alias)
        return files
    start = folder if statement.level else MACHINERY
    file = start / f"{(statement.module or '').replace('.', '/')}.py"
    return {file: statement.names} if file.is_file() else {}


def inline_helpers(source: str, seen: set[Path], folder: Path = MACHINERY) -> str:
    """Put the source of each helper in the place of its import. ``seen`` are in the notebook."""
    lines = source.split("\n")
    imports = _helper_imports(source, folder)
    for statement, files in sorted(imports, key=lambda item: -item[0].lineno):
        text = []
        for file, names in files.items():
            if file not in seen:
                seen.add(file)
                text += _helper_source(file, seen)
            text += [f"{n.asname} = {n.name}" for n in names if n.asname]
        indent = " " * statement.col_offset
        lines[statement.lineno - 1 : statement.end_lineno] = [
            indent + line if line.strip() else "" for line in text or ["pass"]
        ]
    return "\n".join(lines).strip("\n")


def _helper_source(file: Path, seen: set[Path]) -> list[str]:
    what = f"# --- {file.name}: a helper of the book, so that this notebook runs without it ---"
    source = inline_helpers(file.read_text(encoding="utf-8").strip(), seen, file.parent)
    return [what, *source.split("\n"), "# ---", ""]


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
        if cell.cell_type == "code" and _needs_the_book(cell.source):
            cell.source = _shown(cell)
        elif cell.cell_type == "code":
            cell.source = inline_helpers(cell.source, seen)
        else:
            cell.source = plain_markdown(cell.source, words)
        notebook.cells.append(cell)
    _bring_data_along(notebook, folder)
    return notebook


def _needs_the_book(source: str) -> bool:
    """Say whether a cell imports a helper that reads the chapters, which a notebook has not."""
    files = [file for _, files in _helper_imports(source) for file in files]
    return any(NEEDS_THE_BOOK.search(file.read_text("utf-8")) for file in files)


def _shown(cell) -> str:
    """Return a cell that holds what this one made of the chapters, and shows it again."""
    [made] = [output.data["text/plain"] for output in cell.outputs if "data" in output]
    last = ast.parse(cell.source).body[-1].value
    name = last.id if isinstance(last, ast.Name) else "shown"
    return SHOWN.format(name=name, made=made)


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
    chapter = Path(app.env.doc2path(pagename)).parent
    names = PageNames(app.web.names, pagename)
    notebook = make_notebook(nbformat.read(executed, as_version=4), names, chapter)
    target = Path(app.outdir, "_sources", f"{pagename}.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    context["ipynb_source"] = f"{pagename}.ipynb"


@dataclass(frozen=True)
class PageNames:
    """Names for the roles on one page, in text that cannot hold links."""

    names: Names
    docname: str

    def equation(self, label: str) -> str:
        """The number of an equation."""
        return self.names.equation(label)

    def target(self, name: str) -> str:
        """The title of a page, a section or a figure."""
        return self.names.target(self.docname, name)

    def citation(self, key: str) -> str:
        """The first author and the year of a publication."""
        return self.names.citation(key)


def plain_markdown(text: str, words) -> str:
    """Rewrite a Markdown cell. ``words`` has ``equation``, ``target`` and ``citation``."""
    return "\n".join(_lines(text.split("\n"), words)).strip("\n")


def _lines(lines: list[str], words) -> list[str]:
    out: list[str] = []
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        if fence := FENCE.match(line):
            body = _take_body(rest, fence["mark"])
            out += _directive(fence["name"], fence["argument"], body, words)
        elif line.startswith("```"):
            out += [line, *_take_body(rest, "```"), "```"]
        elif not TARGET.match(line):
            out.append(ROLE.sub(lambda match: _role(match, words), line))
    return out


def _take_body(rest: list[str], mark: str) -> list[str]:
    """Take the lines up to the closing fence."""
    body = []
    while rest:
        line = rest.pop(0)
        if line.strip() and set(line.strip()) == {mark[0]} and len(line.strip()) >= len(mark):
            break
        body.append(line)
    return body


def _directive(name: str, argument: str, body: list[str], words) -> list[str]:
    options = {}
    while body and (option := OPTION.match(body[0])):
        options[option["key"]] = option["value"]
        body = body[1:]
    if name == "handwritten":
        return [f"> *A handwritten note stands here: {words.target(f'fig-note-{argument}')}*"]
    if name == "explorable":
        return ["> *On the page of the book, something to touch stands here.*"]
    if name == "math":
        label = options.get("label")
        tag = [rf"\tag{{{words.equation(label)}}}"] if label else []
        return ["$$", *[line for line in body if line.strip()], *tag, "$$"]
    title = {"exercise": "Exercise", "solution": "Solution"}.get(name, argument)
    if name == "exercise" and argument:
        title = f"Exercise: {argument}"
    inner = _lines(body, words)
    while inner and not inner[0].strip():
        inner = inner[1:]
    heading = [ROLE.sub(lambda match: _role(match, words), f"**{title}**"), ""] if title else []
    return [f"> {line}".rstrip() for line in [*heading, *inner]]


def _role(match: re.Match, words) -> str:
    titled = TITLED.match(match["text"])
    title, target = (titled["title"], titled["target"]) if titled else (None, match["text"])
    if match["role"] == "eq":
        return f"({words.equation(target)})"
    if match["role"].startswith("cite"):
        names = [words.citation(key.strip()) for key in match["text"].split(",")]
        return f"[{'; '.join(names)}]"
    if match["role"] == "frag":
        return title or f"⟨{target}⟩"
    if match["role"] == "index":
        return title or match["text"]
    if match["role"] == "math":
        return f"${match['text']}$"
    return title or words.target(target)


def sentence(names: list[str]) -> str:
    """Say what the cell of ``write_files`` does."""
    return SENTENCE.format(names=" and ".join(f"`{name}`" for name in names))


def write_files(names: list[str], folder: Path) -> str:
    """Return code that writes files where a notebook is run, with all that they hold."""
    content = {name: base64.b64encode((folder / name).read_bytes()).decode() for name in names}
    return CELL.format(files=content)
