"""Code cells that would be lost, because another block of the page swallows them.

MyST-NB runs the cells that it finds, and says nothing of the others. So each line of a page that
looks like the opening of a code cell is compared with the cells that the parser found. A line
without a cell is a fault, unless it is an example: it stands in a longer fence, which shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markdown_it.token import Token

CODE_CELL = "{code-cell}"
OPENING = re.compile(
    r"(?:`{2,}|~{3,}|:{3,})\s*\{?\s*code[-_ ]?cell\b[^`\n]*$|^\s*\.\.\s+code-cell::",
    re.IGNORECASE | re.MULTILINE,
)
NAME = re.compile(r"code[-_]?cell$", re.IGNORECASE)
DIRECTIVE = re.compile(r"\s*\{([^}\s]+)\}")
LITERATE = re.compile(r"(---\n(?s:.*?))?\s*:?(fragment|tangle):")
SHOWN = {"code", "code-block", "parsed-literal", "sourcecode"}
VERBATIM = {*SHOWN, "eval-rst", "literalinclude", "math", "raw", "raw-cell"}
CONTAINERS = {
    "blockquote_open": "the quotation",
    "bullet_list_open": "the list",
    "ordered_list_open": "the list",
    "dl_open": "the definition list",
    "footnote_reference_open": "the footnote",
}
BLOCKS = {
    "amsmath": "the formula",
    "code_block": "the indented block",
    "front_matter": "the front matter",
    "heading_open": "the heading",
    "html_block": "the block of HTML",
    "math_block": "the formula",
    "math_block_label": "the formula",
    "myst_block_break": "the line +++",
    "myst_line_comment": "the comment",
    "paragraph_open": "the paragraph",
    "table_open": "the table",
}
TODO = {
    "the list": "move the cell out, to the left margin",
    "the indented block": "begin it at the left margin; an example stands in a longer fence",
    "the block of HTML": "put a blank line between",
    "the comment": "uncomment the cell, or take it out",
    "the formula": "close the formula above the cell",
    "the paragraph": f"a cell begins on a line of its own, with ```{CODE_CELL}",
}
UNCLOSED_HTML = re.compile(r"\s*<(?:(!--)|(script|pre|style|textarea)\b)", re.IGNORECASE)
UNCLOSED_MATHS = re.compile(r"^[ \t]*(?:\$\$|\\begin\{(\w+\*?)\})", re.MULTILINE)
Parse = Callable[[str], list[Token]]
Found = Iterator[tuple[int, str]]
Open = tuple[int, str, str]  # the line of a block, its name, and how to close it


def lost_cells(text: str, tokens: list[Token], cells: set[int], parse: Parse) -> Found:
    """Yield the line of each lost code cell of a page and why it is lost.

    ``cells`` are the lines on which those begin that are found, and ``parse`` is the parser that
    made the tokens: the content of a directive is Markdown again. Where no cell is lost, blocks
    that were never closed are told, for one of them may swallow a cell tomorrow.
    """
    lines = text.split("\n")
    openings = [number for number, line in enumerate(lines, 1) if OPENING.search(line)]
    open_blocks = list(_unclosed(tokens, lines, parse))
    shown = _shown(tokens, lines, parse)
    lost = [number for number in openings if number not in cells | shown]
    yield from ((number, _why(number, tokens, open_blocks)) for number in lost)
    for line, block, todo in open_blocks:
        swallowed = [number for number in openings if number > line]
        if block.startswith("the formula") and swallowed and swallowed[0] in cells:
            what = f"this code cell is lost in {block} of line {line}"
            yield swallowed[0], f"{what}; {todo}"
        elif not lost:
            yield line, f"{block} that begins here is not closed; {todo}"
    yield from _misnamed(tokens, parse)


def included_files(tokens: list[Token]) -> Found:
    """Yield the line and the name of each file that an ``{include}`` brings in."""
    for token in tokens:
        directive = DIRECTIVE.match(token.info)
        if _is_fence(token) and directive and directive[1] == "include":
            yield token.map[0] + 1, token.info.partition("}")[2].strip()


def _shown(tokens: list[Token], lines: list[str], parse: Parse) -> set[int]:
    """Return the lines in which an example is shown, or code is run: the text of closed fences."""
    shown: set[int] = set()
    for token in tokens:
        if not _is_fence(token):
            continue
        directive, first = DIRECTIVE.match(token.info), token.map[0] + 2
        body = token.content.split("\n")
        if not directive or directive[1] in (*SHOWN, "code-cell"):
            whole = _is_closed(token, lines) and _opens_again(token) is None
            if token.type == "fence" and whole:
                shown |= set(range(first, first + len(body)))
        elif directive[1] not in VERBATIM:
            shown |= {first - 1 + line for line in _shown(parse(token.content), body, parse)}
    return shown


def _opens_again(fence: Token) -> int | None:
    """Return the line in a fence that opens another one as long: it was to end before that."""
    mark = re.escape(fence.markup[0])
    opening = re.compile(rf" {{0,3}}{mark}{{{len(fence.markup)},}}[ \t]*[^\s{mark}]")
    lines = enumerate(fence.content.split("\n"), 1) if fence.type == "fence" else ()
    return next((number for number, line in lines if opening.match(line)), None)


def _why(number: int, tokens: list[Token], open_blocks: list[Open]) -> str:
    """Say which block swallows the cell that opens at a line, and what to do."""
    around = [token for token in tokens if token.map and token.map[0] < number <= token.map[1]]
    around = [token for token in around if _is_fence(token) or token.type in CONTAINERS | BLOCKS]
    containers = [token for token in around if token.type in CONTAINERS]
    own = [token for token in around if _is_fence(token) and token.map[0] == number - 1]
    if own and not containers:
        return _odd_fence(own[0])
    if not around:
        return f"this code cell is lost; write ```{CODE_CELL} at the left margin"
    block = (containers or around)[0]
    name, todo = _block(block)
    line = block.map[0] + 1
    todo = next((todo for at, _, todo in open_blocks if at == line), todo)
    return f"this code cell is lost in {name} of line {line}; {todo}"


def _is_fence(token: Token) -> bool:
    return token.type in ("fence", "colon_fence")


def _is_closed(fence: Token, lines: list[str]) -> bool:
    last = lines[fence.map[1] - 1].strip(" \t>")
    ends = last.startswith(fence.markup) and not last.strip(fence.markup[0])
    return ends and fence.map[1] - fence.map[0] > 1


def _odd_fence(fence: Token) -> str:
    """Say why the fence of a code cell does not make it one."""
    if fence.type == "colon_fence":
        return "this code cell is lost, for its fence is made of colons; use ```"
    if fence.info.strip().startswith(CODE_CELL):
        return f"this code cell is lost, for a space stands before {CODE_CELL}"
    return f"this code cell is lost, for it is spelt {fence.info.split()[0]!r}; write {CODE_CELL}"


def _block(token: Token) -> tuple[str, str]:
    """Name a block that swallows a cell, and say what to do about it."""
    if _is_fence(token):
        directive = DIRECTIVE.match(token.info)
        if directive and directive[1] != "code-cell":
            return f"{{{directive[1]}}}", "move it out"
        return f"the block {token.markup}{token.info.strip()}", "move it out"
    if token.type == "html_block" and token.content.lstrip().startswith("<!--"):
        return "the comment", TODO["the comment"]
    name = (CONTAINERS | BLOCKS)[token.type]
    return name, TODO.get(name, "move it out")


def _unclosed(tokens: list[Token], lines: list[str], parse: Parse) -> Iterator[Open]:
    """Yield the line of each block that is not closed, its name, and how to close it."""
    for number, token in enumerate(tokens):
        if token.map and _is_fence(token):
            yield from _unclosed_fence(token, lines, parse)
        elif token.type == "html_block" and (match := UNCLOSED_HTML.match(token.content)):
            end = "-->" if match[1] else f"</{match[2]}>"
            if end.lower() not in token.content.lower():
                name = "the comment" if match[1] else f"<{match[2]}>"
                yield token.map[0] + 1, name, f"end it with {end}"
        elif token.type == "paragraph_open":
            yield from _unclosed_maths(tokens[number + 1].content, token.map[0] + 1)


def _unclosed_fence(fence: Token, lines: list[str], parse: Parse) -> Iterator[Open]:
    """Look at a fence, and at those inside it if it is a directive."""
    line, directive = fence.map[0] + 1, DIRECTIVE.match(fence.info)
    is_cell = fence.type == "fence" and fence.info.startswith(CODE_CELL)
    name = "the code cell" if is_cell else f"the block {fence.markup}{fence.info}".strip()
    again = _opens_again(fence)
    if not _is_closed(fence, lines):
        yield line, name, f"end it with a line {fence.markup}"
    elif again is not None:
        yield line, name, f"end it with a line {fence.markup} before line {line + again}"
    elif directive and directive[1] not in (*VERBATIM, "code-cell"):
        inner = fence.content.split("\n")
        for at, name, todo in _unclosed(parse(fence.content), inner, parse):
            yield line + at, name, todo


def _unclosed_maths(text: str, line: int) -> Iterator[Open]:
    for match in UNCLOSED_MATHS.finditer(text):
        at, name = line + text[: match.start()].count("\n"), match[0].strip()
        if match[1] and f"\\end{{{match[1]}}}" not in text[match.end() :]:
            yield at, f"the formula {name}", f"end it with \\end{{{match[1]}}}"
        elif not match[1] and text.count("$$") % 2:
            yield at, f"the formula {name}", "end it with a line $$"
            return


def _misnamed(tokens: list[Token], parse: Parse) -> Found:
    """Yield the directives that have options of a code cell."""
    for token in tokens:
        directive = DIRECTIVE.match(token.info)
        if not _is_fence(token) or not directive or NAME.match(directive[1]):
            continue
        if match := LITERATE.match(token.content):
            what = f":{match[2]}: is an option of {CODE_CELL}, not of {{{directive[1]}}}"
            yield token.map[0] + 1, what
        if directive[1] not in VERBATIM:
            for line, what in _misnamed(parse(token.content), parse):
                yield token.map[0] + 1 + line, what
