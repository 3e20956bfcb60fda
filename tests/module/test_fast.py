"""The fast path against the plain one, which says what is right."""

import copy
import itertools
import math
import pickle
import sys
import threading
import tracemalloc
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import oracle
import refusals
from gradient_claims import ALL, GradientClaims
from rnn_from_scratch import bptt, fast, segments
from rnn_from_scratch.buffers import KEPT, free_buffers
from rnn_from_scratch.clipping import plain_truncated_loss_and_gradients
from rnn_from_scratch.fast import Workspace, loss_and_gradients, truncated_loss_and_gradients
from rnn_from_scratch.forward import rnn_forward
from rnn_from_scratch.gradient_check import complex_step_gradient
from rnn_from_scratch.rtrl import rtrl_loss_and_gradients

RECURRENT = ["dWax", "dWaa", "dba", "da0"]
SEGMENTS = [None, "auto", 1, 2, 3, 4, 5, 6, 7, 8, 1000]
WAYS = {
    "alone": {},
    "with a workspace": {"workspace": Workspace()},
    "in segments": {"segment": 3},
    "in segments, with a workspace": {"segment": "auto", "workspace": Workspace()},
}


def copied(result):
    J, gradients = result
    return J, {name: gradient.copy() for name, gradient in gradients.items()}


def assert_same(came, expected, tolerance=oracle.ROUNDING):
    assert oracle.distance(came[0], expected[0]) <= tolerance
    assert not oracle.apart(came[1], expected[1], tolerance)
    assert list(came[1]) == list(expected[1])


@pytest.fixture(scope="module", params=WAYS.values(), ids=WAYS, name="loss_and_gradients")
def one_of_the_ways(request):
    def call(*problem, **named):  # two results of one workspace are compared: keep copies
        return copied(loss_and_gradients(*problem, **named, **request.param))

    return call


class TestLossAndGradients(GradientClaims):
    pass


# against the plain version


@pytest.mark.parametrize(("m", "T"), [*oracle.BATCHES, (1, 1), (1, 7), (6, 1)])
@pytest.mark.parametrize("masked", [True, False])
def test_it_gives_what_the_plain_version_gives(m, T, masked):
    problem = oracle.problem(m, T, masked=masked)
    assert_same(loss_and_gradients(*problem), bptt.plain_loss_and_gradients(*problem))


@pytest.mark.parametrize("sizes", [(2, 4, 2), (1, 1, 1), (17, 1, 3), (1, 17, 16)])
def test_sizes_do_not_matter(sizes):
    problem = oracle.problem(3, 4, *sizes)
    assert_same(loss_and_gradients(*problem), bptt.plain_loss_and_gradients(*problem))


@pytest.mark.parametrize("segment", SEGMENTS)
@pytest.mark.parametrize("m", [1, 6])
def test_segments_of_every_length_give_the_same(segment, m):
    problem = oracle.problem(m)
    assert_same(
        loss_and_gradients(*problem, segment=segment), bptt.plain_loss_and_gradients(*problem)
    )


@pytest.mark.parametrize("large", [63.0, 65.0, 700.0, -700.0])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_large_scores_are_shifted_and_do_not_overflow(large, dtype, monkeypatch):
    monkeypatch.setattr(
        fast, "plain_loss_and_gradients", None
    )  # which an overflow would be left to
    x, labels, a0, parameters = oracle.problem(dtype=dtype)
    parameters["by"] += large
    came = loss_and_gradients(x, labels, a0, parameters)
    tolerance = oracle.ROUNDING if dtype == np.float64 else 100 * oracle.SINGLE
    assert_same(came, bptt.plain_loss_and_gradients(x, labels, a0, parameters), tolerance)


@pytest.mark.parametrize("segment", [None, 2])
def test_without_the_gradient_of_the_input_the_others_are_the_same(segment):
    problem = oracle.problem()
    J, gradients = loss_and_gradients(*problem, input_gradient=False, segment=segment)
    expected = bptt.plain_loss_and_gradients(*problem)
    del expected[1]["dx"]
    assert_same((J, gradients), expected)


@pytest.mark.parametrize("segment", [None, 3])
def test_if_no_step_counts_the_loss_and_all_gradients_are_zero(segment):
    x, labels, a0, parameters = oracle.problem()
    J, gradients = loss_and_gradients(x, np.full_like(labels, -1), a0, parameters, segment=segment)
    assert J == 0
    assert not np.signbit(J)
    assert not any(gradient.any() for gradient in gradients.values())


def test_a_loss_of_zero_has_no_sign():
    x, labels, a0, parameters = oracle.problem(n_y=1)
    J, _ = loss_and_gradients(x, labels, a0, parameters)
    assert J == 0
    assert not np.signbit(J)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint32, np.uint64])
