"""The print edition before it is printed: one document of a few pages, and its page numbers."""

import textwrap

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from literate.loading import read_parts
from web.browser import NoBrowser, find
from web.print.assembling import assemble, resolve
from web.print.packing import TOGETHER, pack, rounded
from web.print.printing import Unsettled, fill, settle

SETTINGS = {"title": "Tiny & all", "author": "We", "copyright": "2026 we"}
HEAD = '<link rel="stylesheet" href="../_static/book.css?v=1"><script src="../x.js"></script>'
MORE = '<link rel="stylesheet" href="../_static/explorables/kit.css">'
PAGES = {
    "index": """
        <section id="tiny"><h1>Tiny<a class="headerlink" href="#tiny">#</a></h1>
        <p><a class="reference" href="01-one.html">One</a>,
        <a href="01-one.html#equation-eq-a">(1.1)</a>, <a href="https://example.org/x">there</a>,
        <a href="../search.html">search</a>, <span class="no-pdf">missing</span></p></section>""",
    "01-one": """
        <section id="one"><h1><span>1. </span>One</h1><h2 id="run">Run</h2>
        <div id="equation-eq-a">a</div>
        <div class="cell" id="cell-1"><a class="fragment-link" href="#fragment-f">⟨f⟩</a>
        <button>+</button></div>
        <div class="cell" id="fragment-f"><a class="fragment-link" href="#fragment-f">⟨f⟩</a></div>
        <img alt="A plot." src="../_images/a.svg"/>
        <div class="exercise admonition" id="ex-one">
        <p class="admonition-title"><span class="caption-number">Exercise 1.1 </span></p></div>
        <details class="admonition solution" id="sol-one">
        <summary class="admonition-title">Solution</summary><p>Eight, by
        <a href="index.html#tiny">Tiny</a>.</p></details>
        <p>The end.</p></section>""",
    "02-two": """
        <section id="run"><h1>2. Two</h1><p><a class="fragment-link"
        href="01-one.html#fragment-f">⟨f⟩</a></p>
        <figure class="explorable"><button>0.5</button></figure>
        <div class="note-gallery"><div class="note-entry"><img src="../_images/n.svg"/>
        <p><a href="01-one.html#equation-eq-a">Note</a></p></div></div>
        <figure class="explorable"><div class="bench-editor"><b id="line">x</b></div></figure>
        <p><a href="#line">a line to edit</a></p>
        <details class="handwritten-text"><p>Typed.</p></details>
        <section id="end"><h2>End</h2><p>w</p><p>x</p><p>y</p><p>z</p></section></section>""",
}
TOC = """
    root: book/index
    parts:
      - caption: I · Part
        numbered: 1
        chapters: [{file: book/01-one}, {file: book/02-two}]
    """


@pytest.fixture
def root(tmp_path):
    (tmp_path / "_toc.yml").write_text(textwrap.dedent(TOC), "utf-8")
    folder = tmp_path / "site" / "book"
    folder.mkdir(parents=True)
    for name, article in PAGES.items():
        head = HEAD + (MORE if name == "02-two" else "")
        page = f'<html><head>{head}</head><body><article class="bd-article">{article}</article>'
        (folder / f"{name}.html").write_text(page, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("contents", "parts"),
    [
        ("root: a\n", [("", ["a"])]),
        ("root: a\nchapters: [{file: b.md}, {file: c}]\n", [("", ["a"]), ("", ["b", "c"])]),
        (
            "parts:\n- chapters: [{file: b, sections: [{file: c}]}]\n  caption: B\n"
            "- chapters: [{file: d}]\nroot: a\n",
            [("", ["a"]), ("B", ["b", "c"]), ("", ["d"])],
        ),
    ],
)
def test_the_parts_of_the_contents(tmp_path, contents, parts):
    (tmp_path / "_toc.yml").write_text(contents)
    assert read_parts(tmp_path) == parts


@pytest.fixture
def document(root):
    return assemble(root / "site", read_parts(root), SETTINGS)


@pytest.fixture
def page(document):
    return BeautifulSoup(document, "html.parser")


def text(tag):
    return " ".join(tag.get_text().split())


