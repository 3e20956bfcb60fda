"""A misprint planted anywhere in a printed equation is caught; a fixed part of the mutants is run.

``PYTHONPATH=code:book/_ext:tests python -m mutation.prose`` runs them all.
"""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from equations import Equation, read_equations
from literate.loading import read_contents
from mutation.prose import __main__ as command
from mutation.prose import survey
from mutation.prose.operators import OPERATORS, apply, edits
from mutation.prose.survey import CAUGHT, Survey, mutants, read_survivors, verdict
from this_book.symbols import PAGE, read_notation

ROOT = Path(__file__).resolve().parents[2]
EQUATIONS = {e.label: e for e in read_equations(ROOT, read_contents(ROOT)[0]) if not e.unchecked}
MUTANTS = {label: list(mutants(equation)) for label, equation in EQUATIONS.items()}
SURVIVORS = read_survivors()
NOTATION = read_notation(ROOT)


# ---- the book --------------------------------------------------------------------------------


def sample(label):
    """Take one mutant of every other operator; which changes from equation to equation."""
    of_an_operator = {}
    for mutant in MUTANTS[label]:
        of_an_operator.setdefault(mutant.operator, []).append(mutant)
    turn = list(EQUATIONS).index(label)
    return [group[turn % len(group)] for group in list(of_an_operator.values())[turn % 2 :: 2]]


@pytest.mark.parametrize("label", EQUATIONS)
def test_a_misprint_is_caught(label):
    found = {mutant: verdict(mutant, NOTATION) for mutant in sample(label)}
    for mutant, what in found.items():
        assert what in CAUGHT or mutant.name in SURVIVORS, f"{mutant}: not caught"
    assert set(found.values()) & set(CAUGHT), f"{EQUATIONS[label].place()}: {label}: none caught"


def test_every_listed_survivor_is_a_mutant_and_has_its_reason():
    names = {mutant.name for found in MUTANTS.values() for mutant in found}
    for name, because in SURVIVORS.items():
        assert name in names, f"{survey.SURVIVORS.name}: {name}: there is no such mutant now"
        assert len(because) > 20, f"{survey.SURVIVORS.name}: {name}: the reason is missing"


def test_the_first_of_those_with_one_reason_survives():
    """The whole run says whether all of them do."""
    known = {mutant.name: mutant for found in MUTANTS.values() for mutant in found}
    of_a_reason = {because: name for name, because in reversed(SURVIVORS.items())}
    for name in of_a_reason.values():
        assert verdict(known[name], NOTATION) == "survives", f"{known[name]}: is caught now"


def test_the_part_that_is_run_has_every_operator():
    run = [mutant for label in EQUATIONS for mutant in sample(label)]
    assert {mutant.operator for mutant in run} == OPERATORS.keys()
    assert len(run) > 300


def test_every_operator_strikes_in_the_book():
    struck = Counter(mutant.operator for mutants in MUTANTS.values() for mutant in mutants)
    assert struck.keys() == OPERATORS.keys()
    assert struck.total() > 3000


def test_each_mutant_is_another_text_and_has_a_name_of_its_own():
    for label, found in MUTANTS.items():
        texts = {mutant.equation.latex for mutant in found} | {EQUATIONS[label].latex}
        assert len(texts) == len(found) + 1, f"{EQUATIONS[label].place()}: {label}"
        names = Counter(mutant.name for mutant in found)
        assert max(names.values()) == 1, names.most_common(1)


# ---- the operators ---------------------------------------------------------------------------

