"""The network in the manner of scikit-learn, judged by scikit-learn's own rules."""

import collections
import inspect
import pickle
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import check_estimator

import oracle
import refusals
import rnn_from_scratch.estimator
from rnn_from_scratch import estimator
from rnn_from_scratch.estimator import RNN


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
    """Checks that need libraries which are not here are skipped."""
    estimator = RNN(8, epochs=15, learning_rate=0.3)
    results = check_estimator(estimator, on_fail=None)
    by_status = {}
    for result in results:
        by_status.setdefault(result["status"], set()).add(result["check_name"])
    assert "failed" not in by_status, by_status["failed"]
    skipped = by_status.get("skipped", set())
    assert skipped <= {
        "check_array_api_input",
        "check_classifier_data_not_an_array",
        "check_sample_weights_pandas_series",
    }
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


@pytest.mark.parametrize(
    ("bad", "error"), [(0.5, TypeError), ("a", TypeError), (-1, ValueError), (True, TypeError)]
)
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


DEFAULTS = {
    "n_a": 32,
    "learning_rate": 0.1,
    "epochs": 100,
    "batch_size": 32,
    "clip_norm": 1.0,
    "validation": None,
    "patience": None,
    "dtype": "float64",
    "random_state": None,
}


def test_the_constructor_keeps_what_it_is_given_and_nothing_else():
    assert RNN().get_params() == DEFAULTS
    given = {name: object() for name in DEFAULTS}
    assert RNN(**given).get_params(deep=False) == given


@pytest.mark.parametrize("kind", ["classifier", "three axes", "a target"])
def test_scikit_learn_is_told_what_it_is(kind):
    tags = get_tags(RNN())
    assert {
        "classifier": is_classifier(RNN()) and tags.classifier_tags is not None,
        "three axes": tags.input_tags.three_d_array,
        "a target": tags.target_tags.required,
    }[kind]


def test_a_share_may_hold_a_single_sequence_out():
    X, y = [[[1.0]], [[2.0]], [[3.0]], [[4.0]]], [0, 1, 0, 1]
    history = RNN(2, epochs=1, validation=0.25, random_state=0).fit(X, y).history_
    assert len(history.validation_losses) == 2


def test_parameters_are_those_of_the_constructor():
    model = RNN(4)
    assert list(model.get_params()) == list(inspect.signature(RNN).parameters)
    assert model.set_params(epochs=3, n_a=5) is model
    assert (model.epochs, model.n_a) == (3, 5)
    assert eval(repr(model)).get_params() == model.get_params()
    known = "n_a, learning_rate, epochs, batch_size, clip_norm, "
    known += "validation, patience, dtype, random_state"
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
        ([[1], [1, 2]], ValueError, "X is ragged; expected arrays (T, n_x)"),
        ([[[1]], [[1], [1, 2]]], ValueError, "X[1] is ragged; expected entries of one shape"),
        ([[[1.0]], [[np.nan]]], ValueError, "X[1] holds NaN at (0, 0); expected finite numbers"),
        (
            [np.ones((3, 2)), np.ones((0, 2))],
            ValueError,
            "X[1] has shape (0, 2); expected T >= 1",
        ),
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
        (
            [1, [1, 2]],
            ValueError,
            "y has entries of [(), (2,)]; expected (m,), or a class for each step",
        ),
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
    with pytest.raises(ValueError, match=r"^this RNN is not fitted yet; call fit first$") as found:
        RNN().predict([[1.0]])
    assert found.type is ValueError


def test_where_scikit_learn_is_there_its_error_says_the_same():
    with refusals.refuses(NotFittedError, "this RNN is not fitted yet; call fit first"):
        RNN().predict([[1.0]])


# one class told in many ways


@pytest.fixture(scope="module")
def fitted(sequences):
    return RNN(4, epochs=3, random_state=0).fit(*sequences)


@pytest.fixture(scope="module")
def of_steps():
    """A model of classes of steps, its sequences, and its classes."""
    rng = np.random.default_rng(1)
    X = [rng.standard_normal((T, 2)) for T in (3, 5, 2, 4)]
    y = [(each[:, 0] > 0).astype(int) for each in X]
    return RNN(4, epochs=3, random_state=0).fit(X, y), X, y


def in_an_object_array(entries):
    array = np.empty(len(entries), object)
    array[:] = entries
    return array


