import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.engines.choice import choose_engine
from clearprop.errors import ParameterError
from clearprop.gradients.check import check_gradient
from clearprop.network.architecture import Network

SEEDS = st.integers(0, 10**6)
THETA = np.array([0.3, -1.2, 2.0, 0.0])


def quadratic(theta):
    return 0.5 * theta @ theta + theta[0] * theta[1], theta + np.array(
        [theta[1], theta[0], *np.zeros(len(theta) - 2)]
    )


def of_network(problem, dtype, change=None):
    network, _, X, Y = problem
    X, Y = X.astype(dtype), Y.astype(dtype)

    def function(theta):
        J, D = choose_engine("reference").cost_and_gradient(network, theta.astype(dtype), X, Y)
        D = D.copy()
        if change is not None:
            change(D)
        return J, D.astype(float)

    return function


# -- Forms of functions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        lambda J, D: (J, D),
        lambda J, D: [float(J), list(D)],
        lambda J, D: (np.float64(J), D[:, None]),
        lambda J, D: (np.array([[J]]), D[None, :]),
        lambda J, D: (np.array(J), tuple(D)),
    ],
)
@pytest.mark.parametrize("theta", [THETA, THETA.tolist(), np.array([1, 2, 3])])
def test_functions_of_several_forms(form, theta):
    report = check_gradient(lambda theta: form(*quadratic(theta)), theta)
    assert report.right
    assert report.n_checked == len(theta)
    assert report.engine is None
    assert [(block.layer, block.block) for block in report.blocks] == [(None, "all")]
    assert report.largest_relative_difference < 1e-9
    assert report.taylor_slope == pytest.approx(2, abs=0.01)


def test_a_function_that_changes_its_theta_harms_nobody():
    def careless(theta):
        J, D = quadratic(theta)
        theta *= 0
        return J, D

    theta = THETA.copy()
    assert check_gradient(careless, theta).right
    assert (theta == THETA).all()


def test_a_function_that_uses_one_buffer_again():
    buffer = np.zeros(4)

    def thrifty(theta):
        J, buffer[:] = quadratic(theta)
        return J, buffer

    assert check_gradient(thrifty, THETA).right


def test_linear_and_constant_functions_are_right():
    slope = np.array([1.0, -2.0, 0.0])
    linear = check_gradient(lambda theta: (slope @ theta, slope), np.zeros(3))
    assert linear.right
    assert linear.taylor_slope is None
    assert check_gradient(lambda theta: (1.0, 0 * theta), np.zeros(3)).right
    assert not check_gradient(lambda theta: (1.0, 0 * theta + 1e-2), np.zeros(3)).right


def test_large_parameters_get_large_steps():
    scale = np.array([1e-3, 1.0, 1e6])
    function = lambda theta: (np.sum((theta / scale) ** 2), 2 * theta / scale**2)  # noqa: E731
    for dtype in (np.float64, np.float32):
        assert check_gradient(function, (3 * scale).astype(dtype)).right


# -- Layers ---------------------------------------------------------------------------------------


def test_layer_sizes_split_the_report(problem):
    network, theta, X, Y = problem(12, activation="tanh")
    wrong = network.block_shapes[0][1] + 1  # the second weight of layer 1

    def change(D):
        D[wrong] += 0.1

    function = of_network((network, theta, X, Y), np.float64, change)
    report = check_gradient(function, theta, layer_sizes=network.layer_sizes)
    (block,) = [block for block in report.blocks if block.verdict == "wrong"]
    assert (block.layer, block.block, block.worst.index) == (1, "weights", wrong)
    assert check_gradient(function, theta).blocks[0].worst.index == wrong


@given(SEEDS, st.integers(0, 10**6), st.sampled_from([1e-3, -0.1, -2.0]))
@settings(max_examples=30, deadline=None)
def test_a_functions_wrong_entry_is_found(problem, seed, where, relative):
    network, theta, X, Y = problem(seed, activation="tanh")
    right = of_network((network, theta, X, Y), np.float64)
    report = check_gradient(right, theta, sample=20)
    assert report.verdict == "right", report
    D = right(theta)[1]
    large = np.flatnonzero(np.abs(D) >= 0.1 * np.abs(D).max())
    index = int(large[where % len(large)])

    def change(D):
        D[index] *= 1 + relative

    wrong = of_network((network, theta, X, Y), np.float64, change)
    report = check_gradient(wrong, theta)
    assert report.verdict == "wrong"
    assert report.blocks[0].worst.index == index


