"""The options of a code cell: ``:key: value`` lines or a YAML block, checked by name and kind."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import PurePosixPath
from unicodedata import category, normalize

import yaml

from .faults import Fault, did_you_mean, yaml_fault

FLAG = type(None)  # an option without a value: to stand there is all that it says
KINDS = {"fragment": str, "tangle": str, "tags": list, "mystnb": dict, "training": FLAG}
KNOWN = ", ".join(f":{name}:" for name in KINDS)
MYSTNB = {
    *("merge_streams", "remove_code_source", "remove_code_outputs", "scroll_outputs"),
    *("code_prompt_show", "code_prompt_hide", "number_source_lines", "output_stderr"),
    *("text_lexer", "error_lexer", "image", "figure", "markdown_format"),
}
NAME = re.compile(r"(?!\s)[^<>#:\n]*\w[^<>#:\n]*(?<!\s)")
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d|__pycache__", re.IGNORECASE)
TYPED = "py.typed"  # PEP 561
NOT_RUN = "skip-execution"  # a tag by which tools for notebooks pass a cell over
HASH = re.compile(r"\s#")


def read_options(doc: str, lines: list[str], first: int) -> tuple[dict, list[Fault]]:
    """Return the options in ``lines``, the first of which is line ``first``, and their faults."""
    text = "\n".join(lines)
    try:
        loader = yaml.SafeLoader(text)
        keys = loader.get_single_node()
        options = (loader.construct_document(keys) if keys else None) or {}
    except yaml.YAMLError as error:
        return {}, [yaml_fault(doc, first, error)]
    if not isinstance(options, dict):
        return {}, [Fault(doc, first, "not options; write `:key: value`, one a line")]
    at = {key.value: first + key.start_mark.line for key, _ in keys.value} if keys else {}
    faults = [Fault(doc, at.get(key, first), problem) for key, problem in _problems(options)]
    faults += _repeated(doc, first, keys)
    faults += _comments(doc, first, keys, lines)
    return {key: value for key, value in options.items() if _usable(key, value)}, faults


def is_name(text: str) -> bool:
    """Say whether a fragment may have this name."""
    return NAME.fullmatch(text) is not None and not unseen(text)


def unseen(text: str) -> str:
    """Return, as ``U+00A0``, the first letter that looks like a space or like nothing."""
    odd = (letter for letter in text if letter != " " and category(letter)[0] in "ZC")
    return next((f"U+{ord(letter):04X}" for letter in odd), "")


def _usable(key: str, value: object) -> bool:
    """Say whether an option can be worked with, so that the other faults can be found as well."""
    kind = KINDS.get(key, ())
    return (
        isinstance(value, kind) and value != "" and not (key == "tangle" and target_problem(value))
    )


def _problems(options: dict) -> Iterator[tuple[str, str]]:
    """Yield each option that is wrong, and in what."""
    for key, value in options.items():
        if key not in KINDS:
            hint = did_you_mean(str(key), KINDS, ":{}:") or f"; known are {KNOWN}"
            yield str(key), f"unknown option :{key}:{hint}"
        elif value in (None, "") and KINDS[key] is not FLAG:
            yield key, f"empty :{key}:; give it a value, or take it out"
        elif not isinstance(value, KINDS[key]):
            yield key, f":{key}: is {value!r}; {_expected(key)}"
        elif key == "tags" and NOT_RUN in value:
            yield key, f"a cell with the tag {NOT_RUN} is not run; take the tag out, or the cell"
        elif key == "mystnb":
            yield from ((key, problem) for problem in _mystnb_problems(value))
        elif key == "fragment" and NAME.fullmatch(value) and (letter := unseen(value)):
            yield key, f":fragment: is {value!r}; it holds {letter}, which cannot be seen"
        elif key == "fragment" and not is_name(value):
            rule = "a fragment's name is one line with a letter, without any of < > # :"
            yield key, f":fragment: is {value!r}; {rule} and no blank around it"
        elif key == "tangle" and (problem := target_problem(value)):
            yield key, f":tangle: is {value!r}; {problem}"


def _expected(key: str) -> str:
    kinds = {str: "text: put it in quotes", list: "a list: [a, b]", dict: "a mapping"}
    return f"it has to be {kinds.get(KINDS[key], 'without a value')}"


def _mystnb_problems(value: dict) -> Iterator[str]:
    for key in value:
        if key not in MYSTNB:
            hint = did_you_mean(str(key), MYSTNB) or f"; known are {', '.join(sorted(MYSTNB))}"
            yield f"unknown setting {key!r} of :mystnb:{hint}"


def target_problem(target: str) -> str | None:
    """Say why a file cannot be tangled to ``target``, as far as its name tells."""
    path = PurePosixPath(target)
    if path.is_absolute() or ".." in path.parts or "\\" in target:
        return "write a path below code/, such as package/module.py"
    if path.suffix != ".py" and path.name != TYPED:
        return f"only .py files are tangled, and {TYPED}, which marks a package with type hints"
    if not all(part.isidentifier() and not iskeyword(part) for part in path.with_suffix("").parts):
        return "each part has to be a Python name, so that the file can be imported"
    if reserved := [name for name in path.with_suffix("").parts if RESERVED.fullmatch(name)]:
        return f"{reserved[0]} is a name that Windows, or Python, keeps for itself; choose another"
    if len(path.parts) > 1 and path.parts[0] in sys.stdlib_module_names:
        return f"{path.parts[0]} would hide a standard module of that name; choose another"
    if len(path.parts) == 1:
        return "put it in a package; a loose file in code/ could hide a standard module"
    return None if str(path) == target else f"write {str(path)!r}"


def same_name(path: str) -> str:
    """Return a path as a system sees it that knows no case, and composes letters in one way."""
    return normalize("NFKC", normalize("NFKC", path).casefold())


def _repeated(doc: str, first: int, keys: yaml.Node | None) -> Iterator[Fault]:
    seen = set()
    for key, _ in keys.value if keys else ():
        if key.value in seen:
            line = first + key.start_mark.line
            yield Fault(doc, line, f":{key.value}: stands here twice; keep one")
        seen.add(key.value)


def _comments(doc: str, first: int, keys: yaml.Node | None, lines: list[str]) -> Iterator[Fault]:
    """Find ``#``, which YAML takes for a comment: the rest of a name would be lost silently."""
    for key, value in keys.value if keys else ():
        line = key.start_mark.line
        rest = lines[line][value.end_mark.column :] if value.end_mark.line == line else ""
        if key.value in ("fragment", "tangle") and HASH.match(rest):
            what = f"the rest of :{key.value}: after # is lost; names have no #"
            yield Fault(doc, first + line, what)
