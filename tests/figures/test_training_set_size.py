"""Cost against the size of the training set, compared with trainings one by one."""

import numpy as np
import pytest

from clearprop import Network, cost_and_gradient, initial_theta
from clearprop.errors import ParameterError
from clearprop.figures import compute_training_set_size, draw_training_set_size
from clearprop.training import Options, Training

NETWORK = Network((3, 4, 2), regularization=0.5)
PLAIN = Network((3, 4, 2))
rng = np.random.default_rng(0)
X, X_VAL = rng.normal(size=(90, 3)), rng.normal(size=(40, 3))
Y, Y_VAL = ((x[:, 0] > x[:, 1]).astype(int) for x in (X, X_VAL))
THETA = initial_theta(NETWORK, 0)
OPTIONS = Options("lbfgs", epochs=30)


@pytest.fixture(scope="module")
def found():
    return compute_training_set_size(NETWORK, THETA, X, Y, X_VAL, Y_VAL, OPTIONS)


def test_eight_sizes_from_twenty_to_all(found):
    assert found.sizes == (20, 25, 31, 38, 47, 59, 73, 90)


@pytest.mark.parametrize("k", [0, 4, 7])
def test_costs_are_those_of_a_training_on_the_first_rows_without_lambda(found, k):
    size = found.sizes[k]
    training = Training(NETWORK, THETA, X[:size], Y[:size], OPTIONS)
    training.run()
    J_train = cost_and_gradient(PLAIN, training.theta, X[:size], Y[:size], engine="reference")[0]
    J_cv = cost_and_gradient(PLAIN, training.theta, X_VAL, Y_VAL, engine="reference")[0]
    assert found.train[k] == pytest.approx(J_train, rel=1e-9)
    assert found.validation[k] == pytest.approx(J_cv, rel=1e-9)


def test_what_is_drawn_is_what_was_computed(found):
    picture = draw_training_set_size(found, "en", "rows")
    (axes,) = picture.figure.axes
    validation, train = axes.get_lines()
    assert tuple(validation.get_ydata()) == found.validation
    assert tuple(train.get_ydata()) == found.train
    assert tuple(train.get_xdata()) == found.sizes
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert ticks == ["20", "25", "31", "38", "47", "59", "73", "90"]
    assert picture.description == (
        f"From 20 to 90 rows, J on the rows trained on goes from {found.train[0]:.4g} to "
        f"{found.train[-1]:.4g}, and J on the validation set from {found.validation[0]:.4g} to "
        f"{found.validation[-1]:.4g}; both without λ."
    )


def test_its_words_in_chinese(found):
    picture = draw_training_set_size(found, "zh")
    axes = picture.figure.axes[0]
    assert picture.title == "代价随训练集大小的变化"
    assert [label.get_text() for label in axes.get_legend().get_texts()] == [
        "J_cv：验证集",
        "J_train：参与训练的那些行",
    ]


def test_sizes_beyond_the_rows_are_refused():
    with pytest.raises(ParameterError) as caught:
        compute_training_set_size(NETWORK, THETA, X, Y, X_VAL, Y_VAL, OPTIONS, sizes=(10, 91))
    assert str(caught.value) == "sizes: expected whole numbers from 1 to 90; got (10, 91)"
