# Generated from the chapters in book/ by `make tangle`. Edit the chapter, not this file.
# sha256: a46a141fef3118dd
# book/estimator.md
"""The network as a classifier of sequences, in the manner of scikit-learn, which is not needed."""

import inspect

import numpy as np

from rnn_from_scratch.batches import pick_examples
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.parameters import first_place, initialize_parameters
from rnn_from_scratch.trainer import train

AT_ONCE = 256  # sequences that are predicted together


# book/estimator.md
def _numbers(sequence, name):
    """Return real numbers as an array of float64; name what is none, or not finite."""
    if hasattr(sequence, "toarray"):
        raise TypeError(f"{name} is sparse; expected a dense array of numbers")
    try:
        array = np.asarray(sequence)
    except ValueError:
        raise ValueError(f"{name} is ragged; expected a list of arrays (T, n_x)") from None
    if np.iscomplexobj(array):
        raise ValueError(f"{name} has complex numbers; Complex data not supported")
    if array.dtype.kind not in "fiub":
        array = array.astype(object)
    try:
        array = array.astype(float)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name} has what is no number ({error}); expected numbers") from None
    if not np.isfinite(array).all():
        at = first_place(~np.isfinite(array))
        value = "NaN" if np.isnan(array[at]) else "inf"
        raise ValueError(f"{name} holds {value} at {at}; expected finite numbers")
    return array


# book/estimator.md
def _axes(entry, name):
    """Count the axes of one entry of X or of y."""
    try:
        return np.ndim(entry)
    except ValueError:
        raise ValueError(f"{name} is ragged; expected entries of one shape") from None


# book/estimator.md
def _side_by_side(X):
    """Return sequences as x (n_x, m, T), with zeros after shorter ones, and their lengths.

    X is a list of arrays (T, n_x), or an array (m, T, n_x), or (m, T) of one number a step.
    """
    listed = isinstance(X, list | tuple)
    ragged = listed and 2 in [_axes(each, f"X[{k}]") for k, each in enumerate(X)]
    if ragged:
        rows = [_numbers(each, f"X[{k}]") for k, each in enumerate(X)]
        if len({each.shape[1:] for each in rows}) != 1 or rows[0].ndim != 2:
            shapes = sorted({each.shape for each in rows})
            raise ValueError(f"X holds arrays of shape {shapes}; expected (T, n_x), n_x the same")
        rows_x = rows[0].shape[1]
    else:
        rows = _numbers(X, "X")
        if rows.ndim not in (2, 3):
            what = "expected (m, T, n_x) or (m, T). Reshape your data"
            raise ValueError(f"X has shape {rows.shape}; {what}")
        rows = rows[..., None] if rows.ndim == 2 else rows
        rows_x = rows.shape[2]
    lengths = np.array([len(each) for each in rows])
    if not lengths.size or not lengths.min() or not rows_x:
        shape = (len(rows), *(() if len(lengths) == 0 else np.shape(X[0])))
        what = f"0 feature(s) (shape={shape}) while a minimum of 1 is required."
        raise ValueError(f"X has 0 sample(s), or {what}")
    x = np.zeros((rows_x, len(rows), lengths.max()))
    for k, each in enumerate(rows):
        x[:, k, : len(each)] = each.T
    return x, lengths


# book/estimator.md
def _listed(values, name):
    """Return a list or a tuple as it is, anything else as an array; refuse a single value."""
    if isinstance(values, list | tuple) or hasattr(values, "toarray"):
        return values
    array = np.asarray(values)
    if array.ndim == 0:
        raise ValueError(f"{name} is one value; expected one for each sequence. Reshape your data")
    return array


# book/estimator.md
def _one_a_sequence(y):
    """Return one class a sequence, as a column."""
    classes = np.asarray(y)
    if classes.ndim != 1 or not classes.size:
        raise ValueError(f"y has shape {classes.shape}; expected (m,), or a class for each step")
    return classes[:, None]


# book/estimator.md
def _numbered(y):
    """Return the classes, sorted, and which of them each entry is; refuse what is no class."""
    if y.dtype.kind == "f":
        _numbers(y, "y")
        if (y != np.floor(y)).any():
            what = "continuous numbers; expected classes. Unknown label type: continuous"
            raise ValueError(f"y holds {what}")
    try:
        return np.unique(y, return_inverse=True)
    except TypeError:
        raise TypeError("y mixes kinds; expected all numbers, or all strings") from None


# book/estimator.md
def _labels(y, lengths):
    """Return labels (m, T), -1 where nothing is asked for; the classes; whether steps have one."""
    if y is None:
        raise ValueError("RNN requires y to be passed, but the target y is None")
    y = _listed(y, "y")
    of_steps = len(y) > 0 and all(_axes(each, f"y[{k}]") == 1 for k, each in enumerate(y))
    steps = [np.asarray(each) for each in y] if of_steps else _one_a_sequence(y)
    came = [len(each) for each in steps]
    if len(came) != len(lengths):
        raise ValueError(f"y has {len(came)} entries; expected one for each of {len(lengths)}")
    if of_steps and came != lengths.tolist():
        raise ValueError("y has other lengths than X; expected a class for each step")
    classes, numbers = _numbered(np.concatenate(steps))
    labels = np.full((len(lengths), lengths.max()), -1)
    counted = np.arange(lengths.max()) < lengths[:, None]
    labels[counted if of_steps else (np.arange(len(lengths)), lengths - 1)] = numbers
    return labels, classes, of_steps


