"""Build the book on each save, and serve it on this machine: ``python -m web.preview ROOT``.

Ctrl-C ends it.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from watchfiles import DefaultFilter, awatch

from .rebuilding import rebuild
from .serving import State, application

ADDRESS, PORT = "127.0.0.1", 8000
SETTINGS = {"_config.yml", "_toc.yml"}
MACHINERY = "_ext"  # a change there makes all pages anew: that is for `make book`


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
    state = State()
    print(f"The preview: {serve(root / '_build' / 'html', state)} (Ctrl-C ends it)", flush=True)
    saves = awatch(*folders(root), watch_filter=Sources(root), recursive=False)
    with suppress(asyncio.CancelledError):
        while True:
            save = asyncio.ensure_future(anext(saves))  # of what is saved during the build, too
            await build(root, state)
            names = {Path(path).relative_to(root).as_posix() for _, path in await save}
            print(f"\nChanged: {', '.join(sorted(names))}", flush=True)
    print("\nThe preview has ended.", flush=True)


def folders(root: Path) -> list[Path]:
    """List the folders with sources; watching all of them would take in the environment."""
    below = (path for path in (root / "book").rglob("*") if path.is_dir())
    return [root, root / "book", *(path for path in below if MACHINERY not in path.parts)]


def serve(site: Path, state: State) -> str:
    """Start the server, at another port if the usual one is taken; return its address."""
    try:
        sockets = bind_sockets(PORT, ADDRESS)
    except OSError:
        sockets = bind_sockets(0, ADDRESS)
    HTTPServer(application(site, state)).add_sockets(sockets)
    return f"http://{ADDRESS}:{sockets[0].getsockname()[1]}/"


async def build(root: Path, state: State) -> None:
    """Build once; say in the terminal and to the open pages how it went."""
    print("Building …", flush=True)
    began = time.monotonic()
    fault = await rebuild(root)
    seconds = time.monotonic() - began
    print(fault or f"Built in {seconds:.1f} s, without a fault.", flush=True)
    await state.built(fault)


async def run(root: Path) -> None:
    """Let Ctrl-C, and a request to end, cancel ``main``."""
    task = asyncio.ensure_future(main(root))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await task


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]).resolve()))
