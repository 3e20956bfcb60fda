"""Build the book on each save, and serve it on this machine: ``python -m web.preview ROOT``.

The server is for this machine only. A fault does not end the preview: the terminal and the open
pages say what is wrong, until it is mended. Ctrl-C ends it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from contextlib import suppress
from html import escape
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler, StaticFileHandler
from watchfiles import DefaultFilter, awatch

from web.running import COLOR
from web.warnings import MACHINERY

ADDRESS, PORT = "127.0.0.1", 8000
SETTINGS = {"_config.yml", "_toc.yml"}
BUILD = "from jupyter_book.cli.main import main; main()"
NOISE = re.compile(  # what Jupyter Book says in any case
    r"^(Running Jupyter-Book|(Source Folder|Config Path|Output Path): |=+$"
    r"|Building your book, returns|There was an error in building your book).*\n?",
    re.MULTILINE,
)
PATIENCE = 10  # seconds that a process has to clear up after itself
SCRIPT = Path(__file__).with_name("preview.js")
TAG = b'<script src="/preview/preview.js"></script>'
NO_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>No page yet</title></head>
<body><p>There is no page {page} yet.</p></body></html>
"""


class Sources(DefaultFilter):
    """A filter for the sources of the pages, without the files that editors leave beside them."""

    def __init__(self, root: Path):
        super().__init__()
        self.root = root

    def __call__(self, change, path: str) -> bool:
        """Say whether a changed file matters."""
        file = Path(path)
        if not file.is_file() or file.name.startswith((".", "#")) or file.name.endswith("~"):
            return False
        if file.parent == self.root and file.name not in SETTINGS:
            return False
        return super().__call__(change, path)


async def main(root: Path) -> None:
    """Serve the book in ``root``, and build it on each save, until it is cancelled."""
    builds = Builds()
    print(f"The preview: {serve(root / '_build' / 'html', builds)} (Ctrl-C ends it)", flush=True)
    saves = awatch(*folders(root), watch_filter=Sources(root), recursive=False)
    with suppress(asyncio.CancelledError):
        while True:
            save = asyncio.ensure_future(anext(saves))  # of what is saved during the build, too
            await build(root, builds)
            names = {Path(path).relative_to(root).as_posix() for _, path in await save}
            print(f"\nChanged: {', '.join(sorted(names))}", flush=True)
    print("\nThe preview has ended.", flush=True)


def folders(root: Path) -> list[Path]:
    """List the folders with sources; watching all of them would take in the environment.

    A change of the machinery makes all pages anew: that is for `make book`.
    """
    below = (path for path in (root / "book").rglob("*") if path.is_dir())
    return [root, root / "book", *(path for path in below if MACHINERY.name not in path.parts)]


def serve(site: Path, builds: Builds) -> str:
    """Start the server, at another port if the usual one is taken; return its address."""
    try:
        sockets = bind_sockets(PORT, ADDRESS)
    except OSError:
        sockets = bind_sockets(0, ADDRESS)
    HTTPServer(application(site, builds)).add_sockets(sockets)
    return f"http://{ADDRESS}:{sockets[0].getsockname()[1]}/"


async def build(root: Path, builds: Builds) -> None:
    """Build once; say in the terminal and to the open pages how it went."""
    print("Building …", flush=True)
    began = time.monotonic()
    fault = await rebuild(root)
    seconds = time.monotonic() - began
    print(fault or f"Built in {seconds:.1f} s, without a fault.", flush=True)
    await builds.ended(fault)


async def run(root: Path) -> None:
    """Let Ctrl-C, and a request to end, cancel ``main``."""
    task = asyncio.ensure_future(main(root))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await task


async def rebuild(root: Path) -> str:
    """Tangle and build the book in ``root``; return what is wrong, or nothing."""
    machinery = os.environ | {"PYTHONPATH": str(root / "book" / "_ext")}
    fault = await run_python(["-m", "literate", "--root", str(root), "tangle"], machinery)
    if not fault:  # a book that cannot be tangled cannot be woven
        strictly = ["build", "-q", "-W", "-n", "--keep-going"]
        fault = await run_python(["-c", BUILD, *strictly, str(root)], os.environ)
    return plain(fault, root)


def plain(text: str, root: Path) -> str:
    """Leave of what a build says what its writer needs: the faults, by chapter and line."""
    text = NOISE.sub("", COLOR.sub("", text)).replace(f"{root}/", "")
    told, _, _ = text.partition("Traceback (most recent call last):")
    return (told if "Sphinx error:" in told else text).strip()


async def run_python(arguments: list[str], environment) -> str:
    """Run Python; return what it said if it failed, else nothing."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={**environment, "NO_COLOR": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        await _end(process)
    if process.returncode == 0:
        return ""
    status = f"python {' '.join(arguments)} ended with status {process.returncode}"
    return output.decode(errors="replace").strip() or status


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a process that still runs: it is asked first, so that its kernels end with it."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        process.kill()


class Builds:
    """The number of builds, and the fault of the last one."""

    def __init__(self):
        self.number, self.fault = 0, ""
        self._changed = asyncio.Condition()

    async def ended(self, fault: str) -> None:
        """Note the end of a build, and wake the pages that wait for it."""
        async with self._changed:
            self.number, self.fault = self.number + 1, fault
            self._changed.notify_all()

    async def next(self) -> None:
        """Wait for the end of a build."""
        async with self._changed:
            await self._changed.wait()


class PageHandler(RequestHandler):
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


class FileHandler(StaticFileHandler):
    """Any other file; the browser asks each time whether it has changed."""

    def set_extra_headers(self, path: str) -> None:
        """Forbid the browser to trust its cache."""
        self.set_header("Cache-Control", "no-cache")


class EventsHandler(RequestHandler):
    """The stream on which a page is told of builds: the last one at once, then each new one."""

    def initialize(self, builds: Builds) -> None:
        """Take what to tell."""
        self.builds = builds

    async def get(self) -> None:
        """Send events until the page is closed."""
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-store")
        try:
            while True:
                said = {"builds": self.builds.number, "fault": self.builds.fault}
                self.write(f"data: {json.dumps(said)}\n\n")
                await self.flush()
                await self.builds.next()
        except (StreamClosedError, asyncio.CancelledError):  # the page, or the preview, is closed
            return


def application(site: Path, builds: Builds) -> Application:
    """Serve the site in a folder."""
    files = {"path": str(site), "default_filename": "index.html"}
    script = {"path": str(SCRIPT.parent)}
    return Application(
        [
            (r"/preview/events", EventsHandler, {"builds": builds}),
            (r"/preview/(preview\.js)", FileHandler, script),
            (r"/((?:.*\.html)?)", PageHandler, {"site": site.resolve()}),
            (r"/(.*)", FileHandler, files),
        ]
    )


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]).resolve()))