# book/estimator.md
def _not_fitted(message):
    """Return an error of the kind that scikit-learn catches, where scikit-learn is there."""
    try:
        from sklearn.exceptions import NotFittedError
    except ImportError:
        return ValueError(message)
    return NotFittedError(message)


# book/estimator.md
def _generator(random_state):
    """Return the generator that is meant, or a new one with a seed."""
    seed = random_state
    if isinstance(seed, np.random.RandomState):
        seed = seed.randint(2**32, size=4, dtype=np.uint32)
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        what = "expected None, a whole number >= 0, or a generator of NumPy"
        raise type(error)(f"random_state is {random_state!r}; {what}") from None


# book/estimator.md
class RNN:
    """A vanilla recurrent network that learns a class for each sequence, or for each of its steps.

    Parameters
    ----------
    n_a : int
        Hidden units.
    learning_rate, epochs, batch_size, clip_norm
        As for ``train``.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        The seed of what is drawn, the first parameters and the order of the examples; or where
        it is drawn from, and then each ``fit`` goes on drawing.

    Attributes
    ----------
    classes_
        The classes, sorted.
    of_steps_
        Whether they were of steps; then there is an answer for each step.
    parameters_
        The trained parameters.
    history_
        What training has seen.
    n_features_in_
        The length of a sequence whose steps are single numbers; else the entries of a step.

    Examples
    --------
    >>> X = [[[1.0], [0.0]], [[0.0], [0.0], [0.0]], [[0.0], [1.0]], [[0.0]]]
    >>> RNN(8, random_state=0).fit(X, ["one", "none", "one", "none"]).predict([[[1.0]]]).tolist()
    ['one']
    """

    def __init__(
        self,
        n_a=32,
        *,
        learning_rate=0.1,
        epochs=100,
        batch_size=32,
        clip_norm=1.0,
        random_state=None,
    ):
        self.n_a = n_a
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.clip_norm = clip_norm
        self.random_state = random_state

    def get_params(self, deep=True):  # noqa: ARG002 (scikit-learn passes it; nothing is nested)
        """Return what the constructor was given, by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params):
        """Change what the constructor was given; return the estimator."""
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ValueError(f"RNN has no parameter {name}; expected {', '.join(known)}")
            setattr(self, name, value)
        return self

    def fit(self, X, y):
        """Learn from sequences X and classes y; return the estimator.

        X is a list of arrays (T, n_x), or an array (m, T, n_x) or (m, T); y has a class for each
        sequence, which is asked for at its last step, or for each step of each sequence.
        """
        X = _listed(X, "X")
        x, lengths = _side_by_side(X)
        labels, classes, of_steps = _labels(y, lengths)
        rng = _generator(self.random_state)
        parameters = initialize_parameters(len(x), self.n_a, len(classes), rng=rng)
        how = {name: getattr(self, name) for name in ("learning_rate", "epochs", "batch_size")}
        a0 = np.zeros((self.n_a, len(lengths)))
        self.parameters_, self.history_ = train(
            x, labels, a0, parameters, **how, clip_norm=self.clip_norm, rng=rng
        )
        self.classes_, self.of_steps_ = classes, of_steps
        self.n_features_in_ = self._features(X, x)
        return self

    def predict_proba(self, X):
        """Return the probabilities: (m, classes), or a list with (T, classes) for each sequence."""
        if not hasattr(self, "parameters_"):
            raise _not_fitted("this RNN is not fitted yet; call fit first")
        X = _listed(X, "X")
        x, lengths = _side_by_side(X)
        came, expected = self._features(X, x), self.n_features_in_
        if came != expected:
            raise ValueError(
                f"X has {came} features, but RNN is expecting {expected} features as input"
            )
        data = x, lengths[:, None], np.zeros((len(self.parameters_["Waa"]), len(lengths)))
        found = []
        for start in range(0, len(lengths), AT_ONCE):
            x, _, a0 = pick_examples(data, slice(start, start + AT_ONCE))
            y_hat = rnn_forward(x, a0, self.parameters_)[1]
            found += [y_hat[:, k, :T].T for k, T in enumerate(lengths[start : start + AT_ONCE])]
        return found if self.of_steps_ else np.array([each[-1] for each in found])

    def predict(self, X):
        """Return the most probable classes: (m,), or a list with (T,) for each sequence."""
        y_hat = self.predict_proba(X)
        if self.of_steps_:
            return [self.classes_[each.argmax(axis=1)] for each in y_hat]
        return self.classes_[y_hat.argmax(axis=1)]

    def score(self, X, y):
        """Return the share of classes that are predicted right."""
        came = self.predict(X)
        if self.of_steps_:
            came, y = np.concatenate(came), np.concatenate([np.ravel(each) for each in y])
        return float(np.mean(came == np.asarray(y)))

    @staticmethod
    def _features(X, x):
        """Count what an example is made of: steps if each is one number, else entries of a step."""
        return x.shape[2] if np.ndim(X[0]) == 1 else len(x)

    def __sklearn_tags__(self):
        """Tell scikit-learn what this is; only scikit-learn asks, so it is there."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(three_d_array=True),
        )

    def __repr__(self):
        given = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"RNN({given})"
