"""The style sheets of a page, in one file: a phone asks once, and waits once."""

import re
from hashlib import sha256
from pathlib import Path, PurePosixPath

LINK = re.compile(
    r'[ \t]*<link rel="stylesheet"[^>]* href="(?P<top>[^"]*?)_static/'
    r'(?P<name>[^"?]+)(?P<version>[^"]*)"[^>]*>\n*'
)
ADDRESS = re.compile(r"url\((?![\"']?(?:data:|/|#))([\"']?)")
JOINED = "site.css"


def ask_once(page: str) -> tuple[str, tuple[str, ...]]:
    """Return the page with one link in the place of those to style sheets, and their names."""
    links = list(LINK.finditer(page))
    if not links:
        return page, ()
    said = " ".join(link["name"] + link["version"] for link in links)
    version = sha256(said.encode()).hexdigest()[:8]
    one = f'    <link rel="stylesheet" href="{links[0]["top"]}_static/{JOINED}?v={version}" />\n'
    start = links[0].start()
    return page[:start] + one + LINK.sub("", page[start:]), tuple(link["name"] for link in links)


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
