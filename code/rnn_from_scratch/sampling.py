# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 75aab8ccc9c3e74c
# book/20-a-character-model.md
"""Sequences drawn from a trained network: each class drawn is the next input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_from_scratch.parameters import (
    PARAMETER_AXES,
    Array,
    Arrays,
    check_counts,
    check_listed,
    check_parameters,
    check_positive,
    check_rng,
    check_scores,
    is_whole,
)


def _draw(o_t: Array, temperature: float, rng: np.random.Generator) -> int:
    """Draw a class with the probabilities that its scores have at this temperature."""
    o_t = check_scores(o_t).astype(float)
    with np.errstate(all="ignore"):  # minus infinity: the probability is zero
        # <<softmax at a temperature>> (book/20-a-character-model.md)
        y_hat_t = np.exp((o_t - o_t.max()) / temperature)  # (n_y, 1), eq-temperature
        y_hat_t /= y_hat_t.sum()
    ends = np.cumsum(y_hat_t)
    return int(np.searchsorted(ends / ends[-1], rng.random(), side="right"))


# book/20-a-character-model.md
def _read(symbol: int, a_prev: Array, parameters: Arrays) -> tuple[Array, Array]:
    """Take one step with a class as input; return the new state and the scores."""
    Wax, Waa, Wya, ba, by = (parameters[name] for name in PARAMETER_AXES)
    z_t = Wax[:, [symbol]] + Waa @ a_prev + ba  # (n_a, 1), eq-pick
    # <<hidden state>> (book/01-the-cell.md)
    a_t = np.tanh(z_t)  # (n_a, m)
    # <<scores>> (book/01-the-cell.md)
    o_t = Wya @ a_t + by  # (n_y, n_a) @ (n_a, m) -> (n_y, m)
    return a_t, o_t


# book/20-a-character-model.md
def _is_class(symbol: object, n_y: int) -> bool:
    """Say whether something is a class, a whole number from 0 to n_y - 1."""
    return is_whole(symbol) and 0 <= symbol < n_y


# book/20-a-character-model.md
def _check_sampling(
    parameters: Arrays,
    rng: np.random.Generator,
    start: Sequence[int] | Array,
    stop: int | None,
) -> None:
    """Check the parameters, rng, start and stop of ``sample``."""
    sizes, _ = check_parameters(parameters)
    n_x, n_y = sizes["n_x"], sizes["n_y"]
    if n_x != n_y:
        what = "expected the same, since a class that is drawn is the next input"
        raise ValueError(f"parameters have n_x = {n_x} and n_y = {n_y}; {what}")
    if any(np.iscomplexobj(value) for value in parameters.values()):
        raise TypeError("parameters are complex; expected float32 or float64")
    check_rng(rng)
    check_listed("start", start, "classes")
    if len(start) == 0:
        raise ValueError("start is empty; expected at least one class")
    classes = f"a class 0 to {n_y - 1}"
    for symbol in start:
        if not _is_class(symbol, n_y):
            raise ValueError(f"start holds {symbol!r}; expected {classes}")
    if stop is not None and not _is_class(stop, n_y):
        raise ValueError(f"stop is {stop!r}; expected None or {classes}")


# book/20-a-character-model.md
def sample(
    parameters: Arrays,
    *,
    rng: np.random.Generator,
    start: Sequence[int] | Array,
    stop: int | None = None,
    temperature: float = 1.0,
    max_length: int = 100,
) -> Array:
    """Draw a sequence of classes, each given all before it (eq-temperature).

    Parameters
    ----------
    parameters : dict
        ``Wax (n_a, n_x)``, ``Waa (n_a, n_a)``, ``Wya (n_y, n_a)``, ``ba (n_a,
        1)`` and ``by (n_y, 1)``, with n_x = n_y: a class that is drawn is the
        next input, one-hot.
    rng : numpy.random.Generator
        Where the random numbers come from: one for each class.
    start : sequence of int
        Classes from 0 to n_y - 1 that the network reads first, from a state of
        zeros; at least one.
    stop : int or None
        The class after which the sequence ends; None: it ends at ``max_length``.
    temperature : float
        The divisor of the scores, greater than 0: below 1, what is probable
        becomes more so.
    max_length : int
        The most classes that are drawn, at least 1.

    Returns
    -------
    numpy.ndarray
        The classes that were drawn, (number,), without ``start``; the last one is
        ``stop``, unless ``max_length`` came first.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described above, or the scores of a step overflow.

    See Also
    --------
    predict : The most probable class of each step.

    Examples
    --------
    >>> from rnn_from_scratch.parameters import initialize_parameters
    >>> rng = np.random.default_rng(0)
    >>> parameters = initialize_parameters(n_x=3, n_a=4, n_y=3, rng=rng)
    >>> drawn = sample(parameters, rng=rng, start=[0], max_length=5)
    >>> drawn.shape, set(drawn.tolist()) <= {0, 1, 2}
    ((5,), True)
    """
    _check_sampling(parameters, rng, start, stop)
    temperature = check_positive("temperature", temperature)
    [max_length] = check_counts(max_length=max_length)
    a_t, drawn = np.zeros_like(parameters["ba"]), []
    with np.errstate(all="ignore"):  # scores that overflow are named
        for symbol in start:
            a_t, o_t = _read(symbol, a_t, parameters)
        for _ in range(max_length):
            drawn.append(_draw(o_t, temperature, rng))
            if drawn[-1] == stop:
                break
            a_t, o_t = _read(drawn[-1], a_t, parameters)
    return np.array(drawn)
