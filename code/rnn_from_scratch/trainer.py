# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 6818d60a7a4bae7a
# book/training-in-earnest.md
"""Training in earnest: mini-batches, schedules, early stopping, resumed runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from rnn_from_scratch.batches import (
    check_examples,
    check_weights,
    cut_batches,
    gradient_norm,
    mean_loss,
    pick_examples,
    weighted_gradients,
    weighted_loss,
    with_buffers,
)
from rnn_from_scratch.checkpoints import (
    check_path,
    check_same_run,
    fingerprint,
    read_checkpoint,
    write_checkpoint,
)
from rnn_from_scratch.clipping import clip_by_norm
from rnn_from_scratch.fast import loss_and_gradients
from rnn_from_scratch.forward import last_state
from rnn_from_scratch.identity import describe
from rnn_from_scratch.parameters import (
    NEEDED,
    PARAMETER_AXES,
    Array,
    Arrays,
    Columns,
    Examples,
    GivenExamples,
    GradientFunction,
    Number,
    check_counts,
    check_function,
    check_positive,
    check_rng,
)
from rnn_from_scratch.steps import Step, StopTraining, Update, checked_step


# book/training-in-earnest.md
@dataclass(frozen=True, eq=False)
class History:
    """The record of a training run so far; all losses are in nats.

    Parameters
    ----------
    losses : numpy.ndarray
        (epochs + 1,). Entry e comes from the steps of epoch e: each batch's loss just
        before its step, averaged over all examples. When the training has ended, the
        loss after the last step follows.
    validation_losses : numpy.ndarray
        (epochs + 1,): before the first epoch and after each one; (0,) without
        a validation set.
    gradient_norms : numpy.ndarray
        (epochs,): the longest gradient of each epoch, before clipping.
    learning_rates : numpy.ndarray
        (epochs,): that of each epoch.
    """

    losses: Array  # (epochs + 1,)
    validation_losses: Array  # (epochs + 1,) or (0,)
    gradient_norms: Array  # (epochs,)
    learning_rates: Array  # (epochs,)

    @property
    def best_epoch(self) -> int:
        """The epochs up to the lowest validation loss; without validation, all."""
        if self.validation_losses.size:
            return int(self.validation_losses.argmin())
        return len(self.learning_rates)

    def plot(self, axes: Any) -> None:
        """Draw the losses.

        Parameters
        ----------
        axes : matplotlib.axes.Axes
            Where to draw them.
        """
        axes.plot(self.losses, label="training")
        if self.validation_losses.size:
            axes.plot(self.validation_losses, "--", label="validation")
            axes.axvline(self.best_epoch, linestyle=":", label="best epoch")
        axes.set(xlabel="epoch", ylabel="loss $J$ in nats")
        axes.legend()


# book/training-in-earnest.md
OnEpoch = Callable[[History, dict[str, Array]], object]


@dataclass(frozen=True, eq=False)
class _Task:
    """All that stays the same from epoch to epoch."""

    data: Examples
    validation: Any  # Examples, or None
    batch_size: int | None
    clip_norm: float | None
    gradients_of: GradientFunction
    step: Step
    weights: Array | None
    window: int | None

    def pieces(self) -> list[slice]:
        """Return the time steps of each piece; without a window, all."""
        T = self.data[1].shape[1]
        K = self.window or T
        return [slice(t, t + K) for t in range(0, T, K)]

    def loss(self, parameters: Arrays) -> Number:
        """Compute the loss of all examples."""
        if self.weights is None:
            return mean_loss(self.data, parameters, self.batch_size)
        return weighted_loss(self.data, parameters, self.batch_size, self.weights)

    def validation_loss(self, parameters: Arrays) -> Number:
        """Compute the loss of the validation set, whose examples count the same."""
        return mean_loss(self.validation, parameters, self.batch_size)

    def loss_and_gradients(
        self, batch: Examples, columns: Columns, parameters: Arrays
    ) -> tuple[Number, Arrays]:
        """Compute the loss of a batch, and its gradients."""
        if self.weights is None:
            return self.gradients_of(*batch, parameters)
        return weighted_gradients(
            self.gradients_of, batch, parameters, self.weights[columns]
        )


# book/training-in-earnest.md
@dataclass(frozen=True, eq=False)
class _Run:
    """A run: its parameters, the best so far, its history, the state of its step."""

    parameters: dict[str, Array]
    best: dict[str, Array]
    history: History
    state: dict[str, Array]

    def goes_on(self, epochs: int, patience: int | None) -> bool:
        """Say whether another epoch is to come."""
        done, best = len(self.history.learning_rates), self.history.best_epoch
        return done < epochs and (patience is None or done - best < patience)


# book/training-in-earnest.md
def _begin(task: _Task, parameters: Arrays) -> _Run:
    """Return a run before its first epoch."""
    parameters = {name: np.array(parameters[name]) for name in PARAMETER_AXES}
    none = np.empty(0, parameters["by"].dtype)
    before = none
    if task.validation:
        before = np.append(none, task.validation_loss(parameters))
    history = History(none, before, np.empty(0), np.empty(0))
    return _Run(parameters, parameters, history, {})


# book/training-in-earnest.md
def _epoch(
    task: _Task, run: _Run, rate: float, rng: np.random.Generator | None
) -> tuple[dict[str, Array], dict[str, Array], Number, float]:
    """Step on each batch; return parameters, state, mean loss and longest norm."""
    parameters, state = run.parameters, run.state
    m, J, longest = len(task.data[1]), 0, 0.0
    for columns in cut_batches(m, task.batch_size, rng):
        x, labels, a = pick_examples(task.data, columns)
        step = rate * (len(labels) / min(task.batch_size or m, m))
        for now in task.pieces():
            batch = x[..., now], labels[:, now], a
            J_batch, gradients = task.loss_and_gradients(batch, columns, parameters)
            if task.window:  # the next piece goes on from here
                a = last_state(x[..., now], a, parameters)
            with np.errstate(under="ignore"):
                J = J + J_batch * (len(labels) / m)
            norm = task.clip_norm
            clipped = gradients if norm is None else clip_by_norm(gradients, norm)
            parameters, state = task.step(parameters, clipped, step, state)
            longest = max(longest, gradient_norm(gradients))  # checked by now
    return parameters, state, J, longest


# book/training-in-earnest.md
def _after(
    task: _Task, run: _Run, rate: float, rng: np.random.Generator | None
) -> _Run:
    """Return the run one epoch later."""
    old = run.history
    parameters, state, J, longest = _epoch(task, run, rate, rng)
    best, validation_losses = parameters, old.validation_losses
    if task.validation:
        J_validation = task.validation_loss(parameters)
        best = parameters if J_validation < validation_losses.min() else run.best
        validation_losses = np.append(validation_losses, J_validation)
    losses, norms = np.append(old.losses, J), np.append(old.gradient_norms, longest)
    rates = np.append(old.learning_rates, rate)
    return _Run(
        parameters, best, History(losses, validation_losses, norms, rates), state
    )


# book/training-in-earnest.md
def _check_validation(validation: GivenExamples | None, parameters: Arrays) -> Examples:
    """Check the validation set as ``check_examples`` does; an error names this set."""
    if not isinstance(validation, tuple) or len(validation) != 3:
        raise TypeError("validation is not a tuple of three; expected (x, labels, a0)")
    try:
        return check_examples(*validation, parameters)
    except (TypeError, ValueError) as error:
        raise type(error)(f"validation: {error}") from None


# book/training-in-earnest.md
def _check_settings(
    batch_size: int | None,
    rng: object,
    clip_norm: float | None,
    validation: GivenExamples | None,
    patience: int | None,
    window: int | None,
) -> tuple[int | None, float | None, int | None, int | None]:
    """Check how the training is to be done; return the numbers as Python's own."""
    if batch_size is not None:
        [batch_size] = check_counts(batch_size=batch_size)
    if batch_size is not None or rng is not None:
        check_rng(rng)
    if clip_norm is not None:
        clip_norm = check_positive("clip_norm", clip_norm)
    if patience is not None:
        [patience] = check_counts(patience=patience)
        if validation is None:
            raise ValueError(
                f"patience is {patience}; expected None without a validation set"
            )
    if window is not None:
        [window] = check_counts(window=window)
    return batch_size, clip_norm, patience, window


