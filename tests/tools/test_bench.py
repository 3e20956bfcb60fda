"""The benchmark: it compares before it times, names what is missing, marks what we lose.

No test looks at a time: those depend on the machine.
"""

import json
import math
import platform
import re

import numpy as np
import pytest

from bench import __main__ as command
from bench import agreement, alone, comparing, machine, measuring, peers, races, table
from bench.agreement import Disagreement
from bench.extent import QUICK, Selection
from bench.peers import OURS, PEERS, Peer
from bench.peers.calls import AGAINST
from bench.problems import AXES, DTYPES, SHAPES, Shape, draw
from bench.processes import ROOT, BenchFault, Worker
from bench.rounds import Contestant, Plan, Times, fastest, interleave
from bench.worker import Peer as PeerAtWork
from literate import code_since

ABSENT = "a library that is not there"
ASKED = Selection(("toy",), ("plain", "autograd", ABSENT))
COMMITTED = json.loads((ROOT / "book/data/speed.json").read_text("utf-8"))
GRADIENTS = ("dWax", "dWaa", "dWya", "dba", "dby", "da0")
SMALL = Shape(3, 5, 4, 6, 7)


@pytest.fixture(scope="module")
def figures():
    """The figures of a quick run at the toy, with two peers that are there and one that is not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PEERS, ABSENT, Peer("absent", "no_such_library"))
        return measuring.measure(ASKED, QUICK)


def numbers(value):
    """Every number in what a JSON file holds."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from numbers(each)
    elif isinstance(value, int | float):
        yield value


# The figures of a run


def test_a_run_measures_each_peer_that_is_there_in_both_precisions(figures):
    ours = ["ours without workspace", "ours with dx"]
    rows = [(row["peer"], row["dtype"]) for row in figures["rows"]]
    assert sorted(rows) == sorted((p, d) for p in [*ours, "plain", "autograd"] for d in DTYPES)
    assert {row["shape"] for row in figures["rows"]} == set(figures["shapes"]) == {"toy"}
    assert [floor["dtype"] for floor in figures["floor"]] == list(DTYPES)
    assert all(number > 0 for row in figures["rows"] for number in numbers(row))


def test_a_run_says_how_far_each_peer_is_from_us(figures):
    for row in figures["agreement"]:
        assert 0 <= row["difference"] <= figures["tolerances"][row["dtype"]]
    assert {row["peer"] for row in figures["agreement"]} == {OURS, "plain", "autograd"}
    assert figures["refused"] == []


def test_a_run_holds_the_other_calls_against_a_step_in_both_precisions(figures):
    rows = [(row["name"], row["against"], row["dtype"]) for row in figures["calls"]]
    expected = [(n, o, d) for n, o in AGAINST.items() for d in DTYPES]
    assert sorted(rows) == sorted(2 * expected)
    assert {row["shape"] for row in figures["calls"]} == {"toy", *figures["lone"]}
    assert all(number > 0 for row in figures["calls"] for number in numbers(row))


def test_a_run_scans_each_axis_and_starts_afresh(figures):
    assert {point["axis"] for point in figures["scan"]} == set(AXES)
    assert {point["peer"] for point in figures["scan"]} == {OURS, "plain"}
    assert [row["peer"] for row in figures["start"]] == [OURS, "autograd"]
    assert [row["T"] for row in figures["segments"]] == list(QUICK.lengths)


def test_an_absent_peer_is_named_and_skipped(figures):
    assert figures["skipped"] == [ABSENT]
    assert f"Skipped, since it is not installed: {ABSENT}" in table.render(figures)


def test_a_file_holds_what_was_measured_to_four_digits(figures, tmp_path):
    measuring.write(figures, tmp_path / "speed.json")
    read = json.loads((tmp_path / "speed.json").read_text("utf-8"))
    assert read == measuring.rounded(figures)
    assert list(numbers(read)) == pytest.approx(list(numbers(figures)), rel=1e-3)


def test_what_is_said_of_the_machine_could_be_said_of_another_one(figures):
    said = json.dumps([figures["machine"], figures["versions"]])
    assert platform.node() not in said
    assert "/" not in said
    assert figures["versions"]["numpy"] == np.__version__


