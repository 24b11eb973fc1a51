"""Twenty steps beside PyTorch, in float64: what it has too gives the same numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from clearprop.engines.choice import ENGINES, available_engines, choose_engine
from clearprop.engines.protocol import Engine, Rows, TrainingState, Update
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.equations import split
from clearprop.network.parameters import initial_theta
from clearprop.network.samples import smoothed
from clearprop.network.updates import SGD, Adam, AdamW, Rule, Schedule

torch: Any = pytest.importorskip("torch", exc_type=ImportError)

STEPS, ROWS, RATE, SEED = 20, 12, 0.02, 3


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Every engine that there is."""
    if request.param not in available_engines():
        pytest.skip(f"the engine {request.param} does not load here")
    return choose_engine(request.param)


def samples(network: Network) -> tuple[Array, Array]:
    generator = np.random.default_rng(8)
    X = generator.normal(size=(ROWS, network.n_inputs))
    if network.cost == "softmax":
        return X, np.eye(network.n_outputs)[generator.integers(0, network.n_outputs, ROWS)]
    return X, generator.normal(0, 2, (ROWS, network.n_outputs))


def ours(
    engine: Engine,
    network: Network,
    rule: Rule,
    rates: Array | None = None,
    smoothing: float = 0.0,
    **update: Any,
) -> Array:
    """Theta after so many steps, each of all rows in their order and an epoch of its own."""
    X, Y = samples(network)
    Y = smoothed(network, Y, smoothing)
    theta = initial_theta(network, 4)
    state = TrainingState(theta, rule.start(np, theta), SEED)
    rates = np.full(STEPS, RATE) if rates is None else rates
    how = Update(rule, ROWS, float(ROWS), **update)
    with engine.open(network, state, Rows(X, Y), how) as session:
        for step in range(STEPS):
            session.advance(rates[[step]])
            state.end_epoch()
        return session.state().theta


ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": torch.tanh,
    "leaky_relu": torch.nn.LeakyReLU(0.01),
    "silu": torch.nn.SiLU(),
}


def theirs(
    network: Network,
    loss: Callable[[Any, Any], Any],
    optimizer: Callable[[list[Any]], Any],
    schedule: Callable[[Any], Any] | None = None,
    dropout: float = 0.0,
    clip_norm: float | None = None,
) -> Array:
    """The same in PyTorch; `loss` takes outputs and targets, each ``(m, K)``."""
    X, Y = (torch.tensor(array) for array in samples(network))
    blocks = [torch.tensor(B) for B in split(network, initial_theta(network, 4))]
    biases = [B[0].clone().requires_grad_() for B in blocks]
    weights = [B[1:].clone().requires_grad_() for B in blocks]
    steps = optimizer([{"params": weights}, {"params": biases, "weight_decay": 0.0}])
    rates = schedule(steps) if schedule else None
    g = ACTIVATIONS[network.activation]
    for step in range(STEPS):
        masks = Dropout(dropout, SEED, step).masks(network, 0, ROWS, np.float64)
        a = X
        for l, (W, b) in enumerate(zip(weights, biases, strict=True)):
            a = a @ W + b
            if l < len(weights) - 1:
                a = g(a) * torch.tensor(masks[l])
        steps.zero_grad()
        loss(a, Y).backward()
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_([*weights, *biases], clip_norm)
        steps.step()
        if rates:
            rates.step()
    pairs = zip(biases, weights, strict=True)
    return np.concatenate([torch.cat([b[None], W]).detach().numpy().ravel() for b, W in pairs])


def by_mean(loss: Any) -> Callable[[Any, Any], Any]:
    """The sum over the outputs, and the mean over the samples."""
    return lambda z, y: loss(z, y).sum() / ROWS


def cross_entropy(smoothing: float = 0.0) -> Callable[[Any, Any], Any]:
    loss = torch.nn.CrossEntropyLoss(label_smoothing=smoothing)
    return lambda z, y: loss(z, y.argmax(dim=1))


def sgd(groups: Any) -> Any:
    return torch.optim.SGD(groups, lr=RATE)


CLASSES = Network((5, 9, 7, 4), "tanh", "softmax")


