"""Theta: four conventions over the same bytes, and the distributions of the initial values."""

import re
import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from clearprop import Network, initial_theta
from clearprop.engines.protocol import Rows, TrainingState, Update
from clearprop.engines.reference import ReferenceEngine
from clearprop.errors import ParameterError
from clearprop.network.architecture import Array
from clearprop.network.equations import split
from clearprop.network.parameters import INITS, course_matrices, theta_from_course
from clearprop.network.updates import SGD

SIZES = st.lists(st.integers(1, 6), min_size=2, max_size=4).map(tuple)
BIG = Network((400, 300, 200))  # enough weights that a sample's moments are the distribution's


def matlab_unrolled(matrices: list[Array]) -> bytes:
    """The bytes of MATLAB's ``[Theta1(:); Theta2(:)]``: down the columns, one after the other."""
    return b"".join(
        Theta[row, column].tobytes()
        for Theta in matrices
        for column in range(Theta.shape[1])
        for row in range(Theta.shape[0])
    )


# -- One vector, four conventions -----------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(SIZES, st.sampled_from([np.float64, np.float32]), st.integers(0, 99))
def test_theta_is_byte_for_byte_the_courses(sizes: tuple, dtype: type, seed: int) -> None:
    generator = np.random.default_rng(seed)
    matrices = [
        generator.normal(size=(s_next, s + 1)).astype(dtype) for s, s_next in pairwise(sizes)
    ]
    theta = theta_from_course(*matrices)
    assert theta.dtype == dtype
    assert theta.tobytes() == matlab_unrolled(matrices)
    for there, back in zip(matrices, course_matrices(Network(sizes), theta), strict=True):
        assert back.shape == there.shape
        np.testing.assert_array_equal(back, there)


def test_unrolling_by_hand() -> None:
    Theta1, Theta2 = [[1, 2, 3], [4, 5, 6]], [[7, 8, 9]]
    assert theta_from_course(Theta1, Theta2).tolist() == [1, 4, 2, 5, 3, 6, 7, 8, 9]


def test_every_convention_is_a_view_of_theta() -> None:
    network = Network((3, 5, 2))
    theta = initial_theta(network, 0)
    start = 0
    for l, (B, Theta) in enumerate(
        zip(split(network, theta), course_matrices(network, theta), strict=True)
    ):
        s, s_next = network.layer_sizes[l : l + 2]
        coef, intercept = B[1:], B[0]  # scikit-learn's
        W, b = B[1:].T, B[0]  # 3Blue1Brown's
        assert (coef.shape, intercept.shape) == ((s, s_next), (s_next,))
        for view in (B, Theta, coef, intercept, W, b):
            assert np.shares_memory(view, theta)
        np.testing.assert_array_equal(Theta[:, 0], intercept)
        np.testing.assert_array_equal(Theta[:, 1:], W)
        # The weight from unit 2 (of the units counted from 0) to unit 1, and the bias of unit 1.
        assert coef[2, 1] == W[1, 2] == Theta[1, 3] == theta[start + 3 * s_next + 1]
        assert intercept[1] == theta[start + 1]
        Theta[1, 3] = 99.0
        assert theta[start + 3 * s_next + 1] == 99.0
        start += (s + 1) * s_next
    assert start == theta.size


# -- Initial values -------------------------------------------------------------------------------


@pytest.mark.parametrize("init", [*[name for name in INITS if name != "zeros"], 0.12])
def test_the_same_seed_gives_the_same_bits(init: str | float) -> None:
    network = Network((5, 4, 3))
    one, same, other = (initial_theta(network, seed, init) for seed in (1, 1, 2))
    assert one.tobytes() == same.tobytes()
    assert (one != other).any()
    assert one.shape == (network.n_parameters,)
    generator = np.random.default_rng(1)
    assert initial_theta(network, generator, init).tobytes() == one.tobytes()
    assert (initial_theta(network, generator, init) != one).any()


def test_no_seed_draws_anew() -> None:
    assert (initial_theta(Network((5, 4, 3))) != initial_theta(Network((5, 4, 3)))).any()


