"""The network in the manner of scikit-learn, judged by scikit-learn's own rules."""

import inspect
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils.estimator_checks import check_estimator

import refusals
import rnn_from_scratch.estimator
from rnn_from_scratch.estimator import RNN

EXPECTED = {
    "check_supervised_y_2d": "a y with two axes holds a class for each step of a sequence",
}


@pytest.fixture(scope="module")
def sequences():
    """Sequences of 2 to 6 steps; the class says whether their first entries sum to more than 0."""
    rng = np.random.default_rng(0)
    X = [rng.standard_normal((rng.integers(2, 7), 2)) for _ in range(60)]
    return X, np.array(["neg", "pos"])[[int(each[:, 0].sum() > 0) for each in X]]


@pytest.mark.filterwarnings("ignore:Estimator RNN does not inherit:UserWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.EstimatorCheckFailedWarning")
def test_it_does_what_scikit_learn_asks_of_a_classifier():
    """But for what is named above; checks that need libraries which are not here are skipped."""
    estimator = RNN(8, epochs=15, learning_rate=0.3)
    results = check_estimator(estimator, expected_failed_checks=EXPECTED, on_fail=None)
    by_status = {}
    for result in results:
        by_status.setdefault(result["status"], set()).add(result["check_name"])
    assert "failed" not in by_status, by_status["failed"]
    assert by_status.pop("xfail") == set(EXPECTED)
    skipped = by_status.get("skipped", set())
    assert skipped <= {"check_array_api_input", "check_classifier_data_not_an_array"}
    assert len(by_status["passed"]) > 40


def test_it_learns_a_class_for_each_sequence_from_ragged_ones(sequences):
    X, y = sequences
    model = RNN(16, learning_rate=0.3, epochs=60, random_state=0).fit(X, y)
    assert model.classes_.tolist() == ["neg", "pos"]
    assert model.score(X, y) > 0.95
    assert model.score(X, y) == np.mean(model.predict(X) == y)
    y_hat = model.predict_proba(X)
    assert y_hat.shape == (60, 2)
    assert np.abs(y_hat.sum(axis=1) - 1).max() < 1e-12


def test_it_learns_a_class_for_each_step(sequences):
    X = sequences[0]
    y = [np.cumsum(each[:, 0]) > 0 for each in X]
    model = RNN(16, epochs=60, random_state=0).fit(X, y)
    came = model.predict(X)
    assert [len(each) for each in came] == [len(each) for each in X]
    assert model.score(X, y) == np.mean(np.concatenate(came) == np.concatenate(y))
    assert model.score(X, y) > 0.9
    assert all(np.abs(each.sum(axis=1) - 1).max() < 1e-12 for each in model.predict_proba(X))


def test_what_follows_the_end_of_a_sequence_does_not_count(sequences):
    """One after the other, or beside a longer one: the same probabilities."""
    X, y = sequences
    model = RNN(8, epochs=3, random_state=0).fit(X, y)
    alone = np.concatenate([model.predict_proba([each]) for each in X])
    assert np.abs(alone - model.predict_proba(X)).max() < 1e-12


def test_the_same_seed_gives_the_same_network(sequences):
    one, other = (RNN(8, epochs=3, random_state=5).fit(*sequences) for _ in range(2))
    another = RNN(8, epochs=3, random_state=6).fit(*sequences)
    assert (one.parameters_["Waa"] == other.parameters_["Waa"]).all()
    assert (one.parameters_["Waa"] != another.parameters_["Waa"]).all()


@pytest.mark.parametrize("kind", [np.random.RandomState, np.random.default_rng])
def test_a_generator_is_a_random_state_and_goes_on_from_fit_to_fit(sequences, kind):
    def fitted(random_state):
        return RNN(4, epochs=1, random_state=random_state).fit(*sequences).parameters_["Waa"]

    drawn, again = kind(5), kind(5)
    first, second = fitted(drawn), fitted(drawn)
    assert (fitted(again) == first).all()
    assert (fitted(again) == second).all()
    assert (first != second).all()


@pytest.mark.parametrize(("bad", "error"), [(0.5, TypeError), ("a", TypeError), (-1, ValueError)])
def test_what_is_no_random_state_is_refused_by_name(sequences, bad, error):
    what = "expected None, a whole number >= 0, or a generator of NumPy"
    with refusals.refuses(error, f"random_state is {bad!r}; {what}"):
        RNN(4, epochs=1, random_state=bad).fit(*sequences)


def test_arrays_of_two_and_three_axes_are_sequences_too():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((30, 4))
    y = (X.sum(axis=1) > 0).astype(int)
    flat, deep = (RNN(8, epochs=5, random_state=0).fit(each, y) for each in (X, X[..., None]))
    assert (flat.predict_proba(X) == deep.predict_proba(X[..., None])).all()
    assert (flat.n_features_in_, deep.n_features_in_) == (4, 1)


def test_scikit_learn_can_clone_search_and_validate(sequences):
    X, y = sequences
    model = RNN(4, epochs=2, random_state=0)
    assert clone(model).get_params() == model.get_params()
    assert cross_val_score(model, X, y, cv=3).shape == (3,)
    found = GridSearchCV(model, {"n_a": [2, 4]}, cv=2).fit(X, y)
    assert found.best_params_["n_a"] in (2, 4)
    again = pickle.loads(pickle.dumps(found.best_estimator_))
    assert (again.predict(X) == found.predict(X)).all()


