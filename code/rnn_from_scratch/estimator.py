# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: d5011994b2ba01b7
# book/estimator.md
"""The network as a classifier of sequences, like scikit-learn's, and without it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from rnn_from_scratch.batches import pick_examples
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.parameters import (
    Array,
    Columns,
    Dtype,
    Examples,
    check_dtype,
    check_positive,
    initialize_parameters,
)
from rnn_from_scratch.targets import (
    axes_of,
    check_kind,
    labels_of,
    listed,
    number_classes,
    read_classes,
    read_weights,
    real_numbers,
)
from rnn_from_scratch.trainer import train

AT_ONCE = 2**22  # numbers held at once to predict: sequences, states and scores


# book/estimator.md
def _sequences(X: Any, dtype: Dtype) -> tuple[Any, Array]:
    """Return sequences, each (T, n_x), and their lengths.

    X is a list of arrays (T, n_x), or an array (m, T, n_x), or (m, T) of
    one number a step.
    """
    is_list = isinstance(X, list)
    ragged = is_list and 2 in [axes_of(each, f"X[{k}]") for k, each in enumerate(X)]
    if ragged:
        rows: Any = [real_numbers(x, f"X[{k}]", dtype) for k, x in enumerate(X)]
        if len({each.shape[1:] for each in rows}) != 1 or rows[0].ndim != 2:
            shapes = sorted({each.shape for each in rows})
            what = "expected (T, n_x), n_x the same"
            raise ValueError(f"X holds arrays of shape {shapes}; {what}")
        rows_x = rows[0].shape[1]
    else:
        rows = real_numbers(X, "X", dtype)
        if rows.ndim not in (2, 3):
            what = "expected (m, T, n_x) or (m, T). Reshape your data"
            raise ValueError(f"X has shape {rows.shape}; {what}")
        rows = rows[..., None] if rows.ndim == 2 else rows
        rows_x = rows.shape[2]
    lengths = np.array([len(each) for each in rows])
    if ragged and not lengths.all():
        k = int(lengths.argmin())
        raise ValueError(f"X[{k}] has shape {rows[k].shape}; expected T >= 1")
    if not lengths.size or not lengths.min() or not rows_x:
        shape = (len(rows), *(() if len(lengths) == 0 else np.shape(X[0])))
        what = f"0 feature(s) (shape={shape}) while a minimum of 1 is required."
        raise ValueError(f"X has 0 sample(s), or {what}")
    return rows, lengths


# book/estimator.md
def _side_by_side(X: Any, dtype: Dtype) -> tuple[Array, Array]:
    """Return sequences as x (n_x, m, T), shorter ones padded, and their lengths."""
    rows, lengths = _sequences(X, dtype)
    x = np.zeros((rows[0].shape[1], len(rows), lengths.max()))
    for k, each in enumerate(rows):
        x[:, k, : len(each)] = each.T
    return x, lengths


# book/estimator.md
def _batches(lengths: Array, numbers_a_step: int) -> Any:
    """Yield the indices of sequences of one length that are predicted together."""
    for T in np.unique(lengths):
        [same] = np.nonzero(lengths == T)
        size = max(1, AT_ONCE // int(T * numbers_a_step))
        yield from (same[start : start + size] for start in range(0, len(same), size))


# book/estimator.md
def _not_fitted(message: str) -> ValueError:
    """Return an error of the kind that scikit-learn catches, where it is there."""
    try:
        from sklearn.exceptions import NotFittedError
    except ImportError:
        return ValueError(message)
    error: ValueError = NotFittedError(message)
    return error


# book/estimator.md
def _generator(random_state: Any) -> np.random.Generator:
    """Return the generator that is meant, or a new one with a seed."""
    what = "expected None, a whole number >= 0, or a generator of NumPy"
    if isinstance(random_state, bool | np.bool_):
        raise TypeError(f"random_state is {random_state!r}; {what}")
    seed = random_state
    if isinstance(seed, np.random.RandomState):
        seed = seed.randint(2**32, size=4, dtype=np.uint32)
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise type(error)(f"random_state is {random_state!r}; {what}") from None


# book/estimator.md
def _weights_of(chosen: Columns, labels: Array, weights: Array | None) -> Array | None:
    """Return the weights of the chosen sequences; refuse those of which none counts."""
    if weights is None:
        return None
    counted = (labels[chosen] != -1).any(axis=1)
    if not weights[chosen][counted].any():
        where = "y counts" + " and is trained on" * (not isinstance(chosen, slice))
        what = f"zero wherever {where}; expected some that is not"
        raise ValueError(f"sample_weight is {what}")
    kept: Array = weights[chosen]
    return kept


# book/estimator.md
class RNN:
    """A vanilla recurrent network that learns a class for each sequence, or each step.

    Parameters
    ----------
    n_a : int
        Hidden units.
    learning_rate : float or callable
        As for ``train``.
    epochs : int
        As for ``train``.
    batch_size : int or None
        As for ``train``.
    clip_norm : float or None
        As for ``train``.
    validation : float, tuple or None
        Sequences that are not trained on: a fraction of those passed to ``fit``,
        between 0 and 1, drawn at random; or others, ``(X, y)``. The parameters are then
        those of the epoch after which the loss of these sequences was lowest; each of
        them counts the same.
    patience : int or None
        As for ``train``.
    dtype : numpy.float64, numpy.float32 or the name of one
        The precision of the parameters and of all that is computed.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        The seed for the first parameters and the order of the examples; or a generator,
        from which each ``fit`` goes on drawing.

    Attributes
    ----------
    classes_ : ``numpy.ndarray``
        The classes, sorted.
    of_steps_ : bool
        True if they were classes of steps; then there is a prediction for each step.
    parameters_ : dict
        The trained parameters.
    history_ : History
        The record of the training.
    n_features_in_ : int
        The length of a sequence whose steps are single numbers; else the
        entries of a step.

    Examples
    --------
    >>> X = [[[1.0], [0.0]], [[0.0], [0.0], [0.0]], [[0.0], [1.0]], [[0.0]]]
    >>> rnn = RNN(8, random_state=0).fit(X, ["one", "none", "one", "none"])
    >>> rnn.predict([[[1.0]]]).tolist()
    ['one']
    """

    def __init__(
        self,
        n_a: int = 32,
        *,
        learning_rate: float | Callable[[int], float] = 0.1,
        epochs: int = 100,
        batch_size: int | None = 32,
        clip_norm: float | None = 1.0,
        validation: Any = None,
        patience: int | None = None,
        dtype: Dtype = "float64",
        random_state: Any = None,
    ) -> None:
        self.n_a = n_a
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.clip_norm = clip_norm
        self.validation = validation
        self.patience = patience
        self.dtype = dtype
        self.random_state = random_state

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the arguments of the constructor, by name.

        Parameters
        ----------
        deep : bool
            Accepted for scikit-learn, without effect: there are no estimators inside.

        Returns
        -------
        dict
            Each argument under its name.
        """
        del deep
        return {
            name: getattr(self, name)
            for name in inspect.signature(type(self)).parameters
        }

    def set_params(self, **params: Any) -> Self:
        """Change arguments of the constructor.

        Parameters
        ----------
        **params : object
            Arguments of the constructor.

        Returns
        -------
        RNN
            The estimator itself.
        """
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ValueError(
                    f"RNN has no parameter {name}; expected {', '.join(known)}"
                )
            setattr(self, name, value)
        return self

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from sequences and their classes.

        Parameters
        ----------
        X : list or numpy.ndarray
            Sequences: a list of arrays (T, n_x), or an array (m, T, n_x) or (m, T).
        y : list or numpy.ndarray
            A class for each sequence, to be predicted at its last step; or one for each
            step of each sequence, where -1 says that a step does not count.
        sample_weight : list, numpy.ndarray or None
            One number for each sequence; a sequence of weight 2 counts twice.

        Returns
        -------
        RNN
            The estimator itself.
        """
        X = listed(X, "X")
        x, lengths = _side_by_side(X, check_dtype(self.dtype))
        labels, classes, of_steps = labels_of(y, lengths)
        weights = read_weights(sample_weight, len(lengths))
        rng = _generator(self.random_state)
        parameters = initialize_parameters(
            len(x), self.n_a, len(classes), rng=rng, dtype=self.dtype
        )
        data = x, labels, np.zeros((len(parameters["Waa"]), len(lengths)))
        features = self._features(X, len(x), lengths)
        chosen, validation = self._held_out(data, features, classes, of_steps, rng)
        names = "learning_rate", "epochs", "batch_size", "clip_norm", "patience"
        self.parameters_, self.history_ = train(
            *pick_examples(data, chosen),
            parameters,
            **{name: getattr(self, name) for name in names},
            validation=validation,
            weights=_weights_of(chosen, labels, weights),
            rng=rng,
        )
        self.classes_, self.of_steps_ = classes, of_steps
        self.n_features_in_ = features
        return self

    def _held_out(
        self,
        data: Examples,
        features: int,
        classes: Array,
        of_steps: bool,
        rng: np.random.Generator,
    ) -> tuple[Columns, Examples | None]:
        """Return the sequences to train on, and the validation set."""
        m = len(data[1])
        if self.validation is None:
            return slice(None), None
        if isinstance(self.validation, tuple | list) and len(self.validation) == 2:
            X, y = self.validation
            return slice(None), self._others(X, y, features, classes, of_steps)
        try:
            held_out = round(check_positive("validation", self.validation) * m)
        except ValueError:
            held_out = 0
        if not 0 < held_out < m:
            what = f"or a fraction that leaves some of {m} sequences on either side"
            raise ValueError(
                f"validation is {self.validation!r}; expected (X, y), {what}"
            )
        order = rng.permutation(m)
        rest, held = np.sort(order[held_out:]), np.sort(order[:held_out])
        if min(data[1][rest].max(), data[1][held].max()) == -1:
            what = f"drew {held_out} of {m} sequences; expected a step that counts"
            raise ValueError(
                f"validation is {self.validation!r}, which {what} on either side"
            )
        return rest, pick_examples(data, held)

    def _others(
        self, X: Any, y: Any, features: int, classes: Array, of_steps: bool
    ) -> Examples:
        """Return sequences and classes as a validation set; an error names this set."""
        try:
            X = listed(X, "X")
            x, lengths = _side_by_side(X, check_dtype(self.dtype))
            if self._features(X, len(x), lengths) != features:
                came = self._features(X, len(x), lengths)
                raise ValueError(
                    f"X has {came} features; expected {features}, as in training"
                )
            labels, found, steps = labels_of(y, lengths, of_steps)
            check_kind(found, classes)
            if steps != of_steps or not np.isin(found, classes).all():
                raise ValueError(
                    f"y has the classes {found}; expected those of the training set"
                )
            numbers = np.append(np.searchsorted(classes, found), -1)  # last, for -1
        except (TypeError, ValueError) as error:
            raise type(error)(f"validation: {error}") from None
        return x, numbers[labels], np.zeros((self.n_a, len(lengths)))

    def predict_proba(self, X: Any) -> Any:
        """Return the probabilities of the classes.

        Parameters
        ----------
        X : list or numpy.ndarray
            Sequences, as for ``fit``.

        Returns
        -------
        numpy.ndarray or list
            (m, classes); or (T, classes) for each sequence, if it learned
            classes of steps.
        """
        if not hasattr(self, "parameters_"):
            raise _not_fitted("this RNN is not fitted yet; call fit first")
        X = listed(X, "X")
        rows, lengths = _sequences(X, self.parameters_["Waa"].dtype)
        n_x = rows[0].shape[1]
        came, expected = self._features(X, n_x, lengths), self.n_features_in_
        if came != expected:
            raise ValueError(
                f"X has {came} features,"
                f" but RNN is expecting {expected} features as input"
            )
        found = [None] * len(rows)
        for chosen in _batches(lengths, n_x + sum(self.parameters_["Wya"].shape)):
            x = np.stack([rows[k].T for k in chosen], axis=1)  # (n_x, m, T)
            y_hat = rnn_forward(x, None, self.parameters_)[1]
            y_hat = y_hat.transpose(1, 2, 0)  # (m, T, n_y)
            for k, each in zip(chosen, y_hat, strict=True):
                found[k] = each if self.of_steps_ else each[-1].copy()
        return found if self.of_steps_ else np.array(found)

    def predict(self, X: Any) -> Any:
        """Return the most probable classes.

        Parameters
        ----------
        X : list or numpy.ndarray
            Sequences, as for ``fit``.

        Returns
        -------
        numpy.ndarray or list
            (m,); or (T,) for each sequence, if it learned classes of steps.
        """
        y_hat = self.predict_proba(X)
        if self.of_steps_:
            return [self.classes_[each.argmax(axis=1)] for each in y_hat]
        return self.classes_[y_hat.argmax(axis=1)]

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the fraction of classes that are predicted correctly.

        Parameters
        ----------
        X : list or numpy.ndarray
            Sequences, as for ``fit``.
        y : list or numpy.ndarray
            Their classes, as for ``fit``; steps of the class -1 do not count.
        sample_weight : list, numpy.ndarray or None
            One number for each sequence.

        Returns
        -------
        float
            From 0 to 1.
        """
        X = listed(X, "X")
        came, lengths = self.predict(X), [len(each) for each in X]
        found, counted, of_steps = read_classes(y, lengths, self.of_steps_)
        if of_steps != self.of_steps_:
            kinds = ["each sequence", "each step"]
            what = f"expected one for {kinds[self.of_steps_]}, as in training"
            raise ValueError(f"y has a class for {kinds[of_steps]}; {what}")
        number_classes(found)
        check_kind(found, self.classes_)
        weights = read_weights(sample_weight, len(came))
        weights = np.ones(len(came)) if weights is None else weights
        if self.of_steps_:
            came, weights = np.concatenate(came), np.repeat(weights, lengths)
        weights = weights[counted]
        if not weights.any():
            raise ValueError(
                "sample_weight is zero wherever y counts; expected some that is not"
            )
        with np.errstate(under="ignore"):
            return float(np.average(came[counted] == found, weights=weights))

    @staticmethod
    def _features(X: Any, n_x: int, lengths: Array) -> int:
        """Count the parts of an example: steps of one number, or entries of a step."""
        return int(lengths.max()) if np.ndim(X[0]) == 1 else n_x

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn, which alone asks, that this is a classifier."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(three_d_array=True),
        )

    def __repr__(self) -> str:
        given = ", ".join(
            f"{name}={value!r}" for name, value in self.get_params().items()
        )
        return f"RNN({given})"
