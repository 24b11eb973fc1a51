"""The average of several networks is one network."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.engines.evaluate import predict
from clearprop.errors import ParameterError
from clearprop.network.architecture import Network
from clearprop.network.average import average_network
from clearprop.network.parameters import initial_theta


@given(
    st.lists(st.integers(1, 5), max_size=3),
    st.integers(1, 4),
    st.integers(1, 3),
    st.sampled_from(["tanh", "relu", "sigmoid"]),
)
def test_its_outputs_are_the_average(hidden, n, outputs, activation):
    network = Network((3, *hidden, outputs), activation, "squared", 0.5)
    thetas = [initial_theta(network, seed) + 0.1 * seed for seed in range(n)]
    wide, theta = average_network(network, thetas)
    assert wide.layer_sizes == (3, *(n * size for size in hidden), outputs)
    assert (wide.activation, wide.cost, wide.regularization) == (activation, "squared", 0.5)
    X = np.random.default_rng(n).normal(size=(7, 3))
    expected = np.mean([predict(network, one, X) for one in thetas], axis=0)
    np.testing.assert_allclose(predict(wide, theta, X), expected, rtol=1e-12, atol=1e-12)


def test_by_hand():
    """Two networks of one hidden unit each; the second layer's weights are halved."""
    network = Network((1, 1, 1), "relu", "squared")
    first, second = np.array([1.0, 2.0, 3.0, 4.0]), np.array([5.0, 6.0, 7.0, 8.0])
    wide, theta = average_network(network, [first, second])
    assert wide.layer_sizes == (1, 2, 1)
    # Biases 1 and 5, weights 2 and 6; then the bias (3 + 7)/2 and the weights 4/2 and 8/2.
    assert theta.tolist() == [1.0, 5.0, 2.0, 6.0, 5.0, 2.0, 4.0]


def test_other_outputs_have_no_such_network():
    with pytest.raises(ParameterError) as caught:
        average_network(Network((1, 1)), [np.zeros(2)])
    assert str(caught.value) == (
        "network: expected identity outputs, since only their average is that of one network; got "
        "sigmoid outputs"
    )
