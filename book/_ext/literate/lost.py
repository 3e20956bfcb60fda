"""Code cells that would be lost, because another block of the page swallows them.

MyST-NB runs the cells that it finds, and says nothing of the others. So each line of a page that
looks like the opening of a code cell, misspelt ones among them, is compared with the cells that the
parser found. A line without a cell is a fault, unless it is an example: it stands in a longer
fence, which shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import cache
from unicodedata import normalize

from markdown_it.token import Token

from .faults import odd_letters

CODE_CELL = "{code-cell}"
OPENING = re.compile(
    r"(?:`{2,}|~{3,}|:{3,})\s*\{?\s*code[-_ ]?cell\b[^`\n]*$|^\s*\.\.\s+code-cell::"
    r"|^[ \t]*(`{3,})\s*\{code-cell\}(?!.*\1).*$",  # a ` behind it makes a word of the fence
    re.IGNORECASE | re.MULTILINE,
)
FENCE = re.compile(r"(?:`{2,}|~{3,}|:{3,})[ \t]*([^\s`~:]+)[^`\n]*$")
MARKS = ("``", "~~~", "::")  # one of them is in each such line
ALIKE = 0.8  # how much of a name has to be that of a code cell, so that it may be misspelt
DIRECTIVE = re.compile(r"\s*\{([^}\s]+)\}")
LITERATE = re.compile(r"(---\n(?s:.*?))?\s*:?(?P<name>fragment|tangle):")
OPTION = re.compile(r"\s*:(?P<name>fragment|tangle|tags|mystnb|training):")
INCLUDE = re.compile(r"^\s*\.\.\s+include::\s*(\S+)", re.MULTILINE)
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
CLOSED_HTML = re.compile(
    r"<!--.*?-->|<(script|pre|style|textarea)\b.*?</\1>", re.IGNORECASE | re.DOTALL
)
OPEN_HTML = re.compile(r"<(?:(!--)|(script|pre|style|textarea)\b)", re.IGNORECASE)
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
    openings = [number for number, line in enumerate(lines, 1) if opens(line)]
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


def opens(line: str) -> bool:
    """Say whether a line looks like the opening of a code cell."""
    if not any(mark in line for mark in MARKS):
        return False
    fence = FENCE.search(line)
    return OPENING.search(line) is not None or (fence is not None and _is_alike(fence[1]))


@cache
def _is_alike(name: str) -> bool:
    """Say whether a name may be a misspelt ``code-cell``, letters of other alphabets included."""
    letters = re.sub(r"[\W_]+", "", normalize("NFKC", name).casefold())
    return SequenceMatcher(None, letters, "codecell").ratio() >= ALIKE


def included_files(tokens: list[Token], parse: Parse) -> Found:
    """Yield the line and the name of each file that an ``{include}`` brings in."""
    for token in tokens:
        directive = DIRECTIVE.match(token.info) if _is_fence(token) else None
        if directive is None:
            continue
        line, name = token.map[0] + 1, directive[1].lower()
        if name == "include":
            yield line, token.info.partition("}")[2].strip()
        elif name == "eval-rst":
            for found in INCLUDE.finditer(token.content):
                yield line + 1 + token.content[: found.start(1)].count("\n"), found[1]
        elif name not in (*VERBATIM, "code-cell"):
            for at, file in included_files(parse(token.content), parse):
                yield line + at, file


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
    spelt = fence.info.split()[0]
    odd = odd_letters(spelt, CODE_CELL)
    todo = f"write {CODE_CELL}" + (f". It holds {odd}" if odd else "")
    return f"this code cell is lost, for it is spelt {spelt!r}; {todo}"


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
        elif token.type == "html_block":
            text = CLOSED_HTML.sub(lambda found: "\n" * found[0].count("\n"), token.content)
            if match := OPEN_HTML.search(text):
                name, end = (
                    ("the comment", "-->") if match[1] else (f"<{match[2]}>", f"</{match[2]}>")
                )
                yield (
                    token.map[0] + 1 + text[: match.start()].count("\n"),
                    name,
                    f"end it with {end}",
                )
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
    """Yield the blocks that have options of a code cell."""
    for token in tokens:
        directive = DIRECTIVE.match(token.info)
        name = directive[1] if directive else token.info.partition(" ")[0]
        if not _is_fence(token) or _is_alike(name):
            continue
        options = LITERATE if directive else OPTION
        if match := options.match(token.content):
            block = f"{{{name}}}" if directive else f"{token.markup}{name}"
            what = f":{match['name']}: is an option of {CODE_CELL}, not of {block}"
            yield token.map[0] + 1, what
        if directive and name not in VERBATIM:
            for line, what in _misnamed(parse(token.content), parse):
                yield token.map[0] + 1 + line, what
