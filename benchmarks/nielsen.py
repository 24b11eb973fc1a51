"""J: the two MNIST runs that M. Nielsen, *Neural Networks and Deep Learning*, reports.

Chapter 1: 784-30-10, quadratic cost, eta 3, weights from N(0, 1); 95.42 % at its best epoch.
Chapter 3: 784-100-10, cross-entropy, eta 0.5, lambda 5, weights from N(0, 1/n); about 97.9 %.
Both: minibatches of 10, 30 epochs, the first 50,000 rows.

Clearprop does the whole run, with a test after every epoch. The accuracy is the best of three runs,
as in Nielsen's chapter 1; the time is their median. The peers are timed for some thousand steps of
the same size, without lambda and without tests, and their time is scaled to 150,000 steps.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from typing import Any

import numpy as np

from clearprop.bench.peers import PEERS
from clearprop.bench.quiet import wait_until_quiet
from clearprop.bench.works import Work
from clearprop.data import read
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta
from clearprop.training import Options, Training, Validation

RUNS = {
    "chapter 1": (Network((784, 30, 10), "sigmoid", "quadratic"), 3.0, 0.9542),
    "chapter 3": (Network((784, 100, 10), "sigmoid", "logistic", 5.0), 0.5, 0.979),
}
ROWS, BATCH, EPOCHS, SEEDS = 50_000, 10, 30, (0, 1, 2)


def measure(args: Any) -> dict[str, Any]:
    """Nielsen's MNIST runs: accuracy as published, and time."""
    table = read(args.mnist)
    assert table.test is not None
    X, X_test = (np.asarray(t.X, np.float32) / 255 for t in (table, table.test))
    Y = np.eye(10, dtype=np.float32)[table.y]
    test = Validation(
        X_test,
        np.eye(10, dtype=np.float32)[table.test.y],
        lambda h: float((h.argmax(1) == table.test.y).mean()),
    )
    return {
        name: one(network, rate, published, X[:ROWS], Y[:ROWS], test)
        for name, (network, rate, published) in RUNS.items()
    }


def one(network: Network, rate: float, published: float, X: Any, Y: Any, test: Any) -> Any:
    runs = [whole_run(network, rate, X, Y, test, seed) for seed in SEEDS]
    seconds = {"clearprop": statistics.median(run[0] for run in runs)}
    work = Work("J", "", replace(network, regularization=0.0), BATCH, "sgd", ROWS, rate, 2000)
    for peer in ("torch", "torch 1 thread", "torch.compile", "jax"):
        try:
            trial = PEERS[peer](work)
            assert trial
            trial()
        except Exception as error:
            print(f"J: {peer} left out: {error}"[:200])
            continue
        times = []
        for _ in range(5):
            wait_until_quiet()
            times.append(trial())
        step = statistics.median(times)
        seconds[peer] = step * EPOCHS * ROWS / BATCH
    best = [score for _, score in runs]
    return {"medians": seconds, "best": max(best), "runs": best, "published": published}


def whole_run(
    network: Network, rate: float, X: Any, Y: Any, test: Any, seed: int
) -> tuple[float, float]:
    """Seconds, and the accuracy of the best epoch."""
    theta = initial_theta(network, seed, "nielsen")
    if network.cost == "quadratic":  # chapter 1's larger weights
        theta = np.random.default_rng(seed).standard_normal(network.n_parameters)
    options = Options(
        "sgd", rate, batch_size=BATCH, epochs=EPOCHS, momentum=0.0, patience=EPOCHS,
        check_gradient=False, seed=seed,
    )  # fmt: skip
    training = Training(network, theta.astype(np.float32), X, Y, options, validation=test)
    start = time.perf_counter()
    training.run()
    return time.perf_counter() - start, max(training.history.validation_scores)
