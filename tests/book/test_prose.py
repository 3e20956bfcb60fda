"""Every number in the prose comes from a cell beside it: it is printed, asserted, or set there.

Beside it means in the same section; what stands above the first section, the claim, may come from
any cell of the chapter, which is there to show it. What is counted in public code comes from the
tables of the survey, and test_survey.py holds it.
"""

import re
from collections import defaultdict
from functools import cache

import pytest

from prose import Number, numbers, prose
from repository import the_book
from results import ROOT, asserted, everything_shown, printed, results, settings, shown
from survey import the_survey

BOOK = the_book()
CHAPTERS = [chapter.doc for chapter in BOOK.chapters if chapter.cells]

DOUBLE = "what double precision is; asserted with the exercise of the same chapter"
EXCEPTIONS = {  # chapter, words of its prose: why their numbers come from no cell
    ("book/04-gradient-checks.md", "is off by about $10^{-16} J$"): DOUBLE,
}


@cache
def text_of(doc: str) -> str:
    return (ROOT / doc).read_text("utf-8")


def section(doc: str, line: int) -> int:
    """Number the sections of a chapter; 0 is what stands above the first one."""
    lines = text_of(doc).split("\n")[:line]
    return sum(text.startswith("## ") for text in lines)


@cache
def results_by_section(doc: str) -> dict[int, set[float]]:
    found = defaultdict(set)
    for cell in BOOK.cells:
        if cell.doc == doc:
            for here in (section(doc, cell.line), 0):
                found[here] |= results(BOOK, cell)
    return found


def is_produced(doc: str, number: Number) -> bool:
    return number.is_produced_by(results_by_section(doc)[section(doc, number.line)])


@cache
def counted_in_the_survey(doc: str) -> list[tuple[int, int]]:
    """Return where a chapter says what the survey of public code counts; test_survey holds it."""
    return the_survey().spans(doc, text_of(doc))


def is_counted(doc: str, number: Number) -> bool:
    return any(start <= number.start < end for start, end in counted_in_the_survey(doc))


def excepted(doc: str, number: Number) -> bool:
    return any(
        doc == chapter and start <= number.start < start + len(words)
        for chapter, words in EXCEPTIONS
        for start in [text_of(chapter).find(words)]
    )


@pytest.mark.parametrize("doc", CHAPTERS)
def test_every_number_in_the_prose_comes_from_a_cell(doc):
    typed = [
        f'{doc}:{number.line}: "{number.text}" stands in the prose, and no cell beside it printed, '
        "asserted or set it; assert it in a cell of this section, or say it without the number"
        for number in numbers(text_of(doc))
        if not (is_produced(doc, number) or is_counted(doc, number) or excepted(doc, number))
    ]
    assert not typed, "\n".join(typed)


@pytest.mark.parametrize(("doc", "words"), EXCEPTIONS)
def test_every_exception_is_needed(doc, words):
    start = prose(text_of(doc)).find(words)
    assert start >= 0, f'{doc} no longer says "{words}"; take the exception out'
    inside = [n for n in numbers(text_of(doc)) if start <= n.start < start + len(words)]
    assert any(not is_produced(doc, number) for number in inside), (
        f'{doc}:{text_of(doc)[:start].count(chr(10)) + 1}: the numbers in "{words}" come from '
        "cells; take the exception out"
    )


def test_the_chapters_hold_numbers_in_their_prose():
    assert sum(len(numbers(text_of(doc))) for doc in CHAPTERS) > 120


