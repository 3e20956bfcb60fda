"""Spectral radius and saturation: how long the gradient is, step by step back from the loss."""

import numpy as np

from rnn_from_scratch.parameters import initialize_parameters

WITHOUT = """
With scripts, the spectral radius of the recurrent weight and the size of the inputs can be changed,
and the length of the gradient is drawn against the distance from the loss, with its bounds.
"""
N_A, LAG, SEED = 12, 40, 4
CAPTION = rf"""
**To try: when does the gradient reach the past?**
The network has {N_A} units; its matrix $W_{{aa}}$ is drawn at random, with the seed {SEED}, and is
scaled to the spectral radius that you choose; the loss stands at the last step only.
Larger inputs push the states towards minus one and one, where tanh is flat.
The bounds are those of {{eq}}`eq-jacobian-bound`, with the slopes and without them.
Here a gradient is said to vanish below a thousandth of its length, to explode above a thousand.
"""


def given() -> dict:
    """Return parameters with a W_aa of spectral radius one, its norm, and inputs of size one."""
    rng = np.random.default_rng(SEED)
    parameters = initialize_parameters(2, N_A, 2, rng=rng)
    Waa = rng.standard_normal((N_A, N_A)).round(2)
    Waa /= np.abs(np.linalg.eigvals(Waa)).max()
    return {
        **{name: parameters[name].round(2).tolist() for name in ("Wax", "Wya")},
        "Waa": Waa.tolist(),
        "norm": float(np.linalg.norm(Waa, 2)),
        "x": rng.standard_normal((LAG + 1, 2)).round(2).tolist(),
    }
