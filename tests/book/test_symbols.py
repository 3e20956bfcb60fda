"""The equations and the symbols of the book: each equation holds, and its worlds are right."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import autograd
import numpy as np
import pytest

from equations import Notation, check_equation, check_latex, read_equations
from equations.checking import TOLERANCE
from literate.loading import read_contents
from oracle import EXACT, ROUNDING, distance, loss, loss_gradients, states
from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.clipping import clip_by_norm
from rnn_from_scratch.fast import truncated_loss_and_gradients
from this_book.network import PARAMETERS, STEP, truncated_gradient
from this_book.symbols import DRAWS, EVERY_STEP_COUNTS, PAGE, WINDOW, read_notation

ROOT = Path(__file__).resolve().parents[2]
EQUATIONS = {equation.label: equation for equation in read_equations(ROOT, read_contents(ROOT)[0])}
NOTATION = read_notation(ROOT)
WORLDS = ("first", "second", "ragged")


def worlds():
    return NOTATION.worlds


def world(name):
    return worlds()[WORLDS.index(name)]


def fault(latex):
    return check_latex(latex, NOTATION).fault


# ---- the book --------------------------------------------------------------------------------


@pytest.mark.parametrize("label", EQUATIONS)
def test_the_equation_holds(label):
    result = check_equation(EQUATIONS[label], NOTATION)
    assert result.fault is None, str(result)
    assert result.cases > 1
    assert result.error <= (1e-8 if label == "eq-central" else 1e-14), str(result)


def test_no_label_of_an_equation_is_left_out():
    pages = (ROOT / "book").glob("*.md")
    written = [
        label for p in pages for label in re.findall(r":label: (eq-\S+)", p.read_text("utf-8"))
    ]
    assert sorted(written) == sorted(EQUATIONS)
    assert len(written) > 60


def test_in_a_ragged_batch_only_what_needs_every_step_fails():
    """Those that say so in their source: two of the output error, and one that puts them in."""
    ragged = [world("ragged")]
    failing = {
        label for label, e in EQUATIONS.items() if check_latex(e.latex, NOTATION, ragged).fault
    }
    assert failing == {label for label, e in EQUATIONS.items() if EVERY_STEP_COUNTS in e.comments}
    assert len(failing) == 3


def test_no_equation_of_the_book_is_exempt():
    """Raise the number if one has to be; the page of checked equations prints its reason."""
    exempt = [f"{e.place()}: {e.label}" for e in EQUATIONS.values() if e.unchecked]
    assert len(exempt) <= 0, exempt


def test_the_page_says_how_the_equations_are_checked():
    """Its numbers are typed: these are what they stand for."""
    page = (ROOT / "book/checked.md").read_text("utf-8")
    said = {
        "three random networks": len(NOTATION.worlds) == 3,
        "a hundred more networks": DRAWS == 100,
        r"moved by $10^{-30}\, \mathrm{i}$": STEP == 1e-30,
        "More than $10^{-12}$ stops the build": TOLERANCE["="] == 1e-12,
        r"$10^{-6}$ where the equation says $\approx$": TOLERANCE[r"\approx"] == 1e-6,
    }
    for words, holds in said.items():
        assert words in page, words
        assert holds, words


# ---- the worlds ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WORLDS)
def test_the_symbols_of_the_notation_table_and_no_others_have_a_value(name):
    assert world(name).names.keys() == NOTATION.names
    assert world(name).series.keys() == NOTATION.series


@pytest.mark.parametrize("name", WORLDS)
def test_the_shapes_are_those_of_the_notation_table(name):
    """Where the table gives one shape for each symbol of a row, or one for all of them."""
    sizes = {size: str(world(name).names[size]) for size in ("n_{x}", "n_{a}", "n_{y}", "m", "T")}
    compared = 0
    for row in re.findall(r"^\| (\$.+) \|$", (ROOT / PAGE).read_text("utf-8"), re.MULTILINE):
        cells = row.split(" | ")
        shapes = re.findall(r"\$\((.+?)\)\$", cells[2]) if len(cells) == 4 else []
        symbols = [found for symbol in re.findall(r"\$(.+?)\$", cells[0]) for found in read(symbol)]
        if len(shapes) not in (1, len(symbols)):
            continue
        for (symbol, in_steps), shape in zip(symbols, shapes * len(symbols), strict=False):
            value = world(name).series[symbol][1] if in_steps else world(name).names[symbol]
            spelt = re.sub(r"n_(\w)", r"n_{\1}", shape)
            dims = [np.prod([int(sizes.get(s, s)) for s in d.split()]) for d in spelt.split(",")]
            assert np.shape(value) == tuple(dims), f"{symbol}: the table says ({shape})"
            compared += 1
    assert compared > 15


def read(latex):
    notation = Notation(f"| symbol |\n|---|\n| ${latex}$ |\n", tuple)
    return [(n, False) for n in notation.names] + [(n, True) for n in notation.series]


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_is_awkward(name):
    names = world(name).names
    sizes = [names[n] for n in ("n_{x}", "n_{a}", "n_{y}", "m", "T")]
    assert len(set(sizes)) == 5
    assert min(sizes) > 1
    assert np.abs(world(name).series["a"][0]).min() > 0
    mask = np.concatenate(list(world(name).series[r"\mu"].values()))
    assert (mask.min() == 0) == (name == "ragged")
    assert mask.max() == 1


def test_the_gradient_is_clipped_in_one_world_and_not_in_another():
    clipped = [distance(w.names[r"\tilde{g}"], w.names["g"]) > 0.1 for w in worlds()]
    assert clipped == [True, False, True]


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_agrees_with_autograd_and_with_the_module(name):
    problem = world(name).network.problem()
    J, gradients = plain_loss_and_gradients(*problem)
    assert distance(world(name).names["J"], J) <= ROUNDING
    assert distance(world(name).names["J"], loss(*problem)) <= ROUNDING
    outside = loss_gradients(*problem)
    for key, code in keys(world(name)):
        value = world(name).jacobian(("J", None), key)
        for judge in (gradients, outside):
            expected = judge[f"d{code}"]
            expected = expected[:, :, key[1] - 1] if code == "x" else expected
            assert distance(value, expected) <= EXACT, f"{name}: {key}"


def keys(of):
    yield from (((symbol, None), code) for symbol, (code, _) in PARAMETERS.items())
    yield from ((("x", t), "x") for t in range(1, of.names["T"] + 1))
    yield ("a", 0), "a0"


@pytest.mark.parametrize("name", WORLDS)
def test_the_jacobians_of_a_world_agree_with_autograd(name):
    x, _, a0, parameters = world(name).network.problem()
    by_a0 = autograd.jacobian(lambda a: states(x, a, parameters)[2])(a0)
    assert distance(world(name).jacobian(("a", 3), ("a", 0)), by_a0) <= EXACT
    by_Waa = autograd.jacobian(lambda W: states(x, a0, parameters | {"Waa": W})[2])
    expected = by_Waa(parameters["Waa"])
    assert distance(world(name).jacobian(("a", 3), ("W_{aa}", None)), expected) <= EXACT


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_clips_as_the_module_does(name):
    names = world(name).names
    _, gradients = plain_loss_and_gradients(*world(name).network.problem())
    clipped = clip_by_norm(gradients, names["c"])
    column = np.concatenate([clipped[f"d{code}"].ravel() for code, _ in PARAMETERS.values()])
    assert distance(names[r"\tilde{g}"][:, 0], column) <= EXACT


@pytest.mark.parametrize("name", WORLDS)
def test_a_shard_of_a_world_is_what_the_module_makes_of_its_columns(name):
    x, labels, a0, parameters = world(name).network.problem()
    ends = [world(name).series["q"][r] for r in (1, 2, 3)]
    for r, now in enumerate((slice(*ends[:2]), slice(*ends[1:])), 1):
        J, gradients = plain_loss_and_gradients(x[:, now], labels[now], a0[:, now], parameters)
        assert distance(world(name).series["S"][r], J) <= ROUNDING
        for symbol, (code, _) in PARAMETERS.items():
            value = world(name).jacobian(("S", r), (symbol, None))
            assert distance(value, gradients[f"d{code}"]) <= EXACT, f"{code}, shard {r}"


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("window", [1, WINDOW, 4])
def test_a_world_truncates_as_the_module_does(name, window):
    network = world(name).network
    _, gradients = truncated_loss_and_gradients(*network.problem(), window)
    for symbol, (code, _) in PARAMETERS.items():
        truncated = truncated_gradient(network, symbol, window)
        assert distance(truncated, gradients[f"d{code}"]) <= EXACT, f"{code}, window {window}"


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("window", [1, WINDOW, 4])
def test_a_truncated_gradient_is_autograds_with_the_state_held(name, window):
    """Each step's loss goes back to the state before its window, as if a short walk began there."""
    x, labels, a0, parameters = world(name).network.problem()
    held = [a0, *states(x, a0, parameters)]
    T = x.shape[2]
    expected = {f"d{code}": 0.0 for _, (code, _) in PARAMETERS.items()}
    for t in range(1, T + 1):
        first = (t - 1) // window * window
        only_last = np.full_like(labels[:, first:t], -1)
        only_last[:, -1] = labels[:, t - 1]
        walk = x[:, :, first:t], only_last, held[first], parameters
        step = loss_gradients(*walk)
        expected = {key: expected[key] + step[key] for key in expected}
    for symbol, (code, _) in PARAMETERS.items():
        truncated = truncated_gradient(world(name).network, symbol, window)
        assert distance(truncated, expected[f"d{code}"]) <= EXACT, f"{code}, window {window}"


