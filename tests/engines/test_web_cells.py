"""Weaving, held on the pages of a tiny book that is built as the real one is."""

import ast
import re
import textwrap
from dataclasses import replace
from pathlib import Path

import nbclient
import nbformat
import numpy as np
import pytest
import yaml
from bs4 import BeautifulSoup

from literate import Cell
from literate.asserts import KIND, watch
from tiny_book import CONTENTS, PAGES, STRICT, TinyBook
from web.cells import power
from web.folding import Fold, folds, is_check
from web.notebooks import inline_helpers, plain_markdown

ROOT = Path(__file__).resolve().parents[2]

NO_WORDS = """
    # A picture without words, and a cell that fails

    ```{code-cell} ipython3
    from IPython.display import SVG
    SVG('SQUARE')
    ```

    ```{code-cell} ipython3
    undefined_name("alone")
    ```
    """

DIES = """
    # A kernel that dies in its first cell

    ```{code-cell} ipython3
    import os
    os._exit(3)
    ```
    """


@pytest.fixture(scope="session")
def two_books(tmp_path_factory):
    """Two tiny books, built strictly from nothing, under two hash seeds, in different folders."""
    books = [TinyBook(tmp_path_factory.mktemp(name)) for name in ("one", "another place")]
    for book in books:
        book.tangle()
    builds = [book.start(*STRICT, afresh=book is books[0]) for book in books]
    for book, build in zip(books, builds, strict=True):
        assert book.finish(build) == 0, book.log
    return books


@pytest.fixture(scope="session")
def book(two_books):
    return two_books[0]


@pytest.fixture(scope="session")
def faulty(tmp_path_factory):
    """A book with one mistake of each kind that is found while the pages are made."""
    book = TinyBook(tmp_path_factory.mktemp("faulty"))
    book.change("02-assembled", "(eq-twice)", "(eq-nowhere)")
    book.tangle()
    book.change("index", "{frag}`twice the input`", "{frag}`twice the inptu`")
    book.change("index", ":route: 02-assembled", ":route: 02-asembled")
    book.change("01-twice", "with $x = 3$", "with $\\nosuch = 3$")
    book.change("take-along", "{taken}`pdf`", "{taken}`pfd`")
    book.write("04-alone", NO_WORDS)
    book.write("05-dies", DIES)
    more = "book/04-alone\n      - file: book/05-dies\n"
    (book.root / "_toc.yml").write_text(CONTENTS.replace("book/04-alone\n", more))
    book.change("01-twice", "y = 2 * x  # eq-twice", "y = 2 / (x - x)")
    book.change("01-twice", "a_t = \\tanh z_t", "a_t = z_t")
    assert book.build("-n") == 1, book.log
    return book


def text(node) -> str:
    return " ".join(node.get_text().split())


def cell(book, page: str, cell_id: str):
    found = book.page(page).find(id=cell_id)
    assert found, f"no {cell_id} on {page}"
    return found


# ---------------------------------------------------------------- fragments on the page


def test_a_fragment_says_its_name_and_its_uses(book):
    head = cell(book, "01-twice", "fragment-twice-the-input").find(class_="cell-head")
    assert text(head) == ("⟨twice the input⟩ ≡used in ⟨one more⟩")
    (use,) = head.find(class_="cell-notes").find_all("a")
    assert use["href"] == "02-assembled.html#fragment-one-more"


def test_a_tangled_cell_says_its_lines_and_can_be_linked_to(book):
    box = cell(book, "02-assembled", "definition-one_more_than_twice")
    assert text(box.find(class_="cell-head")) == (
        "code/tiny/arithmetic.py, lines 4–13 · how to call it"
    )
    lines = (book.root / "code" / "tiny" / "arithmetic.py").read_text().split("\n")
    assert lines[3] == '"""Arithmetic."""'


