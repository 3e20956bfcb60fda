"""The directive ``{handwritten-gallery}``: all notes, small, in the order of the book."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from literate.loading import read_contents

from .notes import NOTES, find_scan, said_by, sources
from .sheet import NoteFault

ENTRY = """\
:::{{container}} note-entry
```{{image}} /{picture}
:alt: {alt}
:class: dark-light when-seen
```
{{ref}}`{title} <note-{name}>`
:::
"""


class Gallery(SphinxDirective):
    """Puts every note here, each with a link to the place where it belongs."""

    def run(self) -> list[nodes.Node]:
        """Build a container of pictures and links."""
        root = Path(self.env.srcdir)
        try:
            text = "\n".join(_entry(root, source, self.env) for source in in_order(root))
        except NoteFault as fault:
            raise self.error(str(fault)) from None
        box = nodes.container(classes=["note-gallery"])
        self.state.nested_parse(StringList(text.splitlines(), "gallery"), self.content_offset, box)
        return [box]


def in_order(root: Path) -> list[Path]:
    """Return the sources of the notes in the order in which the pages have their anchors."""
    pages = "".join((root / doc).read_text("utf-8") for doc in read_contents(root)[0])

    def place(source: Path) -> int:
        at = pages.find(f"(note-{source.stem})=")
        if at < 0:
            raise NoteFault(f"note {source.stem}: no page has the anchor (note-{source.stem})=")
        return at

    return sorted(sources(root), key=place)


def _entry(root: Path, source: Path, env) -> str:
    said, scan = said_by(source), find_scan(root / NOTES / "scans", source.stem)
    picture = scan.picture.relative_to(root) if scan else NOTES / f"{source.stem}.svg"
    env.note_dependency(str(source))
    alt = scan.alt if scan else said["ALT"]
    words = {"picture": picture.as_posix(), "alt": alt, "title": said["TITLE"]}
    return ENTRY.format(name=source.stem, **words)
