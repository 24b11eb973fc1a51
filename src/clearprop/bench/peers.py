"""The peers, each with its best honest settings: a function from a work to a trial.

A trial makes some steps and returns the seconds that one took. Gathering shuffled rows is part of
the work; drawing their order is not. What a peer does once (compiling, loading) happens in a first
trial that is not counted. Peers are imported inside functions, because each may be missing.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from clearprop.bench.settings import Trial, jax_settings, quietly, torch_settings, within
from clearprop.bench.works import RULES, Work
from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine, Rows, TrainingState, Update, epoch_order
from clearprop.engines.reference import ReferenceEngine
from clearprop.network import equations
from clearprop.network.parameters import decays
from clearprop.network.updates import AdamW


def _repeated(call: Callable[[], object], steps: int) -> Trial:
    def trial() -> float:
        start = time.perf_counter()
        for _ in range(steps):
            call()
        return (time.perf_counter() - start) / steps

    return trial


def _clearprop(engine: Engine, work: Work, steps: int) -> Trial:
    X, Y, theta = work.data()
    network = work.network

    if work.solver == "gradient":
        session = engine.open(network, TrainingState(theta), Rows(X, Y))
        return _repeated(session.cost_and_gradient, steps)
    if work.solver == "predict":
        # PyTorch's model holds its weights, too.
        outputs = engine.open(network, TrainingState(theta))
        return _repeated(lambda: outputs.predict(X), steps)
    rule = RULES[work.solver]
    state = TrainingState(theta.copy(), rule.start(np, theta))
    update = Update(rule, work.batch, work.rows, work.dropout)
    session = engine.open(network, state, Rows(X, Y), update)
    per_epoch = work.rows // work.batch

    def train() -> float:
        start = time.perf_counter()
        done = 0
        while done < steps:
            order = epoch_order(0, state.epoch, work.rows) if work.shuffled else None
            if done == 0:
                start = time.perf_counter()  # drawing an epoch's order is no part of the work
            count = min(per_epoch, steps - done)
            session.advance(np.full(count, work.rate), order)
            state.end_epoch()
            done += count
        return (time.perf_counter() - start) / steps

    return train


def clearprop(work: Work) -> Trial:
    """Clearprop with the engine that ``"auto"`` chooses."""
    return _clearprop(choose_engine(), work, work.steps)


def numpy(work: Work) -> Trial:
    """The reference engine, which computes as a careful course solution does."""
    return _clearprop(ReferenceEngine(), work, max(2, work.steps // 10))


def _torch(work: Work, compiled: bool, threads: int | None = None) -> Trial:
    settings = partial(torch_settings, threads)
    with settings():
        trial = _torch_trial(work, compiled)
    return within(settings, trial)


def _torch_trial(work: Work, compiled: bool) -> Trial:
    import torch

    X, Y, theta = (torch.from_numpy(a) for a in work.data())
    network = work.network
    sizes = network.layer_sizes
    hidden = {"sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}
    layers: list[Any] = []
    start = 0
    for l, (n_in, n_out) in enumerate(itertools.pairwise(sizes)):
        linear = torch.nn.Linear(n_in, n_out, dtype=X.dtype)
        block = theta[start : start + (n_in + 1) * n_out].reshape(n_in + 1, n_out)
        with torch.no_grad():
            linear.bias.copy_(block[0])
            linear.weight.copy_(block[1:].T)
        start += (n_in + 1) * n_out
        layers.append(linear)
        if l < len(sizes) - 2:
            layers.append(hidden[network.activation]())
            if work.dropout:
                layers.append(torch.nn.Dropout(work.dropout))
    model = torch.nn.Sequential(*layers)
    targets = Y.argmax(1) if network.cost == "softmax" else Y

    def loss(z: Any, y: Any) -> Any:
        if network.cost == "softmax":
            return torch.nn.functional.cross_entropy(z, y)
        if network.cost == "logistic":
            return torch.nn.functional.binary_cross_entropy_with_logits(
                z, y, reduction="sum"
            ) / len(y)
        h = torch.sigmoid(z) if network.cost == "quadratic" else z
        return 0.5 * (h - y).square().sum() / len(y)

    def cost(x: Any, y: Any) -> Any:
        return loss(model(x), y)

    run = torch.compile(cost) if compiled else cost
    parameters = list(model.parameters())
    optimizer: Any = None
    if work.solver in RULES:
        kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
        optimizer = kinds[work.solver](parameters, lr=work.rate, fused=True)
    steps = max(2, min(work.steps, 200))
    if work.solver == "predict":
        last = torch.nn.Softmax(1)

        @torch.inference_mode()
        def outputs() -> Any:
            return last(forward(X))

        forward = torch.compile(model) if compiled else model
        return _repeated(outputs, work.steps)

    def trial() -> float:
        order = torch.randperm(work.rows)
        start = time.perf_counter()
        for i in range(steps):
            if work.shuffled:
                at = (i * work.batch) % (work.rows - work.batch + 1)
                rows = order[at : at + work.batch]
                x, y = X[rows], targets[rows]
            else:
                x, y = X, targets
            if optimizer is None:
                for p in parameters:
                    p.grad = None
                J = run(x, y)
                if network.regularization:
                    linear = [m for m in layers if isinstance(m, torch.nn.Linear)]
                    squares = sum((m.weight.square().sum() for m in linear), torch.zeros(()))
                    J = J + network.regularization / (2 * len(x)) * squares
                J.backward()
            else:
                optimizer.zero_grad()
                run(x, y).backward()
                optimizer.step()
        return (time.perf_counter() - start) / steps

    return trial


def torch(work: Work) -> Trial:
    """PyTorch with all threads and fused optimizers."""
    return _torch(work, compiled=False)


def torch_1(work: Work) -> Trial:
    """PyTorch with one thread, which is faster for the smallest networks."""
    return _torch(work, compiled=False, threads=1)


def torch_compiled(work: Work) -> Trial:
    """PyTorch with model and cost compiled, and fused optimizers."""
    return _torch(work, compiled=True)


def jax(work: Work) -> Trial:
    """JAX: the whole trial is one jitted scan over the minibatches, with donated buffers."""
    settings = partial(jax_settings, work.dtype)
    with settings():
        trial = _jax_trial(work)
    return within(settings, trial)


def _jax_trial(work: Work) -> Trial:
    import jax as j
    import jax.numpy as jnp

    X, Y, theta = (jnp.asarray(a, work.dtype) for a in work.data())
    network = work.network

    def mean_cost(theta: Any, x: Any, y: Any, key: Any = None) -> Any:
        passed = equations.forward(jnp, network, theta, x, None if key is None else masks(key))
        return equations.cost(jnp, network, theta, passed.weighted_inputs[-1], y)

    def masks(key: Any) -> list[Any]:
        shapes = [(work.batch, units) for units in network.layer_sizes[1:-1]]
        stays = [
            j.random.bernoulli(k, 1 - work.dropout, shape)
            for k, shape in zip(j.random.split(key, len(shapes)), shapes, strict=True)
        ]
        return [jnp.where(kept, 1 / (1 - work.dropout), 0).astype(theta.dtype) for kept in stays]

    value_and_gradient = j.value_and_grad(mean_cost)
    if work.solver == "gradient":
        both = j.jit(value_and_gradient)
        return _repeated(lambda: j.block_until_ready(both(theta, X, Y)), work.steps)
    if work.solver == "predict":
        h = j.jit(lambda theta, X: equations.forward(jnp, network, theta, X).activations[-1])
        return _repeated(lambda: j.block_until_ready(h(theta, X)), work.steps)

    rule = AdamW()  # Adam's numbers are the same
    shrink = work.rate * rule.weight_decay * jnp.asarray(decays(network, work.dtype))
    # Of JAX's generators, this one takes the least time on a CPU.
    key = j.random.key(0, impl="rbg") if work.dropout else None
    steps = min(work.steps, work.rows // work.batch) if work.shuffled else work.steps

    def step(carry: Any, batch: Any) -> Any:
        theta, moments, t = carry
        x, y = (X[batch], Y[batch]) if work.shuffled else (X, Y)
        of_step = None if key is None else j.random.fold_in(key, t.astype(int))
        J, D = value_and_gradient(theta, x, y, of_step)
        if work.solver == "sgd":
            return (theta - work.rate * D, moments, t + 1), J
        first = rule.beta_1 * moments[0] + (1 - rule.beta_1) * D
        second = rule.beta_2 * moments[1] + (1 - rule.beta_2) * D * D
        rate = work.rate * jnp.sqrt(1 - rule.beta_2**t) / (1 - rule.beta_1**t)
        if work.solver == "adamw":
            theta = theta - shrink * theta
        theta = theta - rate * first / (jnp.sqrt(second) + rule.epsilon)
        return (theta, (first, second), t + 1), J

    def slice_of(carry: Any, order: Any) -> Any:
        return j.lax.scan(step, carry, order)

    epoch = j.jit(slice_of, donate_argnums=0)
    carry = (theta, tuple(jnp.zeros_like(theta) for _ in range(2)), jnp.ones((), theta.dtype))
    rng = np.random.default_rng(0)
    held = [carry]

    def train() -> float:
        width = work.batch if work.shuffled else 1
        order = jnp.asarray(rng.permutation(work.rows)[: steps * width].reshape(steps, width))
        start = time.perf_counter()
        held[0], costs = epoch(held[0], order)
        j.block_until_ready((held[0], costs))
        return (time.perf_counter() - start) / steps

    return train


def sklearn(work: Work) -> Trial | None:
    """scikit-learn: an epoch by `fit`. It has no quadratic cost; the logistic one takes as long.

    It has neither dropout nor AdamW.
    """
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    if work.solver in ("gradient", "adamw"):
        return None
    X, Y, _ = work.data()
    if work.solver == "predict":
        small = MLPClassifier(work.network.layer_sizes[1:-1], max_iter=1)
        with quietly():
            few = np.arange(200) % len(X)
            small.fit(X[few], np.arange(200) % work.network.n_outputs)
        return _repeated(lambda: small.predict_proba(X), max(2, work.steps // 5))
    steps = 1 if not work.shuffled else max(4, work.steps // 20)
    regression = work.network.cost == "squared"
    options = {
        "hidden_layer_sizes": work.network.layer_sizes[1:-1],
        "activation": {"sigmoid": "logistic"}.get(work.network.activation, work.network.activation),
        "solver": work.solver,
        "batch_size": work.batch,
        "max_iter": 1 if work.shuffled else 10,
        "alpha": 0.0,
        "learning_rate_init": max(work.rate, 1e-6),
        "momentum": 0.0,
        "n_iter_no_change": 100,
    }
    model = MLPRegressor(**options) if regression else MLPClassifier(**options)
    target = Y if regression else Y.argmax(1)
    rows = steps * work.batch

    def trial() -> float:
        start = time.perf_counter()
        model.fit(X[:rows], target[:rows])
        return (time.perf_counter() - start) / (steps if work.shuffled else 10)

    return within(quietly, trial)


PEERS: dict[str, Callable[[Work], Trial | None]] = {
    "clearprop": clearprop,
    "torch": torch,
    "torch 1 thread": torch_1,
    "torch.compile": torch_compiled,
    "jax": jax,
    "sklearn": sklearn,
    "numpy": numpy,
}
