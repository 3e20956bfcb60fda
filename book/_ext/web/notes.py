"""The notes: ``{handwritten} NAME`` puts a note on a page, ``{handwritten-gallery}`` all.

It gives a figure that opens large when it is clicked, with a caption that says where the note comes
from, and below it, folded, the same note typeset. A scan takes the place of the drawing.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from handwriting.ink import NoteFault
from handwriting.notes import NOTES, Scan, draw, find_scan, has_scan, said_by, sources

from .equations import look_up

FIGURE = """\
::::{{figure}} /{picture}
:name: fig-note-{name}
:alt: {alt}
:width: 100%
:figclass: handwritten
:class: dark-light

{title}. {origin}
::::
"""
FOLD = """
::::{{admonition}} The same note, typeset
:class: dropdown handwritten-text

{text}
::::
"""
ENTRY = """\
:::{{container}} note-entry
```{{image}} /{picture}
:alt: {alt}
:class: dark-light when-seen
```
{{ref}}`{title} <note-{name}>`
:::
"""
DRAWN, SCANNED = "Drawn for this book.", "The original page, scanned."


class Handwritten(SphinxDirective):
    """Puts the note named by the argument here; see the module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Draw the note, compare it with its picture, and build the figure."""
        name, root = self.arguments[0], Path(self.env.srcdir)
        source, folder = root / NOTES / f"{name}.py", root / NOTES / "scans"
        try:
            if not source.is_file():
                raise NoteFault(f"there is no note {name}: {NOTES / source.name} is missing")
            note, scan = draw(source, self._find), find_scan(folder, name)
            text = for_scan(note, scan, root) if scan else for_drawing(note, root)
        except NoteFault as fault:
            raise self.error(str(fault)) from None
        for path in (source, source.with_suffix(".svg"), *(scan.files if scan else ())):
            self.env.note_dependency(str(path))
        notes = self.env.app.web.memory.notes.setdefault(self.env.docname, {})
        notes[name] = scan is not None
        node = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), name), self.content_offset, node)
        return node.children

    def _find(self, label: str, link: str | None) -> str:
        return look_up(self.env.app).find(label, link)


def for_drawing(note, root: Path) -> str:
    """Return the Markdown of a drawn note; its picture has to be what its source draws."""
    picture = NOTES / f"{note.name}.svg"
    file = root / picture
    if not file.is_file() or file.read_text(encoding="utf-8") != note.svg():
        raise NoteFault(f"note {note.name}: {picture} is not what its source draws; make notes")
    return _figure(note, picture, note.alt, DRAWN) + FOLD.format(text=typeset(note))


def for_scan(note, scan: Scan, root: Path) -> str:
    """Return the Markdown of a scanned note, with its own words."""
    figure = _figure(note, scan.picture.relative_to(root), scan.alt, SCANNED)
    return figure + (FOLD.format(text=scan.description) if scan.description else "")


def typeset(note) -> str:
    """Return what the note says as Markdown: its description, then its formulas."""
    formulas = (
        f"$$\n{each.latex.strip()}\n$$\n\nThis is {{eq}}`{each.label}`.\n" for each in note.formulas
    )
    return "\n".join([note.description, "", *formulas])


def _figure(note, picture: Path, alt: str, origin: str) -> str:
    words = {"title": note.title, "alt": alt, "origin": origin}
    return FIGURE.format(picture=picture.as_posix(), name=note.name, **words)


def outdated(app, env, added, changed, removed) -> list[str]:
    """Return the pages with a note of which a scan was put into its slot, or taken out."""
    folder = Path(app.srcdir) / NOTES / "scans"
    return [
        page
        for page, notes in app.web.memory.notes.items()
        if any(has_scan(folder, name) != scanned for name, scanned in notes.items())
    ]


class Gallery(SphinxDirective):
    """Puts every note here, each with a link to the place where it belongs."""

    def run(self) -> list[nodes.Node]:
        """Build a container of pictures and links."""
        root = Path(self.env.srcdir)
        try:
            text = "\n".join(
                _entry(root, source, self.env)
                for source in in_order(root, self.env.app.web.book.docs)
            )
        except NoteFault as fault:
            raise self.error(str(fault)) from None
        box = nodes.container(classes=["note-gallery"])
        self.state.nested_parse(StringList(text.splitlines(), "gallery"), self.content_offset, box)
        return [box]


def in_order(root: Path, docs: list[str]) -> list[Path]:
    """Return the sources of the notes in the order in which the pages have their anchors.

    Raises ``NoteFault`` for a note whose anchor is on no page.
    """
    pages = "".join((root / doc).read_text("utf-8") for doc in docs)

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


def setup(app) -> None:
    """Add the two directives."""
    app.add_directive("handwritten", Handwritten)
    app.add_directive("handwritten-gallery", Gallery)
