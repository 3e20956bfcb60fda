"""The whole algorithm: its listing, and the table of the toy's values, redone by hand."""

import re
from pathlib import Path

import numpy as np
import pytest

from repository import the_book
from rnn_from_scratch.toy import toy_problem
from this_book.network import PARAMETERS, Network
from this_book.toy import run_toy
from this_book.whole import FILE, START, backward_pass, value_table

ROOT = Path(__file__).resolve().parents[2]
LISTING = backward_pass()
UNIT = 1e-3  # of the last decimal that is printed


def read(text):
    """Return the printed matrices of a table, by their symbols: a list for the columns."""
    rows = [line.split(" | ") for line in text.splitlines()[2:]]
    return {row[0].strip("|$ "): [matrix(cell) for cell in row[1:]] for row in rows}


def matrix(cell):
    if cell.strip(" |$") in ("", "0"):
        return 0 if "0" in cell else None
    found = re.search(r"smallmatrix\} (.*) \\end", cell)[1]
    return np.array([[float(entry) for entry in row.split("&")] for row in found.split(r"\\")])


PRINTED = read(str(value_table()))
J = r"\frac{\partial J}{\partial %s}"
BY = {name: [PRINTED[J % name][t] for t in range(3)] for name in ("o_t", "a_t")}


def column(name):
    return PRINTED[name][:3]


def by_hand():
    """Compute each row from those above it, as they are printed, with nothing of the module.

    Only the carry takes what stands below, in the column of the next step.
    """
    x, _, _, p = toy_problem()
    x = [x[:, :, t] for t in range(3)]
    z, a, o, y_hat = (column(name) for name in ("z_t", "a_t", "o_t", r"\hat y_t"))
    before, y = [np.zeros((4, 1)), *a[:2]], np.array([[1], [0]])
    own, carry = column(r"W_{ya}^{\top} " + J % "o_t"), column(r"W_{aa}^{\top} \delta_{t+1}")
    delta, slope = column(r"\delta_t"), column(r"1 - a_t^{\odot 2}")
    yield "x_t", x
    yield "z_t", [p["Wax"] @ x[t] + p["Waa"] @ before[t] for t in range(3)]
    yield "a_t", [np.tanh(z[t]) for t in range(3)]
    yield "o_t", [p["Wya"] @ a[t] for t in range(3)]
    yield r"\hat y_t", [np.exp(o[t]) / np.exp(o[t]).sum() for t in range(3)]
    J_t = [-np.log(y_hat[t][:1]) for t in range(3)]
    yield "J_t", [*J_t, sum(column("J_t"))]
    yield J % "o_t", [y_hat[t] - y for t in range(3)]
    yield r"W_{ya}^{\top} " + J % "o_t", [p["Wya"].T @ BY["o_t"][t] for t in range(3)]
    yield r"W_{aa}^{\top} \delta_{t+1}", [*(p["Waa"].T @ delta[t + 1] for t in range(2)), 0]
    yield J % "a_t", [own[t] + carry[t] for t in range(3)]
    yield r"1 - a_t^{\odot 2}", [1 - a[t] ** 2 for t in range(3)]
    yield r"\delta_t", [BY["a_t"][t] * slope[t] for t in range(3)]
    yield J % "x_t", [p["Wax"].T @ delta[t] for t in range(3)]
    yield J % "a_0", [p["Waa"].T @ delta[0]]
    for name, left, right in (
        ("W_{ya}", BY["o_t"], a),
        ("b_y", BY["o_t"], [np.ones((1, 1))] * 3),
        ("W_{ax}", delta, x),
        ("W_{aa}", delta, before),
        ("b_a", delta, [np.ones((1, 1))] * 3),
    ):
        steps = [left[t] @ right[t].T for t in range(3)]
        yield J % name, [*steps, sum(column(J % name))]


BY_HAND = dict(by_hand())
OFF = {
    name: max(np.abs(came - PRINTED[name][n]).max() for n, came in enumerate(values)) / UNIT
    for name, values in BY_HAND.items()
}


# the table


@pytest.mark.parametrize("name", PRINTED)
def test_each_printed_row_can_be_computed_from_the_others(name):
    assert len(BY_HAND[name]) == sum(value is not None for value in PRINTED[name])
    assert OFF[name] < 2.5


def test_it_is_the_third_decimal_that_may_differ():
    assert max(OFF.values()) > 0.5


def test_a_wrong_digit_is_noticed():
    wrong = read(str(value_table()).replace("-0.802", "-0.812"))["a_t"][1]
    assert np.abs(wrong - BY_HAND["a_t"][1]).max() / UNIT > 2.5


# the listing


def test_the_listing_takes_one_screen():
    assert 15 <= len(LISTING.rows) <= 20
    assert max(len(row.text) for row in LISTING.rows) <= 70


def test_each_line_that_computes_a_gradient_is_in_the_listing_once():
    derived = {line.cell.fragment for line in the_book().files()[FILE] if line.cell}
    held = {row.cell.fragment for row in LISTING.rows}
    assert held <= derived
    others = {name for name in derived - held if "by class" not in name}
    assert others == {"add up the contributions"}  # whose lines took what they add


def test_each_line_leads_to_a_page_of_the_book():
    html = LISTING._repr_html_()
    links = re.findall(r'href="([\w-]+)\.html#([\w-]+)"', html)
    assert len(links) == len(LISTING.rows)
    for page, place in links:
        assert (ROOT / "book" / f"{page}.md").exists()
        assert place.startswith(("fragment-", "definition-"))


def test_the_listing_holds_no_function_and_no_check():
    assert not re.search(r"def |return|check_|raise|step\[", LISTING.code)
    assert START not in LISTING.code
    compile(LISTING.code, "the listing", "exec")


def test_the_numbers_beside_the_nodes_of_a_graph_are_those_of_another_forward_pass():
    """Their gradients are measured by complex step, in a pass that shares nothing with the module.

    To 1e-12 of the largest entry.
    """
    x, labels, a0, parameters = toy_problem()
    network = object.__new__(Network)
    network.m, network.T, network.labels = 1, 3, labels
    given = {(name, None): parameters[code] for name, (code, _) in PARAMETERS.items()}
    network.begin(given | {("a", 0): a0} | {("x", t): x[:, :, t - 1] for t in (1, 2, 3)})
    nodes = run_toy().nodes()
    assert len(nodes) == 1 + 3 * 6
    for (row, t), (value, gradient) in nodes.items():
        node = (r"\hat{y}" if row == "y" else row), t
        for came, expected in (
            (value, network.nodes[node]),
            (gradient, network.jacobian(("J", None), node)),
        ):
            expected = np.reshape(expected, came.shape)
            np.testing.assert_allclose(came, expected, rtol=0, atol=1e-12 * abs(expected).max())