def test_labels_may_be_integers_of_any_kind(dtype):
    x, labels, a0, parameters = oracle.problem(m=60, T=70, masked=dtype in (np.int8, np.int32))
    expected = bptt.plain_loss_and_gradients(x, labels, a0, parameters)
    workspace = Workspace()
    for _ in range(2):
        came = loss_and_gradients(x, labels.astype(dtype), a0, parameters, workspace=workspace)
        assert_same(came, expected)


@pytest.mark.parametrize(
    "arrange", [np.asfortranarray, lambda array: np.repeat(array, 2, -1)[..., ::2]]
)
def test_arrays_may_lie_in_memory_as_they_like(arrange):
    x, labels, a0, parameters = problem = oracle.problem()
    moved = {name: arrange(value) for name, value in parameters.items()}
    came = loss_and_gradients(arrange(x), arrange(labels), arrange(a0), moved)
    assert_same(came, bptt.plain_loss_and_gradients(*problem))


# inputs that are classes


def one_hot(x, n_x, dtype=np.float64):
    return (np.arange(n_x)[:, None, None] == x).astype(dtype)


@pytest.mark.parametrize("segment", [None, 1, 3, "auto"])
@pytest.mark.parametrize("n_x", [1, 3, 50])
@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.uint64])
def test_classes_stand_for_one_hot_columns(segment, n_x, dtype):
    _, labels, a0, parameters = oracle.problem(n_x=n_x)
    x = np.random.default_rng(5).integers(n_x, size=labels.shape)
    expected = bptt.plain_loss_and_gradients(one_hot(x, n_x), labels, a0, parameters)
    workspace = Workspace()
    for _ in range(2):
        came = loss_and_gradients(
            x.astype(dtype), labels, a0, parameters, segment=segment, workspace=workspace
        )
        assert_same(came, expected)


BAD_CLASSES = [
    (refusals.holding(3, 5, 6), ValueError, "x holds 3 at (5, 6); expected a class 0 to 2"),
    (refusals.holding(-1, 0, 2), ValueError, "x holds -1 at (0, 2); expected a class 0 to 2"),
    (np.ravel, TypeError, "x has dtype int64; expected float32 or float64"),
    (refusals.of_type(bool), TypeError, "x has dtype bool; expected float32 or float64"),
    (refusals.of_shape(6, 0), ValueError, "x has shape (6, 0); expected T >= 1"),
    (refusals.of_shape(0, 7), ValueError, "x has shape (0, 7); expected m >= 1"),
    (np.transpose, ValueError, "a0 has shape (5, 6); expected (n_a, m) = (5, 7)"),
]


@pytest.mark.parametrize("used", [False, True], ids=["first call", "second call"])
@pytest.mark.parametrize(("spoil", "error", "message"), BAD_CLASSES)
def test_what_is_wrong_with_classes_is_named(spoil, error, message, used):
    _, labels, a0, parameters = oracle.problem()
    x, workspace = np.random.default_rng(5).integers(3, size=labels.shape), Workspace()
    if used:
        loss_and_gradients(x, labels, a0, parameters, workspace=workspace)
    with refusals.refuses(error, message):
        loss_and_gradients(spoil(x), labels, a0, parameters, workspace=workspace)


@pytest.mark.parametrize("value", [2**64 - 1, 2**63, 4, 255])
def test_unsigned_labels_that_are_too_large_are_named_after_a_good_call(value):
    x, labels, a0, parameters = oracle.problem(masked=False)
    labels, workspace = labels.astype(np.uint64), Workspace()
    loss_and_gradients(x, labels, a0, parameters, workspace=workspace)
    labels[2, 3] = value
    message = f"labels holds {value} at (2, 3); expected -1 or a class 0 to 3"
    with refusals.refuses(ValueError, message):
        loss_and_gradients(x, labels, a0, parameters, workspace=workspace)


# the same errors


@pytest.mark.parametrize("segment", [None, 2])
@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_after_a_good_call_a_bad_one_is_refused_in_the_same_words(spoil, error, message, segment):
    workspace, arguments = Workspace(), oracle.arguments()
    expected = copied(loss_and_gradients(**arguments, workspace=workspace, segment=segment))
    with refusals.refuses(error, message):
        loss_and_gradients(
            **refusals.spoilt(arguments, spoil, message), workspace=workspace, segment=segment
        )
    again = loss_and_gradients(**arguments, workspace=workspace, segment=segment)
    assert_same(again, expected, 0)


