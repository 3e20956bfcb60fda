"""Put the module and the book's machinery on the path; name chapter lines below failing tests."""

import re
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "code"), str(ROOT / "book" / "_ext")]

pytest_plugins = ["literate.testing", "pytester"]
collect_ignore = [
    "conftest.py",  # it holds no doctests, and that of the explorables has its name
    "tools/mutation/planting.py",  # it runs where mutmut is
]
FRONT_MATTER = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n"

LONGEST = [  # they begin first, so that at the end no processor waits for another
    "test_web_cells.py",
    "test_shake.py",
    "test_repository.py",
    "test_distributions.py",
    "test_prose.py",
    "test_stages.py",
    "test_fast.py",
    "test_arguments.py",
    "test_symbols.py",
    "test_types.py",
    "test_prose_mutants.py",
    "test_resuming.py",
    "test_trainer.py",
    "test_web_downloads.py",
    "test_web_notes.py",
    "test_web_warnings.py",
    "test_web_address.py",
    "test_second_book.py",
    "test_estimator.py",
    "test_experiments.py",
]
USES_THE_MODULE = re.compile(r"^(?:from|import) rnn_from_scratch\b", re.MULTILINE)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    """Import the module while its lines are counted; what tests import besides is none of it."""
    import_module("rnn_from_scratch")
    with uncounted(session.config):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Count the lines of the module that its own tests reach; counting makes the others slow."""
    path = item.path
    if path.is_relative_to(ROOT / "code") or USES_THE_MODULE.search(path.read_text("utf-8")):
        return (yield)
    with uncounted(item.config):
        return (yield)


@contextmanager
def uncounted(config):
    """Let pytest-cov, if it counts lines, pause."""
    plugin = config.pluginmanager.getplugin("_cov")
    controller = plugin and plugin.cov_controller
    if controller:
        controller.pause()
    try:
        yield
    finally:
        if controller:
            controller.resume()


def pytest_collection_modifyitems(items):
    """Put the files that take longest first."""
    names = dict(zip(LONGEST, range(len(LONGEST)), strict=True))
    items.sort(key=lambda item: names.get(item.path.name, len(LONGEST)))


class SmallBook:
    """A book in a temporary folder, made of a few pages; ``§`` marks the places asked for."""

    def __init__(self, root: Path):
        self.root = root
        self.places: list[str] = []

    def write(self, pages: dict[str, str], toc: str | None = None) -> Path:
        """Write pages, each given the head of a notebook, and a table of contents; return root."""
        (self.root / "book").mkdir(exist_ok=True)
        for name, text in pages.items():
            self.page(name, FRONT_MATTER + text)
        root, *others = [f"book/{name}" for name in pages]
        listed = "".join(f"\n- file: {other}" for other in others) or " []"
        toc = toc if toc is not None else f"format: jb-book\nroot: {root}\nchapters:{listed}\n"
        (self.root / "_toc.yml").write_text(toc, "utf-8")
        return self.root

    def page(self, name: str, text: str) -> None:
        """Write one page as it stands, and note its places."""
        for number, line in enumerate(text.split("\n"), 1):
            self.places += [f"book/{name}.md:{number}"] * line.count("§")
        (self.root / "book" / f"{name}.md").write_text(text.replace("§", ""), "utf-8")


@pytest.fixture
def small_book(tmp_path):
    return SmallBook(tmp_path)