def test_a_reference_is_a_link_with_its_code_hidden_behind_a_button(book):
    box = cell(book, "02-assembled", "definition-one_more_than_twice")
    outer, inner = box.find_all(class_="fragment-use")
    assert outer.a["href"] == "#fragment-one-more"
    assert text(outer.a) == "⟨one more⟩"
    assert inner.a["href"] == "01-twice.html#fragment-twice-the-input"
    for use in (outer, inner):
        button = use.button
        body = box.find(id=button["aria-controls"])
        assert button["aria-expanded"] == "false"
        assert button.has_attr("hidden")
        assert body.has_attr("hidden")
    assert box.find(id=inner.button["aria-controls"]).get_text() == "    y = 2 * x  # eq-twice\n"


def test_copying_a_cell_copies_what_runs(book):
    box = cell(book, "02-assembled", "definition-one_more_than_twice")
    pre = box.find("pre")
    excluded = yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]["config"]
    for use in pre.select(excluded["copybutton_exclude"]):
        use.extract()
    function = ast.parse(pre.get_text()).body[1]
    lines = [ast.unparse(line) for line in function.body[1:]]
    assert lines == ["y = 2 * x", "z = y + 1", "return z"]


def test_the_role_links_to_fragments(book):
    first, second = book.page("index").select("article a .std-frag")
    assert text(first) == "⟨twice the input⟩"
    assert text(second) == "these words"
    assert first.find_parent("a")["href"] == "01-twice.html#fragment-twice-the-input"
    assert second.find_parent("a")["href"] == "02-assembled.html#fragment-one-more"


def test_the_index_of_fragments_links_to_definition_and_use(book):
    rows = book.page("fragments").select("table.fragment-index tbody tr")
    assert [[text(cell) for cell in row.find_all("td")] for row in rows] == [
        [
            "⟨one more⟩",
            "2. Assembled",
            "one_more_than_twice, chapter 2",
            "code/tiny/arithmetic.py, lines 10–12",
        ],
        ["⟨twice the input⟩", "1. Twice", "⟨one more⟩", "code/tiny/arithmetic.py, line 11"],
    ]
    assert rows[1].a["href"] == "01-twice.html#fragment-twice-the-input"


def test_the_index_of_identifiers_links_to_definition_and_use(book):
    rows = book.page("identifiers").select("table.identifier-index tbody tr")
    found = {text(row.td): [text(cell) for cell in row.find_all("td")[1:]] for row in rows}
    assert found["one_more_than_twice"] == ["chapter 2", "chapter 2, chapter 3"]
    assert found["y"][0] == "chapter 1"
    links = {text(row.td): row.find_all("a")[0]["href"] for row in rows}
    assert links["one_more_than_twice"] == "02-assembled.html#definition-one_more_than_twice"


def test_every_link_within_the_book_has_a_target(book):
    top = book.root / "_build" / "html" / "book"
    pages = {name: book.page(name) for name in PAGES}
    broken = []
    for name, page in pages.items():
        for link in page.select("article a[href]"):
            target, _, anchor = link["href"].partition("#")
            other = Path(target or f"{name}.html")
            there = pages.get(other.stem)
            if not (top / other).exists() or (anchor and there and not there.find(id=anchor)):
                broken.append(f"{name}: {link['href']}")
    assert broken == []


# ---------------------------------------------------------------- what runs


def test_the_kernel_runs_the_expansion_and_the_page_shows_the_text(book):
    page = book.page("02-assembled")
    assert "shown: 7" in text(page)
    assert "⟨one more⟩" in text(page)
    assert "<<" not in page.find("article").get_text()


def test_a_check_has_its_mark_and_hidden_code_needs_no_script(book):
    page = book.page("01-twice")
    assert "assert y == 6" in text(page.find(class_="tag_check"))
    folded = [text(fold.summary) for fold in page.find_all("details", class_="hidden-code")]
    assert folded == ["✓ 1 claim, asserted in every build", "Show the code"]
    assert page.select("div.cell.tag_check > details.hidden-code > div.cell_input")
    solution = page.find("details", class_="solution")
    assert text(solution.summary) == "Solution"
    assert "It is" in text(solution)
    assert text(page.select_one("div.exercise .admonition-title")) == "Exercise 1.1"


