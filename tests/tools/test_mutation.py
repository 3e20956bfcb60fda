"""Mutation testing: the forks that judge, what is made of the results, the lists, the lock."""

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mutation import __main__ as command
from mutation import verdict

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "tools" / "mutation"
SOURCE = (ROOT / "code/rnn_from_scratch/bptt.py").read_text("utf-8")
PIN = r"^([\w.-]+)(?:\[[^]]*\])?==([\w.]+)"


def judged(states, function="bptt.x_rnn_backward"):
    """The results of the mutants of a function."""
    return {f"rnn_from_scratch.{function}__mutmut_{n}": state for n, state in enumerate(states, 1)}


RESULTS = judged(["killed"] * 39 + ["survived"])
ZEROS = verdict.Change(
    "bptt.rnn_backward",
    "da_carry = np.zeros((n_a, m), da_output.dtype)  # eq-dz-end",
    "da_carry = np.zeros((n_a, m), None)  # eq-dz-end",
)
OTHER = verdict.Change("toy.toy_problem", "rng = 1", "rng = 2")


def faults(reasons, results=RESULTS, only=("bptt",)):
    """Say what is wrong with a run in which the zeros of the carry alone survive."""
    return verdict.judge(results, [verdict.Survivor(ZEROS, 104)], reasons, only)


# the verdict


def test_a_run_whose_survivor_has_a_reason_is_right():
    assert faults({ZEROS: "zeros are exact"}) == []


def test_a_survivor_without_a_reason_is_a_fault():
    (fault,) = faults({})
    assert fault == (
        "bptt.rnn_backward: no reason is listed for\n"
        "  - da_carry = np.zeros((n_a, m), da_output.dtype)  # eq-dz-end\n"
        "  + da_carry = np.zeros((n_a, m), None)  # eq-dz-end"
    )


def test_a_reason_without_a_survivor_is_a_fault_if_its_module_ran():
    killed = ZEROS._replace(mutant="da_carry = None")
    (fault,) = faults({ZEROS: "zeros are exact", killed: "?", OTHER: "another module"})
    assert fault.startswith("bptt.rnn_backward: killed, or made no longer, and still listed")
    assert fault.endswith("  + da_carry = None")


@pytest.mark.parametrize(
    ("killed", "fault"), [(18, ["18 of 20 killed; at least 95% are wanted"]), (19, [])]
)
def test_nineteen_of_twenty_must_be_killed(killed, fault):
    states = ["killed"] * killed + ["survived"] * (20 - killed)
    assert faults({ZEROS: "zeros are exact"}, judged(states)) == fault


@pytest.mark.parametrize("state", ["timeout", "killed"])
def test_a_mutant_that_never_ends_counts_as_killed(state):
    verdict.check(judged([state]), [])
    assert verdict.judge(judged([state]), [], {}, []) == []


def test_a_mutant_that_was_not_judged_stops_the_run():
    results = RESULTS | judged(["ended with status -11"], "bptt.x_rnn_cell_backward")
    with pytest.raises(verdict.UnfinishedError, match=r"1 mutants were not judged:\n.*status -11"):
        verdict.check(results, [])


def test_a_module_without_mutants_stops_the_run():
    with pytest.raises(verdict.UnfinishedError, match=r"there are no mutants of bptt\.rnn"):
        verdict.check({}, ["bptt.rnn"])


# the mutants


def test_a_method_is_named_with_its_class():
    name = "rnn_from_scratch.fast.xǁWorkspaceǁ__init____mutmut_3"
    assert verdict.function_of(name) == "fast.Workspace.__init__"


def test_only_what_is_asked_for_is_judged():
    for only in ([], ["fast"], ["toy", "fast.Workspace.__init__"]):
        assert verdict.chosen("fast.Workspace.__init__", only), only
    for only in (["toy"], ["fast.Workspace"], ["fast.Workspace.fit"]):
        assert not verdict.chosen("fast.Workspace.__init__", only), only


