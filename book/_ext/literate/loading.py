"""From the table of contents to the book: its chapters in reading order, read and checked."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

import yaml

from .chapters import read_file
from .checks import find_faults
from .faults import BookFault, Fault, did_you_mean, utf8_fault, yaml_fault
from .fragments import Book
from .options import same_name

TOC = "_toc.yml"
PAGE = ("root", "file", "glob")  # keys that name a page, or several
LISTS = ("parts", "chapters", "sections", "subtrees", "entries")  # keys of lists of entries
OTHERS = {  # keys that name no page
    *("format", "defaults", "meta", "options", "url", "title", "caption", "numbered", "hidden"),
    *("maxdepth", "titlesonly", "reversed"),
}


def load_book(root: str | Path) -> Book:
    """Read the book whose ``_toc.yml`` is in ``root``.

    Raises
    ------
    BookFault
        With every fault that can be found at once, in reading order.
    """
    root = Path(root).resolve()
    docs, faults = read_contents(root)
    book = Book(root, [read_file(root, doc) for doc in docs])
    faults += find_faults(book)
    if faults:
        order = {doc: number for number, doc in enumerate(docs)}
        raise BookFault(sorted(faults, key=lambda f: (order.get(f.doc, -1), f.line)))
    return book


def read_contents(root: Path) -> tuple[list[str], list[Fault]]:
    """Return the chapters, as paths from ``root``, and what is wrong with the list.

    Raises
    ------
    BookFault
        If ``_toc.yml`` is missing or is not YAML, since nothing can be read then.
    """
    docs: list[str] = []
    faults: list[Fault] = []
    listed: dict[object, tuple[str, int]] = {}  # the file, or how a system may call it
    contents = _parse(root / TOC)
    for node, problem in _strays(contents):
        faults.append(Fault(TOC, node.start_mark.line + 1, problem))
    for key, node in _entries(contents):
        line = node.start_mark.line + 1
        doc = node.value if node.value.endswith(".md") else f"{node.value}.md"
        if key == "glob":
            what = "the order of `glob:` is left to chance; list the chapters by name"
            faults.append(Fault(TOC, line, what))
        elif problem := _problem(root, doc, line, listed):
            faults.append(Fault(TOC, line, problem))
        else:
            docs.append(doc)
    return docs, faults


def read_parts(root: Path) -> list[tuple[str, list[str]]]:
    """Return the parts of the book: the caption of each, empty if it has none, and its pages.

    The first page is a part by itself; pages are named without their suffix.
    """
    found: list[tuple[str, list[str]]] = []
    for key, value in _parse(root / TOC).value:
        if key.value == "root":
            found.insert(0, ("", [value.value]))
        elif key.value == "parts":
            for part in value.value:
                captions = [said.value for name, said in part.value if name.value == "caption"]
                found.append(("".join(captions), _pages(part)))
        elif key.value in LISTS and (pages := _pages(value)):
            found.append(("", pages))
    return found


def _pages(node: yaml.Node) -> list[str]:
    return [entry.value.removesuffix(".md") for _, entry in _entries(node)]


def _problem(root: Path, doc: str, line: int, listed: dict) -> str | None:
    """Say what is wrong with an entry; ``listed`` are those above it, and takes it up."""
    file = (root / doc).resolve()
    entry = (doc, line)
    for same in (file, same_name(posixpath.normpath(doc))):
        other, at = first = listed.setdefault(same, entry)
        if first is not entry and (same == file or not file.exists()):
            what = f"{doc} is listed twice" if other == doc else f"{doc} is the page {other}"
            return f"{what}, here and in line {at}; list each chapter once"
        if first is not entry:
            what = f"{doc} and {other} (line {at}) are one file on some systems"
            return f"{what}; rename one of them"
    if doc != (plain := posixpath.normpath(doc)) or doc.startswith(("../", "/")):
        inside = file.relative_to(root).as_posix() if file.is_relative_to(root) else plain
        return f"{doc} is not a path from the folder of {TOC}; write {inside.removesuffix('.md')}"
    return None if file.is_file() else _missing(root, doc)


def _parse(path: Path) -> yaml.Node:
    try:
        node = yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise BookFault([Fault(TOC, 1, f"there is no {TOC} in {path.parent.name}/")]) from None
    except yaml.YAMLError as error:
        raise BookFault([yaml_fault(TOC, 1, error)]) from None
    except UnicodeDecodeError as error:
        raise BookFault([utf8_fault(TOC, error)]) from None
    if not isinstance(node, yaml.MappingNode) or all(key.value != "root" for key, _ in node.value):
        raise BookFault([Fault(TOC, 1, "not a table of contents; it begins with `root: PAGE`")])
    return node


def _entries(node: yaml.Node) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """Yield the entries that name pages; a page stands before the sections under it."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _entries(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in PAGE and isinstance(value, yaml.ScalarNode):
                yield key.value, value
        for key, value in node.value:
            if key.value in LISTS:
                yield from _entries(value)


def _strays(node: yaml.Node) -> Iterator[tuple[yaml.Node, str]]:
    """Yield what stands where pages are named and names none, and what is wrong with it."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            if isinstance(item, yaml.MappingNode):
                yield from _strays(item)
            else:
                yield item, "this entry names no page; write `- file: PAGE`"
        return
    keys = [key.value for key, _ in node.value]
    for number, (key, value) in enumerate(node.value):
        if problem := _odd_key(key.value, value, keys[:number]):
            yield key, problem
        elif key.value in LISTS:
            yield from _strays(value)


def _odd_key(key: str, value: yaml.Node, above: list[str]) -> str:
    if key in above:
        return f"`{key}:` stands here twice, and one hides the other; join them"
    if key in PAGE and not isinstance(value, yaml.ScalarNode):
        return f"`{key}:` names one page; write one entry for each page"
    if key in LISTS and not isinstance(value, yaml.SequenceNode):
        return f"`{key}:` is a list; begin each entry with a dash"
    if key not in (*PAGE, *LISTS, *OTHERS):
        hint = did_you_mean(str(key), (*PAGE, *LISTS, *OTHERS), "`{}:`")
        return f"unknown key `{key}:`{hint or '; take it out'}"
    return ""


def _missing(root: Path, doc: str) -> str:
    here = (path.relative_to(root).as_posix() for path in (root / doc).parent.glob("*.md"))
    hint = did_you_mean(doc, here) or "; write the chapter, or take it out of the list"
    return f"there is no file {doc}{hint}"
