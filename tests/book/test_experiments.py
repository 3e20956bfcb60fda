"""Stored results: they are those of the page's own code, and a wrong one is noticed."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

from experiments import ROOT, _needed, experiments_of
from experiments.__main__ import difference, text_of
from literate import load_book, recorded, spread
from literate.recording import digest

EXPERIMENTS = list(experiments_of(load_book(ROOT)))


def statements(code):
    """Code without its comments, docstrings and line breaks, which compute nothing."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: Path(each.path).stem)
def test_results_were_made_by_the_code_of_their_page(experiment):
    file = json.loads(experiment.file(ROOT).read_text("utf-8"))
    assert statements("\n".join(file["code"])) == statements(experiment.code), (
        f"{experiment.doc}: {experiment.path} was made by other code; "
        f"make experiments ONLY={Path(experiment.path).stem}"
    )
    assert all(len(values) == len(file["seeds"]) for values in file["results"].values())
    assert experiment.file(ROOT).read_text("utf-8") == text_of(file), "edited by hand"
    assert file["sha256"] == digest(file), "edited by hand"


def test_every_file_of_results_has_an_experiment():
    found = {
        path for path in (ROOT / "book/data").glob("*.json") if '"seeds": [' in path.read_text()
    }
    assert found == {experiment.file(ROOT) for experiment in EXPERIMENTS}


