"""CSS, read as far as it must be to leave out the rules that can match nothing."""

import re
from collections.abc import Iterator

MARK = re.compile(
    r"""/\*.*?\*/ | "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | url\([^"')]*\) | [{};]""",
    re.DOTALL | re.VERBOSE,
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
NAME = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
INNERMOST = re.compile(r"\([^()]*\)|\[[^\]]*\]")
FAMILY = re.compile(r"font-family:\s*[\"']?([^\"';}]+)")


def without_unused_rules(sheet: str, words: set[str]) -> str:
    """Return the style sheet without the rules for classes and ids that are not among the words.

    What stands in brackets, as in ``:not(.x)``, is taken to match. Fonts that no rule names any
    more go too, and so do those of the theme's icons.
    """
    sheet = _without_rules(sheet, words)
    rest = "".join(body or "" for head, body in _blocks(sheet) if not _is_font(head))
    return "".join(
        _write(head, body)
        for head, body in _blocks(sheet)
        if not _is_font(head) or _is_wanted(FAMILY.search(body)[1].strip(), rest)
    )


def _is_wanted(family: str, rest: str) -> bool:
    return family in rest and not family.startswith("Font Awesome")  # see pages/icons.py


def _without_rules(sheet: str, words: set[str]) -> str:
    kept = []
    for head, body in _blocks(sheet):
        name = COMMENT.sub("", head).strip()
        if body is None or name.startswith(("@font-face", "@keyframes", "@page", "@property")):
            kept.append(_write(head, body))
        elif name.startswith("@"):
            inner = _without_rules(body, words)
            kept.append(_write(head, inner) if inner.strip() else "")
        else:
            selectors = [each.strip() for each in _selectors(name) if _can_match(each, words)]
            comments = "".join(c for c in COMMENT.findall(head) if c.startswith("/*!"))
            kept.append(_write(comments + ",".join(selectors), body) if selectors else "")
    return "".join(kept)


def _blocks(sheet: str) -> Iterator[tuple[str, str | None]]:
    """Split a style sheet into pairs: what stands before the braces, and in them.

    A statement without braces has None in the second place.
    """
    start = opened = depth = 0
    for mark in MARK.finditer(sheet):
        if mark[0] == "{":
            opened = opened if depth else mark.start()
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if not depth:
                yield sheet[start:opened].strip(), sheet[opened + 1 : mark.start()]
                start = mark.end()
        elif mark[0] == ";" and not depth:
            yield sheet[start : mark.end()].strip(), None
            start = mark.end()


def _write(head: str, body: str | None) -> str:
    return head if body is None else f"{head}{{{body}}}"


def _is_font(head: str) -> bool:
    return COMMENT.sub("", head).strip() == "@font-face"


def _selectors(heads: str) -> list[str]:
    """Split a list of selectors at the commas that stand in no brackets."""
    depth, parts = 0, [""]
    for letter in heads:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _can_match(selector: str, words: set[str]) -> bool:
    """Whether each class and id that the selector asks for is among the words."""
    while (outside := INNERMOST.sub("", selector)) != selector:
        selector = outside
    return all(name in words for name in NAME.findall(selector))
