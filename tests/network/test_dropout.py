"""The masks of dropout: which bits, how many, and what they do to the equations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.errors import ParameterError, shown
from clearprop.network import equations
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Network
from clearprop.network.costs import COSTS
from clearprop.network.dropout import Dropout
from clearprop.network.parameters import initial_theta

NETWORK = Network((3, 6, 5, 2))


def murmur(h: int) -> int:
    """MurmurHash3's finaliser, in Python's whole numbers."""
    h ^= h >> 16
    h = h * 0x85EBCA6B % 2**32
    h ^= h >> 13
    h = h * 0xC2B2AE35 % 2**32
    return h ^ (h >> 16)


def bit(rate: float, seed: int, epoch: int, layer: int, place: int, unit: int) -> bool:
    """Whether a unit stays, by the rule as it is written."""
    golden = 0x9E3779B9
    key = murmur((seed % 2**32 + golden) % 2**32)
    for part in (seed >> 32, epoch, layer):
        key = murmur(key ^ part)
    row = murmur((key + golden * (place + 1)) % 2**32)
    return murmur((row + golden * (unit + 1)) % 2**32) >= round(rate * 2**32)


@settings(max_examples=30, deadline=None)
@given(
    rate=st.floats(0, 0.99),
    seed=st.integers(0, 2**64 - 1),
    epoch=st.integers(0, 2**32 - 1),
    first=st.integers(0, 2**32 - 8),
)
def test_the_bits_are_those_of_the_rule(rate: float, seed: int, epoch: int, first: int) -> None:
    masks = Dropout(rate, seed, epoch).masks(NETWORK, first, 4, np.float64)
    for layer, mask in enumerate(masks, start=1):
        expected = [
            [bit(rate, seed, epoch, layer, first + i, k) / (1 - rate) for k in range(mask.shape[1])]
            for i in range(4)
        ]
        np.testing.assert_allclose(mask, expected, rtol=1e-15)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_the_mean_of_a_mask_is_1_and_no_unit_or_sample_is_special(rate: float) -> None:
    (mask,) = Dropout(rate, 7, 3).masks(Network((2, 400, 1)), 0, 500, np.float64)
    spread = np.sqrt(rate / (1 - rate))  # of one entry
    assert abs(mask.mean() - 1) < 5 * spread / np.sqrt(mask.size)
    assert abs(mask.mean(axis=0) - 1).max() < 5.5 * spread / np.sqrt(500)
    assert abs(mask.mean(axis=1) - 1).max() < 5.5 * spread / np.sqrt(400)
    together = np.corrcoef(mask, rowvar=False) - np.eye(400)
    assert abs(together).max() < 6 / np.sqrt(500)


def test_each_epoch_seed_and_layer_has_masks_of_its_own() -> None:
    network = Network((2, 50, 50, 1))
    seen = {
        mask.tobytes()
        for seed, epoch in ((0, 0), (0, 1), (1, 0), (2**32, 0))
        for mask in Dropout(0.5, seed, epoch).masks(network, 0, 20, np.float32)
    }
    assert len(seen) == 8


def test_a_slice_of_the_masks_is_the_masks_of_a_slice() -> None:
    dropout = Dropout(0.3, 5, 2)
    whole = dropout.masks(NETWORK, 0, 20, np.float32)
    for some, all_ in zip(dropout.masks(NETWORK, 7, 6, np.float32), whole, strict=True):
        assert some.dtype == np.float32
        assert some.tobytes() == all_[7:13].tobytes()


@pytest.mark.parametrize("seed", [3, np.int32(3), np.int64(3), np.uint8(3)])
def test_numpys_seeds_count_like_pythons(seed: int) -> None:
    masks = Dropout(0.5, seed, 1).masks(NETWORK, 0, 3, np.float64)
    assert masks[0].tobytes() == Dropout(0.5, 3, 1).masks(NETWORK, 0, 3, np.float64)[0].tobytes()


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_under_a_mask_is_that_of_the_complex_step(activation: str, cost: str) -> None:
    network = Network((3, 6, 5, 3), activation, cost, 0.7)
    generator = np.random.default_rng(12)
    theta, X = initial_theta(network, 12), generator.normal(size=(6, 3))
    Y = np.eye(3)[generator.integers(0, 3, 6)]
    masks = Dropout(0.4, 1, 0).masks(network, 0, 6, np.float64)
    _, D = equations.cost_and_gradient(np, network, theta, X, Y, masks=masks)
    for j in range(network.n_parameters):
        moved = theta.astype(complex)
        moved[j] += 1e-30j
        z = equations.forward(np, network, moved, X, masks).weighted_inputs[-1]
        slope = equations.cost(np, network, moved, z, Y).imag / 1e-30
        np.testing.assert_allclose(D[j], slope, rtol=1e-10, atol=1e-13)


def test_dropout_by_hand() -> None:
    # Two hidden units with g(z) = z: z = (3, 5). The first is dropped, the second doubled: h = 10.
    network = Network((1, 2, 1), "identity", "squared")
    theta = np.array([1.0, 1.0, 2.0, 4.0, 0.0, 1.0, 1.0])
    masks = [np.array([[0.0, 2.0]])]
    X, Y = np.array([[1.0]]), np.array([[7.0]])
    passed = equations.forward(np, network, theta, X, masks)
    assert passed.activations[1].tolist() == [[0.0, 10.0]]
    J, D = equations.cost_and_gradient(np, network, theta, X, Y, masks=masks)
    assert J == 4.5
    # delta^(3) = 3; delta^(2) = 3 * 1 * (0, 2).
    assert D.tolist() == [0.0, 6.0, 0.0, 6.0, 3.0, 0.0, 30.0]


@pytest.mark.parametrize("rate", [1.0, -0.1, np.nan, "0.5", True, 10**400])
def test_wrong_arguments_are_named_at_once(rate: object) -> None:
    with pytest.raises(ParameterError) as caught:
        Dropout(rate, seed=-1, epoch=0.5)  # type: ignore[arg-type]
    assert caught.value.problems == (
        f"rate: expected a number of at least 0 and below 1; got {shown(rate)}",
        "seed: expected a whole number of at least 0; got -1",
        "epoch: expected a whole number of at least 0; got 0.5",
    )
