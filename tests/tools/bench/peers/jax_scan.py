"""JAX: the loss as a lax.scan over time, differentiated and compiled."""

import jax
import numpy as np
from jax import numpy as jnp

from bench.peers import Way
from bench.problems import Problem, time_major


def loss(learned, x, labels, inputs_outside):
    """Compute the loss, with the products of inputs and outputs inside the scan or outside."""
    Wax, Waa, Wya, ba, by = (learned[name] for name in ("Wax", "Waa", "Wya", "ba", "by"))

    def cell(a_prev, x_t):
        z_x = x_t if inputs_outside else x_t @ Wax.T + ba.T
        a_t = jnp.tanh(z_x + a_prev @ Waa.T)  # (m, n_a)
        return a_t, a_t if inputs_outside else a_t @ Wya.T + by.T

    _, out = jax.lax.scan(cell, learned["a0"].T, x @ Wax.T + ba.T if inputs_outside else x)
    o = out @ Wya.T + by.T if inputs_outside else out  # (T, m, n_y)
    log_y_hat = jax.nn.log_softmax(o)
    return -jnp.take_along_axis(log_y_hat, labels[:, :, None], axis=2).sum() / x.shape[1]


def read(result):
    """Bring the gradients into NumPy."""
    J, gradients = result
    named = {f"d{name}": np.asarray(value) for name, value in gradients.items()}
    return {**named, "J": np.asarray(J)[()]}


def ways(problem: Problem) -> dict[str, Way]:
    """Both, compiled beforehand, with all arrays on the device."""
    jax.config.update("jax_enable_x64", problem.x.dtype == np.float64)
    jax.clear_caches()
    x, labels = jnp.asarray(time_major(problem.x)), jnp.asarray(problem.labels.T)
    learned = jax.tree.map(jnp.asarray, {**problem.parameters, "a0": problem.a0})
    compiled = jax.jit(jax.value_and_grad(loss), static_argnums=3)

    def way(inputs_outside):
        def step():
            return jax.block_until_ready(compiled(learned, x, labels, inputs_outside))

        return Way(step, read)

    return {"all in the scan": way(False), "inputs and outputs outside": way(True)}