def test_parameters_are_those_of_the_constructor():
    model = RNN(4)
    assert list(model.get_params()) == list(inspect.signature(RNN).parameters)
    assert model.set_params(epochs=3, n_a=5) is model
    assert (model.epochs, model.n_a) == (3, 5)
    assert eval(repr(model)).get_params() == model.get_params()
    known = "n_a, learning_rate, epochs, batch_size, clip_norm, random_state"
    with refusals.refuses(ValueError, f"RNN has no parameter nn; expected {known}"):
        model.set_params(nn=3)


def test_it_works_without_scikit_learn():
    code = (
        "import sys\n"
        "sys.modules['sklearn'] = None\n"
        "from rnn_from_scratch.estimator import RNN\n"
        "X, y = [[1, 2], [2, 1]], [0, 1]\n"
        "assert len(RNN(2, epochs=1).fit(X, y).predict(X)) == 2\n"
        "try:\n"
        "    RNN().predict(X)\n"
        "except ValueError as error:\n"
        "    assert str(error) == 'this RNN is not fitted yet; call fit first'\n"
        "else:\n"
        "    raise AssertionError\n"
    )
    folder = str(Path(rnn_from_scratch.estimator.__file__).parents[1])
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, env={"PYTHONPATH": folder}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


AGAIN = "expected one for each sequence. Reshape your data"
SHAPES = "expected (m, T, n_x) or (m, T). Reshape your data"
CONTINUOUS = "y holds continuous numbers; expected classes. Unknown label type: continuous"


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (3, ValueError, f"X is one value; {AGAIN}"),
        ("abc", ValueError, f"X is one value; {AGAIN}"),
        ([], ValueError, f"X has shape (0,); {SHAPES}"),
        ([1.0], ValueError, f"X has shape (1,); {SHAPES}"),
        (np.ones((2, 2, 2, 2)), ValueError, f"X has shape (2, 2, 2, 2); {SHAPES}"),
        (
            [np.ones((3, 2)), np.ones((3, 3))],
            ValueError,
            "X holds arrays of shape [(3, 2), (3, 3)]; expected (T, n_x), n_x the same",
        ),
        ([[1], [1, 2]], ValueError, "X is ragged; expected a list of arrays (T, n_x)"),
        ([[[1]], [[1], [1, 2]]], ValueError, "X[1] is ragged; expected entries of one shape"),
        ([[[1.0]], [[np.nan]]], ValueError, "X[1] holds NaN at (0, 0); expected finite numbers"),
    ],
)
def test_sequences_that_are_none_are_named(X, error, message):
    with refusals.refuses(error, message):
        RNN(2, epochs=1).fit(X, [0, 1])


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        (3, ValueError, f"y is one value; {AGAIN}"),
        (None, ValueError, "RNN requires y to be passed, but the target y is None"),
        ([], ValueError, "y has shape (0,); expected (m,), or a class for each step"),
        ([1], ValueError, "y has 1 entries; expected one for each of 2"),
        ([[1], [2]], ValueError, "y has other lengths than X; expected a class for each step"),
        ([[1, 2], [[1], [1, 2]]], ValueError, "y[1] is ragged; expected entries of one shape"),
        ([[0, 1], [0, 0.5]], ValueError, CONTINUOUS),
        ([[0, 1], [0, np.nan]], ValueError, "y holds NaN at (3,); expected finite numbers"),
        ([None, 1], TypeError, "y mixes kinds; expected all numbers, or all strings"),
        ([0.5, 1.5], ValueError, CONTINUOUS),
    ],
)
def test_classes_that_are_none_are_named(y, error, message):
    with refusals.refuses(error, message):
        RNN(2, epochs=1).fit([[1, 2], [2, 1]], y)


def test_a_fit_that_fails_leaves_the_fitted_model_as_it_was():
    model = RNN(2, epochs=1, random_state=0).fit([[1, 2], [2, 1]], ["a", "b"])
    before = model.predict_proba([[1, 2]])
    with refusals.refuses(ValueError, "learning_rate is -1; expected a finite number > 0"):
        model.set_params(learning_rate=-1).fit([[[1, 2]], [[2, 1]]], [[0], [7]])
    assert model.classes_.tolist() == ["a", "b"]
    assert model.n_features_in_ == 2
    np.testing.assert_array_equal(model.predict_proba([[1, 2]]), before)


def test_a_fitted_model_predicts_whatever_size_is_set_for_the_next_fit():
    model = RNN(2, epochs=1, random_state=0).fit([[1, 2], [2, 1]], [0, 1])
    before = model.predict_proba([[1, 2]])
    np.testing.assert_array_equal(model.set_params(n_a=5).predict_proba([[1, 2]]), before)


def test_other_sequences_than_those_it_was_fitted_to_are_named():
    model = RNN(2, epochs=1).fit([[1, 2], [2, 1]], [0, 1])
    message = "X has 3 features, but RNN is expecting 2 features as input"
    with refusals.refuses(ValueError, message):
        model.predict([[1, 2, 3]])


def test_where_scikit_learn_is_missing_its_error_is_a_value_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.exceptions", None)
    with pytest.raises(ValueError, match="this RNN is not fitted yet") as found:
        RNN().predict([[1.0]])
    assert found.type is ValueError
