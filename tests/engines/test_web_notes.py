"""A note on a page: the drawing, a scan in its place, and a picture that is out of date."""

import re
from pathlib import Path

import pytest

import forked
from handwriting.notes import write_all

ROOT = Path(__file__).resolve().parents[2]
NOTE = """
TITLE = "Small"
ALT = "A word is seen."
DESCRIPTION = "It says $x$."
HEIGHT = 10


def draw(note):
    note.write(3, 6, "word")
"""
CONF = """
from pathlib import Path
from types import SimpleNamespace

from literate.loading import read_contents
from web import notes, state

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "dollarmath"]


def setup(app):
    app.web = state.State(app)
    app.web.book = SimpleNamespace(docs=read_contents(Path(app.srcdir))[0])
    notes.setup(app)
    app.connect("env-get-outdated", notes.outdated)
    app.connect("env-purge-doc", state.forget_page)
"""
PAGE = "# A page\n\n(note-small)=\n## Here\n\n```{handwritten} small\n```\n"
GALLERY = "```{handwritten-gallery}\n```\n"
PIXEL = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


class Site:
    """A small site in a folder, with one note on its one page."""

    def __init__(self, root):
        self.root, self.notes = root, root / "book" / "notes"
        (self.notes / "scans").mkdir(parents=True)
        (self.notes / "small.py").write_text(NOTE)
        (root / "conf.py").write_text(CONF)
        (root / "_toc.yml").write_text("root: index\nchapters: [{file: gallery}]\n")
        (root / "_config.yml").write_text("title: A site\n")
        (root / "index.md").write_text(PAGE)
        (root / "gallery.md").write_text("---\norphan: true\n---\n# All\n\n" + GALLERY)
        assert write_all(root, None) == [self.notes / "small.svg"]  # it has no formula to find

    def build(self):
        """Build the site strictly; return the exit status, and the warnings."""
        log, machinery = self.root / "log", [ROOT / "code", ROOT / "book" / "_ext"]
        arguments = ["-qW", str(self.root), str(self.root / "_build")]
        status = forked.finish(forked.start("sphinx.cmd.build:main", arguments, log, machinery))
        return status, log.read_text(encoding="utf-8")

    def page(self, name="index"):
        """Build the site, and return a page of it with its tags on one line each."""
        assert self.build() == (0, "")
        return (self.root / "_build" / f"{name}.html").read_text(encoding="utf-8")

    def touch(self, name):
        """Let a page be read again."""
        path = self.root / name
        path.write_text(path.read_text() + "\n")

    def warning(self):
        """Build the site, and return what went wrong."""
        status, words = self.build()
        assert status != 0
        return words


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site; each test leaves its notes as they were."""
    return Site(tmp_path_factory.mktemp("site"))


def image(page):
    """The attributes of the figure's picture, and where a click on it leads."""
    found = re.search(r'<a class="[^"]*" href="([^"]+)"><img ([^>]+?) ?/>', page)
    return found[1], dict(re.findall(r'(\w+)="([^"]*)"', found[2]))


def test_a_note_opens_large_has_its_alt_text_and_says_where_it_comes_from(site):
    page = site.page()
    large, attributes = image(page)
    assert large == attributes["src"] == "_images/small.svg"
    assert attributes["alt"] == "A word is seen."
    assert "dark-light" in attributes["class"].split()
    assert "Small. Drawn for this book." in page
    assert re.search(r"The same note, typeset</p>\s*<p>It says <span class=\"math", page)
    drawn = (site.notes / "small.svg").read_bytes()
    assert (site.root / "_build" / "_images" / "small.svg").read_bytes() == drawn


def test_a_scan_that_is_put_in_is_shown_and_when_it_is_taken_out_the_drawing_is_back(site):
    scan, words = site.notes / "scans" / "small.jpg", site.notes / "scans" / "small.txt"
    scan.write_bytes(PIXEL)
    words.write_text("A page in pencil.\n")
    page = site.page()
    assert image(page)[1]["alt"] == "A page in pencil."
    assert image(page)[0] == "_images/small.jpg"
    assert "Small. The original page, scanned." in page
    assert "Drawn for this book" not in page
    scan.unlink()
    words.unlink()
    assert image(site.page())[1]["alt"] == "A word is seen."


def test_the_gallery_shows_each_note_with_a_link_to_its_place(site):
    page = site.page("gallery")
    entry = re.search(r'class="note-entry [^"]*">\s*<img alt="([^"]+)"[^>]* src="([^"]+)"', page)
    assert entry.groups() == ("A word is seen.", "_images/small.svg")
    assert re.search(r'href="index\.html#note-small"><span class="[^"]+">Small</span>', page)


def test_a_note_without_a_place_is_refused_by_the_gallery(site):
    (site.root / "index.md").write_text(PAGE.replace("(note-small)=\n", ""))
    site.touch("gallery.md")
    assert re.search(r"gallery\.md:6:note small: no page has the anchor", site.warning())
    (site.root / "index.md").write_text(PAGE)
    site.touch("gallery.md")
    site.page("gallery")


def test_a_page_whose_notes_did_not_change_is_not_read_again(site):
    read = site.root / "_build" / ".doctrees" / "index.doctree"
    before = read.stat().st_mtime_ns
    site.page()
    assert read.stat().st_mtime_ns == before


def test_what_is_wrong_with_a_note_is_said_with_the_line_of_the_page(site):
    (site.notes / "scans" / "small.jpg").write_bytes(PIXEL)
    message = r"index\.md:6:note small: the scan small\.jpg has no alt text"
    assert re.search(message, site.warning())
    (site.notes / "scans" / "small.jpg").unlink()
    (site.notes / "small.svg").write_text("<svg/>")
    message = (
        r"index\.md:6:note small: book/notes/small\.svg is not what its source draws; make notes"
    )
    assert re.search(message, site.warning())
    (site.notes / "small.py").unlink()
    message = r"index\.md:6:there is no note small: book/notes/small\.py is missing"
    assert re.search(message, site.warning())