def shown(old, new, source=SOURCE):
    """The diff of a mutant, of its function alone, whose first line is line 1."""
    function, before = "    x = 1\n", "    y = 2\n"
    diff = f"--- a\n+++ b\n@@ -7,3 +7,3 @@\n {before}-{old}\n+{new}\n {function}"
    return verdict.read_diff("rnn_from_scratch.bptt.x_rnn_backward__mutmut_57", diff, source)


def test_a_survivor_has_its_function_its_lines_and_its_row_in_the_module():
    survivor = shown(f"    {ZEROS.line}", f"    {ZEROS.mutant}")
    assert survivor.change == ZEROS
    assert SOURCE.splitlines()[survivor.row - 1].strip() == ZEROS.line


def test_an_empty_line_before_the_change_is_not_taken_for_it():
    diff = f"--- a\n+++ b\n@@ -7,3 +7,3 @@\n x = 1\n\n-    {ZEROS.line}\n+    {ZEROS.mutant}\n"
    survivor = verdict.read_diff("rnn_from_scratch.bptt.x_rnn_backward__mutmut_57", diff, SOURCE)
    assert survivor.change == ZEROS


def test_the_row_of_a_method_is_found_in_its_class():
    source = "class A:\n    def f(self):\n        x = 1\n        return x\n"
    diff = "--- a\n+++ b\n@@ -1,3 +1,3 @@\n def f(self):\n-    x = 1\n+    x = 2\n     return x\n"
    survivor = verdict.read_diff("rnn_from_scratch.fast.xǁAǁf__mutmut_1", diff, source)
    assert survivor == (("fast.A.f", "x = 1", "x = 2"), 3)


def test_of_two_lines_alike_the_one_at_the_place_of_the_diff_is_meant():
    rows = ["def rnn_backward():", *["    z = 0"] * 20]
    assert shown("    z = 0", "    z = 1", "\n".join(["", "", *rows])).row == 2 + 8


# the forks

CHOSEN = """
import os, signal, time

name, seen, count = "", set(), 0

def choose(new):
    global name
    name = new

def reached():
    now = set(seen)
    seen.clear()
    return now

def is_right(function):
    seen.add(function)
    which, _, way = name.partition(" ")
    if which == "fail":
        raise RuntimeError
    if which == function:
        if way == "waits":
            time.sleep(100)
        while way == "computes":
            pass
        if way == "crashes":
            os.kill(os.getpid(), signal.SIGKILL)
    return which != function or way == "alike"
"""
TESTS = """
import chosen
import pytest

@pytest.fixture(scope="module")
def of_all():
    return chosen.is_right("fixture")

def test_one(of_all):
    chosen.count += 1
    assert chosen.count == 1
    assert chosen.is_right("one")

def test_two(of_all):
    assert of_all
    assert chosen.is_right("two")
"""
JUDGE = """
import sys
from pathlib import Path

import chosen
import pytest
from mutation import forks

forks.LEAST = 1, 1
trials = [forks.Trial(name, name.split()[0]) for name in sys.argv[1:]]
judged = {}
plugin = forks.Forks(
    trials, chosen.choose, chosen.reached, Path("forks").resolve(), judged.__setitem__
)
status = pytest.main(["-q", "-p", "no:cacheprovider", "test_it.py"], plugins=[plugin])
Path("judged.json").write_text(__import__("json").dumps(judged))
sys.exit(status)
"""


