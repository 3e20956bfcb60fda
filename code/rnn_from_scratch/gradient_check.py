# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 2370efef9ddccbd1
# book/04-gradient-checks.md
"""Derivatives without the chain rule, to check those with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnn_from_scratch.parameters import (
    Array,
    Dtype,
    Number,
    check_counts,
    check_function,
    check_memory,
    check_plain,
    check_positive,
    first_place,
    initialize_parameters,
    plain_values,
    wrong_type,
)


# book/04-gradient-checks.md
def numerical_gradient(f: Callable[[Array], Any], x: Array, eps: float = 1e-5) -> Array:
    """Differentiate f at x by central differences (eq-central).

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``x``, returns a number.
    x : numpy.ndarray
        Where to differentiate, any shape, float64, finite.
    eps : float
        The step, greater than 0; the difference is divided by the step as rounded. f is
        rounded too: expect an error of about 1e-16 times its value, divided by ``eps``.

    Returns
    -------
    numpy.ndarray
        The gradient, in the shape of ``x``.

    Raises
    ------
    TypeError
        If ``x`` is not an array of float64, or f cannot be called or does not return a
        number of this precision: in float32 the difference drowns in rounding.
    ValueError
        If ``eps`` is not a finite number greater than 0, or is lost beside
        an entry of ``x``.

    See Also
    --------
    complex_step_gradient : To about 15 digits, for analytic functions.

    Examples
    --------
    >>> x = np.array([1.0, 3.0])
    >>> numerical_gradient(lambda x: (x**2).sum(), x).round(6).tolist()
    [2.0, 6.0]
    """
    _check_point(f, x)
    eps = check_positive("eps", eps)
    _check_step(eps, x)
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += eps
        down[place] -= eps
        taken = up[place] - down[place]  # 2 eps, but for rounding
        gradient[place] = (_number(f(up), "fiu") - _number(f(down), "fiu")) / taken
    return gradient


# book/04-gradient-checks.md
def complex_step_gradient(
    f: Callable[[Array], Any], x: Array, h: float = 1e-30
) -> Array:
    """Differentiate f at x by the complex step (eq-complex-step), to about 15 digits.

    Parameters
    ----------
    f : callable
        Takes a complex array of the shape of ``x``, returns a complex number. It may
        use whatever is analytic: sums, products, tanh, exp, log; not abs, not
        comparisons of complex numbers.
    x : numpy.ndarray
        Where to differentiate, any shape, float64, finite.
    h : float
        The step, at least 1e-200, so that h times a derivative keeps all its digits.

    Returns
    -------
    numpy.ndarray
        The gradient, in the shape of ``x``.

    Raises
    ------
    TypeError
        If ``x`` is not an array of float64, if f cannot be called, or drops
        the imaginary part.
    ValueError
        If ``h`` is not a finite number of at least 1e-200.

    See Also
    --------
    numerical_gradient : For functions that are not analytic.

    Examples
    --------
    >>> complex_step_gradient(lambda x: np.tanh(x).sum(), np.array([0.0])).tolist()
    [1.0]
    """
    _check_point(f, x)
    h = check_positive("h", h)
    if h < 1e-200:
        raise ValueError(f"h is {h!r}; expected at least 1e-200")
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[place] += 1j * h
        gradient[place] = _number(f(moved), "c").imag / h
    return gradient


# book/04-gradient-checks.md
def _check_point(f: Callable[[Array], Any], x: Array) -> None:
    """Refuse all but a function, and all but a finite array of float64."""
    check_function("f", f)
    if not isinstance(x, np.ndarray):
        raise wrong_type("x", x, "a NumPy array of float64")
    check_plain("x", x)
    if x.dtype != np.float64:
        raise TypeError(f"x is of type {x.dtype}; expected a NumPy array of float64")
    if not np.isfinite(x).all():
        at = first_place(~np.isfinite(x))
        raise ValueError(f"x holds {x[at]} at {at}; expected finite float64 numbers")


# book/04-gradient-checks.md
def _check_step(eps: float, x: Array) -> None:
    """Refuse a step that is lost in rounding beside an entry of x, or overflows."""
    with np.errstate(under="ignore"):
        least = 100 * np.spacing(np.abs(x))  # the distance to the next number
    if (least > eps).any():
        at = first_place(least > eps)
        what = f"expected at least {np.asarray(least)[at]:.1g}"
        raise ValueError(
            f"eps is {eps!r}, which is lost beside x = {x[at]} at {at}; {what}"
        )
    if np.abs(x).max(initial=0) > np.finfo(float).max - eps:
        raise ValueError(
            f"eps is {eps!r}; expected a step with which x + eps is finite"
        )


# book/04-gradient-checks.md
def _number(value: Any, kinds: str) -> Number:
    """Return what f returned, if it is one double-precision number of these kinds."""
    found, expected = np.asarray(value), "complex" if kinds == "c" else "real"
    if found.dtype.kind not in "biufc" or isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"f returned a {type(value).__name__}; expected a {expected} number"
        )
    if found.ndim:
        raise TypeError(
            f"f returned an array of shape {found.shape}; expected a number"
        )
    if found.dtype.kind not in kinds:
        came = {"c": "complex", "b": "boolean"}.get(found.dtype.kind, "real")
        raise TypeError(f"f returned a {came} number; expected a {expected} one")
    if found.dtype.kind in "fc" and np.finfo(found.dtype).bits < 64:
        raise TypeError(f"f returned {found.dtype}; expected double precision")
    return float(value) if found.dtype.kind in "iu" else value  # integers overflow


# book/04-gradient-checks.md
def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    """Compare two arrays: max abs(a - b) / max(abs(a), abs(b)), over all entries.

    Parameters
    ----------
    a, b : numpy.ndarray
        Numbers of any kind, in one shape; they are compared in double precision.

    Returns
    -------
    float
        Between 0 and 2; 1 if one of them is zero everywhere and the other is not; 0 if
        both are; NaN if one holds a NaN or an infinity, so that no bound is met.

    Raises
    ------
    TypeError
        If one holds an entry that is not a number, or is of a class derived
        from NumPy's array.
    ValueError
        If the shapes differ (nothing is broadcast) or the arrays are empty.

    See Also
    --------
    numerical_gradient : What a gradient is compared with.

    Examples
    --------
    >>> relative_error(np.array([1e-9, 0.0]), np.zeros(2))
    1.0
    """
    a, b = _in_double("a", a), _in_double("b", b)
    if a.shape != b.shape:
        raise ValueError(
            f"a has shape {a.shape}, b has {b.shape}; expected the same shape"
        )
    largest = np.max(np.abs([a.real, a.imag, b.real, b.imag]))  # which hands a NaN on
    with np.errstate(all="ignore"):  # infinity minus infinity is NaN
        if largest > np.finfo(a.dtype).max / 4:
            a, b = a / 4, b / 4  # and no difference overflows
        scale = np.maximum(np.abs(a).max(), np.abs(b).max())
        return 0.0 if scale == 0 else float(np.abs(a - b).max() / scale)


# book/04-gradient-checks.md
def _in_double(name: str, values: ArrayLike) -> Array:
    """Return numbers as an array of at least double precision; refuse anything else."""
    values = plain_values(name, values)
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} is ragged; expected an array of numbers") from None
    if array.dtype.kind not in "biufc":
        raise TypeError(f"{name} has dtype {array.dtype}; expected numbers")
    if array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}; expected at least one entry")
    return array.astype(np.result_type(array, np.float64))


# book/04-gradient-checks.md
def random_problem(
    n_x: int = 3,
    n_a: int = 5,
    n_y: int = 4,
    m: int = 6,
    T: int = 7,
    *,
    rng: np.random.Generator,
    dtype: Dtype = np.float64,
) -> tuple[Array, Array, Array, dict[str, Array]]:
    """Draw a problem on which mistakes show: different sizes, no bias or a0 of zero.

    Parameters
    ----------
    n_x, n_a, n_y, m, T : int
        Sizes, each at least 1.
    rng : numpy.random.Generator
        Where the random numbers come from.
    dtype : numpy.float64 or numpy.float32
        The precision of every array but the labels.

    Returns
    -------
    x, labels, a0 : numpy.ndarray
        Inputs (n_x, m, T), integer labels (m, T), initial state (n_a, m).
    parameters : dict
        The five parameters.

    Raises
    ------
    TypeError, ValueError
        As ``initialize_parameters``.

    See Also
    --------
    toy_problem : A problem that always has the same numbers.

    Examples
    --------
    >>> x, labels, a0, parameters = random_problem(rng=np.random.default_rng(0))
    >>> x.shape, labels.shape, a0.shape
    ((3, 6, 7), (6, 7), (5, 6))
    """
    n_x, n_a, n_y, m, T = check_counts(n_x=n_x, n_a=n_a, n_y=n_y, m=m, T=T)
    check_memory("x", ("n_x", "m", "T"), (n_x, m, T))
    check_memory("a0", ("n_a", "m"), (n_a, m))
    parameters = initialize_parameters(n_x, n_a, n_y, rng=rng, dtype=dtype)
    for bias in ("ba", "by"):
        parameters[bias] = rng.standard_normal(parameters[bias].shape).astype(dtype)
    x = rng.standard_normal((n_x, m, T)).astype(dtype)
    a0 = np.tanh(rng.standard_normal((n_a, m))).astype(dtype)
    return x, rng.integers(n_y, size=(m, T)), a0, parameters
