"""Chromium, called to print one document."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",  # of no use to a document that we made ourselves, and it needs rights
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no other host is asked for anything
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)
DATE = re.compile(rb"\(D:\d{14}[+-]\d\d'\d\d'\)")
NO_DATE = b"(D:20000101000000+00'00')"  # when it was printed says nothing about the book
PATIENCE = 300  # seconds


class NotPrinted(Exception):
    """Chromium is missing, or gave no PDF."""


def find() -> str:
    """Return the path of the browser: the variable CHROMIUM, or one of the usual names."""
    asked = os.environ.get("CHROMIUM")
    for name in [asked] if asked else NAMES:
        if path := shutil.which(name):
            return path
    raise NotPrinted(
        f"there is no program {asked or NAMES[0]}. On Debian and Ubuntu: apt install chromium."
        " Elsewhere: make pdf CHROMIUM=/path/to/chromium"
    )


def print_html(browser: str, html: Path, pdf: Path) -> None:
    """Print a file, without the date."""
    pdf.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *FLAGS, f"--user-data-dir={profile}", f"--print-to-pdf={pdf}"]
        done = subprocess.run(
            [*command, html.as_uri()], capture_output=True, text=True, timeout=PATIENCE
        )
    if done.returncode != 0 or not pdf.exists():
        raise NotPrinted(f"{browser} printed nothing:\n{done.stderr}")
    pdf.write_bytes(DATE.sub(NO_DATE, pdf.read_bytes()))