def test_float32_is_the_same_draw_rounded() -> None:
    wide, narrow = (initial_theta(BIG, 1, dtype=dtype) for dtype in (np.float64, np.float32))
    assert narrow.dtype == np.float32
    np.testing.assert_array_equal(narrow, wide.astype(np.float32))


def test_the_default_is_the_courses_rule() -> None:
    assert initial_theta(BIG, 1).tobytes() == initial_theta(BIG, 1, "uniform").tobytes()


def uniform_within(values: Array, e: float) -> None:
    """Hold `values` to the uniform distribution in [-e, e]: edges, mean, variance, quarters."""
    n = values.size
    assert abs(values).max() <= e
    assert abs(values).max() > e * (1 - 20 / n)
    assert abs(values.mean()) < 5 * e / np.sqrt(3 * n)
    assert values.var() == pytest.approx(e * e / 3, rel=5 / np.sqrt(n))
    quarters = np.histogram(values, bins=4, range=(-e, e))[0] / n
    np.testing.assert_allclose(quarters, 0.25, atol=5 * 0.44 / np.sqrt(n))


def normal_with(values: Array, sd: float) -> None:
    """Hold `values` to the normal distribution of mean 0: variance and the share within 1 sd."""
    n = values.size
    assert abs(values.mean()) < 5 * sd / np.sqrt(n)
    assert values.std() == pytest.approx(sd, rel=5 / np.sqrt(2 * n))
    assert (abs(values) < sd).mean() == pytest.approx(0.6827, abs=5 * 0.47 / np.sqrt(n))


@pytest.mark.parametrize("init", ["uniform", 0.12, "scikit-learn"])
@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_uniform_values_bias_included(init: str | float, activation: str) -> None:
    network = Network(BIG.layer_sizes, activation)
    for B in split(network, initial_theta(network, 3, init)):
        s_in, s_out = B.shape[0] - 1, B.shape[1]
        if init == 0.12:
            e = 0.12
        else:
            factor = 2 if (init, activation) == ("scikit-learn", "sigmoid") else 6
            e = np.sqrt(factor / (s_in + s_out))
        uniform_within(B[1:], e)
        assert (B[0] != 0).all()
        uniform_within(B[0], e)


def test_glorot_is_uniform_with_bias_0() -> None:
    for B in split(BIG, initial_theta(BIG, 3, "glorot")):
        uniform_within(B[1:], np.sqrt(6 / (B.shape[0] - 1 + B.shape[1])))
        assert (B[0] == 0).all()


def test_he_is_normal_with_bias_0() -> None:
    for B in split(BIG, initial_theta(BIG, 3, "he")):
        normal_with(B[1:], np.sqrt(2 / (B.shape[0] - 1)))
        assert (B[0] == 0).all()


def test_nielsen_is_normal_with_a_bias_of_variance_1() -> None:
    for B in split(BIG, initial_theta(BIG, 3, "nielsen")):
        normal_with(B[1:], np.sqrt(1 / (B.shape[0] - 1)))
        normal_with(B[0], 1.0)


