"""The reader and the evaluator of equations: what they take, refuse, and say."""

import re
from pathlib import Path

import numpy as np
import pytest

from equations import Equation, EquationFault, Notation, World, check_equation, check_latex
from this_book.symbols import PAGE, read_notation

ROOT = Path(__file__).resolve().parents[2]
NOTATION = read_notation(ROOT)


def worlds():
    return NOTATION.worlds


def fault(latex):
    return check_latex(latex, NOTATION).fault


# ---- the table of symbols ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "found"),
    [
        ("b_a", [("b_{a}", False)]),
        (r"\hat y_t", [(r"\hat{y}", True)]),
        (r"\mathbf{1}_{n_y}", [(r"\mathbf{1}_{n_{y}}", False)]),
        (r"\mathbf{A}_{-}", [(r"\mathbf{A}_{-}", False)]),
        ("i", []),
        (r"\tanh", []),
        (r"\operatorname{diag}(v)", []),
        (r"A^{\top}", []),
        (r"\frac{\partial J}{\partial X}", []),
        (r"1 - a_t^{\odot 2}", []),
    ],
)
def test_a_symbol_in_the_table_is_read_and_an_expression_introduces_none(latex, found):
    assert read(latex) == found


def test_a_symbol_that_cannot_be_read_is_named():
    message = re.escape(
        r"in the table of symbols, $\frac$ cannot be read: \frac needs 2 argument(s)"
    )
    with pytest.raises(EquationFault, match=message):
        read(r"\frac")


def read(latex):
    page = f"| symbol |\n|---|\n| ${latex}$ |\n"
    notation = Notation(page, tuple)
    return [(n, False) for n in notation.names] + [(n, True) for n in notation.series]


# ---- what must not pass ----------------------------------------------------------------------