def same(mine: Array, peer: Array) -> None:
    assert abs(mine - initial_theta(CLASSES, 4)[: len(mine)]).max() > 1e-3  # something was learned
    np.testing.assert_allclose(mine, peer, rtol=1e-6, atol=1e-9)


def test_adamw(engine: Engine) -> None:
    # PyTorch adds epsilon after the correction of v. A tiny one is the same in both.
    mine = ours(engine, CLASSES, AdamW(epsilon=1e-14, weight_decay=0.3))
    peer = theirs(
        CLASSES,
        cross_entropy(),
        lambda groups: torch.optim.AdamW(
            [{"weight_decay": 0.3, **group} for group in groups], lr=RATE, eps=1e-14
        ),
    )
    same(mine, peer)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_dropout_under_a_given_mask(engine: Engine, activation: Any) -> None:
    network = Network((5, 9, 7, 4), activation, "softmax")
    mine = ours(engine, network, SGD(), dropout=0.4)
    same(mine, theirs(network, cross_entropy(), sgd, dropout=0.4))


@pytest.mark.parametrize("threshold", [0.5, 1.0, 2.5])
def test_huber(engine: Engine, threshold: float) -> None:
    network = Network((5, 9, 7, 3), "tanh", "huber", threshold=threshold)
    loss = torch.nn.HuberLoss(reduction="none", delta=threshold)
    same(ours(engine, network, SGD()), theirs(network, by_mean(loss), sgd))


def test_the_pinball_loss(engine: Engine) -> None:
    levels = (0.05, 0.5, 0.9)
    network = Network((5, 9, 7, 3), "tanh", "quantile", quantiles=levels)
    tau = torch.tensor(levels, dtype=torch.float64)
    loss = by_mean(lambda z, y: torch.maximum(tau * (y - z), (tau - 1) * (y - z)))
    same(ours(engine, network, SGD()), theirs(network, loss, sgd))


@pytest.mark.parametrize("activation", ["leaky_relu", "silu"])
def test_activations(engine: Engine, activation: Any) -> None:
    network = Network((5, 9, 7, 4), activation, "softmax")
    same(ours(engine, network, SGD()), theirs(network, cross_entropy(), sgd))


def test_label_smoothing(engine: Engine) -> None:
    same(ours(engine, CLASSES, SGD(), smoothing=0.2), theirs(CLASSES, cross_entropy(0.2), sgd))


@pytest.mark.parametrize("norm", [0.05, 0.3, 1e3])
def test_clipping(engine: Engine, norm: float) -> None:
    mine = ours(engine, CLASSES, SGD(), clip_norm=norm)
    same(mine, theirs(CLASSES, cross_entropy(), sgd, clip_norm=norm))


def test_one_cycle(engine: Engine) -> None:
    def schedule(steps: Any) -> Any:
        return torch.optim.lr_scheduler.OneCycleLR(
            steps, max_lr=0.5, total_steps=STEPS + 1, cycle_momentum=False
        )

    # One step more than there are: PyTorch refuses the step after the last one.
    rates = Schedule("one_cycle", 0.5).rates(0, STEPS, 0, ROWS, STEPS + 1)
    same(ours(engine, CLASSES, SGD(), rates), theirs(CLASSES, cross_entropy(), sgd, schedule))


def test_warm_up(engine: Engine) -> None:
    rates = Schedule("constant", RATE, warmup=0.5).rates(0, STEPS, 0, ROWS, STEPS)

    def schedule(steps: Any) -> Any:
        linear = torch.optim.lr_scheduler.LinearLR
        return linear(steps, start_factor=1 / 10, end_factor=1.0, total_iters=9)

    same(ours(engine, CLASSES, SGD(), rates), theirs(CLASSES, cross_entropy(), sgd, schedule))


def test_adam_and_everything_at_once(engine: Engine) -> None:
    rule = Adam(epsilon=1e-14)
    mine = ours(engine, CLASSES, rule, smoothing=0.1, dropout=0.2, clip_norm=0.1)
    peer = theirs(
        CLASSES,
        cross_entropy(0.1),
        lambda groups: torch.optim.Adam(groups, lr=RATE, eps=1e-14),
        dropout=0.2,
        clip_norm=0.1,
    )
    same(mine, peer)
