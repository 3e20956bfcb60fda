"""The built site in a real browser: `make site-test` builds the site and runs what is here.

A site is served by a host and read from disk, so each page is looked at in both ways.
"""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import sync_playwright

from viewing import SITE, View, page_paths
from web.browser import FLAGS, NoBrowser, find

SCHEMES = ("http", "file")
SIZE = {"width": 1280, "height": 900}


def pytest_sessionstart(session):
    """Refuse to look at a site that is not there."""
    if not (SITE / "index.html").exists():
        raise pytest.UsageError(f"there is no site in {SITE}; `make site-test` builds it first")


def pytest_generate_tests(metafunc):
    """Give a test that asks for a `path` every page, and one that asks for a `scheme` both.

    All tests of a page follow one another, so that they can share it.
    """
    if "path" in metafunc.fixturenames:
        metafunc.parametrize("path", page_paths(), scope="session")
    if "scheme" in metafunc.fixturenames:
        metafunc.parametrize("scheme", SCHEMES)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Let one process begin with the print edition, which it makes, so that no other waits."""
    items.sort(key=lambda item: "pdf" not in item.fixturenames)


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files; what goes wrong is seen in the browser, not in a log."""

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="session")
def chromium():
    """The path of the browser."""
    try:
        return find()
    except NoBrowser as fault:
        raise pytest.UsageError(str(fault)) from None


@pytest.fixture(scope="session")
def browser(chromium):
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def roots():
    """Where the site begins, by scheme: served on a free port of this machine, and on disk."""
    handler = functools.partial(QuietHandler, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"http": f"http://127.0.0.1:{server.server_port}/", "file": f"{SITE.as_uri()}/"}
        server.shutdown()


@pytest.fixture
def new_view(browser, roots):
    """Make views, each in a profile of its own: ``new_view(width=390, color_scheme="dark")``."""
    contexts = []

    def make(width=1280, height=900, **options):
        size = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=size, **options))
        return View(contexts[-1], roots)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def opened_once(browser, roots, path):
    """A view of the page at `path`, as one sees it who was never here."""
    context = browser.new_context(viewport=SIZE)
    view = View(context, roots)
    view.open_first(path)
    yield view
    context.close()


@pytest.fixture
def opened(opened_once):
    """That view, shared by all tests of the page, in a light window of 1280 by 900 again."""
    opened_once.page.set_viewport_size(SIZE)
    opened_once.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return opened_once


@pytest.fixture
def view(new_view):
    """A window of 1280 by 900."""
    return new_view()