MISPRINTS = r"""
sign: J = -c + [i = j]
    J = -c - [i = j]
    J = +c + [i = j]
sign: J \approx c, \quad t = 1
    J \approx - c, \quad t = 1
drop transpose: A^{\top} B^{\top}
    A B^{\top}
    A^{\top} B
add transpose: W_{aa} (x_t)_{ij}
    W_{aa}^{\top} (x_t)_{ij}
    W_{aa} (x_t^{\top})_{ij}
add transpose: \hat y_t^{\top} \frac{\partial J}{\partial z_t} W_{ax}^{(t)}
shift time: a_{t-1}
    a_{t-2}
    a_{t}
shift time: \delta_T W_{aa}^{(t)}
    \delta_{T-1} W_{aa}^{(t)}
    \delta_{T+1} W_{aa}^{(t)}
    \delta_T W_{aa}^{(t-1)}
    \delta_T W_{aa}^{(t+1)}
shift time: a_0 b_a e_i
    a_{-1} b_a e_i
    a_{1} b_a e_i
sum limits: \sum_{k=1}^{m}
    \sum_{k=0}^{m}
    \sum_{k=2}^{m}
    \sum_{k=1}^{m-1}
    \sum_{k=1}^{m+1}
    \sum_{k=1}^{n_x}
    \sum_{k=1}^{n_a}
    \sum_{k=1}^{n_y}
    \sum_{k=1}^{m}
    \sum_{k=1}^{T}
quantifier: \quad t = 1, \dots, T - 1
    \quad t = 0, \dots, T - 1
    \quad t = 2, \dots, T - 1
    \quad t = 1, \dots, T-2
    \quad t = 1, \dots, T
index letter: (A)_{ik}
    (A)_{kk}
    (A)_{ii}
    (A)_{ki}
index letter: \sum_{i=1} [j] \mathrm{i} \ln
    \sum_{j=1} [j] \mathrm{i} \ln
    \sum_{i=1} [i] \mathrm{i} \ln
index letter: x_t y_s
    x_s y_s
    x_t y_t
index letter: (x)_{:k}
    (x)_{k:}
sibling: W_{ax} x_t
    W_{ax} z_t
    W_{ax} a_t
    W_{ax} \delta_t
    W_{aa} x_t
    W_{ya} x_t
sibling: \hat y_t
    o_t
    y_t
sibling: J J(c) J_t
    J_t J(c) J_t
    J J(c) J
sibling: b_a \lVert g \rVert
    b_y \lVert g \rVert
    b_a \lVert \tilde g \rVert
    b_a \lVert \theta \rVert
share of the batch: J = \frac{1}{m} c
    J = c
    J = \frac{1}{m} \frac{1}{m} c
exponent: c^2 a^{\odot 2} e^{c}
    c a^{\odot 2} e^{c}
    c^3 a^{\odot 2} e^{c}
    c^2 a e^{c}
    c^2 a^{\odot 3} e^{c}
numeral: (1 - a_1^2), \quad t = 3, \dots, 5
    (0 - a_1^2), \quad t = 3, \dots, 5
    (2 - a_1^2), \quad t = 3, \dots, 5
numeral: = \frac{1}{m} \mathbf{1}_m
    = \frac{0}{m} \mathbf{1}_m
    = \frac{2}{m} \mathbf{1}_m
function: \tanh'(c)
    (c)
    \tanh(c)
function: \min(\operatorname{Im} c)
    \min( c)
    \max(\operatorname{Im} c)
relation: [i = j] \le c = \approx
    [i = j] \ge c = \approx
    [i = j] \le c = =
    [i \ne j] \le c = \approx
relation: \left( s < t \right)
    \left( s > t \right)
entrywise: A \odot B c^{\odot 2}
    A B c^{\odot 2}
    A \odot B c^2
    A \odot B \odot c^{\odot 2}
entrywise: \sum_{k=1}^{m} A\, (b)_{ij}
    \sum_{k=1}^{m} A\, \odot (b)_{ij}
drop term: J = a - b + c
    J = - b + c
    J = a + c
    J = a - b
drop term: -a b + e^{c - \frac{g}{h}}
    -a b + e^{ - \frac{g}{h}}
    -a b + e^{c }
    + e^{c - \frac{g}{h}}
    -a b
drop term: a_{t-1} \frac{\partial J}{\partial b} (g)_{i,j+1}
drop factor: A^{\top} B \odot C
    B \odot C
    A^{\top} \odot C
    A^{\top} B
drop factor: A \odot B c
    B c
    A \odot c
    A \odot B
drop factor: \tanh (a_t)_{ik} [i = j]
    [i = j]
    \tanh (a_t)_{ik}
drop factor: \frac{\partial a b}{\partial c}
swap factors: W_{aa}^{\top} \delta_t \odot x_t
    \delta_t W_{aa}^{\top} \odot x_t
swap factors: \frac{\partial J}{\partial o_t} a_t^{\top} \frac{1}{m} (A)_{ij} (B)_{jk}
    a_t^{\top} \frac{\partial J}{\partial o_t} \frac{1}{m} (A)_{ij} (B)_{jk}
swap terms: (a - b c) d + g
    (b c - a) d + g
swap terms: -a - b
fraction: \frac{e^{c_{i}}}{m}
    \frac{m}{e^{c_{i}}}
brackets: \left( a + b \right) (c)_{ij} [g + h]
    a + b (c)_{ij} [g + h]
"""


def printed(latex):
    return " ".join(latex.split())


def examples():
    """Yield an operator, a formula, and what has to become of it."""
    for block in re.split(r"\n(?! )", MISPRINTS.strip()):
        (operator, formula), *expected = (line.split(": ") for line in block.split("\n"))
        yield operator, formula, [line.strip() for (line,) in expected]


