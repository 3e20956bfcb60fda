"""Every gradient against an oracle, which test_mistakes.py shows to notice mistakes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
import refusals
from gradient_claims import ALL, CHECKS, DTYPES, GradientClaims, assert_close, without_calculus
from rnn_from_scratch.bptt import plain_loss_and_gradients, rnn_backward, rnn_cell_backward
from rnn_from_scratch.forward import CellCache, rnn_forward

OUTPUT = {"dWya", "dby"}
RECURRENT = ALL - OUTPUT
FINITE = refusals.FINITE


@pytest.fixture(scope="module", name="loss_and_gradients")
def plain_version():
    return plain_loss_and_gradients


class TestLossAndGradients(GradientClaims):
    pass


def arriving(x, labels, a0, parameters, seed=9):
    """Draw da_output (n_a, m, T), which is not the gradient of any loss, in the dtype of a0."""
    shape = (*a0.shape, x.shape[2])
    return np.random.default_rng(seed).standard_normal(shape).astype(a0.dtype)


def named_as_for_a_sequence(step):
    """Let the gradients of one step be compared with those of a sequence of one step."""
    gradients = {name.removesuffix("_t"): value for name, value in step.items()}
    gradients["da0"] = gradients.pop("da_carry")
    return {**gradients, "dx": gradients["dx"][:, :, None]}


# against autograd


@pytest.mark.parametrize(("m", "T"), oracle.BATCHES)
def test_what_rnn_backward_hands_back_is_what_autograd_does(m, T):
    x, _, a0, parameters = problem = oracle.problem(m, T)
    da_output = arriving(*problem)
    gradients = rnn_backward(da_output, rnn_forward(x, a0, parameters)[2])
    assert set(gradients) == RECURRENT
    expected = oracle.state_gradients(da_output, x, a0, parameters)
    assert not oracle.apart(gradients, expected, oracle.EXACT)


@pytest.mark.parametrize("m", [6, 2])
@pytest.mark.parametrize("t", [0, 3])
def test_what_one_cell_hands_back_is_what_autograd_does(m, t):
    x, _, a0, parameters = problem = oracle.problem(m)
    cache = rnn_forward(x, a0, parameters)[2][t]
    da_output = arriving(*problem)[:, :, t]
    step = rnn_cell_backward(da_output, cache)
    assert set(step) == {"dx_t", "da_carry", "dWax_t", "dWaa_t", "dba_t"}
    alone = da_output[:, :, None], x[:, :, t : t + 1], cache.a_prev, parameters
    expected = oracle.state_gradients(*alone)
    assert not oracle.apart(named_as_for_a_sequence(step), expected, oracle.EXACT)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("m", [6, 1])
def test_of_classes_one_cell_hands_back_what_it_does_of_one_hot_columns(m, dtype):
    x, _, a0, parameters = problem = oracle.cast(oracle.problem(m), dtype)
    n_x = len(x)
    classes = np.random.default_rng(3).integers(n_x - 1, size=x.shape[1:])  # some come twice
    one_hot = (np.arange(n_x)[:, None, None] == classes).astype(dtype)
    da_output = arriving(*problem)
    for t in range(x.shape[2]):
        of_classes, of_columns = (
            rnn_cell_backward(da_output[:, :, t], rnn_forward(inputs, a0, parameters)[2][t])
            for inputs in (classes, one_hot)
        )
        assert of_classes["dWax_t"].dtype == dtype
        assert not oracle.apart(of_classes, of_columns, 10 * np.finfo(dtype).eps)


# against differences


@pytest.mark.parametrize(("m", "T"), [(6, 1), (2, 1), (2, 7)])
@pytest.mark.parametrize(("check", "tolerance"), CHECKS)
def test_what_is_handed_back_passes_the_checks_of_the_book(check, tolerance, m, T):
    x, _, a0, parameters = problem = oracle.problem(m, T)
    da_output = arriving(*problem)
    caches = rnn_forward(x, a0, parameters)[2]

    def weighted(x, a0, parameters):
        return (da_output * rnn_forward(x, a0, parameters)[0]).sum()

    names = ["x", "a0", "Wax", "Waa", "ba"]
    expected = without_calculus(check, weighted, names, x, a0, parameters)
    assert not oracle.apart(rnn_backward(da_output, caches), expected, tolerance)
    if T == 1:
        step = named_as_for_a_sequence(rnn_cell_backward(da_output[:, :, 0], caches[0]))
        assert not oracle.apart(step, expected, tolerance)


# precision


def test_going_back_stays_near_float64_too():
    single = oracle.problem(dtype=np.float32)
    double = oracle.cast(single, np.float64)
    caches, caches_double = (rnn_forward(p[0], *p[2:])[2] for p in (single, double))
    da_output = arriving(*single)
    gradients = rnn_backward(da_output, caches)
    assert {gradient.dtype for gradient in gradients.values()} == {np.dtype(np.float32)}
    expected = rnn_backward(da_output.astype(np.float64), caches_double)
    assert not oracle.apart(gradients, expected, oracle.SINGLE)
    step = rnn_cell_backward(da_output[:, :, 0], caches[0])
    assert {gradient.dtype for gradient in step.values()} == {np.dtype(np.float32)}
    expected = rnn_cell_backward(da_output[:, :, 0].astype(np.float64), caches_double[0])
    assert not oracle.apart(step, expected, oracle.SINGLE)


@pytest.mark.parametrize("of_data", DTYPES)
@pytest.mark.parametrize("of_parameters", DTYPES)
def test_what_goes_back_has_the_dtype_of_the_parameters(of_data, of_parameters):
    x, _, a0, parameters = problem = oracle.problem()
    parameters = oracle.cast(parameters, of_parameters)
    x, a0 = oracle.cast((x, a0), of_data)
    caches = rnn_forward(x, a0, parameters)[2]
    da_output = arriving(*problem)
    came, expected = (rnn_backward(da_output.astype(d), caches) for d in (of_data, of_parameters))
    assert {gradient.dtype for gradient in came.values()} == {np.dtype(of_parameters)}
    assert not oracle.apart(came, expected, oracle.SINGLE)


# properties


@oracle.few
@given(oracle.problems, st.data())
def test_two_halves_with_the_carry_handed_back_give_the_same_as_one_run(problem, data):
    x, _, a0, parameters = problem
    middle = data.draw(st.integers(1, x.shape[2] - 1))
    da_output = arriving(*problem)
    a, _, caches = rnn_forward(x, a0, parameters)
    whole = rnn_backward(da_output, caches)
    later_caches = rnn_forward(x[:, :, middle:], a[:, :, middle - 1], parameters)[2]
    later = rnn_backward(da_output[:, :, middle:], later_caches)
    da_earlier = da_output[:, :, :middle].copy()
    da_earlier[:, :, -1] += later["da0"]
    earlier = rnn_backward(da_earlier, caches[:middle])
    both = {name: earlier[name] + later[name] for name in ("dWax", "dWaa", "dba")}
    both["dx"] = np.concatenate([earlier["dx"], later["dx"]], axis=-1)
    assert_close({**both, "da0": earlier["da0"]}, whole)


# what is refused, and what is left alone


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (refusals.as_list, TypeError, "da_t is of type list; expected a NumPy array"),
        (refusals.of_type(int), TypeError, "da_t has dtype int64; expected float32 or float64"),
        (refusals.of_shape(5, 1), ValueError, "da_t has shape (5, 1); expected (n_a, m) = (5, 6)"),
        (np.transpose, ValueError, "da_t has shape (6, 5); expected (n_a, m) = (5, 6)"),
        (refusals.holding(np.nan, 4, 5), ValueError, f"da_t holds nan at (4, 5); {FINITE}"),
    ],
)
def test_rnn_cell_backward_names_what_is_wrong_with_the_gradient(spoil, error, message):
    x, _, a0, parameters = problem = oracle.problem()
    cache = rnn_forward(x, a0, parameters)[2][0]
    with refusals.refuses(error, message):
        rnn_cell_backward(spoil(arriving(*problem)[:, :, 0]), cache)


@pytest.mark.parametrize(
    "cache", [None, (), {"a_t": np.ones((5, 6))}, tuple(range(4)), (np.ones((5, 6)),) * 3]
)
def test_rnn_cell_backward_refuses_what_is_not_a_cache(cache):
    message = f"cache is of type {type(cache).__name__}; expected a CellCache"
    with refusals.refuses(TypeError, message):
        rnn_cell_backward(np.ones((5, 6)), cache)


def without(name):
    return lambda parameters: {k: v for k, v in parameters.items() if k != name}


BAD_FIELDS = [
    ("a_t", refusals.nothing, TypeError, "a_t is of type NoneType; expected a NumPy array"),
    ("a_t", np.ravel, ValueError, "a_t has shape (30,); expected (n_a, m) = (5, m)"),
    ("a_t", refusals.holding(np.nan, 1, 2), ValueError, f"a_t holds nan at (1, 2); {FINITE}"),
    ("a_prev", refusals.as_list, TypeError, "a_prev is of type list; expected a NumPy array"),
    ("a_prev", np.transpose, ValueError, "a_prev has shape (6, 5); expected (n_a, m) = (5, 6)"),
    (
        "a_prev",
        lambda a: a[:, :1],
        ValueError,
        "a_prev has shape (5, 1); expected (n_a, m) = (5, 6)",
    ),
    ("x_t", refusals.nothing, TypeError, "x_t is of type NoneType; expected a NumPy array"),
    ("x_t", np.transpose, ValueError, "x_t has shape (6, 3); expected (n_x, m) = (3, 6)"),
    (
        "x_t",
        lambda _: np.array([0, 1, 2, 0, 1, 3]),
        ValueError,
        "x_t holds 3 at (5,); expected a class 0 to 2",
    ),
    (
        "x_t",
        lambda _: np.array([0, 1, 2, 0, -1, 2]),
        ValueError,
        "x_t holds -1 at (4,); expected a class 0 to 2",
    ),
    (
        "parameters",
        refusals.nothing,
        TypeError,
        "parameters: parameters is of type NoneType; expected a dict",
    ),
    (
        "parameters",
        without("Waa"),
        ValueError,
        "parameters: parameters has the keys Wax, Wya, ba, by; expected Wax, Waa, Wya, ba, by",
    ),
    (
        "parameters",
        lambda p: {**p, "Waa": p["Waa"][:4]},
        ValueError,
        "parameters: Waa has shape (4, 5); expected (n_a, n_a) = (5, 5)",
    ),
]


@pytest.mark.parametrize(("field", "spoil", "error", "message"), BAD_FIELDS)
def test_the_backward_pass_names_what_is_wrong_with_a_cache(field, spoil, error, message):
    x, _, a0, parameters = problem = oracle.problem()
    caches = rnn_forward(x, a0, parameters)[2]
    spoilt = caches[2]._replace(**{field: spoil(getattr(caches[2], field))})
    with refusals.refuses(error, f"cache.{message}"):
        rnn_cell_backward(np.ones((5, 6)), spoilt)
    with refusals.refuses(error, f"caches[2].{message}"):
        rnn_backward(arriving(*problem), [*caches[:2], spoilt, *caches[3:]])


def test_caches_made_by_hand_give_what_those_of_a_run_give():
    """Each with parameters of its own, and with arrays of another precision."""
    x, _, a0, parameters = problem = oracle.problem()
    caches = rnn_forward(x, a0, parameters)[2]
    by_hand = [CellCache(*cache[:3], dict(parameters)) for cache in caches]
    da_output = arriving(*problem)
    expected = rnn_backward(da_output, caches)
    assert not oracle.apart(rnn_backward(da_output, by_hand), expected, 0)
    whole = rnn_cell_backward(da_output[:, :, 0], caches[0])
    for of_arrays, of_parameters in ((np.float32, float), (float, np.float32)):
        arrays = oracle.cast(caches[0][:3], of_arrays)
        cache = CellCache(*arrays, oracle.cast(parameters, of_parameters))
        step = rnn_cell_backward(da_output[:, :, 0], cache)
        assert {gradient.dtype for gradient in step.values()} == {np.dtype(of_parameters)}
        assert not oracle.apart(step, whole, oracle.SINGLE)


def test_a_sum_that_overflows_is_named():
    x, _, a0, parameters = oracle.problem()
    zeros = {name: 0 * W for name, W in parameters.items()}
    a, _, caches = rnn_forward(np.full_like(x, 1e308), a0, zeros)
    message = "x and parameters give dWax the entry inf at (0, 0); expected a finite one"
    with refusals.refuses(ValueError, message):
        rnn_backward(np.ones_like(a), caches)
    far = {**zeros, "Wax": np.full_like(zeros["Wax"], 1e308)}
    _, _, caches = rnn_forward(0 * x, a0, far)
    with pytest.raises(ValueError, match=r"^x and parameters give dx the entry inf at "):
        rnn_backward(np.ones_like(a), caches)


def test_a_gradient_that_overflows_on_its_way_back_is_named():
    x, _, a0, parameters = problem = oracle.problem()
    caches = rnn_forward(x, a0, parameters)[2]
    huge = [cache._replace(parameters={**parameters, "Waa": np.zeros((5, 5))}) for cache in caches]
    huge[4].parameters["Waa"][3, 2] = 1e308
    da_output = np.zeros_like(arriving(*problem))
    da_output[3, 1, 4] = 1e3 / (1 - caches[4].a_t[3, 1] ** 2)
    message = "parameters give unit 2 of a state the gradient inf; expected a finite one"
    with refusals.refuses(ValueError, message):
        rnn_backward(da_output, huge)


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (refusals.as_list, TypeError, "is of type list; expected a NumPy array"),
        (refusals.of_type(int), TypeError, "has dtype int64; expected float32 or float64"),
        (np.transpose, ValueError, "has shape (7, 6, 5); expected (n_a, m, T) = (5, 6, 7)"),
        (np.ravel, ValueError, "has shape (210,); expected (n_a, m, T) = (5, 6, 7)"),
        (refusals.holding(np.inf, 1, 2, 3), ValueError, f"holds inf at (1, 2, 3); {FINITE}"),
    ],
)
def test_rnn_backward_names_what_is_wrong_with_the_gradient(spoil, error, message):
    x, _, a0, parameters = problem = oracle.problem()
    with refusals.refuses(error, f"da_output {message}"):
        rnn_backward(spoil(arriving(*problem)), rnn_forward(x, a0, parameters)[2])


@pytest.mark.parametrize(
    "spoil",
    [refusals.nothing, tuple, lambda c: c[0], lambda c: c[:0], lambda c: [*c[:-1], None]],
    ids=["None", "a tuple", "one cache", "an empty list", "one that is missing"],
)
def test_rnn_backward_refuses_what_is_not_a_list_of_caches(spoil):
    x, _, a0, parameters = problem = oracle.problem()
    message = "caches is not what rnn_forward returned; expected a list of CellCache"
    with refusals.refuses(TypeError, message):
        rnn_backward(arriving(*problem), spoil(rnn_forward(x, a0, parameters)[2]))


def test_rnn_backward_refuses_caches_of_different_runs():
    x, _, a0, parameters = problem = oracle.problem()
    caches = rnn_forward(x, a0, parameters)[2]
    narrow = rnn_forward(x[:, :1], a0[:, :1], parameters)[2]
    message = "caches differ in their shapes; expected those of one run of rnn_forward"
    with refusals.refuses(ValueError, message):
        rnn_backward(arriving(*problem), caches[:-1] + narrow[-1:])


@pytest.mark.parametrize(
    "spoil",
    [lambda c: c[::-1], lambda c: [*c[:2], *c[1:-1]], lambda c: [*c[:3], *c[4:], c[3]]],
    ids=["from the last to the first", "one of them twice", "one at the end"],
)
def test_rnn_backward_refuses_caches_that_do_not_follow_each_other(spoil):
    x, _, a0, parameters = problem = oracle.problem()
    message = "caches do not follow each other; expected those of one run of rnn_forward"
    with refusals.refuses(ValueError, message):
        rnn_backward(arriving(*problem), spoil(rnn_forward(x, a0, parameters)[2]))


def test_a_window_of_the_caches_of_a_run_is_a_run_of_its_own():
    x, _, a0, parameters = problem = oracle.problem()
    a, _, caches = rnn_forward(x, a0, parameters)
    alone = rnn_forward(x[:, :, 2:5], a[:, :, 1], parameters)[2]
    came, expected = (rnn_backward(arriving(*problem)[:, :, 2:5], c) for c in (caches[2:5], alone))
    for name in expected:
        np.testing.assert_allclose(came[name], expected[name], rtol=1e-13)


def test_a_gradient_too_large_for_the_caches_dtype_is_refused():
    x, _, a0, parameters = oracle.problem(dtype=np.float32)
    caches = rnn_forward(x, a0, parameters)[2]
    message = "da_output holds 1e+300 at (0, 0, 0); expected finite float32 numbers"
    with refusals.refuses(ValueError, message):
        rnn_backward(np.full((5, 6, 7), 1e300), caches)


def test_inputs_are_not_written_into():
    x, _, a0, parameters = problem = oracle.problem()
    da_output, caches = arriving(*problem), rnn_forward(x, a0, parameters)[2]
    came = rnn_backward(*oracle.frozen((da_output, caches)))
    assert not oracle.apart(came, rnn_backward(da_output, caches), 0)
    came = rnn_cell_backward(*oracle.frozen((da_output[:, :, 0], caches[0])))
    assert not oracle.apart(came, rnn_cell_backward(da_output[:, :, 0], caches[0]), 0)


# what mutants showed to be untested


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_step_back_has_the_dtype_of_the_cache_whatever_arrives(dtype):
    x, _, a0, parameters = problem = oracle.problem(dtype=dtype)
    cache = rnn_forward(x, a0, parameters)[2][0]
    da_t = arriving(*problem)[:, :, 0]
    for of_gradient in DTYPES:
        step = rnn_cell_backward(da_t.astype(of_gradient), cache)
        assert {gradient.dtype for gradient in step.values()} == {np.dtype(dtype)}