def draw(seeds):
    return {"x": np.array([np.random.default_rng(seed).normal(size=3) for seed in seeds])}


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Store five seeds of an experiment; return a function that changes what the file says."""
    monkeypatch.delenv("EXPERIMENT_TURN", raising=False)
    path, seeds = tmp_path / "draw.json", list(range(5))
    told = {"date": "a day", "machine": "a machine", "numpy": "2", "seconds": 1.0}
    told |= {"stream": np.random.default_rng(0).random(), "seeds": seeds}
    told |= {"code": ["draw"], "results": {"x": draw(seeds)["x"].tolist()}}

    def changed(seed=None, by=0.0, **parts):
        results = json.loads(json.dumps(told["results"]))
        if seed is not None:
            results["x"][seed][1] += by
        said = {**told, "results": results, **parts}
        path.write_text(json.dumps({**said, "sha256": digest(said)}))
        return str(path)

    return changed


def test_stored_results_are_read_and_told(file, capsys):
    results = recorded(file(), draw, range(5), {"x": 1e-12})
    assert np.array_equal(results["x"], draw(range(5))["x"])
    assert "5 runs, 1 s on a day, a machine" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("written", "typed"), [("[4]", "[5]"), ('"draw"', '"draw()"'), ("0.125", "0.1250001")]
)
def test_a_digit_that_was_typed_is_found_without_computing_it(file, written, typed):
    path = Path(file(seeds=[4], results={"x": [[0.125, 2, 3]]}))

    def computed_again(seeds):
        raise AssertionError("computed before it was looked at")

    text = path.read_text()
    assert text.count(written) == 1
    path.write_text(text.replace(written, typed))
    with pytest.raises(ValueError, match=r"holds other seeds|is not what was computed"):
        recorded(str(path), computed_again, [4], {"x": 1})


@pytest.mark.parametrize(("turn", "seeds"), [("0", {0, 1}), ("1", {2, 3}), ("2", {4, 0})])
def test_the_two_seeds_of_a_turn_are_compared_and_no_others(file, monkeypatch, turn, seeds):
    monkeypatch.setenv("EXPERIMENT_TURN", turn)
    for seed in range(5):
        path = file(seed, by=0.1)
        if seed in seeds:
            with pytest.raises(ValueError, match=r"x of the seeds .* is off by 0\.1$"):
                recorded(path, draw, range(5), {"x": 0.09})
        else:
            recorded(path, draw, range(5), {"x": 0.09})


def test_what_lies_within_the_bound_passes(file):
    recorded(file(0, by=0.1), draw, range(5), {"x": 0.11})


def test_where_the_seeds_agree_a_result_may_differ_by_a_tenth_and_elsewhere_by_their_range(file):
    def moved(by):
        return lambda seeds: {"x": draw(seeds)["x"] * [0, 1, 1] + by}

    path = file(results={"x": (draw(range(5))["x"] * [0, 1, 1]).tolist()})
    of_all = np.ptp(draw(range(5))["x"][:, 1])
    recorded(path, moved([0.09, of_all, 0]), range(5), {"x": spread})
    for by in ([0.11, 0, 0], [0, of_all + 0.11, 0]):
        with pytest.raises(ValueError, match="is off by"):
            recorded(path, moved(by), range(5), {"x": spread})


def test_a_quarter_of_the_trainings_may_end_where_no_seed_did_and_no_more(file):
    def moved(count):
        def again(seeds):
            values = np.zeros((len(seeds), 4))
            values.flat[:count] = 9
            return {"x": values}

        return again

    path = file(results={"x": np.zeros((5, 4)).tolist()})
    recorded(path, moved(2), range(5), {"x": spread})  # of two seeds with four results each
    with pytest.raises(ValueError, match="is off by 9"):
        recorded(path, moved(3), range(5), {"x": spread})
    with pytest.raises(ValueError, match="is off by 9"):
        recorded(path, moved(1), range(5), {"x": 0.1})


@pytest.mark.parametrize("ways", [0, 1])
def test_each_way_may_have_a_quarter_outside_and_a_mean_as_the_seeds_have(file, ways):
    stored = np.random.default_rng(0).random((8, 4, 5))  # their range is nearly one
    stored[:, :, 0] = 0.5  # all seeds agree

    def tried(changed, by=0.0, of_way=0.0):
        def again(seeds):
            rows = stored[seeds].copy()
            rows[:, 1, 1:] += of_way
            for place in changed:
                rows[place] += by
            return {"x": rows if ways == 0 else rows.swapaxes(1, 2)}

        return again

    rows = stored if ways == 0 else stored.swapaxes(1, 2)
    path, seeds = file(results={"x": rows.tolist()}, seeds=list(range(8))), range(8)
    outside = [(0, 1, 1), (0, 1, 2), (1, 1, 3)]
    several = [(k % 2, k, 4) for k in range(4)]  # of 40 results a tenth, one in each way
    for passes in (tried([]), tried(outside[:2], 1.2), tried(several, 1.2)):
        recorded(path, passes, seeds, {"x": spread}, ways=ways)
    refused = tried(outside, 1.2), tried([(0, 1, 0)], 0.11), tried([], of_way=0.8)
    for wrong in refused:
        with pytest.raises(ValueError, match="is off by"):
            recorded(path, wrong, seeds, {"x": spread}, ways=ways)
    for passes in refused[::2]:
        recorded(path, passes, seeds, {"x": spread})  # of all 40 results, no more than ten


def bound_of(experiment):
    """Return the function by which a page bounds the results of an experiment."""
    book, namespace = load_book(ROOT), {"spread": spread}
    exec(experiment.code, namespace)
    cells = [cell for cell in book.cells if cell.doc == experiment.doc]
    code = ["\n".join(line.text for line in book.expand(cell)) for cell in cells]
    found = [node for text in code for node in ast.parse(text).body]
    (near,) = [node for node in found if getattr(node, "name", "") == "near"]
    exec(ast.unparse(near), namespace)
    return namespace["near"]


def guesses(values):
    values[:, :, 2] = 0.25


def replaced(by):
    def replace(values):
        of_way = np.moveaxis(values, -2, 0)
        of_way[by[0]] = of_way[by[1]]

    return replace


def reversed_seeds(values):
    values[:] = values[::-1].copy()


FAULTS = {
    "recall, the forgotten carry guesses": ("recall", guesses),
    "recall, right gradients are those of the forgotten carry": ("recall", replaced((0, 2))),
    "recall, the seeds are reversed": ("recall", reversed_seeds),
    "starts, the identity is the factor 0.01": ("starts", replaced((3, 0))),
}


@pytest.mark.parametrize(("name", "plant"), FAULTS.values(), ids=FAULTS)
def test_a_way_that_is_another_and_seeds_that_are_exchanged_are_refused(
    name, plant, tmp_path, monkeypatch
):
    (experiment,) = [each for each in EXPERIMENTS if Path(each.path).stem == name]
    stored = json.loads(experiment.file(ROOT).read_text("utf-8"))
    right = {each: np.array(values) for each, values in stored["results"].items()}
    wrong = {each: values.copy() for each, values in right.items()}
    for values in wrong.values():
        plant(values)
    near, ways, seeds = bound_of(experiment), {"recall": 1, "starts": 0}[name], stored["seeds"]

    def compare(kept, computed):
        results = {each: values.tolist() for each, values in kept.items()}
        said = {**stored, "stream": np.random.default_rng(0).random(), "results": results}
        path = tmp_path / "planted.json"
        path.write_text(json.dumps({**said, "sha256": digest(said)}))
        again = {each: dict(zip(seeds, values, strict=True)) for each, values in computed.items()}
        recorded(
            path,
            lambda some: {each: np.array([of[k] for k in some]) for each, of in again.items()},
            seeds,
            dict.fromkeys(right, near),
            ways,
        )

    for turn in range(len(seeds) // 2):
        monkeypatch.setenv("EXPERIMENT_TURN", str(turn))
        compare(right, right)
        for kept, computed in ((wrong, right), (right, wrong)):
            with pytest.raises(ValueError, match="is off by"):
                compare(kept, computed)


def test_other_seeds_than_the_page_asks_for_are_refused(file):
    with pytest.raises(ValueError, match="holds other seeds than"):
        recorded(file(), draw, range(6), {"x": 1})


def test_numbers_that_are_no_numbers_are_off(file):
    with pytest.raises(ValueError, match="is off by"):
        recorded(file(), lambda seeds: {"x": np.nan * draw(seeds)["x"]}, range(5), {"x": 1})


def test_other_random_numbers_are_compared_with_the_spread(file):
    path = file(stream=0.5)
    recorded(path, lambda seeds: draw([seed + 90 for seed in seeds]), range(5), {"x": 0})
    with pytest.raises(ValueError, match="is off by"):
        recorded(path, lambda seeds: {"x": draw(seeds)["x"] + 50}, range(5), {"x": 0})


def test_an_experiment_that_is_computed_anew_is_compared_with_what_was_stored():
    before = {"seeds": [1, 2], "results": {"x": [[1, 2], [3, 4]], "y": [5, 6]}}
    assert difference(before, before) == "at most 0 from those before"
    moved = {"seeds": [1, 2], "results": {"x": [[1, 2], [3, 4.25]], "y": [5, 6]}}
    assert difference(moved, before) == "at most 0.25 from those before"
    assert difference({**moved, "seeds": [1, 3]}, before) == "nothing to compare with"
    assert difference(moved, None) == "nothing to compare with"
    renamed = {"seeds": [1, 2], "results": {"x": [[1, 2], [3, 4]], "z": [5, 6]}}
    assert difference(renamed, before) == "other results than before"


PAGE = """
import numpy as np
import os
n = 3
n += 1
table = {}
table["a"] = n
table["b"], other = 1, 2
def inner(k):
    return k * later
later = 5
def outer(k):
    return inner(k) + table["a"] + n
n = 7
unused = outer(1)
end = 0
"""


def test_an_experiment_needs_what_it_reaches_from_name_to_name():
    statements = [(node, PAGE) for node in ast.parse(PAGE).body]
    needed = _needed(statements, {"outer"}, len(statements) - 1)
    found = [ast.unparse(statements[place][0]).split("\n")[0] for place in sorted(needed)]
    assert found == [
        "n = 3",
        "n += 1",
        "table = {}",
        "table['a'] = n",
        "table['b'], other = (1, 2)",
        "def inner(k):",
        "later = 5",
        "def outer(k):",
        "n = 7",
    ]