class Series:
    """A column as pandas has it: it has a length, an index of its own, and can become an array."""

    def __init__(self, entries):
        self.entries = entries

    def __len__(self):
        return len(self.entries)

    def __getitem__(self, key):
        raise KeyError(key)

    def __array__(self, dtype=None, copy=None):
        return in_an_object_array(self.entries)


@pytest.mark.parametrize("clothes", [list, tuple, in_an_object_array, Series])
def test_an_array_of_objects_and_a_column_are_the_list_that_they_hold(clothes, sequences, of_steps):
    X, y = sequences
    expected = RNN(3, epochs=2, random_state=0).fit(X, y)
    came = RNN(3, epochs=2, random_state=0).fit(clothes(X), clothes(y))
    assert (came.predict_proba(clothes(X)) == expected.predict_proba(X)).all()
    assert came.score(clothes(X), clothes(y)) == expected.score(X, y)
    model, X, y = of_steps
    again = RNN(4, epochs=3, random_state=0).fit(clothes(X), clothes(y))
    assert (again.parameters_["Waa"] == model.parameters_["Waa"]).all()
    assert again.score(clothes(X), clothes(y)) == model.score(X, y)


def test_the_class_minus_one_of_a_step_does_not_count(of_steps):
    _, X, y = of_steps
    some = [np.where(np.arange(len(each)) % 2, each, -1) for each in y]
    model = RNN(4, epochs=3, random_state=0).fit(X, some)
    assert model.classes_.tolist() == [0, 1]
    as_floats = RNN(4, epochs=3, random_state=0).fit(X, [each.astype(float) for each in some])
    assert (as_floats.parameters_["Waa"] == model.parameters_["Waa"]).all()
    came = np.concatenate(model.predict(X))
    row = np.concatenate(some)
    assert model.score(X, some) == np.mean(came[row != -1] == row[row != -1])


def test_the_class_minus_one_of_a_sequence_is_a_class(sequences):
    X, y = sequences
    model = RNN(4, epochs=3, random_state=0).fit(X, np.where(y == "pos", 1, -1))
    assert model.classes_.tolist() == [-1, 1]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([[-1, -1], [-1, -1]], "y is -1 at all steps; expected a step that counts"),
        (
            [[-1, 1], [1, -1]],
            "y holds -1 and 1; as classes of steps, -1 says that a step does not count; "
            "expected two others",
        ),
        (
            [[1, 0], [0, 1]],
            "y has shape (2, 2) and is one-hot; "
            "expected y.argmax(axis=1), or a list of arrays if these are classes of steps",
        ),
        (
            np.eye(2, dtype=bool),
            "y has shape (2, 2) and is one-hot; "
            "expected y.argmax(axis=1), or a list of arrays if these are classes of steps",
        ),
        (
            np.eye(3)[:2],
            "y has shape (2, 3) and is one-hot; "
            "expected y.argmax(axis=1), or a list of arrays if these are classes of steps",
        ),
        (np.ones((2, 3, 4)), "y has shape (2, 3, 4); expected (m,), or a class for each step"),
    ],
)
def test_classes_that_can_be_read_in_two_ways_are_refused(y, message):
    with refusals.refuses(ValueError, message):
        RNN(2, epochs=1).fit([[1, 2], [2, 1]], y)


def test_a_list_of_arrays_is_of_steps_even_where_it_looks_one_hot():
    model = RNN(2, epochs=1).fit([[1, 2], [2, 1]], list(np.eye(2, dtype=int)))
    assert model.of_steps_


def test_a_column_is_taken_with_the_warning_of_scikit_learn(sequences, fitted):
    X, y = sequences
    with pytest.warns(DataConversionWarning, match="A column-vector y was passed"):
        assert fitted.score(X, y[:, None]) == fitted.score(X, y)
    with pytest.warns(DataConversionWarning):
        again = RNN(4, epochs=3, random_state=0).fit(X, y[:, None])
    assert (again.predict_proba(X) == fitted.predict_proba(X)).all()


def test_the_warning_of_a_column_stands_at_who_gave_it(sequences, fitted):
    X, y = sequences
    with pytest.warns(DataConversionWarning) as caught:
        fitted.score(X, y[:, None])
    assert caught[0].filename == __file__