# the reading of prose


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It falls from 1.06 to 0.12, by 89 %.", [1.06, 0.12, 89]),
        ("between −1 and -2.5", [-1, -2.5]),
        ("Seven steps, a hundred toys, nine tenths, half.", [7, 100, 0.9, 0.5]),
        ("a step of ten to the minus five", [1e-5]),
        ("two arrows, three lines", []),
        ("in float64 the states a_1 and W_2 of h5", []),
        ("Step 2, steps 1, 2 and 3, class 0, row 0, chapters 8 to 12, index −1, labels are −1", []),
        ("| (4, 2) | 38 |", [4, 2, 38]),
        ("1. first\n2. second, of 7", [7]),
        ("## 4 things", [4]),
        ("*twelve*, **13**", [12, 13]),
        # formulas
        ("at most $10^{-12}$, $4 \\cdot 10^{-6}$ and $10^{3}$", [1e-12, 4e-6, 1e3]),
        ("$T = 7$, $3.49$, $8 + 16 = 24$", [7, 3.49, 8, 16, 24]),
        ("$1 \\cdot 10 + 3 \\cdot 100$ is $310\\, \\varepsilon$", [10, 3, 100, 310]),
        ("$(-\\frac{1}{2}, \\frac{3}{4})$", [0.5, 0.75]),
        ("$x_2$, $a_{12}$, $w^3$, $e^{1000}$, $\\delta_{T+1}$, $t + 2$, $t-3$", []),
        ("$1 - a_t^2$, $(n_a, 1)$, $2 w$, $3\\varepsilon$, $\\frac{h^2}{6}$, $\\frac{1}{m}$", []),
        ("$$\n0.5 = J\n$$", [0.5]),
        # no prose
        ("`a[5]` and ``x = 6``", []),
        ("{eq}`eq-7`, {doc}`a chapter of 8 <08-x>`, {cite}`pascanu2013difficulty`", []),
        ("[four](https://example.org/5) <https://example.org/6>", [4]),
        ("a footnote[^7]\n\n[^7]: of 8 words", [8]),
        ("---\nfile_format: mystnb\nversion: 3.5\n---\n\n# 9 lives", [9]),
        ("(fig-5)=\n% 6 notes\n<!-- 7 -->\n", []),
        ("```{math}\n:label: eq-5\n5 = 5\n```\n", []),
        ("```python\nx = 5\n```\n````text\n```{code-cell}\n5\n```\n````\n", []),
        ("```{exercise}\n:label: ex-5\n\nWhy 6?\n```\n", [6]),
        (":::{admonition} Claim 5\n:class: c-6\n\n7 lines\n:::\n", [7]),
        ("```{figure} plot-5.png\n:alt: 6 bars\n:width: 70%\n\n8 bars\n```\n", [6, 8]),
        ("![9 bars](plot-5.png)", [9]),
        ("```{code-cell} ipython3\n:tags: [check]\n\nassert 5 == 5\n```\n", []),
        (
            "```{code-cell} ipython3\n---\nmystnb:\n  image:\n    alt: >-\n      5 bars,\n"
            "      6 colours\n  figure:\n    name: fig-7\n    caption: 8 bars.\n---\nx = 9\n```\n",
            [5, 6, 8],
        ),
    ],
)
def test_the_numbers_of_a_text_are_read(text, found):
    assert [number.value for number in numbers(text)] == pytest.approx(found)


def test_a_number_knows_its_line_and_its_place():
    text = "---\nfile_format: mystnb\n---\n`5`\n\nand `6`, then 0.25\n"
    [number] = numbers(text)
    assert number.line == 6
    assert text[number.start :].startswith("0.25")


@pytest.mark.parametrize(
    ("text", "result", "produced"),
    [
        ("0.22", 0.2238, True),
        ("0.22", 0.2151, True),
        ("0.22", 0.2251, False),
        ("0.22", 0.2149, False),
        ("−0.22", 0.2238, False),
        ("7", 7.0, True),
        ("7", 7.2, False),
        ("82 %", 82.0, True),
        ("82 %", 0.82, True),
        ("82 %", 0.8197, False),
        ("$10^{-12}$", 1e-12, True),
        ("$10^{-12}$", 1e-11, False),
    ],
)
def test_a_result_may_be_rounded_as_the_prose_has_it(text, result, produced):
    [number] = numbers(text)
    assert number.is_produced_by({result}) is produced


# the numbers of cells


def test_what_a_cell_prints_is_read():
    assert printed("J = 3.4946 nats, a_2 = [-0.22  1.]\n1e-12 (4, 2)") == {
        *(3.4946, -0.22, 1, 1e-12),
        *(4, 2),
    }