FOLDED = """\
import ast
import re

def f(x):
    \"""One line.

    More.
    \"""
    assert x
    return x

y = f(2)
assert y == 2  # as it was
for z in (1, 2):
    assert z
print(y)"""


def test_docstrings_imports_and_claims_are_folded_and_nothing_else():
    cell = Cell("book/x.md", 1, FOLDED)
    assert folds(cell) == [Fold(1, 2, "imports"), Fold(5, 8), Fold(13, 15, "✓ 2 claims")]
    tangled = replace(cell, options={"tangle": "a/b.py"})
    assert folds(tangled) == [Fold(1, 2, "imports"), Fold(5, 8)]
    for tags in (["check"], ["hide-input"]):
        assert folds(replace(cell, options={"tags": tags})) == [], "it is folded as a whole"
    assert folds(replace(cell, source="import ast\nx = 1")) == []


@pytest.mark.parametrize(
    ("source", "proves"),
    [
        ("assert x", True),
        ("from literate import replay\nreplay(f, shown={})", True),
        ("import ast", False),
        ("x = 1\nassert x", False),
        ("for x in y:\n    print(x)\n    assert x", False),
    ],
)
def test_what_only_proves_is_a_check(source, proves):
    assert is_check(Cell("book/x.md", 1, source)) is proves


def test_what_is_folded_is_copied_with_the_cell(book):
    html = (book.root / "_build" / "html" / "book" / "03-imported.html").read_text("utf-8")
    page = BeautifulSoup(html, "html.parser", preserve_whitespace_tags={"pre", "summary"})
    box = page.find(id="cell-3").find(class_="code-parts")
    assert [text(fold.summary) for fold in box.find_all("details")] == ['"""Say it.', "✓ 1 claim"]
    for words in box.select(".fold-says"):
        words.extract()
    assert box.get_text() == (
        'def say():\n    """Say it.\n\n    Twice.\n    """\n    return 2\n\n\n'
        "assert say() == 2\nprint(say())\n"
    )


class Shell:
    """The parts of IPython that the watch on comparisons needs."""

    def __init__(self):
        self.ast_transformers, self.listeners, self.published = [], {}, []
        self.events = self.display_pub = self

    def register(self, event, listener):
        self.listeners[event] = listener

    def publish(self, data):
        self.published.append(data[KIND])

    def run(self, source):
        self.listeners["pre_run_cell"](None)
        (transformer,) = self.ast_transformers
        tree = transformer.visit(ast.parse(source))
        exec(compile(tree, "cell", "exec"), {"np": np})
        self.listeners["post_run_cell"](None)


def test_the_largest_error_of_a_check_is_that_of_its_run():
    shell = Shell()
    watch(shell)
    shell.run(
        "error = 3e-16\n"
        "for bound in (1e-8, 1e-12):\n    assert error <= bound\n"
        "np.testing.assert_allclose([2.0, 1.0], [2.0, 1.0 + 1e-9], rtol=1e-6)\n"
        "assert error < 0.1 and np.array(error) < 1.0, 'a wide bound is no comparison'\n"
        "assert 1 < 2\n"
    )
    (noted,) = shell.published
    assert (noted["times"], noted["asserts"]) == (3, 2)
    assert noted["largest"] == pytest.approx(5e-10, rel=1e-6)
    with pytest.raises(AssertionError):
        shell.run("error = 1e-3\nassert error <= 1e-6")
    with pytest.raises(AssertionError, match="Mismatched"):
        shell.run("np.testing.assert_allclose(1.0, 2.0)")
    shell.run("x = 1\nassert x == 1")
    assert len(shell.published) == 1


def test_a_check_says_its_largest_error_as_a_person_would_write_it():
    assert [power(number) for number in ("3e-15", "0", "2e+00")] == ["3·10⁻¹⁵", "0", "2·10⁰"]


