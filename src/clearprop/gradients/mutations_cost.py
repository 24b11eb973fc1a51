"""Mistakes in the cost: its terms, its average, its penalty."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.gradients.mutations import Change, Mutation, Pass, Step, per_output
from clearprop.network.architecture import Array, Network

__all__ = ["COST"]


def _of(*costs: str) -> Any:
    return lambda network: network.cost in costs


def _many(network: Network) -> bool:
    return network.n_outputs > 1


def _terms(formula: Any) -> Change:
    """Other terms of each output: `formula` gets h and Y."""
    return lambda step, p: formula(p.a[p.L], p.Y)


def _some_samples(which: slice) -> Change:
    return lambda step, p, terms: step(p, terms[which])


def _product(step: Step, p: Pass) -> Array:
    """Y' log h with all its entries added up, where only those of the diagonal are meant."""
    h, Y = p.a[p.L], p.Y
    total = -(Y.T @ np.log(h)).sum()
    if p.network.cost == "logistic":
        total = total - ((1 - Y).T @ np.log(1 - h)).sum()
    return np.asarray(total)


def _product_of_samples(step: Step, p: Pass) -> Array:
    h, Y = p.a[p.L], p.Y
    total = -(Y @ np.log(h).T).sum()
    if p.network.cost == "logistic":
        total = total - ((1 - Y) @ np.log(1 - h).T).sum()
    return np.asarray(total)


def _one_output(k: int) -> Change:
    return lambda step, p: step(p)[:, k]


def _penalty_with(of: Any, factor: Any = lambda p: p.lambda_ / (2 * p.m)) -> Change:
    """Another penalty: `of` gives what each block of theta adds, `factor` what stands before it."""
    return lambda step, p: factor(p) * sum(of(p.B[l]) for l in range(1, p.L))


def _weights_squared(B: Array) -> Any:
    return (B[1:] ** 2).sum()


def _other_cost(name: str) -> Change:
    def change(step: Step, p: Pass) -> Array:
        if name == p.network.cost:
            return step(p)
        return per_output(name, p.a[p.L], p.Y)

    return change