def test_a_column_warns_without_scikit_learn_too(sequences, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.exceptions", None)
    X, y = sequences
    with pytest.warns(UserWarning, match="A column-vector y was passed"):
        RNN(2, epochs=1).fit(X, y[:, None])


# the score


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        (["neg"], ValueError, "y has 1 entries; expected one for each of 60"),
        (["neg"] * 61, ValueError, "y has 61 entries; expected one for each of 60"),
        (None, ValueError, "RNN requires y to be passed, but the target y is None"),
        ("neg", ValueError, f"y is one value; {AGAIN}"),
        ({"neg"}, TypeError, "y is of type set; expected a list or an array"),
        (iter(["neg"]), TypeError, "y is of type list_iterator; expected a list or an array"),
        ([0.5] * 60, ValueError, CONTINUOUS),
        ([1] * 60, ValueError, "y has dtype int64; expected classes such as np.str_('neg')"),
        (
            [["neg", "pos"]] * 60,
            ValueError,
            "y has other lengths than X; expected a class for each step",
        ),
        (["neg"] * 59 + [1], TypeError, "y mixes kinds; expected all numbers, or all strings"),
    ],
)
def test_the_score_checks_y(y, error, message, sequences, fitted):
    with refusals.refuses(error, message):
        fitted.score(sequences[0], y)


def test_the_score_of_steps_checks_y(of_steps):
    model, X, y = of_steps
    with refusals.refuses(ValueError, "y has 3 entries; expected one for each of 4"):
        model.score(X, y[:3])
    with refusals.refuses(ValueError, "y has other lengths than X; expected a class for each step"):
        model.score(X, [*y[:3], y[3][1:]])
    with refusals.refuses(
        ValueError, "y has a class for each sequence; expected one for each step, as in training"
    ):
        model.score(X, [0, 1, 0, 1])
    with pytest.raises(ValueError, match="the target y is None"):
        model.score(X, None)


def test_the_score_of_sequences_refuses_classes_of_steps(sequences, fitted):
    X = sequences[0]
    message = "y has a class for each step; expected one for each sequence, as in training"
    with refusals.refuses(ValueError, message):
        fitted.score(X, [["neg"] * len(each) for each in X])


def test_a_class_that_was_never_seen_is_wrong(sequences, fitted):
    assert fitted.score(sequences[0], ["other"] * 60) == 0


def test_the_score_can_be_weighted(sequences, of_steps, fitted):
    X, y = sequences
    weights = np.arange(60)
    right = fitted.predict(X) == y
    assert fitted.score(X, y, weights) == pytest.approx((weights * right).sum() / weights.sum())
    model, X, y = of_steps
    right = [came == each for came, each in zip(model.predict(X), y, strict=True)]
    expected = np.concatenate([right[0], right[2], right[2]]).mean()
    assert model.score(X, y, sample_weight=[1, 0, 2, 0]) == pytest.approx(expected)


def test_weights_whose_sum_overflows_keep_their_ratios(sequences, fitted):
    X, y = sequences
    weights = np.arange(60) % 3
    assert fitted.score(X, y, weights * 8e307) == pytest.approx(fitted.score(X, y, weights))


def test_weights_of_steps_that_do_not_count_are_not_enough(of_steps):
    model, X, y = of_steps
    y = [y[0], *(np.full(len(each), -1) for each in y[1:])]
    message = "sample_weight is zero wherever y counts; expected some that is not"
    with refusals.refuses(ValueError, message):
        model.score(X, y, [0, 1, 1, 1])


def test_the_score_of_steps_may_look_one_hot_or_be_a_column():
    X = np.random.default_rng(0).standard_normal((4, 3, 2))
    model = RNN(2, epochs=1, random_state=0).fit(X, [[0, 1, 1]] * 4)
    one_hot = np.eye(3)[[0, 1, 2, 0]]
    for table in ([[0, 1, 0]] * 4, one_hot, one_hot.astype(object)):
        right = np.mean(np.array(model.predict(X)) == np.array(table, int))
        assert model.score(X, table) == right
    column = np.array([[0], [1], [0], [1]])
    assert model.score(X[:, :1], column) == np.mean(np.array(model.predict(X[:, :1])) == column)