def test_hidden_code_stands_below_what_it_draws(book):
    box = book.page("01-twice").select_one("div.cell.tag_hide-input")
    kinds = [child["class"][0] for child in box.find_all(True, recursive=False)]
    assert kinds == ["cell_output", "hidden-code"]


def test_the_list_of_pages_unfolds_the_part_that_is_open(book):
    parts = book.page("02-assembled").select(".bd-docs-nav details")
    assert [(text(part.summary), part.has_attr("open")) for part in parts] == [
        ("Chapters", True),
        ("Back matter", False),
    ]
    assert text(parts[0].select_one("li.current a")) == "2. Assembled"
    assert not any(part.has_attr("open") for part in book.page("index").select("details.book-part"))


def test_the_contents_of_a_page_name_its_exercises(book):
    links = book.page("01-twice").select(".bd-sidebar-secondary nav a")
    assert [(text(link), link["href"]) for link in links] == [
        ("Exercise 1.1", "#ex-twice"),
        ("Exercise 1.2", "#ex-five"),
    ]


def test_ids_are_not_repeated_on_a_page(book):
    for name in PAGES:
        ids = [tag["id"] for tag in book.page(name).select("article [id]")]
        assert sorted(ids) == sorted(set(ids)), name


def test_chapters_figures_and_equations_are_numbered_by_chapter(book):
    page = book.page("01-twice")
    assert text(page.article.h1).startswith("1. Twice")
    assert text(page.find(class_="eqno")).startswith("(1.1)")
    assert [text(link) for link in page.select("article p a.internal")] == ["(1.1)"]
    assert "Fig. 1.1" in text(page.find("figcaption"))
    assert page.find("figure").img["alt"] == "A square."
    assert "(1.1)" in text(book.page("index").find("article"))


def test_an_unchanged_book_is_not_built_again(book):
    assert book.build(*STRICT) == 0, book.log
    assert book.executed() == []
    assert book.written() == set()


# ---------------------------------------------------------------- the download


