# Generated from the chapters in book/ by `make tangle`. Edit the chapter, not this file.
# sha256: ad8cad012e1e6f23
# book/04-gradient-checks.md
"""Derivatives without the chain rule, to check those with it."""

import numpy as np

from rnn_from_scratch.parameters import check_counts, check_positive, initialize_parameters


# book/04-gradient-checks.md
def numerical_gradient(f, x, eps=1e-5):
    """Differentiate f at x by central differences (eq-central).

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``x``, returns a number.
    x : numpy.ndarray
        Where to differentiate, any shape, float64.
    eps : float
        The step, greater than 0.

    Returns
    -------
    numpy.ndarray
        The gradient, in the shape of ``x``.

    Raises
    ------
    TypeError
        If ``x`` is not an array of float64: in float32 the difference drowns in rounding.
    ValueError
        If ``eps`` is not a finite number greater than 0.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), np.array([1.0, 3.0])).round(6).tolist()
    [2.0, 6.0]
    """
    _check_point(x)
    eps = check_positive("eps", eps)
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = eps
        gradient[place] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient


# book/04-gradient-checks.md
def complex_step_gradient(f, x, h=1e-30):
    """Differentiate f at x by the complex step (eq-complex-step), to about 15 digits.

    Parameters
    ----------
    f : callable
        Takes a complex array of the shape of ``x``, returns a complex number. It may use whatever
        is analytic: sums, products, tanh, exp, log; not abs, not comparisons of complex numbers.
    x : numpy.ndarray
        Where to differentiate, any shape, float64.
    h : float
        The step, greater than 0.

    Returns
    -------
    numpy.ndarray
        The gradient, in the shape of ``x``.

    Raises
    ------
    TypeError
        If ``x`` is not an array of float64, or if f drops the imaginary part.
    ValueError
        If ``h`` is not a finite number greater than 0.

    Examples
    --------
    >>> complex_step_gradient(lambda x: np.tanh(x).sum(), np.array([0.0])).tolist()
    [1.0]
    """
    _check_point(x)
    h = check_positive("h", h)
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[place] += 1j * h
        value = f(moved)
        if not np.iscomplexobj(value):
            raise TypeError("f returned a real number; expected a complex one")
        gradient[place] = value.imag / h
    return gradient


# book/04-gradient-checks.md
def _check_point(x):
    """Refuse a point that is not an array of float64."""
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        came = getattr(x, "dtype", type(x).__name__)
        raise TypeError(f"x is of type {came}; expected a NumPy array of float64")


# book/04-gradient-checks.md
def relative_error(a, b):
    """Compare two arrays: max abs(a - b) / max(abs(a), abs(b)), over all entries.

    Parameters
    ----------
    a, b : numpy.ndarray
        Arrays of one shape.

    Returns
    -------
    float
        Between 0 and 2; 1 if one of them is zero everywhere and the other is not; 0 if both are;
        NaN if one holds a NaN, so that no bound is met.

    Raises
    ------
    ValueError
        If the shapes differ (nothing is broadcast) or the arrays are empty.

    Examples
    --------
    >>> relative_error(np.array([1e-9, 0.0]), np.zeros(2))
    1.0
    """
    if np.shape(a) != np.shape(b):
        raise ValueError(f"a has shape {np.shape(a)}, b has {np.shape(b)}; expected the same shape")
    scale = np.maximum(np.abs(a).max(), np.abs(b).max())  # which hands a NaN on
    return 0.0 if scale == 0 else float(np.abs(a - b).max() / scale)


# book/04-gradient-checks.md
def random_problem(n_x=3, n_a=5, n_y=4, m=6, T=7, *, rng, dtype=np.float64):
    """Draw a problem on which mistakes show: sizes that differ, biases and a0 that are not zero.

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

    Examples
    --------
    >>> x, labels, a0, parameters = random_problem(rng=np.random.default_rng(0))
    >>> x.shape, labels.shape, a0.shape
    ((3, 6, 7), (6, 7), (5, 6))
    """
    check_counts(m=m, T=T)
    parameters = initialize_parameters(n_x, n_a, n_y, rng=rng, dtype=dtype)
    for bias in ("ba", "by"):
        parameters[bias] = rng.standard_normal(parameters[bias].shape).astype(dtype)
    x = rng.standard_normal((n_x, m, T)).astype(dtype)
    a0 = np.tanh(rng.standard_normal((n_a, m))).astype(dtype)
    return x, rng.integers(n_y, size=(m, T)), a0, parameters
