import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.engines.choice import choose_engine
from clearprop.engines.reference import ReferenceEngine
from clearprop.errors import ParameterError
from clearprop.gradients.check import check_gradient
from clearprop.network import equations
from clearprop.network.architecture import Network
from clearprop.network.dropout import Dropout
from clearprop.network.parameters import initial_theta, theta_from_course
from clearprop.network.samples import as_targets

SEEDS = st.integers(0, 10**6)


def places(report):
    return [(block.layer, block.block) for block in report.blocks if block.verdict == "wrong"]


def one_entry(index, factor):
    def spoil(network, theta, X, gradient):
        gradient[index] *= factor

    return spoil


# -- Right gradients are right --------------------------------------------------------------------


@pytest.mark.parametrize("i", [0, 1, 2])
def test_the_small_golden_network(shared_data, i):
    golden = np.load(shared_data / "course" / "golden_small.npz")
    network = Network((3, 5, 3), regularization=golden["lambdas"][i])
    theta = theta_from_course(golden["Theta1"], golden["Theta2"])
    report = check_gradient(network, theta, golden["X"], golden["y"] - 1)
    assert report.right
    assert report.n_checked == 38
    assert report.vector_difference < 1e-9  # the course's bound
    assert report.largest_relative_difference < 1e-7
    assert report.taylor_slope == pytest.approx(2, abs=0.02)

    worst = [block.worst for block in report.blocks]
    for entry in worst:
        assert entry.numerical == pytest.approx(golden["grad"][i][entry.index], abs=1e-9)
        assert entry.analytic == pytest.approx(golden["grad"][i][entry.index], abs=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_large_golden_network(shared_data, dtype):
    import scipy.io

    golden = np.load(shared_data / "course" / "golden_400_25_10.npz")
    weights = scipy.io.loadmat(shared_data / "course" / "ex4weights.mat")
    theta = theta_from_course(weights["Theta1"], weights["Theta2"]).astype(dtype)
    network = Network((400, 25, 10), regularization=1.0)
    y = golden["y"] - 1
    report = check_gradient(network, theta, golden["X"][:50], y[:50], sample=10)
    assert report.right
    assert report.dtype == np.dtype(dtype).name


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_the_reference_engine_is_right_whatever_the_network(problem, seed):
    network, theta, X, Y = problem(seed)
    for dtype in (np.float64, np.float32):
        report = check_gradient(network, theta.astype(dtype), X, Y, sample=8, seed=seed)
        assert report.verdict == "right", report
        assert report.largest_relative_difference < report.tolerance / 3
        assert report.cost == pytest.approx(report.numerical_cost, rel=report.tolerance)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_no_wolf_at_the_kinks_of_200_relu_networks(problem, dtype):
    kinks = 0
    for seed in range(200):
        network, theta, X, Y = problem(seed, activation="relu")
        report = check_gradient(network, theta.astype(dtype), X, Y, sample=6)
        assert report.verdict == "right", (seed, report)
        kinks += report.n_at_kinks
    assert kinks > 20  # that is what was to be shown


@pytest.mark.filterwarnings("ignore:init='zeros'")
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
@pytest.mark.parametrize("cost", ["logistic", "softmax", "quadratic", "squared", "poisson"])
def test_zeros_are_right_and_not_0_over_0(activation, cost):
    network = Network((3, 4, 2), activation, cost)
    X = np.array([[0.0, 1.0, -1.0], [2.0, 0.5, -3.0], [0.0, 0.0, 0.0]])
    report = check_gradient(
        network, initial_theta(network, 0, "zeros"), X, [[1, 0], [0, 1], [1, 0]]
    )
    assert report.verdict == "right", report
    assert report.largest_relative_difference < 1e-7


def test_dead_units_and_saturated_units_are_right():
    dead = Network((2, 3, 2), "relu", "softmax")
    theta = initial_theta(dead, 0)
    theta[:3] = -100.0  # all hidden units off
    assert check_gradient(dead, theta, [[1.0, 2.0]], [0]).right
    for cost in ("logistic", "quadratic"):
        saturated = Network((2, 3, 1), "sigmoid", cost)
        for factor in (10, 40, 100):
            for dtype in (np.float64, np.float32):
                theta = (factor * initial_theta(saturated, 1)).astype(dtype)
                report = check_gradient(saturated, theta, [[1.0, 2.0], [3.0, -1.0]], [0, 1])
                assert report.verdict != "wrong", (cost, factor, dtype, report)


def test_a_gradient_lost_in_rounding_is_unsure():
    network, X, Y = Network((1, 1), cost="quadratic"), [[1.0]], [0]
    report = check_gradient(network, np.array([0, 15], np.float32), X, Y)
    assert report.verdict == "unsure"
    assert report.problems == (
        "gradient: rounding in float32 hides all of it, since units are saturated or J is very "
        "large (0.5); scale X, or take a smaller theta",
    )
    assert check_gradient(network, np.array([0.0, 15.0]), X, Y).right


def test_large_inputs_that_no_step_fits_are_right():
    network = Network((3, 4, 2), "tanh", "softmax", 1.0)
    X = 300 * np.random.default_rng(0).random((20, 3))
    report = check_gradient(network, initial_theta(network, 0), X, np.arange(20) % 2, step=0.1)
    assert report.right, report


def test_sparse_inputs_and_sample_weights():
    import scipy.sparse

    X = np.random.default_rng(0).random((12, 5)) * np.eye(12, 5)
    network = Network((5, 4, 3), "tanh", "softmax", 1.0)
    theta, y, weight = initial_theta(network, 0), np.arange(12) % 3, np.arange(12.0)
    dense = check_gradient(network, theta, X, y, sample_weight=weight)
    sparse = check_gradient(network, theta, scipy.sparse.csr_array(X), y, sample_weight=weight)
    assert dense.right
    assert sparse.right
    assert sparse.cost == pytest.approx(dense.cost, rel=1e-14)


@pytest.mark.parametrize("method", ["differences", "complex"])
def test_an_output_of_exactly_0_is_no_branch_to_fall_off(method):
    """log(1 + e^z) is computed in two branches that meet at z = 0, where a blank network is."""
    network = Network((2, 3, 2), "tanh", "logistic")
    theta = initial_theta(network, 0, "glorot")
    report = check_gradient(network, theta, np.zeros((3, 2)), [0, 1, 1], method=method)
    assert report.verdict == "right", report


def test_the_complex_step_knows_all_digits(problem):
    network, theta, X, Y = problem(4, activation="tanh")
    report = check_gradient(network, theta, X, Y, method="complex")
    assert report.right
    assert (report.method, report.step) == ("complex", 1e-30)
    assert report.vector_difference < 1e-14


# -- Wrong gradients are wrong, and where ---------------------------------------------------------


@given(SEEDS, st.floats(0, 1, exclude_max=True), st.sampled_from([1e-3, -1e-3, 0.1, -1.0, -2.0]))
@settings(max_examples=60, deadline=None)
def test_one_wrong_entry_is_found_in_its_block(problem, spoiled, seed, where, relative):
    network, theta, X, Y = problem(seed)
    _, D = choose_engine("reference").cost_and_gradient(network, theta, X, Y)
    large = np.flatnonzero(np.abs(D) > 1e-2 * np.abs(D).max())
    index = int(large[int(where * len(large))])
    report = check_gradient(network, theta, X, Y, engine=spoiled(one_entry(index, 1 + relative)))
    assert report.verdict == "wrong"
    (block,) = [block for block in report.blocks if block.verdict == "wrong"]
    assert block.worst.index == index
    assert block.n_wrong == 1
    assert block.worst.analytic == pytest.approx(D[index] * (1 + relative))
    assert block.worst.numerical == pytest.approx(D[index], rel=1e-5)
    assert report.engine == "spoiled"


def test_in_float32_one_wrong_percent_is_found(spoiled):
    network = Network((6, 8, 5, 3), "relu", "softmax", 1.0)
    theta = initial_theta(network, 0, "he", np.float32)
    X = np.random.default_rng(0).standard_normal((20, 6)).astype(np.float32)
    Y = np.eye(3, dtype=np.float32)[np.arange(20) % 3]
    _, D = choose_engine("reference").cost_and_gradient(network, theta, X, Y)
    for index in np.flatnonzero(np.abs(D) > 0.01 * np.abs(D).max())[::7]:
        report = check_gradient(network, theta, X, Y, engine=spoiled(one_entry(index, 1.01)))
        assert [b.worst.index for b in report.blocks if b.verdict == "wrong"] == [index]


def test_an_entry_that_was_not_sampled_is_found_by_the_block_as_a_whole(spoiled):
    network = Network((20, 30, 10), "tanh", "softmax", 1.0)
    theta = initial_theta(network, 0)
    X = np.random.default_rng(0).standard_normal((30, 20))
    y = np.arange(30) % 10
    index = 333  # of the weights of layer 1
    report = check_gradient(network, theta, X, y, sample=4, engine=spoiled(one_entry(index, 1.001)))
    assert places(report) == [(1, "weights")]
    assert report.blocks[1].worst.index == index  # halving leads to it
    assert report.blocks[1].worst.name == "11 -> 4"  # 333 - 30 = 10 * 30 + 3
    assert report.blocks[1].n_checked == 5


def bias_regularised(network, theta, X, gradient):
    start = 0
    for rows, columns in network.block_shapes:
        bias = slice(start, start + columns)
        gradient[bias] += network.regularization / X.shape[0] * theta[bias]
        start += rows * columns


def not_divided_by_m(network, theta, X, gradient):
    gradient *= X.shape[0]


def transposed(network, theta, X, gradient):
    rows, columns = network.block_shapes[0]
    weights = gradient[columns : rows * columns]
    weights[:] = weights.reshape(rows - 1, columns).T.ravel()


def negative(network, theta, X, gradient):
    gradient *= -1


def vanished(network, theta, X, gradient):
    gradient[:] = 0


def not_a_number(network, theta, X, gradient):
    gradient[-1] = np.nan


ALL = [(l, block) for l in (1, 2, 3) for block in ("bias", "weights")]


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (bias_regularised, [(1, "bias"), (2, "bias"), (3, "bias")]),
        (not_divided_by_m, ALL),
        (transposed, [(1, "weights")]),
        (negative, ALL),
        (vanished, ALL),
        (not_a_number, [(3, "weights")]),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("sample", [None, 5])
def test_known_mistakes_are_found_where_they_are(spoiled, spoil, where, dtype, sample):
    network = Network((4, 6, 5, 3), "sigmoid", "logistic", 0.5)
    theta = initial_theta(network, 0, dtype=dtype)
    X, y = np.random.default_rng(0).standard_normal((10, 4)), np.arange(10) % 3
    report = check_gradient(network, theta, X, y, engine=spoiled(spoil), sample=sample)
    assert places(report) == where
    assert not report.right


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_a_missing_slope_is_found_below_the_layer_that_lacks_it(spoiled, activation, monkeypatch):
    """delta^(2) without g'(z^(2)): layer 2 and the output layer are right, layer 1 is not."""
    from clearprop.network import equations

    network = Network((4, 6, 3), activation, "softmax")
    theta = initial_theta(network, 0)
    X, y = np.random.default_rng(0).standard_normal((10, 4)), np.arange(10) % 3
    flat = equations.Activation(
        equations.ACTIVATIONS[activation].f, lambda xp, z, a: xp.ones_like(z)
    )
    Y = as_targets(network, y, 10)
    with monkeypatch.context() as patch:
        patch.setitem(equations.ACTIVATIONS, activation, flat)
        mistaken = choose_engine("reference").cost_and_gradient(network, theta, X, Y)[1]

    def spoil(network, theta, X, gradient):
        gradient[:] = mistaken

    report = check_gradient(network, theta, X, y, engine=spoiled(spoil))
    assert places(report) == [(1, "bias"), (1, "weights")]


def test_a_wrong_cost_is_found_too(problem, spoiled):
    network, theta, X, Y = problem(3, activation="tanh")
    engine = spoiled(lambda *_: None, cost_factor=1.01)
    report = check_gradient(network, theta, X, Y, engine=engine)
    assert report.verdict == "wrong"
    assert places(report) == []
    assert report.problems[0].startswith("cost: J is ")
    assert "by the reference equations" in report.problems[0]


def test_the_taylor_slope_tells_right_from_wrong_without_a_tolerance(spoiled):
    network = Network((5, 6, 3), "tanh", "softmax", 1.0)
    theta = initial_theta(network, 0)
    X, y = np.random.default_rng(0).standard_normal((10, 5)), np.arange(10) % 3
    right = check_gradient(network, theta, X, y, sample=2)
    wrong = check_gradient(network, theta, X, y, sample=2, engine=spoiled(one_entry(40, 1.01)))
    assert right.taylor_slope == pytest.approx(2, abs=0.02)
    assert wrong.taylor_slope == pytest.approx(1, abs=0.02)


# -- Options, costs of the check, errors ----------------------------------------------------------


def test_the_same_seed_gives_the_same_report_and_theta_is_left_alone(problem):
    network, theta, X, Y = problem(4)
    before = theta.copy()
    first, second = (check_gradient(network, theta, X, Y, sample=3, seed=7) for _ in range(2))
    assert first == second
    assert (theta == before).all()


def test_two_passes_a_parameter_and_few_beside_them(monkeypatch):
    from clearprop.network import equations

    passes = 0
    cost = equations.cost

    def counting(*args, **kwargs):
        nonlocal passes
        passes += 1
        return cost(*args, **kwargs)

    monkeypatch.setattr(equations, "cost", counting)
    network = Network((10, 12, 4), "tanh", "softmax")
    X, y = np.random.default_rng(0).standard_normal((10, 10)), np.arange(10) % 4
    report = check_gradient(network, initial_theta(network, 0), X, y)
    n = network.n_parameters
    assert report.n_checked == n
    assert passes < 2 * n + 0.5 * n + 50


def test_a_report_says_what_json_needs(problem):
    network, theta, X, Y = problem(2)
    report = check_gradient(network, theta, X, Y, sample=3)
    plain = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert plain["verdict"] == "right"
    assert plain["largest_relative_difference"] == report.largest_relative_difference
    assert len(plain["blocks"]) == 2 * (network.n_layers - 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"step": 0}, "step: expected a finite number above 0, such as 1e-4; got 0"),
        ({"step": float("nan")}, "step: expected a finite number above 0"),
        (
            {"sample": 0},
            "sample: expected how many parameters of each block, or None for all; got 0",
        ),
        ({"seed": -1}, "seed: expected a whole number of at least 0; got -1"),
        (
            {"method": "difference", "step": -1},
            "2 problems: method: expected one of differences, complex; got 'difference' "
            '(did you mean "differences"?); step: expected',
        ),
        ({"layer_sizes": (2, 1)}, "layer_sizes: is for functions; a network brings its own"),
        ({"step": 10**400}, "step: expected a finite number above 0, such as 1e-4; got 1000"),
        (
            {"dropout": 0.5, "seed": -1},
            "2 problems: seed: expected a whole number of at least 0; got -1; dropout: expected "
            "its masks, such as Dropout(0.5, seed=0, epoch=0), or None; got 0.5",
        ),
        ({"Y": None}, "X, Y: a network is checked on samples"),
        ({"X": [[1.0, 2.0, 3.0]]}, "X: expected shape (m, 2)"),
    ],
)
def test_options_that_do_not_fit(options, message):
    given_ = {"X": [[1.0, 2.0]], "Y": [1]} | options
    with pytest.raises(ParameterError) as caught:
        check_gradient(Network((2, 1)), np.zeros(3), **given_)
    assert str(caught.value).startswith(message)