@pytest.mark.parametrize("segment", [None, 2])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["x", "a0", "Wax", "Waa", "Wya", "ba", "by"])
def test_a_number_that_is_not_finite_is_named_wherever_it_stands(name, value, segment):
    arguments, workspace = oracle.arguments(), Workspace()
    loss_and_gradients(**arguments, workspace=workspace, segment=segment)
    array = {**arguments, **arguments["parameters"]}[name]
    for place in (0, -1):
        at = tuple(n - 1 if place else 0 for n in array.shape)
        message = f"{name} holds {value} at {at}; {refusals.FINITE}"
        spoilt = refusals.spoilt(arguments, refusals.holding(value, *at), message)
        with refusals.refuses(ValueError, message):
            loss_and_gradients(**spoilt, workspace=workspace, segment=segment)


def test_what_overflows_on_the_way_is_left_to_the_plain_version():
    x, labels, a0, parameters = oracle.problem(dtype=np.float32)
    parameters["ba"] += 100  # every state is nearly one
    parameters["Wya"] = np.full_like(parameters["Wya"], 2e38)
    for function in (bptt.plain_loss_and_gradients, loss_and_gradients):
        with (
            np.errstate(all="ignore"),
            pytest.raises(ValueError, match=r"^parameters give class \d the score -?inf; "),
        ):
            function(x, labels, a0, parameters)


def test_a_gradient_that_overflows_on_the_way_back_is_named_as_by_the_plain_version():
    x, labels, a0, parameters = oracle.problem(dtype=np.float32)
    parameters["Wax"], x, a0 = 0 * parameters["Wax"], 0 * x, 0 * a0
    parameters["ba"] = 0 * parameters["ba"]
    message = "parameters give unit 0 of a state the gradient -inf; expected a finite one"
    for size in (1e15, 1e30):  # 1e15: no sum of products overflows in the forward pass
        parameters["Waa"] = np.full_like(parameters["Waa"], size)
        for function in (bptt.plain_loss_and_gradients, loss_and_gradients):
            with refusals.refuses(ValueError, message):
                function(x, labels, a0, parameters)


def test_large_numbers_that_do_no_harm_are_taken_without_a_warning():
    problem = oracle.problem(dtype=np.float32)
    problem[0][:] *= np.float32(1e30)
    assert_same(
        loss_and_gradients(*problem), bptt.plain_loss_and_gradients(*problem), oracle.SINGLE
    )


def test_a_float64_that_is_too_large_for_float32_is_named():
    x, labels, a0, parameters = oracle.problem(dtype=np.float32)
    message = "x holds 1e+300 at (0, 0, 0); expected finite float32 numbers"
    with refusals.refuses(ValueError, message):
        loss_and_gradients(np.full(x.shape, 1e300), labels, a0, parameters)


def test_complex_numbers_are_left_to_the_plain_version():
    """So the complex step can differentiate the gradient itself."""
    x, labels, a0, parameters = oracle.problem(m=2, T=2)

    def length(Waa):
        gradients = loss_and_gradients(x, labels, a0, {**parameters, "Waa": Waa})[1]
        return (gradients["dWaa"] ** 2).sum()

    def plain_length(Waa):
        gradients = bptt.plain_loss_and_gradients(x, labels, a0, {**parameters, "Waa": Waa})[1]
        return (gradients["dWaa"] ** 2).sum()

    came, expected = (complex_step_gradient(f, parameters["Waa"]) for f in (length, plain_length))
    assert not oracle.distance(came, expected)


@pytest.mark.parametrize("options", [{"segment": None}, {"window": 2}])
def test_complex_numbers_come_without_the_gradient_of_the_input_too(options):
    x, *others = oracle.problem()
    function = truncated_loss_and_gradients if "window" in options else loss_and_gradients
    expected = function(x, *others, **options)
    came = function(x + 0j, *others, **options, input_gradient=False)
    del expected[1]["dx"]
    assert set(came[1]) == set(expected[1])
    assert not oracle.apart(came[1], expected[1], oracle.ROUNDING)


# options


@pytest.mark.parametrize("segment", [0, -1, 2.0, "all", "", (1,), np.ones(2)])
def test_what_is_no_length_of_a_segment_is_refused(segment):
    message = f"segment is {segment!r}; expected None, 'auto' or a whole number >= 1"
    with refusals.refuses(ValueError, message):
        loss_and_gradients(*oracle.problem(), segment=segment)


@pytest.mark.parametrize("workspace", [0, {}, Workspace])
def test_what_is_no_workspace_is_refused(workspace):
    message = f"workspace is of type {type(workspace).__name__}; expected a Workspace"
    with refusals.refuses(TypeError, message):
        loss_and_gradients(*oracle.problem(), workspace=workspace)


