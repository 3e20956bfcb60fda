"""The downloads beside the pages: the module and the whole site.

After each build the folder ``downloads`` of the site holds the module as a wheel, and a zip of all
pages. Both are the same, byte for byte, whenever their contents are. ``{taken}`` links to one of
them by what it is: ``wheel``, ``site``, or ``pdf``, which `make pdf` adds to a finished site.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from html import escape
from pathlib import Path

from docutils import nodes
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

logger = logging.getLogger(__name__)

FOLDER = "downloads"
PACKAGED = ("pyproject.toml", "README.md", "LICENSE")  # with the package itself
EPOCH = 315532800  # 1980-01-01, the first date that a zip can hold
BUILD = "import sys, hatchling.build; hatchling.build.build_wheel(sys.argv[1])"
NO_PDF = re.compile(r'<span class="no-pdf" data-href="([^"]+)">[^<]*</span>')
LINK_TO_SITE = re.compile(rb'<a class="taken" data-kind="site"[^>]*>([^<]*)</a>')


class taken(nodes.General, nodes.Inline, nodes.Element):
    """A link to a thing to take along; ``kind`` says which."""


class TakenRole(SphinxRole):
    """Leaves a link for the writer, and notes on which page."""

    def run(self):
        """Return the link; warn if there is no such thing."""
        if self.text not in (names := file_names(Path(self.env.srcdir))):
            known = "{taken} knows " + ", ".join(names)
            logger.warning(
                "no %s to take along; %s", self.text, known, location=self.get_location()
            )
            return [], []
        self.env.app.web.note(self.env.docname, "taken")
        return [taken(kind=self.text)], []


def file_names(root: Path) -> dict[str, str]:
    """Return the names of the files, by what they are."""
    project = ProjectMetadata(str(root), PluginManager())
    name, version = project.core.name, project.version
    return {
        "wheel": f"{name.replace('-', '_')}-{version}-py3-none-any.whl",
        "site": f"{name}-site.zip",
        "pdf": f"{name}.pdf",
    }


def visit_taken(translator, node) -> None:
    """Write a link; what `make pdf` will add is named as missing."""
    app, kind = translator.builder.app, node["kind"]
    name = file_names(Path(app.srcdir))[kind]
    up = "../" * translator.docnames[0].count("/")
    href = escape(f"{up}{FOLDER}/{name}", quote=True)
    if kind == "pdf":
        text = "Not in this copy of the site"
        html = f'<span class="no-pdf" data-href="{href}">{text}</span>'
    else:
        html = f'<a class="taken" data-kind="{kind}" href="{href}">{escape(name)}</a>'
    translator.body.append(html)
    raise nodes.SkipNode


def forget_print(app, env) -> list[str]:
    """Take away the PDF of an earlier site; if there was one, the pages that offer it change."""
    folder = Path(app.outdir, FOLDER)
    printed = any(folder.glob("*.pdf"))
    shutil.rmtree(folder, ignore_errors=True)
    return sorted({*app.web.holding("taken")} & env.found_docs) if printed else []


def offer_print(site: Path, pdf: Path) -> None:
    """Add a PDF to a finished site; the pages that named it as missing link to it."""
    shutil.copy(pdf, site / FOLDER / pdf.name)
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if NO_PDF.search(text):
            link = rf'<a class="taken" href="\1">{escape(pdf.name)}</a>'
            page.write_text(NO_PDF.sub(link, text), encoding="utf-8")


def pack(app, exception) -> None:
    """Put the wheel and the zip into the finished site."""
    if exception is not None or app.builder.name != "html":
        return
    root, site = Path(app.srcdir), Path(app.outdir)
    folder = site / FOLDER
    folder.mkdir(exist_ok=True)
    wheel, archive = (folder / file_names(root)[kind] for kind in ("wheel", "site"))
    shutil.copy(make_wheel(root, site.parent / "wheel"), wheel)
    make_zip(site, archive)


def make_wheel(root: Path, store: Path) -> Path:
    """Return the module's wheel, without a network; it is made anew if a file of it changed.

    Raises ``SphinxError`` if it cannot be made.
    """
    code = [path for path in sorted((root / "code").rglob("*")) if path.suffix != ".pyc"]
    hooks = sorted((root / "book" / "_ext").glob("*.py"))  # what they say of the package
    files = [root / name for name in PACKAGED] + [path for path in code if path.is_file()] + hooks
    digest = sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    made = store / digest
    wheel = made / file_names(root)["wheel"]
    if not wheel.exists():
        shutil.rmtree(store, ignore_errors=True)
        made.mkdir(parents=True)
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
        command = [sys.executable, "-c", BUILD, str(made)]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SphinxError(f"the wheel cannot be made:\n{done.stderr}")
    return wheel


def make_zip(site: Path, archive: Path) -> None:
    """Pack a site; the copy does not offer itself once more."""
    archive.unlink(missing_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(site.rglob("*")):
            if not path.is_file() or path == archive:
                continue
            data = path.read_bytes()
            if path.suffix == ".html":
                data = LINK_TO_SITE.sub(rb"\1", data)
            name = f"{archive.stem}/{path.relative_to(site).as_posix()}"
            entry = zipfile.ZipInfo(name)  # of 1980-01-01
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, data)


def setup(app) -> None:
    """Add the role and its link."""
    app.add_role("taken", TakenRole())
    app.add_node(taken, html=(visit_taken, None))
