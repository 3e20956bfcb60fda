# Generated from the chapters in book/ by `make tangle`. Edit the chapter instead.
# sha256: 645c3d0965330fc4
# book/module.md
"""A vanilla recurrent network and its gradients, derived line by line in a book.

Columns are examples, sequences stack time last: x (n_x, m, T), labels (m,
T), a0 (n_a, m).
"""

from rnn_from_scratch.bptt import rnn_backward, rnn_cell_backward
from rnn_from_scratch.buffers import free_buffers
from rnn_from_scratch.checkpoints import load_parameters, save_parameters
from rnn_from_scratch.clipping import clip_by_norm, clip_by_value
from rnn_from_scratch.descent import update_parameters
from rnn_from_scratch.estimator import RNN
from rnn_from_scratch.export import export_onnx
from rnn_from_scratch.fast import (
    Workspace,
    loss_and_gradients,
    truncated_loss_and_gradients,
)
from rnn_from_scratch.forward import (
    CellCache,
    Stream,
    rnn_cell_forward,
    rnn_forward,
    rnn_loss,
)
from rnn_from_scratch.gradient_check import (
    complex_step_gradient,
    numerical_gradient,
    random_problem,
    relative_error,
)
from rnn_from_scratch.loss import cross_entropy, cross_entropy_from_scores, softmax
from rnn_from_scratch.parameters import initialize_parameters
from rnn_from_scratch.prediction import pad_labels, pad_sequences, predict
from rnn_from_scratch.rtrl import rtrl_loss_and_gradients
from rnn_from_scratch.sampling import sample
from rnn_from_scratch.sharding import local_workers, sharded_loss_and_gradients
from rnn_from_scratch.steps import StopTraining
from rnn_from_scratch.toy import toy_problem
from rnn_from_scratch.trainer import History, train

__version__ = "0.2.0"
__all__ = [
    "RNN",
    "CellCache",
    "History",
    "StopTraining",
    "Stream",
    "Workspace",
    "clip_by_norm",
    "clip_by_value",
    "complex_step_gradient",
    "cross_entropy",
    "cross_entropy_from_scores",
    "export_onnx",
    "free_buffers",
    "initialize_parameters",
    "load_parameters",
    "local_workers",
    "loss_and_gradients",
    "numerical_gradient",
    "pad_labels",
    "pad_sequences",
    "predict",
    "random_problem",
    "relative_error",
    "rnn_backward",
    "rnn_cell_backward",
    "rnn_cell_forward",
    "rnn_forward",
    "rnn_loss",
    "rtrl_loss_and_gradients",
    "sample",
    "save_parameters",
    "sharded_loss_and_gradients",
    "softmax",
    "toy_problem",
    "train",
    "truncated_loss_and_gradients",
    "update_parameters",
]
