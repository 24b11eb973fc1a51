"""Update rules by hand and beside scikit-learn's own optimizers; the schedules' values."""

import numpy as np
import pytest
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from clearprop.network.architecture import Array
from clearprop.network.updates import (
    SCHEDULES,
    SGD,
    Adam,
    AdamW,
    Rule,
    Schedule,
    clipped,
    schedule_problems,
)


def walk(rule: Rule, theta: Array, gradients: list, rate: float = 0.1) -> list[Array]:
    """Theta after each of the steps."""
    moments, path = rule.start(np, theta), []
    for t, gradient in enumerate(gradients, start=1):
        theta, moments = rule.step(np, theta, np.asarray(gradient, theta.dtype), moments, rate, t)
        path.append(theta)
    return path


def test_gradient_descent_by_hand() -> None:
    path = walk(SGD(), np.array([1.0, -1.0]), [[2.0, 0.0], [1.0, -4.0]])
    np.testing.assert_allclose(path, [[0.8, -1.0], [0.7, -0.6]], rtol=1e-15)


def test_momentum_by_hand() -> None:
    # v: -0.2, then 0.5 * -0.2 - 0.1 = -0.2, then 0.5 * -0.2 - 0 = -0.1.
    path = walk(SGD(momentum=0.5), np.array([1.0]), [[2.0], [1.0], [0.0]])
    np.testing.assert_allclose(np.ravel(path), [0.8, 0.6, 0.5], rtol=1e-14)


def test_nesterov_by_hand() -> None:
    # v as above; theta moves by 0.5 v - 0.1 D: -0.1 - 0.2, then -0.1 - 0.1, then -0.05 - 0.
    path = walk(SGD(momentum=0.5, nesterov=True), np.array([1.0]), [[2.0], [1.0], [0.0]])
    np.testing.assert_allclose(np.ravel(path), [0.7, 0.5, 0.45], rtol=1e-14)


def test_nesterov_without_momentum_is_gradient_descent() -> None:
    assert walk(SGD(0.0, nesterov=True), np.array([1.0]), [[2.0]])[0].tolist() == [0.8]


def test_adam_by_hand() -> None:
    # b1 = b2 = 1/2, epsilon = 1. t = 1: m = 1, v = 2, rate sqrt(1/2)/(1/2) = sqrt 2 rate.
    # t = 2 (D = 0): m = 1/2, v = 1, rate sqrt(3/4)/(3/4) = 2/sqrt 3 rate.
    path = walk(Adam(0.5, 0.5, 1.0), np.array([1.0]), [[2.0], [0.0]])
    first = 1 - 0.1 * np.sqrt(2) / (np.sqrt(2) + 1)
    second = first - 0.1 * 2 / np.sqrt(3) * 0.5 / (1 + 1)
    np.testing.assert_allclose(np.ravel(path), [first, second], rtol=1e-14)


def test_adams_first_step_has_the_length_of_the_rate() -> None:
    path = walk(Adam(), np.zeros(4), [[1e-3, -2.0, 1e5, 0.0]], rate=0.01)
    np.testing.assert_allclose(path[0], [-0.01, 0.01, -0.01, 0.0], rtol=1e-3)


def test_adams_defaults_are_the_papers() -> None:
    assert Adam() == Adam(beta_1=0.9, beta_2=0.999, epsilon=1e-8)
    assert SGD() == SGD(momentum=0.0, nesterov=False)


