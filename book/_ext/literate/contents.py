"""The table of contents: which chapters there are, in reading order."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import yaml

from .faults import BookFault, Fault, did_you_mean

TOC = "_toc.yml"


def read_contents(root: Path) -> tuple[list[str], list[Fault]]:
    """Return the chapters, as paths from ``root``, and what is wrong with the list.

    Raises
    ------
    BookFault
        If ``_toc.yml`` is missing or is not YAML, since nothing can be read then.
    """
    docs: list[str] = []
    faults: list[Fault] = []
    listed: dict[object, tuple[str, int]] = {}
    for key, node in _entries(_parse(root / TOC)):
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


def _problem(root: Path, doc: str, line: int, listed: dict) -> str | None:
    """Say what is wrong with an entry; ``listed`` are those above it, and takes it up."""
    file = (root / doc).resolve()
    for same in (file, same_name(posixpath.normpath(doc))):
        other, at = listed.setdefault(same, (doc, line))
        if at != line and (same == file or not file.exists()):
            what = f"{doc} is listed twice" if other == doc else f"{doc} is the page {other}"
            return f"{what}, here and in line {at}; list each chapter once"
        if at != line:
            what = f"{doc} and {other} (line {at}) are one file on some systems"
            return f"{what}; rename one of them"
    if doc != (plain := posixpath.normpath(doc)) or doc.startswith(("../", "/")):
        inside = file.relative_to(root).as_posix() if file.is_relative_to(root) else plain
        return f"{doc} is no path from the folder of {TOC}; write {inside.removesuffix('.md')}"
    return None if file.is_file() else _missing(root, doc)


def same_name(path: str) -> str:
    """Return a path as a system sees it that knows no case, and composes letters in one way."""
    return normalize("NFKC", normalize("NFKC", path).casefold())


def _parse(path: Path) -> yaml.Node:
    try:
        node = yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise BookFault([Fault(TOC, 1, f"there is no {TOC} in {path.parent.name}/")]) from None
    except yaml.YAMLError as error:
        raise BookFault([yaml_fault(TOC, 1, error)]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BookFault([Fault(TOC, line, "not UTF-8; save it as UTF-8")]) from None
    if not isinstance(node, yaml.MappingNode):
        raise BookFault([Fault(TOC, 1, "not a table of contents; it begins with `root: PAGE`")])
    return node


def _entries(node: yaml.Node) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """Yield the entries that name pages; a page stands before the sections under it."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _entries(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in ("root", "file", "glob") and isinstance(value, yaml.ScalarNode):
                yield key.value, value
        for _, value in node.value:
            yield from _entries(value)


def _missing(root: Path, doc: str) -> str:
    here = (path.relative_to(root).as_posix() for path in (root / doc).parent.glob("*.md"))
    hint = did_you_mean(doc, here) or "; write the chapter, or take it out of the list"
    return f"there is no file {doc}{hint}"


def yaml_fault(doc: str, line: int, error: yaml.YAMLError) -> Fault:
    """Wrap an error of the YAML parser whose text begins at ``line`` of ``doc``."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    where = line + (mark.line if mark else 0)
    return Fault(doc, where, f"not valid YAML: {problem}; quote the value if it holds `: ` or `#`")