# book/training-in-earnest.md
def _schedule(learning_rate: float | Callable[[int], float]) -> Callable[[int], float]:
    """Return a function from the epoch to its learning rate, which is checked."""
    if not callable(learning_rate):
        check_positive("learning_rate", learning_rate)

    def rate_of(epoch: int) -> float:
        rate = learning_rate(epoch) if callable(learning_rate) else learning_rate
        return check_positive("learning_rate", rate)

    return rate_of


# book/training-in-earnest.md
def _facts(
    task: _Task,
    parameters: Arrays,
    patience: int | None,
    rng: np.random.Generator | None,
    gradient_function: GradientFunction,
    update: Update | None,
) -> dict[str, Any]:
    """Say which run this is: its data, its start, the settings that decide on it."""
    arrays = dict(zip(("x", "labels", "a0"), task.data, strict=True))
    names = ("validation x", "validation labels", "validation a0")
    arrays |= dict(zip(names, task.validation or (), strict=False))
    arrays |= {} if task.weights is None else {"weights": task.weights}
    return {
        **{
            name: fingerprint(array) for name, array in {**arrays, **parameters}.items()
        },
        "batch_size": task.batch_size,
        "clip_norm": task.clip_norm,
        "patience": patience,
        "window": task.window,
        "gradient_function": describe(gradient_function),
        "update": None if update is None else describe(update),
        "rng": None if rng is None else type(rng.bit_generator).__name__,
    }


