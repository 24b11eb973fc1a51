"""The for-loop over samples and the vectorised equations are the same mathematics."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.network import equations
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Network
from clearprop.network.costs import COSTS
from clearprop.network.course_loop import cost_and_gradient_loop
from clearprop.network.parameters import initial_theta


@st.composite
def problems(draw: st.DrawFn) -> tuple:
    """Any architecture of up to three hidden layers, with parameters and samples."""
    cost = draw(st.sampled_from(list(COSTS)))
    K = draw(st.integers(2 if cost == "softmax" else 1, 5))
    sizes = (*draw(st.lists(st.integers(1, 7), min_size=1, max_size=4)), K)
    network = Network(
        sizes,
        draw(st.sampled_from(list(ACTIVATIONS))),
        cost,
        draw(st.sampled_from([0.0, 1.0]) | st.floats(0, 50)),
    )
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    m = draw(st.integers(1, 8))
    X = generator.normal(size=(m, sizes[0]))
    Y = np.eye(K)[generator.integers(0, K, m)]
    theta = initial_theta(network, generator, init=draw(st.sampled_from([0.12, "uniform", "he"])))
    return network, theta, X, Y


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_loop_and_the_vectorised_form_agree(problem: tuple) -> None:
    network, theta, X, Y = problem
    J, gradient = equations.cost_and_gradient(np, network, theta, X, Y)
    J_loop, gradient_loop = cost_and_gradient_loop(network, theta, X, Y)
    scale = max(1.0, abs(gradient).max())
    np.testing.assert_allclose(J, J_loop, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(gradient, gradient_loop, rtol=1e-11, atol=1e-13 * scale)


def test_the_loop_by_hand() -> None:
    # One weight, no bias: z = 0, h = 1/2 in both samples; J = log 2 + 2/(2*2) w^2 with w = 0.
    network = Network((1, 1), regularization=2.0)
    J, gradient = cost_and_gradient_loop(
        network, np.array([0.0, 0.0]), np.array([[2.0], [4.0]]), np.array([[1.0], [0.0]])
    )
    np.testing.assert_allclose(J, np.log(2))
    np.testing.assert_allclose(gradient, [0, (-0.5 * 2 + 0.5 * 4) / 2])
    # The same at w = 3, b = -6: z = 0 and 6, and lambda adds w^2/2 to J and w to dJ/dw alone.
    J, gradient = cost_and_gradient_loop(
        network, np.array([-6.0, 3.0]), np.array([[2.0], [4.0]]), np.array([[1.0], [0.0]])
    )
    h = 1 / (1 + np.exp(-6.0))
    np.testing.assert_allclose(J, (np.log(2) - np.log(1 - h)) / 2 + 9 / 2, rtol=1e-12)
    np.testing.assert_allclose(gradient, [(h - 0.5) / 2, (4 * h - 1) / 2 + 3], rtol=1e-12)