def test_the_download_runs_with_nothing_but_the_module(book, monkeypatch, tmp_path):
    source = book.root / "_build" / "html" / "_sources" / "book" / "02-assembled.ipynb"
    notebook = nbformat.read(source, as_version=4)
    nbformat.validate(notebook)
    assert text_of_outputs(notebook) == ["shown: 7\n"]
    monkeypatch.setenv("PYTHONPATH", str(book.root / "code"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    resources = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=60, resources=resources).execute()
    assert text_of_outputs(notebook) == ["shown: 7\n"]


def test_the_download_brings_the_data_that_its_code_names(book, monkeypatch, tmp_path):
    source = book.root / "_build" / "html" / "_sources" / "book" / "03-imported.ipynb"
    notebook = nbformat.read(source, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells][1:3] == ["data-words", "data"]
    assert notebook.cells[1].source.startswith("The next cell writes `data/number.txt` beside")
    monkeypatch.setenv("PYTHONPATH", str(book.root / "code"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    resources = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=60, resources=resources).execute()
    assert text_of_outputs(notebook) == ["the module says 21\n", "the file says 8\n", "2\n"]
    (tmp_path / "data" / "number.txt").write_text("9")  # what is there stays
    nbclient.NotebookClient(notebook, timeout=60, resources=resources).execute()
    assert text_of_outputs(notebook)[1] == "the file says 9\n"


def text_of_outputs(notebook) -> list[str]:
    return [output.text for c in notebook.cells for output in c.get("outputs", [])]


def test_the_download_holds_nothing_of_the_machinery(book):
    source = book.root / "_build" / "html" / "_sources" / "book" / "01-twice.ipynb"
    raw = source.read_text()
    for word in ("literate", "file_format", "mystnb", "source_map", str(book.root), "{math}"):
        assert word not in raw, word
    assert r"\\tag{1.1}" in raw
    assert "By (1.1), with" in raw
    assert "> **Claim**" in raw
    assert [c.metadata for c in nbformat.read(source, 4).cells if c.metadata] == [
        {"tags": ["check"]},
        {"tags": ["hide-input"]},
    ]


def test_each_executed_page_offers_its_notebook(book):
    links = [a["href"] for a in book.page("01-twice").select(".dropdown-download-buttons a")]
    assert links == ["../_sources/book/01-twice.ipynb", "../_sources/book/01-twice.md"]
    assert ".ipynb" not in str(book.page("index").select(".dropdown-download-buttons a"))


def test_helpers_are_inlined_once_and_keep_their_other_names():
    seen = set()
    first = inline_helpers("from literate import replay as r\nr(len, [], shown={})", seen)
    again = inline_helpers("if True:\n    from literate import replay\n", seen)
    assert first.count("def replay(") == 1
    assert "r = replay" in first
    assert again == "if True:\n    pass"
    ast.parse(first)


def test_a_helper_in_a_package_is_inlined_too():
    text = inline_helpers("from this_book.mistakes import plant as p\np()", set())
    assert "def plant(" in text
    assert text.endswith("p = plant\np()")


class Words:
    """Stands for the book's numbers and titles."""

    def equation(self, label):
        return {"eq-a": "1.2"}[label]

    def target(self, name):
        return {"chapter": "The chapter"}[name]

    def citation(self, key):
        return {"werbos1990": "Werbos, 1990"}[key]


def test_myst_is_put_in_words_that_jupyter_shows():
    source = textwrap.dedent("""\
        (a-label)=
        See {eq}`eq-a`, {doc}`chapter`, {doc}`there <chapter>` and {frag}`a name`;
        {cite}`werbos1990`, **{index}`a carry`**, {index}`saturated <saturated unit>`.

        :::{admonition} Claim
        :class: claim

        ```{math}
        :label: eq-a
        a = b
        ```
        :::

        ```python
        {eq}`eq-a`
        ```""")
    assert plain_markdown(source, Words()) == textwrap.dedent("""\
        See (1.2), The chapter, there and ⟨a name⟩;
        [Werbos, 1990], **a carry**, saturated.

        > **Claim**
        >
        > $$
        > a = b
        > \\tag{1.2}
        > $$

        ```python
        {eq}`eq-a`
        ```""")


# ---------------------------------------------------------------- checked equations


def test_the_mark_of_an_equation_leads_to_its_row_and_the_row_back(book):
    formula = book.page("01-twice").find(id="equation-eq-twice")
    link = formula.select_one(".eqno a.equation-mark")
    assert link["href"] == "checked.html#checked-eq-twice"
    assert link["title"] == "Executed: 19 cases, largest relative error 0"
    row = book.page("checked").find(id="checked-eq-twice")
    assert row.a["href"] == f"01-twice.html#{formula['id']}"
    assert text(row.td) == "(1.1) eq-twice"
    assert text(row.find_parent("tbody").th) == "1. Twice"


def test_the_totals_are_generated(book):
    totals = text(book.page("checked").find(class_="equation-totals"))
    assert totals.startswith("1 of 1 labelled equations hold: 1 equality; 19 pairs of values")


# ---------------------------------------------------------------- the front page


def test_the_map_has_each_part_with_its_pages_and_what_they_add(book):
    the_map = book.page("index").find(class_="book-map")
    assert [text(part) for part in the_map.find_all(class_="map-part")] == [
        "Chapters",
        "Back matter",
    ]
    chapters, others = the_map.find_all("ul")
    assert [(link["href"], text(link)) for link in chapters.select(".map-page a")] == [
        ("01-twice.html", "1. Twice"),
        ("02-assembled.html", "2. Assembled"),
        ("03-imported.html", "3. Imported"),
        ("04-alone.html", "4. Alone"),
    ]
    twice, assembled, imported, alone = chapters.find_all("li")
    assert text(twice.pre) == "y = 2 * x"  # a comment is not shown
    [function] = assembled.select(".map-adds a")
    assert function["href"] == "02-assembled.html#definition-one_more_than_twice"
    assert not imported.find(class_="map-adds")
    assert str(alone.find(class_="map-adds").p) == "<p><code>x</code> &amp; nothing else</p>"
    assert others["class"] == ["map-plain"]
    assert len(others.find_all("li")) == 5


def test_the_stops_of_the_route_are_numbered_in_the_order_of_reading(book):
    stops = book.page("index").find_all(class_="map-stop")
    assert [stop["aria-label"] for stop in stops] == [
        "stop 1 of 2 on the short route",
        "stop 2 of 2 on the short route",
    ]
    assert [text(stop.find_previous("a")) for stop in stops] == ["1. Twice", "2. Assembled"]


def test_the_figures_are_those_of_the_build(book):
    figures = book.page("index").find(class_="book-figures")
    assert [text(number) for number in figures.find_all("dd")] == ["1", "19", "0", "12", "2"]
    assert len(figures.find_all("dt")) == 5


# ---------------------------------------------------------------- functions


def test_a_function_leads_to_its_equation_its_cell_and_its_fragments(book):
    entry = book.page("functions").find(id="tiny.arithmetic.one_more_than_twice")
    assert text(entry).startswith("one_more_than_twice(x)")
    said = entry.find_next_sibling("dd")
    assert text(said) == (
        "Defined in chapter 2; it holds ⟨one more⟩, chapter 2. Return 2 x + 1 (1.1)."
    )
    assert [link["href"] for link in said.select("a")] == [
        "02-assembled.html#definition-one_more_than_twice",
        "02-assembled.html#fragment-one-more",
        "01-twice.html#equation-eq-twice",
    ]


def test_the_cell_of_a_function_leads_to_how_to_call_it(book):
    head = cell(book, "02-assembled", "definition-one_more_than_twice").find(class_="cell-head")
    link = head.find("a", string="how to call it")
    assert link["href"] == "functions.html#tiny.arithmetic.one_more_than_twice"
    fragment = cell(book, "01-twice", "fragment-twice-the-input").find(class_="cell-head")
    assert "how to call it" not in text(fragment)


# ---------------------------------------------------------------- the site


def test_mathematics_is_finished_before_the_page_is_opened(book):
    page = book.page("01-twice")
    formula = page.find(class_="math-display")
    assert formula["id"] == "equation-eq-twice"
    assert formula.find(class_="math-scroll")
    assert formula.find("math").annotation.get_text() == r"a_t = \tanh z_t"
    scripts = [script["src"].lower() for script in page.select("script[src]")]
    assert not [script for script in scripts if "mathjax" in script]


def test_every_file_that_a_page_loads_is_there(two_books):
    """Also after a build with nothing to do: one of the two books was built again by then."""
    for book in two_books:
        for path in (book.root / "_build" / "html").rglob("*.html"):
            page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
            tags = page.select("link[rel=stylesheet], link[rel=preload], script[src], img[src]")
            files = {(tag.get("src") or tag["href"]).partition("?")[0] for tag in tags}
            assert not [
                f for f in files if not f.startswith("data:") and not (path.parent / f).is_file()
            ]


def test_no_page_asks_another_host_for_anything(book):
    for path in (book.root / "_build" / "html").rglob("*.html"):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        addresses = [tag.get("src") or tag.get("href") or "" for tag in page.select("[src], link")]
        assert not [a for a in addresses if re.match(r"(https?:)?//", a)], path.name
        scripts = " ".join(script.get_text() for script in page.find_all("script"))
        assert "http" not in scripts, path.name
    for path in (book.root / "_build" / "html" / "_static").rglob("*.css"):
        assert not re.search(r"url\([\"']?(https?:)?//", path.read_text("utf-8")), path.name


def test_the_page_at_the_root_is_a_whole_page(book):
    html = (book.root / "_build" / "html" / "index.html").read_text()
    page = BeautifulSoup(html, "html.parser")
    assert html.startswith("<!DOCTYPE html>")
    assert page.html["lang"] == "en"
    assert text(page.title) == "RNN from Scratch"
    assert page.a["href"] == "book/index.html"


@pytest.mark.parametrize(
    ("page", "before", "after"),
    [
        ("index", None, "01-twice"),
        ("functions", "checked", "fragments"),
        ("fragments", "functions", "identifiers"),
        ("take-along", "functions", "fragments"),  # the aside itself
        ("identifiers", "fragments", None),
    ],
)
def test_the_way_of_reading_leads_past_an_aside(book, page, before, after):
    links = {side: book.page(page).select_one(f".{side}") for side in ("left-prev", "right-next")}
    leads = [link and link["href"].removesuffix(".html") for link in links.values()]
    assert leads == [before, after]
    for link in filter(None, links.values()):
        title = book.page(link["href"].removesuffix(".html")).h1.find(string=True, recursive=False)
        assert link.select_one(".prev-next-title").text.endswith(title)  # behind its number


def test_there_is_one_search_field_outside_the_dialog(book):
    page = book.page("index")
    page.find(id="pst-search-dialog").extract()
    assert len(page.select("input[type=search]")) + len(page.select(".search-button-field")) == 1


def test_two_builds_are_equal_byte_for_byte(two_books):
    one, another = (book.site() for book in two_books)
    assert len(one) > 50
    names = one.keys() | another.keys()
    assert [name for name in sorted(names) if one.get(name) != another.get(name)] == []


def test_no_page_tells_where_it_was_built(two_books):
    for book in two_books:
        for path in (book.root / "_build" / "html").rglob("*"):
            if path.is_file():
                assert str(book.root).encode() not in path.read_bytes(), path


# ---------------------------------------------------------------- a change


def test_a_changed_fragment_runs_again_what_includes_or_imports_it(two_books):
    book = two_books[1]
    book.change("01-twice", "y = 2 * x  # eq-twice", "y = 2 * x + 0  # eq-twice")
    book.change("02-assembled", "z = y + 1", "three = 3\nz = y + three")
    book.tangle()
    assert book.build(*STRICT) == 0, book.log
    assert book.executed() == ["01-twice", "02-assembled", "03-imported"]
    assert "the module says 23" in text(book.page("03-imported"))
    assert "lines 10–13" in text(book.page("fragments"))
    notes = text(cell(book, "02-assembled", "definition-one_more_than_twice"))
    assert "lines 4–14" in notes
    assert "y = 2 * x + 0" in notes


MOVES = """
```{math}
:label: eq-moves
J = \\ln e^J
```
"""


def test_changed_data_run_again_what_names_them(two_books):
    book = two_books[1]
    (book.root / "book" / "data" / "number.txt").write_text("10")
    book.change("functions", "# Functions\n", f"# Functions\n{MOVES}")
    assert book.build(*STRICT) == 0, book.log
    assert book.executed() == ["03-imported"]
    assert "the file says 10" in text(book.page("03-imported").article)


def test_a_new_title_and_an_equation_that_moved_reach_each_page_and_run_no_other(two_books):
    book = two_books[1]
    book.change("functions", MOVES, "")
    book.change("01-twice", "# Twice\n", f"# Doubled\n{MOVES}")
    assert book.build(*STRICT) == 0, book.log
    assert book.executed() == ["01-twice"]
    assert "Not by (1.2) of Doubled." in text(book.page("04-alone"))
    rows = book.page("checked").select("table.equation-index tr[id]")
    assert [text(row.td) for row in rows] == ["(1.1) eq-moves", "(1.2) eq-twice"]
    for page in ("03-imported", "fragments"):
        assert "Doubled" in text(book.page(page).find(class_="bd-sidebar-primary"))


# ---------------------------------------------------------------- mistakes


def test_a_misspelt_fragment_in_prose_is_told_with_its_line(faulty):
    assert re.search(r"book/index\.md:3: WARNING: .*twice the inptu", faulty.log)


def test_a_map_with_a_stop_at_no_page_is_told_with_its_line(faulty):
    where = faulty.line("index", "```{book-map}").replace(".", r"\.")
    fault = "the map names 02-asembled, and _toc.yml has no such page"
    assert re.search(rf"{where}: ERROR: {fault}", faulty.log)


def test_a_thing_that_cannot_be_taken_along_is_told_with_its_line(faulty):
    assert re.search(r"take-along\.md:3: WARNING: no pfd to take along; .* pdf", faulty.log)


def test_an_unknown_macro_is_told_with_its_line(faulty):
    place = faulty.line("01-twice", "By {eq}`eq-twice`, with $\\nosuch = 3$:")
    assert f"{place}: WARNING: formula cannot be typeset: " in faulty.log
    assert r"Undefined control sequence: \nosuch" in faulty.log


def test_a_wrong_equation_is_told_with_chapter_line_and_column(faulty):
    place = faulty.line("01-twice", "a_t = z_t")
    fault = "eq-twice: the two sides of = differ in 6 of 6 cases"
    assert f"WARNING: {place}:1: {fault}" in faulty.log
    link = faulty.page("01-twice").select_one("a.equation-mark.fault")
    assert link["title"] == "Fails: the two sides of = differ in 6 of 6 cases"


def test_a_docstring_that_cites_no_equation_of_the_book_is_told(faulty):
    where = r"arithmetic\.py:docstring of tiny\.arithmetic\.one_more_than_twice:1"
    assert re.search(rf"{where}: WARNING: equation not found: eq-nowhere", faulty.log)


def test_a_picture_without_words_is_told(faulty):
    assert re.search(r"04-alone\.md:8: WARNING: a picture has no alternative text", faulty.log)


def test_a_failing_cell_is_told_with_chapter_and_line(faulty):
    place = faulty.line("04-alone", 'undefined_name("alone")')
    assert f"{place}: WARNING: a cell fails: NameError: name 'undefined_name'" in faulty.log


def test_a_kernel_that_dies_is_told_with_the_cell_that_it_ran(faulty):
    place = faulty.line("05-dies", "import os")
    assert f"{place}: WARNING: a cell fails: DeadKernelError: Kernel died" in faulty.log


def test_a_cell_that_fails_in_a_fragment_of_another_chapter_names_that(faulty):
    place = faulty.line("01-twice", "y = 2 / (x - x)")
    cell = faulty.line("02-assembled", "<<twice the input>>")
    assert (
        f"{place} <<twice the input>>: WARNING: a cell fails: ZeroDivisionError: division by zero\n"
        f"    in the cell at {cell}\n    at {place} <<twice the input>>: y = 2 / (x - x)\n"
    ) in faulty.log


def test_code_that_is_not_what_the_chapters_say_is_told(faulty):
    assert re.search(r"WARNING: .*code/tiny/arithmetic\.py.*`make tangle`", faulty.log, re.DOTALL)


def test_a_warning_is_not_forgotten_by_the_next_build(faulty):
    assert faulty.build(*STRICT) == 1
    assert "a cell fails: NameError" in faulty.log
    assert r"Undefined control sequence: \nosuch" in faulty.log
    assert "03-imported" not in faulty.executed()


def test_a_misspelt_reference_ends_the_build_with_its_line(tmp_path):
    book = TinyBook(tmp_path)
    book.change("02-assembled", "<<twice the input>>", "<<twice teh input>>")
    assert book.build() != 0
    place = book.line("02-assembled", "<<twice teh input>>")
    assert re.search(rf"{place}: .*<<twice teh input>>.*<<twice the input>>", book.log)


# ---------------------------------------------------------------- the real book's contents


def test_chapters_are_numbered_in_the_order_of_their_files():
    """Pages without a number may stand between them; nothing says the numbers to a reader."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    numbered = [
        chapter["file"]
        for part in contents["parts"]
        if part.get("numbered")
        for chapter in part["chapters"]
    ]
    files = [int(match[1]) for name in numbered if (match := re.match(r"book/(\d\d)-", name))]
    assert files == list(range(1, len(files) + 1))
    assert len(files) > 15
