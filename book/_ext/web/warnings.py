"""A build is as strict as it sounds, and what it complained about is not forgotten by the next.

- A picture without alternative text is a warning. (MyST-NB would put its file name there.)
- Sphinx leaves a page that has not changed as it is, and repeats no warning about it. So a page
  with a warning is read again by the next build. After a build that was stopped, that ended with an
  error, or that warned of no page in particular, all pages are.
- Where the machinery or the packages that read the pages have changed, all pages are read again (as
  Sphinx does for the table of contents); where the static files have, all are written again. Then
  nothing of the old site stays.
"""

from __future__ import annotations

import io
import json
import logging as standard_logging
import shutil
import sys
from hashlib import sha256
from pathlib import Path

from docutils import nodes
from sphinx.environment import CONFIG_OK
from sphinx.util import logging

from literate.dependencies import packages

logger = logging.getLogger(__name__)

MACHINERY = Path(__file__).parents[1]
KINDS = {".py", ".js", ".html", ".css", ".ttf", ".json", ".txt"}
EACH_BUILD = {"drift", "equations"}  # subtypes of warnings that each build gives, while they hold


def digest(files: list[Path], folder: Path, *more: str) -> str:
    """Digest files with their names, and more texts."""
    parts = [f"{path.relative_to(folder).as_posix()}".encode() for path in files]
    parts += [path.read_bytes() for path in files] + [text.encode() for text in more]
    return sha256(b"\0".join(parts)).hexdigest()


def machinery() -> str:
    """Digest what reads the pages: this folder, Python, and the names of the packages."""
    files = [path for path in sorted(MACHINERY.rglob("*")) if path.suffix in KINDS]
    return digest(files, MACHINERY, sys.version, *packages())


def static_files(root: Path) -> str:
    """Digest the files that all pages name."""
    folder = root / "book" / "_static"
    return digest([path for path in sorted(folder.rglob("*")) if path.is_file()], folder)


class Listener(standard_logging.Handler):
    """Notes which pages Sphinx warned about, and whether it warned of none."""

    def __init__(self, app):
        super().__init__(level=standard_logging.WARNING)
        self.addFilter(logging.WarningSuppressor(app))
        self.app = app
        self.pages: set[str] = set()
        self.everywhere = False

    def emit(self, record) -> None:
        """Take the page out of a warning's location, which has one of four forms."""
        if getattr(record, "subtype", None) in EACH_BUILD or hasattr(record, "noted"):
            return
        record.noted = True  # Sphinx keeps warnings back, and passes them on once more
        env, location = self.app.env, getattr(record, "location", None)
        if isinstance(location, nodes.Node):
            location = logging.get_node_location(location)
        if isinstance(location, tuple):
            location = location[0]
        place = str(location).partition(".md:")[0].removesuffix(".md")
        at_work = env.temp_data.get("docname")  # the page that is being read, or written
        for page in (location, env.path2doc(f"{place}.md"), place, at_work):
            if page in env.found_docs:
                self.pages.add(page)
                return
        self.everywhere = True


def _memory(app) -> Path:
    return Path(app.doctreedir, "warnings.json")


def begin(app, env, added, changed, removed) -> list[str]:
    """Name the pages to read again for the sake of the last build, and listen to this one."""
    memory = _memory(app)
    last = json.loads(memory.read_text()) if memory.exists() else {"pages": [], "all": False}
    memory.write_text(json.dumps({"pages": [], "all": True}))  # until this build has ended well
    app.web.warned = Listener(app)
    standard_logging.getLogger(logging.NAMESPACE).addHandler(app.web.warned)
    return sorted(env.found_docs) if last["all"] else sorted({*last["pages"]} & env.found_docs)


def start_afresh(app, env, added, changed, removed) -> list[str]:
    """Take the old site away if each of its pages will be written anew."""
    if app.builder.name != "html":
        return []
    info, now = Path(app.outdir, ".buildinfo"), io.StringIO()
    app.builder.build_info.dump(now)
    same = info.exists() and info.read_text("utf-8") == now.getvalue()
    if env.config_status != CONFIG_OK or not same:
        shutil.rmtree(app.outdir, ignore_errors=True)
        Path(app.outdir).mkdir()
    return []


def end(app, exception) -> None:
    """Keep for the next build what this one warned about."""
    listener = app.web.warned
    if listener is not None:
        standard_logging.getLogger(logging.NAMESPACE).removeHandler(listener)
        said = {"pages": sorted(listener.pages), "all": listener.everywhere or bool(exception)}
        _memory(app).write_text(json.dumps(said) + "\n")


def check_pictures(app, doctree: nodes.document) -> None:
    """Warn of each picture that a screen reader could not speak of."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            what = "a picture has no alternative text; say what is seen, in `mystnb: image: alt:`"
            logger.warning(what, location=_with_line(image), type="web", subtype="alt")


def _with_line(node: nodes.Node) -> nodes.Node:
    """Find the innermost node around ``node`` that knows its line; pictures of cells do not."""
    while not node.line and node.parent is not None:
        node = node.parent
    return node


def setup(app) -> None:
    """Let Sphinx see by itself that what makes the pages has changed."""
    app.add_config_value("machinery", machinery(), "env")
    app.add_config_value("static_files", static_files(Path(app.srcdir)), "html")
