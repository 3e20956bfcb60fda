"""The pen of the handwritten notes: what it draws, and what it refuses to draw."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from equations import Lookup, read_equations
from handwriting import Note, NoteFault
from handwriting.hand import SIGNS, extent, open_font, shapes_of, thickness
from handwriting.ink import INKS, Ring, closed
from handwriting.layout import lay_out
from handwriting.lint import empty_share, faults
from handwriting.notes import draw
from handwriting.picture import CRAYON, DARK, HIGHLIGHTER, LIGHT
from literate.loading import read_contents
from this_book.symbols import read_notation

ROOT = Path(__file__).resolve().parents[2]
EQUATIONS = Lookup(read_equations(ROOT, read_contents(ROOT)[0]), read_notation(ROOT))


@pytest.fixture
def note():
    """An empty sheet of 20 squares."""
    return Note("trial", "A trial", "What is seen.", "What it says.", 20, EQUATIONS.find)


def refusal(note, what):
    """The message with which the note refuses what ``what`` does to it."""
    with pytest.raises(NoteFault) as caught:
        (what(note), note.svg())
    return str(caught.value)


# The drawing


def test_the_same_items_give_the_same_ink_and_a_new_item_leaves_the_others_as_they_are():
    one, other = (Note("trial", "", "", "", 20, EQUATIONS.find) for _ in range(2))
    for each in (one, other):
        each.write(3, 4, "a word")
    other.ring(20, 15, 2)
    for each in (one, other):
        each.box(3, 6, 4, 3, "$a_t$", fill="blue")
    assert one.ink == [ink for ink in other.ink if ink in one.ink]
    assert len(other.ink) == len(one.ink) + 1


def test_an_error_of_floats_moves_no_ink():
    """Python 3.12 adds floats in another way than 3.11; a point between two tenths shows it."""
    ring = [(506.75, 405.55), (506.65, 405.45), (0.25, -0.25)]
    moved = [[(x + shift, y + shift) for x, y in ring] for shift in (0, 1e-11, -1e-11)]
    assert len(set(map(closed, moved))) == 1


def test_the_same_word_twice_is_not_written_twice_alike(note):
    note.write(3, 4, "moon")
    note.write(3, 8, "moon")
    first, second = (re.findall(r"matrix\(([-.\d]+)", ink) for ink in note.ink)
    assert len(first) == len(second) == 4
    assert first != second


def test_every_id_has_the_name_of_the_note_and_every_reference_an_id(note):
    note.formula(3, 6, "eq-da")
    tree = ET.fromstring(note.svg())
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    used = {element.get("href") for element in tree.iter() if element.get("href")}
    assert len(ids) == len(set(ids))
    assert all(name.startswith("trial-") for name in ids)
    assert used
    assert used <= {f"#{name}" for name in ids}


def test_the_picture_says_what_it_is_and_reads_nothing_from_elsewhere(note):
    svg = note.svg()
    assert "<title>A trial</title>\n<desc>What is seen.</desc>" in svg
    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]
    assert "@media(prefers-color-scheme:dark)" in svg


def test_a_part_has_its_colour_and_its_place(note):
    written = note.formula(3, 6, "eq-a", parts={"z_t": "green", r"\tanh": "red"})
    inked = {part: re.search(rf'<g class="{part}">(.*)</g>', "\n".join(note.ink)) for part in INKS}
    counts = {part: found[1].count("<use") for part, found in inked.items() if found}
    assert counts == {"ink": 3, "red": 4, "green": 2}  # a t =, tanh, z t
    tanh, z_t = written.parts[r"\tanh"], written.parts["z_t"]
    assert written.x0 < tanh.x0 < tanh.x1 < z_t.x0 < z_t.x1 == written.x1


@pytest.mark.parametrize(("anchor", "side"), [("left", "x0"), ("center", "top"), ("right", "x1")])
def test_writing_stands_where_its_anchor_says(note, anchor, side):
    place = getattr(note.write(12, 5, "some words", anchor=anchor), side)
    assert (place[0] if side == "top" else place) == pytest.approx(12, abs=0.1)


def test_arrows_stop_short_of_what_they_join_and_rings_hold_their_crayon(note):
    ring = note.ring(8, 8, 2, fill="green")
    note.arrow(ring.right, (20, 8), gap=0.25)
    shaft, head = note.items[-1].lines
    assert (shaft[0], shaft[-1]) == ((10.25, 8), (19.75, 8))
    assert (19.75, 8) in head
    points = re.findall(r"([\d.]+) ([\d.]+)", note.ground[0])
    assert isinstance(ring, Ring)
    assert len(points) > 10
    assert all(np.hypot(float(x) / 20 - 8, float(y) / 20 - 8) < 2 for x, y in points)


def test_a_dot_is_full_or_open_and_lies_within_its_ring(note):
    ring = note.dot(8, 8, 0.4)
    note.dot(12, 8, 0.4, full=False)
    full, hollow = (item.lines for item in note.items[-2:])
    assert (ring.x0, ring.x1) == (pytest.approx(7.6), pytest.approx(8.4))
    assert (len(full), len(hollow)) == (1, 2)
    assert [path.count("Z") + path.count("z") for path in note.ink[-2:]] == [1, 2]
    assert all(0.38 < np.hypot(x - 8, y - 8) < 0.42 for x, y in full[0])
    assert all(0.28 < np.hypot(x - 12, y - 8) < 0.32 for x, y in hollow[1])
    assert winding(hollow[0]) * winding(hollow[1]) < 0


def winding(line):
    """Twice the area in a closed line; its sign says which way round it runs."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*line, line[0]]))


