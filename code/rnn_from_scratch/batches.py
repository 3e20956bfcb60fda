# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 1b46bb89795f75f1
# book/mini-batches.md
"""Mini-batches: some examples at a time, and the loss of all as a mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from rnn_from_scratch.clipping import scaled_length
from rnn_from_scratch.fast import Workspace, loss_and_gradients
from rnn_from_scratch.forward import check_problem, check_real, rnn_loss
from rnn_from_scratch.parameters import (
    PARAMETER_AXES,
    Array,
    Arrays,
    Columns,
    Examples,
    GradientFunction,
    Number,
    check_gradients,
    check_parameters,
    check_plain,
    check_shape,
    first_place,
)


def check_examples(
    x: Array, labels: Array, a0: Array | None, parameters: Arrays
) -> Examples:
    """Check examples against the parameters; return them in that precision."""
    _, _, x, a0 = check_problem(x, a0, parameters, labels)
    for name, array in {"x": x, "a0": a0, **parameters}.items():
        check_real(name, array)
    if (labels == -1).all():
        raise ValueError("labels are -1 at all steps; expected a step that counts")
    return x, labels, a0


# book/mini-batches.md
def pick_examples(data: Examples, columns: Columns) -> Examples:
    """Return some of the examples: their part of x, labels and a0."""
    x, labels, a0 = data
    return x[..., columns, :], labels[columns], a0[:, columns]


# book/mini-batches.md
def cut_batches(m: int, batch_size: int | None, rng: Any) -> list[Columns]:
    """Cut m examples, shuffled, into batches; without a size, all in their order."""
    if batch_size is None:
        return [slice(None)]
    order = rng.permutation(m)
    return [order[start : start + batch_size] for start in range(0, m, batch_size)]


# book/mini-batches.md
@np.errstate(all="ignore")
def mean_loss(data: Examples, parameters: Arrays, batch_size: int | None) -> Number:
    """Compute the loss of all examples, a batch at a time (eq-mean-of-examples)."""
    m, J = len(data[1]), 0
    for start in range(0, m, batch_size or m):
        x, labels, a0 = pick_examples(data, slice(start, start + (batch_size or m)))
        J = J + rnn_loss(x, labels, a0, parameters) * (len(labels) / m)
    return J


# book/mini-batches.md
@np.errstate(all="ignore")
def check_weights(weights: Array, labels: Array) -> Array:
    """Check one weight an example, none below 0; return them divided by their mean."""
    check_plain("weights", weights)
    if weights.dtype.kind not in "iuf":
        raise TypeError(f"weights has dtype {weights.dtype}; expected real numbers")
    check_shape("weights", weights.shape, ("m",), {"m": len(labels)})
    wrong = ~np.isfinite(weights) | (weights < 0)
    if wrong.any():
        at = first_place(wrong)
        raise ValueError(
            f"weights holds {weights[at]} at {at}; expected finite numbers >= 0"
        )
    if not weights.any():
        raise ValueError("weights are all 0; expected an example that counts")
    if not weights[(labels != -1).any(axis=1)].any():
        what = "0 wherever labels count; expected some that is not"
        raise ValueError(f"weights are {what}")
    exact = weights.astype(np.longdouble)
    shares: Array = (exact / exact.max()).astype(float)  # whose sum does not overflow
    shares /= shares.mean()
    return shares


# book/mini-batches.md
def groups_of_one_weight(weights: Array) -> Iterator[tuple[Array, float]]:
    """Return for each weight above 0 its examples and their share of the mean."""
    for weight in np.unique(weights[weights > 0]):
        columns = np.flatnonzero(weights == weight)
        yield columns, float(weight) * len(columns) / len(weights)


# book/mini-batches.md
@np.errstate(all="ignore")
def weighted_loss(
    data: Examples, parameters: Arrays, batch_size: int | None, weights: Array
) -> Number:
    """Compute the weighted mean of the losses of all examples (eq-mean-of-examples)."""
    return sum(
        share * mean_loss(pick_examples(data, columns), parameters, batch_size)
        for columns, share in groups_of_one_weight(weights)
    )


# book/mini-batches.md
def weighted_gradients(
    gradients_of: GradientFunction, batch: Examples, parameters: Arrays, weights: Array
) -> tuple[Number, dict[str, Array]]:
    """Compute the weighted mean of the losses of a batch, and its gradients."""
    J, (sizes, _) = 0, check_parameters(parameters)
    total = {f"d{name}": np.zeros_like(parameters[name]) for name in PARAMETER_AXES}
    for columns, share in groups_of_one_weight(weights):
        J_of_group, gradients = gradients_of(*pick_examples(batch, columns), parameters)
        gradients = check_gradients(gradients, sizes)
        with np.errstate(all="ignore"):
            J = J + share * J_of_group
            for name, gradient in gradients.items():
                total[name] = total[name] + share * gradient
    return J, total


# book/mini-batches.md
def gradient_norm(gradients: Arrays) -> float:
    """Return the length of the gradient with respect to all parameters."""
    largest, length = scaled_length([gradients[f"d{name}"] for name in PARAMETER_AXES])
    return largest * length


# book/mini-batches.md
def _is_loss(J: Any) -> bool:
    """Say whether it is one real number, and neither masked nor NaN."""
    if isinstance(J, np.ma.MaskedArray):
        return False
    try:
        number = np.asarray(J)
    except ValueError:  # a list of lists whose lengths differ
        return False
    return number.ndim == 0 and number.dtype.kind in "fiu" and not np.isnan(number)


def _checked(gradient_function: GradientFunction) -> GradientFunction:
    """Return the function with a check that it returns a loss and gradients."""

    def gradients_of(*batch: Any) -> tuple[Number, Arrays]:
        came: Any = gradient_function(*batch)
        if not isinstance(came, tuple) or len(came) != 2:
            raise TypeError(
                "gradient_function did not return a pair; expected loss and gradients"
            )
        J, gradients = came
        if not _is_loss(J):
            raise TypeError(
                f"gradient_function returned the loss {J!r}; expected a real number"
            )
        return J, gradients

    return gradients_of


# book/mini-batches.md
def with_buffers(gradient_function: GradientFunction) -> GradientFunction:
    """Let the module's own function keep buffers; check the results of any other."""
    if gradient_function is not loss_and_gradients:
        return _checked(gradient_function)
    workspaces: defaultdict[int, Workspace] = defaultdict(Workspace)  # by batch size

    def gradients_of(
        x: Array, labels: Array, a0: Array, parameters: Arrays
    ) -> tuple[Number, Arrays]:
        workspace = workspaces[len(labels)]
        J, gradients = loss_and_gradients(
            x, labels, a0, parameters, input_gradient=False, workspace=workspace
        )
        return J, gradients

    return gradients_of