@pytest.mark.parametrize("name", WORLDS)
def test_a_window_as_long_as_the_sequence_truncates_nothing(name):
    network = world(name).network
    for symbol in PARAMETERS:
        whole = network.jacobian(("J", None), (symbol, None))
        assert distance(truncated_gradient(network, symbol, network.T), whole) <= EXACT
    cut = truncated_gradient(network, "W_{aa}", WINDOW)
    assert distance(cut, network.jacobian(("J", None), ("W_{aa}", None))) > 1e-3


def test_a_truncated_gradient_can_stand_in_an_equation():
    steps = r"\sum_{r=1}^{N} \sum_{t=(r-1)K+1}^{\min(rK,\, T)} \sum_{s=(r-1)K+1}^{t} "
    right = (
        r"\frac{\partial \bar J}{\partial W_{ax}} = "
        + steps
        + r"\frac{\partial J_t}{\partial W_{ax}^{(s)}}"
    )
    assert fault(right) is None
    assert fault(right.replace("s=(r-1)K", "s=(r-2)K")).startswith("step -1 uses no copy")
    assert fault(right.replace("s=(r-1)K+1", "s=1")).startswith("the two sides of = differ")
    assert "with respect to parameters only" in fault(r"\frac{\partial \bar J}{\partial x_1} = 0")