@pytest.mark.parametrize("kind", [list, "as objects", "a table of objects"])
@pytest.mark.parametrize(
    ("y", "other"),
    [
        ([[0, 1, -1], [1, 0, 1]], [[0, 1, 0.5], [1, 0, 1]]),
        ([["a", "b", -1], ["b", "a", "b"]], [["a", "b", 1], ["b", "a", "b"]]),
        ([[b"a", b"b", -1], [b"b", b"a", b"b"]], [[b"a", b"b", np.nan], [b"b", b"a", "b"]]),
    ],
)
def test_the_score_of_steps_is_that_of_the_steps_that_count(kind, y, other):
    def dressed(y):
        if kind is list:
            return y
        table = np.array(y, object)
        return list(table) if kind == "as objects" else table

    X = np.random.default_rng(0).standard_normal((2, 3, 2))
    model = RNN(2, epochs=1, random_state=0).fit(X, dressed(y))
    assert model.classes_.tolist() == sorted(y[1][:2])
    first, second = (each.tolist() for each in model.predict(X))
    right = [first[0] == y[0][0], first[1] == y[0][1], *np.equal(second, y[1])]
    assert model.score(X, dressed(y)) == pytest.approx(np.mean(right))
    with pytest.raises((TypeError, ValueError), match=r"^y (mixes kinds|holds continuous)"):
        model.score(X, dressed(other))


# weights, validation, precision


def test_what_is_rounded_to_zero_does_no_harm(sequences, fitted):
    """A caller may have NumPy raise errors: for a weight so small, a number, a score."""
    X, y = sequences
    tiny = [1e-310, 5e-324, *[1.0] * 57, 1e300]
    with np.errstate(all="raise"):
        model = RNN(2, epochs=2, random_state=0).fit(X, y, sample_weight=tiny)
        assert np.isfinite(model.history_.losses).all()
        assert fitted.score(X, y, tiny) == pytest.approx(float(fitted.predict(X)[-1] == y[-1]))
        assert fitted.score(X, y, [5e-324, *[3e-308] * 59]) > 0
        small = np.full((2, 3), np.longdouble("1e-4000"))
        none = RNN(2, epochs=1, random_state=0).fit(small, [0, 1])
    zeros = RNN(2, epochs=1, random_state=0).fit(0 * small, [0, 1])
    assert (none.predict_proba(small) == zeros.predict_proba(small)).all()


def test_a_sequence_of_weight_two_counts_twice(sequences):
    X, y = sequences
    weights = np.arange(60) % 3
    model = RNN(4, epochs=3, batch_size=None, random_state=0)
    weighted = clone(model).fit(X, y, sample_weight=weights)
    again = np.repeat(np.arange(60), weights)
    repeated = clone(model).fit([X[k] for k in again], y[again])
    assert np.abs(weighted.predict_proba(X) - repeated.predict_proba(X)).max() < 1e-12


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1.0], ValueError, "sample_weight has shape (1,); expected (m,) = (60,)"),
        (np.ones((60, 1)), ValueError, "sample_weight has shape (60, 1); expected (m,) = (60,)"),
        ([-1.0] * 60, ValueError, "sample_weight holds -1.0 at (0,); expected numbers >= 0"),
        ([0] * 60, ValueError, "sample_weight is zero everywhere; expected a sequence that counts"),
        ([np.nan] * 60, ValueError, "sample_weight holds NaN at (0,); expected finite numbers"),
        ("balanced", ValueError, f"sample_weight is one value; {AGAIN}"),
        (
            [[1, 2]] + [1] * 59,
            ValueError,
            "sample_weight is ragged; expected entries of one shape",
        ),
    ],
)
def test_weights_that_are_none_are_named(weights, error, message, sequences, fitted):
    for use in (RNN(2, epochs=1).fit, fitted.score):
        with refusals.refuses(error, message):
            use(*sequences, sample_weight=weights)


def test_the_parameters_are_those_of_the_best_epoch_of_the_validation(sequences):
    X, y = sequences
    model = RNN(8, learning_rate=1.0, epochs=60, patience=5, random_state=0)
    model.set_params(validation=(X[40:], y[40:])).fit(X[:40], y[:40])
    history = model.history_
    assert len(history.validation_losses) == len(history.learning_rates) + 1 < 61
    y_hat = model.predict_proba(X[40:])
    truth = np.searchsorted(model.classes_, y[40:])
    J = -np.log(y_hat[np.arange(20), truth]).mean()
    assert history.validation_losses.min() == pytest.approx(J)


def test_a_share_can_be_held_out(sequences):
    X, y = sequences
    fits = [RNN(4, epochs=2, validation=0.25, random_state=s).fit(X, y) for s in (0, 0, 1)]
    one, same, other = (model.history_.validation_losses for model in fits)
    assert len(one) == 3
    assert (one == same).all()
    assert (one != other).all()