# -- float32 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("theta_dtype", [np.float64, np.float32])
def test_no_wolf_where_a_function_computes_in_float32(problem, activation, theta_dtype):
    verdicts = []
    for seed in range(60):
        network, theta, X, Y = problem(seed, activation=activation)
        function = of_network((network, theta, X, Y), np.float32)
        report = check_gradient(function, theta.astype(theta_dtype), sample=20)
        assert report.dtype == "float32", (seed, report)
        verdicts.append(report.verdict)
        assert report.verdict != "wrong", (seed, report)
    assert verdicts.count("right") >= 57


def test_the_step_is_widened_for_float32_as_far_as_its_noise_asks():
    def single(theta):
        theta = theta.astype(np.float32)
        return float(np.sum(np.sin(theta))), np.cos(theta)

    theta = np.linspace(0.1, 1, 50)
    report = check_gradient(single, theta)
    assert report.right
    assert 1e-3 < report.step <= 1e-2
    assert report.tolerance == 1e-3
    report = check_gradient(lambda theta: (np.sum(np.sin(theta)), np.cos(theta)), theta)
    assert (report.step, report.tolerance, report.dtype) == (1e-4, 1e-5, "float64")


def test_mistakes_are_found_in_float32(problem):
    def missing_half(theta):
        theta = theta.astype(np.float32)
        return float(theta @ theta), theta

    def ten_percent(theta):
        J, D = missing_half(theta)
        D = 2 * D
        D[3] *= 1.1
        return J, D

    theta = np.linspace(0.5, 1, 10)
    assert check_gradient(missing_half, theta).blocks[0].n_wrong == 10
    report = check_gradient(ten_percent, theta)
    assert (report.verdict, report.blocks[0].worst.index) == ("wrong", 3)


def test_a_cost_too_noisy_to_tell_is_unsure():
    def drowned(theta):
        return float(np.float32(1e8 + np.sum(theta**2))), 2 * theta

    report = check_gradient(drowned, np.ones(3))
    assert report.verdict == "unsure"
    assert not report.right
    assert "which hides every derivative; compute it in float64" in report.problems[0]


# -- Kinks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("subgradient", [-1.0, -0.3, 0.7, 1.0])
def test_at_a_kink_every_slope_between_is_right(subgradient):
    def sum_of_magnitudes(theta):
        return np.abs(theta).sum(), np.where(theta == 0, subgradient, np.sign(theta))

    report = check_gradient(sum_of_magnitudes, THETA)
    assert report.right, report
    assert report.n_at_kinks == 1
    assert "At a kink, or within a step of one: 1" in str(report)


@pytest.mark.parametrize("slope", [-1.01, 1.01, 3.0])
def test_at_a_kink_a_slope_outside_is_wrong(slope):
    def sum_of_magnitudes(theta):
        return np.abs(theta).sum(), np.where(theta == 0, slope, np.sign(theta))

    report = check_gradient(sum_of_magnitudes, THETA)
    assert report.verdict == "wrong"
    assert report.blocks[0].worst.index == 3


def test_no_wolf_at_a_functions_kinks(problem):
    for seed in range(60):
        network, theta, X, Y = problem(seed, activation="relu")
        report = check_gradient(of_network((network, theta, X, Y), np.float64), theta, sample=30)
        assert report.verdict == "right", (seed, report)


# -- Complex step ---------------------------------------------------------------------------------


def test_the_complex_step_of_a_function():
    def exponential(theta):
        return np.sum(np.exp(theta) * theta), np.exp(theta) * (1 + theta)

    report = check_gradient(exponential, THETA, method="complex")
    assert report.right
    assert report.vector_difference < 1e-15
    wrong = check_gradient(lambda t: (exponential(t)[0], np.exp(t)), THETA, method="complex")
    assert wrong.blocks[0].n_wrong == 3  # at theta = 0 the two are the same


