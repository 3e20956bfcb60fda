"""The mistakes of "Would you notice?": each can be planted, and each check notices what it says."""

import inspect
import re

import numpy as np
import pytest

import oracle
import rnn_from_scratch
from repository import the_book
from rnn_from_scratch import bptt, descent, forward, loss
from this_book.mistakes import MISTAKES, Change, plant

BOOK = the_book()
CHAPTER = [cell for cell in BOOK.cells if cell.doc == "book/would-you-notice.md"]

# which check of the chapter notices (x) which mistake, and which one does not (-)
MATRIX = """
falling loss
|all sizes one
||one step
|||one example
||||central differences
|||||complex step
||||||outside oracle
---xxxx carry: never added
---xxxx carry: overwrites
--xxxxx carry: not transposed
---xxxx carry: piles up
-xxxxxx tanh: slope forgotten
-xxxxxx tanh: applied twice
-xxxxxx tanh: slope a step early
-xxxxxx dWaa: new state for old
--xxxxx dWaa: transposed
-xxxxxx dWaa: index -1 wraps
-xxxxxx dWaa: starts from zeros
---xxxx dWaa: one step only
--x-xxx dba: mean for sum
x-xxxxx dba: wrong axis
xxxxxxx do: sign turned
---xxxx do: labels a step late
--xxxxx do: mask ignored
--x-xxx do: not divided by m
---xxxx do: divided by T too
---xxxx dWya: old state for new
--x-xxx a0: another example's
------- softmax: a single maximum
------x J and do: not divided by m
------x J and da0: a0 ignored
"""
CHECKS = re.findall(r"^\|*([a-z][a-z ]+)$", MATRIX, re.MULTILINE)
ROWS = {name: marks for marks, name in re.findall(r"^([x-]{7}) (.+)$", MATRIX, re.MULTILINE)}


@pytest.fixture(scope="module")
def chapter():
    """The names that the chapter's cells have defined when each mistake has met each check."""
    defined = {}
    for cell in CHAPTER:
        if "noticed" not in defined:
            source = "\n".join(line.text for line in BOOK.expand(cell))
            exec(compile(source, cell.place, "exec"), defined)
    return defined


# ---- the checks ------------------------------------------------------------------------------


def test_the_checks_are_those_of_the_matrix(chapter):
    assert list(chapter["noticed"]) == CHECKS
    assert list(ROWS) == list(MISTAKES)


@pytest.mark.parametrize("name", MISTAKES)
def test_the_mistake_is_noticed_by_the_checks_that_can(chapter, name):
    marks = ["x" if name in names else "-" for names in chapter["noticed"].values()]
    assert "".join(marks) == ROWS[name]


def test_no_check_finds_fault_with_the_right_module(chapter):
    assert not chapter["training_notices"](())
    for which in chapter["PROBLEMS"]:
        assert chapter["error_of"]((), which) <= oracle.ROUNDING, which
    assert chapter["error_of"]((), instrument=chapter["numerical_gradient"]) <= 1e-8
    awkward = chapter["PROBLEMS"]["awkward"]
    assert chapter["worst_error"]((), chapter["oracle"], awkward) <= oracle.ROUNDING


def test_no_check_finds_fault_with_the_same_written_differently(chapter):
    same = (Change("gradient through tanh", "da_t * (1 - a_t**2)", "(1 - a_t**2) * da_t"),)
    assert chapter["error_of"](same) <= oracle.ROUNDING


def test_an_error_that_is_no_number_is_noticed(chapter):
    nan = (Change("gradient through tanh", "dz = da_t * (1 - a_t**2)", "dz = da_t * np.nan"),)
    assert not chapter["error_of"](nan) <= chapter["TOLERANCE"]


def test_the_loss_is_measured_anew_where_a_mistake_touches_it(chapter):
    touched = {
        change.place
        for changes in MISTAKES.values()
        for change in changes
        if change.right not in inspect.getsource(bptt)
    }
    assert touched == chapter["LOSS"]