def test_a_held_out_part_keeps_the_weights_of_the_rest(sequences):
    X, y = sequences
    model = RNN(4, epochs=2, validation=0.5, random_state=0)
    equal = clone(model).fit(X, y, sample_weight=np.full(60, 3))
    assert np.allclose(equal.predict_proba(X), clone(model).fit(X, y).predict_proba(X), atol=1e-12)


def test_weights_of_what_is_held_out_alone_are_not_enough(sequences):
    model = RNN(2, epochs=1, validation=0.5, random_state=0)
    message = "sample_weight is zero wherever y counts and is trained on; "
    message += "expected some that is not"
    for one in (range(30), range(30, 60)):
        weights = np.isin(np.arange(60), one)
        model.fit(*sequences, sample_weight=weights)
    rng = np.random.default_rng(0)
    rng.standard_normal(2 * 2 + 2 * 2 + 2 * 2)  # as the first parameters are drawn
    held_out = rng.permutation(60)[:30]
    with refusals.refuses(ValueError, message):
        model.fit(*sequences, sample_weight=np.isin(np.arange(60), held_out))


def test_sequences_without_a_step_that_counts_are_not_enough_on_either_side():
    """All draws: a side is refused where it has none of the two sequences that count."""
    X, y = np.ones((4, 3, 2)), [[0, 1, 1], [-1, -1, -1], [-1, -1, -1], [1, 0, 0]]
    model = RNN(2, epochs=1, validation=0.5)
    what = "which drew 2 of 4 sequences; expected a step that counts on either side"
    refused = 0
    for seed in range(12):
        model.set_params(random_state=seed)
        rng = np.random.default_rng(seed)
        rng.standard_normal(2 * 2 + 2 * 2 + 2 * 2)  # as the first parameters are drawn
        if len({0, 3} & set(rng.permutation(4)[:2])) == 1:
            history = model.fit(X, y).history_
            assert min(history.losses.min(), history.validation_losses.min()) > 0
            continue
        with refusals.refuses(ValueError, f"validation is 0.5, {what}"):
            model.fit(X, y)
        refused += 1
    assert 0 < refused < 12


def test_weights_of_sequences_without_a_step_that_counts_are_not_enough(of_steps):
    _, X, y = of_steps
    y = [*y[:2], *(np.full(len(each), -1) for each in y[2:])]
    message = "sample_weight is zero wherever y counts; expected some that is not"
    with refusals.refuses(ValueError, message):
        RNN(2, epochs=1).fit(X, y, sample_weight=[0, 0, 1, 1])
    RNN(2, epochs=1).fit(X, y, sample_weight=[0, 1, 1, 1])


def test_the_validation_set_of_steps_may_look_one_hot_or_have_one_class():
    X = np.random.default_rng(0).standard_normal((3, 3, 2))
    model = RNN(2, epochs=1, random_state=0)
    for others in (np.eye(3, dtype=int), [[0, -1, 0]] * 3):
        model.set_params(validation=(X, others)).fit(X, [[0, 1, 1]] * 3)
        again = clone(model).set_params(validation=(X, list(map(np.array, others))))
        history = again.fit(X, [[0, 1, 1]] * 3).history_
        assert (history.validation_losses == model.history_.validation_losses).all()


def test_the_validation_set_of_steps_may_leave_some_out(of_steps):
    _, X, y = of_steps
    some = [np.where(np.arange(len(each)) % 2, each, -1) for each in y]
    model = RNN(4, epochs=2, validation=(X, some), random_state=0).fit(X, y)
    assert np.isfinite(model.history_.validation_losses).all()