# ---- planted mistakes ------------------------------------------------------------------------

MISTAKES = [
    # a sign
    ("eq-do", r"\hat y_t - y_t", r"\hat y_t + y_t"),
    ("eq-loss", r"-\frac{1}{m}", r"\frac{1}{m}"),
    ("eq-dz", "1 - a_t", "1 + a_t"),
    ("eq-da", "+ \\underbrace{W_{aa}", "- \\underbrace{W_{aa}"),
    ("eq-softmax-jacobian", "- (", "+ ("),
    ("eq-update", r"- \eta", r"+ \eta"),
    ("eq-central", r"- J(\theta - ", r"+ J(\theta - "),
    # a transpose
    ("eq-dWaa", r"a_{t-1}^{\top}", "a_{t-1}"),
    ("eq-dx", r"^{\top}", ""),
    ("eq-da0", r"^{\top}", ""),
    ("eq-da", r"W_{aa}^{\top}", "W_{aa}"),
    ("eq-z", "W_{aa} a", r"W_{aa}^{\top} a"),
    ("eq-da-index", "(W_{aa})_{ij}", "(W_{aa})_{ji}"),
    # an index of time, or of an entry
    ("eq-dWaa", "a_{t-1}", "a_t"),
    ("eq-dWaa-index", "a_{t-1}", "a_t"),
    ("eq-forward", "a_{t-1}", "a_t"),
    ("eq-dz-recursion", r"\delta_{t+1}", r"\delta_t"),
    ("eq-da0", r"\delta_1", r"\delta_2"),
    ("eq-copies", "t=1", "t=2"),
    ("eq-total", "s=1", "s=2"),
    ("eq-immediate", "_{lk}", "_{ik}"),
    ("eq-o-by-all", "[l = k]", "[l = j]"),
    ("eq-dWya-index", "(a_t)_{jk}", "(a_t)_{ik}"),
    # one symbol for another
    ("eq-z", "b_a", "b_y"),
    ("eq-dWax", "x_t", "a_t"),
    ("eq-dWya", r"a_t", r"z_t"),
    ("eq-dz", r"\partial a_t}", r"\partial o_t}"),
    ("eq-dz-index", "1 - (a_t)", "1 - (z_t)"),
    ("eq-tanh-prime", "1 - a_t", "1 - z_t"),
    ("eq-softmax", r"e^{(o_t)_{jk}}", r"e^{(o_t)_{ik}}"),
    ("eq-whole-backward", r"\hat y_t - y_t", r"y_t - \hat y_t"),
    ("eq-do-masked", r"\mu_t", r"\mu_{t-1}"),
    # the mean over the batch
    ("eq-do", r"\frac{1}{m} ", ""),
    ("eq-do-masked", r"\frac{1}{m} ", ""),
    ("eq-loss-matrix", r"\frac{1}{m}", r"\frac{1}{T}"),
    ("eq-dy-hat", r"\frac{1}{m} ", ""),
    ("eq-whole-backward", r"\frac{1}{m}\,", ""),
    # the wrong product
    ("eq-dz", r"\odot \left", r"\left"),
    ("eq-dz-recursion", r"\odot \left", r"\left"),
    ("eq-loss-matrix", r"\odot ", ""),
    ("eq-dWaa-step", r"\delta_t\, a", r"\delta_t \odot a"),
    ("eq-dz", r"a_t^{\odot 2}", "a_t"),
    # a term or a factor
    ("eq-z-index", "+ (b_a)_i", ""),
    ("eq-o", "+ b_y", ""),
    ("eq-dz-recursion", r"+ W_{aa}^{\top} \delta_{t+1}", ""),
    ("eq-total-recursion", r"[i = j]\, (a_{t-1})_{lk} +", ""),
    ("eq-do-index", "[i = j] - ", "-"),
    ("eq-do-masked", r"\operatorname{diag}(\mu_t)", ""),
    ("eq-tanh-jacobian", r"[l = k]", ""),
    ("eq-dba", r"\, \mathbf{1}_m", ""),
    ("eq-clip", r"\min\left( 1, \frac{c}{\lVert g \rVert} \right)", r"\frac{c}{\lVert g \rVert}"),
]


