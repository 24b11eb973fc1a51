"""The six steps, the learning rates and the hidden sizes: their numbers by plain NumPy."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network, cost_and_gradient, initial_theta, read
from clearprop.engines.evaluate import predict
from clearprop.errors import ParameterError
from clearprop.experiment.prepared import prepare
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment
from clearprop.figures import (
    compute_hidden_sizes,
    compute_learning_rates,
    compute_six_steps,
    draw_hidden_sizes,
    draw_learning_rates,
)
from clearprop.network.equations import split
from clearprop.training import Options

X = np.random.default_rng(0).normal(size=(12, 4))
y = (X[:, 0] > 0).astype(float)
ONE = Network((4, 1))


def test_a_descent_is_theta_minus_alpha_d():
    theta = initial_theta(ONE, 0)
    found = compute_learning_rates(ONE, theta, X, y, (0.1, 1.0, 5.0), steps=7)
    bias = np.column_stack([np.ones(12), X])  # (12, 5)
    for rate, costs in zip(found.rates, found.costs, strict=True):
        here = theta
        for cost in costs:
            z = bias @ here  # (12,)
            assert cost == pytest.approx(np.mean(np.logaddexp(0, np.where(y == 1, -z, z))))
            here = here - rate * bias.T @ (1 / (1 + np.exp(-z)) - y) / 12
        at = list(found.alphas).index(rate)
        assert found.along[at] == pytest.approx(costs[1])


def test_its_words_in_chinese():
    picture = draw_learning_rates(compute_learning_rates(ONE, np.zeros(5), X, y), "zh")
    assert picture.title == "梯度下降：学习率 α"


def test_other_rates_are_refused():
    with pytest.raises(ParameterError) as caught:
        compute_learning_rates(ONE, np.zeros(5), X, y, (1.0, 0.1, 3.0))
    assert str(caught.value) == (
        "rates: expected three rates above 0, the smallest first; got (1.0, 0.1, 3.0)"
    )


def test_the_six_steps_agree_with_each_other():
    network = Network((4, 3, 2), regularization=0.5)
    Y = np.eye(2)[y.astype(int)]
    options = Options("lbfgs", epochs=20)
    images = X.reshape(-1, 2, 2)
    found = compute_six_steps(network, initial_theta(network, 1), X, Y, images, "ab", options)
    assert found.numeric == pytest.approx(found.analytic, abs=1e-7)
    assert found.right == tuple("ab"[int(k)] for k in y[:10])
    assert found.costs[-1] < found.costs[0]
    theta, plain = initial_theta(network, 1), replace(network, regularization=0.0)
    J, D = cost_and_gradient(plain, theta, X, Y, engine="reference")
    assert found.cost == pytest.approx(J)
    assert found.weights.reshape(3, 4) == pytest.approx(split(network, theta)[0][1:].T)
    assert found.gradients.reshape(3, 4) == pytest.approx(split(network, D)[0][1:].T)
    singly = [cost_and_gradient(plain, theta, X[[i]], Y[[i]])[0] for i in range(10)]
    assert found.sample_costs == pytest.approx(singly)
    assert (found.images == images[:10]).all()
    assert found.read == tuple("ab"[k] for k in predict(network, theta, X[:10]).argmax(axis=1))
    with pytest.raises(ParameterError) as caught:
        compute_six_steps(network, theta, X, Y, X, "abc")
    assert list(caught.value.problems) == [
        "images: expected those of the first rows, (n, height, width); got shape (10, 4)",
        "classes: expected 2 names, or none; got 3",
    ]
    with pytest.raises(ParameterError) as caught:
        compute_six_steps(Network((4, 2)), np.zeros(10), X, Y, images)
    assert str(caught.value) == "network: expected a hidden layer; this one has none"


def test_descending_sizes_are_refused():
    with pytest.raises(ParameterError) as caught:
        compute_hidden_sizes(prepare(read("digits")), RECIPES["modern"], (8, 4, 2))
    assert str(caught.value) == "sizes: expected at least three, ascending from 1; got (8, 4, 2)"


def test_what_networks_of_each_size_read_wrongly():
    rows = prepare(read("digits"))
    recipe = RECIPES["modern"].with_(epochs=1, regularization=1.0)
    found = compute_hidden_sizes(rows, recipe, (2, 3, 4))
    part, inputs = rows.parts["validation"], rows.inputs("validation", np.dtype(np.float64))
    right = np.asarray(part.y).astype(int)
    for size, wrong in zip((2, 3, 4), found.wrong, strict=True):
        model = Experiment(rows, recipe.with_(hidden=(size,))).fit().model()
        said = predict(model.network, model.theta, inputs).argmax(axis=1)
        missed = np.flatnonzero(said != right)
        assert (wrong.size, wrong.total) == (size, len(missed))
        assert (wrong.images.reshape(7, 64) == np.asarray(part.X)[missed[:7]]).all()
        assert wrong.right == tuple(map(str, right[missed[:7]]))
        assert wrong.read == tuple(map(str, said[missed[:7]]))
    left, panel = draw_hidden_sizes(found).figure.axes
    drawn = [tuple(line.get_ydata()) for line in left.get_lines()[:2]]
    assert drawn == [found.validation, found.train]
    assert len(panel.images) == 21
