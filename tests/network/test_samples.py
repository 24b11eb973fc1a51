"""What is handed in as theta, X, Y and weights: what it becomes, and what is said of bad input."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from clearprop import Network, cost_and_gradient, predict
from clearprop.errors import ParameterError
from clearprop.network.samples import as_inputs, as_sample_weight, as_targets, as_theta

NETWORK = Network((2, 3))
ONE_UNIT = Network((2, 1))
SOFTMAX = Network((2, 3), cost="softmax")
SQUARED = Network((2, 3), cost="squared")
nan, inf = float("nan"), float("inf")

NUMBERS = "expected a rectangular array of numbers; got"
CASES: list[tuple[Callable[[], Any], str]] = [
    # theta
    (
        lambda: as_theta(NETWORK, [1.0, 2.0]),
        "theta: expected shape (9,) for layers (2, 3); got (2,). "
        "theta unrolls the blocks of shapes ((3, 3),)",
    ),
    (
        lambda: as_theta(NETWORK, np.zeros((9, 1))),
        "theta: expected shape (9,) for layers (2, 3); got (9, 1). "
        "theta unrolls the blocks of shapes ((3, 3),)",
    ),
    (
        lambda: as_theta(NETWORK, [0, 0, 0, inf, 0, 0, nan, 0, 0]),
        "theta: expected finite numbers; got infinite at position 3 (2 such values)",
    ),
    (lambda: as_theta(NETWORK, "abc"), f"theta: {NUMBERS} str 'abc'"),
    (lambda: as_theta(NETWORK, [1, 2j]), f"theta: {NUMBERS} list [1, 2j]"),
    (lambda: as_theta(NETWORK, [10**400]), f"theta: {NUMBERS} list [1{'0' * 55}..."),
    # X
    (
        lambda: as_inputs(NETWORK, [[1.0, 2.0], [3.0, nan]]),
        "X: expected finite numbers; got NaN at row 1, column 1",
    ),
    (
        lambda: as_inputs(NETWORK, [[1.0, -inf], [nan, nan]]),
        "X: expected finite numbers; got infinite at row 0, column 1 (3 such values)",
    ),
    (
        lambda: as_inputs(NETWORK, sparse.csr_array([[0, 1], [0, 0], [inf, 0], [0, nan]])),
        "X: expected finite numbers; got infinite at row 2, column 0 (2 such values)",
    ),
    (
        lambda: as_inputs(NETWORK, [[1e300, 0.0]], np.float32),
        "X: expected finite numbers; got infinite at row 0, column 0",
    ),
    (
        lambda: as_inputs(NETWORK, np.zeros((5, 4))),
        "X: expected shape (m, 2), one row a sample; got (5, 4)",
    ),
    (
        lambda: as_inputs(NETWORK, sparse.csr_array((5, 4))),
        "X: expected shape (m, 2), one row a sample; got (5, 4)",
    ),
    (
        lambda: as_inputs(NETWORK, [1.0, 2.0, 3.0]),
        "X: expected shape (m, 2), one row a sample; got (3,)",
    ),
    (
        lambda: as_inputs(NETWORK, np.zeros((1, 1, 2))),
        "X: expected shape (m, 2), one row a sample; got (1, 1, 2)",
    ),
    (lambda: as_inputs(NETWORK, np.zeros((0, 2))), "X: expected at least one row; got 0 rows"),
    (lambda: as_inputs(NETWORK, [["a", "b"]]), f"X: {NUMBERS} list [['a', 'b']]"),
    (lambda: as_inputs(NETWORK, [[1, 2], [3]]), f"X: {NUMBERS} list [[1, 2], [3]]"),
    (
        lambda: as_inputs(NETWORK, np.array([["apple", 2.0]], dtype=object)),
        f"X: {NUMBERS} ndarray array([['apple', 2.0]], dtype=object)",
    ),
    # Y
    (lambda: as_targets(NETWORK, [0, 1], 3), "Y: expected 3 rows, as many as X; got shape (2,)"),
    (
        lambda: as_targets(NETWORK, np.zeros((2, 3)), 4),
        "Y: expected 4 rows, as many as X; got shape (2, 3)",
    ),
    (
        lambda: as_targets(NETWORK, np.zeros((2, 4)), 2),
        "Y: expected 2 class numbers or shape (2, 3); got (2, 4)",
    ),
    (lambda: as_targets(SQUARED, [1.5, 2.5], 2), "Y: expected shape (2, 3); got (2,)"),
    (lambda: as_targets(ONE_UNIT, np.zeros((2, 2)), 2), "Y: expected shape (2, 1); got (2, 2)"),
    (
        lambda: as_targets(NETWORK, [0, 7, 1], 3),
        "Y: expected class numbers 0 to 2; got 7 in row 1",
    ),
    (
        lambda: as_targets(NETWORK, [0, 1, 3], 3),
        "Y: expected class numbers 0 to 2; got 3 in row 2",
    ),
    (
        lambda: as_targets(NETWORK, [1, 2, 3], 3),
        "Y: expected class numbers 0 to 2; got 3 in row 2; the course counts classes from 1: "
        "subtract 1 (its label 10 for the digit 0: y % 10)",
    ),
    (lambda: as_targets(NETWORK, [-1], 1), "Y: expected class numbers 0 to 2; got -1 in row 0"),
    (lambda: as_targets(NETWORK, [1.5], 1), "Y: expected class numbers 0 to 2; got 1.5 in row 0"),
    (
        lambda: as_targets(NETWORK, [1e300], 1),
        "Y: expected class numbers 0 to 2; got 1e+300 in row 0",
    ),
    (
        lambda: as_targets(NETWORK, [0, nan], 2),
        "Y: expected finite numbers; got NaN at position 1",
    ),
    (
        lambda: as_targets(NETWORK, [[0, 0, 1], [0, inf, 0]], 2),
        "Y: expected finite numbers; got infinite at row 1, column 1",
    ),
    (lambda: as_targets(NETWORK, ["cat", "dog"], 2), f"Y: {NUMBERS} list ['cat', 'dog']"),
    (
        lambda: as_targets(NETWORK, [[0.0, 1.0, 2.0]], 1),
        "Y: the logistic cost expects 0 to 1; got 0 to 2",
    ),
    (
        lambda: as_targets(ONE_UNIT, [1, -1], 2),
        "Y: the logistic cost expects 0 to 1; got -1 to 1",
    ),
    (
        lambda: as_targets(SOFTMAX, [[2.0, -1.0, 0.0]], 1),
        "Y: the softmax cost expects 0 to 1; got -1 to 2",
    ),
    (
        lambda: as_targets(SOFTMAX, [[0, 1, 0], [0, 1, 1]], 2),
        "Y: the softmax cost expects rows that sum to 1; row 1 sums to 2. "
        "For several labels a sample use cost='logistic'",
    ),
    (
        lambda: as_targets(SOFTMAX, [[0, 0, 0]], 1),
        "Y: the softmax cost expects rows that sum to 1; row 0 sums to 0. "
        "For several labels a sample use cost='logistic'",
    ),
    (
        lambda: as_targets(Network((2, 1), cost="poisson"), [0, -3], 2),
        "Y: the poisson cost expects counts of at least 0; got -3",
    ),
    # sample_weight
    (lambda: as_sample_weight([1, 2], 3), "sample_weight: expected shape (3,); got (2,)"),
    (lambda: as_sample_weight([[1], [2]], 2), "sample_weight: expected shape (2,); got (2, 1)"),
    (
        lambda: as_sample_weight([1, -2, 4], 3),
        "sample_weight: expected weights of at least 0 with a sum above 0; "
        "got a smallest weight of -2.0 and a sum of 3.0",
    ),
    (
        lambda: as_sample_weight([0, 0], 2),
        "sample_weight: expected weights of at least 0 with a sum above 0; "
        "got a smallest weight of 0.0 and a sum of 0.0",
    ),
    (
        lambda: as_sample_weight([1, nan], 2),
        "sample_weight: expected finite numbers; got NaN at position 1",
    ),
    (lambda: as_sample_weight(["heavy"], 1), f"sample_weight: {NUMBERS} list ['heavy']"),
]


@pytest.mark.parametrize(("call", "message"), CASES, ids=[message[:60] for _, message in CASES])
def test_bad_input_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ParameterError, match="^" + re.escape(message) + "$"):
        call()


def test_the_public_functions_check_all_four() -> None:
    theta, X, Y = np.zeros(9), np.zeros((2, 2)), [0, 1]
    for position, name in enumerate(["theta", "X", "Y", "sample_weight"]):
        arguments: list[Any] = [theta, X, Y, [1.0, 1.0]]
        arguments[position] = ["no", "numbers"]
        with pytest.raises(ParameterError, match=f"^{name}: {NUMBERS}"):
            cost_and_gradient(NETWORK, *arguments)
        if position < 2:
            with pytest.raises(ParameterError, match=f"^{name}: {NUMBERS}"):
                predict(NETWORK, *arguments[:2])


# -- What good input becomes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (np.zeros(9, np.float32), np.float32),
        (np.zeros(9, np.float64), np.float64),
        (np.zeros(9, ">f8"), np.float64),
        (np.zeros(9, np.float16), np.float64),
        (np.zeros(9, np.int64), np.float64),
        (range(9), np.float64),
        (np.zeros(18)[::2], np.float64),
    ],
)
def test_theta_is_contiguous_float64_or_float32(value: Any, dtype: type) -> None:
    theta = as_theta(NETWORK, value)
    assert theta.dtype == np.dtype(dtype)
    assert theta.dtype.isnative
    assert theta.flags.c_contiguous


def test_theta_that_fits_is_not_copied() -> None:
    theta = np.zeros(9)
    assert as_theta(NETWORK, theta) is theta


def test_one_sample_becomes_one_row() -> None:
    assert as_inputs(NETWORK, [1, 2]).tolist() == [[1.0, 2.0]]
    theta = np.linspace(-1, 1, 9)
    one = cost_and_gradient(NETWORK, theta, [1.0, 2.0], [1])
    row = cost_and_gradient(NETWORK, theta, [[1.0, 2.0]], [1])
    assert one[0] == row[0]
    assert one[1].tobytes() == row[1].tobytes()
    assert predict(NETWORK, theta, [1.0, 2.0]).shape == (1, 3)


def test_large_finite_values_are_finite() -> None:
    # Their sum is not: a quick look at the sum alone would call them infinite.
    X = np.full((2, 2), 3e38, np.float32)
    assert as_inputs(NETWORK, X, np.float32).tolist() == X.tolist()


@pytest.mark.parametrize("make", [np.asfortranarray, lambda X: np.repeat(X, 2, axis=0)[::2]])
def test_inputs_of_any_layout_come_out_equal(make: Callable[[Any], Any]) -> None:
    X = np.arange(8.0).reshape(4, 2)
    np.testing.assert_array_equal(as_inputs(NETWORK, make(X)), X)


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "lil"])
@pytest.mark.parametrize("kind", ["array", "matrix"])
def test_sparse_inputs_stay_sparse_and_count_the_same(form: str, kind: str) -> None:
    network = Network((5, 4, 3), "tanh", "softmax", 0.3)
    theta = np.linspace(-1, 1, network.n_parameters)
    X = np.where(np.arange(30).reshape(6, 5) % 4 == 0, np.arange(30.0).reshape(6, 5) / 9, 0)
    other = getattr(sparse, f"{form}_{kind}")(X)
    assert sparse.issparse(as_inputs(network, other))
    assert as_inputs(network, other, np.float32).dtype == np.float32
    Y = [0, 1, 2, 0, 1, 2]
    J, gradient = cost_and_gradient(network, theta, other, Y)
    dense_J, dense_gradient = cost_and_gradient(network, theta, X, Y)
    np.testing.assert_allclose(J, dense_J, rtol=1e-14)
    np.testing.assert_allclose(gradient, dense_gradient, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(predict(network, theta, other), predict(network, theta, X))


def test_class_numbers_become_one_hot_rows() -> None:
    for cost in ("logistic", "softmax", "quadratic"):
        Y = as_targets(Network((2, 3), cost=cost), [2, 0, 1], 3, np.float32)
        assert Y.dtype == np.float32
        assert Y.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize("cost", ["logistic", "quadratic", "squared", "poisson"])
def test_one_unit_takes_numbers_as_they_are(cost: str) -> None:
    network = Network((2, 1), cost=cost)
    assert as_targets(network, [1, 0, 1], 3).tolist() == [[1], [0], [1]]
    assert as_targets(network, [[1], [0], [1]], 3).tolist() == [[1], [0], [1]]
    assert as_targets(network, [True, False, True], 3).tolist() == [[1], [0], [1]]


def test_several_labels_a_sample_and_soft_rows_are_targets() -> None:
    assert as_targets(NETWORK, [[1, 0, 1], [0, 0, 0]], 2).tolist() == [[1, 0, 1], [0, 0, 0]]
    assert as_targets(SOFTMAX, [[0.25, 0.5, 0.25]], 1).tolist() == [[0.25, 0.5, 0.25]]


def test_weights() -> None:
    assert as_sample_weight(None, 3) is None
    weight = as_sample_weight([0, 1, 2], 3, np.float32)
    assert weight is not None
    assert weight.dtype == np.float32
    assert weight.tolist() == [0, 1, 2]