def test_a_segment_may_be_longer_than_any_sequence():
    problem = oracle.problem()
    came = loss_and_gradients(*problem, segment=sys.maxsize)
    assert_same(came, loss_and_gradients(*problem), 0)


# what buffers are made for


def sizes(problem, segment=None, window=None):
    """Return how many steps go together."""
    *_, K, _, _, _, _, T = fast._sizes((False, segment, window), *problem)
    assert problem[1].shape[1] == T
    return K


@pytest.mark.parametrize("T", [*range(1, 12), 99, 100, 101])
def test_a_segment_is_the_root_of_the_steps_rounded_up(T):
    assert sizes(oracle.problem(T=T), "auto") == math.ceil(math.sqrt(T))
    assert sizes(oracle.problem(T=T)) == T
    assert sizes(oracle.problem(T=T), 3) == min(3, T)


@pytest.mark.parametrize("window", [1, 2, 5, 7, 30, 1000])
@pytest.mark.parametrize("together", [1, 72, 73, 500, 2**15])
def test_windows_go_together_until_they_have_so_many_numbers(window, together, monkeypatch):
    monkeypatch.setattr(fast, "TOGETHER", together)
    numbers = min(window, 30) * 6 * (3 + 5 + 4)
    K = min(window, 30) * math.ceil(together / numbers)
    assert sizes(oracle.problem(T=30), window=window) == min(K, 30)


