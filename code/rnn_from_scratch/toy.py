# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 545e1762ac31b62c
# book/01-the-cell.md
"""The worked example of the book: small enough to redo by hand."""

import numpy as np

from rnn_from_scratch.parameters import Array, Dtype, check_dtype

TOY_LEARNING_RATE = 0.1
TOY_EPOCHS = 10


# book/01-the-cell.md
def toy_problem(
    dtype: Dtype = np.float64,
) -> tuple[Array, Array, Array, dict[str, Array]]:
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
        The five parameters; the biases are zero, and each weight has one decimal.

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
    dtype = check_dtype(dtype)
    x = np.array([[0.6, -1.1, 1.8], [1.0, -1.0, 0.3]], dtype)  # (n_x, T)
    Wax = [[-0.3, 0.4], [-0.2, -0.2], [-1.0, -0.8], [-0.5, 0.8]]
    Waa = [
        [-0.6, -0.1, 0.9, -0.3],
        [-1.2, -1.0, -0.3, -0.2],
        [-0.7, 1.1, 0.2, -0.9],
        [0.5, 0.6, -0.2, 0.7],
    ]
    Wya = [[-0.8, -0.9, 0.2, 0.9], [-1.5, 1.5, -0.6, -0.6]]
    ba, by = np.zeros((4, 1)), np.zeros((2, 1))
    given = {"Wax": Wax, "Waa": Waa, "Wya": Wya, "ba": ba, "by": by}
    parameters = {name: np.array(values, dtype) for name, values in given.items()}
    labels, a0 = np.zeros((1, 3), dtype=int), np.zeros((4, 1), dtype)
    return x[:, None, :], labels, a0, parameters