def test_the_processor_is_what_the_system_calls_it(tmp_path):
    listing = tmp_path / "cpuinfo"
    listing.write_text("processor : 0\nmodel name\t: A fast one @ 3 GHz\nmodel name\t: another\n")
    assert machine.processor(str(listing)) == "A fast one @ 3 GHz"
    unlisted = machine.processor(str(tmp_path / "none"))
    assert unlisted == (platform.processor() or platform.machine()) != ""


def test_a_run_holds_a_digest_of_each_module_that_it_measures(figures):
    assert {"bptt", "fast", "products", "estimator", "prediction"} <= figures["code"].keys()
    assert "rtrl" not in figures["code"]
    assert code_since(figures, "rnn_from_scratch") == "the code that was measured is that of now"


# Agreement comes first


def answers(dtype="float64"):
    """Return the answers of our function and of the plain version."""
    problem = draw(SMALL, dtype)
    ways = {OURS: peers.load("ours")(problem), "plain": peers.load("plain")(problem)}
    return {
        peer: {name: way.read(way.step()) for name, way in each.items()}
        for peer, each in ways.items()
    }


def case(dtype="float64"):
    return comparing.Case("small", SMALL, dtype)


@pytest.mark.parametrize("name", [*GRADIENTS, "J"])
@pytest.mark.parametrize(("dtype", "part"), [("float32", 1e-3), ("float64", 1e-11)])
def test_a_peer_with_one_wrong_entry_is_refused_with_the_name_of_it(name, dtype, part):
    planted = answers(dtype)
    wrong = np.array(planted["plain"][""][name])
    wrong.flat[0] += wrong.dtype.type(part) * np.abs(wrong).max()
    planted["plain"][""][name] = wrong[()]
    verdict = comparing.judge(case(dtype), planted)
    assert list(verdict.ways) == [OURS]
    (refused,) = verdict.refused
    assert refused["peer"] == "plain"
    assert refused["reason"].startswith(f"{name} differs by ")


def test_peers_that_agree_may_be_timed():
    for dtype in DTYPES:
        verdict = comparing.judge(case(dtype), answers(dtype))
        assert list(verdict.ways) == [OURS, "plain"]
        assert verdict.refused == []


def test_what_is_missing_or_less_precise_or_nan_does_not_agree():
    found = answers()[OURS][OURS]
    fewer = {name: value for name, value in found.items() if name != "dWaa"}
    with pytest.raises(Disagreement, match="dWaa is missing"):
        agreement.compare(fewer, found, "float64")
    with pytest.raises(Disagreement, match="J is float32; expected float64"):
        agreement.compare(found | {"J": np.float32(found["J"])}, found, "float64")
    with pytest.raises(Disagreement, match="dby differs by nan"):
        agreement.compare(found | {"dby": found["dby"] * np.nan}, found, "float64")


class InThisProcess:
    """A worker without a process, whose plain version forgets a part of the carry."""

    def __init__(self, module):
        self.module, self.peer = module, PeerAtWork(module)
        self.block = self.peer.block

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.peer.ways = {}

    def prepare(self, shape, dtype):
        found = self.peer.prepare(shape, dtype)
        if self.module == "plain":
            found[""]["dWaa"] = found[""]["dWaa"] * np.float32(0.99)
        return found


def test_a_peer_that_is_refused_is_not_timed(monkeypatch):
    monkeypatch.setattr(races, "Worker", InThisProcess)
    chosen = Selection(("toy",), ("plain", "character loop"))
    parts = races.compare_shapes(chosen, QUICK, lambda _: None)
    assert "plain" not in {row["peer"] for row in parts["rows"]}
    assert "character loop" in {row["peer"] for row in parts["rows"]}
    assert [row["peer"] for row in parts["refused"]] == ["plain"] * len(DTYPES)


def test_our_own_function_is_held_to_itself():
    planted = answers()
    planted[OURS]["ours with dx"]["dba"] = 2 * planted[OURS]["ours with dx"]["dba"]
    with pytest.raises(BenchFault, match=r"our own ways differ.*ours with dx.*dba differs"):
        comparing.judge(case(), planted)


def test_two_functions_of_a_pair_have_to_compute_the_same():
    results = {"before": {"": np.ones(2, "float32")}, "after": {"": np.zeros(2, "float32")}}
    with pytest.raises(BenchFault, match="before and after compute different things"):
        alone.pair(None, results, ("before", "after"), QUICK.pair)


# Rounds


