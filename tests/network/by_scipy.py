"""The activations and costs by SciPy's functions: what the tables of the package are held to."""

import numpy as np
from scipy import special

from clearprop.network.architecture import Array

DTYPES = (np.float64, np.float32)

F = {
    "sigmoid": special.expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "identity": lambda z: z,
    "leaky_relu": lambda z: np.maximum(z, z / 100),
    "silu": lambda z: z * special.expit(z),
}
OUTPUT = {
    "logistic": special.expit,
    "softmax": lambda z: special.softmax(z, axis=-1),
    "quadratic": special.expit,
    "squared": lambda z: z,
    "poisson": np.exp,
    "huber": lambda z: z,
    "quantile": lambda z: z,
}
PER_OUTPUT = {
    "logistic": lambda z, y: -y * special.log_expit(z) - (1 - y) * special.log_expit(-z),
    "softmax": lambda z, y: -y * special.log_softmax(z, axis=-1),
    "quadratic": lambda z, y: (special.expit(z) - y) ** 2 / 2,
    "squared": lambda z, y: (z - y) ** 2 / 2,
    "poisson": lambda z, y: special.kl_div(y, np.exp(z)),
    "huber": lambda z, y: special.huber(1, z - y),
    "quantile": lambda z, y: np.abs(z - y) / 2,  # the median
}


def targets(cost: str, rows: int, K: int, seed: int = 5) -> Array:
    """Targets that the cost allows, no two rows the same."""
    generator = np.random.default_rng(seed)
    if cost == "softmax":
        return generator.dirichlet(np.ones(K), rows)
    if cost == "poisson":
        return generator.poisson(2.0, (rows, K)).astype(float)
    if cost in ("squared", "huber", "quantile"):
        return generator.normal(0, 3, (rows, K))
    return generator.uniform(0, 1, (rows, K))


def one_per_sample(cost: str, z: Array, y: Array) -> Array:
    """J_i of every row, by SciPy."""
    return PER_OUTPUT[cost](z, y).sum(axis=-1)