def test_ids_are_unique_and_every_link_inside_has_its_target(page):
    ids = [tag["id"] for tag in page.select("[id]")]
    assert {"book.01-one--run", "book.02-two--run"} <= set(ids)
    assert len(ids) == len(set(ids))
    inside = [a["href"] for a in page.select("a[href]") if a["href"][0] == "#"]
    assert set(inside) >= {"#book.01-one", "#book.01-one--equation-eq-a", "#book.index--tiny"}
    assert {href[1:] for href in inside} <= set(ids)
    outside = {a["href"] for a in page.select("a[href]") if a["href"][0] != "#"}
    assert outside == {"https://example.org/x"}
    assert "search" in text(page), "the words stay when there is nothing to lead to"


def test_nothing_is_left_that_only_a_screen_can_use(page):
    assert page.select("button:not(.explorable *), script, .headerlink") == []
    assert "missing" not in text(page)
    assert "this file" in text(page)


def test_the_contents_name_each_chapter_in_order_under_its_part(page):
    contents = page.select_one(".book-contents")
    assert text(contents) == "Contents Tiny I · Part 1. One 2. Two Solutions"
    numbers = [place["data-page-of"] for place in contents.select(".page-number")]
    assert numbers == ["book.index", "book.01-one", "book.02-two", "solutions"]


def test_headings_stand_below_their_part_so_that_the_bookmarks_do(page):
    headings = [(tag.name, text(tag)) for tag in page.select("h1, h2, h3")]
    assert headings == [
        ("h1", "Tiny & all"),
        ("h1", "Contents"),
        ("h1", "Tiny"),
        ("h1", "I · Part"),
        ("h2", "1. One"),
        ("h3", "Run"),
        ("h2", "2. Two"),
        ("h3", "End"),
        ("h1", "Solutions"),
        ("h2", "1. One"),
    ]


def test_a_space_of_a_heading_is_one_that_chromium_keeps_where_the_line_ends(document):
    assert ">2.\u2005Two</h2>" in document
    assert ">2. Two</a>" in document, "elsewhere a usual one will do"


def test_solutions_stand_at_the_end_and_exercise_and_solution_name_each_others_page(page):
    assert page.select_one("#book\\.01-one .solution") is None
    solution = page.select_one("#solutions #book\\.01-one--sol-one")
    assert text(solution) == "Solution of Exercise 1.1, page Eight, by Tiny."
    assert solution.a["href"] == "#book.01-one--ex-one"
    exercise = page.find(id="book.01-one--ex-one")
    assert text(exercise) == "Exercise 1.1 Solution, page"
    assert exercise.a["href"] == "#book.01-one--sol-one"


def test_a_fragment_is_named_with_its_page_but_not_where_it_stands(page):
    def numbered(place):
        return [tag["data-page-of"] for tag in place.select(".page-number")]

    target = "book.01-one--fragment-f"
    assert numbered(page.find(id="book.01-one--cell-1")) == [target]
    assert numbered(page.select_one("#book\\.02-two p")) == [target]
    assert numbered(page.find(id=target)) == []


def test_pictures_and_styles_come_from_the_site(page, root):
    site = root / "site"
    assert page.img["src"] == (site / "_images" / "a.svg").as_uri()
    sheets = ("book.css", "explorables/kit.css")  # of any page, each once
    assert [link["href"] for link in page.select("link")] == [
        (site / "_static" / sheet).as_uri() for sheet in sheets
    ]


def test_buttons_go_but_those_that_hold_a_number(page):
    assert [button.string for button in page.select("button")] == ["0.5"]


def test_a_note_stands_in_its_chapter_only_and_the_gallery_says_where(page):
    entry = page.select_one(".note-entry")
    assert entry.img is None
    assert text(entry) == "Note, page"
    assert entry.select_one(".page-number")["data-page-of"] == "book.01-one--equation-eq-a"
    assert not page.select_one("details.handwritten-text").has_attr("open")


def test_what_could_be_edited_is_left_out_and_its_links_lead_to_its_page(page):
    assert page.select(".bench-editor") == []
    link = page.find("a", string="a line to edit")
    assert link["href"] == "#book.02-two"


def test_the_last_blocks_of_a_page_stay_together(page):
    end = page.select_one("#book\\.02-two .page-end")
    assert [text(block) for block in end.find_all(True, recursive=False)] == ["x", "y", "z"]


