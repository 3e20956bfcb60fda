# Generated from the chapters in book/ by `make tangle`. Edit the chapter, not this file.
# sha256: dd96f61ce5544fee
# book/01-the-cell.md
"""The worked example of the book: small enough to redo by hand."""

import numpy as np

from rnn_from_scratch.parameters import Array, Dtype, initialize_parameters

TOY_LEARNING_RATE = 0.1
TOY_EPOCHS = 10


# book/01-the-cell.md
def toy_problem(dtype: Dtype = np.float64) -> tuple[Array, Array, Array, dict[str, Array]]:
    """Make the toy: n_x = 2, n_a = 4, n_y = 2, m = 1, T = 3, and class 0 at every step.

    Parameters
    ----------
    dtype : numpy.float64 or numpy.float32
        The precision of every array but the labels.

    Returns
    -------
    x, labels, a0 : numpy.ndarray
        Inputs (2, 1, 3), class labels (1, 3), and an initial state (4, 1) of zeros.
    parameters : dict
        The five parameters.

    Raises
    ------
    TypeError
        If ``dtype`` is neither float64 nor float32.

    See Also
    --------
    random_problem : A problem on which mistakes show.

    Examples
    --------
    >>> x, labels, a0, parameters = toy_problem()
    >>> x.shape, labels.tolist(), a0.shape
    ((2, 1, 3), [[0, 0, 0]], (4, 1))
    """
    rng = np.random.default_rng(1)
    parameters = initialize_parameters(2, 4, 2, rng=rng, dtype=dtype)
    x = rng.standard_normal((2, 1, 3)).astype(dtype)
    return x, np.zeros((1, 3), dtype=int), np.zeros((4, 1), dtype), parameters
