"""Shards of a batch: their weighted sum, on real workers too, and one of these killed."""

import contextlib
import doctest
import http.client
import os
import re
import sys
import time
from pathlib import Path

import distributed
import numpy as np
import psutil
import pytest
from distributed import wait

import oracle
import refusals
from rnn_from_scratch import sharding
from rnn_from_scratch.fast import loss_and_gradients
from rnn_from_scratch.sharding import local_workers, sharded_loss_and_gradients

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["dWax", "dWaa", "dWya", "dba", "dby"]


class Here:
    """A client whose tasks run at once, in this process; it notes what it is given."""

    def __init__(self):
        self.tasks = []

    def submit(self, task, *arguments, pure):
        assert pure is False, "the name of a pure task is a digest of all its arguments"
        self.tasks.append(arguments)
        return task(*arguments)

    def gather(self, results):
        return results


@pytest.fixture(scope="module")
def client():
    """Two workers, for the tests that want real ones."""
    with local_workers(2) as client:
        yield client


def by_parameters(gradients):
    return {name: gradients[name] for name in NAMES}


def as_classes(problem):
    x, *rest = problem
    return (x.argmax(axis=0), *rest)


# the weighted sum


@pytest.mark.parametrize("form", [tuple, as_classes], ids=["vectors", "classes"])
@pytest.mark.parametrize("shards", range(1, 7))
def test_the_weighted_sum_over_shards_is_the_gradient_of_the_batch(shards, form):
    problem = form(oracle.problem())
    J, expected = loss_and_gradients(*problem)
    J_sum, gradients = sharded_loss_and_gradients(*problem, client=Here(), shards=shards)
    assert J_sum == pytest.approx(J, rel=oracle.ROUNDING)
    assert list(gradients) == NAMES
    assert not oracle.apart(gradients, by_parameters(expected), oracle.ROUNDING)


@pytest.mark.parametrize("m", [1, 5, 6, 7])
def test_shards_cover_each_column_once_and_differ_by_one_at_most(m):
    problem, client = oracle.problem(m=m), Here()
    sharded_loss_and_gradients(*problem, client=client, shards=min(m, 3))
    *parts, _ = zip(*client.tasks, strict=True)
    for array, part, axis in zip(problem, parts, (1, 0, 1), strict=False):
        assert (np.concatenate(part, axis) == array).all()
    sizes = [len(part) for _, part, _, _ in client.tasks]
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) == min(m, 3)


def test_float32_stays_float32():
    problem = oracle.problem(dtype=np.float32)
    J, gradients = sharded_loss_and_gradients(*problem, client=Here(), shards=4)
    exact, expected = loss_and_gradients(*oracle.cast(problem, np.float64))
    assert J.dtype == np.float32
    assert float(J) == pytest.approx(exact, rel=oracle.SINGLE)
    assert all(gradients[name].dtype == np.float32 for name in NAMES)
    assert not oracle.apart(
        oracle.cast(gradients, np.float64), by_parameters(expected), oracle.SINGLE
    )


def test_nothing_is_changed_in_place():
    problem = oracle.problem()
    plain = sharded_loss_and_gradients(*problem, client=Here(), shards=2)
    frozen = sharded_loss_and_gradients(*oracle.frozen(problem), client=Here(), shards=2)
    assert frozen[0] == plain[0]
    assert not oracle.apart(frozen[1], plain[1], 0)


# refusals


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_LABELS]
    + [row for row in refusals.BAD_SEQUENCES if "x has dtype int64" not in row[2]],
)
def test_bad_arguments_are_refused_before_anything_is_handed_out(spoil, error, message):
    arguments = refusals.spoilt(oracle.arguments(), spoil, message)
    with refusals.refuses(error, message):
        sharded_loss_and_gradients(**arguments, client=None, shards=2)


@pytest.mark.parametrize(
    ("shards", "message"),
    [
        (0, "shards is 0; expected a whole number >= 1"),
        (1.5, "shards is 1.5; expected a whole number >= 1"),
        (7, "shards is 7; expected at most m = 6"),
    ],
)
def test_a_number_of_shards_that_cannot_be_is_refused(shards, message):
    with refusals.refuses(ValueError, message):
        sharded_loss_and_gradients(*oracle.problem(), client=None, shards=shards)


def test_a_number_of_workers_that_cannot_be_is_refused():
    with refusals.refuses(ValueError, "shards is 0; expected a whole number >= 1"):
        local_workers(0).__enter__()


def test_without_dask_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    message = 'local_workers needs Dask: pip install "rnn-from-scratch[dask]"'
    with refusals.refuses(ImportError, message):
        local_workers(1).__enter__()


# real workers


def test_two_processes_compute_what_one_does(client):
    pids = set(client.run(os.getpid).values())
    assert len(pids - {os.getpid()}) == 2
    problem = oracle.problem(m=7)
    J, expected = loss_and_gradients(*problem)
    J_sum, gradients = sharded_loss_and_gradients(*problem, client=client, shards=2)
    assert J_sum == pytest.approx(J, rel=oracle.ROUNDING)
    assert not oracle.apart(gradients, by_parameters(expected), oracle.ROUNDING)