COST: tuple[Mutation, ...] = (
    Mutation(
        "cost-not-averaged",
        "cost",
        "cost",
        (
            {"data_cost": lambda step, p, terms: terms.sum()},
            {"cost": lambda step, p, data, penalty: p.m * step(p, data, penalty)},
        ),
        "J = [[1/m]] sum_i sum_k (...) + lambda/(2m) sum Theta^2",
        "J = terms.sum() / m",
    ),
    Mutation(
        "cost-averaged-over-outputs",
        "cost",
        "cost",
        (
            {"data_cost": lambda step, p, terms: step(p, terms) / p.network.n_outputs},
            {"cost": lambda step, p, data, penalty: step(p, data, penalty) / p.network.n_outputs},
        ),
        "J = 1/m sum_i [[sum_k]] (...)",
        "J = terms.sum() / m",
        _many,
    ),
    Mutation(
        "cost-sign",
        "cost",
        "cost",
        (
            {"data_cost": lambda step, p, terms: -step(p, terms)},
            {"cost": lambda step, p, data, penalty: -step(p, data, penalty)},
        ),
        "J = [[-]] 1/m sum_i sum_k [y log h + (1 - y) log(1 - h)]",
        "J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
    ),
    Mutation(
        "cost-first-term-only",
        "cost",
        "cost",
        ({"per_output": _terms(lambda h, Y: -Y * np.log(h))},),
        "J = -1/m sum_i sum_k [y log h [[+ (1 - y) log(1 - h)]]]",
        "J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        _of("logistic"),
    ),
    Mutation(
        "cost-second-term-only",
        "cost",
        "cost",
        ({"per_output": _terms(lambda h, Y: -(1 - Y) * np.log(1 - h))},),
        "J = -1/m sum_i sum_k [[[y log h +]] (1 - y) log(1 - h)]",
        "J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        _of("logistic"),
    ),
    Mutation(
        "cost-terms-subtracted",
        "cost",
        "cost",
        ({"per_output": _terms(lambda h, Y: -Y * np.log(h) + (1 - Y) * np.log(1 - h))},),
        "J = -1/m sum_i sum_k [y log h [[+]] (1 - y) log(1 - h)]",
        "J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        _of("logistic"),
    ),
    Mutation(
        "cost-logs-swapped",
        "cost",
        "cost",
        ({"per_output": _terms(lambda h, Y: -Y * np.log(1 - h) - (1 - Y) * np.log(h))},),
        "J = -1/m sum_i sum_k [y log [[h]] + (1 - y) log[[(1 - h)]]]",
        "J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        _of("logistic"),
    ),
    Mutation(
        "cost-log-base",
        "cost",
        "cost",
        (
            {"per_output": lambda step, p: step(p) / np.log(10)},
            {"per_output": lambda step, p: step(p) / np.log(2)},
        ),
        "J = -1/m sum_i sum_k [y [[log]] h + (1 - y) [[log]](1 - h)]",
        "J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        _of("logistic", "softmax"),
    ),
    Mutation(
        "cost-matrix-product",
        "cost",
        "cost",
        ({"per_output": _product}, {"per_output": _product_of_samples}),
        "J = -1/m sum_i sum_k [y_k [[.*]] log h_k + ...]",
        "J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        _of("logistic", "softmax"),
    ),
    Mutation(
        "cost-last-sample",
        "cost",
        "cost",
        ({"data_cost": _some_samples(slice(-1, None))},),
        "J = 1/m [[sum_i]] sum_k (...)",
        "J += terms[i].sum()",
    ),
    Mutation(
        "cost-one-output",
        "cost",
        "cost",
        ({"per_output": _one_output(0)}, {"per_output": _one_output(-1)}),
        "J = 1/m sum_i [[sum_k]] (...)",
        "J = terms.sum() / m",
        _many,
    ),
    Mutation(
        "cost-other-kind",
        "cost",
        "cost",
        (
            {"per_output": _other_cost("quadratic")},
            {"per_output": _other_cost("logistic")},
        ),
        "J = 1/m sum_i sum_k [[J_k]]",
        "J = cost(h, Y).sum() / m",
        _of("logistic", "softmax", "quadratic"),
    ),
    Mutation(
        "cost-half-missing",
        "cost",
        "cost",
        ({"per_output": lambda step, p: 2 * step(p)},),
        "J = 1/m sum_i [[1/2]] sum_k (h - y)^2",
        "J = 0.5 * ((h - Y) ** 2).sum() / m",
        _of("quadratic", "squared"),
    ),
    Mutation(
        "cost-halved",
        "cost",
        "cost",
        ({"per_output": lambda step, p: step(p) / 2},),
        "J = -1/[[m]] sum_i sum_k [y log h + (1 - y) log(1 - h)]",
        "J = terms.sum() / m",
    ),
    Mutation(
        "cost-not-squared",
        "cost",
        "cost",
        (
            {"per_output": _terms(lambda h, Y: 0.5 * np.abs(h - Y))},
            {"per_output": _terms(lambda h, Y: 0.5 * (h - Y))},
            {"per_output": _terms(lambda h, Y: np.abs(h - Y))},
        ),
        "J = 1/m sum_i 1/2 sum_k (h - y)[[^2]]",
        "J = 0.5 * ((h - Y) ** 2).sum() / m",
        _of("quadratic", "squared"),
    ),
    Mutation(
        "penalty-missing",
        "cost",
        "Theta",
        ({"penalty_of": lambda step, p, l: 0.0},),
        "J = 1/m sum_i (...) [[+ lambda/(2m) sum Theta^2]]",
        "J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
    ),
    Mutation(
        "penalty-bias",
        "cost",
        "Theta",
        ({"penalty_of": lambda step, p, l: (p.B[l] ** 2).sum()},),
        "J = 1/m sum_i (...) + lambda/(2m) sum Theta(:, [[2:end]])^2",
        "J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
    ),
    Mutation(
        "penalty-twice",
        "cost",
        "cost",
        ({"penalty": lambda step, p: 2 * step(p)},),
        "J = 1/m sum_i (...) + lambda/([[2]]m) sum Theta^2",
        "J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
    ),
    Mutation(
        "penalty-not-averaged",
        "cost",
        "cost",
        (
            {"penalty": lambda step, p: p.m * step(p)},
            {"penalty": lambda step, p: 2 * p.m * step(p)},
        ),
        "J = 1/m sum_i (...) + lambda/(2[[m]]) sum Theta^2",
        "J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
    ),
    Mutation(
        "penalty-averaged-twice",
        "cost",
        "cost",
        ({"penalty": lambda step, p: step(p) / p.m},),
        "J = 1/m sum_i (...) + lambda/(2m) sum Theta^2 [[(once over m)]]",
        "J = data / m + lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
    ),
    Mutation(
        "penalty-sign",
        "cost",
        "cost",
        ({"penalty": lambda step, p: -step(p)},),
        "J = 1/m sum_i (...) [[+]] lambda/(2m) sum Theta^2",
        "J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
    ),
    Mutation(
        "penalty-not-squared",
        "cost",
        "cost",
        (
            {"penalty": _penalty_with(lambda B: B[1:].sum())},
            {"penalty": _penalty_with(lambda B: np.abs(B[1:]).sum())},
            {"penalty": _penalty_with(lambda B: np.sqrt(_weights_squared(B)))},
            {"penalty": _penalty_with(lambda B: B[1:].sum() ** 2)},
        ),
        "J = 1/m sum_i (...) + lambda/(2m) sum Theta[[^2]]",
        "J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
    ),
    Mutation(
        "penalty-wrong-row",
        "cost",
        "Theta",
        (
            {"penalty_of": lambda step, p, l: (p.B[l][:, 1:] ** 2).sum()},
            {"penalty_of": lambda step, p, l: (p.B[l][1:, 1:] ** 2).sum()},
            {"penalty_of": lambda step, p, l: (p.B[l][:-1] ** 2).sum()},
        ),
        "J = 1/m sum_i (...) + lambda/(2m) sum Theta[[(:, 2:end)]]^2",
        "J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
    ),
)
