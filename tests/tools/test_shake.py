"""Whether ``make shake`` finds what leans on one machine, and lets pass what does not."""

import json
import multiprocessing
import platform
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from bs4 import BeautifulSoup

from literate import load_book
from literate.claims import Tried, claims_of
from shake import __main__ as command
from shake import environments, moving, packages, running, verdict
from shake.environments import Environment
from web.indexes import claim_tables, claim_totals

FLOATS = [0.1, 2.5, 1e-300, 3e200, 1 / 3]
ROOT = Path(__file__).resolve().parents[2]
MOVED = [
    Environment("as it is", ""),
    Environment("starts", "draws moved", moves={"starts": 1}),
    Environment("functions", "functions moved", moves={"functions": 1}),
    Environment("seeds", "other seeds", moves={"seeds": 1}),
]

CHAPTER = """# A chapter

```{code-cell} ipython3
import numpy as np

rng = np.random.default_rng(0)
W = rng.standard_normal((3, 3))
```

## What holds

```{code-cell} ipython3
assert np.all(np.abs(np.tanh(W)) < 1)
np.testing.assert_allclose(np.tanh(W).sum(), 0, atol=9)
print(f"{np.tanh(W[0, 0]):.2f} and {np.tanh(W[0, 0]):.17f}")
```
"""


def run(root: Path, *moved: Environment) -> list[verdict.Record]:
    """Run a small book in each environment, in processes forked off this one."""
    records = []
    for environment in moved or MOVED:
        out = root / "record.json"
        arguments = (str(root), json.dumps(environment.moves), str(out))
        process = multiprocessing.get_context("fork").Process(target=running.main, args=arguments)
        process.start()
        process.join()
        assert process.exitcode == 0
        records.append(verdict.Record.read(environment, out))
    return records


def places(findings: list[verdict.Finding]) -> dict[str, set[str]]:
    return {finding.place: set(finding.where) for finding in findings}