def test_a_cost_that_overflows_is_an_error():
    network = Network((1, 1), cost="poisson")
    with pytest.raises(ParameterError, match="to be finite in float32 for these rows"):
        check_gradient(network, np.array([0, 100], np.float32), [[1.0]], [1])


@pytest.mark.parametrize("method", ["differences", "complex"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "silu"])
@pytest.mark.parametrize("cost", ["softmax", "huber", "quantile"])
def test_under_dropouts_masks(method: str, dtype: type, activation: str, cost: str) -> None:
    network = Network((4, 6, 5, 3), activation, cost, 0.3)
    generator = np.random.default_rng(0)
    X, Y = generator.normal(size=(12, 4)), np.eye(3)[generator.integers(0, 3, 12)]
    theta = initial_theta(network, 1, dtype=dtype)
    report = check_gradient(network, theta, X, Y, method=method, dropout=Dropout(0.3, 5, 0))
    assert report.right, str(report)
    assert report.dropout == 0.3
    assert "; under the masks of dropout 0.3)" in str(report)


def test_a_slope_without_its_mask_is_found() -> None:
    class Unmasked(ReferenceEngine):
        """Forward under the masks, backward without: the usual slip."""

        def cost_and_gradient(self, network, theta, X, Y, sample_weight=None, dropout=None):
            masks = dropout.masks(network, 0, len(X), theta.dtype)
            passed = equations.forward(np, network, theta, X, masks)
            J = equations.cost(np, network, theta, passed.weighted_inputs[-1], Y)
            return float(J), equations.backward(np, network, theta, passed, Y).gradient

    network = Network((4, 6, 3), "tanh", "softmax")
    generator = np.random.default_rng(0)
    X, Y = generator.normal(size=(12, 4)), np.eye(3)[generator.integers(0, 3, 12)]
    theta = initial_theta(network, 1)
    report = check_gradient(network, theta, X, Y, engine=Unmasked(), dropout=Dropout(0.3, 5, 0))
    assert report.verdict == "wrong"
    assert {block.verdict for block in report.blocks if block.layer == 1} == {"wrong"}
