"""The downloads hold: the wheel installs, the zip is the site, and both are reproducible."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tiny_book import STRICT, TinyBook
from web.downloads import make_wheel, make_zip, offer_print

WHEEL, ZIP = "tiny_book-1.2-py3-none-any.whl", "tiny-book-site.zip"
INSTALL = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target"]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    book = TinyBook(tmp_path_factory.mktemp("book"))
    book.tangle()
    assert book.build(*STRICT) == 0, book.log
    return book


@pytest.fixture(scope="module")
def site(book):
    return book.root / "_build" / "html"


def links(page: str) -> list[str]:
    return [a["href"] for a in BeautifulSoup(page, "html.parser").select("article a.taken")]


def test_the_page_offers_what_is_there_and_says_what_is_not(book, site):
    article = book.page("take-along").article
    offered = links(str(article))
    assert offered == [f"../downloads/{ZIP}", f"../downloads/{WHEEL}"]
    assert all((site / "book" / href).resolve().is_file() for href in offered)
    assert "Not in this copy of the site" in article.get_text()


def test_the_wheel_installs_and_runs(site, tmp_path):
    command = [sys.executable, *INSTALL, str(tmp_path), str(site / "downloads" / WHEEL)]
    subprocess.run(command, check=True, capture_output=True)
    line = "from tiny.arithmetic import one_more_than_twice as f; print(f(10))"
    done = subprocess.run(
        [sys.executable, "-c", line],
        env={"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("21\n", "")


def test_the_zip_is_the_site_but_does_not_offer_itself(site, tmp_path):
    zipfile.ZipFile(site / "downloads" / ZIP).extractall(tmp_path)
    copy = tmp_path / "tiny-book-site"

    def files(top: Path) -> dict[str, bytes]:
        found = (path for path in top.rglob("*") if path.is_file())
        return {path.relative_to(top).as_posix(): path.read_bytes() for path in found}

    packed, built = files(copy), files(site)
    assert packed.keys() == built.keys() - {f"downloads/{ZIP}"}
    assert {name for name in packed if packed[name] != built[name]} == {"book/take-along.html"}
    assert links(packed["book/take-along.html"].decode()) == [f"../downloads/{WHEEL}"]


def test_wheel_and_zip_are_equal_byte_for_byte_wherever_and_whenever_they_are_made(book, tmp_path):
    """The two builds of the tiny book hold that, too; here the files are younger."""
    for name in ("code", "README.md", "LICENSE", "pyproject.toml"):
        source, copy = book.root / name, tmp_path / "again" / name
        copy.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy)
        os.utime(copy, (2e9, 2e9))
    made = make_wheel(tmp_path / "again", tmp_path / "store")
    site = book.root / "_build" / "html"
    assert made.read_bytes() == (site / "downloads" / WHEEL).read_bytes()
    first = (site / "downloads" / ZIP).read_bytes()
    os.utime(site / "index.html", (2e9, 2e9))
    make_zip(site, site / "downloads" / ZIP)
    assert (site / "downloads" / ZIP).read_bytes() == first


def test_the_wheel_is_made_anew_only_when_something_in_it_changed(book, tmp_path):
    root = tmp_path / "root"
    shutil.copytree(book.root, root, ignore=shutil.ignore_patterns("_build", "_ext", "_static"))
    first = make_wheel(root, tmp_path / "store")
    before = first.stat().st_mtime_ns
    assert make_wheel(root, tmp_path / "store").stat().st_mtime_ns == before
    module = root / "code" / "tiny" / "arithmetic.py"
    module.write_text(module.read_text() + "\n# more\n")
    second = make_wheel(root, tmp_path / "store")
    assert second != first
    assert b"# more" in zipfile.ZipFile(second).read("tiny/arithmetic.py")


def test_a_pdf_is_offered_until_the_site_is_built_again(book, site, tmp_path):
    pdf = tmp_path / "tiny-book.pdf"
    pdf.write_bytes(b"%PDF")
    offer_print(site, pdf)
    assert "../downloads/tiny-book.pdf" in links((site / "book" / "take-along.html").read_text())
    assert (site / "downloads" / "tiny-book.pdf").read_bytes() == b"%PDF"
    assert book.build(*STRICT) == 0, book.log
    assert not (site / "downloads" / "tiny-book.pdf").exists(), "it may be another book by now"
    assert "Not in this copy of the site" in book.page("take-along").get_text()
    assert book.executed() == []
