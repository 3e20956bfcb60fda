"""Run tests again and again, each time with something else chosen, in forks of one process.

pytest collects the tests once. A first fork runs all of them, and finds what each reaches and how
long it takes. Then each trial has a fork of its own, which runs the tests that reach it, the
likeliest to fail first, and ends at the first failure. No test runs in the process that is forked,
so each trial finds what the one before it found. The system ends a fork that takes too long.
"""

import gc
import json
import math
import os
import resource
import shutil
import signal
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

WIDTH = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
LEAST = 10, 60  # the seconds that a fork has on the processor, and by the clock, at least
PASSED, FAILED, BROKEN = 0, 1, 2  # how a fork ends by itself
STATES = {
    PASSED: "survived",
    FAILED: "killed",
    -signal.SIGXCPU: "timeout",  # too long on the processor
    -signal.SIGALRM: "timeout",  # too long by the clock: it waits for what does not come
}


class Trial(NamedTuple):
    """A mutant that is tried: its name, and the function that it changes."""

    name: str
    function: str


class Run(NamedTuple):
    """One run of a test: the functions that it reached, its seconds of processor and of clock."""

    reached: list[str]
    seconds: float
    clock: float


class Forks:
    """A plugin for pytest, which judges the trials where pytest would run its tests.

    Parameters
    ----------
    trials
        What is tried.
    choose
        Chooses a trial by its name; called in its fork, before the tests.
    reached
        Returns the functions that ran since its last call, where "stats" was chosen.
    folder
        Where each fork gets a folder for its temporary files, which goes when it ends.
    tell
        Is called with the name of each trial and its state.
    """

    def __init__(
        self,
        trials: list[Trial],
        choose: Callable[[str], None],
        reached: Callable[[], set[str]],
        folder: Path,
        tell: Callable[[str, str], None],
    ):
        self.trials, self.choose, self.reached = trials, choose, reached
        self.folder, self.tell = folder, tell
        self.runs: dict[str, Run] = {}  # of each test
        self.killers: dict[str, Counter[str]] = defaultdict(Counter)  # of the mutants of a function
        self.prepared: set[str] = set()  # what the fixtures of a test reached
        self.failure = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        """Note what fixtures reached; they may serve other tests of the file too."""
        self.prepared = self.reached()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the first failure."""
        if report.failed and not self.failure:
            self.failure = f"{report.nodeid}\n{report.longreprtext}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Judge all trials, unless a file of tests could not be read."""
        if session.testsfailed:
            return None
        gc.freeze()  # else each fork copies what its collector looks at
        self.measure(session)
        items = {item.nodeid: item for item in session.items}
        running: dict[int, Trial] = {}
        for trial in self.trials:
            tests = self.tests_of(trial)
            if tests:
                if len(running) == WIDTH:
                    self.end(running)
                running[self.start(trial.name, [items[test] for test in tests])] = trial
            else:
                self.tell(trial.name, "no tests")
        while running:
            self.end(running)
        return True

    def measure(self, session: pytest.Session) -> None:
        """Run all tests in a fork, to see what each reaches; and once more, to see one fail."""
        pid = self.start("stats", session.items)
        _, status = os.waitpid(pid, 0)
        left = self.folder / "stats"
        if os.waitstatus_to_exitcode(status) != PASSED:
            pytest.exit(f"With nothing chosen, {self.failure_of('stats')}", FAILED)
        runs = json.loads((left / "runs.json").read_text("utf-8"))
        self.runs = {test: Run(*run) for test, run in runs.items()}
        pid = self.start("fail", [item for item in session.items if self.runs[item.nodeid].reached])
        _, status = os.waitpid(pid, 0)
        if os.waitstatus_to_exitcode(status) != FAILED:
            pytest.exit("No test fails where each function does.", FAILED)

    def tests_of(self, trial: Trial) -> list[str]:
        """Return the tests that reach a trial: first those that failed before, then the short."""
        tests = [test for test, run in self.runs.items() if trial.function in run.reached]
        first = self.killers[trial.function]
        return sorted(tests, key=lambda test: (-first[test], self.runs[test].seconds))

    def start(self, name: str, items: list[pytest.Item]) -> int:
        """Begin a fork that chooses a trial and runs tests; return its id."""
        place = self.folder / name
        place.mkdir(parents=True)
        runs = [self.runs.get(item.nodeid, Run([], 3600, 3600)) for item in items]
        processor = math.ceil(LEAST[0] + 3 * sum(run.seconds for run in runs))
        clock = LEAST[1] + 20 * sum(run.clock for run in runs)  # the machine may be busy
        pid = os.fork()
        if pid:
            return pid
        status = BROKEN
        try:
            os.setsid()  # so that what the tests start can be ended with it
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_CPU, (processor, resource.RLIM_INFINITY))
            signal.setitimer(signal.ITIMER_REAL, clock)
            tempfile.tempdir = str(place)
            self.choose(name)
            self.run(items)
            if self.failure:
                (place / "failure").write_text(self.failure, "utf-8")
            elif name == "stats":
                (place / "runs.json").write_text(json.dumps(self.runs), "utf-8")
            status = FAILED if self.failure else PASSED
        finally:  # whatever happened, this process ends here
            if status == BROKEN:
                traceback.print_exc()
            os._exit(status)

    def run(self, items: list[pytest.Item]) -> None:
        """Run tests until one fails, and note what each reached."""
        prepared = defaultdict(set)
        for item, following in zip(items, [*items[1:], None], strict=True):
            began, clock = time.process_time(), time.perf_counter()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failure:
                return
            took = time.process_time() - began, time.perf_counter() - clock
            prepared[item.path] |= self.prepared
            self.runs[item.nodeid] = Run(sorted(self.reached() | self.prepared), *took)
        for item in items:
            run = self.runs[item.nodeid]
            reached = sorted({*run.reached, *prepared[item.path]})
            self.runs[item.nodeid] = run._replace(reached=reached)

    def end(self, running: dict[int, Trial]) -> None:
        """Wait for one of the running forks, and tell how it ended."""
        pid, status = os.wait()
        trial = running.pop(pid)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)  # what its tests started
        code = os.waitstatus_to_exitcode(status)
        if code == FAILED:
            self.killers[trial.function][self.failure_of(trial.name).partition("\n")[0]] += 1
        shutil.rmtree(self.folder / trial.name, ignore_errors=True)
        self.tell(trial.name, STATES.get(code, f"ended with status {code}"))

    def failure_of(self, name: str) -> str:
        """Return what a fork wrote about the test that failed in it."""
        path = self.folder / name / "failure"
        return path.read_text("utf-8") if path.exists() else "the tests came to no end"
