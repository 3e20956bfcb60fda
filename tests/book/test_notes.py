"""The notes of the book: each picture is what its source draws, and everybody can read it."""

import copy
import re
import runpy
import shutil
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from equations import Lookup, read_equations
from handwriting import NoteFault
from handwriting.lint import empty_share
from handwriting.notes import NOTES, draw, find_scan, sources
from handwriting.picture import LIGHT
from literate.loading import read_contents
from rnn_from_scratch.gradient_check import (
    complex_step_gradient,
    numerical_gradient,
    relative_error,
)
from this_book import toy as toy_of_the_notes
from this_book.__main__ import main
from this_book.cells import run_cells
from this_book.figures import BLUE, GREEN, RED
from this_book.symbols import PAGE, read_notation
from this_book.toy import numbers, run_toy
from web.notes import for_drawing, for_scan, typeset

ROOT = Path(__file__).resolve().parents[2]
EQUATIONS = Lookup(read_equations(ROOT, read_contents(ROOT)[0]), read_notation(ROOT))
NAMES = [source.stem for source in sources(ROOT)]
NUMBERS = "one-number"  # it has values in the place of formulas
CHAPTERS = "".join((ROOT / doc).read_text(encoding="utf-8") for doc in read_contents(ROOT)[0])


@pytest.fixture(scope="module")
def notes():
    """All notes, drawn anew, and their pictures."""
    drawn = {source.stem: draw(source, EQUATIONS.find) for source in sources(ROOT)}
    pictures = {name: note.svg() for name, note in drawn.items()}
    return drawn, pictures


def test_each_note_stands_on_one_page():
    pages = [(ROOT / doc).read_text("utf-8") for doc in read_contents(ROOT)[0]]
    shown = re.findall(r"^```\{handwritten\} ([\w-]+)$", "\n".join(pages), re.MULTILINE)
    assert sorted(shown) == NAMES


def test_there_is_no_picture_without_a_source():
    assert [path.stem for path in sorted((ROOT / NOTES).glob("*.svg"))] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_is_what_the_source_draws(notes, name):
    assert (ROOT / NOTES / f"{name}.svg").read_text(encoding="utf-8") == notes[1][name]


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_is_small(name):
    assert (ROOT / NOTES / f"{name}.svg").stat().st_size <= 150_000


@pytest.mark.parametrize("name", NAMES)
def test_the_note_belongs_to_a_chapter(name):
    assert f"\n(note-{name})=\n" in CHAPTERS


@pytest.mark.parametrize("name", NAMES)
def test_the_note_has_few_formulas_and_each_is_an_equation_of_the_book(notes, name):
    note = notes[0][name]
    assert (name != NUMBERS) <= len(note.formulas) <= (11 if name == "gradient-card" else 4)
    for formula in note.formulas:
        assert EQUATIONS.find(formula.label, formula.latex) == formula.latex


@pytest.mark.parametrize("name", NAMES)
def test_a_third_of_the_sheet_is_empty(notes, name):
    assert empty_share(notes[0][name]) >= 1 / 3