@pytest.mark.parametrize(("label", "right", "wrong"), MISTAKES)
def test_a_planted_mistake_is_caught(label, right, wrong):
    latex = EQUATIONS[label].latex
    assert right in latex, "the book has changed: plant another mistake"
    mutant = replace(EQUATIONS[label], latex=latex.replace(right, wrong, 1))
    assert check_equation(mutant, NOTATION).fault


# ---- the command, and macros ------------------------------------------------------------------

CHAPTER = r"""# A chapter

:::{admonition} Claim
```{math}
:label: eq-state

a_t = \activation{z_t}
```
:::

"""


@pytest.fixture
def book(tmp_path):
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    macros = r"katex_macros: {'\activation': '\tanh\left(#1\right)'}"
    (tmp_path / "_config.yml").write_text(f"sphinx:\n  config:\n    {macros}\n")

    (tmp_path / "book").mkdir()
    shutil.copy(ROOT / PAGE, tmp_path / PAGE)

    def run(text):
        (tmp_path / "page.md").write_text(text)
        command = [sys.executable, "-m", "this_book", "equations", tmp_path]
        path = os.pathsep.join(str(ROOT / folder) for folder in ("book/_ext", "code"))
        env = {**os.environ, "PYTHONPATH": path}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    return run


def test_the_command_says_what_holds(book):
    status, out, err = book(CHAPTER)
    assert (status, err) == (0, "")
    assert out == (
        "1 of 1 labelled equations hold: 1 equality; 19 pairs of values were compared. "
        "The largest relative error is 0.\n"
    )


def test_the_command_names_each_fault(book):
    wrong = CHAPTER.replace("{z_t}", "{z_t + o_t}")
    dollars = "$$ a_t = z_t $$ (eq-dollars)\n\n"
    yaml = "```{math}\n---\nlabel: eq-yaml\n---\na_t = z_t\n```\n\n"
    unclosed = "```{math}\n:label: eq-unclosed\n\na_t = z_t\n"
    status, out, err = book(wrong + dollars + yaml + unclosed)
    assert status == 1
    assert out == "0 of 4 labelled equations hold; 0 pairs of values were compared.\n"
    advice = "a labelled equation is written as a {math} block with the option :label:"
    assert err.splitlines() == [
        "page.md:7:19: eq-state: cannot add (3, 2) and (4, 2)",
        f"page.md:11:14: eq-dollars: {advice}",
        f"page.md:15:1: eq-yaml: {advice}",
        f"page.md:21:1: eq-unclosed: {advice}",
    ]


def test_a_book_without_an_equation_is_not_a_success(book):
    assert book("# Nothing\n")[0] == 1