def test_a_function_that_drops_the_imaginary_part():
    with pytest.raises(ParameterError) as caught:
        check_gradient(lambda t: (float(np.real(t @ t)), 2 * t), THETA, method="complex")
    assert str(caught.value) == (
        "function: method='complex' expects a complex J for a complex theta; got float64, shape "
        "(). Use method='differences' where the function does not take complex numbers"
    )


# -- Evaluations, errors --------------------------------------------------------------------------


def test_two_evaluations_a_parameter_and_few_beside_them():
    calls = 0

    def counting(theta):
        nonlocal calls
        calls += 1
        return np.sum(np.sin(theta)), np.cos(theta)

    check_gradient(counting, np.linspace(-1, 1, 100))
    assert calls < 2 * 100 + 50
    calls = 0
    check_gradient(counting, np.linspace(-1, 1, 100), sample=10)
    assert calls < 2 * 10 + 50


def raises(theta):
    raise IndexError("no such row")


def unsteady():
    generator = np.random.default_rng(0)
    return lambda theta: (generator.random(), theta)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda t: t @ t, "function: expected it to return the pair (J, gradient); got float64 "),
        (lambda t: (t @ t, t, t), "function: expected it to return the pair (J, gradient); got "),
        (lambda t: (t, t), "function: expected J as one real number; got ndarray of shape (4,)"),
        (lambda t: ("1", t), "function: expected J as one real number; got str '1'"),
        (lambda t: (1j, t), "function: expected J as one real number; got complex 1j"),
        (
            lambda t: (np.nan, t),
            "function: expected a finite J at theta; got nan. Check the gradient where the cost is "
            "finite, or take a smaller step",
        ),
        (
            lambda t: (t @ t, t[1:]),
            "function: expected a gradient of shape (4,), one number for each parameter; got shape "
            "(3,)",
        ),
        (lambda t: (t @ t, "no"), "function: expected the gradient as 4 numbers; got str 'no'"),
        (
            lambda t: (t @ t, np.array([1, 2, np.nan, 4])),
            "function: expected a finite gradient at theta; got nan at position 2",
        ),
        (raises, "function: expected (J, gradient) at theta; it raised IndexError: no such row"),
        (
            unsteady(),
            "function: expected the same J for the same theta; got 0.6369616873214543 and then "
            "0.2697867137638703. Fix its random numbers (dropout, a choice of rows) for the check",
        ),
        (
            lambda t: (np.inf if t[2] > 2.00005 else t @ t, 2 * t),
            "function: expected a finite J at theta with parameter 2 moved by 0.0002; got inf",
        ),
    ],
)
def test_functions_that_cannot_be_checked(function, message):
    with pytest.raises(ParameterError) as caught:
        check_gradient(function, THETA)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("theta", "message"),
    [
        (np.ones((2, 2)), "theta: expected one vector of at least one parameter; got shape (2, 2)"),
        ([], "theta: expected one vector of at least one parameter; got shape (0,)"),
        (["a"], "theta: expected a vector of real numbers; got ['a']"),
        ([10**400], "theta: expected a vector of real numbers; got [1000"),
        ([1.0, np.inf], "theta: expected finite numbers; got inf at position 1"),
    ],
)
def test_thetas_that_cannot_be_checked(theta, message):
    with pytest.raises(ParameterError) as caught:
        check_gradient(quadratic, theta)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"X": [[1.0]]}, "X: a function is checked as check_gradient(function, theta)"),
        ({"engine": "reference"}, "engine: a function is checked as check_gradient(function, the"),
        ({"layer_sizes": (2, 3)}, "layer_sizes: (2, 3) have 9 parameters; theta has 4"),
        ({"layer_sizes": 4}, "layer_sizes: expected a sequence of whole numbers such as (400, "),
    ],
)
def test_options_that_are_for_networks(options, message):
    with pytest.raises(ParameterError) as caught:
        check_gradient(quadratic, THETA, **options)
    assert str(caught.value).startswith(message)


def test_neither_a_network_nor_a_function():
    with pytest.raises(ParameterError, match="expected a Network, or a function theta -> "):
        check_gradient((3, 2), THETA)
    assert Network((3, 1)).n_parameters == 4