@pytest.mark.parametrize("name", NAMES)
def test_the_alt_text_says_what_is_seen_in_words(notes, name):
    alt = notes[0][name].alt
    assert 80 <= len(alt) <= 300
    assert not re.search(r"[$\\{}]|^(An? )?(image|picture|note|drawing)\b", alt, re.IGNORECASE)
    assert len({each.alt for each in notes[0].values()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_description_says_more_than_the_alt_text(notes, name):
    note = notes[0][name]
    assert len(note.description) > 1.3 * len(note.alt)
    assert note.title not in note.description


@pytest.mark.parametrize("name", NAMES)
def test_the_note_says_that_it_was_drawn_for_this_book(notes, name):
    assert any("drawn for this book" in str(item) for item in notes[0][name].items)
    assert f"{notes[0][name].title}. Drawn for this book.\n" in for_drawing(notes[0][name], ROOT)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_note_typeset_has_its_formulas_and_their_places(notes, name):
    text = typeset(notes[0][name])
    for formula in notes[0][name].formulas:
        assert f"$$\n{formula.latex.strip()}\n$$" in text
        assert f"{{eq}}`{formula.label}`" in text


def columns(note):
    """The numbers of each column of a note, as they are written."""
    found = [re.search(r"column '(.*)'", str(item)) for item in note.items]
    return [
        [Decimal(value.replace("\N{MINUS SIGN}", "-")) for value in each[1].split(", ")]
        for each in found
        if each
    ]


def test_the_numbers_of_the_carry_add_up_as_they_are_written(notes):
    whole, own, carry = columns(notes[0]["the-carry"])
    assert whole == [a + b for a, b in zip(own, carry, strict=True)]
    assert len(whole) == 4


def test_the_gradients_of_wires_that_leave_add_up_as_they_are_written(notes):
    items = "\n".join(map(str, notes[0][NUMBERS].items)).replace("\N{MINUS SIGN}", "-")
    written = [Decimal(value) for value in re.findall(r"write '(-?\d+(?:\.\d+)?)'", items)]
    *steps, value, whole = written
    gradients = [steps[at : at + 12][1::2] for at in range(0, len(steps), 12)]
    own, total, _, carry, _, copies = zip(*gradients, strict=True)  # each of the three steps
    assert total == tuple(a + b for a, b in zip(own, [*carry[1:], 0], strict=True))
    assert whole == sum(copies)
    assert value == steps[10]
    run = run_cells("book/one-number.md")
    assert (float(whole), float(value)) == (round(run["dw"], 3), run["w"])


def test_the_note_on_tanh_marks_the_step_that_its_chapter_runs():
    source = (ROOT / NOTES / "through-tanh.py").read_text("utf-8")
    marked = re.search(r'run_toy\(\)\.at\("a", (\d)\)', source)[1]
    assert f"units of step {marked}" in source
    assert re.findall(r'print\("state +a_(\d)', CHAPTERS) == [marked]


def test_the_numbers_of_the_outer_products_add_up_as_they_are_written(notes):
    items = "\n".join(map(str, notes[0]["the-output-layer"].items)).replace("\N{MINUS SIGN}", "-")
    table, sums = items.split("write 'step 1'")
    *shares, whole = map(Decimal, re.findall(r"write '(-?\d\.\d+)'", sums))
    assert len(shares) == 3
    assert whole == sum(shares)
    assert f"write '{shares[1]}'" in table


def test_the_errors_that_are_drawn_are_those_that_are_measured():
    drawn = runpy.run_path(str(ROOT / NOTES / "finite-differences.py"))
    run = toy_of_the_notes.run_toy()
    weight, exact = run.parameters["Waa"], run.gradients["dWaa"]
    for exponent in range(drawn["SHORTEST"], drawn["LONGEST"] + 1):
        step = 10.0**exponent
        central = relative_error(numerical_gradient(drawn["_loss"], weight, step), exact)
        assert np.log10(central) == pytest.approx(drawn["_central"](exponent), abs=0.9)
        by_complex = relative_error(complex_step_gradient(drawn["_loss"], weight, step), exact)
        assert np.log10(by_complex) == pytest.approx(drawn["_complex"](exponent), abs=0.9)


def test_the_numbers_come_from_the_run(notes, monkeypatch):
    run = toy_of_the_notes.run_toy()
    doubled = type(run)(**{**vars(run), "da_output": 2 * run.da_output})
    monkeypatch.setattr(toy_of_the_notes, "run_toy", lambda: doubled)
    other = draw(ROOT / NOTES / "the-carry.py", EQUATIONS.find)
    before, after = columns(notes[0]["the-carry"]), columns(other)
    assert before[2] == after[2]
    for one, two in zip(before[1], after[1], strict=True):
        assert float(two) == pytest.approx(2 * float(one), abs=0.02)


def test_a_changed_equation_is_refused_where_it_is_a_link():
    changed = copy.copy(EQUATIONS)
    changed.latex = dict(EQUATIONS.latex)
    changed.latex["eq-dz"] = changed.latex["eq-dz"].replace("1 -", "1 +")
    with pytest.raises(NoteFault, match="note through-tanh, item 4, formula 'eq-dz'"):
        draw(ROOT / NOTES / "through-tanh.py", changed.find)


def test_a_changed_equation_is_drawn_anew_where_it_is_whole_and_the_page_says_so(notes):
    changed = copy.copy(EQUATIONS)
    changed.latex = dict(EQUATIONS.latex)
    changed.latex["eq-a"] = r"a_t = \tanh z_{t+1}"
    note = draw(ROOT / NOTES / "the-cell.py", changed.find)
    with pytest.raises(NoteFault, match=r"book/notes/the-cell.svg is not what its source draws"):
        for_drawing(note, ROOT)


# The slot for scans


@pytest.fixture
def scans(tmp_path):
    """A folder of scans with one picture in it."""
    (tmp_path / "the-carry.png").write_bytes(b"")
    return tmp_path


def test_without_a_scan_the_drawing_stays():
    assert [find_scan(ROOT / NOTES / "scans", name) for name in NAMES] == [None] * len(NAMES)


def test_a_scan_takes_the_place_of_the_drawing_with_its_own_words(notes, scans):
    (scans / "the-carry.txt").write_text("A page,\nin pencil.\n\nIt says that $1 + 1$ is two.\n")
    scan = find_scan(scans, "the-carry")
    page = for_scan(notes[0]["the-carry"], scan, scans)
    assert "{figure} /the-carry.png\n" in page
    assert ":alt: A page, in pencil.\n" in page
    assert "The original page, scanned." in page
    assert "It says that $1 + 1$ is two." in page
    assert "rawn for this book" not in page


def test_a_scan_of_which_nothing_more_is_said_has_no_fold(notes, scans):
    (scans / "the-carry.txt").write_text("A page in pencil.\n")
    page = for_scan(notes[0]["the-carry"], find_scan(scans, "the-carry"), scans)
    assert "typeset" not in page


@pytest.mark.parametrize("text", [None, " \n"])
def test_a_scan_without_alt_text_is_refused(scans, text):
    if text:
        (scans / "the-carry.txt").write_text(text)
    message = "note the-carry: the scan the-carry.png has no alt text; write it to the-carry.txt"
    with pytest.raises(NoteFault, match=message):
        find_scan(scans, "the-carry")


def test_two_scans_of_one_note_are_refused(scans):
    (scans / "the-carry.jpg").write_bytes(b"")
    with pytest.raises(NoteFault, match=r"several scans, the-carry\.png and .*; keep one"):
        find_scan(scans, "the-carry")


# The colours, the numbers, the command


def test_the_notes_have_the_colours_of_the_plots():
    assert (LIGHT["blue"], LIGHT["red"], LIGHT["green"]) == (BLUE, RED, GREEN)


def test_the_run_is_that_of_the_module():
    run = run_toy()
    np.testing.assert_allclose((run.da_output + run.da_carry) * (1 - run.a**2), run.dz, rtol=1e-13)
    np.testing.assert_allclose(run.dz.sum(axis=2), run.gradients["dba"], rtol=1e-13)
    assert run.at("a", 3).tolist() == run.a[:, :, 2].tolist()


def test_a_minus_is_as_long_as_a_plus():
    assert numbers(np.array([[0.126], [-1.2]])) == ["0.13", "\N{MINUS SIGN}1.20"]


SOURCE = """
TITLE = "Small"
ALT = "A word."
DESCRIPTION = "It says a word."
HEIGHT = 10


def draw(note):
    note.write({x}, 6, "word")
"""


def test_the_command_draws_what_changed_and_names_what_it_cannot_draw(tmp_path, capsys):
    (tmp_path / "_toc.yml").write_text("root: book/index\n")
    (tmp_path / "_config.yml").write_text("title: x\n")
    (tmp_path / "book" / "notes").mkdir(parents=True)
    (tmp_path / "book" / "index.md").write_text("# Index\n")
    shutil.copy(ROOT / PAGE, tmp_path / PAGE)
    source = tmp_path / "book" / "notes" / "small.py"
    source.write_text(SOURCE.format(x=3))
    assert main(["notes", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "drew book/notes/small.svg\n1 notes, 1 of them changed\n"
    assert main(["notes", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 notes, 0 of them changed\n"
    source.write_text(SOURCE.format(x=40))
    assert main(["notes", str(tmp_path)]) == 1
    message = "note small, item 4, write 'word': its writing leaves the page\n"
    assert capsys.readouterr().err == message
