# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: a28d97e2064501e5
# book/momentum-and-adam.md
"""One step of training: plain gradient descent, or a step of the caller's own."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rnn_from_scratch.descent import update_parameters
from rnn_from_scratch.parameters import (
    PARAMETER_AXES,
    Array,
    Arrays,
    check_array,
    check_function,
    check_gradients,
    check_parameters,
    check_plain,
)

Named = dict[str, Array]
Update = Callable[[Named, Named, float, Named], tuple[Arrays, Mapping[str, Any]]]
Step = Callable[[Named, Arrays, float, Named], tuple[Named, Named]]


class StopTraining(Exception):
    """Raised by ``on_epoch`` to end the training: the epoch just done is the last."""


# book/momentum-and-adam.md
def checked_step(update: Update | None) -> Step:
    """Return a step that gives copies to ``update`` and checks its results.

    Without ``update``, it is a step of gradient descent (eq-update).
    """
    if update is None:
        return lambda parameters, gradients, rate, state: (
            update_parameters(parameters, gradients, rate),
            state,
        )
    check_function("update", update)

    def step(
        parameters: Named, gradients: Arrays, rate: float, state: Named
    ) -> tuple[Named, Named]:
        sizes, dtype = check_parameters(parameters)
        gradients = check_gradients(gradients, sizes, dtype)
        own, down = (
            {n: a.copy() for n, a in d.items()} for d in (parameters, gradients)
        )
        came = update(own, down, rate, state)
        pair = isinstance(came, tuple) and [isinstance(each, Mapping) for each in came]
        if pair != [True, True]:
            raise TypeError(
                "update did not return two dicts; expected parameters and state"
            )
        return _new_parameters(came[0], sizes, dtype), _new_state(came[1])

    return step


# book/momentum-and-adam.md
def _new_parameters(
    came: Mapping[str, Any], sizes: dict[str, int], dtype: np.dtype[Any]
) -> dict[str, Array]:
    """Check the parameters that an update returns; return copies in their precision."""
    if set(came) != set(PARAMETER_AXES):
        names, expected = ", ".join(map(str, came)), ", ".join(PARAMETER_AXES)
        raise ValueError(f"update returned the parameters {names}; expected {expected}")
    if any(np.iscomplexobj(array) for array in came.values()):
        raise TypeError(
            "update returned complex parameters; expected float32 or float64"
        )
    return {
        name: np.array(check_array(f"update's {name}", came[name], axes, sizes, dtype))
        for name, axes in PARAMETER_AXES.items()
    }


# book/momentum-and-adam.md
def _new_state(came: Mapping[str, Any]) -> dict[str, Array]:
    """Return copies of the state of an update, as arrays; refuse other values."""
    state = {}
    for name, value in came.items():
        if isinstance(value, np.ndarray):
            check_plain(f"update's state {name!r}", value)
        what = "expected numbers under a printable string"
        try:
            array = np.array(value)
        except ValueError:
            raise TypeError(
                f"update's state {name!r} is not an array; {what}"
            ) from None
        if (
            not isinstance(name, str)
            or not name.isprintable()
            or array.dtype.kind not in "biufc"
        ):
            raise TypeError(f"update's state {name!r} has dtype {array.dtype}; {what}")
        state[name] = array
    return state
