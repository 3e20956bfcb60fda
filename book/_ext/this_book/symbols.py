r"""The values of the book's symbols: random networks of awkward sizes.

In two worlds, which have no size in common, every step counts. In a third, ragged one some labels
are -1: their columns of $y_t$ are zero, and the mask $\mu_t$ is not all ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from equations import EquationFault, Key, Notation, World

from .network import (
    LOCAL_FUNCTIONS,
    LOCAL_SIZES,
    PARAMETERS,
    LocalGraph,
    Network,
    truncated_gradient,
)

LEARNING_RATE = 0.1
EPSILON, H = 1e-5, 1e-20  # the steps of central differences, and of the complex step
DRAWS = 100
WINDOW = 2  # the steps of a window of truncated BPTT, K
TEMPERATURE, ALPHA = 0.7, 0.3  # what divides the scores, and what is added to each count
HELD = r"\bar{J}"  # the loss in which the state before each window is held fixed
MACHINES = 2
EVERY_STEP_COUNTS = "every step counts"
PAGE = Path("book", "symbols.md")
J: Key = ("J", None)
LOCAL = ("u", "W", "b", "v", "p", "W_{1}", "W_{2}", "v_{1}", "v_{2}")  # the three local rules


class NetworkWorld(World):
    """A random network, and the value of each symbol in it.

    Parameters
    ----------
    n_x, n_a, n_y, m, T, seed, ragged
        As for ``Network``; ``sizes`` are keyword arguments.
    longest : float
        The length to which gradients are clipped, c, as a multiple of the length that this has.
    scale : float
        The standard deviation of the parameters.
    """

    kind, values, derivatives = "network", "forward pass", "complex step, forward pass"

    def __init__(self, longest: float, *, seed: int, scale=0.6, ragged=False, **sizes: int):
        self.network = Network(sizes, seed, scale, ragged)
        nodes, steps = self.network.nodes, (1, sizes["T"])
        parameters = {name: nodes[name, None] for name in PARAMETERS}
        gradients = {name: self.network.jacobian(J, (name, None)) for name in PARAMETERS}
        super().__init__(
            parameters | self._numbers(sizes),
            functions={"J": self.network.loss_at, **LOCAL_FUNCTIONS},
            after={n: p - LEARNING_RATE * gradients[n] for n, p in parameters.items()},
            ranges={"t": steps},
            copies=steps,
            facts=() if ragged else (EVERY_STEP_COUNTS,),
        )
        self._add_long_columns(gradients, longest)
        self._add_series(sizes["T"])
        self._add_side_by_side(sizes["m"], sizes["T"])
        self._add_machines()
        self._add_counts(sizes["n_y"])
        self._add_batches(sizes["m"])
        self.local = LocalGraph(sizes["m"], seed)
        self.names |= LOCAL_SIZES | {name: self.local.nodes[name, None] for name in LOCAL}

    def _numbers(self, sizes: dict[str, int]) -> dict:
        """Return the sizes, the loss, and what the book chooses."""
        m, T, loss = sizes["m"], sizes["T"], self.network.nodes[J]
        numbers = {f"n_{{{s}}}": sizes[f"n_{s}"] for s in "xay"}
        numbers |= {"m": m, "T": T, "J": loss, HELD: loss, "K": WINDOW, "N": -(-T // WINDOW)}
        numbers |= {r"\eta": LEARNING_RATE, r"\varepsilon": EPSILON, "h": H, r"\mathrm{i}": 1j}
        ones = {"m": np.ones((m, 1)), "n_{y}": np.ones((sizes["n_y"], 1))}
        return numbers | {rf"\mathbf{{1}}_{{{size}}}": column for size, column in ones.items()}

    def _add_long_columns(self, gradients: dict, longest: float) -> None:
        """Add all parameters, and their gradients, in one long column."""
        theta = np.concatenate([self.names[name].ravel() for name in PARAMETERS])[:, None]
        g = np.concatenate([gradients[name].ravel() for name in PARAMETERS])[:, None]
        length = np.sqrt((g**2).sum())
        c = longest * length
        shorter = g * (c / length) if length > c else g
        self.names |= {r"\theta": theta, "g": g, r"\tilde{g}": shorter, "c": c}
        columns = np.eye(len(theta))
        self.series = {
            r"\theta": dict(enumerate(theta[:, 0], 1)),
            "e": {i: column[:, None] for i, column in enumerate(columns, 1)},
        }

    def _add_series(self, T: int) -> None:
        """Add what has a value at each step; there is a state before the first step too."""
        network, steps = self.network, range(1, T + 1)
        for name in ("x", "z", "a", "o", r"\hat{y}", "J"):
            self.series[name] = {t: network.nodes[name, t] for t in steps}
        self.series["a"][0] = network.nodes["a", 0]
        self.series["y"] = {t: network.targets(t) for t in steps}
        self.series[r"\mu"] = {t: (network.labels[None, :, t - 1] != -1) * 1.0 for t in steps}
        delta = {t: network.jacobian(J, ("z", t)) for t in steps}
        self.series[r"\delta"] = delta | {T + 1: np.zeros_like(delta[T])}

    def _add_batches(self, m: int) -> None:
        """Add the losses of single examples, and all batches of half of them, with their losses."""
        nodes, batches = self.network.nodes, dict(enumerate(self.network.batches(), 1))
        self.names |= {"q": (m + 1) // 2, "M": len(batches)}
        self.series[r"\ell"] = {k: nodes[r"\ell", k] for k in range(1, m + 1)}
        self.series["L"] = {r: nodes["L", r] for r in batches}
        self.series[r"\beta"] = {r: np.isin(range(m), c)[:, None] * 1.0 for r, c in batches.items()}

    def _add_side_by_side(self, m: int, T: int) -> None:
        """Add all steps in one matrix: column (t - 1) m + k is column k of step t."""
        letters = {"x": "X", "a": "A", "o": "O", "y": "Y", r"\mu": "M", r"\delta": "D"}
        for name, letter in letters.items():
            columns = [self.series[name][t] for t in range(1, T + 1)]
            self.names[rf"\mathbf{{{letter}}}"] = np.hstack(columns)
        network, steps = self.network, range(1, T + 1)
        before = [self.series["a"][t - 1] for t in steps]
        inputs = [network.nodes["W_{ax}", None] @ self.series["x"][t] for t in steps]
        errors = [network.jacobian(J, ("o", t)) for t in steps]
        self.names |= {
            r"\mathbf{A}_{-}": np.hstack(before),
            r"\mathbf{U}": np.hstack(inputs) + network.nodes["b_{a}", None],
            r"\mathbf{E}": np.hstack(errors),
            r"\mathbf{1}_{Tm}": np.ones((T * m, 1)),
        }

    def _add_machines(self) -> None:
        """Add the shards of the batch, one for each machine."""
        self.shards = shards_of(self.network)
        self.series["m"] = {r: shard.m for r, shard in self.shards.items()}
        self.series["q"] = places_of(self.shards)
        self.series["S"] = {r: shard.nodes[J] for r, shard in self.shards.items()}
        self.names["R"] = MACHINES

    def _add_counts(self, n_y: int) -> None:
        """Add what is counted in the labels, one by one, and the bigram model that it makes."""
        labels, C = self.network.labels, np.zeros((n_y, n_y))
        for before, after in zip(labels[:, :-1].ravel(), labels[:, 1:].ravel(), strict=True):
            if before >= 0 and after >= 0:
                C[after, before] += 1
        P = np.stack([column / column.sum() for column in C.T + ALPHA], axis=1)
        counts = {"n": int((labels >= 0).sum()), "C": C, "P": P}
        self.names |= counts | {r"\tau": TEMPERATURE, r"\alpha": ALPHA}

    def jacobian(self, top: Key, bottom: Key) -> np.ndarray:
        """Differentiate one quantity with respect to another; some of them are not nodes."""
        if bottom[0] in LOCAL:  # there J is any number that the node has a part in
            return self.local.jacobian(top, bottom)
        if top == (HELD, None):
            if bottom not in ((name, None) for name in PARAMETERS):
                raise EquationFault(rf"{HELD} has a derivative with respect to parameters only")
            return truncated_gradient(self.network, bottom[0], WINDOW)
        if bottom[0] == r"\theta":
            if top != J or bottom[1] is None:
                raise EquationFault(
                    r"only J has a derivative with respect to \theta, entry by entry"
                )
            return self.names["g"][bottom[1] - 1, 0]
        if top[0] == "S":
            return self.shards[top[1]].jacobian(J, bottom)
        return self.network.jacobian(top, bottom)


@cache
def make_draws() -> tuple[NetworkWorld, ...]:
    """Return many small worlds, from saturated to nearly linear, in which a bound has to hold."""
    sizes = {"n_x": 2, "n_a": 3, "n_y": 2, "m": 2, "T": 4}
    scales = (0.1, 0.3, 1.0, 3.0)
    return tuple(
        NetworkWorld(0.5 + seed % 3, seed=seed, scale=scales[seed % 4], **sizes)
        for seed in range(DRAWS)
    )


def make_worlds() -> list[NetworkWorld]:
    """Return the three worlds, the ragged one last; the gradient is clipped in one of them."""
    return [
        NetworkWorld(0.5, seed=0, n_x=5, n_a=3, n_y=4, m=2, T=6),
        NetworkWorld(2.0, seed=1, n_x=4, n_a=2, n_y=3, m=5, T=7),
        NetworkWorld(0.5, seed=2, n_x=3, n_a=2, n_y=5, m=4, T=6, ragged=True),
    ]


def read_notation(root: Path, macros: Mapping[str, str] | None = None) -> Notation:
    """Read the table of symbols of the book in ``root``; their values are those of the worlds.

    ``macros`` are the typesetter's; a build hands them in, and else the settings are read.
    """
    return Notation(
        (root / PAGE).read_text("utf-8-sig"),
        make_worlds,
        make_draws,
        macros=read_macros(root) if macros is None else macros,
        functions=["J", *LOCAL_FUNCTIONS],
        copied=PARAMETERS,
        derived=[r"\delta", "g", r"\tilde{g}"],
    )


def read_macros(root: Path) -> dict[str, str]:
    """Read the one list of macros of the book, which the typesetter reads too."""
    settings = yaml.safe_load((root / "_config.yml").read_text("utf-8")) or {}
    return settings.get("sphinx", {}).get("config", {}).get("katex_macros", {})


def shards_of(network: Network) -> dict[int, Network]:
    """Return each shard as a network that is given nothing but its columns."""
    columns = np.array_split(np.arange(network.m), MACHINES)
    return {r: network.shard(mine) for r, mine in enumerate(columns, 1)}


def places_of(shards: dict[int, Network]) -> dict[int, int]:
    """Return how many columns lie before each shard, and before the one that would come next."""
    sizes = [shard.m for shard in shards.values()]
    return {r: sum(sizes[: r - 1]) for r in range(1, len(sizes) + 2)}
