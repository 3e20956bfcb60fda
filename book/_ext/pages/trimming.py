"""After a build: what no page uses goes, so that a reader neither waits for it nor carries it."""

import os
import re
from contextlib import suppress
from pathlib import Path

from pages.joining import join
from pages.stylesheets import without_unused_rules

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
    return [file for file in files if any(file.name in text for text in texts)]


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