@pytest.mark.parametrize("of_x", [np.float64, np.float32])
@pytest.mark.parametrize("of_a0", [np.float64, np.float32, None])
def test_numbers_of_another_precision_are_cast(of_x, of_a0):
    x, labels, a0, parameters = oracle.problem()
    a0 = None if of_a0 is None else a0.astype(of_a0)
    x, cast = x.astype(of_x), None if a0 is None else a0.astype(float)
    came = loss_and_gradients(x, labels, a0, parameters, workspace=Workspace())
    assert_same(came, loss_and_gradients(x.astype(float), labels, cast, parameters), 0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("options", [{}, {"segment": 3}])
def test_all_buffers_have_the_precision_of_the_parameters(dtype, options):
    workspace = Workspace()
    loss_and_gradients(*oracle.problem(dtype=dtype), workspace=workspace, **options)
    made = workspace._room.buffers
    for owner in (made, *made.parts.values()):
        arrays = [value for value in vars(owner).values() if isinstance(value, np.ndarray)]
        assert {array.dtype for array in arrays if array.dtype.kind == "f"} == {np.dtype(dtype)}
    [*_, steps] = made.parts.values()
    assert steps.one.dtype == steps.share.dtype == dtype


def test_gradients_lie_in_memory_as_those_of_a_workspace():
    alone = loss_and_gradients(*oracle.problem(), return_state=True)
    kept = loss_and_gradients(*oracle.problem(), return_state=True, workspace=Workspace())
    for name, gradient in alone[1].items():
        assert gradient.flags.c_contiguous == kept[1][name].flags.c_contiguous
    assert alone[2].flags.f_contiguous
    assert kept[2].flags.f_contiguous


# the workspace


def buffers(gradients):
    return {name: gradient.__array_interface__["data"] for name, gradient in gradients.items()}


def test_the_next_call_overwrites_the_gradients_of_a_workspace():
    first, second = oracle.problem(seed=1), oracle.problem(seed=2)
    workspace = Workspace()
    came = loss_and_gradients(*first, workspace=workspace)[1]
    kept = {name: gradient.copy() for name, gradient in came.items()}
    again = loss_and_gradients(*second, workspace=workspace)[1]
    assert buffers(came) == buffers(again)
    assert not oracle.apart(came, again, 0)
    assert oracle.apart(came, kept, 1e-3) == ALL


def test_without_a_workspace_nothing_is_overwritten():
    first, second = oracle.problem(seed=1), oracle.problem(seed=2)
    came = loss_and_gradients(*first)[1]
    kept = {name: gradient.copy() for name, gradient in came.items()}
    again = loss_and_gradients(*second)[1]
    assert not oracle.apart(came, kept, 0)
    assert not any(np.shares_memory(a, b) for a in came.values() for b in again.values())


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_gradient_shares_memory_with_another_or_with_what_was_given(way):
    x, labels, a0, parameters = oracle.problem()
    came = list(loss_and_gradients(x, labels, a0, parameters, **way)[1].values())
    given = [x, labels, a0, *parameters.values()]
    for n, gradient in enumerate(came):
        assert not any(np.shares_memory(gradient, other) for other in [*came[:n], *given])


def test_two_workspaces_do_not_disturb_each_other():
    first, second = oracle.problem(seed=1), oracle.problem(seed=2)
    expected = copied(loss_and_gradients(*first))
    came = loss_and_gradients(*first, workspace=Workspace())
    loss_and_gradients(*second, workspace=Workspace())
    assert_same(came, expected, 0)


def test_a_workspace_follows_every_change_of_size_dtype_and_option():
    workspace = Workspace()
    changes = [{}, {"m": 2}, {"T": 3}, {"n_x": 9}, {"n_a": 2}, {"n_y": 7}, {"dtype": np.float32}]
    for change in [*changes, *reversed(changes)]:
        problem = oracle.problem(**change)
        for options in ({}, {"segment": 2}, {"input_gradient": False}):
            came = loss_and_gradients(*problem, workspace=workspace, **options)
            assert_same(came, loss_and_gradients(*problem, **options), 0)
        classes = np.zeros(problem[1].shape, int), *problem[1:]
        came = loss_and_gradients(*classes, workspace=workspace)
        assert_same(came, loss_and_gradients(*classes), 0)


def test_buffers_are_made_once(monkeypatch):
    workspace = Workspace()
    came = buffers(loss_and_gradients(*oracle.problem(), workspace=workspace)[1])
    monkeypatch.setattr(fast, "_Buffers", None)  # no others can be made
    mixed = oracle.cast(oracle.problem(seed=1)[:3], np.float32)
    others = [oracle.problem(seed=1), oracle.problem(seed=1, masked=False)]
    for problem in [*others, (*mixed, oracle.problem(seed=1)[3])]:
        assert buffers(loss_and_gradients(*problem, workspace=workspace)[1]) == came


def test_arguments_of_a_known_form_are_not_checked_in_full_again(monkeypatch):
    workspace, problem = Workspace(), oracle.problem()
    loss_and_gradients(*problem, workspace=workspace)
    monkeypatch.setattr(fast, "check_problem", None)
    loss_and_gradients(*oracle.problem(seed=1), workspace=workspace)


def test_a_workspace_that_could_not_be_made_can_be_made_later(monkeypatch):
    workspace, problem = Workspace(), oracle.problem()
    expected = copied(loss_and_gradients(*problem, workspace=workspace))
    larger = oracle.problem(m=9)
    with monkeypatch.context() as patch:
        patch.setattr(fast, "_Buffers", None)
        with pytest.raises(TypeError):
            loss_and_gradients(*larger, workspace=workspace)
    assert_same(loss_and_gradients(*problem, workspace=workspace), expected, 0)
    came = loss_and_gradients(*larger, workspace=workspace)
    assert_same(came, bptt.plain_loss_and_gradients(*larger))


def test_a_call_that_was_interrupted_leaves_a_workspace_of_use(monkeypatch):
    workspace, problem = Workspace(), oracle.problem()
    expected = copied(loss_and_gradients(*problem, workspace=workspace))

    def interrupt(*_):
        raise KeyboardInterrupt

    for inside in ("walk", "output_layer", "backward_steps"):
        with monkeypatch.context() as patch:
            patch.setattr(segments, inside, interrupt)
            with pytest.raises(KeyboardInterrupt):
                loss_and_gradients(*oracle.problem(seed=1), workspace=workspace)
        assert_same(loss_and_gradients(*problem, workspace=workspace), expected, 0)


def interrupted(work, n):
    """Do some work, but raise KeyboardInterrupt at line n of the package; was there one?"""
    left, before, package = itertools.count(-n), sys.gettrace(), str(Path(fast.__file__).parent)

    def trace(frame, event, _):
        if frame.f_code.co_filename.startswith(package):
            if event == "line" and next(left) == 0:
                raise KeyboardInterrupt
            return trace
        return None

    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("known", [True, False], ids=["of a known form", "of a new form"])
@pytest.mark.parametrize("kept", [True, False], ids=["a workspace", "none"])
def test_a_call_may_be_interrupted_at_any_line(kept, known):
    """Nothing is locked from then on, and no buffers are made that are not kept."""
    workspace = Workspace() if kept else None
    problem, other = oracle.problem(T=2, n_a=2), oracle.problem(T=2, n_a=3)
    expected = copied(loss_and_gradients(*problem))
    for n in itertools.count():
        free_buffers()
        if known:
            loss_and_gradients(*problem, workspace=workspace)
        else:
            loss_and_gradients(*other, workspace=workspace)
        again = interrupted(lambda: loss_and_gradients(*problem, workspace=workspace), n)
        came = loss_and_gradients(*problem, workspace=workspace)
        assert_same(came, expected, 0)
        assert kept or len(KEPT.buffers) == 2 - known
        if not again:
            break
    assert n > 50


def test_a_workspace_in_use_is_refused_from_another_thread(monkeypatch):
    workspace, problem = Workspace(), oracle.problem()
    entered, leave, came = threading.Event(), threading.Event(), []
    walk = segments.walk

    def slowly(*arguments):
        entered.set()
        assert leave.wait(30)
        return walk(*arguments)

    monkeypatch.setattr(segments, "walk", slowly)
    work = threading.Thread(
        target=lambda: came.append(loss_and_gradients(*problem, workspace=workspace))
    )
    work.start()
    assert entered.wait(30)
    message = "workspace is in use by another call; expected one for each thread"
    with refusals.refuses(RuntimeError, message):
        loss_and_gradients(*problem, workspace=workspace)
    leave.set()
    work.join(30)
    assert_same(came[0], bptt.plain_loss_and_gradients(*problem))


def test_threads_with_a_workspace_each_do_not_disturb_each_other():
    problems = [oracle.problem(seed=seed) for seed in range(4)]
    expected = [bptt.plain_loss_and_gradients(*problem) for problem in problems]
    wrong = []

    def work(problem, right):
        workspace = Workspace()
        for _ in range(50):
            came = loss_and_gradients(*problem, workspace=workspace, segment=2)[1]
            wrong.extend(oracle.apart(came, right[1], oracle.ROUNDING))

    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(problems, expected, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# memory


def peak(T, segment):
    """Return the bytes that one call needs at a time, beyond what is given and handed back."""
    problem = oracle.problem(m=4, T=T, n_a=64)
    problem[-1]["Waa"] *= 0.1  # so that no gradient explodes
    tracemalloc.start()
    loss_and_gradients(*problem, input_gradient=False, segment=segment)
    needed = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return needed


def test_memory_grows_as_the_steps_and_in_segments_as_their_root():
    whole, longer = peak(500, None), peak(2000, None)
    assert 3.5 < longer / whole < 4.5
    in_segments, longer_in_segments = peak(500, "auto"), peak(2000, "auto")
    assert longer_in_segments / in_segments < 2.5
    assert longer / longer_in_segments > 15


def test_a_rest_of_a_segment_needs_no_memory_of_its_own():
    assert peak(299, 150) < 1.3 * peak(300, 150)


# what calls without a workspace keep


def test_calls_without_a_workspace_are_checked_once_and_keep_their_buffers(monkeypatch):
    loss_and_gradients(*oracle.problem())
    monkeypatch.setattr(fast, "check_problem", None)
    monkeypatch.setattr(fast, "_Buffers", None)
    expected = bptt.plain_loss_and_gradients(*oracle.problem(seed=1))
    assert_same(loss_and_gradients(*oracle.problem(seed=1)), expected)


@pytest.mark.parametrize("options", [{}, {"segment": 3}, {"input_gradient": False}])
def test_the_count_of_bytes_is_about_what_is_kept(options):
    problem = oracle.problem(m=4, T=500, n_a=30)
    problem[-1]["Waa"] *= 0.1
    loss_and_gradients(*oracle.problem())
    free_buffers()
    tracemalloc.start()
    loss_and_gradients(*problem, **options)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert 0.7 * kept < KEPT.nbytes < 1.5 * kept
    free_buffers()


def test_what_is_too_large_to_keep_is_not_kept(monkeypatch):
    free_buffers()
    monkeypatch.setattr("rnn_from_scratch.buffers.MOST", 100)
    expected = bptt.plain_loss_and_gradients(*oracle.problem())
    assert_same(loss_and_gradients(*oracle.problem()), expected)
    assert not KEPT.buffers


def test_threads_without_a_workspace_do_not_disturb_each_other():
    problems = [oracle.problem(seed=seed) for seed in range(4)]
    expected = [bptt.plain_loss_and_gradients(*problem) for problem in problems]
    wrong = []

    def work(problem, right):
        for _ in range(50):
            came = loss_and_gradients(*problem)[1]
            wrong.extend(oracle.apart(came, right[1], oracle.ROUNDING))

    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(problems, expected, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda w: pickle.loads(pickle.dumps(w))]
)
def test_a_copied_workspace_is_a_new_one(copied):
    workspace, problem = Workspace(), oracle.problem()
    came = loss_and_gradients(*problem, workspace=workspace)[1]
    again = loss_and_gradients(*oracle.problem(seed=1), workspace=copied(workspace))[1]
    assert not any(np.shares_memory(a, b) for a in came.values() for b in again.values())
    assert not oracle.apart(came, bptt.plain_loss_and_gradients(*problem)[1], oracle.ROUNDING)


# the loss from the scores, and the caller's wishes


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [1, 31, 33, 110, 1e4, 1e30])
def test_loss_and_gradients_are_finite_and_right_however_large_the_scores(size, dtype, monkeypatch):
    x, labels, a0, parameters = oracle.problem(dtype=dtype)
    parameters["Wya"] *= dtype(size)
    expected = bptt.plain_loss_and_gradients(*oracle.cast((x, labels, a0, parameters), np.float64))
    monkeypatch.setattr(fast, "plain_loss_and_gradients", None)
    J, gradients = loss_and_gradients(x, labels, a0, parameters)
    tolerance = 1e-11 if dtype == np.float64 else 2e-5
    assert oracle.distance(J, expected[0]) <= tolerance
    assert J.dtype == dtype
    assert oracle.apart(gradients, expected[1], max(1, size / 1e3) * tolerance) <= {"dx"}


