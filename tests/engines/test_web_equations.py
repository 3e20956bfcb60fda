"""A checked equation gets its mark on the page, and one that is unchanged is not checked again."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

import equations.checking
from equations import Equation, Notation, check_book, check_equation, read_equations, summarize
from this_book.symbols import EVERY_STEP_COUNTS, PAGE, read_notation
from web.equations import equation_table, mark, method, powers

ROOT = Path(__file__).resolve().parents[2]
NAMES = SimpleNamespace(
    url="{1} from {0}".format,
    title="Chapter {}".format,
    anchor="equation-{}".format,
    equation="4.{}".format,
)
TRUE = r"a_t = \tanh z_t"
BOUND = r"\lVert g \rVert \ge 0"
EXEMPT = "% unchecked: an asymptotic statement\nT \\to \\infty"
WRONG = "a_t = z_t"


@pytest.fixture(scope="module")
def notation():
    return read_notation(ROOT)


@pytest.fixture
def results(notation):
    sources = {"eq-true": TRUE, "eq-bound": BOUND, "eq-exempt": EXEMPT, "eq-wrong": WRONG}
    return {
        label: check_equation(Equation(label, latex, "book/x.md", 10), notation)
        for label, latex in sources.items()
    }


def html(text):
    return BeautifulSoup(text, "html.parser")


# ---- what was checked, in words --------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "sign", "title"),
    [
        ("eq-true", "✓", "Executed: 19 cases, largest relative error 0"),
        ("eq-bound", "≤", "Holds in 103 cases, not pinned"),
        ("eq-exempt", "○", "Not checked: an asymptotic statement"),
        ("eq-wrong", "✗", "Fails: the two sides of = differ in 6 of 6 cases"),
    ],
)
def test_a_mark_says_what_came_and_leads_to_the_row(results, label, sign, title):
    link = html(mark(results[label], "checked.html")).a
    assert link["href"] == f"checked.html#checked-{label}"
    assert link.get_text() == sign
    assert link["title"] == link["aria-label"] == title


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("eq-true", "forward pass; 3 networks"),
        (
            "eq-bound",
            "bound: complex step, forward pass; 3 networks and 100 draws; holds, not pinned",
        ),
        ("eq-exempt", "not checked: an asymptotic statement"),
        ("eq-wrong", "fails: the two sides of = differ in 6 of 6 cases"),
    ],
)
def test_the_method_is_said(results, label, words):
    assert method(results[label]) == words


def test_the_table_has_a_row_for_each_equation_with_a_link_back(results):
    page = html(equation_table(list(results.values()), NAMES, "book/checked.md"))
    rows = page.find_all("tr", id=True)
    assert [row["id"] for row in rows] == [f"checked-{label}" for label in results]
    assert [row.a["href"] for row in rows] == [
        f"book/x.md from book/checked.md#equation-{label}" for label in results
    ]
    assert rows[0].a.get_text() == "(4.eq-true)"
    figures = [[cell.get_text() for cell in row.find_all("td")[2:]] for row in rows]
    assert figures == [["19", "0"], ["103", ""], ["", ""], ["6", "7 · 10−1"]]
    assert page.find("th", scope="rowgroup").get_text() == "Chapter book/x.md"


def test_small_numbers_are_written_as_powers():
    assert powers("from 3e-16 to 2e+05 & 0") == (
        "from 3 · 10<sup>−16</sup> to 2 · 10<sup>5</sup> &amp; 0"
    )


def test_the_summary_counts_each_kind_and_what_is_left_out(results):
    assert summarize(list(results.values())) == (
        "2 of 4 labelled equations hold: 1 equality, 1 bound; 122 pairs of values were compared. "
        "The largest relative error is 0. A bound holds in every draw, which does not pin it. "
        "1 is not checked; the reason stands in its place."
    )


# ---- an equation that is not checked ---------------------------------------------------------


def test_who_exempts_an_equation_has_to_say_why(notation):
    for silent in ("% unchecked", "% unchecked:  "):
        block = Equation("eq-x", f"J = 2\n{silent}\n", "book/x.md", 10)
        result = check_equation(block, notation)
        assert str(result) == "book/x.md:11:1: eq-x: say why: % unchecked: reason"


def test_a_comment_that_says_something_else_exempts_nothing(notation):
    assert check_equation(Equation("eq-x", "J = 2 % not unchecked", "x.md", 1), notation).fault


# ---- what held is not evaluated again --------------------------------------------------------


@pytest.fixture
def book(tmp_path, monkeypatch, notation):
    """A book of two equations, and a list of those that were evaluated."""
    evaluated = []

    def note(equation, notation):
        evaluated.append(equation.label)
        return check_equation(equation, notation)

    monkeypatch.setattr(equations.checking, "check_equation", note)

    def run(known, before="", **sources):
        blocks = [f"```{{math}}\n:label: {name}\n{tex}\n```\n" for name, tex in sources.items()]
        (tmp_path / "page.md").write_text("# A page\n" + before + "\n".join(blocks))
        evaluated.clear()
        results = check_book(read_equations(tmp_path, ["page.md"]), notation, known)
        return results, list(evaluated)

    return run


def test_only_what_has_changed_is_evaluated(book, monkeypatch, notation):
    known = {}
    assert book(known, one=TRUE, two=BOUND)[1] == ["one", "two"]
    assert book(known, one=TRUE, two=BOUND)[1] == []
    assert book(known, one=TRUE, two=BOUND + "+ 0")[1] == ["two"]
    assert book({}, one=TRUE)[1] == ["one"]
    monkeypatch.setattr(notation, "digest", "another version")
    assert book(known, one=TRUE)[1] == ["one"]


def test_what_depends_on_another_table_or_other_macros_is_evaluated_again(notation):
    def digest(page, macros=None):
        return Notation(page, lambda: notation.worlds, macros=macros).digest

    page = (ROOT / PAGE).read_text("utf-8")
    assert digest(page) == digest(page + "\nMore prose.\n")
    others = digest(page.replace(r"$\tau$", r"$\phi$")), digest(page, {r"\half": r"\frac{1}{2}"})
    assert len({digest(page), *others}) == 3


def test_what_is_remembered_is_the_same_but_for_its_place(book):
    known = {}
    (first,), _ = book(known, one=TRUE)
    (again,), evaluated = book(known, before="\n\n", three=TRUE)
    assert evaluated == []
    assert (first.place, again.place) == ("page.md:4:1", "page.md:6:1")
    assert again == replace(first, label="three", place=again.place)


def test_a_fault_is_never_remembered(book):
    known = {}
    for _ in range(2):
        (result,), evaluated = book(known, one=WRONG)
        assert re.match(r"the two sides of = differ", result.fault)
        assert evaluated == ["one"]


def test_an_equation_that_needs_every_step_is_evaluated_in_fewer_networks(notation):
    block = Equation("eq-x", f"% {EVERY_STEP_COUNTS}\n{TRUE}", "x.md", 1)
    result = check_equation(block, notation)
    assert result.fault is None
    assert result.worlds == len(notation.worlds) - 1


def test_a_comment_that_is_no_fact_of_any_world_changes_nothing(notation):
    block = Equation("eq-x", f"% every step counted\n{TRUE}", "x.md", 1)
    assert check_equation(block, notation).worlds == len(notation.worlds)