def test_the_second_loss_of_the_chapter_is_that_of_the_tests(chapter):
    problem = oracle.problem()
    assert oracle.distance(chapter["second_loss"](*problem), oracle.loss(*problem)) <= oracle.EXACT


# ---- which gradients each mistake hurts ------------------------------------------------------

ALL = {"dWax", "dWaa", "dWya", "dba", "dby", "dx", "da0"}
RECURRENT = ALL - {"dWya", "dby"}
PROBLEM = oracle.problem()
EXPECTED = oracle.loss_gradients(*PROBLEM)

# which gradients are wrong, for each mistake of the chapter "Would you notice?" that runs
HURT = {
    "carry: never added": RECURRENT,
    "carry: overwrites": RECURRENT,
    "carry: not transposed": RECURRENT,
    "carry: piles up": RECURRENT,
    "tanh: slope forgotten": RECURRENT,
    "tanh: applied twice": RECURRENT,
    "tanh: slope a step early": RECURRENT,
    "dWaa: new state for old": {"dWaa"},
    "dWaa: transposed": {"dWaa"},
    "dWaa: index -1 wraps": {"dWaa"},
    "dWaa: starts from zeros": {"dWaa"},
    "dWaa: one step only": {"dWaa"},
    "dba: mean for sum": {"dba"},
    "do: sign turned": ALL,
    "do: labels a step late": ALL,
    "do: mask ignored": ALL,
    "do: not divided by m": ALL,
    "do: divided by T too": ALL,
    "dWya: old state for new": {"dWya"},
    "a0: another example's": ALL,
    "softmax: a single maximum": set(),  # the scores are small
    "J and do: not divided by m": ALL,
    "J and da0: a0 ignored": ALL,
}
# what a line says, what it might say, and which gradients are then wrong
MORE = {
    "time runs forward": ("reversed(range(T))", "range(T)", RECURRENT),
    "tanh' without its square": ("1 - a_t**2", "1 - a_t", RECURRENT),
    "dWaa doubled": ('dWaa += step["dWaa_t"]', 'dWaa += 2 * step["dWaa_t"]', {"dWaa"}),
    "dWax of one step only": ('dWax += step["dWax_t"]', 'dWax = step["dWax_t"]', {"dWax"}),
    "dWax from da_t instead of dz": ("dz @ x_t.T", "da_t @ x_t.T", {"dWax"}),
    "dba of one step only": ('dba += step["dba_t"]', 'dba = step["dba_t"]', {"dba"}),
    "dx of a neighbouring step": ("dx[:, :, t] = ", "dx[:, :, t - 1] = ", {"dx"}),
    "dx from da_t instead of dz": ("Wax.T @ dz", "Wax.T @ da_t", {"dx"}),
    "da0 not through the first step": ("da0 = da_carry", "da0 = da_t", {"da0"}),
    "dWya of the last step only": ("].T for t in range(T)", "].T for t in [T - 1]", {"dWya"}),
    "dby averaged": ("do.sum(axis=2).sum(", "do.sum(axis=2).mean(", {"dby"}),
    "the softmax differentiated twice": ("(y_hat - y)", "(y_hat - y) * y_hat * (1 - y_hat)", ALL),
}


def gradients_with(*changes):
    return plant(*changes).plain_loss_and_gradients(*PROBLEM)[1]


@pytest.mark.parametrize("name", MISTAKES)
def test_the_oracle_sees_which_gradients_a_mistake_of_the_book_hurts(name):
    if name == "dba: wrong axis":
        with pytest.raises(ValueError, match="broadcast"):
            gradients_with(*MISTAKES[name])
    else:
        gradients = gradients_with(*MISTAKES[name])
        assert oracle.apart(gradients, EXPECTED, oracle.EXACT) == HURT[name]


@pytest.mark.parametrize(("right", "wrong", "hurt"), MORE.values(), ids=MORE)
def test_the_oracle_sees_which_gradients_another_mistake_hurts(right, wrong, hurt):
    gradients = gradients_with(Change("bptt.py", right, wrong))
    assert oracle.apart(gradients, EXPECTED, oracle.EXACT) == hurt