@pytest.mark.parametrize(("activation", "theirs"), [("sigmoid", "logistic"), ("relu", "relu")])
def test_the_rule_named_after_scikit_learn_has_its_bounds(activation: str, theirs: str) -> None:
    peer = MLPRegressor(
        hidden_layer_sizes=(300,),
        activation=theirs,
        solver="sgd",
        learning_rate_init=1e-300,  # one step that changes nothing: what is left is the draw
        max_iter=1,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        peer.fit(np.zeros((1, 200)), [0.0])
    network = Network((200, 300, 1), activation, "squared")
    ours = split(network, initial_theta(network, 0, "scikit-learn"))
    for B, coef, intercept in zip(ours, peer.coefs_, peer.intercepts_, strict=True):
        np.testing.assert_allclose(abs(B[1:]).max(), abs(coef).max(), rtol=0.01)
        if len(intercept) > 1:
            np.testing.assert_allclose(abs(B[0]).max(), abs(intercept).max(), rtol=0.05)


@pytest.mark.parametrize(
    ("init", "message"),
    [
        (
            "glorrot",
            "init: expected a number e for [-e, e], or one of uniform, scikit-learn, glorot, he, "
            "nielsen, zeros; got 'glorrot' (did you mean \"glorot\"?)",
        ),
        (
            True,
            "init: expected a number e for [-e, e], or one of uniform, scikit-learn, glorot, he, "
            "nielsen, zeros; got True",
        ),
        (0, "init: as a number it is e in [-e, e] and must be finite and above 0; got 0"),
        (-0.1, "init: as a number it is e in [-e, e] and must be finite and above 0; got -0.1"),
        (
            float("inf"),
            "init: as a number it is e in [-e, e] and must be finite and above 0; got inf",
        ),
        (
            10**400,
            "init: as a number it is e in [-e, e] and must be finite and above 0; got "
            f"1{56 * '0'}...",
        ),
    ],
)
def test_an_init_that_is_none_is_named(init: object, message: str) -> None:
    with pytest.raises(ParameterError, match="^" + re.escape(message) + "$"):
        initial_theta(Network((2, 1)), 0, init)  # type: ignore[arg-type]


# -- Zeros: symmetry ------------------------------------------------------------------------------

SYMMETRY = (
    "init='zeros': all units of a layer stay equal: symmetry. Every hidden unit of a layer "
    "computes the same value and gets the same gradient in every step; use a random init"
)


def test_zeros_warns_of_symmetry() -> None:
    with pytest.warns(UserWarning, match="^" + re.escape(SYMMETRY) + "$") as caught:
        theta = initial_theta(Network((3, 2, 1)), init="zeros")
    assert not theta.any()
    assert caught[0].filename == __file__  # the line that asked, not the line that warns


def test_zeros_without_a_hidden_layer_is_no_symmetry() -> None:
    assert not initial_theta(Network((3, 2)), init="zeros").any()  # a warning would be an error


def trained(network: Network, theta: Array) -> list[Array]:
    """The blocks after 20 SGD steps on 40 samples, in minibatches of 10."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(40, network.n_inputs))
    Y = np.eye(network.n_outputs)[generator.integers(0, network.n_outputs, 40)]
    rule, state = SGD(), TrainingState(theta, (), seed=0)
    with ReferenceEngine().open(network, state, Rows(X, Y), Update(rule, 10, 40)) as session:
        for _ in range(5):
            session.advance(np.full(4, 0.5))
            state.end_epoch()
    assert state.step == 20
    return split(network, state.theta)


@pytest.mark.filterwarnings("ignore:init='zeros'")
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
@pytest.mark.parametrize("cost", ["logistic", "softmax", "quadratic"])
def test_from_zeros_all_units_of_a_layer_stay_equal(activation: str, cost: str) -> None:
    network = Network((3, 5, 4, 3), activation, cost, 0.1)
    blocks = trained(network, initial_theta(network, init="zeros"))
    for B in blocks[:-1]:  # what enters the hidden units
        np.testing.assert_allclose(B, np.tile(B[:, :1], B.shape[1]), rtol=1e-9, atol=1e-15)
    for B in blocks[1:]:  # what leaves them
        np.testing.assert_allclose(B[1:], np.tile(B[1:2], (B.shape[0] - 1, 1)), rtol=1e-9)
    assert np.ptp(blocks[-1][0]) > 1e-3  # it did learn: the outputs' biases differ
    if activation == "sigmoid":  # the others' hidden units start at 0 and with them all gradients
        assert all(abs(B[1:]).max() > 1e-6 for B in blocks)


def test_from_random_values_the_units_of_a_layer_differ() -> None:
    network = Network((3, 5, 4, 3), "sigmoid", "logistic", 0.1)
    for B in trained(network, initial_theta(network, 0))[:-1]:
        assert (np.ptp(B, axis=1) > 1e-2).all()