REFUSED = [
    # it says nothing
    ("a_t", "nothing is claimed"),
    ("", "nothing is claimed"),
    (r"\text{a remark}", "nothing is claimed"),
    ("J = J", "both sides are the same expression"),
    (r"\sum_{t=1}^{T} \delta_t = \sum_{t=1}^{T} {\delta_t}", "both sides are the same expression"),
    (r"\delta_t - \delta_t = 0 \delta_t", "both sides are zero everywhere"),
    (r"a_t = \tanh z_t, \quad s \ne s, \quad s = 1, \dots, T", "no case at all"),
    (r"a_t = \tanh z_t = z_t", "the two sides of = differ"),
    # a range is missing or wrong
    ("J = J [i = j]", "no range for i"),
    (r"a_t = \tanh z_t, \quad t = 5, \dots, 0", "there is no z_0: z runs over 1..6"),
    (r"a_{t+1} = \tanh z_{t+1}", "there is no a_7"),
    ("(W_{aa})_{ij} = (W_{ax})_{ij}", "j runs over 5 entries here, over 3 elsewhere"),
    ("(W_{aa})_{1,4} = (W_{aa})_{1,1}", "index 4 is outside 1..3"),
    (r"\delta_t = \sum_{t=1}^{T} \delta_t", "t is in use: sum over another letter"),
    (r"J = \sum_{t=1}^{\eta} J_t", "an index or a limit must be a whole number"),
    (r"J = \frac{1}{1 - 1}", "this has no value: "),
    (r"\sum_t \delta_t = J", "the limits must read _{k=1}^{m}"),
    # it reads in two ways
    (r"\tanh z_t a_t = a_t", "where does the argument of tanh end?"),
    (r"\operatorname{softmax}(o_t)_{ik} = 1", "a script after softmax(…) is ambiguous"),
    (r"(W_{aa})^{\top}_{ij} = (W_{aa})_{ji}", "an index after a power is ambiguous"),
    (r"(a_t)_{ik}^2 = \tanh (z_t)_{ik}^2", "a power of a function is ambiguous"),
    (r"\frac12 J = J", "put braces round a number of several digits"),
    ("a_t-1 = a_{t-1}", "the two sides of = differ"),
    ("W_{ax}_{ij} = 1", "entries of a matrix are written (A)_{ij}"),
    # the shapes do not fit
    ("W_{ax} a_t = z_t", "cannot multiply (3, 5) by (3, 2)"),
    ("z_t = o_t + a_t", "cannot add (4, 2) and (3, 2)"),
    (r"a_t \odot x_t = z_t", "⊙ needs two equal shapes, not (3, 2) and (5, 2)"),
    ("a_t = W_{aa}", "the left is (3, 2), the right (3, 3)"),
    ("a_t^2 = a_t", "a power of a matrix"),
    (r"J(W_{aa}) = J", "J takes all parameters in one column"),
    ("J [a_t = z_t] = J", "a condition compares numbers"),
    (r"\max(J) = J", "max does not take a number"),
    (r"J^{\top} = J", "a number has no transpose"),
    (r"\frac{a_t}{z_t} = 1", "only a number can be divided by"),
    (r"\operatorname{diag}(a_t) = 1", "diag does not take (3, 2)"),
    ("(b_a)_{ij} = (b_a)_i", "2 indices for 1 axes"),
    ("(a_t)_{i\\hat k} = 1", "an index is one letter"),
    ("(a_t)_{i + 1} = 1", "an index is one letter"),
    (r"\frac{\partial (a_t)_{ik}}{\partial \theta_j} = 1", "only J has a derivative"),
    ("(a_t)_{i} = 1", "1 indices for 2 axes"),
    # derivatives
    (r"\frac{\partial a_t}{\partial z_t} = 1", "write entries or columns"),
    (r"\frac{\partial J}{\partial (W_{aa} a_t)} = 0", "only a symbol or one of its entries"),
    (r"\frac{\partial^2 J}{\partial W_{aa}} = 0", "expected a term, found ^"),
    (r"\frac{\partial \delta_t}{\partial m} = 0", r"the forward pass does not compute \delta"),
    (r"\frac{\partial J}{\partial W_{aa}^{(0)}} = 0", "step 0 uses no copy"),
    # cases
    (r"J = \begin{cases} J \\ 2 & m = 1 \end{cases}", "a case reads: value & condition"),
    (r"J = \begin{cases} J & \text{else} \\ 2 & m = 1 \end{cases}", "only the last case may go"),
    (r"J = \begin{cases} J & m = 1 \end{cases}", "none of the cases holds"),
    (r"J = \begin{cases} J & m > 1 \\ J & m \ge 1 \end{cases}", "2 of the cases hold at once"),
    (r"J = \begin{cases} 2 & m = 1 \\ 1 & \text{otherwise} \end{cases}", "the two sides of ="),
    (r"a_t \coloneqq z_t", r"the two sides of \coloneqq differ"),
    # it is not in the notation
    (r"a_t = \sigma(z_t)", r"unknown symbol \sigma"),
    ("h_t = z_t", "unknown symbol h"),
    (r"\hat Y_t = o_t", r"unknown symbol \hat{Y}; did you mean \hat{y}_t?"),
    (r"a_t = \operatorname{relu}(z_t)", "unknown function relu"),
    (r"a_t \sim \tanh z_t", r"cannot read \sim here"),
    (r"a_t = \cancel{\tanh z_t}", r"unknown symbol \cancel"),
    (r"W_{aa} \gets J", "the left is (3, 3), the right a number"),
    (r"J \gets J - \eta", "nothing says what this becomes"),
    # it is not LaTeX, or not all of it was read
    (r"a_t = \tanh(z_t", "expected ), found the end"),
    ("a_{t = z_t", "no end for this {"),
    ("a_t} = z_t", "} closes nothing"),
    (r"\begin{aligned} a_t &= z_t", r"no end for this \begin{aligned}"),
    (r"a_t = \frac{1}", r"\frac needs 2 argument(s)"),
    (r"a_t = \frac{}{m}", "expected a term, found the end"),
    (r"a_t = \tanh z_t +", "expected a term, found the end"),
    (r"a_t = \tanh z_t \tag{1}", r"cannot read \tag here"),
    (r"a_t = \tanh z_t \quad t", "expected a range such as"),
    (r"\underbrace{a_t}_{z_t} = \tanh z_t", "a brace is labelled in words"),
]


