"""Every number of 50 random explanations, read back and held to a pass by hand."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from by_hand import ByHand
from printed import NUMBER
from reading import Reader

from clearprop import Network, explain
from clearprop.explain.assemble import assemble
from clearprop.explain.blocks import Block, Formula, Heading, Paragraph, Sum, Table, Unit
from clearprop.explain.explanation import Explanation
from clearprop.explain.penalty import Penalty
from clearprop.network.architecture import Array

ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity", "leaky_relu", "silu")
COSTS = ("logistic", "softmax", "quadratic", "squared", "poisson", "huber", "quantile")


def draw(seed: int) -> tuple[Network, Array, Array, Array]:
    """A network, its parameters, samples and targets: small ones of every kind."""
    rng = np.random.default_rng(seed)
    activation, cost = ACTIVATIONS[seed % 6], COSTS[seed % 7]
    hidden = [int(size) for size in rng.integers(1, 8, rng.integers(0, 4))]
    K = int(rng.integers(2 if cost == "softmax" else 1, 7))
    sizes = (int(rng.integers(1, 9)), *hidden, K)
    lambda_ = 0.0 if seed % 3 == 0 else float(rng.choice([0.1, 1.0, 3.7]))
    numbers: dict[str, Any] = {}
    if cost == "huber":
        numbers["threshold"] = float(rng.choice([0.2, 1.0, 1.37]))
    if cost == "quantile" and seed % 2:
        numbers["quantiles"] = tuple(rng.uniform(0.05, 0.95, K).round(3))
    network = Network(sizes, activation, cost, lambda_, **numbers)
    spread = {0: 0.3, 1: 1.0, 2: 1.5}[seed // 4 % 3]
    if activation not in ("sigmoid", "tanh") and cost == "squared" and len(hidden) < 3:
        spread = 300.0
    theta = rng.normal(0, spread, network.n_parameters)
    if seed % 4 == 3:
        theta = theta.astype(np.float32)
    if cost == "poisson":
        theta *= 0.3
    m = int(rng.choice([1, 2, 3, 4, 10, 11, 13]))
    X = rng.normal(size=(m, sizes[0])).round(int(rng.integers(1, 17)))
    X[rng.random(X.shape) < 0.2] = 0
    if cost in ("squared", "huber", "quantile"):
        Y = rng.normal(0, spread, (m, K))
    elif cost == "poisson":
        Y = rng.poisson(2.0, (m, K)).astype(float)
    elif cost == "softmax" or seed % 2:
        Y = np.eye(K)[rng.integers(0, K, m)]
    else:
        Y = rng.integers(0, 2, (m, K)).astype(float)
    return network, theta, X, Y


def explained(seed: int) -> Explanation:
    """An explanation of the batch by itself, or of some rows of a training of 800."""
    network, theta, X, Y = draw(seed)
    found = explain(network, theta, X, Y, sample=seed % len(X))
    return replace(found, penalty=Penalty(found.batch, *_lambda_m(seed, len(X))))


def _lambda_m(seed: int, m: int) -> tuple[float, bool]:
    return (800, True) if seed % 2 else (m, False)


def by_hand(seed: int) -> ByHand:
    """The same pass, with samples counted from 1."""
    network, theta, X, Y = draw(seed)
    return ByHand(
        network.layer_sizes,
        network.activation,
        network.cost,
        network.regularization,
        tuple(map(float, theta)),
        {i + 1: row for i, row in enumerate(X.tolist())},
        {i + 1: row for i, row in enumerate(Y.tolist())},
        *_lambda_m(seed, len(X)),
        network.threshold,
        network.quantiles,
    )


@pytest.mark.parametrize("seed", range(50))
def test_every_number_of_the_text_is_what_the_equations_give(seed: int) -> None:
    network = draw(seed)[0]
    explanation = explained(seed)
    read = Reader(by_hand(seed), explanation.sample + 1, explanation.to_text()).read()
    always = {"Forward", "Backward", "The wishes", "What changes the cost most", "z", "J_i", "D",
              "delta of an output", "nudge", "Delta", "sensitivities",
              "weight delta × a dJ_i/dTheta"}  # fmt: skip
    assert always <= read.seen
    if network.n_layers > 2:
        assert {"delta of a hidden unit", "together"} <= read.seen


@pytest.mark.parametrize("seed", range(50))
def test_both_languages_have_the_same_blocks_with_the_same_numbers(seed: int) -> None:
    explanation = explained(seed)
    english, chinese = assemble(explanation, "en"), assemble(explanation, "zh")
    assert list(flat(english)) == list(flat(chinese))


def flat(blocks: Sequence[Block]) -> Iterator[object]:
    """What is the same in every language: kinds of blocks, numbers of a column in their order."""
    for block in blocks:
        yield type(block).__name__
        match block:
            case Unit(layer, unit, _, inner):
                yield layer, unit, *flat(inner)
            case Sum(rows, total, after):
                yield [(row.product, row.value) for row in (*rows, total, *after)]
            case Table(_, rows):
                yield [row[1:] for row in rows if not re.search(r"[a-z\u4e00-\u9fff]", row[1])]
            case Heading(_, text) | Paragraph(text):
                yield sorted(set(re.findall(NUMBER, text)) - {"0", "1"})  # "a 1" may be "one"
            case Formula(plain, latex):
                yield plain, latex


@pytest.mark.parametrize("seed", range(50))
def test_every_number_of_the_dictionary_is_what_the_equations_give(seed: int) -> None:
    network, theta, X, Y = draw(seed)
    explanation = explained(seed)
    row, hand, L = explanation.sample, by_hand(seed), network.n_layers
    found, i = json.loads(json.dumps(explanation.to_dict(), allow_nan=False)), row + 1

    def units(l: int) -> range:
        return range(1, network.layer_sizes[l - 1] + 1)

    assert found["network"] == {
        "layer_sizes": list(network.layer_sizes),
        "activation": network.activation,
        "cost": network.cost,
        "regularization": network.regularization,
        "parameters": len(theta),
    }
    assert (found["sample"]["row"], found["batch"], found["target"]) == (
        row,
        {"rows": len(X), "numbers": list(range(len(X))), "penalty_rows": hand.penalty_m},
        Y[row].tolist(),
    )
    for layer in found["layers"]:
        l = layer["layer"]
        equal(layer["a"], [hand.a(i, l, k) for k in units(l)])
        if l > 1:
            equal(layer["z"], [hand.z(i, l, k) for k in units(l)])
            equal(layer["delta"], [hand.delta(i, l, k) for k in units(l)])
    for layer in found["gradient"]:
        l = layer["layer"]
        for name, function in (("Delta", hand.Delta), ("mean", hand.mean), ("D", hand.D)):
            exact = [[function(l, k, j) for k in units(l + 1)] for j in range(len(layer[name]))]
            equal(layer[name], exact)
    zs = [abs(v) for n in hand.x for v in hand.passed[n][0][L].values()]
    scale = max(zs)
    equal(found["cost"]["per_output"], list(hand.J_k(i).values()), scale)
    equal([found["cost"]["sample"], found["cost"]["batch"]], [hand.J_i(i), hand.J()], scale)
    equal([found["cost"]["penalty"]], [hand.J_of_lambda()])
    for unit in found["units"]:
        _unit(unit, hand, i)
    for wish in found["wishes"]:
        k = wish["output"]
        equal([wish["bias"]], [-hand.delta(i, L, k)])
        for term in wish["weights"]:
            a = hand.a(i, L - 1, term["unit"])
            equal([term["product"]], [-hand.delta(i, L, k) * a])
        for term in wish["activations"]:
            weight = hand.Theta[L - 1][k][term["unit"]]
            equal([term["product"]], [-hand.delta(i, L, k) * weight])
    for unit in found["together"]:
        j = unit["unit"]
        asked = [-hand.Theta[L - 1][k][j] * hand.delta(i, L, k) for k in units(L)]
        equal([*unit["wishes"], unit["total"]], [*asked, -hand.back(i, L - 1, j)])
    for entry in found["averages"]:
        l, k, j = place(entry["parameter"])
        each = [hand.delta(n, l + 1, k) * hand.a(n, l, j) for n in hand.x]
        equal(entry["samples"], each)
        exact = {"Delta": hand.Delta, "mean": hand.mean, "penalty": hand.penalty, "D": hand.D}
        equal([entry[name] for name in exact], [f(l, k, j) for f in exact.values()])
        equal([entry["parameter"]["value"]], [hand.Theta[l][k][j]])
    for entry in found["sensitivities"]:
        l, k, j = place(entry["parameter"])
        printed = [entry["mean"], entry["penalty"], entry["parameter"]["value"]]
        equal(printed, [hand.mean(l, k, j), hand.penalty(l, k, j), hand.Theta[l][k][j]])
        change = hand.J_with(l, k, j, entry["step"]) - hand.J()
        assert math.isclose(entry["change"], change, abs_tol=2e-14 * max(hand.J(), scale))
    assert found["loop"]["samples"] == (len(X) if len(X) <= 11 else 10)


def _unit(unit: dict[str, Any], hand: ByHand, i: int) -> None:
    l, k = unit["layer"], unit["unit"]
    equal([unit["z"], unit["a"], unit["delta"]], [hand.z(i, l, k), hand.a(i, l, k),
                                                  hand.delta(i, l, k)])  # fmt: skip
    equal([unit["bias"]], [hand.Theta[l - 1][k][0]])
    for term in unit["incoming"]["terms"]:
        weight, a = hand.Theta[l - 1][k][term["unit"]], hand.a(i, l - 1, term["unit"])
        equal([term["weight"], term["value"], term["product"]], [weight, a, weight * a])
    for term in unit["shares"]:
        equal([term["product"]], [hand.delta(i, l, k) * hand.a(i, l - 1, term["unit"])])
    if unit["outgoing"] is not None:
        equal([unit["outgoing"]["total"]], [hand.back(i, l, k)])
        for term in unit["outgoing"]["terms"]:
            n = term["unit"]
            equal([term["product"]], [hand.Theta[l][n][k] * hand.delta(i, l + 1, n)])
    assert (unit["slope"] is None) == (l == hand.L and hand.cost != "quadratic")
    assert (unit["y"] is None) == (l < hand.L)
    if unit["slope"] is not None:
        equal([unit["slope"]], [hand.slope(i, l, k)], 1e-3)


def place(parameter: dict[str, Any]) -> tuple[int, int, int]:
    return parameter["layer"], parameter["target"], parameter["source"]


def equal(found: Any, exact: Any, scale: float = 0.0) -> None:
    """To rounding, beside the largest of them: `a - y` may have lost a digit."""
    found, exact = np.array(found), np.array(exact)
    assert found.shape == exact.shape
    largest = max(float(np.abs(exact).max()), scale)
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-11 * largest + 1e-300)
