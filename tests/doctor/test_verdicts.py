"""No false alarms on right implementations; mistakes outside the catalogue: a place, no cause."""

import numpy as np
import pytest
from learners.any_network import make
from planted import DEEP, LOOP, NIELSEN, RELU, SQUARE, STAIRS, VECTORISED, function_of, source_of

import clearprop

NUMBER_COSTS = ("squared", "poisson", "huber", "quantile")
COSTS = ("logistic", "softmax", "quadratic", *NUMBER_COSTS)
ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity", "leaky_relu", "silu")


def random_right(seed):
    """A right implementation of a random architecture, and how to ask for it."""
    r = np.random.default_rng(seed)
    cost, activation = COSTS[seed % 7], ACTIVATIONS[seed // 7 % 6]
    hidden = [int(r.integers(1, 9)) for _ in range(r.integers(0, 4))]
    K = int(r.integers(2, 5)) if cost == "softmax" else int(r.integers(1, 5))
    sizes = (int(r.integers(1, 10)), *hidden, K)
    numbers = cost in NUMBER_COSTS or K == 1
    labels = "matrix" if numbers else [0, 1, "matrix"][r.integers(3)]
    dtype = [np.float64, np.float32][seed % 2]
    order, loop = "FC"[r.integers(2)], bool(r.integers(2))
    function = make(sizes, activation, cost, order, loop, dtype, labels)
    said = {"matrix": "auto" if numbers else "one-hot", 0: "0", 1: "1"}[labels]
    stated = [said, "auto"][r.integers(2)]
    notes = (("labels-from-1", ""),) if labels == 1 and stated == "auto" else ()
    return function, sizes, activation, cost, stated, dtype, notes


@pytest.mark.parametrize(
    "seed", [*range(60), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(60, 200))]
)
def test_a_right_implementation_raises_no_alarm(seed):
    function, sizes, activation, cost, labels, dtype, notes = random_right(seed)
    diagnosis = clearprop.diagnose(
        function, sizes, activation=activation, cost=cost, labels=labels, seed=seed
    )
    assert diagnosis.verdict == "right", f"{sizes} {activation} {cost}\n{diagnosis}"
    assert diagnosis.dtype == dtype.__name__
    assert diagnosis.notes == notes


# (what, learner, edits, the blocks that are wrong, what they have in common with the right ones)
UNKNOWN = [
    (
        "another slope",
        LOOP,
        (("sigmoidGradient(z2)", "sigmoidGradient(0.9 * z2)"),),
        {"1 bias", "1 weights"},
        {None},
    ),
    (
        "clipped errors",
        VECTORISED,
        (("D2 = (D3 @", "D2 = (np.clip(D3, -0.3, 0.3) @"),),
        {"1 bias", "1 weights"},
        {None},
    ),
    (
        "a constant in the bias",
        RELU,
        (("d2.sum(axis=0) / m", "d2.sum(axis=0) / m + 0.01"),),
        {"1 bias"},
        {None},
    ),
    (
        "the root of m",
        RELU,
        (("d3.T @ a2 / m", "d3.T @ a2 / np.sqrt(m)"),),
        {"2 weights"},
        {"samples"},
    ),
    (
        "one unit forgotten",
        LOOP,
        (("Theta2_grad[:, 1:] +=", "Theta2_grad[1] = 0\n    Theta2_grad[:, 1:] +="),),
        {"2 bias", "2 weights"},
        {None},
    ),
    (
        "every other unit masked",
        DEEP,
        (("(1 - acts[l] ** 2)", "(1 - acts[l] ** 2) * (np.arange(acts[l].shape[1]) % 2)"),),
        {"1 bias", "1 weights", "2 bias", "2 weights"},
        {None},
    ),
    (
        "lambda squared",
        VECTORISED,
        (("Grad2[:, 1:] + lambda_ / m", "Grad2[:, 1:] + lambda_**2 / m"),),
        {"2 weights"},
        {"theta"},
    ),
    (
        "the gradient of |Theta|",
        DEEP,
        (("reg / n * thetas[l][:, 1:]", "reg / n * np.sign(thetas[l][:, 1:])"),),
        {"1 weights", "2 weights", "3 weights"},
        {"lambda"},
    ),
    (
        "units in reverse",
        VECTORISED,
        (("np.r_[Grad1.ravel()", "np.r_[Grad1[::-1].ravel()"),),
        {"1 bias", "1 weights"},
        {"permutation"},
    ),
    (
        "absolute values",
        NIELSEN,
        (("nabla_b = [nb / n", "nabla_b = [abs(nb) / n"),),
        {"1 bias", "2 bias", "3 bias"},
        {None},
    ),
    (
        "the size of Theta",
        SQUARE,
        (("(d4 @ T3[:, 1:])", "(d4 @ np.abs(T3[:, 1:]))"),),
        {"1 bias", "1 weights", "2 bias", "2 weights"},
        {None},
    ),
    (
        "squared activations",
        STAIRS,
        (("np.outer(e3, a2)", "np.outer(e3, a2**2)"),),
        {"2 weights"},
        {None},
    ),
    (
        "odd samples twice",
        LOOP,
        (("np.outer(d2, a1)", "np.outer(d2, a1) * (2 if t % 2 else 1)"),),
        {"1 bias", "1 weights"},
        {"samples"},
    ),
    (
        "another cost",
        VECTORISED,
        (("np.log(1 - H)) / m", "np.log(1 - H)) / m + 0.1 * np.sum(H**3)"),),
        set(),
        set(),
    ),
    (
        "smoothed labels in delta only",
        VECTORISED,
        (("D3 = H - Y", "D3 = H - (0.9 * Y + 0.01)"),),
        {"1 bias", "1 weights", "2 bias", "2 weights"},
        {None},
    ),
]


@pytest.mark.parametrize(
    ("learner", "edits", "blocks", "kinds"), [case[1:] for case in UNKNOWN], ids=lambda v: None
)
def test_a_mistake_outside_the_catalogue_has_a_place_and_no_cause(learner, edits, blocks, kinds):
    diagnosis = clearprop.diagnose(
        function_of(source_of(learner, *edits), learner),
        learner.layer_sizes,
        activation=learner.activation,
        cost=learner.cost,
        labels=learner.labels,
    )
    # Finite differences of its own J prove a mistake where a part of the gradient is right.
    partly = 0 < len(blocks) < len(diagnosis.blocks)
    assert (diagnosis.verdict, diagnosis.causes) == ("wrong" if partly else "unknown", ())
    assert {f"{block.layer} {block.block}" for block in diagnosis.localised} == blocks
    assert {block.kind for block in diagnosis.localised} == kinds
    assert "The cause is unknown" in diagnosis.report("en")
    assert "原因不明" in diagnosis.report("zh")