@pytest.mark.parametrize(("latex", "message"), REFUSED)
def test_what_must_not_pass_is_refused(latex, message):
    found = fault(latex)
    assert found, "it passed"
    assert message in found


def test_a_fault_is_found_at_its_line_and_column():
    latex = "\\begin{aligned}\nz_t\n  &= W_{ax} x_t + W_{aa} a_w + b_a\n\\end{aligned}\n"
    result = check_equation(Equation("eq-x", latex, "book/x.md", 10), NOTATION)
    assert str(result) == "book/x.md:12:28: eq-x: unknown symbol w"
    assert check_equation(Equation("eq-x", "", "book/x.md", 10), NOTATION).place == "book/x.md:10:1"


JACOBIAN = r"\frac{\partial (\hat y_t)_{ik}}{\partial (o_t)_{jk}} = "


@pytest.mark.parametrize(
    "latex",
    [
        r"\boxed{a_t} = {\tanh\left(z_t\right)} % a comment",
        r"a_t = \tanh z_t, \qquad \text{for } 1 \le t \le T",
        r"a_{t-1} = \tanh z_{t-1}, \quad t = 2, \dots, T",
        r"J = \sum_{t=1}^{T} J_t \qquad a_t = \tanh z_t",
        r"(z_t)_{:k}^{\top} (z_t)_{:k} = \sum_{i=1}^{n_a} (z_t)_{ik}^2",
        r"\lVert W_{aa} a_t \rVert \le \lVert W_{aa} \rVert \, \lVert a_t \rVert",
        r"\frac{\partial (a_t)_{ik}}{\partial (z_s)_{jl}} = 0, \quad 1 \le t < s \le T",
        r"(W_{aa})_{ij} [i = j] = 0, \quad i \ne j",
        r"(a_t)_{i,k+1} = \tanh (z_t)_{i,k+1}, \quad k = 1, \dots, m - 1, \quad t = 1, t = 1",
        r"\prod_{t=1}^{T} e^{J_t} = e^J",
        r"a_t \coloneqq \tanh z_t",
        r"J = \begin{cases} 2 & m = 1 \\ J & \text{otherwise} \end{cases}",
        JACOBIAN + r"\begin{cases} (\hat y_t)_{ik} (1 - (\hat y_t)_{ik}) & \text{if } i = j, \\ "
        r"-(\hat y_t)_{ik} (\hat y_t)_{jk} & i \ne j. \end{cases}",
    ],
)
def test_other_ways_to_write_it_are_read(latex):
    assert fault(latex) is None


def test_macros_are_expanded_before_anything_is_read():
    """Arguments with and without braces, a macro in a macro, and one that takes nothing."""
    grad, state = r"\frac{\partial #1}{\partial #2}", r"\tanh\left(#1\right)"
    macros = {r"\grad": grad, r"\dJ": r"\grad{J}{#1}", r"\state": state, r"\Waa": "W_{aa}"}
    notation = Notation((ROOT / PAGE).read_text("utf-8"), lambda: worlds()[:1], macros=macros)
    notation.copied = NOTATION.copied
    for latex in (
        r"\grad J \Waa = \sum_{t=1}^{T} \delta_t a_{t-1}^{\top}",
        r"\dJ{\Waa} = \sum_{t=1}^{T} \grad{J}{\Waa^{(t)}}",
        r"a_t = \state{z_t}",
    ):
        assert check_latex(latex, notation).fault is None
    assert check_latex(r"a_t = \state", notation).fault == "expected a term, found )"