RULES = {
    "sgd": (SGD(), lambda p: SGDOptimizer(p, 0.05, momentum=0.0, nesterov=False)),
    "momentum": (SGD(0.9), lambda p: SGDOptimizer(p, 0.05, momentum=0.9, nesterov=False)),
    "nesterov": (SGD(0.9, True), lambda p: SGDOptimizer(p, 0.05, momentum=0.9, nesterov=True)),
    "adam": (Adam(), lambda p: AdamOptimizer(p, 0.05)),
    "adam, other betas": (
        Adam(0.8, 0.95, 1e-4),
        lambda p: AdamOptimizer(p, 0.05, beta_1=0.8, beta_2=0.95, epsilon=1e-4),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_twenty_steps_agree_with_scikit_learn(name: str) -> None:
    rule, make_peer = RULES[name]
    generator = np.random.default_rng(1)
    theta = generator.normal(size=30)
    gradients = list(generator.normal(size=(20, 30)) * 10.0 ** generator.integers(-6, 3, (20, 30)))
    theirs = [theta.copy()]
    peer = make_peer(theirs)
    for ours, gradient in zip(walk(rule, theta, gradients, 0.05), gradients, strict=True):
        peer.update_params(theirs, [gradient])
        np.testing.assert_allclose(ours, theirs[0], rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", RULES)
def test_a_step_changes_nothing_that_it_is_given(name: str) -> None:
    rule, _ = RULES[name]
    theta, gradient = np.ones(3), np.array([1.0, -2.0, 0.5])
    _, moments = rule.step(np, theta, gradient, rule.start(np, theta), 0.1, 1)
    for array in (theta, gradient, *moments):
        array.flags.writeable = False
    kept = [array.copy() for array in (theta, gradient, *moments)]
    after, new = rule.step(np, theta, gradient, moments, 0.1, 2)
    assert after is not theta
    assert len(new) == len(moments) == len(rule.start(np, theta))
    for array, before in zip((theta, gradient, *moments), kept, strict=True):
        np.testing.assert_array_equal(array, before)


@pytest.mark.parametrize("name", RULES)
def test_float32_stays_float32(name: str) -> None:
    rule, _ = RULES[name]
    theta = np.ones(3, np.float32)
    moments = rule.start(np, theta)
    for t in (1, 2, 3):
        theta, moments = rule.step(np, theta, theta * theta, moments, float(np.float64(0.1)), t)
    assert {array.dtype for array in (theta, *moments)} == {np.dtype(np.float32)}


# -- Schedules ------------------------------------------------------------------------------------


def test_constant_and_adaptive_are_the_rate() -> None:
    for name in ("constant", "adaptive"):
        rates = Schedule(name, 0.3).rates(first=5, count=4, epoch=7, rows=10, steps=100)
        assert rates.tolist() == [0.3, 0.3, 0.3, 0.3]


def test_cosine_by_hand() -> None:
    rates = Schedule("cosine", 2.0).rates(first=0, count=7, epoch=0, rows=1, steps=6)
    half, root = 0.5, np.sqrt(3) / 2
    expected = [2, 1 + root, 1 + half, 1, 1 - half, 1 - root, 0]
    np.testing.assert_allclose(rates, expected, atol=1e-15)


def test_cosine_stays_at_0_after_its_last_step() -> None:
    rates = Schedule("cosine", 2.0).rates(first=6, count=3, epoch=2, rows=1, steps=6)
    np.testing.assert_allclose(rates, 0, atol=1e-15)


@pytest.mark.parametrize("power_t", [0.5, 0.25, 1.0])
def test_invscaling_agrees_with_scikit_learn(power_t: float) -> None:
    schedule = Schedule("invscaling", 0.2, power_t)
    peer = SGDOptimizer([np.zeros(1)], 0.2, "invscaling", power_t=power_t)
    for epoch in range(5):
        rates = schedule.rates(first=epoch * 3, count=3, epoch=epoch, rows=25, steps=15)
        np.testing.assert_allclose(rates, np.full(3, peer.learning_rate), rtol=1e-14)
        peer.iteration_ends((epoch + 1) * 25)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_slices_of_an_epoch_have_the_rates_of_the_whole(name: str) -> None:
    schedule = Schedule(name, 0.1)
    whole = schedule.rates(first=20, count=10, epoch=2, rows=100, steps=50)
    cut = [schedule.rates(20, 3, 2, 100, 50), schedule.rates(23, 7, 2, 100, 50)]
    assert whole.shape == (10,)
    assert np.concatenate(cut).tobytes() == whole.tobytes()


def test_a_schedule_that_is_none_is_named() -> None:
    assert schedule_problems("cosine") == []
    assert schedule_problems("cosin") == [
        "schedule: expected one of constant, invscaling, adaptive, cosine, one_cycle; "
        "got 'cosin' (did you mean \"cosine\"?)"
    ]


def test_adamw_by_hand() -> None:
    # One step of Adam has the length of the rate: 1 - 0.1, and 1/5 of a tenth of theta beside it.
    rule, theta = AdamW(weight_decay=0.2), np.array([1.0, 1.0])
    after, moments = rule.step(
        np, theta, np.array([2.0, 2.0]), rule.start(np, theta), 0.1, 1, decays=np.array([1.0, 0.0])
    )
    np.testing.assert_allclose(after, [0.88, 0.9], rtol=1e-6)
    np.testing.assert_allclose(moments[0], [0.2, 0.2])


def test_all_parameters_decay_where_nobody_says_which_are_biases() -> None:
    rule, theta, D = AdamW(), np.array([1.0, -2.0]), np.array([0.3, 0.7])
    start = rule.start(np, theta)
    (by_default, _), (all_of_them, _), (none, _) = (
        rule.step(np, theta, D, start, 0.1, 1, *decays) for decays in ((), (np.ones(2),), (0.0,))
    )
    assert by_default.tolist() == all_of_them.tolist()
    np.testing.assert_allclose(none - by_default, 0.1 * 0.01 * theta, rtol=1e-12)


def test_adamw_without_decay_is_adam() -> None:
    theta, gradient = np.array([1.0, -2.0]), np.array([0.3, 0.7])
    start = Adam().start(np, theta)
    plain = Adam().step(np, theta, gradient, start, 0.1, 1)
    decayed = AdamW(weight_decay=0.0).step(np, theta, gradient, start, 0.1, 1)
    assert decayed[0].tolist() == plain[0].tolist()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_clipping_by_hand(dtype: type) -> None:
    gradient = np.array([3.0, -4.0], dtype)
    assert clipped(np, gradient, None) is gradient
    short = clipped(np, gradient, 2.5)
    assert short.dtype == dtype
    np.testing.assert_allclose(short, [1.5, -2.0], rtol=1e-6)
    assert clipped(np, gradient, 6.0).tolist() == [3.0, -4.0]
    assert clipped(np, np.zeros(2, dtype), 1.0).tolist() == [0.0, 0.0]
    assert np.isnan(clipped(np, np.array([np.nan, 1.0], dtype), 1.0)).all()  # nothing is hidden


def test_squares_that_overflow_float32_are_clipped_all_the_same() -> None:
    gradient = np.array([3e25, -4e25], np.float32)
    with np.errstate(all="raise"):
        short = clipped(np, gradient, 1.0)
    np.testing.assert_allclose(short, [0.6, -0.8], rtol=1e-6)
    # A million small squares beside a large one count.
    many = np.full(10**6, 1e-4, np.float32)
    many[0] = 1.0
    length = np.linalg.norm(many.astype(np.float64))
    np.testing.assert_allclose(clipped(np, many, 0.5)[0], 0.5 / length, rtol=2e-6)


def test_one_cycle_rises_for_30_percent_and_ends_near_0() -> None:
    rates = Schedule("one_cycle", 0.5).rates(0, 100, 0, 1, 100)
    np.testing.assert_allclose(rates[[0, 29, 99]], [0.02, 0.5, 0.02 / 1e4], rtol=1e-12)
    assert (np.diff(rates[:30]) > 0).all()
    assert (np.diff(rates[29:]) < 0).all()
    # The middle of either half cosine is the mean of its ends.
    np.testing.assert_allclose(rates[64], (0.5 + 0.02 / 1e4) / 2, rtol=1e-12)


def test_a_single_step_of_one_cycle_has_the_whole_rate() -> None:
    assert Schedule("one_cycle", 0.5).rates(0, 3, 0, 1, 1).tolist() == [0.5, 0.5, 0.5]


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_run_without_end_has_rates(name: str) -> None:
    rates = Schedule(name, 0.5, warmup=0.1).rates(0, 2, 0, 1, 10**400)
    assert np.isfinite(rates).all()
    assert Schedule("invscaling", 0.5, power_t=1000).rates(0, 2, 9, 9, 99).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 7])
def test_one_cycle_of_few_steps(steps: int) -> None:
    rates = Schedule("one_cycle", 0.5).rates(0, steps, 0, 1, steps)
    assert np.isfinite(rates).all()
    assert (rates > 0).all()
    assert rates.max() <= 0.5


@pytest.mark.parametrize("name", ["constant", "cosine", "adaptive", "invscaling"])
def test_warm_up_multiplies_the_first_rates(name: str) -> None:
    plain = Schedule(name, 0.4).rates(0, 50, 0, 1, 50)
    warm = Schedule(name, 0.4, warmup=0.1).rates(0, 50, 0, 1, 50)
    np.testing.assert_allclose(warm[:5], plain[:5] * [0.2, 0.4, 0.6, 0.8, 1.0], rtol=1e-14)
    assert warm[5:].tolist() == plain[5:].tolist()
    in_slices = [Schedule(name, 0.4, warmup=0.1).rates(i, 10, 0, 1, 50) for i in range(0, 50, 10)]
    assert np.concatenate(in_slices).tolist() == warm.tolist()
