"""The course's equations once more, number by number in plain Python, without code of Clearprop.

Layers are counted from 1, units and samples from 1, and ``Theta[l][k][j]`` leads from unit j of
layer l (0: the bias) to unit k of layer l + 1, as in the course.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

Matrix = dict[int, dict[int, float]]


def softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else math.exp(z)


G = {
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "identity": lambda z: z,
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "silu": lambda z: z * sigmoid(z),
}
SLOPE = {
    "sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "tanh": lambda z: 1 - math.tanh(z) ** 2,
    "relu": lambda z: 1.0 if z > 0 else 0.0,
    "identity": lambda z: 1.0,
    "leaky_relu": lambda z: 1.0 if z > 0 else 0.01,
    "silu": lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z))),
}


def answer(cost: str, z: dict[int, float]) -> dict[int, float]:
    """H of every output."""
    if cost == "softmax":
        highest = max(z.values())
        total = math.fsum(math.exp(value - highest) for value in z.values())
        return {k: math.exp(value - highest) / total for k, value in z.items()}
    h = {"logistic": sigmoid, "quadratic": sigmoid, "poisson": math.exp}
    return {k: h[cost](value) for k, value in z.items()} if cost in h else z


def costs(
    cost: str, z: dict[int, float], y: dict[int, float], t: float, tau: dict[int, float]
) -> dict[int, float]:
    """What each output adds to the cost of its sample; with Huber's threshold, and the levels."""
    h = answer(cost, z)
    if cost == "logistic":  # -log h = softplus(-z), -log(1 - h) = softplus(z)
        return {k: y[k] * softplus(-z[k]) + (1 - y[k]) * softplus(z[k]) for k in z}
    if cost == "softmax":
        highest = max(z.values())
        log_total = highest + math.log(math.fsum(math.exp(v - highest) for v in z.values()))
        return {k: y[k] * (log_total - z[k]) if y[k] else 0.0 for k in z}
    if cost == "poisson":
        return {k: h[k] - y[k] + (y[k] * (math.log(y[k]) - z[k]) if y[k] else 0.0) for k in z}
    if cost == "huber":
        e = {k: abs(h[k] - y[k]) for k in z}
        return {k: e[k] ** 2 / 2 if e[k] <= t else t * (e[k] - t / 2) for k in z}
    if cost == "quantile":
        return {k: max(tau[k] * (y[k] - h[k]), (1 - tau[k]) * (h[k] - y[k])) for k in z}
    return {k: (h[k] - y[k]) ** 2 / 2 for k in z}


