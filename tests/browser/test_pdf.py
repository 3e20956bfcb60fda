"""The print edition, printed by a real browser from the built site."""

import fcntl
import functools
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from literate.loading import read_parts
from web.browser import find
from web.print.assembling import read_page
from web.print.printing import print_html

ROOT = Path(__file__).resolve().parents[2]
PRINT = ROOT / "_build" / "print" / "book.html"


@pytest.fixture(scope="module")
def pdf(testrun_uid):
    """The print edition, printed once a run, by whichever of its processes comes first."""
    PRINT.parent.mkdir(parents=True, exist_ok=True)
    by = PRINT.with_name("by")
    with PRINT.with_name("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not by.is_file() or by.read_text() != testrun_uid:
            by.unlink(missing_ok=True)
            print_site()
            by.write_text(testrun_uid)
    return PdfReader(ROOT / "_build" / "rnn-from-scratch.pdf")


def print_site():
    command = [sys.executable, "-m", "web.print", str(ROOT)]
    paths = os.environ | {"PYTHONPATH": str(ROOT / "book" / "_ext")}
    done = subprocess.run(command, env=paths, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def text(pdf, page):
    return " ".join(pdf.pages[page - 1].extract_text().split())


def first_pages(pdf):
    """The page of each title of the outline, where it stands first."""
    pages = {}
    for _, title, page in bookmarks(pdf):
        pages.setdefault(title, page)
    return pages


def bookmarks(pdf, level=0, among=None):
    """Yield (level, title, page from 1) of the outline."""
    for entry in pdf.outline if among is None else among:
        if isinstance(entry, list):
            yield from bookmarks(pdf, level + 1, entry)
        else:
            yield level, " ".join(entry.title.split()), pdf.get_destination_page_number(entry) + 1


@functools.cache
def chapters():
    contents = read_parts(ROOT)
    names = [name for _, names in contents for name in names]
    return [read_page(ROOT / "_build" / "html", name)[0].title for name in names]


def test_the_bookmarks_are_parts_chapters_and_their_sections_in_order(pdf):
    marks = list(bookmarks(pdf))
    parts = [caption for caption, _ in read_parts(ROOT) if caption]
    tops = [title for level, title, _ in marks if level == 0]
    assert tops == ["RNN from Scratch", "Contents", chapters()[0], *parts, "Solutions"]
    below = {title for level, title, _ in marks if level == 1}
    assert set(chapters()[1:]) <= below
    assert all(first[2] <= second[2] for first, second in pairwise(marks))


def test_the_contents_say_on_which_page_each_chapter_is(pdf):
    pages = first_pages(pdf)
    tops = [page for level, _, page in bookmarks(pdf) if level == 0]  # title page, contents, text
    contents = " ".join(text(pdf, page) for page in range(tops[1], tops[2]))
    for title in [*chapters()[1:], "Solutions"]:
        assert re.search(rf"{re.escape(title)} {pages[title]}\b", contents), title
    assert f"{pages['Solutions']} Solutions" in text(pdf, pages["Solutions"]), "foot, then text"


def test_every_link_inside_has_its_page_and_the_others_lead_to_the_web(pdf):
    inside = 0
    for page in pdf.pages:
        for note in page.get("/Annots") or []:
            link = note.get_object()
            if "/Dest" in link:
                assert str(link["/Dest"]) in pdf.named_destinations, link["/Dest"]
                inside += 1
            elif "/A" in link:
                assert link["/A"]["/URI"].startswith("https://"), link["/A"]
    assert inside > 500


def test_a_formula_has_the_number_that_it_has_on_the_site(pdf):
    title = next(title for title in chapters() if title.startswith("9. "))
    assert "(9.1)" in text(pdf, first_pages(pdf)[title])


BELOW = """[...document.querySelectorAll(".math-display:has(.eqno)")].filter((box) =>
    box.querySelector(".eqno").getBoundingClientRect().top
        >= box.querySelector(".math-scroll").getBoundingClientRect().bottom - 2
    ).map(({ id }) => id)"""


def test_the_number_of_a_formula_stands_beside_it(pdf, browser):
    page = browser.new_page(viewport={"width": 673, "height": 960})  # the text of A4
    page.emulate_media(media="print")
    page.goto(PRINT.as_uri())
    assert page.locator(".math-display .eqno").count() > 100
    assert page.evaluate(BELOW) == []
    page.close()


PAGES, BYTES, LINES = 200, 8_000_000, 3  # before the appendices; of the file; least on a page


def test_the_book_is_one_volume_and_no_heavy_file(pdf):
    """What is looked up, and not read, is not counted."""
    assert 100 < first_pages(pdf)["Reference"] - 1 <= PAGES
    assert (ROOT / "_build" / "rnn-from-scratch.pdf").stat().st_size <= BYTES


SHOWN = 1_000  # glyphs, each shown by itself or a few at once: five lines have fewer


def nearly_empty(pdf):
    """The pages without a picture that have fewer lines than three, below their running head."""
    found = []
    for number, page in enumerate(pdf.pages, 1):
        if page.get_contents().get_data().count(b" Tj\n") > SHOWN:
            continue
        lines = [line for line in page.extract_text().split("\n") if line.strip()]
        heads = 2 if number > 1 else 0  # its running head and its number
        drawn = page.get_contents().get_data().count(b" c\n") > 50
        if len(lines) - heads < LINES and not drawn:
            found.append((number, lines))
    return found


def test_no_page_is_nearly_empty(pdf):
    assert nearly_empty(pdf) == []


def test_a_nearly_empty_page_would_be_found(tmp_path):
    html, made = tmp_path / "a.html", tmp_path / "a.pdf"
    style = (
        "<style>@page { @top-center { content: 'A' } @bottom-center { content: counter(page) } }"
    )
    rows = ["<p>one<p>two<p>three", "<p>one<p>two", "<p>one<p>two<p>three<p>four"]
    pages = "".join(f'<div style="break-after: page">{each}</div>' for each in rows)
    html.write_text(f"{style}</style>{pages}", "utf-8")
    print_html(find(), html, made)
    assert [number for number, _ in nearly_empty(PdfReader(made))] == [2]


def test_solutions_stand_at_the_end_only(pdf):
    first = first_pages(pdf)["Solutions"]
    solutions = {
        name: pdf.get_destination_page_number(place) + 1
        for name, place in pdf.named_destinations.items()
        if "solution" in name.partition("--")[2]
    }
    assert len(solutions) >= len(list((ROOT / "book").glob("[0-9][0-9]-*.md"))) > 15
    assert {name: page for name, page in solutions.items() if page < first} == {}


def test_the_first_page_has_a_drawing(pdf):
    drawn = pdf.pages[0].get_contents().get_data()
    assert drawn.count(b" c\n") > 1000, "curves; the letters are those of a font"


def test_plots_are_drawn_and_not_photographed(pdf):
    """Only what is made of pixels on the site, a matrix as a picture, is made of pixels here."""
    rasters = {
        thing.indirect_reference.idnum
        for page in pdf.pages
        for thing in (x.get_object() for x in page["/Resources"].get("/XObject", {}).values())
        if thing["/Subtype"] == "/Image"
    }
    drawings = (ROOT / "_build" / "html" / "_images").glob("*.svg")
    assert len(rasters) <= sum(svg.read_text("utf-8").count("<image ") for svg in drawings)


def test_the_book_is_set_in_its_own_fonts(pdf):
    fonts = [
        font.get_object()
        for page in pdf.pages
        for font in page["/Resources"].get("/Font", {}).values()
    ]
    named = {str(font["/BaseFont"]) for font in fonts if "/BaseFont" in font}
    drawn = {str(font["/FontDescriptor"]["/FontName"]) for font in fonts if "/CharProcs" in font}
    for family in ("KaTeX_Main-Regular", "KaTeX_Math-Italic", "SourceSerif4-Regular"):
        assert any(name.endswith(family) for name in named | drawn), family


def test_the_print_holds_neither_date_nor_path(pdf):
    """That two prints have everything at the same place is seen by whoever prints: settle."""
    assert pdf.metadata["/CreationDate"].startswith("D:20000101")
    assert bytes(ROOT) not in (ROOT / "_build" / "rnn-from-scratch.pdf").read_bytes()