@pytest.fixture
def judge(tmp_path):
    """Judge trials of a small program; return their states, or what the judge says."""
    texts = {"chosen": CHOSEN, "test_it": TESTS, "judge": JUDGE}

    def run(*names, **instead):
        for stem, text in (texts | instead).items():
            (tmp_path / f"{stem}.py").write_text(text, "utf-8")
        done = subprocess.run(
            [sys.executable, "judge.py", *names],
            cwd=tmp_path,
            env={"PATH": "", "PYTHONPATH": str(HERE.parent)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return done.stdout
        return json.loads((tmp_path / "judged.json").read_text("utf-8"))

    return run


def test_each_trial_is_judged_by_the_tests_that_reach_it(judge):
    states = {
        "one wrong": "killed",
        "one alike": "survived",
        "two wrong": "killed",
        "two alike": "survived",
        "three wrong": "no tests",
    }
    assert judge(*states) == states


def test_what_a_fixture_of_a_file_reached_is_judged_by_each_of_its_tests(judge):
    assert judge("fixture wrong") == {"fixture wrong": "killed"}


def test_what_never_ends_and_what_crashes_stops_no_other_trial(judge):
    states = {
        "one waits": "timeout",
        "two computes": "timeout",
        "one crashes": "ended with status -9",
        "two wrong": "killed",
    }
    assert judge(*states) == states


def test_nothing_is_judged_by_tests_that_fail_anyway(judge):
    said = judge("one wrong", test_it=TESTS + "    assert not of_all\n")
    assert "With nothing chosen, test_it.py::test_two" in said
    assert "assert not True" in said


def test_nothing_is_judged_by_tests_that_nothing_lets_fail(judge):
    said = judge("one wrong", chosen=CHOSEN.replace("raise RuntimeError", "pass"))
    assert "No test fails where each function does." in said


def test_nothing_is_judged_by_a_file_that_cannot_be_read(judge):
    assert "1 error during collection" in judge("one wrong", test_it="import nothing_of_this_name")


# the lists


def test_every_survivor_is_listed_once_with_a_reason(tmp_path):
    reasons = verdict.read_reasons(HERE / "survivors.toml")
    assert reasons
    assert all(reason.endswith(".") for reason in reasons.values())
    entry = '[[survivor]]\nfunction = "toy.f"\nline = "a"\nmutants = ["b"]\nreason = "{}"\n'
    (tmp_path / "list.toml").write_text(entry.format("r") * 2)
    with pytest.raises(ValueError, match=r"list\.toml lists .* twice"):
        verdict.read_reasons(tmp_path / "list.toml")
    (tmp_path / "list.toml").write_text(entry.format(" "))
    with pytest.raises(ValueError, match="without a reason"):
        verdict.read_reasons(tmp_path / "list.toml")


def test_every_listed_line_is_a_line_of_its_module():
    for change in verdict.read_reasons(HERE / "survivors.toml"):
        module = ROOT / "code" / verdict.PACKAGE / f"{change.function.split('.')[0]}.py"
        lines = [line.strip() for line in module.read_text("utf-8").splitlines()]
        assert change.line in lines, (
            f"{change.function}: tests/tools/mutation/survivors.toml is stale"
        )


def test_every_test_that_mutmut_leaves_out_exists():
    left_out = re.findall(r"--deselect=(\S+)::(\w+)", (HERE / "mutmut.toml").read_text("utf-8"))
    assert left_out
    for path, name in left_out:
        assert f"def {name}(" in (ROOT / path.replace("tests/", "tests/module/")).read_text("utf-8")


def test_each_module_is_judged_by_tests_of_its_own_or_of_its_user():
    there = [path.stem for path in (ROOT / "code/rnn_from_scratch").glob("*.py")]
    assert sorted([*command.modules([]), "__init__"]) == sorted(there)
    assert command.modules(["toy", "bptt.rnn_backward"]) == ["bptt", "toy"]
    for module in command.modules([]):
        own = (ROOT / f"tests/module/test_{module}.py").is_file()
        assert own or command.BESIDE[module], module
    for name in {*command.EVERYWHERE, *itertools.chain(*command.BESIDE.values())}:
        assert (ROOT / f"tests/module/test_{name}.py").is_file(), name


def test_mutmut_runs_with_the_packages_of_the_other_environment():
    pins = {
        name: dict(re.findall(PIN, path.read_text("utf-8"), re.MULTILINE))
        for name, path in [
            ("ours", ROOT / "requirements.txt"),
            ("mutmut's", HERE / "requirements.txt"),
        ]
    }
    shared = pins["ours"].keys() & pins["mutmut's"].keys()
    assert {"pytest", "coverage"} <= shared
    assert {n: pins["ours"][n] for n in shared} == {n: pins["mutmut's"][n] for n in shared}
    assert "mutmut" in pins["mutmut's"]