@pytest.mark.parametrize(
    ("validation", "error", "message"),
    [
        (1.5, ValueError, "validation is 1.5; expected (X, y), or a fraction that leaves some"),
        (0.999, ValueError, "validation is 0.999; expected (X, y), or a fraction that leaves some"),
        (iter([[[1.0, 2.0]]]), ValueError, "validation is <list_iterator"),
        ((iter([[[1.0, 2.0]]]), ["neg"]), TypeError, "validation: X is of type list_iterator;"),
        (0.001, ValueError, "validation is 0.001; expected (X, y), or a fraction that leaves some"),
        (True, ValueError, "validation is True; expected (X, y), or a fraction that leaves some"),
        ("0.1", ValueError, "validation is '0.1'; expected (X, y), or a fraction that leaves some"),
        (([[[1.0]]], ["neg"]), ValueError, "validation: X has 1 features; expected 2"),
        (([[[1.0, 2.0]]], ["other"]), ValueError, "validation: y has the classes ['other']"),
        (([[[1.0, 2.0]]], [["neg"]]), ValueError, "validation: y has the classes ['neg']"),
        (([[[1.0, 2.0]]], None), ValueError, "validation: RNN requires y to be passed"),
        (([[[1.0, 2.0]]], [0]), ValueError, "validation: y has dtype int64; expected classes such"),
    ],
)
def test_a_validation_set_that_is_none_is_named(validation, error, message, sequences):
    with pytest.raises(error, match=re.escape(message)):
        RNN(2, epochs=1, validation=validation).fit(*sequences)


def test_patience_needs_a_validation_set(sequences):
    with refusals.refuses(ValueError, "patience is 3; expected None without a validation set"):
        RNN(2, epochs=1, patience=3).fit(*sequences)


@pytest.mark.parametrize("dtype", [np.float32, "float32"])
def test_the_precision_can_be_chosen(sequences, dtype):
    model = RNN(4, epochs=2, dtype=dtype, random_state=0).fit(*sequences)
    assert {W.dtype for W in model.parameters_.values()} == {np.dtype(np.float32)}
    assert model.predict_proba(sequences[0]).dtype == np.float32
    with refusals.refuses(TypeError, "dtype is 'abc'; expected float32 or float64"):
        RNN(4, dtype="abc").fit(*sequences)


def test_a_number_beyond_float32_is_named_where_it_stands_in_x():
    X, y = np.ones((2, 3, 2)), [0, 1]
    far = refusals.holding(1e39, 0, 1, 0)(X)
    model = RNN(2, epochs=1, dtype="float32", random_state=0).fit(X, y)
    for bad, where in (
        (far, "X holds 1e+39 at (0, 1, 0)"),
        (-far[..., 0], "X holds -1e+39 at (0, 1)"),
        ([X[1], far[0]], "X[1] holds 1e+39 at (1, 0)"),
    ):
        for use in (lambda X: clone(model).fit(X, y), model.predict):
            with refusals.refuses(ValueError, f"{where}; expected finite float32 numbers"):
                use(bad)
        message = f"validation: {where}; expected finite float32 numbers"
        with refusals.refuses(ValueError, message):
            clone(model).set_params(validation=(bad, y)).fit(X, y)
        RNN(2, epochs=1).fit(bad, y)


# what is no sequence of sequences


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (iter([[1, 2]]), TypeError, "X is of type list_iterator; expected a list or an array"),
        ({}, TypeError, "X is of type dict; expected a list or an array"),
        (None, ValueError, f"X is one value; {AGAIN}"),
        (
            np.ma.masked_array(np.ones((2, 2))),
            TypeError,
            f"X is of type MaskedArray; {refusals.UNMASKED}",
        ),
        (
            [np.ma.masked_array(np.ones((2, 1)))] * 2,
            TypeError,
            f"X[0] is of type MaskedArray; {refusals.UNMASKED}",
        ),
        (np.eye(2).view(np.matrix), TypeError, f"X is of type matrix; {refusals.EXACTLY}"),
    ],
)
def test_what_has_no_order_or_is_no_plain_array_is_refused(X, error, message, fitted):
    uses = (lambda X: RNN(2, epochs=1).fit(X, [0, 1]), fitted.predict, fitted.predict_proba)
    for use in (*uses, lambda X: fitted.score(X, ["neg", "pos"])):
        with refusals.refuses(error, message):
            use(X)


def test_a_single_sequence_without_steps_is_named():
    what = "X has 0 sample(s), or 0 feature(s) (shape=(1, 0)) while a minimum of 1 is required."
    with refusals.refuses(ValueError, what):
        RNN(2).fit(np.ones((1, 0)), [0])


def test_a_validation_set_may_have_one_number_a_step():
    X, y = np.eye(3), [0, 1, 0]
    model = RNN(2, epochs=2, random_state=0, validation=(X, y)).fit(X, y)
    assert model.history_.validation_losses.shape == (3,)
    message = "validation: X has 2 features; expected 3, as in training"
    with refusals.refuses(ValueError, message):
        RNN(2, epochs=1, validation=(X[:, :2], y)).fit(X, y)


