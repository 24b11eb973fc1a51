"""Backward propagation against differences: every delta, every gradient (equations.backward)."""

import numpy as np
import pytest
from scipy import special

from clearprop.network import equations
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array, Network
from clearprop.network.costs import COSTS
from clearprop.network.equations import split
from clearprop.network.parameters import initial_theta

F = {
    "sigmoid": special.expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "identity": lambda z: z,
    "leaky_relu": lambda z: np.maximum(z, z / 100),
    "silu": lambda z: z * special.expit(z),
}
J_i = {
    "logistic": lambda z, y: -y * special.log_expit(z) - (1 - y) * special.log_expit(-z),
    "softmax": lambda z, y: -y * special.log_softmax(z, axis=-1),
    "quadratic": lambda z, y: (special.expit(z) - y) ** 2 / 2,
    "squared": lambda z, y: (z - y) ** 2 / 2,
    "poisson": lambda z, y: special.kl_div(y, np.exp(z)),
    "huber": lambda z, y: special.huber(1, z - y),
    "quantile": lambda z, y: np.abs(z - y) / 2,
}
SIZES = (3, 5, 4, 3)
ROWS = 6

every_pair = pytest.mark.parametrize(
    ("activation", "cost"), [(activation, cost) for activation in ACTIVATIONS for cost in COSTS]
)


def problem(activation: str, cost: str, regularization: float = 0.0) -> tuple[Network, Array, ...]:
    """A network with two hidden layers, its theta, X and Y; no ReLU stands at its kink."""
    network = Network(SIZES, activation, cost, regularization)
    generator = np.random.default_rng(12)
    theta = initial_theta(network, 12)
    X = generator.normal(size=(ROWS, 3))
    Y = np.eye(3)[generator.integers(0, 3, ROWS)]
    zs = equations.forward(np, network, theta, X).weighted_inputs
    assert min(abs(z).min() for z in zs) > 1e-3, "choose another seed: a unit is at its kink"
    return network, theta, X, Y


def cost_from(network: Network, theta: Array, layer: int, z: Array, Y: Array) -> Array:
    """J_i of every sample where layer `layer` (0: the first hidden one) has the inputs z."""
    blocks = split(network, theta)
    for B in blocks[layer + 1 :]:
        z = F[network.activation](z) @ B[1:] + B[0]
    return J_i[network.cost](z, Y).sum(axis=-1)


@every_pair
@pytest.mark.parametrize("layer", [0, 1, 2], ids=["delta2", "delta3", "delta4"])
def test_every_delta_is_the_samples_derivative_by_z(activation: str, cost: str, layer: int) -> None:
    network, theta, X, Y = problem(activation, cost)
    passed = equations.forward(np, network, theta, X)
    deltas = equations.backward(np, network, theta, passed, Y).deltas
    z, step = passed.weighted_inputs[layer], 1e-5
    assert deltas[layer].shape == z.shape
    for unit in range(z.shape[1]):
        shift = step * np.eye(z.shape[1])[unit]
        up = cost_from(network, theta, layer, z + shift, Y)
        down = cost_from(network, theta, layer, z - shift, Y)
        np.testing.assert_allclose(
            deltas[layer][:, unit], (up - down) / (2 * step), rtol=1e-6, atol=1e-9
        )


@every_pair
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
def test_the_gradient_agrees_with_the_complex_step(
    activation: str, cost: str, weighted: bool
) -> None:
    network, theta, X, Y = problem(activation, cost, regularization=0.7)
    weight = np.linspace(0.5, 3, ROWS) if weighted else None
    _, gradient = equations.cost_and_gradient(np, network, theta, X, Y, weight)
    step, expected = 1e-30, np.empty_like(theta)
    for j in range(theta.size):
        stepped = theta + 1j * step * (np.arange(theta.size) == j)
        z = equations.forward(np, network, stepped, X).weighted_inputs[-1]
        expected[j] = equations.cost(np, network, stepped, z, Y, weight).imag / step
    np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-14)


@every_pair
def test_the_gradient_agrees_with_differences_of_a_cost_from_scipy(
    activation: str, cost: str
) -> None:
    network, theta, X, Y = problem(activation, cost, regularization=0.7)

    def J(theta: Array) -> float:
        B = split(network, theta)
        squares = sum((b[1:] ** 2).sum() for b in B)
        return cost_from(network, theta, 0, X @ B[0][1:] + B[0][0], Y).mean() + (
            0.7 / (2 * ROWS) * squares
        )

    step = 1e-5
    shifts = step * np.eye(theta.size)
    differences = [(J(theta + shift) - J(theta - shift)) / (2 * step) for shift in shifts]
    value, gradient = equations.cost_and_gradient(np, network, theta, X, Y)
    assert value == pytest.approx(J(theta), rel=1e-13)
    np.testing.assert_allclose(gradient, differences, rtol=1e-6, atol=1e-9)


@every_pair
def test_float32_stays_float32_and_agrees_with_float64(activation: str, cost: str) -> None:
    network, theta, X, Y = problem(activation, cost, regularization=0.7)
    weight = np.linspace(0.5, 3, ROWS)
    passed = equations.forward(np, network, theta, X)
    wide = equations.backward(np, network, theta, passed, Y, weight)
    J = equations.cost(np, network, theta, passed.weighted_inputs[-1], Y, weight)
    theta, X, Y, weight = (array.astype(np.float32) for array in (theta, X, Y, weight))
    passed = equations.forward(np, network, theta, X)
    narrow = equations.backward(np, network, theta, passed, Y, weight)
    J32 = equations.cost(np, network, theta, passed.weighted_inputs[-1], Y, weight)
    everything = [*narrow.deltas, *narrow.accumulators, narrow.gradient, J32]
    everything += [*passed.weighted_inputs, *passed.activations]
    assert {array.dtype for array in everything} == {np.dtype(np.float32)}
    np.testing.assert_allclose(J32, J, rtol=1e-5)
    np.testing.assert_allclose(narrow.gradient, wide.gradient, rtol=1e-4, atol=1e-5)


def test_the_accumulators_are_the_sums_of_outer_products() -> None:
    network, theta, X, Y = problem("tanh", "softmax")
    passed = equations.forward(np, network, theta, X)
    back = equations.backward(np, network, theta, passed, Y)
    for a, delta, Delta in zip(passed.activations, back.deltas, back.accumulators, strict=False):
        expected = sum(
            np.outer(np.concatenate([[1.0], a[i]]), delta[i]) for i in range(ROWS)
        )  # (s_l + 1, s_{l+1})
        np.testing.assert_allclose(Delta, expected, rtol=1e-12, atol=1e-15)
    flat = np.concatenate([Delta.ravel() for Delta in back.accumulators])
    np.testing.assert_allclose(back.gradient, flat / ROWS, rtol=1e-14)
