"""A formula that is shown elsewhere is one of the book's, or it is refused."""

from pathlib import Path

import pytest

from equations import (
    EquationFault,
    PrintedEquations,
    make_worlds,
    read_equations,
    read_macros,
)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def printed():
    world = make_worlds(read_macros(ROOT))[0]
    return PrintedEquations(read_equations(ROOT), world)


@pytest.mark.parametrize(
    ("latex", "label"),
    [
        (r"z_t = W_{ax} x_t + W_{aa} a_{t-1} + b_a", "eq-z"),
        (r"\boxed{\,z_t\,} = {W_{ax}} x_t + W_{aa}\, a_{t-1} + b_a \quad \text{now}", "eq-z"),
        (r"\delta_{T+1} = 0", "eq-dz-end"),
        (
            r"J_t = -\frac1m \mathbf1_{n_y}^\top (y_t \odot \ln \hat y_t) \mathbf{1}_m",
            "eq-loss-matrix",
        ),
        (r"\tanh'(z_t) = 1 - a_t^{\odot 2}", "eq-tanh-prime"),  # the ends of a chain of three
        (r"\tanh'(z_t) = 1 - \tanh^2(z_t)", "eq-tanh-prime"),
    ],
)
def test_a_formula_of_the_book_is_found_however_it_is_set(printed, latex, label):
    assert label in printed.labels(latex)


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("z_t = W_{ax} x_t + W_{aa} a_t + b_a", "no labelled equation says z_t = W_{ax} x_t"),
        ("W_{ax} x_t + W_{aa} a_{t-1} + b_a = z_t", "no labelled equation says"),
        (r"\delta_{T+1} = 0, \quad \delta_T = 0", r"no labelled equation says \delta_T = 0"),
        (r"\delta_{T+1} = q", "unknown symbol q"),
        (r"\delta_{T+1}", "nothing is claimed here"),
    ],
)
def test_a_formula_that_the_book_does_not_have_is_refused(printed, latex, message):
    with pytest.raises(EquationFault) as caught:
        printed.labels(latex)
    assert message in str(caught.value)


def test_every_equation_of_the_book_is_found_in_the_book(printed):
    for equation in read_equations(ROOT):
        assert equation.label in printed.labels(equation.latex)
