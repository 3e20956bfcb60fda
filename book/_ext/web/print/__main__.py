"""Print the built site as one PDF: ``python -m web.print ROOT``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import yaml

from literate.loading import read_parts
from web.browser import NoBrowser, find
from web.downloads import file_names, offer_print

from .assembling import assemble
from .packing import pack
from .printing import NotPrinted, Unsettled, print_html, settle


def main(root: Path) -> int:
    """Assemble, print, and say where the PDF is; return the exit status."""
    site, work = root / "_build" / "html", root / "_build" / "print"
    work.mkdir(parents=True, exist_ok=True)
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    name = file_names(root)["pdf"]
    html, pdf = work / "book.html", work / name

    def print_document(document: str) -> Path:
        html.write_text(document, encoding="utf-8")
        print_html(browser, html, pdf)
        return pdf

    try:
        browser = find()
        document = assemble(site, read_parts(root), settings)
        settle(document, print_document)
        pack(pdf)
    except (NoBrowser, NotPrinted, Unsettled) as fault:
        print(fault, file=sys.stderr)
        return 1
    made = Path(shutil.copy(pdf, root / "_build" / name))
    offer_print(site, made)
    print(f"The PDF: {made.as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
