"""Sphinx extension: makes a strict build as strict as it sounds.

- A picture without alternative text is a warning. (MyST-NB would put its file name there.)
- A page with a warning is read again by the next build. Sphinx keeps it as it is, so the second
  of two strict builds would pass.
"""

import json
import logging as standard_logging
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)


class Remember(standard_logging.Handler):
    """Notes which pages Sphinx warned about."""

    def __init__(self, app):
        super().__init__(level=standard_logging.WARNING)
        self.addFilter(logging.WarningSuppressor(app))
        self.app = app
        self.pages: set[str] = set()

    def emit(self, record) -> None:
        """Take the page out of a warning's location, which has one of four forms."""
        location = getattr(record, "location", None)
        if isinstance(location, nodes.Node):
            location = logging.get_node_location(location)
        if isinstance(location, tuple):
            location = location[0]
        if location in self.app.env.found_docs:
            self.pages.add(location)
        elif location:
            place = str(location).partition(".md:")[0].removesuffix(".md")
            docname = self.app.env.path2doc(f"{place}.md")
            self.pages.add(docname or place)


def _memory(app) -> Path:
    return Path(app.doctreedir, "warned-pages.json")


def start(app) -> None:
    """Listen to the build's warnings."""
    app.remember = Remember(app)
    standard_logging.getLogger(logging.NAMESPACE).addHandler(app.remember)


def warned_before(app, env, added, changed, removed) -> list[str]:
    """Name the pages that the last build warned about."""
    pages = json.loads(_memory(app).read_text()) if _memory(app).exists() else []
    return sorted(set(pages) & env.found_docs)


def finish(app, exception) -> None:
    """Keep the pages for the next build."""
    standard_logging.getLogger(logging.NAMESPACE).removeHandler(app.remember)
    if Path(app.doctreedir).is_dir():
        _memory(app).write_text(json.dumps(sorted(app.remember.pages)) + "\n")


def check_pictures(app, doctree: nodes.document) -> None:
    """Warn of each picture that a screen reader could not speak of."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            what = "a picture has no alternative text; say what is seen, in `mystnb: image: alt:`"
            logger.warning(what, location=_with_line(image), type="strictness", subtype="alt")


def _with_line(node: nodes.Node) -> nodes.Node:
    """Find the innermost node around ``node`` that knows its line; pictures of cells do not."""
    while not node.line and node.parent is not None:
        node = node.parent
    return node


def setup(app):
    """Connect the checks."""
    app.connect("builder-inited", start, priority=100)
    app.connect("env-get-outdated", warned_before)
    app.connect("doctree-read", check_pictures)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
