"""K: from a cold process to 98.0 % on MNIST's test set; the same recipe in three libraries.

784-256-10, ReLU, softmax, float32; Adam with minibatches of 128, its rate of 0.002 falling along a
cosine over 8 epochs; He's initial weights; pixels from 0 to 1. The process of each library starts,
reads MNIST's four gzipped files, trains, and measures the test set once.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.processes import python, timed

WIDTH, BATCH, RATE, EPOCHS, ROWS = 256, 128, 0.002, 8, 60_000
STEPS = EPOCHS * math.ceil(ROWS / BATCH)


def measure(args: Any) -> dict[str, Any]:
    """MNIST from a cold process to 98.0 %, the same recipe in each library."""
    seconds: dict[str, list[float]] = {}
    accuracies: dict[str, list[float]] = {}
    for seed in range(args.repeats):
        for library in LIBRARIES:
            command = python("-m", "benchmarks.to98", library, str(args.mnist), str(seed))
            try:
                taken, printed = timed(command)
            except Exception as error:
                print(f"K: {library} left out: {error}"[:200], file=sys.stderr)
                continue
            seconds.setdefault(library, []).append(taken)
            accuracies.setdefault(library, []).append(json.loads(printed.splitlines()[-1]))
    medians = {library: statistics.median(times) for library, times in seconds.items()}
    return {"seconds": seconds, "medians": medians, "accuracies": accuracies}


def mnist(folder: Path) -> tuple[Any, ...]:
    """Images in [0, 1] and labels: training set, test set."""
    import gzip

    import numpy as np

    arrays: list[Any] = []
    for part in ("train", "t10k"):
        pixels = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
        labels = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
        arrays.append(np.frombuffer(pixels, np.uint8, offset=16).reshape(-1, 784) / np.float32(255))
        arrays.append(np.frombuffer(labels, np.uint8, offset=8).astype(np.int64))
    return tuple(arrays)


def clearprop(folder: Path, seed: int) -> float:
    import numpy as np

    from clearprop import Network, initial_theta, predict
    from clearprop.training import Options, Training

    X, y, X_test, y_test = mnist(folder)
    network = Network((784, WIDTH, 10), "relu", "softmax")
    theta = initial_theta(network, seed, "he").astype(np.float32)
    options = Options(
        "adam", RATE, schedule="cosine", batch_size=BATCH, epochs=EPOCHS, patience=EPOCHS, seed=seed
    )
    training = Training(network, theta, X, y, options)
    training.run()
    return float((predict(network, training.theta, X_test).argmax(1) == y_test).mean())


def torch(folder: Path, seed: int) -> float:
    import torch
    from torch import nn

    X, y, X_test, y_test = (torch.from_numpy(a) for a in mnist(folder))
    torch.manual_seed(seed)
    # Moments of pixels that are hardly ever inked become denormal. Flushing them doubles the speed.
    torch.set_flush_denormal(True)
    model = nn.Sequential(nn.Linear(784, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 10))
    for layer in (model[0], model[2]):
        nn.init.kaiming_normal_(layer.weight)
        nn.init.zeros_(layer.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(EPOCHS):
        for rows in torch.randperm(ROWS).split(BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
            schedule.step()
    with torch.inference_mode():
        return float((model(X_test).argmax(1) == y_test).float().mean())


def jax(folder: Path, seed: int) -> float:
    import jax
    import jax.numpy as jnp
    import numpy as np

    X, y, X_test, y_test = (jnp.asarray(a) for a in mnist(folder))
    rng = np.random.default_rng(seed)
    theta = tuple(
        (jnp.asarray(rng.normal(0, (2 / i) ** 0.5, (i, o)), jnp.float32), jnp.zeros(o))
        for i, o in ((784, WIDTH), (WIDTH, 10))
    )

    def logits(theta: Any, x: Any) -> Any:
        (W1, b1), (W2, b2) = theta
        return jax.nn.relu(x @ W1 + b1) @ W2 + b2

    def cost(theta: Any, x: Any, y: Any) -> Any:
        return -jnp.take_along_axis(jax.nn.log_softmax(logits(theta, x)), y[:, None], 1).mean()

    def step(carry: Any, rows: Any) -> Any:
        theta, first, second, t = carry
        D = jax.grad(cost)(theta, X[rows], y[rows])
        first = jax.tree.map(lambda m, d: 0.9 * m + 0.1 * d, first, D)
        second = jax.tree.map(lambda v, d: 0.999 * v + 0.001 * d * d, second, D)
        rate = RATE / 2 * (1 + jnp.cos(jnp.pi * t / STEPS))
        rate = rate * jnp.sqrt(1 - 0.999 ** (t + 1)) / (1 - 0.9 ** (t + 1))
        theta = jax.tree.map(
            lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-8), theta, first, second
        )
        return (theta, first, second, t + 1), None

    @jax.jit
    def epoch(carry: Any, order: Any) -> Any:
        whole = ROWS // BATCH * BATCH
        carry, _ = jax.lax.scan(step, carry, order[:whole].reshape(-1, BATCH))
        return step(carry, order[whole:])[0]

    zeros = jax.tree.map(jnp.zeros_like, theta)
    carry = (theta, zeros, zeros, jnp.float32(0))
    for _ in range(EPOCHS):
        carry = epoch(carry, jnp.asarray(rng.permutation(ROWS)))
    return float((logits(carry[0], X_test).argmax(1) == y_test).mean())


def torch_1(folder: Path, seed: int) -> float:
    """PyTorch with one thread."""
    import torch as t

    t.set_num_threads(1)
    return torch(folder, seed)


LIBRARIES = {"clearprop": clearprop, "torch": torch, "torch 1 thread": torch_1, "jax": jax}

if __name__ == "__main__":
    print(json.dumps(LIBRARIES[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
