"""A chapter's text → its code cells, with the exact line on which each begins.

The cells are those that MyST-NB finds; the rules are repeated here, on the same Markdown parser,
so that tangling needs no Sphinx and each line of code is known by its place in the chapter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin

from .faults import Fault, utf8_fault, yaml_fault
from .lost import CODE_CELL, Found, included_files, lost_cells, opens
from .options import read_options

ODD_LINE_END = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
MAGIC = re.compile(r"\s*%%(\w+)")
PYTHON = {"capture", "prun", "time", "timeit"}  # magics that run what stands below as it is
KERNEL = "`kernelspec: {name: python3, display_name: Python 3}`"


@dataclass(frozen=True)
class Cell:
    """A code cell as it is written in its chapter; ``index`` counts the cells there, from 0."""

    doc: str
    line: int
    source: str
    options: dict = field(default_factory=dict, compare=False)
    index: int = 0

    @property
    def fragment(self) -> str | None:
        """The name that the cell gives to its statements."""
        return self.options.get("fragment")

    @property
    def tangle(self) -> str | None:
        """The file under code/ to which the cell is appended."""
        return self.options.get("tangle")

    @property
    def lines(self) -> list[str]:
        """The lines of code."""
        return self.source.split("\n") if self.source else []

    @property
    def is_python(self) -> bool:
        """True if it is Python; ``%%bash`` and its like hand a cell to another program."""
        magic = MAGIC.match(self.source)
        return magic is None or magic[1] in PYTHON

    @property
    def place(self) -> str:
        """The first line of the code, as ``book/x.md:LINE``."""
        return f"{self.doc}:{self.line}"


@dataclass(frozen=True)
class Chapter:
    """A page of the book: its code cells, and what is wrong with how they are written."""

    doc: str
    is_notebook: bool
    cells: list[Cell]
    faults: list[Fault]


def read_file(root: Path, doc: str) -> Chapter:
    """Read the chapter whose path from ``root`` is ``doc``; CRLF and a byte order mark are fine."""
    try:
        text = (root / doc).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        return Chapter(doc, False, [], [utf8_fault(doc, error)])
    chapter = read_chapter(doc, text)
    for line, name in _included_cells(root, root / doc, text, {root / doc}):
        what = f"the code cells of {name} are lost; move them into a chapter"
        chapter.faults.append(Fault(doc, line, what))
    return chapter


def _included_cells(root: Path, page: Path, text: str, seen: set[Path]) -> Found:
    """Yield the line where a page includes a file with code cells, itself or by another, and it.

    Its cells would be shown and not run.
    """
    parse = _parser().parse
    for line, name in included_files(parse(text), parse) if "include" in text.lower() else ():
        path = root / name[1:] if name.startswith("/") else page.parent / name
        if path in seen or not path.is_file():
            continue
        inner = path.read_text("utf-8-sig", errors="replace")
        if any(map(opens, inner.split("\n"))):
            yield line, name
        yield from ((line, more) for _, more in _included_cells(root, path, inner, {*seen, path}))


def read_chapter(doc: str, text: str) -> Chapter:
    """Read the code cells of a chapter."""
    tokens = _parser().parse(text + "\n")
    is_notebook, faults = _front_matter(doc, tokens)
    faults += _odd_line_ends(doc, text)
    fences = list(_code_cells(tokens))
    lost = lost_cells(text, tokens, {token.map[0] + 1 for token in fences}, _parser().parse)
    faults += [Fault(doc, line, what) for line, what in lost]
    cells: list[Cell] = []
    for token in fences:
        cell, found = _read_cell(doc, token, len(cells))
        cells.append(cell)
        faults += found
    if cells and not is_notebook:
        what = "the page has code cells, but no notebook front matter, so they would not run"
        todo = f"begin it with the lines `---`, `file_format: mystnb`, {KERNEL}, `---`"
        faults.append(Fault(doc, cells[0].line, f"{what}; {todo}"))
    return Chapter(doc, is_notebook, cells, faults)


@cache
def _parser() -> MarkdownIt:
    """Make the block parser of MyST with Jupyter Book's extensions."""
    parser = MarkdownIt("commonmark").enable("table")
    for plugin in (front_matter_plugin, myst_block_plugin, footnote_plugin, deflist_plugin):
        parser.use(plugin)
    for plugin in (dollarmath_plugin, colon_fence_plugin, amsmath_plugin):
        parser.use(plugin)
    return parser.disable(["inline", "footnote_inline", "footnote_tail"])