@pytest.mark.parametrize(("operator", "formula", "expected"), list(examples()))
def test_an_operator_makes_exactly_these_misprints(operator, formula, expected):
    found = [printed(apply(edit, formula)) for edit in OPERATORS[operator](formula)]
    assert found == expected


def test_each_operator_has_an_example():
    assert {operator for operator, _, expected in examples() if expected} == OPERATORS.keys()


def test_remarks_and_comments_are_left_alone():
    latex = r"\underbrace{a - b}_{\text{$a_t$ - \top i}} \text{a - b} % a - b_t"
    assert list(edits(latex))
    for _, edit in edits(latex):
        assert edit.end <= latex.index("}_"), apply(edit, latex)


def test_what_looks_the_same_in_print_is_no_mutant():
    """The limit m for m is none; t+1 for t-1, by the sign or by the time, counts once."""
    latex = r"\sum_{k=1}^{m} c\, a_{t-1}"
    found = [apply(edit, latex).replace(" ", "") for _, edit in edits(latex)]
    assert latex.replace(" ", "") not in found
    assert found.count(r"\sum_{k=1}^{m}c\,a_{t+1}") == 1
    assert len(set(found)) == len(found)


# ---- the survey ------------------------------------------------------------------------------

STATE = Equation("eq-state", "a_t = \\tanh z_t, \\quad t = 1, \\dots, T\n", "book/x.md", 7)
NARROWER = [
    r"eq-state: quantifier: a_t = \tanh z_t, \quad t = ⟦1 → 2⟧, \dots, T",
    r"eq-state: quantifier: a_t = \tanh z_t, \quad t = 1, \dots, ⟦T → T-1⟧",
]


@pytest.fixture(scope="module")
def state():
    return Survey([STATE], NOTATION)


def test_survivors_that_have_their_reasons_are_no_fault(state, monkeypatch):
    monkeypatch.setattr(survey, "WANTED", 0.8)
    assert list(state.faults(dict.fromkeys(NARROWER, "less is claimed"))) == []


def test_a_survivor_without_a_reason_is_named_with_its_place(state):
    faults = list(state.faults({NARROWER[0]: "", NARROWER[1]: "less is claimed"}))
    advice = "not caught, and survivors.toml has no reason why it is true"
    assert faults[0] == f"book/x.md:7:28: {NARROWER[0]}: {advice}"


def test_a_listed_mutant_that_is_caught_or_gone_is_named(state):
    caught = r"eq-state: drop factor: gone"
    faults = list(state.faults(dict.fromkeys([*NARROWER, caught], "because")))
    assert faults[0] == f"survivors.toml: {caught}: this mutant no longer exists, or is caught"


def test_too_few_caught_is_a_fault(state):
    assert state.share < 0.97
    message = f"only {state.share:.1%} of the mutants are caught; 97% have to be"
    assert list(state.faults(dict.fromkeys(NARROWER, "because"))) == [message]


def test_an_equation_that_nobody_can_break_is_a_fault():
    plain = Equation("eq-plain", None, "book/x.md", 9)
    faults = list(Survey([STATE, plain], NOTATION).faults({}))
    assert "book/x.md:9:1: eq-plain: no mutant of it is caught" in faults


def test_the_table_counts_what_became_of_the_mutants(state):
    lines = str(state).splitlines()
    assert lines[0].split() == ["untrue", "refused", "survives"]
    assert lines[1 + list(OPERATORS).index("quantifier")].split() == ["quantifier", "0", "2", "2"]
    assert lines[-1].startswith(f"{len(state.verdicts)} mutants of 1 equations, ")


def test_a_crash_of_the_checker_is_no_catch(monkeypatch):
    def crash(equation, notation):
        raise ZeroDivisionError

    monkeypatch.setattr(survey, "check_equation", crash)
    with pytest.raises(ZeroDivisionError) as caught:
        verdict(next(mutants(STATE)), NOTATION)
    assert caught.value.__notes__[0].startswith("book/x.md:7:5: eq-state: sign: ")


def test_the_command_says_what_is_wrong(tmp_path, capsys):
    page = f"# A page\n\n```{{math}}\n:label: eq-state\n\n{STATE.latex}```\n"
    (tmp_path / "page.md").write_text(page)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    (tmp_path / "_config.yml").write_text("{}\n")
    (tmp_path / "book").mkdir()
    shutil.copy(ROOT / PAGE, tmp_path / PAGE)
    assert command.main([str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert "mutants of 1 equations" in out
    assert f"page.md:6:28: {NARROWER[0]}: not caught" in err