def test_a_book_may_bring_functions_of_its_own():
    def sigma(z):
        return 1 / (1 + np.exp(-z))

    functions = {r"\sigma": sigma, r"\sigma'": lambda z: sigma(z) * sigma(-z), "relu": abs}
    world = World({"z": np.array([[0.3, 2.0]])}, functions=functions)
    notation = Notation("| symbol |\n|---|\n| $z$ |\n", lambda: [world], functions=functions)
    for latex in (
        r"\sigma'(z) = \sigma(z) \odot (1 - \sigma(z))",
        r"\operatorname{relu}(z)_{ij} = \max(0, (z)_{ij})",
    ):
        assert check_latex(latex, notation).fault is None
        assert "differ" in check_latex(latex.replace("= ", "= 2 "), notation).fault
    assert check_latex(r"\tau(z) = 1", notation).fault == r"unknown symbol \tau"
    assert "no derivative" in check_latex(r"\frac{\partial z}{\partial z} = 1", notation).fault


BOUND = r"\lVert W_{aa} a_t \rVert \le \lVert W_{aa} \rVert \, \lVert a_t \rVert"


def test_a_bound_holds_in_many_draws_but_is_not_pinned():
    outcome = check_latex(BOUND, NOTATION)
    assert outcome.fault is None
    assert (outcome.pinned, outcome.draws) == (False, len(NOTATION.draws))
    equality = check_latex("W_{aa} a_t = W_{aa} a_t + 0", NOTATION)
    assert (equality.pinned, equality.draws) == (True, 0)
    assert "> fails in" in fault(BOUND.replace(r"\le", ">"))


def test_a_bound_that_only_some_networks_keep_is_refused():
    """Entries of W_aa are small in the three worlds; they are not in every draw."""
    claim = r"\lVert W_{aa} \rVert \le 3"
    assert all(np.linalg.norm(w.names["W_{aa}"], 2) < 3 for w in worlds())
    assert r"\le fails in 1 of 1 cases" in fault(claim)


def test_a_bound_that_is_reached_is_not_refused_for_its_rounding():
    assert fault(r"\lVert \tilde g \rVert \le c") is None
    assert fault(r"c \ge \lVert \tilde g \rVert") is None
    assert "< fails" in fault(r"\lVert \tilde g \rVert < c")


@pytest.mark.parametrize(
    ("latex", "kinds", "derived"),
    [
        (r"a_t = \tanh z_t", {"equality"}, False),
        (r"a_t \coloneqq \tanh z_t = a_t + 0", {"definition", "equality"}, False),
        (r"b_a \gets b_a - \eta \frac{\partial J}{\partial b_a}", {"update"}, True),
        (r"\delta_T \approx \frac{\partial J}{\partial z_T}", {"approximation"}, True),
        (r"\lVert g \rVert \ge 0", {"bound"}, True),
    ],
)
def test_what_was_checked_is_said(latex, kinds, derived):
    outcome = check_latex(latex, NOTATION)
    assert outcome.fault is None
    assert (outcome.kinds, outcome.derived) == (kinds, derived)


def test_an_equation_without_a_world_does_not_hold():
    facts = ("one", "two")
    worlds = [World({"z": 1.0}, facts=[fact]) for fact in facts]
    notation = Notation("| symbol |\n|---|\n| $z$ |\n", lambda: worlds)

    def check(*said):
        comments = "".join(f"% {fact}\n" for fact in said)
        return check_equation(Equation("eq-x", comments + "z = 1", "x.md", 1), notation)

    assert [(check(fact).fault, check(fact).worlds) for fact in facts] == [(None, 1)] * 2
    none = "there is no world{}, so nothing was evaluated"
    assert check(*facts).fault == none.format(" in which one and two")
    worlds.clear()
    notation = Notation("| symbol |\n|---|\n| $z$ |\n", lambda: worlds)
    assert check().fault == none.format("")