def test_a_bent_arrow_and_a_dashed_one_arrive_too(note):
    note.arrow((4, 10), (20, 10), bend=2, gap=0)
    assert note.items[-1].lines[0][4] == pytest.approx((12, 8))
    note.arrow((4, 14), (20, 14), dashed=True, gap=0)
    *dashes, _ = note.items[-1].lines
    assert len(dashes) > 10
    assert max(x for dash in dashes for x, _ in dash) == pytest.approx(20, abs=1)


def test_a_plot_goes_where_its_axes_say(note):
    note.plot(lambda x: x**2, -1, 1, lambda x, y: (10 + 5 * x, 15 - 5 * y))
    (line,) = note.items[-1].lines
    assert (line[0], line[14], line[-1]) == ((5, 10), (10, 15), (15, 10))


def test_the_highlighter_the_underline_and_the_brace_leave_the_writing_legible(note):
    place = note.write(4, 6, "remember this")
    note.highlighter(place)
    note.underline(place)
    tip = note.brace(4, 10, 7.4)
    note.line([(4, 12), (8, 12), (8, 15)])
    assert tip == (7, pytest.approx(8.25))
    assert faults(note) == []
    assert "highlighter" in note.ground[0]


def test_the_hand_has_every_letter_in_shapes_of_one_thickness():
    font = open_font()
    for char in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789δηθε+-=×":
        shapes = shapes_of(font.get_char_index(ord(char)))
        assert all(0 < extent(shape)[2] - extent(shape)[0] < 1200 for shape in shapes), char
        assert all(45 < thickness(shape) < 80 for shape in shapes), char


def test_the_shapes_of_a_letter_take_turns(note):
    shapes = [sign.index for sign in lay_out("eeeeeeee", 23, note.begin("write")[1]).signs]
    assert all(one != next_ for one, next_ in pairwise(shapes))


def test_an_accent_stands_over_the_shape_that_was_chosen(note):
    accent, letter, _ = lay_out(r"$\hat y_t$", 30, note.begin("write")[1]).signs
    assert accent.box[3] <= letter.box[1] + 0.1
    middles = [(box[0] + box[2]) / 2 for box in (accent.box, letter.box)]
    assert middles[0] == pytest.approx(middles[1])