class Clock:
    """A worker whose blocks take as long as it is told, and which notes when it is asked."""

    def __init__(self, seconds, log):
        self.seconds, self.log = seconds, log

    def block(self, way, steps):
        self.log.append((way, steps))
        return self.seconds


def race(plan, **seconds):
    log = []
    racing = [Contestant(Clock(each, log), way) for way, each in seconds.items()]
    times = interleave(racing, plan)
    return times, log[len(racing) :]  # after a step of each, to see how many fill a block


def test_in_each_round_all_have_their_turn_and_each_is_first_as_often_as_the_others():
    times, log = race(Plan(0, 0, 3, 3), a=1, b=2, c=3)
    assert times == [[1] * 3, [2] * 3, [3] * 3]
    assert "".join(way for way, _ in log) == "abcbcacab"


def test_a_block_holds_as_many_steps_as_its_time_and_at_least_one():
    _, log = race(Plan(1, 0, 1, 1), a=0.125, b=5)
    assert log == [("a", 8), ("b", 1)]


def test_rounds_end_with_their_time_but_not_before_the_least_nor_after_the_most():
    assert [len(race(Plan(1, rounds, 2, 5), a=1)[0][0]) for rounds in (0, 3.5, 99)] == [2, 4, 5]


@pytest.mark.parametrize("other", [1.1, 2.0])
def test_the_fastest_way_of_a_peer_is_compared(other):
    worker = Clock(0, [])
    worker.block = lambda way, _: {"slow": other, "quick": 1.0}[way]
    assert fastest(worker, ["slow", "quick"], Plan(1, 9, 1, 9)) == Contestant(worker, "quick")


def test_a_ratio_is_the_median_of_those_within_a_round():
    summary = Times([2.0, 30.0, 8.0], [1.0, 10.0, 2.0]).summary()
    assert summary["ratio"] == 3
    assert (summary["ratio_low"], summary["ratio_high"]) == (2.5, 3.5)
    assert (summary["seconds"], summary["ours"], summary["rounds"]) == (8, 2, 3)


# Processes


def test_a_worker_that_cannot_do_what_is_asked_names_itself_and_goes_on():
    with Worker("plain") as worker:
        with pytest.raises(BenchFault, match=r"(?s)plain cannot block:.*KeyError: 'no way'"):
            worker.block("no way", 1)
        assert set(worker.prepare(SMALL, "float32")) == {""}


def test_a_worker_that_ends_is_a_fault(capfd):
    with Worker("no_such_peer") as worker, pytest.raises(BenchFault, match="with status 1"):
        worker.prepare(SMALL, "float32")
    assert "No module named 'bench.peers.no_such_peer'" in capfd.readouterr().err


def test_a_first_step_that_fails_is_a_fault():
    with pytest.raises(BenchFault, match=r"(?s)no_such_peer cannot compute a first step:.*No mod"):
        alone.first_step("no_such_peer")


def test_the_peak_is_that_of_the_arrays_of_one_step():
    peer = PeerAtWork("segments")
    peer.prepare(SMALL._replace(T=900), "float64")
    states = 900 * SMALL.m * SMALL.n_a * 8
    assert states < peer.peak("whole, anew") < 20 * states
    assert peer.peak("segments, anew") < peer.peak("whole, anew")


# The printed table


def shown(**ratios):
    """Figures with these ratios, at the toy."""
    row = {"shape": "toy", "dtype": "float32"}
    rows = [{**row, "peer": peer, "ratio": ratio} for peer, ratio in ratios.items()]
    return {"rows": rows, "floor": [{**row, "ours": 2e-5, "share": 0.25}]}


def test_a_peer_that_is_faster_by_more_than_a_run_can_tell_is_marked():
    line = table.comparison(shown(plain=0.94, JAX=0.96), "float32").splitlines()[1]
    assert line.split() == ["toy", "20", "µs", "0.94*", "0.96", "25%"]


def test_another_way_of_our_own_is_not_marked():
    assert table.LOST not in table.comparison(shown(**{"ours with dx": 0.5}), "float32")


def test_a_refused_peer_is_named_with_the_reason(figures):
    row = {"peer": "JAX", "variant": "scan", "shape": "toy", "dtype": "float32", "reason": "no dby"}
    assert "Refused: JAX scan, toy, float32: no dby" in table.render(figures | {"refused": [row]})


