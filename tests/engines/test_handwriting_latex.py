"""The hand writes the book's LaTeX, and says what the book says."""

from pathlib import Path

import pytest

from equations import read_equations
from equations.statements import is_part_of
from handwriting.layout import by_hand
from literate.loading import read_contents
from this_book.symbols import read_notation

ROOT = Path(__file__).resolve().parents[2]
NOTATION = read_notation(ROOT)


@pytest.mark.parametrize(
    ("latex", "written"),
    [
        (r"a_t = \tanh z_t" + "\n", r"a_t = \tanh z_t"),
        (r"a = b, \qquad t = 1, \dots, T", "a = b"),
        (r"\underbrace{a_{t}}_{\text{one {two}}} + \underbrace{b}_{c}", "a_{t} + b"),
        (r"\boxed{ a = b }.", "a = b"),
        ("a = b % a remark\n  + c", "a = b + c"),
    ],
)
def test_what_a_hand_writes(latex, written):
    assert by_hand(latex) == written


def test_several_lines_are_not_written():
    with pytest.raises(ValueError, match="several lines; write one link"):
        by_hand(r"\begin{aligned} a &= b \\ &= c \end{aligned}")


def test_a_brace_that_is_not_closed_is_refused():
    with pytest.raises(ValueError, match="a brace is not closed"):
        by_hand(r"\boxed{a = b")


CHAIN = r"\delta_t = \frac{\partial J}{\partial z_t} = \frac{\partial J}{\partial a_t} \odot a_t"
BOUND = r"J_t \le J \le T"


@pytest.mark.parametrize(
    "link",
    [
        r"\delta_t=\frac{\partial J}{\partial z_t}",
        r"\delta_{t} = \frac{\partial J}{\partial a_t}\, \odot a_t",
        r"\frac{\partial J}{\partial z_t} = \frac{\partial J}{\partial a_t} \odot a_t",
        CHAIN,
    ],
)
def test_a_link_says_what_its_chain_says(link):
    assert is_part_of(link, CHAIN, NOTATION)


@pytest.mark.parametrize(
    "link",
    [
        r"\delta_t = \frac{\partial J}{\partial a_t}",
        r"\delta_t = a_t \odot \frac{\partial J}{\partial a_t}",
        r"\delta_t = \frac{\partial J}{\partial z_{t+1}}",
        r"\delta_t \le \frac{\partial J}{\partial z_t}",
        r"\frac{\partial J}{\partial z_t} = \delta_t",
    ],
)
def test_what_is_not_in_the_chain_is_no_link_of_it(link):
    assert not is_part_of(link, CHAIN, NOTATION)


def test_the_sign_of_a_bound_cannot_be_left_out_or_turned():
    assert is_part_of(r"J_t \le J", BOUND, NOTATION)
    assert not is_part_of(r"J_t = J", BOUND, NOTATION)
    assert not is_part_of(r"J_t \ge J", BOUND, NOTATION)
    assert not is_part_of(r"J_t \le T", BOUND, NOTATION)


def test_every_equation_of_one_line_is_a_part_of_itself_as_a_hand_writes_it():
    checked = 0
    for equation in read_equations(ROOT, read_contents(ROOT)[0]):
        latex = equation.latex
        if r"\begin" not in latex and r"\tilde" not in latex:
            assert is_part_of(by_hand(latex), latex, NOTATION), equation.label
            checked += 1
    assert checked > 40