def test_what_a_cell_asserts_is_read():
    code = "x = f(5)\nassert g(6) <= 1e-12\nnp.testing.assert_allclose(x, 3 * y, rtol=1e-8)"
    assert {abs(value) for value in asserted(code)} == {6, 1e-12, 3, 1e-8}


def test_what_a_cell_sets_is_read():
    code = "eps = 1e-5\nn, m = 3, f(4)\nW = np.array([[1, -2]])\nx = f(7) + 8\ny = True"
    assert {abs(value) for value in settings(code)} == {1e-5, 3, 1, 2}


@pytest.mark.parametrize("doc", CHAPTERS)
def test_what_a_page_shows_is_executed(doc):
    assert list(shown(doc)) == [cell.line for cell in BOOK.cells if cell.doc == doc]


def test_a_printed_number_is_found_in_what_its_chapter_shows():
    (doc,) = (doc for doc in CHAPTERS if "one-weight" in doc)
    texts = [text for text, _ in shown(doc).values()]
    assert sum("sum over the copies 2.43\n" in text for text in texts) == 1


# what is said of pictures

PICTURE = (
    r"^(?:`{3,}|:{3,})\{(?:figure|image)\}.*\n(?P<options>(?::[\w-]+:.*\n)*)"
    r"|!\[(?P<alt>[^\]]*)\]\("
    r"|<img\b(?P<tag>[^>]*)"
)


def description(picture):
    """Return the alt text of a picture that is put on a page by a match of ``PICTURE``."""
    if picture["alt"] is not None:
        return picture["alt"]
    wanted = r"^:alt:(.*)$" if picture["options"] is not None else r'\balt="([^"]*)"'
    match = re.search(wanted, picture["options"] or picture["tag"] or "", re.MULTILINE)
    return match[1].strip() if match else ""


@pytest.mark.parametrize("doc", BOOK.docs)
def test_every_picture_says_what_is_seen(doc):
    put = []
    for match in re.finditer(PICTURE, text_of(doc), re.MULTILINE):
        line = text_of(doc).count("\n", 0, match.start()) + 1
        put.append((f"{doc}:{line}", description(match)))
    for cell in drawn(doc) if doc in CHAPTERS else []:
        options = cell.options.get("mystnb", {})
        put.append((cell.place, options.get("image", {}).get("alt", "")))
        on_fold = options.get("code_prompt_show")  # of a picture that opens
        caption = options.get("figure", {}).get("caption") or on_fold
        assert caption, f"{cell.place}: the plot has no caption"
    for where, alt in put:
        assert len(alt.split()) >= 10, f"{where}: no alt text says what is seen"


def test_nearly_every_chapter_draws():
    ran = [doc for doc in CHAPTERS if not isinstance(everything_shown(ROOT)[doc], str)]
    assert sum(len(drawn(doc)) for doc in ran) >= len(ran) - 1


def drawn(doc):
    """Return the cells of a chapter that draw."""
    return [cell for cell in BOOK.cells if cell.doc == doc and shown(doc)[cell.line].pictures]


@pytest.mark.parametrize(
    ("page", "alt"),
    [
        (
            "```{figure} plot.png\n:name: fig-x\n:alt: A curve\n\nCaption.\n```\n",
            "A curve",
        ),
        (":::{figure} plot.png\n:name: fig-x\n\nA caption is no description.\n:::\n", ""),
        ("````{image} plot.png\n:alt:\n````\n", ""),
        ("```{image} plot.png\n```\n:alt: too late\n", ""),
        ("![A curve](plot.png)", "A curve"),
        ("![](plot.png)", ""),
        ('<img src="plot.png" alt="A curve">', "A curve"),
        ('<img src="plot.png">', ""),
    ],
)
def test_a_description_is_found_however_the_picture_is_put_there(page, alt):
    [picture] = re.finditer(PICTURE, page, re.MULTILINE)
    assert description(picture) == alt
