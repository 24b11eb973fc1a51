"""Equal initial values keep the units equal; random ones do not."""

import numpy as np
import pytest

from clearprop import Network, cost_and_gradient, initial_theta
from clearprop.errors import ParameterError
from clearprop.figures import compute_symmetry, draw_symmetry
from clearprop.network.parameters import course_matrices
from clearprop.training import Options

NETWORK = Network((4, 3, 2), regularization=0.1)
X = np.random.default_rng(0).normal(size=(30, 4))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)
STEPS, RATE = 40, 0.5
OPTIONS = Options("gd", learning_rate=RATE, epochs=STEPS, patience=1000)


@pytest.fixture(scope="module")
def found():
    return compute_symmetry(NETWORK, X, Y, OPTIONS, equal=0.3, seed=5)


def descended(theta):
    """Gradient descent by hand, on the reference engine."""
    costs = []
    for _ in range(STEPS + 1):
        weights = course_matrices(NETWORK, theta)[0]
        J, D = cost_and_gradient(NETWORK, theta, X, Y, engine="reference")
        costs.append(J)
        theta = theta - RATE * D
    return weights, costs


def test_both_trainings_are_gradient_descent(found):
    weights, costs = descended(np.full(NETWORK.n_parameters, 0.3))
    assert found.equal_weights == pytest.approx(weights, rel=1e-9)
    assert found.equal_costs == pytest.approx(costs, rel=1e-9)
    weights, costs = descended(initial_theta(NETWORK, 5))
    assert found.random_weights == pytest.approx(weights, rel=1e-9)
    assert found.random_costs == pytest.approx(costs, rel=1e-9)


def test_units_stay_equal_or_do_not(found):
    first = found.equal_weights[0]
    assert found.equal_weights == pytest.approx(np.tile(first, (3, 1)), rel=1e-9)
    assert np.abs(first - 0.3).max() > 0.01  # they did learn
    assert (found.equal_units, found.random_units) == (1, 3)


def test_what_is_drawn_is_what_was_computed(found):
    left, middle, right = draw_symmetry(found).figure.axes
    assert (left.images[0].get_array() == found.equal_weights[:, 1:]).all()
    assert (middle.images[0].get_array() == found.random_weights[:, 1:]).all()
    equal, random = right.get_lines()
    assert tuple(equal.get_ydata()) == found.equal_costs
    assert tuple(random.get_ydata()) == found.random_costs
    assert left.get_title() == "all 0.3 at the start\n3 hidden units, 1 distinct"
    assert middle.get_title() == "random at the start\n3 hidden units, 3 distinct"
    assert right.get_xlabel() == "epoch"


def test_images_are_drawn_as_images_on_one_scale():
    found = compute_symmetry(NETWORK, X, Y, OPTIONS, image_shape=(2, 2))
    tiles = np.ma.getdata(draw_symmetry(found).figure.axes[1].images[0].get_array())
    largest = np.abs(found.random_weights[:, 1:]).max()
    assert tiles[:2, :2] == pytest.approx(found.random_weights[0, 1:].reshape(2, 2) / largest)
    by_columns = compute_symmetry(NETWORK, X, Y, OPTIONS, image_shape=(2, 2), image_order="F")
    turned = np.ma.getdata(draw_symmetry(by_columns).figure.axes[1].images[0].get_array())
    assert (turned[:2, :2] == tiles[:2, :2].T).all()


def test_its_words_in_chinese(found):
    picture = draw_symmetry(found, "zh", "表")
    assert picture.title == "初始值为什么要随机：训练之后的隐藏单元"
    assert picture.figure.axes[0].get_title() == "初始值全为 0.3\n3 个隐藏单元，互异的有 1 个"
    assert picture.description.startswith(
        "训练之后 3 个隐藏单元的输入权重。参数的初始值全为 0.3 时，互不相同的单元有 1 个，"
        f"代价最后为 {found.equal_costs[-1]:.4g}；初始值随机时，互不相同的有 3 个，"
    )


def test_a_network_without_hidden_units_is_refused():
    with pytest.raises(ParameterError) as caught:
        compute_symmetry(Network((4, 2)), X, Y)
    assert str(caught.value) == "network: expected a hidden layer; this one has none"