@dataclass(frozen=True)
class ByHand:
    """A pass of samples `x[i]` with targets `y[i]`; lambda is divided by `penalty_m`."""

    sizes: tuple[int, ...]
    activation: str
    cost: str
    lambda_: float
    theta: tuple[float, ...]
    x: dict[int, list[float]]
    y: dict[int, list[float]]
    penalty_m: float
    trained: bool
    threshold: float = 1.0
    quantiles: tuple[float, ...] = ()

    @property
    def L(self) -> int:
        return len(self.sizes)

    @property
    def m(self) -> int:
        return len(self.x)

    @cached_property
    def Theta(self) -> dict[int, Matrix]:
        """Column by column, as the course unrolls it: all k for j = 0, then for j = 1, ..."""
        values, Theta = iter(self.theta), {}
        for l in range(1, self.L):
            below, above = self.sizes[l - 1], self.sizes[l]
            Theta[l] = {k: {} for k in range(1, above + 1)}
            for j in range(below + 1):
                for k in range(1, above + 1):
                    Theta[l][k][j] = float(next(values))
        return Theta

    def position(self, l: int, k: int, j: int) -> int:
        """Where ``Theta[l][k][j]`` stands in theta."""
        before = sum((self.sizes[i] + 1) * self.sizes[i + 1] for i in range(l - 1))
        return before + j * self.sizes[l] + k - 1

    def _next(self, l: int, a: dict[int, float]) -> dict[int, float]:
        return {
            k: math.fsum([row[0], *(row[j] * a[j] for j in a)]) for k, row in self.Theta[l].items()
        }

    def _activation(self, l: int, z: dict[int, float]) -> dict[int, float]:
        if l == self.L:
            return answer(self.cost, z)
        return {k: G[self.activation](value) for k, value in z.items()}

    @cached_property
    def passed(self) -> dict[int, tuple[dict[int, dict[int, float]], dict[int, dict[int, float]]]]:
        """``passed[i] = z, a``: of every layer and unit."""
        found = {}
        for i, row in self.x.items():
            z: dict[int, dict[int, float]] = {}
            a = {1: {j + 1: float(value) for j, value in enumerate(row)}}
            for l in range(2, self.L + 1):
                z[l] = self._next(l - 1, a[l - 1])
                a[l] = self._activation(l, z[l])
            found[i] = z, a
        return found

    def z(self, i: int, l: int, k: int) -> float:
        return self.passed[i][0][l][k]

    def a(self, i: int, l: int, k: int) -> float:
        return 1.0 if k == 0 else self.passed[i][1][l][k]

    def target(self, i: int, k: int) -> float:
        return float(self.y[i][k - 1])

    def _y(self, i: int) -> dict[int, float]:
        return {k + 1: float(value) for k, value in enumerate(self.y[i])}

    def level(self, k: int) -> float:
        """The level of the k-th output under the quantile cost."""
        return self.quantiles[k - 1] if self.quantiles else 0.5

    def _costs(self, i: int, z: dict[int, float]) -> dict[int, float]:
        levels = {k: self.level(k) for k in z}
        return costs(self.cost, z, self._y(i), self.threshold, levels)

    def J_k(self, i: int) -> dict[int, float]:
        return self._costs(i, self.passed[i][0][self.L])

    def J_i(self, i: int) -> float:
        return math.fsum(self.J_k(i).values())

    def J(self) -> float:
        """The data's part."""
        return math.fsum(self.J_i(i) for i in self.x) / self.m

    def J_of_lambda(self) -> float:
        weights = (
            v for T in self.Theta.values() for row in T.values() for j, v in row.items() if j
        )
        return self.lambda_ / (2 * self.penalty_m) * math.fsum(v * v for v in weights)

    def moved(self, i: int, l: int, k: int, step: float) -> float:
        """J_i where z of one unit is raised by `step`."""
        z = dict(self.passed[i][0][l])
        z[k] += step
        while l < self.L:
            z, l = self._next(l, self._activation(l, z)), l + 1
        return math.fsum(self._costs(i, z).values())

    def J_with(self, l: int, k: int, j: int, step: float) -> float:
        """The data's part of J where one parameter is raised by `step`."""
        theta = list(self.theta)
        theta[self.position(l, k, j)] += step
        return replace(self, theta=tuple(theta)).J()

    def slope(self, i: int, l: int, k: int) -> float:
        if l == self.L:
            return self.a(i, l, k) * (1 - self.a(i, l, k))
        return SLOPE[self.activation](self.z(i, l, k))

    @cached_property
    def deltas(self) -> dict[int, dict[int, dict[int, float]]]:
        found = {}
        for i in self.x:
            d: dict[int, dict[int, float]] = {self.L: {}}
            for k in range(1, self.sizes[-1] + 1):
                d[self.L][k] = self._output_delta(i, k)
            for l in range(self.L - 1, 1, -1):
                above = d[l + 1]
                d[l] = {
                    j: self.slope(i, l, j)
                    * math.fsum(self.Theta[l][k][j] * above[k] for k in above)
                    for j in range(1, self.sizes[l - 1] + 1)
                }
            found[i] = d
        return found

    def _output_delta(self, i: int, k: int) -> float:
        e = self.a(i, self.L, k) - self.target(i, k)
        if self.cost == "quadratic":
            return e * self.slope(i, self.L, k)
        if self.cost == "huber":
            return sorted((-self.threshold, e, self.threshold))[1]
        if self.cost == "quantile":
            return -self.level(k) if e < 0 else 1 - self.level(k)
        return e

    def delta(self, i: int, l: int, k: int) -> float:
        return self.deltas[i][l][k]

    def back(self, i: int, l: int, j: int) -> float:
        """What is passed back to a hidden unit."""
        above = self.deltas[i][l + 1]
        return math.fsum(self.Theta[l][k][j] * above[k] for k in above)

    def Delta(self, l: int, k: int, j: int, samples: int | None = None) -> float:
        rows = list(self.x)[:samples]
        return math.fsum(self.delta(i, l + 1, k) * self.a(i, l, j) for i in rows)

    def penalty(self, l: int, k: int, j: int) -> float:
        return self.lambda_ / self.penalty_m * self.Theta[l][k][j] if j else 0.0

    def mean(self, l: int, k: int, j: int) -> float:
        """The data's part of D."""
        return self.Delta(l, k, j) / self.m

    def D(self, l: int, k: int, j: int) -> float:
        return self.mean(l, k, j) + self.penalty(l, k, j)
