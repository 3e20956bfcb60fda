"""Sphinx extension: ``{handwritten} NAME`` puts a note on a page, ``{handwritten-gallery}`` all.

It gives a figure that opens large when it is clicked, with a caption that says where the note comes
from, and below it, folded, the same note typeset. A scan takes the place of the drawing.
"""

from __future__ import annotations

import sys
from pathlib import Path
from pkgutil import resolve_name

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from equations import Lookup, read_equations
from literate.loading import read_contents

from .gallery import Gallery
from .note import Find, Note
from .notes import NOTES, Scan, draw, find_scan, has_scan
from .sheet import NoteFault

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
            note, scan = draw(source, find_in(self.env)), find_scan(folder, name)
            text = for_scan(note, scan, root) if scan else for_drawing(note, root)
        except NoteFault as fault:
            raise self.error(str(fault)) from None
        for path in (source, source.with_suffix(".svg"), *(scan.files if scan else ())):
            self.env.note_dependency(str(path))
        shown(self.env).setdefault(self.env.docname, {})[name] = scan is not None
        node = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), name), self.content_offset, node)
        return node.children


def find_in(env) -> Find:
    """Return the look-up of the book's equations; they are read when the first is asked for."""
    app, root = env.app, Path(env.srcdir)

    def find(label: str, link: str | None) -> str:
        if not hasattr(app, "look_up"):
            notation = resolve_name(app.config.equations_notation)(root)
            app.look_up = Lookup(read_equations(root, read_contents(root)[0]), notation)
        return app.look_up.find(label, link)

    return find


def for_drawing(note: Note, root: Path) -> str:
    """Return the Markdown of a drawn note; its picture has to be what its source draws."""
    picture = NOTES / f"{note.name}.svg"
    file = root / picture
    if not file.is_file() or file.read_text(encoding="utf-8") != note.svg():
        raise NoteFault(f"note {note.name}: {picture} is not what its source draws; make notes")
    return _figure(note, picture, note.alt, DRAWN) + FOLD.format(text=typeset(note))


def for_scan(note: Note, scan: Scan, root: Path) -> str:
    """Return the Markdown of a scanned note, with its own words."""
    figure = _figure(note, scan.picture.relative_to(root), scan.alt, SCANNED)
    return figure + (FOLD.format(text=scan.description) if scan.description else "")


def typeset(note: Note) -> str:
    """Return what the note says as Markdown: its description, then its formulas."""
    formulas = (
        f"$$\n{each.latex.strip()}\n$$\n\nThis is {{eq}}`{each.label}`.\n" for each in note.formulas
    )
    return "\n".join([note.description, "", *formulas])


def _figure(note: Note, picture: Path, alt: str, origin: str) -> str:
    words = {"title": note.title, "alt": alt, "origin": origin}
    return FIGURE.format(picture=picture.as_posix(), name=note.name, **words)


def shown(env) -> dict[str, dict[str, bool]]:
    """Return for each page its notes, and whether a scan was shown; it is kept between builds."""
    if not hasattr(env, "handwritten_notes"):
        env.handwritten_notes = {}
    return env.handwritten_notes


def outdated(app, env, added, changed, removed) -> list[str]:
    """Return the pages with a note of which a scan was put into its slot, or taken out."""
    folder = Path(app.srcdir) / NOTES / "scans"
    return [
        page
        for page, notes in shown(env).items()
        if any(has_scan(folder, name) != scanned for name, scanned in notes.items())
    ]


def forget(app, env, page) -> None:
    """Forget a page that is read again, or is gone."""
    shown(env).pop(page, None)


def setup(app):
    """Register the directive; the numbers on the notes come from the module of this very book."""
    sys.path.insert(0, str(Path(app.srcdir, "code")))
    if "equations_notation" not in app.config:
        app.add_config_value("equations_notation", "", "env", str)
    app.add_directive("handwritten", Handwritten)
    app.add_directive("handwritten-gallery", Gallery)
    app.connect("env-get-outdated", outdated)
    app.connect("env-purge-doc", forget)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
