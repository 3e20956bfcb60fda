"""Code cells that MyST-NB would not run, and say nothing of, because of where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markdown_it.token import Token

CODE_CELL = "{code-cell}"
DIRECTIVE = re.compile(r"\s*\{([^}\s]+)\}")
LITERATE = re.compile(r"(---\n(?s:.*?))?\s*:?(fragment|tangle):")
VERBATIM = {
    *("code", "code-block", "eval-rst", "literalinclude", "math", "parsed-literal"),
    *("raw", "raw-cell", "sourcecode"),
}
Found = Iterator[tuple[int, str]]


def top_level(tokens: list[Token]) -> Iterator[Token]:
    """Yield the tokens that stand in no list, quotation or the like."""
    level = 0
    for token in tokens:
        level += token.nesting
        if level == 0:
            yield token


def lost_cells(tokens: list[Token], parse: Callable[[str], list[Token]]) -> Found:
    """Yield the line of each lost code cell and why it is lost.

    ``parse`` is the parser that made the tokens: the content of a directive is Markdown again.
    """
    top = {id(token) for token in top_level(tokens)}
    for token in tokens:
        directive = DIRECTIVE.match(token.info)
        if token.type not in ("fence", "colon_fence") or not directive:
            continue
        line = token.map[0] + 1
        if directive[1] != "code-cell":
            yield from _inside(directive[1], token, line, parse)
        elif id(token) not in top:
            yield line, "this code cell is lost in a list or a quotation; move it out"
        elif token.type == "colon_fence":
            yield line, "this code cell is lost, for its fence is made of colons; use ```"
        elif not token.info.startswith(CODE_CELL):
            yield line, f"this code cell is lost, for a space stands before {CODE_CELL}"


def _inside(name: str, token: Token, line: int, parse: Callable[[str], list[Token]]) -> Found:
    """Look for code cells inside another directive, and for a directive meant to be a cell."""
    if match := LITERATE.match(token.content):
        yield line, f":{match[2]}: is an option of {CODE_CELL}, not of {{{name}}}"
    if name in VERBATIM:
        return
    inner = parse(token.content)
    lines = {line for line, _ in lost_cells(inner, parse)}
    lines |= {t.map[0] + 1 for t in inner if t.type == "fence" and t.info.startswith(CODE_CELL)}
    for number in sorted(lines):
        yield line + number, f"this code cell is lost inside {{{name}}}; move it out"


def unclosed(token: Token, text: str) -> Found:
    """Say so if a fence runs to the end of the page because nothing closes it."""
    last = text.split("\n")[: token.map[1]][-1].strip()
    if not last.startswith(token.markup) or last.strip(token.markup[0]):
        yield token.map[0] + 1, f"the code cell is not closed; end it with a line {token.markup}"
