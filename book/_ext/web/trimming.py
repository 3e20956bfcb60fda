"""After a build: what no page uses goes, so that a reader neither waits for it nor carries it."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

ADDRESS = re.compile(r"url\((?![\"']?(?:data:|/|#))([\"']?)")
JOINED = "site.css"
MARK = re.compile(
    r"""/\*.*?\*/ | "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | url\([^"')]*\) | [{};]""",
    re.DOTALL | re.VERBOSE,
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
NAME = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
INNERMOST = re.compile(r"\([^()]*\)|\[[^\]]*\]")
FAMILY = re.compile(r"font-family:\s*[\"']?([^\"';}]+)")
BETWEEN_WORDS = "".join(c for c in map(chr, range(128)) if not (c.isalnum() or c in "_-")).encode()
SPACES = bytes.maketrans(BETWEEN_WORDS, b" " * len(BETWEEN_WORDS))
TEXTS = (".css", ".js")
SOURCE_MAP = re.compile(r"\s*(?:/\*|//)# sourceMappingURL=\S+(?: ?\*/)?\s*$")


def trim(app, exception) -> None:
    """Join and shorten the style sheets; delete the files beside the pages that nothing names."""
    static = Path(app.outdir, "_static")
    if exception is None and app.builder.name == "html" and static.is_dir():
        _delete(path for path in static.glob("*macros.html"))  # templates that the themes ship
        join(static, app.builder.templates.sheets)
        pages = [page.read_text("utf-8") for page in Path(app.outdir).rglob("*.html")]
        _shorten(static, pages)
        _delete(_unnamed(static, pages))


def forget(app, builder) -> None:
    """Take away the style sheets of an earlier build, which Sphinx would complain to overwrite."""
    _delete(Path(app.outdir, "_static").rglob("*.css"))


def _delete(files) -> None:
    for file in list(files):
        file.unlink()
        with suppress(OSError):  # as soon as a folder holds something else
            os.removedirs(file.parent)


def _named(files, texts: list[str]) -> list[Path]:
    """Those of the files whose name stands in one of the texts."""
    words = set().union(*map(_words, texts))
    likely = [file for file in files if _words(file.name) <= words]
    return [file for file in likely if any(file.name in text for text in texts)]


def _words(text: str) -> set[str]:
    """The words of a text, as the names of classes and ids are words."""
    return set(text.encode().translate(SPACES).decode().split())


def _shorten(static: Path, pages: list[str]) -> None:
    """Leave in each style sheet the rules that a page, or a script at work in it, can meet."""
    scripts = [file.read_text("utf-8") for file in _named(static.rglob("*.js"), pages)]
    words = set().union(*map(_words, pages + scripts))
    for sheet in sorted(static.rglob("*.css")):
        text = SOURCE_MAP.sub("", sheet.read_text("utf-8"))
        sheet.write_text(without_unused_rules(text, words) + "\n", "utf-8")


def _unnamed(static: Path, pages: list[str]) -> list[Path]:
    """The files that no page names, nor a style sheet or script that one does; not licences."""
    files = [file for file in sorted(static.rglob("*")) if file.is_file()]
    used: set[Path] = set()
    texts = pages
    while texts:
        found = set(_named(files, texts)) - used
        used |= found
        texts = [SOURCE_MAP.sub("", f.read_text("utf-8")) for f in found if f.suffix in TEXTS]
    folders = {folder for file in used for folder in file.parents}
    licences = {file for file in files if file.name == "LICENSE.txt" and file.parent in folders}
    return [file for file in files if file not in used | licences]


def join(static: Path, names: tuple[str, ...]) -> None:
    """Write the one style sheet, in the order of the links; the others go.

    Without names no page was written, and the one that is there is right.
    """
    if not names:
        return
    sheets = {name: static / name for name in names}
    text = [moved(sheet.read_text("utf-8"), name) for name, sheet in sheets.items()]
    (static / JOINED).write_text("\n".join(text), "utf-8")
    for sheet in sheets.values():
        sheet.unlink()


def moved(sheet: str, name: str) -> str:
    """Return a style sheet whose addresses are right one folder, or more, further up."""
    folder = PurePosixPath(name).parent
    prefix = "" if folder == PurePosixPath() else f"{folder}/"
    return ADDRESS.sub(rf"url(\g<1>{prefix}", sheet)


def without_unused_rules(sheet: str, words: set[str]) -> str:
    """Return the style sheet without the rules for classes and ids that are not among the words.

    A selector in brackets, as in ``:not(.x)``, is taken to match. Fonts that no rule names any
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
    return family in rest and not family.startswith("Font Awesome")  # see templates.py


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
    """Say whether each class and id that the selector asks for is among the words."""
    while (outside := INNERMOST.sub("", selector)) != selector:
        selector = outside
    return all(name in words for name in NAME.findall(selector))