def test_workers_are_reached_from_this_machine_only(client):
    addresses = [client.scheduler.address, *client.scheduler_info()["workers"]]
    assert len(addresses) == 3
    assert all(address.startswith("tls://127.0.0.1:") for address in addresses)


def test_a_worker_that_is_killed_at_work_costs_nothing(client):
    problem = oracle.problem(m=8)
    undisturbed = sharded_loss_and_gradients(*problem, client=client, shards=4)
    (address, pid), _ = client.run(os.getpid).items()
    worker = psutil.Process(pid)
    worker.suspend()

    class Killer:
        """A client that kills the stopped worker when the other one has done a shard."""

        submit = client.submit

        def gather(self, futures):
            wait(futures, return_when="FIRST_COMPLETED")
            assert client.processing()[address], "the stopped worker has nothing that could be lost"
            worker.kill()
            return client.gather(futures)

    J, gradients = sharded_loss_and_gradients(*problem, client=Killer(), shards=4)
    assert undisturbed[0] == J
    assert not oracle.apart(gradients, undisturbed[1], 0)
    for _ in range(600):  # its heir starts up
        if len(pids := client.run(os.getpid, on_error="ignore")) == 2:
            break
        time.sleep(0.1)
    assert len(pids) == 2
    assert pid not in pids.values()


def test_the_session_that_the_chapter_prints_is_what_happens():
    chapter = (ROOT / "book/workers.md").read_text("utf-8")
    [session] = re.findall(r"```pycon\n(.*?)```", chapter, re.DOTALL)
    names = {**vars(sharding), "distributed": distributed, "psutil": psutil, "os": os}
    names |= {"np": np, "problem": oracle.problem(m=8)}
    test = doctest.DocTestParser().get_doctest(session, names, "session", None, 0)
    said = []
    failed, tried = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert (failed, tried) == (0, 4), "".join(said)


# who may speak to the workers


def listening(processes):
    """Return the addresses on which processes accept connections."""
    found = [each.net_connections("inet") for each in processes]
    return [c.laddr for each in found for c in each if c.status == psutil.CONN_LISTEN]


def test_a_client_without_the_certificate_of_the_run_is_refused(client):
    address = client.scheduler.address
    assert address.startswith("tls://127.0.0.1:")
    assert distributed.Client(address, security=client.security, timeout=9).close() is None
    another = distributed.Security.temporary()
    for where, security in ((address.replace("tls:", "tcp:"), None), (address, another)):
        with pytest.raises(OSError, match=r"(?i)timed out|reset|certificate"):
            distributed.Client(where, security=security, timeout=1)


def test_all_doors_are_on_this_machine_and_none_tells_of_the_tasks(client):
    here = psutil.Process()
    workers = [each for each in here.children(recursive=True) if each.is_running()]
    doors = listening([here, *workers])
    assert len(doors) >= 5  # the scheduler, two workers, and their HTTP servers
    assert {door.ip for door in doors} == {"127.0.0.1"}
    pages = ["", "status", "info/main/workers.html", "json/counts.json", "metrics", "health"]
    answers = {}
    for door in doors:
        for page in pages:
            connection = http.client.HTTPConnection(door.ip, door.port, timeout=2)
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.request("GET", f"/{page}")
                answers[page, door.port] = connection.getresponse().status
            connection.close()
    assert set(answers.values()) == {404}, answers


def test_without_cryptography_there_is_a_warning(monkeypatch):
    monkeypatch.setattr(sharding.importlib.util, "find_spec", lambda _: None)
    message = "local_workers finds no cryptography: as long as these workers run, every account"

    def work():
        with local_workers(1) as client:
            return client.scheduler.address, client.submit(sum, [1, 2]).result()

    with pytest.warns(RuntimeWarning, match=message) as caught:
        address, result = work()
    assert address.startswith("tcp://127.0.0.1:")
    assert result == 3
    assert caught[0].filename == __file__


@pytest.mark.parametrize("client", [None, "tcp://127.0.0.1:8786", object(), print])
def test_a_client_that_is_none_is_named(client):
    kind = type(client).__name__
    with refusals.refuses(TypeError, f"client is of type {kind}; expected a distributed.Client"):
        sharded_loss_and_gradients(*oracle.problem(), client=client, shards=1)


def test_whether_connections_are_certified_depends_on_cryptography(monkeypatch):
    assert sharding._certified() is True
    found = {"cryptography": None}
    monkeypatch.setattr(sharding.importlib.util, "find_spec", found.__getitem__)
    what = "as long as these workers run, every account of this machine can run code as you"
    with pytest.warns(RuntimeWarning) as caught:
        assert sharding._certified() is None
    assert str(caught[0].message) == f"local_workers finds no cryptography: {what}"
