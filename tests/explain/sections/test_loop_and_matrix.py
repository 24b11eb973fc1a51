"""The two programs that stand side by side are programs: both are run, and are right."""

import re

import numpy as np
import pytest

from clearprop import Network, explain, initial_theta
from clearprop.explain.assemble import assemble
from clearprop.explain.blocks import Columns
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.costs import COSTS, cost_of


def task(activation, cost, sizes):
    threshold = 0.25 if cost == "huber" else 1.0
    network = Network(sizes, activation, cost, 1.5, threshold=threshold)
    rng = np.random.default_rng(5)
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], 4)]
    return explain(network, initial_theta(network, 3), rng.normal(size=(4, sizes[0])), Y)


def columns(explanation):
    (block,) = (b for b in assemble(explanation, "en") if isinstance(b, Columns))
    return [left for left, _ in block.lines], [right for _, right in block.lines if right]


def names(explanation):
    """What both programs are given."""
    batch, network = explanation.batch, explanation.batch.network
    g = ACTIVATIONS[network.activation]
    last = network.n_layers
    given = {
        "g": lambda z: g.f(np, z),
        "slope": lambda z: g.prime(np, z, g.f(np, z)),
        "h": lambda z: cost_of(network).h(np, z),
        "one": lambda a: np.concatenate([np.ones((*a.shape[:-1], 1)), a], axis=-1),
        "outer": np.outer,
        "clip": np.clip,
        "tau": np.array(network.quantiles or (0.5,)),
    }
    for l in range(1, last):
        given |= {f"B{l}": batch.Theta(l), f"Theta{l}": batch.Theta(l).T}
    return given


SIZES = [(3, 2), (3, 4, 2), (3, 4, 5, 2)]
CASES = [(activation, cost) for activation in ACTIVATIONS for cost in COSTS]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(("activation", "cost"), CASES)
def test_the_matrix_program_computes_delta_and_its_sums(activation, cost, sizes):
    explanation = task(activation, cost, sizes)
    batch = explanation.batch
    _, lines = columns(explanation)
    assert (lines[0], lines[-1]) == (
        "A1 = X, one row a sample", "D = Delta / m + lambda / m * B")  # fmt: skip
    program = "\n".join(["A1 = X", *lines[1:-1]])
    program = re.sub(r"\[1 (A\d+)\]", r"one(\1)", program).replace("g'(", "slope(")
    found = names(explanation) | {"X": batch.X, "Y": batch.Y}
    exec(program, found)
    for l in range(1, len(sizes)):
        np.testing.assert_allclose(found[f"Delta{l}"], batch.Delta(l), rtol=0, atol=1e-12)
        np.testing.assert_allclose(found[f"delta{l + 1}"], batch.delta(l + 1), rtol=0, atol=1e-12)
        np.testing.assert_allclose(found[f"A{l + 1}"], batch.a(l + 1), rtol=0, atol=1e-12)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(("activation", "cost"), CASES)
def test_the_loop_program_computes_the_same(activation, cost, sizes):
    explanation = task(activation, cost, sizes)
    batch = explanation.batch
    lines, _ = columns(explanation)
    assert lines[:2] == ["Delta = 0", "for i = 1 to m:"]
    assert lines[-1] == "D = Delta / m + lambda / m * Theta"
    assert all(line.startswith("  ") for line in lines[2:-1])
    turn = "\n".join(line.strip() for line in lines[2:-1])
    turn = re.sub(r"(delta\d+) \[1; (a\d+)\]'", r"outer(\1, one(\2))", turn)
    turn = re.sub(r"(Theta\d+) \[1; (a\d+)\]", r"\1 @ one(\2)", turn)
    turn = re.sub(r"\((Theta\d+)' (delta\d+)\)", r"(\1.T @ \2)[1:]", turn)
    turn = turn.replace(".*", "*").replace("g'(", "slope(")
    found = names(explanation) | {f"Delta{l}": 0 for l in range(1, len(sizes))}
    for x, y in zip(batch.X, batch.Y, strict=True):
        exec(turn, found | {"a1": x, "y": y}, found)
    for l in range(1, len(sizes)):
        np.testing.assert_allclose(found[f"Delta{l}"].T, batch.Delta(l), rtol=0, atol=1e-12)