# book/training-in-earnest.md
def _save(
    path: Path, run: _Run, facts: dict[str, Any], rng: np.random.Generator | None
) -> None:
    """Write down all that the rest of the run depends on."""
    best = {f"best {name}": array for name, array in run.best.items()}
    kept = {f"state {name}": array for name, array in run.state.items()}
    arrays = {**run.parameters, **best, **kept, **vars(run.history)}
    state = None if rng is None else rng.bit_generator.state
    write_checkpoint(path, arrays, {"facts": facts, "rng": state})


# book/training-in-earnest.md
def _resume(
    path: Path,
    run: _Run,
    facts: dict[str, Any],
    rng: np.random.Generator | None,
    rate_of: Callable[[int], float],
    epochs: int,
) -> _Run:
    """Return the run that the file holds, and restore rng; else write the file."""
    found = read_checkpoint(path)
    if found is None:
        _save(path, run, facts, rng)
        return run
    arrays, about = found
    check_same_run(path, about.get("facts"), facts)
    history = History(*(arrays[field.name] for field in fields(History)))
    done = len(history.learning_rates)
    if done > epochs:
        raise ValueError(
            f"checkpoint {path} has {done} epochs; expected at most {epochs}"
        )
    rates = enumerate(history.learning_rates)
    there = {f"learning_rate of epoch {e}": rate for e, rate in rates}
    check_same_run(path, there, {name: rate_of(e) for e, name in enumerate(there)})
    if rng is not None:
        rng.bit_generator.state = about["rng"]
    best = {name: arrays[f"best {name}"] for name in PARAMETER_AXES}
    kept = [name for name in arrays if name.startswith("state ")]
    state = {name.removeprefix("state "): arrays[name] for name in kept}
    return _Run({name: arrays[name] for name in PARAMETER_AXES}, best, history, state)


# book/training-in-earnest.md
def _ends(on_epoch: OnEpoch, run: _Run) -> bool:
    """Call ``on_epoch`` after an epoch; say whether it wants the training to end."""
    try:
        history = History(*(array.copy() for array in vars(run.history).values()))
        on_epoch(history, {name: W.copy() for name, W in run.parameters.items()})
    except StopTraining:
        return True
    return False


