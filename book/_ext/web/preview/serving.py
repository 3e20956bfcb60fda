"""A server on this machine only: the built pages, and word of each build to the open ones."""

from __future__ import annotations

import asyncio
import json
from html import escape
from pathlib import Path

from tornado.iostream import StreamClosedError
from tornado.web import Application, RequestHandler, StaticFileHandler

SCRIPT = Path(__file__).with_name("preview.js")
TAG = b'<script src="/preview/preview.js"></script>'
NO_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>No page yet</title></head>
<body><p>There is no page {page} yet.</p></body></html>
"""


class State:
    """The number of builds, and the fault of the last one."""

    def __init__(self):
        self.builds, self.fault = 0, ""
        self._changed = asyncio.Condition()

    async def built(self, fault: str) -> None:
        """Note the end of a build, and wake the pages that wait for it."""
        async with self._changed:
            self.builds, self.fault = self.builds + 1, fault
            self._changed.notify_all()

    async def next(self) -> None:
        """Wait for the end of a build."""
        async with self._changed:
            await self._changed.wait()


class Page(RequestHandler):
    """A page of the site, with the script of the preview."""

    def initialize(self, site: Path) -> None:
        """Take the folder of the site."""
        self.site = site

    def get(self, name: str) -> None:
        """Send the page as it was built last."""
        path = (self.site / (name or "index.html")).resolve()
        if path.is_relative_to(self.site) and path.is_file():
            html = path.read_bytes()
        else:
            self.set_status(404)
            html = NO_PAGE.format(page=escape(name)).encode()
        before, end, after = html.rpartition(b"</body>")
        self.set_header("Cache-Control", "no-store")
        self.write(before + TAG + end + after)


class File(StaticFileHandler):
    """Any other file; the browser asks each time whether it has changed."""

    def set_extra_headers(self, path: str) -> None:
        """Forbid the browser to trust its cache."""
        self.set_header("Cache-Control", "no-cache")


class Events(RequestHandler):
    """The stream on which a page hears of builds: the last one at once, then each new one."""

    def initialize(self, state: State) -> None:
        """Take what to tell."""
        self.state = state

    async def get(self) -> None:
        """Send events until the page is closed."""
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-store")
        try:
            while True:
                said = {"builds": self.state.builds, "fault": self.state.fault}
                self.write(f"data: {json.dumps(said)}\n\n")
                await self.flush()
                await self.state.next()
        except (StreamClosedError, asyncio.CancelledError):  # the page, or the preview, is closed
            return


def application(site: Path, state: State) -> Application:
    """Serve the site in a folder."""
    files = {"path": str(site), "default_filename": "index.html"}
    script = {"path": str(SCRIPT.parent)}
    return Application(
        [
            (r"/preview/events", Events, {"state": state}),
            (r"/preview/(preview\.js)", File, script),
            (r"/((?:.*\.html)?)", Page, {"site": site.resolve()}),
            (r"/(.*)", File, files),
        ]
    )
