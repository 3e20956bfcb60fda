"""The exported network: what another engine computes from the file, and how the file is written."""

import sys

import numpy as np
import onnx
import onnxruntime
import pytest

import oracle
import refusals
from rnn_from_scratch import export
from rnn_from_scratch.export import export_onnx
from rnn_from_scratch.forward import rnn_forward

TOLERANCES = {np.float32: 1e-6, np.float64: 1e-12}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "network.onnx"


def served(path, x, a0):
    """Let the engine compute the probabilities and the last state."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(["y_hat", "a_T"], {"x": x, "a0": a0})


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_the_engine_computes_what_the_module_computes_for_any_sizes(path, dtype):
    parameters = oracle.problem(dtype=dtype)[3]
    export_onnx(parameters, path)
    for m, T in [*oracle.BATCHES, (1, 1), (3, 50)]:
        x, _, a0, _ = oracle.problem(m=m, T=T, dtype=dtype)
        a, y_hat, _ = rnn_forward(x, a0, parameters)
        for came, expected in zip(served(path, x, a0), (y_hat, a[:, :, -1]), strict=True):
            assert came.dtype == dtype
            assert came.shape == expected.shape
            assert np.abs(came - expected).max() <= TOLERANCES[dtype]


def test_large_scores_do_not_overflow(path):
    x, _, a0, parameters = oracle.problem(dtype=np.float32)
    large = {**parameters, "Wya": 1000 * parameters["Wya"]}
    export_onnx(large, path)
    y_hat = rnn_forward(x, a0, large)[1]
    assert np.abs(served(path, x, a0)[0] - y_hat).max() <= 2e-3  # of scores near 1000, in float32


@pytest.mark.parametrize(("m", "T"), [(6, 0), (1, 0), (0, 0)])
def test_without_a_step_the_engine_says_so_and_does_not_end_the_process(path, m, T, capfd):
    export_onnx(oracle.problem()[3], path)
    with pytest.raises(Exception, match="Scan") as caught:
        served(path, np.zeros((3, m, T)), np.zeros((5, m)))
    assert type(caught.value).__module__.startswith("onnxruntime")
    assert "Scan" in capfd.readouterr().err


def test_without_an_example_there_is_nothing_to_compute(path):
    export_onnx(oracle.problem()[3], path)
    y_hat, a_T = served(path, np.zeros((3, 0, 7)), np.zeros((5, 0)))
    assert (y_hat.shape, a_T.shape) == ((4, 0, 7), (5, 0))


def shapes(values):
    return {
        value.name: [size.dim_param or size.dim_value for size in value.type.tensor_type.shape.dim]
        for value in values
    }


def test_the_file_names_its_sizes_and_holds_the_parameters(path):
    parameters = oracle.problem()[3]
    export_onnx(parameters, str(path))
    graph = onnx.load(path).graph
    assert shapes([*graph.input, *graph.output]) == {
        "x": [3, "m", "T"],
        "a0": [5, "m"],
        "y_hat": [4, "m", "T"],
        "a_T": [5, "m"],
    }
    held = {array.name: onnx.numpy_helper.to_array(array) for array in graph.initializer}
    assert not oracle.apart(held, parameters, 0)


def test_the_cell_inside_names_its_sizes_too(path):
    export_onnx(oracle.problem()[3], path)
    model = onnx.load(path)
    [scan] = [node for node in model.graph.node if node.op_type == "Scan"]
    [cell] = [attribute.g for attribute in scan.attribute if attribute.name == "body"]
    assert (model.graph.name, cell.name) == ("rnn", "cell")
    assert shapes(cell.input) == {"a_prev": [5, "m"], "x_t": [3, "m"]}
    assert shapes(cell.output) == {"a_next": [5, "m"], "y_hat_t": [4, "m"]}


def test_the_file_is_for_engines_of_some_years_ago_too(path):
    export_onnx(oracle.problem()[3], path)
    model = onnx.load(path)
    assert (model.ir_version, [used.version for used in model.opset_import]) == (8, [17])


def test_parameters_in_any_order_of_memory_give_the_same_file(path, tmp_path):
    parameters = oracle.problem()[3]
    export_onnx(parameters, path)
    fortran = {name: np.asfortranarray(value) for name, value in parameters.items()}
    export_onnx(oracle.frozen(fortran), tmp_path / "another.onnx")
    assert (tmp_path / "another.onnx").read_bytes() == path.read_bytes()


# the file


def test_an_older_file_is_replaced_and_nothing_else_is_left(path):
    path.write_text("old")
    export_onnx(oracle.problem()[3], path)
    onnx.checker.check_model(path, full_check=True)
    assert list(path.parent.iterdir()) == [path]


def test_what_interrupts_the_writing_leaves_the_older_file(path, monkeypatch):
    path.write_text("old")

    def fail(_):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", fail)
    with refusals.refuses(OSError, "no space left"):
        export_onnx(oracle.problem()[3], path)
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_links_are_followed_and_the_mode_is_kept(path, tmp_path):
    target = tmp_path / "target.onnx"
    target.write_text("old")
    target.chmod(0o600)
    path.symlink_to(target)
    export_onnx(oracle.problem()[3], path)
    assert path.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o600
    onnx.checker.check_model(target)


def test_a_path_that_is_none_is_refused(path):
    with refusals.refuses(TypeError, "path is of type int; expected a path"):
        export_onnx(oracle.problem()[3], 3)


def test_a_model_that_is_not_valid_is_not_written(path, monkeypatch):
    cell = [("NoSuchOperator", *rest) for _, *rest in export.CELL]
    monkeypatch.setattr(export, "CELL", cell)
    with pytest.raises(onnx.checker.ValidationError, match="NoSuchOperator"):
        export_onnx(oracle.problem()[3], path)
    assert not path.exists()


def test_a_model_whose_sizes_do_not_fit_is_not_written(path, monkeypatch):
    (operator, _, *rest), *others = export.CELL
    monkeypatch.setattr(export, "CELL", [(operator, ["Wax", "a_prev"], *rest), *others])
    with pytest.raises(onnx.shape_inference.InferenceError, match="Incompatible dimensions"):
        export_onnx(oracle.problem()[3], path)
    assert not path.exists()


# refusals


@pytest.mark.parametrize(("spoil", "error", "message"), refusals.BAD_PARAMETERS)
def test_bad_parameters_are_refused_and_nothing_is_written(path, spoil, error, message):
    arguments = refusals.spoilt({"parameters": oracle.problem()[3]}, spoil, message)
    with refusals.refuses(error, message):
        export_onnx(**arguments, path=path)
    assert not path.exists()


def test_complex_parameters_are_refused(path):
    parameters = {**oracle.problem()[3]}
    parameters["ba"] = parameters["ba"].astype(complex)
    with refusals.refuses(TypeError, "parameters are complex; expected float32 or float64"):
        export_onnx(parameters, path)


def test_without_onnx_the_error_names_the_extra(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    message = 'export_onnx needs onnx: pip install "rnn-from-scratch[onnx]"'
    with refusals.refuses(ImportError, message):
        export_onnx(oracle.problem()[3], path)