def test_underflow_is_harmless_whatever_the_caller_wants_of_errors(monkeypatch):
    x, labels, a0, parameters = oracle.problem()
    parameters["Wya"] *= 1e4
    expected = bptt.plain_loss_and_gradients(x, labels, a0, parameters)
    monkeypatch.setattr(fast, "plain_loss_and_gradients", None)
    with np.errstate(all="raise"):
        assert_same(loss_and_gradients(x, labels, a0, parameters), expected)


# the state before the first step, and the last one


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_state_that_is_none_or_left_out_is_zero(way):
    x, labels, a0, parameters = oracle.problem()
    expected = copied(loss_and_gradients(x, labels, 0 * a0, parameters, **way))
    assert_same(loss_and_gradients(x, labels, None, parameters, **way), expected, 0)
    assert_same(loss_and_gradients(x, labels, parameters=parameters, **way), expected, 0)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("of_classes", [False, True])
def test_the_last_state_is_that_of_the_forward_pass(way, of_classes):
    x, labels, a0, parameters = oracle.problem()
    x = np.random.default_rng(5).integers(3, size=labels.shape) if of_classes else x
    J, gradients, a_T = loss_and_gradients(x, labels, a0, parameters, return_state=True, **way)
    assert oracle.distance(a_T, rnn_forward(x, a0, parameters)[0][:, :, -1]) <= oracle.ROUNDING
    assert_same((J, gradients), bptt.plain_loss_and_gradients(x, labels, a0, parameters))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_last_state_comes_with_complex_numbers_too(way):
    x, labels, a0, parameters = oracle.problem()
    came = loss_and_gradients(x + 1e-30j, labels, a0, parameters, return_state=True, **way)
    assert oracle.distance(came[2].real, rnn_forward(x, a0, parameters)[0][:, :, -1]) <= 1e-12
    assert np.iscomplexobj(came[2])


