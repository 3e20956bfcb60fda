"""The site as a host serves it: what compresses well is sent compressed."""

import functools
import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

COMPRESSED = {".html", ".css", ".js", ".svg", ".json", ".xml"}


class Host(SimpleHTTPRequestHandler):
    """Serves files, compressed where hosts compress."""

    def send_head(self):
        """Return the body, its head being sent."""
        file = Path(self.translate_path(self.path))
        if file.suffix not in COMPRESSED or not file.is_file():
            return super().send_head()
        body = gzip.compress(file.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)

    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; give its address."""
    handler = functools.partial(Host, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
