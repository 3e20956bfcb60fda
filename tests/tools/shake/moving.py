"""Move what a claim must not lean on: the last bit of numbers, and the seeds of random draws.

Equal numbers are moved alike, whatever their sign, so a function stays a function, and an odd one
stays odd. What is exact everywhere stays: tanh and exp where the real part is 0, a saturated tanh.
"""

import contextlib
from collections.abc import Callable

import numpy as np

WORDS = {np.dtype(f"f{size}"): np.dtype(f"u{size}") for size in (2, 4, 8)}
STIR = 0x9E3779B97F4A7C15  # the golden ratio: an odd number whose bits look random
DRAWS = ("normal", "random", "standard_normal", "uniform")


def moved(values: np.ndarray, salt: int) -> np.ndarray:
    """Move each number to a neighbour, or nowhere, as its bits and ``salt`` say."""
    values = np.array(values, order="C")
    if values.dtype.kind == "c":
        parts = values.reshape(-1).view(values.real.dtype)
        return moved(parts, salt).view(values.dtype).reshape(values.shape)
    if values.dtype not in WORDS:
        return values
    bits = values.reshape(-1).view(WORDS[values.dtype])
    sign = np.array(1, bits.dtype) << np.array(8 * bits.itemsize - 1, bits.dtype)
    stirred = ((bits & ~sign).astype(np.uint64) + np.uint64(salt)) * np.uint64(STIR)
    step = (stirred >> np.uint64(40)) % np.uint64(3)  # 0: below, 1: here, 2: above
    step[~np.isfinite(values.reshape(-1)) | np.isin(np.abs(values.reshape(-1)), (0, 1))] = 1
    return (
        (bits + step.astype(bits.dtype) - bits.dtype.type(1))
        .view(values.dtype)
        .reshape(values.shape)
    )


def roughened(function: np.ufunc, salt: int) -> Callable:
    """Return a function like ``function`` whose results are off by one unit in the last place."""

    def rough(*arguments, out=None, **options):
        exact = function(*arguments, **options)
        result = np.where(np.real(arguments[0]) == 0, exact, moved(exact, salt))[()]
        if out is None:
            return result
        (target,) = out if isinstance(out, tuple) else (out,)
        target[...] = result
        return target

    rough.__name__ = function.__name__
    return rough


class Elsewhere(np.random.Generator):
    """A generator whose fractions are moved by one unit in the last place."""

    salt = 0


def _drawing(name: str) -> Callable:
    def draw(self, *arguments, **options):
        values = getattr(np.random.Generator, name)(self, *arguments, **options)
        return moved(values, self.salt)[()]

    draw.__name__ = name
    return draw


for _name in DRAWS:
    setattr(Elsewhere, _name, _drawing(_name))


def apply(starts: int = 0, functions: int = 0, seeds: int = 0) -> None:
    """Change NumPy in this process, as the numbers say; 0 leaves things as they are."""
    if functions:
        with contextlib.suppress(ImportError):
            import ml_dtypes  # noqa: F401 (its C code adds to NumPy's own functions, unasked)
        np.tanh, np.exp = roughened(np.tanh, functions), roughened(np.exp, functions + 1)
    if starts or seeds:
        np.random.default_rng = _elsewhere(np.random.default_rng, starts, seeds)


def _elsewhere(default_rng: Callable, starts: int, seeds: int) -> Callable:
    """Return a ``default_rng`` with other seeds, or with moved fractions."""

    def elsewhere(seed=None):
        if seeds and isinstance(seed, int | np.integer | list | tuple):
            seed = np.random.SeedSequence(seed, spawn_key=(seeds,))
        rng = default_rng(seed)
        if not starts or isinstance(seed, np.random.Generator):
            return rng
        rng = Elsewhere(rng.bit_generator)
        rng.salt = starts
        return rng

    return elsewhere
