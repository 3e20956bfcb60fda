# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: b6ec6e0193c0f150
# book/22-out-of-numpy.md
"""The trained network as a file for other engines."""

import os
from typing import Any

import numpy as np

from rnn_from_scratch.checkpoints import check_path, write_whole
from rnn_from_scratch.parameters import Arrays, check_parameters

CELL = [  # operator, reads, computes, options; eq-z, eq-a, eq-o, eq-softmax
    ("MatMul", ["Wax", "x_t"], "from_x"),
    ("MatMul", ["Waa", "a_prev"], "from_a"),
    ("Sum", ["from_x", "from_a", "ba"], "z_t"),
    ("Tanh", ["z_t"], "a_t"),
    ("MatMul", ["Wya", "a_t"], "from_state"),
    ("Add", ["from_state", "by"], "o_t"),
    ("Softmax", ["o_t"], "y_hat_t", {"axis": 0}),
    ("Identity", ["a_t"], "a_next"),
]
SCAN = ["a0", "x_by_step"], ["a_T", "y_by_step"]  # read; computed, steps first
OPSET, IR = 17, 8  # of 2022, which engines of today and of some years ago can read


# book/22-out-of-numpy.md
def _graph(
    onnx: Any, parameters: Arrays, sizes: dict[str, int], dtype: np.dtype[Any]
) -> Any:
    """Return the network as a graph: a Scan of the cell over the steps, put first."""
    helper, kind = onnx.helper, onnx.helper.np_dtype_to_tensor_dtype(dtype)
    n_x, n_a, n_y = (sizes[name] for name in ("n_x", "n_a", "n_y"))

    def named(**shapes: list[int | str]) -> list[Any]:
        value = helper.make_tensor_value_info
        return [value(name, kind, shape) for name, shape in shapes.items()]

    nodes = [
        helper.make_node(operator, reads, [computes], **dict(*options))
        for operator, reads, computes, *options in CELL
    ]
    before = named(a_prev=[n_a, "m"], x_t=[n_x, "m"])
    after = named(a_next=[n_a, "m"], y_hat_t=[n_y, "m"])
    cell = helper.make_graph(nodes, "cell", before, after)
    nodes = [
        helper.make_node("Transpose", ["x"], ["x_by_step"], perm=[2, 0, 1]),
        helper.make_node("Scan", *SCAN, body=cell, num_scan_inputs=1),
        helper.make_node("Transpose", ["y_by_step"], ["y_hat"], perm=[1, 2, 0]),
    ]
    given = named(x=[n_x, "m", "T"], a0=[n_a, "m"])
    computed = named(y_hat=[n_y, "m", "T"], a_T=[n_a, "m"])
    stored = onnx.numpy_helper.from_array
    arrays = [stored(value, name) for name, value in parameters.items()]
    return helper.make_graph(nodes, "rnn", given, computed, arrays)


# book/22-out-of-numpy.md
def export_onnx(parameters: Arrays, path: str | os.PathLike[str]) -> None:
    """Write the network to an ONNX file, which other engines can run (eq-a, eq-y-hat).

    The model has the inputs ``x (n_x, m, T)`` and ``a0 (n_a, m)`` and the outputs
    ``y_hat (n_y, m, T)`` and ``a_T (n_a, m)``, the last state, all in the dtype of the
    parameters; m and T are free. It is checked before it is written, and replaces an
    older file in one step.

    Parameters
    ----------
    parameters : dict
        ``Wax (n_a, n_x)``, ``Waa (n_a, n_a)``, ``Wya (n_y, n_a)``, ``ba (n_a, 1)`` and
        ``by (n_y, 1)``, in float32 or float64.
    path : str or os.PathLike
        The file to write, usually ``….onnx``. A symbolic link is followed; owner and
        mode of an older file are kept.

    Raises
    ------
    ImportError
        If ``onnx`` is not installed: it belongs to the extra ``onnx`` of the package.
    TypeError, ValueError
        If the parameters or the path are not as described above.
    OSError
        If the file cannot be written.

    See Also
    --------
    save_parameters : Keep the parameters for this module.

    Examples
    --------
    >>> import tempfile
    >>> from rnn_from_scratch.toy import toy_problem
    >>> x, labels, a0, parameters = toy_problem()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_onnx(parameters, f"{folder}/toy.onnx")
    """
    sizes, dtype = check_parameters(parameters)
    if any(np.iscomplexobj(array) for array in parameters.values()):
        raise TypeError("parameters are complex; expected float32 or float64")
    path = check_path("path", path)
    try:
        import onnx
    except ImportError as error:
        what = 'export_onnx needs onnx: pip install "rnn-from-scratch[onnx]"'
        raise ImportError(what) from error
    graph = _graph(onnx, parameters, sizes, dtype)
    opset = [onnx.helper.make_opsetid("", OPSET)]
    model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=IR)
    onnx.checker.check_model(model, full_check=True)
    content = model.SerializeToString(deterministic=True)
    write_whole(path, lambda file: file.write(content))