def test_the_hand_can_write_every_equation_of_one_line():
    refused = []
    for label in EQUATIONS.latex:
        try:
            Note("trial", "", "", "", 40, EQUATIONS.find).formula(3, 9, label)
        except NoteFault as fault:
            refused.append(str(fault))
    many = "it says several things", "the equation has several lines"
    assert [fault for fault in refused if not any(words in fault for words in many)] == []
    assert len(refused) < len(EQUATIONS.latex) / 3


def test_the_strokes_of_a_sign_stay_near_its_box():
    for sign, strokes in SIGNS.items():
        for x, y in (point for stroke in strokes for point in stroke):
            assert -0.11 <= x <= 1.11, sign
            assert -0.05 <= y <= 1.05, sign


# The colours


def blend(colour: str, ground: str, share: float) -> str:
    """Return what ``share`` of a colour over a ground looks like."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(255 * (share * a + (1 - share) * b)):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2 defines it."""
    low, high = sorted(_luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _channels(colour: str) -> list[float]:
    return [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_all_ink_has_contrast_on_paper_and_the_labels_on_crayon(palette):
    highlighted = blend(palette["yellow"], palette["paper"], HIGHLIGHTER)
    for ink in INKS:
        crayon = blend(palette[ink], palette["paper"], CRAYON)
        assert contrast(palette[ink], palette["paper"]) >= 4.5, ink
        assert contrast(palette["ink"], crayon) >= 4.5, ink
        if ink != "pencil":
            assert contrast(palette[ink], highlighted) >= 4.5, ink


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert blend("#000000", "#ffffff", 0.5) == "#808080"


# Refusals


REFUSED = {
    "a letter that the hand lacks": (
        lambda note: note.write(3, 4, "жук"),
        "note trial, item 1, write 'жук': the hand has no letter 'ж' (U+0436)",
    ),
    "a sign that the hand lacks": (
        lambda note: note.write(3, 4, r"$\int x$"),
        "note trial, item 1, write '$\\\\int x$': the hand has no sign '∫' (U+222B); "
        "see SIGNS in hand.py",
    ),
    "no words": (
        lambda note: note.write(3, 4, " "),
        "note trial, item 1, write ' ': there is nothing to write",
    ),
    "an ink that does not exist": (
        lambda note: note.write(3, 4, "word", color="pink"),
        "note trial, item 1, write 'word': there is no ink 'pink'; there are ink, "
        "blue, red, green, violet, pencil",
    ),
    "a crayon that does not exist": (
        lambda note: note.crayon(note.write(3, 4, "word"), "pink"),
        "item 2, crayon 'pink': there is no ink 'pink'",
    ),
    "an equation among words": (
        lambda note: note.write(3, 4, "so $a_t = z_t$"),
        "an equation is written with formula(), which compares it with the book's",
    ),
    "an equation that the book does not have": (
        lambda note: note.formula(3, 4, "eq-none"),
        "note trial, item 1, formula 'eq-none': the book has no equation eq-none",
    ),
    "a link with another sign": (
        lambda note: note.formula(3, 4, "eq-tanh-prime", link=r"\tanh'(z_t) = 1 + a_t^{\odot 2}"),
        r"formula 'eq-tanh-prime': \tanh'(z_t) = 1 + a_t^{\odot 2} is not a link of eq-tanh-prime",
    ),
    "a link that cannot be read": (
        lambda note: note.formula(3, 4, "eq-a", link=r"a_t = \tanh \unknown"),
        r"in a_t = \tanh \unknown",
    ),
    "a block of several equations": (
        lambda note: note.formula(3, 4, "eq-dWaa-step"),
        "formula 'eq-dWaa-step': it says several things; write one of them, with link=...",
    ),
    "an equation of several lines": (
        lambda note: note.formula(3, 4, "eq-softmax-jacobian-index"),
        "the equation has several lines; write one link of it, with link=...",
    ),
    "a part that is not there": (
        lambda note: note.formula(3, 6, "eq-a", parts={"W_{aa}": "blue"}),
        "note trial, item 1, formula 'eq-a': its part W_{aa} does not stand in it",
    ),
    "writing over writing": (
        lambda note: (note.write(3, 4, "one"), note.write(4, 4.3, "two")),
        "note trial, item 1, write 'one' overlaps item 2, write 'two'",
    ),
    "writing that touches writing": (
        lambda note: (note.write(3, 4, "one"), note.write(3, 4.6, "one")),
        "note trial, item 1, write 'one' overlaps item 2, write 'one'",
    ),
    "a stroke through writing": (
        lambda note: (note.write(3, 4, "one"), note.arrow((2, 3.7), (9, 3.7))),
        "note trial, item 2, arrow 'ink' crosses item 1, write 'one'",
    ),
    "writing beyond the right edge": (
        lambda note: note.write(30, 4, "words"),
        "note trial, item 1, write 'words': its writing leaves the page",
    ),
    "writing in the margin": (
        lambda note: note.write(1, 4, "words"),
        "note trial, item 1, write 'words': its writing leaves the page",
    ),
    "writing below the lower edge": (
        lambda note: note.write(3, 19.8, "y"),
        "note trial, item 1, write 'y': its writing leaves the page",
    ),
    "a drawing beyond the edge": (
        lambda note: note.ring(31, 4, 2),
        "note trial, item 1, ring: its ink leaves the page",
    ),
    "small writing": (
        lambda note: note.write(3, 4, "small", size=14),
        "item 1, write 'small': its smallest sign is 14.0 px; at least 15 px can be read",
    ),
    "a small index": (
        lambda note: note.write(3, 4, "$a_t$", size=21),
        "its smallest sign is 14.7 px; at least 15 px can be read",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_note_refuses(note, case):
    what, message = REFUSED[case]
    assert message in refusal(note, what)


def test_latex_that_cannot_be_laid_out_is_refused_with_the_item(note):
    message = refusal(note, lambda note: note.write(3, 4, r"$\frac{a$"))
    assert message.startswith("note trial, item 1, write '$\\\\frac{a$': ")


def test_all_that_is_wrong_is_said_at_once(note):
    message = refusal(note, lambda note: (note.write(3, 4, "one", size=14), note.ring(31, 4, 2)))
    assert message.count("note trial, item") == 2


def test_what_stands_well_is_not_refused(note):
    note.headline()
    state = note.box(4, 6, 4, 3, "$a_t$", fill="blue")
    note.arrow(state.right, (14, 7.5), color="blue")
    note.write(11, 6.8, "$W_{aa}$", color="blue", anchor="center")
    note.formula(4, 14, "eq-da")
    note.column(28, 7, ["0.12", "0.34"])
    note.margin_note("drawn for this book")
    assert faults(note) == []
    assert 0.5 < empty_share(note) < 0.9


def test_a_full_sheet_is_not_empty(note):
    assert empty_share(note) == 1
    for y in range(1, 20):
        note.line([(0.5, y + 0.5), (31.5, y + 0.5)])
    assert empty_share(note) < 0.1


# Sources and the font


def test_a_source_that_says_too_little_is_refused(tmp_path):
    source = tmp_path / "short.py"
    source.write_text('TITLE = "Short"\nHEIGHT = 20\n')
    with pytest.raises(NoteFault, match="note short: its source does not define ALT, DESCRIPTION"):
        draw(source, EQUATIONS.find)


def test_the_font_carries_its_licence_and_is_what_the_script_names():
    folder = ROOT / "book" / "_ext" / "handwriting" / "font"
    assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL.txt").read_text(encoding="utf-8")
    assert open_font().family_name == "Mynerve Notes"
    assert (folder / "mynerve-notes.ttf").stat().st_size < 60_000
