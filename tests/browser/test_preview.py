"""The preview, held on a tiny book: a save, a fault, its mending, and the end."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tiny_book import TinyBook
from web.preview import Sources, folders, plain

PATIENCE = 120  # seconds


class Preview:
    """A preview that runs, and an open page that listens to it."""

    def __init__(self, book: TinyBook):
        self.book = book
        command = [sys.executable, "-m", "web.preview", str(book.root)]
        paths = {"PYTHONPATH": str(book.root / "book" / "_ext")}
        self.process = subprocess.Popen(
            command,
            env=os.environ | paths,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.terminal = self.process.stdout.readline()
        self.address = self.terminal.split()[2]
        self.events = urllib.request.urlopen(f"{self.address}preview/events", timeout=PATIENCE)

    def event(self) -> dict:
        """Return the next event that the open page receives."""
        line = self.events.readline()
        assert self.events.readline() == b"\n"
        return json.loads(line.removeprefix(b"data: "))

    def page(self, name: str) -> str:
        with urllib.request.urlopen(f"{self.address}book/{name}.html", timeout=9) as answer:
            return answer.read().decode()

    def end(self) -> int:
        """Press Ctrl-C, as a terminal does: every process of the group gets the signal."""
        os.killpg(self.process.pid, signal.SIGINT)
        said, _ = self.process.communicate(timeout=PATIENCE)
        self.terminal += said
        self.events.close()
        return self.process.returncode


def processes_of(root: Path) -> list[str]:
    """The processes that work in or for a folder, by what the system knows of them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = entry.joinpath("cmdline").read_bytes() + entry.joinpath("environ").read_bytes()
        except OSError:
            continue  # it has ended, or is not ours
        if os.fsencode(root) in told:
            found.append(entry.name)
    return found


@pytest.fixture
def preview(tmp_path):
    book = TinyBook(tmp_path)
    preview = Preview(book)
    yield preview
    if preview.process.poll() is None:
        preview.end()


def test_a_save_reloads_the_page_and_a_fault_is_shown_until_it_is_mended(preview):
    book = preview.book
    assert preview.event() == {"builds": 0, "fault": ""}
    assert preview.event() == {"builds": 1, "fault": ""}
    assert (book.root / "code" / "tiny" / "arithmetic.py").exists(), "it tangles"

    book.change("04-alone", 'print("alone")', 'print("not alone")')
    assert preview.event() == {"builds": 2, "fault": ""}
    assert "not alone\n" in preview.page("04-alone")
    assert preview.page("04-alone").count('<script src="/preview/preview.js">') == 1

    book.change("04-alone", 'print("not alone")', 'print("not alone)')
    place = book.line("04-alone", 'print("not alone)')
    heard = preview.event()
    assert heard["builds"] == 3
    assert heard["fault"].startswith(f"{place}: WARNING: a cell fails: SyntaxError")
    assert "Jupyter-Book" not in heard["fault"]

    book.change("04-alone", 'print("not alone)', 'print("mended")')
    book.change("02-assembled", "<<twice the input>>", "<<twice teh input>>")
    place = book.line("02-assembled", "<<twice teh input>>")
    heard = preview.event()
    assert heard["fault"].startswith(f"{place}: unknown fragment <<twice teh input>>; did you mean")
    assert "not alone" in preview.page("04-alone"), "the last good page is still there"

    book.change("02-assembled", "<<twice teh input>>", "<<twice the input>>\nthree = 3")
    assert preview.event() == {"builds": 5, "fault": ""}
    assert "mended\n" in preview.page("04-alone")
    assert "three = 3" in (book.root / "code" / "tiny" / "arithmetic.py").read_text()

    assert preview.end() == 0, preview.terminal
    assert "unknown fragment <<twice teh input>>" in preview.terminal
    assert preview.terminal.endswith("The preview has ended.\n"), preview.terminal
    assert "Traceback" not in preview.terminal


def test_ctrl_c_during_a_build_leaves_no_process(preview):
    kernels = preview.book.root / "_build" / ".ipython"
    deadline = time.monotonic() + PATIENCE
    while not kernels.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert preview.end() == 0, preview.terminal
    while (left := processes_of(preview.book.root)) and time.monotonic() < deadline:
        time.sleep(0.1)  # a kernel looks once a second whether its parent lives
    assert left == []


def test_a_page_that_is_not_there_yet_tells_the_fault_all_the_same(preview):
    with pytest.raises(urllib.error.HTTPError, match="404") as error:
        preview.page("nowhere")
    assert b"/preview/preview.js" in error.value.read()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        preview.page("../../../_config")


def test_what_editors_leave_behind_and_the_machinery_build_nothing(tmp_path):
    for name in ("book/_static", "book/_ext/literate", "_build"):
        (tmp_path / name).mkdir(parents=True)
    sources = Sources(tmp_path)
    for name, matters in {
        "book/01.md": True,
        "book/_static/book.css": True,
        "_toc.yml": True,
        "README.md": False,
        "book/.01.md.swp": False,
        "book/01.md~": False,
        "book/#01.md#": False,
    }.items():
        (tmp_path / name).touch()
        assert sources(None, str(tmp_path / name)) is matters, name
    assert not sources(None, str(tmp_path / "book" / "gone.md"))
    watched = {path.relative_to(tmp_path).as_posix() for path in folders(tmp_path)}
    assert watched == {".", "book", "book/_static"}


def test_an_unexpected_error_keeps_its_traceback():
    root = Path("/a/book")
    crash = "\x1b[31mRunning Jupyter-Book v1\nTraceback (most recent call last):\nin /a/book/x.py"
    assert plain(crash, root) == "Traceback (most recent call last):\nin x.py"
    fault = "Sphinx error:\nbook/x.md:1: no\nTraceback (most recent call last):\n  more"
    assert plain(fault, root) == "Sphinx error:\nbook/x.md:1: no"