def test_the_oracle_sees_nothing_if_no_mistake_is_planted():
    assert not oracle.apart(gradients_with(), EXPECTED, oracle.EXACT)


def test_each_gradient_has_a_mistake_of_its_own():
    hurt = [*HURT.values(), *(hurt for *_, hurt in MORE.values())]
    assert {name for names in hurt if len(names) == 1 for name in names} == ALL


def test_a_bias_gradient_that_drops_an_axis_does_not_even_run():
    right = "dz.sum(axis=1, keepdims=True)"
    with pytest.raises(ValueError, match="broadcast"):
        gradients_with(Change("contributions of one step", right, "dz.sum(axis=1)"))


# ---- planting --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MISTAKES)
def test_each_line_stands_in_the_place_that_the_mistake_names(name):
    for change in MISTAKES[name]:
        cell = BOOK.fragments.get(change.place)
        where = cell.place if cell else change.place
        lines = [line for lines in BOOK.files().values() for line in lines]
        found = {  # a fragment may be used in several files, and is one place all the same
            (line.doc, line.line): line
            for line in lines
            if line.text.split("  #")[0].strip() == change.right
        }
        assert len(found) == 1, f"{where}: {name} no longer finds {change.right!r}"
        (line,) = found.values()
        place = line.cell.fragment or function_around(lines, line)
        assert place == change.place, f"{line.doc}:{line.line}: {name} expects {change.place}"


def function_around(lines, line):
    """Name the function that a line without a fragment stands in."""
    above = lines[: lines.index(line)]
    return [found[1] for each in above if (found := re.match(r"def (\w+)", each.text))][-1]


def test_only_the_planted_module_has_the_mistake():
    problem = oracle.problem()
    before = rnn_from_scratch.loss_and_gradients(*problem)
    planted = plant(*MISTAKES["J and do: not divided by m"])
    J = planted.plain_loss_and_gradients(*problem)[0]
    assert oracle.distance(J, 6 * before[0]) <= oracle.ROUNDING
    assert oracle.distance(planted.rnn_loss(*problem), J) <= oracle.ROUNDING
    after = rnn_from_scratch.loss_and_gradients(*problem)
    assert after[0] == before[0]
    assert not oracle.apart(after[1], before[1], 0)


def test_a_planted_module_has_all_that_its_four_modules_define():
    planted = plant()
    for module in (loss, forward, bptt, descent):
        for name, value in vars(module).items():
            if getattr(value, "__module__", None) == module.__name__:
                assert getattr(planted, name) is not value
                assert getattr(planted, name).__module__ == "planted"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            Change("add the carry", "da_t = da_carry + da_output[:, :, t]", "da_t = 0"),
            "add the carry (book/09-the-carry.md): 'da_t = da_carry + da_output[:, :, t]' "
            "stands in the module 0 times, not once; plant anew",
        ),
        (
            Change("softmax", "z.shape", "z"),
            "softmax (book/02-softmax-and-cross-entropy.md): 'z.shape' "
            "stands in the module 0 times, not once; plant anew",
        ),
        (
            Change("rnn_backward", "range(T)", "range(T - 1)"),
            "rnn_backward (book/12-the-whole-algorithm.md): 'range(T)' "
            "stands in the module 2 times, not once; plant anew",
        ),
        (
            Change("gone", "z.shape", "z"),
            "gone: 'z.shape' stands in the module 0 times, not once; plant anew",
        ),
        (
            Change("output error", "(y_hat - y)", "(y_hat - y)"),
            "output error (book/07-the-output-error.md): '(y_hat - y)' would stay as it is; "
            "plant a mistake",
        ),
    ],
)
def test_what_cannot_be_planted_is_named_with_its_chapter(change, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        plant(change)


def test_a_single_maximum_turns_a_column_into_nan():
    scores = np.array([[0.0, 1000.0], [0.0, 0.0]])
    with np.errstate(invalid="ignore"):
        single = plant(*MISTAKES["softmax: a single maximum"]).softmax(scores)
    assert np.isnan(single[:, 0]).all()
    assert (plant().softmax(scores) == [[0.5, 1], [0.5, 0]]).all()
