"""Page numbers: read from a print, filled into the document of the next."""

from __future__ import annotations

import re
from pathlib import Path

from pypdf import PdfReader

PLACE = re.compile(r'(<span class="page-number" data-page-of="([^"]+)">)[^<]*(</span>)')
PRINTS = 4  # as many as it may take until the numbers stay as they are


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

    ``print_document`` takes a document and returns the file of its print.
    """
    pages: dict[str, int] = {}
    pdf = print_document(document)
    for _ in range(PRINTS):
        found = pages_of(pdf)
        if found == pages:
            return pdf
        pages = found
        pdf = print_document(fill(document, pages))
    raise Unsettled(f"the page numbers did not settle in {PRINTS} prints")