def test_each_chapter_has_a_running_head(document):
    assert '@page book-01-one { @top-center { content: "1. One"; } }' in document


def test_an_address_is_resolved_from_its_page():
    assert resolve("book/a", "#x") == ("book/a.html", "x")
    assert resolve("book/a", "../_images/b%20c.svg?v=1") == ("_images/b c.svg", "")
    assert resolve("book/a", "//elsewhere.org/x") is None


class Press:
    """Stands for Chromium: numbers move the page that follows when they get longer."""

    def __init__(self, monkeypatch, found):
        self.found, self.documents = list(found), []
        monkeypatch.setattr("web.print.printing.pages_of", lambda _: self.found.pop(0))

    def __call__(self, document):
        self.documents.append(document)


def test_the_book_is_printed_until_its_numbers_are_those_of_the_print(document, monkeypatch):
    names = ["book.index", "book.01-one", "book.02-two", "solutions"]
    names += [
        f"book.01-one--{name}" for name in ("equation-eq-a", "fragment-f", "sol-one", "ex-one")
    ]
    first, then = dict.fromkeys(names, 9), dict.fromkeys(names, 10)
    press = Press(monkeypatch, [first, then, then])
    settle(document, press)
    assert len(press.documents) == 3
    assert press.documents[-1] == fill(document, then)
    last = BeautifulSoup(press.documents[-1], "html.parser")
    assert {tag.get_text() for tag in last.select(".page-number")} == {"10"}


def test_numbers_that_never_settle_are_told(monkeypatch):
    press = Press(monkeypatch, [{"x": number} for number in range(9)])
    with pytest.raises(Unsettled, match="did not settle in 4 prints"):
        settle("", press)
    assert len(press.documents) == 4


def test_a_missing_browser_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(NoBrowser, match=r"no program no-such-browser.*apt install chromium"):
        find()


CONTENT = b"0 .99999999 -.1 0 3.14159265 0 cm\n-.00049 61957.992 m\n1.25 2.3333333 .5 1 1 1 c"


@pytest.fixture
def pdf(tmp_path):
    """Two pages with a drawing, a title, and more objects than fit into one stream."""
    writer = PdfWriter()
    for _ in range(2):
        content = DecodedStreamObject()
        content.set_data(CONTENT)
        page = writer.add_blank_page(100, 100)
        page[NameObject("/Contents")] = writer._add_object(content.flate_encode())
    for number in range(TOGETHER + 1):
        tag = DictionaryObject({NameObject("/T"): TextStringObject(f"({number}) δ")})
        page[NameObject(f"/T{number}")] = writer._add_object(tag)
    writer.add_metadata({"/Title": "Tiny"})
    writer.add_outline_item(title="Two", page_number=1)
    writer.write(made := tmp_path / "a.pdf")
    return made


def test_a_packed_pdf_says_the_same_in_fewer_bytes(pdf):
    size = pdf.stat().st_size
    pack(pdf)
    packed = PdfReader(pdf, strict=True)
    assert packed.metadata["/Title"] == "Tiny"
    assert [packed.get_destination_page_number(each) for each in packed.outline] == [1]
    assert packed.pages[1]["/MediaBox"] == [0, 0, 100, 100]
    tags = [packed.pages[1][f"/T{number}"]["/T"] for number in range(TOGETHER + 1)]
    assert tags == [f"({number}) δ" for number in range(TOGETHER + 1)]
    assert [page.get_contents().get_data() for page in packed.pages] == 2 * [rounded(CONTENT)]
    assert pdf.stat().st_size < size / 2


def test_what_is_drawn_is_rounded_and_where_it_is_put_is_not():
    assert rounded(CONTENT).split(b"\n") == [
        b"0 .99999999 -.1 0 3.14159265 0 cm",
        b"0 61957.99 m",
        b"1.25 2.33 .5 1 1 1 c",
    ]
    assert rounded(b"5.7759247 0 Td <0048> Tj") == b"5.776 0 Td <0048> Tj"
    assert rounded(b"1 0 0 -1 26.328125 103470 Tm") == b"1 0 0 -1 26.328 103470 Tm"
    assert rounded(b"(1.23456 0 Td) Tj") == b"(1.23456 0 Td) Tj", "what is said stays"
