# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: eaa9bdaeba648801
# book/21-beyond-one-machine.md
"""The gradient of a batch, put together from shards that several processes compute."""

import importlib.util
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np

from rnn_from_scratch.fast import loss_and_gradients
from rnn_from_scratch.forward import check_problem
from rnn_from_scratch.parameters import (
    NEEDED,
    PARAMETER_AXES,
    Array,
    Arrays,
    Examples,
    Number,
    check_counts,
    wrong_type,
)


# book/21-beyond-one-machine.md
def _cut(x: Array, labels: Array, a0: Array, shards: int) -> list[Examples]:
    """Cut a batch into shards, each with its x, labels and a0; eq-shard-places."""
    m = len(labels)
    places = [m * r // shards for r in range(shards + 1)]
    columns = [slice(*ends) for ends in pairwise(places)]
    return [(x[..., now, :], labels[now], a0[:, now]) for now in columns]


# book/21-beyond-one-machine.md
def _of_one_shard(
    x: Array, labels: Array, a0: Array, parameters: Arrays
) -> tuple[int, Number, dict[str, Array]]:
    """Compute a shard's number of columns, its loss, and its gradients."""
    J, gradients = loss_and_gradients(x, labels, a0, parameters, input_gradient=False)
    kept = {f"d{name}": gradients[f"d{name}"] for name in PARAMETER_AXES}
    return len(labels), J, kept


# book/21-beyond-one-machine.md
def _certified() -> bool | None:
    """Say whether connections can ask for certificates; warn if not."""
    if importlib.util.find_spec("cryptography"):
        return True
    what = "every account of this machine can run code as you"
    what = f"as long as these workers run, {what}"
    message = f"local_workers finds no cryptography: {what}"
    warnings.warn(message, RuntimeWarning, stacklevel=4)
    return None


# book/21-beyond-one-machine.md
@contextmanager
def local_workers(shards: int) -> Iterator[Any]:
    """Start worker processes on this machine, for as long as a ``with`` block lasts.

    They listen on the loopback interface alone, use one thread each, and are replaced
    if they die. Where ``cryptography`` is installed, as with the extra ``dask``, each
    connection is encrypted and needs a certificate that is made for this block and
    known to its processes only. Without it, a RuntimeWarning says that every account of
    this machine can meanwhile run code as you. Dask's pages and figures about the tasks
    are switched off.

    A script that calls this needs the guard ``if __name__ == "__main__":``, since the
    processes import it.

    Parameters
    ----------
    shards : int
        How many workers: one for each shard.

    Returns
    -------
    context manager
        ``with local_workers(2) as client:`` gives a ``distributed.Client``.

    Raises
    ------
    ImportError
        If Dask is not installed: it is the extra ``dask`` of the package.
    ValueError
        If ``shards`` is not a whole number of at least 1.

    See Also
    --------
    sharded_loss_and_gradients : What the workers compute.

    Examples
    --------
    >>> with local_workers(1) as client:
    ...     client.submit(sum, [1, 2]).result()
    3
    """
    [shards] = check_counts(shards=shards)
    try:
        import dask
        import distributed
    except ImportError as error:
        what = 'local_workers needs Dask: pip install "rnn-from-scratch[dask]"'
        raise ImportError(what) from error
    Client: Any = distributed.Client
    Cluster: Any = distributed.LocalCluster
    options: dict[str, Any] = {"n_workers": shards, "threads_per_worker": 1}
    options |= {"processes": True, "memory_limit": 0, "security": _certified()}
    options |= {"host": "127.0.0.1", "silence_logs": logging.CRITICAL}
    options["dashboard_address"] = "127.0.0.1:0"  # any free port
    options["scheduler_kwargs"] = {"dashboard": False}
    routes = (f"distributed.{who}.http.routes" for who in ("scheduler", "worker"))
    silent: dict[str, list[str]] = {each: [] for each in routes}
    with dask.config.set(silent), Cluster(**options) as here, Client(here) as client:
        yield client


# book/21-beyond-one-machine.md
def _submit(
    client: Any, x: Array, labels: Array, a0: Array, parameters: Arrays, shards: int
) -> list[Any]:
    """Submit one task for each shard; return their futures."""
    tasks = [(*shard, parameters) for shard in _cut(x, labels, a0, shards)]
    return [client.submit(_of_one_shard, *task, pure=False) for task in tasks]


# book/21-beyond-one-machine.md
@np.errstate(all="ignore")
def _weighted_sum(results: list[Any]) -> tuple[Number, dict[str, Array]]:
    """Put losses and gradients of all shards together, always in the same order."""
    # <<weighted sum of the shards>> (book/21-beyond-one-machine.md)
    m = sum(m_r for m_r, _, _ in results)
    J = sum(m_r / m * S_r for m_r, S_r, _ in results)  # eq-shards-loss
    gradients = {  # eq-shards
        name: sum(m_r / m * of_shard[name] for m_r, _, of_shard in results)
        for name in results[0][2]
    }
    return J, gradients


# book/21-beyond-one-machine.md
def sharded_loss_and_gradients(
    x: Array,
    labels: Array,
    a0: Array | None = None,
    parameters: Arrays = NEEDED,
    *,
    client: Any,
    shards: int,
) -> tuple[Number, dict[str, Array]]:
    """Compute the loss of a batch and its gradients, shard by shard, elsewhere.

    It implements eq-shards-loss and eq-shards. On workers with the same processor and
    libraries, which one computes a shard, and how often it was begun, does not change a
    bit of the result.

    Parameters
    ----------
    x, labels, a0 : numpy.ndarray
        As for ``loss_and_gradients``.
    parameters : dict
        As for ``loss_and_gradients``.
    client : distributed.Client
        It hands the tasks out; its workers have to be able to import this package.
    shards : int
        Into how many shards the batch is cut, at most m; ideally one for each worker.

    Returns
    -------
    J : number
        The loss in nats, as ``loss_and_gradients`` returns it.
    gradients : dict
        ``dWax, dWaa, dWya, dba, dby``; no gradient with respect to inputs
        or initial state.

    Raises
    ------
    TypeError, ValueError
        As ``loss_and_gradients``, or if ``client`` is not a client, or ``shards`` is
        not a whole number from 1 to m. Dask's own errors come through, as when a shard
        has been in the hands of several workers that died.

    See Also
    --------
    loss_and_gradients : The same in one process.
    local_workers : Workers on this machine.

    Examples
    --------
    >>> from rnn_from_scratch.toy import toy_problem
    >>> with local_workers(1) as client:
    ...     how = {"client": client, "shards": 1}
    ...     J, gradients = sharded_loss_and_gradients(*toy_problem(), **how)
    >>> round(float(J), 4), gradients["dWaa"].shape
    (2.752, (4, 4))
    """
    [shards] = check_counts(shards=shards)
    sizes, _, x, a0 = check_problem(x, a0, parameters, labels)
    if shards > sizes["m"]:
        raise ValueError(f"shards is {shards}; expected at most m = {sizes['m']}")
    if not all(callable(getattr(client, name, None)) for name in ("submit", "gather")):
        raise wrong_type("client", client, "a distributed.Client")
    return _weighted_sum(
        client.gather(_submit(client, x, labels, a0, parameters, shards))
    )
