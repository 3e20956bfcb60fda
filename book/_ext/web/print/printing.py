"""One document, printed by Chromium, until the page numbers in it are those of its own print."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from pypdf import PdfReader

from web.browser import FLAGS

PRINTING = (
    "--headless",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no other host is asked for anything
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)
DATE = re.compile(rb"\(D:\d{14}[+-]\d\d'\d\d'\)")
NO_DATE = b"(D:20000101000000+00'00')"  # when it was printed says nothing about the book
PATIENCE = 1200  # seconds: a machine may be busy with other things
PLACE = re.compile(r'(<span class="page-number" data-page-of="([^"]+)">)[^<]*(</span>)')
PRINTS = 4  # as many as it may take until the numbers stay as they are


class NotPrinted(Exception):
    """Chromium gave no PDF."""


def print_html(browser: str, html: Path, pdf: Path) -> None:
    """Print a file, without the date; raises ``NotPrinted`` if there is no PDF then."""
    pdf.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser,
            *FLAGS,
            *PRINTING,
            f"--user-data-dir={profile}",
            f"--print-to-pdf={pdf}",
        ]
        done = subprocess.run(
            [*command, html.as_uri()], capture_output=True, text=True, timeout=PATIENCE
        )
    if done.returncode != 0 or not pdf.exists():
        raise NotPrinted(f"{browser} printed nothing:\n{done.stderr}")
    pdf.write_bytes(DATE.sub(NO_DATE, pdf.read_bytes()))


class Unsettled(Exception):
    """The page numbers change with each print."""


def pages_of(pdf: Path) -> dict[str, int]:
    """Return the page, counted from 1, of each id that a link leads to."""
    reader = PdfReader(pdf)
    places = reader.named_destinations.items()
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in places
    }


def fill(document: str, pages: dict[str, int]) -> str:
    """Put into each place the number of the page that it names."""
    return PLACE.sub(lambda place: f"{place[1]}{pages[place[2]]}{place[3]}", document)


def settle(document: str, print_document) -> Path:
    """Print until the numbers in the document are those of its own print; return that.

    ``print_document`` takes a document and returns the file of its print. Raises ``Unsettled`` if
    the numbers change with each print.
    """
    pages: dict[str, int] = {}
    for _ in range(PRINTS):
        pdf = print_document(fill(document, pages) if pages else document)
        found = pages_of(pdf)
        if found == pages:
            return pdf
        pages = found
    raise Unsettled(f"the page numbers did not settle in {PRINTS} prints")
