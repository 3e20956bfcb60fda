"""The measurement of the workers: it compares before it times, and its file is what is shown."""

import json
import math

import numpy as np
import pytest

from bench import cluster
from bench.agreement import TOLERANCES, Disagreement
from bench.processes import ONE_THREAD

COMMITTED = json.loads(cluster.SHOWN.read_text("utf-8"))
FIGURES = ("bytes", "latency", "bandwidth", "seconds_per_example")


@pytest.fixture
def one_thread(monkeypatch):
    for name, value in ONE_THREAD.items():
        monkeypatch.setenv(name, value)


def test_a_quick_run_measures_all_that_the_chapter_reads(monkeypatch, tmp_path):
    """In a process of its own, as always: here are more threads than one."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    assert cluster.main(["--quick", "--out", str(tmp_path / "cluster.json")]) == 0
    figures = json.loads((tmp_path / "cluster.json").read_text("utf-8"))
    assert figures.keys() == COMMITTED.keys() | {"code"}  # older figures do not say it
    assert {"sharding", "fast", "products"} <= figures["code"].keys()
    assert [row["bytes"] for row in figures["messages"]] == list(cluster.MESSAGES)
    assert [row["m"] for row in figures["steps"]] == list(cluster.BATCHES[:2])
    assert all(0 < row[way] < math.inf for row in figures["steps"] for way in ("one", "workers"))


def test_a_quick_run_leaves_the_books_file_alone(one_thread, monkeypatch, tmp_path):
    monkeypatch.setattr(cluster, "SHOWN", tmp_path / "shown.json")
    monkeypatch.setattr(cluster, "measure", lambda *_: COMMITTED)
    assert cluster.main(["--quick"]) == 0
    assert list(tmp_path.iterdir()) == []
    assert cluster.main([]) == 0
    assert json.loads((tmp_path / "shown.json").read_text("utf-8")) == COMMITTED


def test_workers_that_compute_another_gradient_are_not_timed(one_thread, monkeypatch, capsys):
    def wrong(*problem, client, shards):
        J, gradients = cluster.loss_and_gradients(*problem, input_gradient=False)
        gradients.pop("da0")
        return J, {name: np.float64(1.001) * gradient for name, gradient in gradients.items()}

    monkeypatch.setattr(cluster, "sharded_loss_and_gradients", wrong)
    monkeypatch.setattr(cluster, "measure", lambda *_: cluster.step(None, 2, 1))
    with pytest.raises(Disagreement, match="differs by"):
        cluster.step(None, 2, 1)
    assert cluster.main(["--quick"]) == 1
    assert "another gradient: dWaa differs by 1.0e-03" in capsys.readouterr().err


def test_products_that_would_use_several_threads_are_measured_in_a_process_of_their_own(
    one_thread, monkeypatch
):
    started = []

    def run(command, env):
        started.append((command[1:], env["OMP_NUM_THREADS"]))
        return type("Ended", (), {"returncode": 7})

    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setattr(cluster.subprocess, "run", run)
    assert cluster.main(["--quick"]) == 7
    assert started == [(["-m", "bench.cluster", "--quick"], "1")]


def test_the_least_of_the_rounds_counts(monkeypatch):
    now = iter([0, 3, 10, 11, 20, 22])  # three rounds of 3, 1 and 2 seconds
    monkeypatch.setattr(cluster.time, "perf_counter", lambda: next(now))
    assert cluster.seconds_of(lambda: None, rounds=3) == [1]


def test_the_figures_in_the_book_are_finite_positive_and_agree():
    assert all(0 < COMMITTED[name] < math.inf for name in FIGURES)
    assert [row["m"] for row in COMMITTED["steps"]] == list(cluster.BATCHES)
    assert all(row["difference"] <= TOLERANCES[cluster.DTYPE] for row in COMMITTED["steps"])
    assert COMMITTED["workers"] == cluster.WORKERS >= 2
