"""A page in a browser, with what it asked for, what it said and what it was refused."""

import gzip
import time
from functools import cache
from pathlib import Path

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"
NOTE_VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
        window.violations.push(`${event.effectiveDirective}: ${event.blockedURI}`));
"""
NOTE_SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => list.getEntries().forEach(({ value, sources }) =>
        window.shifts.push([value, sources.map(({ node }) => node?.className || node?.nodeName)]))
    ).observe({ type: "layout-shift", buffered: true });
"""


def page_paths() -> list[str]:
    """Every page of the site, relative to its root, but for those that lead on at once."""
    pages = [
        page for page in SITE.rglob("*.html") if "<noscript><meta" not in page.read_text("utf-8")
    ]
    return sorted(str(page.relative_to(SITE)) for page in pages)


def wait_until(page, expression: str, seconds: float = 5) -> None:
    """Wait until an expression is true on the page, whose policy forbids it to wait by itself."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"still not so: {expression}"
        page.wait_for_timeout(50)


@cache
def gzipped(name: str) -> int:
    """The size in bytes of a file of the site, as a host would send it."""
    return len(gzip.compress((SITE / name).read_bytes(), 9))


class View:
    """One page of a browser context; other hosts are blocked, and whoever asks them is noted.

    ``roots`` says where the site begins, by scheme.
    """

    def __init__(self, context, roots: dict[str, str]):
        self.roots = roots
        self.asked: list[str] = []
        self.foreign: list[str] = []
        self.missing: list[str] = []
        self.errors: list[str] = []
        self.shifts: list[tuple[float, list[str]]] = []
        context.route("**/*", self._let_through)
        self.page = context.new_page()
        self.page.add_init_script(NOTE_VIOLATIONS + NOTE_SHIFTS)
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("response", self._note_response)

    def _let_through(self, route):
        url = route.request.url
        if url.startswith((*self.roots.values(), "data:")):
            self.asked.append(url)
            route.continue_()
        else:
            self.foreign.append(url)
            route.abort()

    def _note_message(self, message):
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _note_response(self, response):
        if response.status >= 400:
            self.missing.append(response.url)

    def open(self, path: str, scheme: str = "http"):
        """Open a page; return it when it has all that it asked for, its fonts too."""
        self.page.goto(self.roots[scheme] + path)
        self.page.evaluate("document.fonts.ready.then(() => 0)")
        return self.page

    def open_first(self, path: str):
        """Open a page as one who was never here; note in ``shifts`` what moved meanwhile."""
        page = self.open(path)
        page.wait_for_timeout(200)  # for what scripts do after the first paint
        self.shifts = page.evaluate("window.shifts")
        return page

    def moved(self) -> float:
        """How much of the page moved while it was opened first, as browsers count it."""
        return sum(value for value, _ in self.shifts)

    def violations(self) -> list[str]:
        """Return the refusals of the page's policy."""
        return self.page.evaluate("window.violations")

    def weights(self) -> dict[str, int]:
        """The gzipped size in bytes of each file that was asked for so far."""
        names = {self.file(url) for url in self.asked if not url.startswith("data:")}
        return {name: gzipped(name) for name in names}

    def file(self, url: str) -> str:
        """The path below the root of the site of what stands at an address."""
        for root in self.roots.values():
            url = url.removeprefix(root)
        return url.partition("#")[0].partition("?")[0]