# windows

TRUNCATED = {
    "alone": {},
    "with a workspace": {"workspace": Workspace()},
}
WINDOWS = [1, 2, 3, 6, 7, 8, 1000]


@pytest.mark.parametrize("way", TRUNCATED.values(), ids=TRUNCATED)
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("together", [1, 200, 2**15])
def test_windows_give_what_the_plain_version_gives(window, way, together, monkeypatch):
    monkeypatch.setattr(fast, "TOGETHER", together)
    free_buffers()
    for seed in (0, 1):
        problem = oracle.problem(T=7, seed=seed)
        came = truncated_loss_and_gradients(*problem, window, **way)
        assert_same(came, plain_truncated_loss_and_gradients(*problem, window))
    free_buffers()


@pytest.mark.parametrize("window", WINDOWS)
def test_each_window_has_the_gradients_that_autograd_gives_it_with_its_state_held(window):
    x, labels, a0, parameters = oracle.problem()
    J, gradients, a_T = truncated_loss_and_gradients(
        x, labels, a0, parameters, window, return_state=True
    )
    held, expected = [a0, *oracle.states(x, a0, parameters)], []
    for t in range(0, 7, window):
        now = slice(t, t + window)
        expected.append(oracle.loss_gradients(x[:, :, now], labels[:, now], held[t], parameters))
    for name in ("dWax", "dWaa", "dWya", "dba", "dby"):
        total = sum(each[name] for each in expected)
        assert oracle.distance(gradients[name], total) <= oracle.EXACT
    dx = np.concatenate([each["dx"] for each in expected], axis=2)
    assert oracle.distance(gradients["dx"], dx) <= oracle.EXACT
    assert oracle.distance(gradients["da0"], expected[0]["da0"]) <= oracle.EXACT
    assert oracle.distance(J, oracle.loss(x, labels, a0, parameters)) <= oracle.ROUNDING
    assert oracle.distance(a_T, held[-1]) <= oracle.ROUNDING