def _front_matter(doc: str, tokens: list[Token]) -> tuple[bool, list[Fault]]:
    """Say whether MyST-NB takes the page for a notebook, and what is wrong with its head."""
    if not tokens or tokens[0].type != "front_matter":
        return False, []
    try:
        head = yaml.safe_load(tokens[0].content)
    except yaml.YAMLError as error:
        return True, [yaml_fault(doc, 2, error)]  # what it was meant to be cannot be known
    if not isinstance(head, dict):
        return False, []
    text = _mapping(_mapping(head, "jupytext"), "text_representation")
    is_notebook = head.get("file_format") == "mystnb" or text.get("format_name") == "myst"
    if is_notebook and "name" not in _mapping(head, "kernelspec"):
        return True, [Fault(doc, 1, f"the front matter names no kernel; add {KERNEL}")]
    return is_notebook, []


def _mapping(head: dict, key: str) -> dict:
    return head[key] if isinstance(head.get(key), dict) else {}


def _code_cells(tokens: list[Token]) -> Iterator[Token]:
    """Yield the fences that MyST-NB runs: those in no list, quotation or the like."""
    level = 0
    for token in tokens:
        level += token.nesting
        if level == 0 and token.type == "fence" and token.info.startswith(CODE_CELL):
            yield token


def _odd_line_ends(doc: str, text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), 1):
        if found := ODD_LINE_END.search(line):
            name = f"U+{ord(found[0]):04X}"
            yield Fault(doc, number, f"{name} ends a line for some tools only; take it out")


def _read_cell(doc: str, token: Token, index: int) -> tuple[Cell, list[Fault]]:
    """Take a fence apart as MyST does: options first, then one blank line at most, then code."""
    content, first = token.content, token.map[0] + 2  # the first line inside the fence
    head, head_line, body, body_line = split_options(content)
    if body and not body[0].strip():
        body, body_line = body[1:], body_line + 1
    options, faults = read_options(doc, head, first + head_line)
    behind = token.info.removeprefix(CODE_CELL).strip()
    if ":" in behind or " " in behind:
        what = f"{behind!r} is not an option, because it stands behind {CODE_CELL}"
        faults.append(Fault(doc, first - 1, f"{what}; write `:key: value` on a line below"))
    if content.startswith("---") and first + body_line > token.map[1]:
        faults.append(Fault(doc, first, "the options end nowhere; end them with a line ---"))
    if body and re.match(r"\s*:[\w-]+:", next((line for line in body if line.strip()), "")):
        what = "an option after a blank line is read as code; put it right below the fence"
        faults.append(Fault(doc, first + body_line, what))
    return Cell(doc, first + body_line, "\n".join(body), options, index), faults


def split_options(content: str) -> tuple[list[str], int, list[str], int]:
    """Split a fence's content into its option lines and its code, each with its first line.

    Options are a YAML block between lines of dashes, or the lines that begin with a colon.
    """
    lines = content.splitlines()
    if content.startswith("---"):
        end = next((i for i, line in enumerate(lines[1:], 1) if line.startswith("---")), len(lines))
        return lines[1:end], 1, _body(lines[end + 1 :]), end + 1
    if content.lstrip().startswith(":"):
        head = [line.lstrip() for line in takewhile(lambda line: line.lstrip()[:1] == ":", lines)]
        return [line[1:] for line in head], 0, _body(lines[len(head) :]), len(head)
    return [], 0, lines, 0


def _body(lines: list[str]) -> list[str]:
    """Drop one blank last line, as MyST does below options."""
    return lines[:-1] if lines and not lines[-1] else lines