@pytest.fixture
def shaken(small_book):
    """Write a chapter with more cells below it, run it everywhere, and return what was found."""

    def write_and_run(*cells: str, prose: str = "") -> dict[str, set[str]]:
        more = "".join(f"\n```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells)
        root = small_book.write({"one": f"{CHAPTER}\n{prose}\n{more}"})
        book, records = load_book(root), run(root)
        findings = verdict.failures(book, records)
        return places(findings + verdict.differing_numbers(book, records[0], records))

    return write_and_run


# what is found


def test_what_holds_everywhere_passes(shaken):
    assert shaken() == {}


def test_a_claim_over_several_lines_is_run(shaken):
    assert shaken("assert 1 + sum(\n    1 for row in W\n) > 0") == {}


def test_a_claim_that_leans_on_the_last_digit_holds_as_it_is_and_fails_elsewhere(
    shaken, small_book
):
    values = np.tanh(np.random.default_rng(0).standard_normal((3, 3))).tolist()
    found = shaken(f"assert np.tanh(W).shape == (3, 3)\n§assert np.tanh(W).tolist() == {values}")
    assert found == {small_book.places[0]: {"starts", "functions"}}


def test_a_failed_claim_hides_neither_the_next_nor_those_in_its_loop(shaken, small_book):
    found = shaken(
        "for number in range(3):\n    §assert number != 1\n    §assert number != 2\n"
        "§assert False\nassert True\n§np.testing.assert_allclose(1, 2)",
        "§1 / 0\nassert 1 == 1\n§assert 1 == 2",
    )
    everywhere = {environment.name for environment in MOVED} - {"seeds"}  # none is about training
    assert found == dict.fromkeys(small_book.places, everywhere)


def test_a_claim_that_is_never_reached_is_a_fault(shaken, small_book):
    assert shaken("if W is None:\n    §assert True").keys() == set(small_book.places)


def test_only_what_is_said_of_training_has_to_hold_with_other_seeds(shaken, small_book):
    value = float(np.random.default_rng(0).standard_normal())
    near = f"assert abs(W[0, 0] - {value}) < 1e-12"
    found = shaken(near, f":training:\n\n§{near}", ":training:\n\nassert np.abs(W).max() < 9")
    assert found == {small_book.places[0]: {"seeds"}}


def test_what_a_cell_imports_of_the_future_holds_below_it(shaken):
    cells = ["from __future__ import annotations", "def f(x: Later) -> None:\n    pass"]
    assert shaken(*cells) == {}


CAUGHT = """
```{code-cell} ipython3
try:
    assert False
except AssertionError:
    pass
def check():
    assert False
```
"""


def test_an_assert_that_is_meant_to_fail_is_no_claim(small_book):
    book = load_book(small_book.write({"one": CHAPTER + CAUGHT}))
    assert len(claims_of(book)) == 2
    assert verdict.failures(book, run(book.root, MOVED[0])) == []


def test_a_number_of_the_prose_that_depends_on_the_last_digit_is_found(shaken, small_book):
    first = np.tanh(np.random.default_rng(0).standard_normal())
    assert shaken(prose=f"It is {first:.2f}.") == {}
    found = shaken(prose=f"§It is {first:.17f}.")
    assert found.keys() == {small_book.places[-1]}


def test_a_cell_that_is_no_python_claims_nothing(small_book):
    cell = "\n```{code-cell} ipython3\n%%bash\nassert (\n```\n"
    assert len(claims_of(load_book(small_book.write({"one": CHAPTER + cell})))) == 2


# what moves


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
def test_numbers_move_by_one_unit_in_the_last_place_at_most(dtype):
    values = np.random.default_rng(0).standard_normal(999).astype(dtype)
    there = moving.moved(values, 1)
    assert there.dtype == dtype
    parts = np.concatenate([(there - values).real, (there - values).imag])
    spacing = np.spacing(np.abs(np.concatenate([values.real, values.imag])))
    assert np.all(np.abs(parts) <= spacing)
    share = np.mean(there != values)
    assert 0.5 < share < 1


def test_equal_numbers_move_alike_and_some_not_at_all():
    values = np.array(FLOATS * 2)
    there = moving.moved(values, 3)
    np.testing.assert_array_equal(there[:5], there[5:])
    np.testing.assert_array_equal(moving.moved(-values, 3), -there)
    exact = np.array([0, -0.0, 1, -1, np.inf, -np.inf, np.nan])
    np.testing.assert_array_equal(moving.moved(exact, 3), exact)
    assert np.any(moving.moved(np.array(FLOATS), 3) != moving.moved(np.array(FLOATS), 4))


def test_a_rough_function_writes_where_it_is_told_to():
    rough, x = moving.roughened(np.tanh, 1), np.linspace(-2, 2, 40).reshape(5, 8)
    out = np.empty_like(x)
    assert rough(x, out=out) is out
    np.testing.assert_array_equal(out, rough(x))
    np.testing.assert_array_equal(rough(x.T), out.T)
    assert rough(0.3).ndim == 0


def test_other_seeds_give_other_draws_and_the_same_ones_again():
    other = moving._elsewhere(np.random.default_rng, starts=0, seeds=1)
    usual = np.random.default_rng(3).standard_normal(4)
    assert np.all(other(3).standard_normal(4) != usual)
    np.testing.assert_array_equal(other(3).standard_normal(4), other(3).standard_normal(4))
    assert np.all(other([3, 4]).standard_normal(4) != other(3).standard_normal(4))


def test_moved_draws_are_a_generator_that_can_be_resumed():
    moved = moving._elsewhere(np.random.default_rng, starts=1, seeds=0)
    rng, usual = moved(3), np.random.default_rng(3)
    assert isinstance(rng, np.random.Generator)
    assert moved(rng) is rng
    np.testing.assert_allclose(rng.normal(size=99), usual.normal(size=99), rtol=1e-15)
    state = rng.bit_generator.state
    first = rng.uniform(size=5)
    rng.bit_generator.state = state
    np.testing.assert_array_equal(rng.uniform(size=5), first)


def test_the_exponential_is_exact_where_the_real_part_is_zero():
    rough, step = moving.roughened(np.exp, 1), np.array([1e-30j, 0.3 + 1e-30j])
    assert rough(step)[0] == np.exp(step)[0]
    others = np.array([rough(0.1 * k + 1e-30j) / np.exp(0.1 * k + 1e-30j) for k in range(1, 20)])
    assert np.any(others != 1)


# where


def test_this_machine_offers_enough_places_which_differ():
    (offered, _), turn = environments.all_of_them(), environments.TURN
    assert len({environment.name for environment in offered}) == len(offered)
    makings = {
        (
            *(v for v in e.variables.items() if v[0] != turn),
            *e.moves.items(),
            e.packages,
        )
        for e in offered
    }
    assert len({environment.variables[turn] for environment in offered}) == len(offered)
    assert len(makings) == len(offered)
    locked = [e for e in offered if e.packages == packages.LOCKED]
    assert len(locked) >= command.FEWEST  # without a network, too
    tried = json.loads((ROOT / "book/data/claims.json").read_text("utf-8"))
    assert len(tried["environments"]) >= 12  # on the machine whose run is shown


def test_an_environment_that_a_machine_does_not_offer_is_named(monkeypatch):
    kernels = {platform.machine(): ("Prescott", "NoSuchKernel")}
    monkeypatch.setattr(environments, "KERNELS", kernels)
    offered, absent = environments.all_of_them()
    assert re.match("OpenBLAS takes|the processor cannot", absent["NoSuchKernel"])
    assert "NoSuchKernel" not in {environment.name for environment in offered}


def test_too_few_environments_are_a_failure(monkeypatch, small_book, capsys):
    root = small_book.write({"one": CHAPTER})
    few = (MOVED[:2], {"Elsewhere": "the processor cannot"})
    monkeypatch.setattr(environments, "all_of_them", lambda: few)
    assert command.main(["--book", str(root)]) == 2
    printed = capsys.readouterr()
    assert "2 environments; at least 8 are wanted" in printed.err
    assert "Elsewhere: skipped, the processor cannot" in printed.out


def test_packages_that_cannot_be_had_are_skipped_by_name(monkeypatch, small_book):
    def fail(which):
        raise packages.AbsentError("ERROR: no wheels")

    monkeypatch.setattr(packages, "install", fail)
    root = small_book.write({"one": CHAPTER})
    assert command.record_of(MOVED[0], root) == "ERROR: no wheels"


def test_packages_without_a_network_are_absent(monkeypatch, tmp_path):
    monkeypatch.setattr(packages, "ROOT", tmp_path)
    monkeypatch.setattr(packages, "computing", lambda: ("numpy==0.0.0",))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(packages.AbsentError, match="numpy"):
        packages.install(packages.NEWEST)


def test_the_packages_that_compute_are_those_that_chapters_import():
    assert {"numpy", "autograd", "scikit-learn"} <= set(packages.computing())


# the command


@pytest.fixture
def everywhere(monkeypatch):
    monkeypatch.setattr(command, "FEWEST", 3)
    places = [Environment(f"as it is, {number}", "again") for number in range(command.FEWEST)]
    monkeypatch.setattr(environments, "all_of_them", lambda: (places, {}))


def test_what_was_tried_is_written_down_only_when_all_of_it_holds(small_book, everywhere, capsys):
    root = small_book.write({"one": CHAPTER})
    (root / "book" / "data").mkdir()
    written = root / command.WRITTEN
    assert command.main(["--book", str(root), "--first", "2"]) == 0
    assert not written.exists()
    assert command.main(["--book", str(root)]) == 0
    claims = claims_of(load_book(root))
    tried = json.loads(written.read_text("utf-8"))
    assert tried["claims"] == {"book/one.md": {claim.digest: command.FEWEST for claim in claims}}
    assert len(tried["environments"]) == command.FEWEST
    before = written.read_text("utf-8")
    small_book.page("one", (root / "book" / "one.md").read_text("utf-8").replace("< 1)", "< 0)"))
    capsys.readouterr()
    assert command.main(["--book", str(root)]) == 1
    assert (
        f"{claims[0].doc}:{claims[0].line}: assert np.all(np.abs(np.tanh(W)) < 0)"
        in capsys.readouterr().out
    )
    assert written.read_text("utf-8") == before


def test_a_run_that_dies_is_an_error(small_book, monkeypatch):
    root = small_book.write({"one": CHAPTER.replace("import numpy", "import os; os._exit(3)")})
    with pytest.raises(RuntimeError, match="as it is: the run ended"):
        command.record_of(MOVED[0], root)


def test_the_runner_is_a_program_of_its_own(small_book, tmp_path):
    root = small_book.write({"one": CHAPTER})
    out = tmp_path / "out.json"
    environment = MOVED[0].process()
    line = [sys.executable, "-m", "shake.running", str(root), "{}", str(out)]
    subprocess.run(line, check=True, env=environment, cwd=root)
    record = json.loads(out.read_text("utf-8"))
    assert [why for _, _, why in record["claims"]] == [None, None]
    assert record["stops"] == []
    assert running.REPORT not in record["shown"][-1][2]


# what the page says


NAMES = SimpleNamespace(title=str.upper, url="{1}.html".format)


def page(book, tried: Tried):
    return BeautifulSoup(
        claim_tables(claims_of(book), tried, NAMES, "book/checked.md"),
        "html.parser",
    )


def test_the_page_counts_the_claims_of_the_chapters_as_they_stand():
    book = load_book(ROOT)
    claims = claims_of(book)
    rows = page(book, Tried()).select("table")[0].select("tbody tr")
    counts = {row.a["href"]: int(row.select("td")[1].text) for row in rows}
    assert counts == {f"{doc}.html": n for doc, n in Counter(c.doc for c in claims).items()}
    assert claim_totals(claims, Tried()) == (
        f"The cells of the chapters assert {len(claims)} claims. "
        f"{len(claims)} are new or were changed since, and not yet tried."
    )


def test_a_claim_that_was_changed_is_not_yet_tried(small_book):
    book = load_book(small_book.write({"one": CHAPTER}))
    first, second = claims_of(book)
    gone = {"book/one.md": {first.digest: 9, "0" * 12: 9}, "book/gone.md": {second.digest: 9}}
    machine = {"cpu": "a processor", "cores": 2, "system": "Linux"}
    places = [{"name": "Prescott", "what": "old kernels", "numpy": "2.0.0"}]
    tried = Tried("2026-01-01", machine, places, gone)
    assert (tried.times(first), tried.times(second)) == (9, 0)
    [row], [place] = (table.select("tbody tr") for table in page(book, tried).select("table"))
    assert [cell.text for cell in row.select("td")] == ["BOOK/ONE.MD", "2", "", "9", "1"]
    assert [cell.text for cell in place.select("td")] == ["Prescott", "old kernels", "2.0.0"]
    assert "1 of them were tried on 2026-01-01" in claim_totals([first, second], tried)
    assert "1 are new or were changed since" in claim_totals([first, second], tried)


def test_nothing_was_tried_where_no_run_wrote_anything(tmp_path):
    assert Tried.read(tmp_path / "none.json") == Tried()