def test_windows_of_classes_and_without_the_gradient_of_the_input():
    _, labels, a0, parameters = oracle.problem()
    x = np.random.default_rng(5).integers(3, size=labels.shape)
    J, gradients = truncated_loss_and_gradients(x, labels, a0, parameters, 3, input_gradient=False)
    expected = plain_truncated_loss_and_gradients(one_hot(x, 3), labels, a0, parameters, 3)
    del expected[1]["dx"]
    assert_same((J, gradients), expected)


def test_windows_of_complex_numbers_are_left_to_the_plain_version():
    x, labels, a0, parameters = oracle.problem()
    came = truncated_loss_and_gradients(x + 0j, labels, a0, parameters, 2)
    assert not oracle.apart(came[1], truncated_loss_and_gradients(*oracle.problem(), 2)[1], 1e-12)


@pytest.mark.parametrize("window", [None, 0, -1, 2.5, "2"])
def test_what_is_no_window_is_refused(window):
    with refusals.refuses(ValueError, f"window is {window!r}; expected a whole number >= 1"):
        truncated_loss_and_gradients(*oracle.problem(), window)


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [*refusals.BAD_PARAMETERS, *refusals.BAD_SEQUENCES, *refusals.BAD_LABELS],
)
def test_windows_name_what_is_wrong(spoil, error, message):
    with refusals.refuses(error, message):
        truncated_loss_and_gradients(
            **refusals.spoilt(oracle.arguments(), spoil, message), window=3
        )


def test_the_memory_of_windows_does_not_grow_with_the_sequence():
    def peak(T, window):
        problem = oracle.problem(m=4, T=T, n_a=64)
        problem[-1]["Waa"] *= 0.1
        free_buffers()
        tracemalloc.start()
        truncated_loss_and_gradients(*problem, window, input_gradient=False)
        needed = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        free_buffers()
        return needed

    shorter, longer = peak(500, 25), peak(4000, 25)
    inputs = 3 * 4 * 4000 + 2 * 4 * 4000  # the checks of x and labels make booleans of their sizes
    assert longer < shorter + 1.5 * inputs
    assert shorter < peak(2000, 2000) / 8


@pytest.mark.parametrize("workspace", [None, Workspace()], ids=["alone", "with a workspace"])
def test_calls_of_other_sizes_without_an_initial_state_do_not_disturb_each_other(workspace):
    for n_a, m, T in ((5, 6, 7), (4, 6, 7), (5, 3, 7), (5, 6, 2), (5, 6, 7)):
        x, labels, _, parameters = oracle.problem(n_a=n_a, m=m, T=T)
        expected = bptt.plain_loss_and_gradients(x, labels, None, parameters)
        came = loss_and_gradients(x, labels, None, parameters, workspace=workspace)
        assert_same(came, expected)


@pytest.mark.parametrize("workspace", [None, Workspace()], ids=["alone", "with a workspace"])
def test_another_initial_state_is_checked_after_a_call_that_was_right(workspace):
    x, labels, a0, parameters = problem = oracle.problem()
    loss_and_gradients(*problem, workspace=workspace)
    with refusals.refuses(ValueError, "a0 has shape (5, 1); expected (n_a, m) = (5, 6)"):
        loss_and_gradients(x, labels, a0[:, :1], parameters, workspace=workspace)
    expected = bptt.plain_loss_and_gradients(x, labels, None, parameters)
    assert_same(loss_and_gradients(x, labels, None, parameters, workspace=workspace), expected)


@pytest.mark.parametrize(
    "way",
    [
        bptt.plain_loss_and_gradients,
        partial(plain_truncated_loss_and_gradients, window=1),
        rtrl_loss_and_gradients,
        loss_and_gradients,
        partial(loss_and_gradients, segment=2),
        partial(loss_and_gradients, workspace=Workspace(), input_gradient=False),
        partial(truncated_loss_and_gradients, window=1),
    ],
)
def test_a_sum_that_overflows_is_named_by_every_way_to_the_gradients(way):
    x, labels, a0, parameters = oracle.problem(n_y=2, masked=False)
    zeros = {name: 0 * W for name, W in parameters.items()}
    zeros["Wya"][:] = [[1e3], [-1e3]]
    x, labels = np.full_like(x, 1e307), 0 * labels
    message = r"^x and parameters give dWax the entry -inf at \(0, 0\); expected a finite one$"
    with pytest.raises(ValueError, match=message):
        way(x, labels, 0 * a0, zeros)