@pytest.mark.parametrize(
    ("seconds", "text"), [(2, "2 s"), (0.0123, "12.3 ms"), (2.5e-5, "25 µs"), (4e-8, "40 ns")]
)
def test_a_duration_has_the_unit_that_fits(seconds, text):
    assert table.duration(seconds) == text


# The command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--shapes", "toy,huge"], "argument --shapes: 'huge' is none of toy, minchar"),
        (["--peers", ""], "argument --peers: '' is none of plain, PyTorch"),
        (["--out", "no/such/folder/speed.json"], "is not a file in a folder that exists"),
        (["--out", str(ROOT)], "is not a file in a folder that exists"),
        (["--fast"], "unrecognized arguments: --fast"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_measured(
    arguments, message, capsys, monkeypatch
):
    monkeypatch.delattr(measuring, "measure")
    with pytest.raises(SystemExit) as stopped:
        command.main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


@pytest.fixture
def run(figures, tmp_path, monkeypatch):
    """Run the command on figures that are there; return its status and what it wrote."""
    monkeypatch.setattr(command, "SHOWN", tmp_path / "shown.json")

    def run(*arguments, **changed):
        monkeypatch.setattr(measuring, "measure", lambda *_: figures | {"skipped": []} | changed)
        return command.main(list(arguments)), {path.name for path in tmp_path.iterdir()}

    return run


def test_what_the_chapter_shows_is_written_by_a_whole_run(run, capsys):
    assert run() == (0, {"shown.json"})
    assert "nothing is written" not in capsys.readouterr().out


@pytest.mark.parametrize("part", ["--quick", "--shapes=toy", "--peers=plain", "absent"])
def test_a_part_is_written_only_where_it_is_asked_for(run, tmp_path, part, capsys):
    arguments, changed = ([], {"skipped": ["JAX"]}) if part == "absent" else ([part], {})
    assert run(*arguments, **changed) == (0, set())
    assert "nothing is written without --out" in capsys.readouterr().out
    assert run(*arguments, "--out", str(tmp_path / "x.json"), **changed) == (0, {"x.json"})


def test_a_refused_peer_is_the_status_and_keeps_the_figures_out_of_the_book(run):
    row = {"peer": "JAX", "variant": "", "shape": "toy", "dtype": "float32", "reason": "no dby"}
    assert run(refused=[row]) == (1, set())


def test_a_fault_is_printed_without_a_traceback(monkeypatch, capsys):
    def fail(*_):
        raise BenchFault("plain: its process ended with status 9")

    monkeypatch.setattr(measuring, "measure", fail)
    assert command.main([]) == 2
    assert capsys.readouterr().err == "plain: its process ended with status 9\n"


# The figures that the chapter shows, and the extra


def test_the_figures_in_the_book_are_of_these_shapes_and_of_every_peer():
    assert COMMITTED["shapes"] == {name: shape._asdict() for name, shape in SHAPES.items()}
    found = {(row["shape"], row["dtype"], row["peer"]) for row in COMMITTED["rows"]}
    assert {(s, d, p) for s in SHAPES for d in DTYPES for p in PEERS} <= found
    assert {(each["shape"], each["dtype"]) for each in COMMITTED["floor"]} == {
        (shape, dtype) for shape in SHAPES for dtype in DTYPES
    }
    points = {(point["axis"], point["value"]) for point in COMMITTED["scan"]}
    assert points == {(axis, value) for axis, values in AXES.items() for value in values}
    assert COMMITTED["skipped"] == COMMITTED["refused"] == []


def test_the_figures_in_the_book_are_finite_and_positive_and_agree():
    assert all(math.isfinite(number) and number >= 0 for number in numbers(COMMITTED))
    assert COMMITTED["tolerances"] == agreement.TOLERANCES
    for row in COMMITTED["agreement"]:
        assert row["difference"] <= agreement.TOLERANCES[row["dtype"]]
    for row in COMMITTED["rows"]:
        assert 0 < row["ratio_low"] <= row["ratio"] <= row["ratio_high"]


def test_what_the_book_says_to_install_and_the_lock_hold_the_libraries_of_the_peers():
    (said,) = re.findall(r"pip install ([\w ]+)`", (ROOT / "book/making.md").read_text("utf-8"))
    asked = {*said.split(), "autograd", "numpy"}
    assert asked == {peer.library for peer in PEERS.values()}
