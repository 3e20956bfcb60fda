"""Mutation testing: what is made of mutmut's results, its list of survivors, its lock."""

import itertools
import re
from pathlib import Path

import pytest

from mutation import __main__ as planting
from mutation import verdict

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "tools" / "mutation"
SOURCE = (ROOT / "code/rnn_from_scratch/bptt.py").read_text("utf-8")
PIN = r"^([\w.-]+)(?:\[[^]]*\])?==([\w.]+)"


def listed(states, function="bptt.x_rnn_backward"):
    """Print results as mutmut does."""
    name = f"    rnn_from_scratch.{function}__mutmut_"
    return "".join(f"{name}{n}: {state}\n" for n, state in enumerate(states, 1))


RESULTS = listed(["killed"] * 39 + ["survived"]) + listed(["not checked"], "toy.x_toy_problem")
ZEROS = verdict.Change(
    "bptt.rnn_backward",
    "da_carry = np.zeros((n_a, m), da_output.dtype)  # eq-dz-end",
    "da_carry = np.zeros((n_a, m), None)  # eq-dz-end",
)
OTHER = verdict.Change("toy.toy_problem", "rng = 1", "rng = 2")


def faults(reasons, results=RESULTS, only=("bptt",)):
    """What is wrong with a run in which the zeros of the carry alone survive."""
    judged = verdict.read_results(results, only)
    return verdict.judge(judged, [verdict.Survivor(ZEROS, 104)], reasons, only)


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
    assert faults({ZEROS: "zeros are exact"}, listed(states)) == fault


@pytest.mark.parametrize("state", ["timeout", "killed"])
def test_a_mutant_that_never_ends_counts_as_killed(state):
    assert verdict.judge(verdict.read_results(listed([state]), []), [], {}, []) == []


@pytest.mark.parametrize("state", ["not checked", "suspicious", "segfault", "skipped"])
def test_a_mutant_that_was_not_judged_stops_the_run(state):
    with pytest.raises(verdict.UnfinishedError, match=f"1 mutants were not judged:\n.*{state}"):
        verdict.read_results(listed([state]), [])


def test_a_module_without_mutants_stops_the_run():
    with pytest.raises(verdict.UnfinishedError, match=r"there are no mutants of bptt\.rnn"):
        verdict.read_results(RESULTS, ["bptt.rnn"])


# what mutmut says


def test_only_what_is_asked_for_is_judged():
    assert len(verdict.read_results(RESULTS, ["bptt"])) == 40
    assert len(verdict.read_results(RESULTS, ["bptt.rnn_backward"])) == 40
    with pytest.raises(verdict.UnfinishedError, match="not checked"):
        verdict.read_results(RESULTS, [])
    assert verdict.pattern("bptt") == "rnn_from_scratch.bptt.*"
    expected = "rnn_from_scratch.gradient_check.x__check_point__mutmut_*"
    assert verdict.pattern("gradient_check._check_point") == expected


def test_a_method_is_named_with_its_class():
    name = "rnn_from_scratch.fast.xǁWorkspaceǁ__init____mutmut_3"
    assert verdict.function_of(name) == "fast.Workspace.__init__"
    assert verdict.pattern("fast.Workspace.__init__") == name.replace("_3", "_*")
    results = f"    {name}: killed\n"
    assert verdict.read_results(results, ["fast"]) == {name: "killed"}
    assert verdict.read_results(results, ["fast.Workspace.__init__"]) == {name: "killed"}


def shown(old, new, source=SOURCE):
    """What mutmut says of a mutant: a diff of its function, whose first line is line 1."""
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
    assert sorted([*planting.modules([]), "__init__"]) == sorted(there)
    assert planting.modules(["toy", "bptt.rnn_backward"]) == ["bptt", "toy"]
    for module in planting.modules([]):
        own = (ROOT / f"tests/module/test_{module}.py").is_file()
        assert own or planting.BESIDE[module], module
    for name in {*planting.EVERYWHERE, *itertools.chain(*planting.BESIDE.values())}:
        assert (ROOT / f"tests/module/test_{name}.py").is_file(), name


def test_mutmut_runs_with_the_packages_of_the_other_environment():
    pins = {
        name: dict(
            re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([\w.]+)", path.read_text("utf-8"), re.MULTILINE)
        )
        for name, path in [
            ("ours", ROOT / "requirements.txt"),
            ("mutmut's", HERE / "requirements.txt"),
        ]
    }
    shared = pins["ours"].keys() & pins["mutmut's"].keys()
    assert {"pytest", "coverage"} <= shared
    assert {n: pins["ours"][n] for n in shared} == {n: pins["mutmut's"][n] for n in shared}
    assert "mutmut" in pins["mutmut's"]
