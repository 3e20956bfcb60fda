"""Chromium: where it is, and how it is started, for printing, testing and judging the site."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",  # of no use to a page that we made ourselves, and it needs rights on the host
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class NoBrowser(Exception):
    """There is no Chromium."""


def find() -> str:
    """Return the path of the browser: the variable CHROMIUM, or one of the usual names.

    Raises ``NoBrowser`` if there is none.
    """
    asked = os.environ.get("CHROMIUM")
    for name in [asked] if asked else NAMES:
        if path := shutil.which(name):
            return path
    raise NoBrowser(
        f"there is no program {asked or NAMES[0]}. On Debian and Ubuntu: apt install chromium."
        " Elsewhere: name it, as in make pdf CHROMIUM=/path/to/chromium"
    )
