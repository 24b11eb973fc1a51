import numpy as np
import pytest

from clearprop.engines.choice import choose_engine
from clearprop.gradients.check import quick_check
from clearprop.network import equations
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta

ENGINE = choose_engine("reference")


def digits(sizes, activation="relu", cost="softmax", rows=300, dtype=np.float64):
    r = np.random.default_rng(0)
    network = Network(sizes, activation, cost, 1e-4)
    X = r.random((rows, sizes[0])) * (r.random((rows, sizes[0])) < 0.3)
    Y = np.eye(sizes[-1])[r.integers(0, sizes[-1], rows)]
    return network, initial_theta(network, 0, "he", dtype), X.astype(dtype), Y.astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_it_is_quick_and_right(dtype, monkeypatch):
    rows = []
    cost = equations.cost
    monkeypatch.setattr(
        equations, "cost", lambda *args: rows.append(args[3].shape[0]) or cost(*args)
    )
    network, theta, X, Y = digits((64, 100, 10), dtype=dtype)
    report = quick_check(network, theta, X, Y, ENGINE)
    assert report.verdict == "right", report
    assert report.n_checked == 40
    assert set(rows) == {10}
    assert len(rows) < 250  # forward passes of ten rows, in place of 15,020 of three hundred
    assert report.taylor_slope == pytest.approx(2, abs=0.05)


def test_the_rows_are_of_different_classes():
    network, theta, X, Y = digits((5, 4, 10), rows=3000)
    Y[:] = np.eye(10)[0]
    Y[::100] = np.eye(10)[np.arange(30) % 9 + 1]  # nine classes are rare
    seen = []

    class Watching(type(ENGINE)):
        def cost_and_gradient(self, network, theta, X, Y, sample_weight=None, dropout=None):
            seen.append(Y)
            return super().cost_and_gradient(network, theta, X, Y, sample_weight, dropout)

    quick_check(network, theta, X, Y, Watching())
    assert len(seen[0]) == 10
    assert len(np.unique(seen[0].argmax(axis=1))) >= 5


def test_rows_that_do_not_count_are_not_taken():
    network, theta, X, Y = digits((5, 4, 3))
    weight = np.zeros(300)
    weight[[7, 70]] = 0.5
    X[weight == 0] = np.nan  # would show
    assert quick_check(network, theta, X, Y, ENGINE, weight).right


@pytest.mark.filterwarnings("ignore:init='zeros'")
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_zeros_hide_nothing(activation, spoiled):
    network, _, X, Y = digits((5, 4, 3), activation)
    theta = initial_theta(network, 0, "zeros")
    assert quick_check(network, theta, X, Y, ENGINE).right

    def spoil(network, theta, X, gradient):
        gradient[4:24] *= 1.01  # the weights of layer 1, whose gradient is 0 at zeros

    report = quick_check(network, theta, X, Y, spoiled(spoil))
    assert [(b.layer, b.block) for b in report.blocks if b.verdict == "wrong"] == [(1, "weights")]


def test_one_wrong_entry_of_thousands_is_found(spoiled):
    network, theta, X, Y = digits((64, 100, 10), "tanh")
    for index in (0, 777, 6000, 6500, 7509):

        def spoil(network, theta, X, gradient, index=index):
            gradient[index] += 1e-3 * np.abs(gradient).max()

        report = quick_check(network, theta, X, Y, spoiled(spoil))
        assert report.verdict == "wrong"
        assert [b.worst.index for b in report.blocks if b.verdict == "wrong"] == [index]


def test_the_bias_regularised_is_found_though_lambda_is_small(spoiled):
    network, theta, X, Y = digits((20, 30, 5), "tanh")
    theta += 0.1

    def spoil(network, theta, X, gradient):
        gradient[:30] += 1e-4 / X.shape[0] * theta[:30]

    report = quick_check(network, theta, X, Y, spoiled(spoil))
    assert [(b.layer, b.block) for b in report.blocks if b.verdict == "wrong"] == [(1, "bias")]


@pytest.mark.parametrize("cost", ["logistic", "squared", "quadratic"])
def test_one_output_and_few_rows(cost):
    network = Network((3, 4, 1), "relu", cost)
    X = np.random.default_rng(0).standard_normal((2, 3))
    Y = np.array([[0.0], [1.0]])
    assert quick_check(network, initial_theta(network, 0), X, Y, ENGINE).right


def test_a_cost_that_is_not_finite_is_left_to_the_training_to_report():
    network = Network((1, 1), cost="poisson")
    X, Y = np.ones((2, 1)), np.ones((2, 1))
    report = quick_check(network, np.array([0.0, 1000.0]), X, Y, ENGINE)
    assert report.verdict == "unsure"
    assert report.blocks == ()
    assert report.problems == ("cost: J (inf) or its gradient overflows in float64",)
    assert "cost: J (inf)" in str(report)


def test_of_a_very_deep_network_a_few_blocks_are_checked():
    network = Network((2, *[2] * 40, 1), "tanh")
    X, Y = np.array([[0.3, -1.0], [1.0, 0.5]]), np.array([[1.0], [0.0]])
    report = quick_check(network, initial_theta(network, 0), X, Y, ENGINE)
    places = [(block.layer, block.block) for block in report.blocks]
    assert len(places) == 20
    assert places[:2] == [(1, "bias"), (1, "weights")]
    assert places[-1] == (41, "weights")
    assert report.verdict == "right"