@pytest.mark.parametrize("of", ["sequences", "steps"])
def test_masked_classes_are_refused(of):
    masked = np.ma.masked_array([0, 1], mask=[False, True])
    y, name = (masked, "y") if of == "sequences" else ([masked, masked], "y[0]")
    with refusals.refuses(TypeError, f"{name} is of type MaskedArray; {refusals.UNMASKED}"):
        RNN(2, epochs=1).fit([[1, 2], [2, 1]], y)


@pytest.mark.parametrize(
    "hide", [list, tuple, collections.deque, in_an_object_array, refusals.Behind]
)
def test_a_mask_inside_is_refused(hide, fitted):
    """In a list or an array of objects, at any depth, and behind what becomes an array."""
    hidden = np.ma.masked_array([9.0, 1.0], mask=[True, False])
    place = "" if hide is refusals.Behind else "[0]"
    bad = hide(hidden) if hide is refusals.Behind else hide([hidden[:1], 1.0])
    deep, X, y = [[[1.0, 2.0]], hide([[hidden]]) if place else bad], np.ones((2, 2)), [0, 1]
    uses = {
        f"X{place}": lambda: RNN(2, epochs=1).fit(bad, y),
        f"y{place}": lambda: fitted.score([[[1.0, 2.0]]] * 2, bad),
        f"sample_weight{place}": lambda: RNN(2, epochs=1).fit(X, y, bad),
        "X[1][0][0]" if place else "X[1]": lambda: fitted.predict(deep),
    }
    for name, use in uses.items():
        with refusals.refuses(TypeError, f"{name} is of type MaskedArray; {refusals.UNMASKED}"):
            use()


def test_a_sequence_of_python_is_a_list(sequences):
    X, y = sequences
    expected = RNN(2, epochs=1, random_state=0).fit(X, y)
    came = RNN(2, epochs=1, random_state=0).fit(collections.deque(X), collections.deque(y))
    assert (came.predict_proba(collections.deque(X)) == expected.predict_proba(X)).all()
    with refusals.refuses(TypeError, "y mixes kinds; expected all numbers, or all strings"):
        RNN(2, epochs=1).fit(X[:2], collections.deque(["a", 1]))


# many sequences, of many lengths


@pytest.mark.parametrize("of_steps", [False, True])
def test_each_sequence_is_predicted_as_if_it_were_alone(of_steps, monkeypatch):
    rng = np.random.default_rng(0)
    X = [rng.standard_normal((T, 2)) for T in (3, 1, 7, 3, 3, 7, 2)]
    y = [rng.integers(2, size=len(each)) if of_steps else k % 2 for k, each in enumerate(X)]
    model = RNN(4, epochs=3, random_state=0).fit(X, y)
    alone = [model.predict_proba([each])[0] for each in X]
    for at_once in (1, 40, 2**22):
        monkeypatch.setattr(estimator, "AT_ONCE", at_once)
        for came, expected in zip(model.predict_proba(X), alone, strict=True):
            assert oracle.distance(came, expected) <= oracle.ROUNDING


def test_sequences_that_are_too_long_to_go_together_go_one_by_one(monkeypatch):
    X, widths = np.ones((4, 5, 2)), []
    model = RNN(4, epochs=1, random_state=0).fit(X, [0, 1, 0, 1])
    real = estimator.rnn_forward
    monkeypatch.setattr(
        estimator, "rnn_forward", lambda x, *more: widths.append(x.shape[1]) or real(x, *more)
    )
    numbers_a_step = 2 + 4 + 2  # n_x, n_a, n_y
    for at_once in (1, 2 * 5 * numbers_a_step, 4 * 5 * numbers_a_step):
        monkeypatch.setattr(estimator, "AT_ONCE", at_once)
        model.predict(X)
    assert widths == [1, 1, 1, 1, 2, 2, 4]


def test_one_long_sequence_among_many_short_ones_costs_no_more_than_itself():
    rng = np.random.default_rng(0)
    X = [rng.standard_normal((10, 2)) for _ in range(300)]
    model = RNN(4, epochs=1, random_state=0).fit(X, np.arange(300) % 2)
    X.append(rng.standard_normal((4000, 2)))
    tracemalloc.start()
    model.predict(X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000  # padded to the longest, the states alone would take 38 MB
