"""A build that failed fails again until it is mended; what changed around the pages is noticed."""

import copy
import os
import shutil
import signal
import time

import pytest

from tiny_book import CONTENTS, STRICT, TinyBook

NO_ICON = '<i class="fas fa-bug"></i>'
NO_WORDS = """
    # A picture without words

    ```{code-cell} ipython3
    from IPython.display import SVG
    SVG('SQUARE')
    ```
    """
PATIENCE = 120


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A book that has been built well, and a copy of it."""
    folder = tmp_path_factory.mktemp("books")
    (folder / "one").mkdir()
    book = TinyBook(folder / "one")
    book.tangle()
    assert book.build(*STRICT) == 0, book.log
    shutil.copytree(book.root, folder / "copy")
    return book


@pytest.fixture
def book(built):
    """The book as it was built, in the folder where it was."""
    shutil.rmtree(built.root)
    shutil.copytree(built.root.with_name("copy"), built.root)
    return built


def test_a_warning_of_no_page_is_given_until_it_is_mended(book):
    book.change("04-alone", "# Alone", f"# Alone\n\n{NO_ICON}")
    for _ in range(2):
        assert book.build(*STRICT) == 1, book.log
        assert "WARNING: no icon 'bug'" in book.log
    book.change("04-alone", NO_ICON, "")
    assert book.build(*STRICT) == 0, book.log
    assert book.build(*STRICT) == 0
    assert (book.executed(), book.written()) == ([], set())


def test_a_build_that_was_stopped_while_it_wrote_has_not_told_what_is_wrong(book):
    book.write("04-alone", NO_WORDS)
    build = book.start(*STRICT)
    deadline = time.monotonic() + PATIENCE
    while "writing output" not in (book.root / "log").read_text("utf-8"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(build.pid, signal.SIGKILL)
    assert book.finish(build) != 0
    assert book.build(*STRICT) == 1, book.log
    assert "04-alone.md:8: WARNING: a picture has no alternative text" in book.log, book.log


def test_changed_machinery_reads_all_pages_again_and_no_change_reads_none(book):
    path = book.root / "book" / "_ext" / "web" / "katex.py"
    path.write_text(path.read_text("utf-8") + "# a change\n", "utf-8")
    assert book.build(*STRICT) == 0, book.log
    assert "[config changed ('machinery')] 10 added" in book.log
    assert book.build(*STRICT) == 0, book.log
    assert "0 added, 0 changed, 0 removed" in book.log


def test_a_page_taken_out_of_the_contents_leaves_the_site(book, tmp_path):
    contents = CONTENTS.replace("      - file: book/03-imported\n", "")
    contents = contents.replace("book/fragments", "x").replace("book/identifiers", "book/fragments")
    (book.root / "_toc.yml").write_text(contents.replace("file: x", "file: book/identifiers"))
    assert book.build(*STRICT) == 0, book.log
    assert not [name for name in book.site() if "03-imported" in name]
    elsewhere = copy.copy(book)
    elsewhere.root = tmp_path / "two"
    shutil.copytree(book.root, elsewhere.root, ignore=shutil.ignore_patterns("_build"))
    assert elsewhere.build(*STRICT) == 0, elsewhere.log
    assert elsewhere.site() == book.site()


def test_a_changed_style_sheet_reaches_every_page(book):
    path = book.root / "book" / "_static" / "book.css"
    path.write_text(path.read_text("utf-8") + ".cell { color: teal }\n", "utf-8")
    assert book.build(*STRICT) == 0, book.log
    assert book.executed() == []
    assert len(book.written()) == 10
    assert "color: teal" in (book.root / "_build/html/_static/site.css").read_text("utf-8")