# book/training-in-earnest.md
def train(
    x: Array,
    labels: Array,
    a0: Array | None = None,
    parameters: Arrays = NEEDED,
    *,
    learning_rate: float | Callable[[int], float],
    epochs: int,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
    clip_norm: float | None = None,
    validation: GivenExamples | None = None,
    patience: int | None = None,
    on_epoch: OnEpoch | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    gradient_function: GradientFunction = loss_and_gradients,
    update: Update | None = None,
    weights: Array | None = None,
    window: int | None = None,
) -> tuple[dict[str, Array], History]:
    """Train by gradient descent, on the whole batch or on mini-batches (eq-update).

    Parameters
    ----------
    x : numpy.ndarray
        Inputs, (n_x, m, T); or integers (m, T): classes from 0 to n_x - 1, for
        one-hot columns.
    labels : numpy.ndarray
        Classes from 0 to n_y - 1, or -1 for a step that does not count,
        (m, T), integers; at least one step counts.
    a0 : numpy.ndarray or None
        Initial state, (n_a, m); None: zeros.
    parameters : dict
        Where to begin; left as it is.
    learning_rate : float or callable
        Greater than 0; or a function that returns it for epoch 0, 1, and so on.
    epochs : int
        How many times each example is used, at least 1.
    batch_size : int or None
        The number of examples for a step; the last step of an epoch may have fewer, and
        is shorter in proportion. None: all, in their order.
    rng : numpy.random.Generator or None
        Shuffles the examples in each epoch; needed with ``batch_size``.
    clip_norm : float or None
        Longer gradients are shortened to this length.
    validation : tuple or None
        ``x, labels, a0`` of examples that are not trained on.
    patience : int or None
        End after so many epochs without a lower validation loss.
    on_epoch : callable or None
        Called after each epoch with copies of the History and of the parameters; if it
        raises StopTraining, this epoch is the last.
    checkpoint : str, os.PathLike or None
        A file that is written after each epoch; if it is there, the run goes on from
        it, and ``rng`` is given the state that it holds.
    gradient_function : callable
        Computes the loss and the gradients of a batch ``x, labels, a0, parameters``.
    update : callable or None
        Takes a step: from ``parameters, gradients, learning_rate, state`` to new
        parameters and a new state, a dict of arrays, which is empty at first. None:
        gradient descent.
    weights : numpy.ndarray or None
        How much each example counts, (m,), at least 0; only their ratios
        matter. None: the same.
    window : int or None
        Cut sequences into pieces of so many time steps, with a step after each; a piece
        begins with the state in which the one before has ended, and its gradient ends
        there. None: no pieces.

    Returns
    -------
    parameters : dict
        The trained parameters; with ``validation``, those of the best epoch.
    history : History
        Losses, norms and learning rates.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described above. If the training diverges; the message
        names the array that is no longer finite. If the checkpoint is damaged, or of
        another run; it is then left as it is.

    See Also
    --------
    loss_and_gradients : The gradients for a step.
    save_parameters : Keep the trained parameters.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> parameters, history = train(*toy_problem(), learning_rate=0.1, epochs=10)
    >>> history.losses.shape, bool(history.losses[-1] < history.losses[0])
    ((11,), True)
    """
    [epochs] = check_counts(epochs=epochs)
    data = check_examples(x, labels, a0, parameters)
    held = None if validation is None else _check_validation(validation, parameters)
    numbers = _check_settings(batch_size, rng, clip_norm, held, patience, window)
    size, norm, patience, window = numbers
    check_function("gradient_function", gradient_function)
    check_function("on_epoch", print if on_epoch is None else on_epoch)
    weights = None if weights is None else check_weights(weights, data[1])
    path = None if checkpoint is None else check_path("checkpoint", checkpoint)
    rng = None if size is None else rng
    rate_of, gradients_of = _schedule(learning_rate), with_buffers(gradient_function)
    step = checked_step(update)
    task = _Task(data, held, size, norm, gradients_of, step, weights, window)
    run = _begin(task, parameters)
    if path is not None:
        facts = _facts(task, parameters, patience, rng, gradient_function, update)
        run = _resume(path, run, facts, rng, rate_of, epochs)
    while run.goes_on(epochs, patience):
        run = _after(task, run, rate_of(len(run.history.learning_rates)), rng)
        if path is not None:
            _save(path, run, facts, rng)
        if on_epoch is not None and _ends(on_epoch, run):
            break
    losses = np.append(run.history.losses, task.loss(run.parameters))
    return run.best, replace(run.history, losses=losses)
