"""Another book, of another network, uses the engines: no line of ``this_book`` is in its folder."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from equations import Equation, Lookup, check_book, check_equation, read_equations
from handwriting import write_all
from literate import check, load_book
from tiny_book import PROJECT, ROOT, TinyBook, settings_of_a_book_without_a_past

SECOND = Path(__file__).with_name("second_book")
CHAPTER = "book/01-a-perceptron.md"
WRONG = {  # by its line in the chapter: what the book says, and what is wrong
    r"\frac{\partial E}{\partial y} = e = \frac{1}{m} \left( y - t \right)": (r"\frac{1}{m} ", ""),
    r"\frac{\partial E}{\partial (u)_{ik}} = [(u)_{ik} > 0] (W_2^{\top} e)_{ik}": (
        *("[(u)_{ik} > 0]", "[(h)_{ik} < 1]"),
    ),
}


class SecondBook(TinyBook):
    """The second book in a folder, with the engines and the settings of the first one."""

    def __init__(self, root: Path):
        self.root, self.log = root, ""
        ignored = shutil.ignore_patterns("__pycache__", "this_book")
        shutil.copytree(SECOND, root, dirs_exist_ok=True)
        shutil.copytree(ROOT / "book/_ext", root / "book/_ext", ignore=ignored, dirs_exist_ok=True)
        shutil.copytree(ROOT / "book/_static", root / "book/_static")
        settings, this = settings_of_a_book_without_a_past(), "this_book.symbols"
        assert settings.count(this) == 1
        (root / "_config.yml").write_text(settings.replace(this, "perceptron.symbols"), "utf-8")
        (root / "pyproject.toml").write_text(PROJECT.replace("tiny", "second"))
        for name in ("README.md", "LICENSE", "book/references.bib"):
            (root / name).write_text("")

    def plant(self) -> list[str]:
        """Plant the mistakes; return the places of their lines."""
        for line, (right, wrong) in WRONG.items():
            self.change("01-a-perceptron", line, line.replace(right, wrong))
        return [
            self.line("01-a-perceptron", line.replace(*change)) for line, change in WRONG.items()
        ]

    def mend(self) -> None:
        shutil.copy(SECOND / CHAPTER, self.root / CHAPTER)


def equations_of(root):
    return read_equations(root, [CHAPTER])


def notation_of(root):
    symbols = runpy.run_path(str(root / "book/_ext/perceptron/symbols.py"))
    return symbols["read_notation"](root)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The second book, tangled, its note drawn; it is built with mistakes, and then without."""
    book = SecondBook(tmp_path_factory.mktemp("second"))
    book.tangle()
    write_all(book.root, Lookup(equations_of(book.root), notation_of(book.root)).find)
    return book


@pytest.fixture(scope="module")
def notation(book):
    return notation_of(book.root)


def test_it_has_no_line_of_this_book(book):
    assert not list(book.root.rglob("*this_book*"))
    sources = [*book.root.rglob("*.py"), *book.root.rglob("*.yml")]
    naming = [path.name for path in sources if "this_book" in path.read_text("utf-8")]
    assert naming == []


def test_its_equations_hold_in_its_own_symbols(book, notation):
    results = check_book(equations_of(book.root), notation)
    assert [str(result) for result in results if result.fault] == []
    kinds = {result.label: result.kind for result in results}
    assert kinds.pop("eq-loss") == "bound"
    assert set(kinds.values()) == {"equality"}
    assert {result.label: result.worlds for result in results}["eq-by-targets"] == 1
    assert all(result.cases > 1 for result in results)


@pytest.mark.parametrize("symbol", [r"\hat y_t", "W_{aa}", r"\delta_t", "s"])
def test_the_symbols_of_the_first_book_are_unknown_in_it(notation, symbol):
    result = check_equation(Equation("eq-x", f"{symbol} = 1", CHAPTER, 1), notation)
    assert result.fault.startswith("unknown symbol")


def test_the_table_of_its_notation_page_is_the_one_that_the_checker_reads(book, tmp_path):
    root = shutil.copytree(book.root, tmp_path / "copy")
    page = root / "book/notation.md"
    page.write_text(page.read_text("utf-8").replace("| $E$ |", "| $F$ |"), "utf-8")
    notation = notation_of(root)
    faults = {result.label: result.fault for result in check_book(equations_of(root), notation)}
    assert faults["eq-loss"] == "unknown symbol E"
    assert faults["eq-hidden-index"] is None
    result = check_equation(Equation("eq-x", "F = 1", CHAPTER, 1), notation)
    assert result.fault == "F is in the table of symbols, but no world has a value for it"


def test_it_is_tangled(book):
    assert check(load_book(book.root)) == []
    code = "from perceptron_from_scratch.layers import loss_and_gradients as f; print(f.__name__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(book.root / "code")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "loss_and_gradients\n"


def test_it_is_woven_and_two_wrong_equations_stop_the_build_until_they_are_mended(book, notation):
    places = book.plant()
    results = check_book(equations_of(book.root), notation)
    wrong = [result.place.rpartition(":")[0] for result in results if result.fault]
    assert wrong == places
    assert book.build("-W", "-n", "--keep-going") != 0
    for place, label in zip(places, ("eq-dy", "eq-du"), strict=True):
        assert f"{place}:" in book.log
        assert f"{label}: the two sides of = differ in" in book.log
    assert book.log.count("the two sides of = differ") == 2
    book.mend()
    assert book.build("-W", "-n", "--keep-going") == 0, book.log
    page = book.page("01-a-perceptron")
    marks = [mark.get_text() for mark in page.select("a.equation-mark")]
    assert marks == ["✓", "✓", "≤", "✓", "✓", "✓", "✓"]
    printed = page.select(".cell_output pre")[-1].get_text().split()
    assert printed[2].rstrip(",") == printed[-1]
    assert page.select_one("figure.handwritten img")["src"].endswith("the-kink.svg")
    checked = book.page("checked").get_text()
    assert "7 of 7 labelled equations hold" in checked
    assert "both layers; 2 perceptrons" in checked
    assert "both layers; 1 perceptron" in checked
    assert "network" not in checked
