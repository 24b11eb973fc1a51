# ruff: noqa: E501
"""Mistakes planted into the learners' files: each is an edit of a line or two.

Every edit replaces a text that is in the file exactly once. The files are written as learners write
them, and know nothing of the catalogue.
"""

from pathlib import Path
from typing import NamedTuple

LEARNERS = Path(__file__).parent / "learners"


class Learner(NamedTuple):
    """A file, its function, and what it is meant to compute."""

    file: str
    function: str
    layer_sizes: tuple[int, ...]
    activation: str = "sigmoid"
    cost: str = "logistic"
    labels: str = "auto"


LOOP = Learner("course_loop.py", "nnCostFunction", (400, 25, 10), labels="1")
VECTORISED = Learner("course_vectorised.py", "cost_function", (400, 25, 10), labels="0")
DEEP = Learner("deep_tanh_softmax.py", "loss", (20, 9, 8, 4), "tanh", "softmax")
NIELSEN = Learner("nielsen_loop.py", "backprop", (30, 12, 7, 5), "sigmoid", "quadratic", "0")
RELU = Learner("regression_relu.py", "objective", (5, 6, 4, 2), "relu", "squared")
HUBER = Learner("huber_silu.py", "loss_and_gradients", (5, 6, 4, 2), "silu", "huber")
SQUARE = Learner("square_sigmoid.py", "f", (4, 4, 4, 4), labels="0")
STAIRS = Learner("stairs_loop.py", "cost", (3, 4, 5))
ALL = (LOOP, VECTORISED, DEEP, NIELSEN, RELU, HUBER, SQUARE, STAIRS)

Edits = tuple[tuple[str, str], ...]


class Planted(NamedTuple):
    """A mistake: its name in the catalogue, where it is, and the edits that make it."""

    id: str
    learner: Learner
    edits: Edits
    layers: tuple[int, ...] | None = None


def source_of(learner: Learner, *edits: tuple[str, str]) -> str:
    """The learner's file with these edits."""
    source = (LEARNERS / learner.file).read_text(encoding="utf-8")
    for old, new in edits:
        assert source.count(old) == 1, f"{learner.file}: {source.count(old)} times {old!r}"
        source = source.replace(old, new)
    return source


def function_of(source: str, learner: Learner):
    """The function, made from its source."""
    names: dict = {}
    exec(compile(source, learner.file, "exec"), names)
    return names[learner.function]


SINGLE: tuple[Planted, ...] = (
    # -- forward propagation, and what both halves share
    Planted("labels-shifted", LOOP, (("yt[y[t] - 1]", "yt[y[t] % num_labels]"),)),
    Planted("labels-shifted", VECTORISED, (("np.eye(K)[y]", "np.eye(K)[y - 1]"),)),
    Planted("labels-shifted", SQUARE, (("np.arange(4)", "np.arange(1, 5)"),)),
    Planted(
        "m-is-columns", LOOP, (("m = X.shape[0]", "m = X.shape[1]"), ("range(m)", "range(len(X))"))
    ),
    Planted("m-is-columns", DEEP, (("n = X.shape[0]", "n = X.shape[1]"),)),
    Planted("forward-no-bias", LOOP, (("Theta1.dot(a1)", "Theta1[:, 1:].dot(X[t])"),), (1,)),
    Planted(
        "forward-no-bias",
        VECTORISED,
        (("A2 = np.hstack([np.ones", "A2 = np.hstack([np.zeros"),),
        (2,),
    ),
    Planted(
        "forward-no-bias", SQUARE, (("a2 @ T2[:, 1:].T + T2[:, 0]", "a2 @ T2[:, 1:].T"),), (2,)
    ),
    Planted(
        "forward-bias-last",
        LOOP,
        (("np.concatenate(([1], X[t]))", "np.concatenate((X[t], [1]))"),),
        (1,),
    ),
    Planted(
        "forward-bias-last",
        VECTORISED,
        (("[np.ones((len(X), 1)), sigmoid(Z2)]", "[sigmoid(Z2), np.ones((len(X), 1))]"),),
        (2,),
    ),
    Planted("forward-no-activation", VECTORISED, (("1)), sigmoid(Z2)]", "1)), Z2]"),), (2,)),
    Planted("forward-sigmoid", DEEP, (("np.tanh(z) if", "1 / (1 + np.exp(-z)) if"),), (2, 3)),
    Planted("forward-tanh", VECTORISED, (("1)), sigmoid(Z2)]", "1)), np.tanh(Z2)]"),), (2,)),
    Planted(
        "forward-tanh",
        RELU,
        (("a3 = relu(z3)", "a3 = np.tanh(z3)"), ("(z3 > 0)", "(1 - a3**2)")),
        (3,),
    ),
    Planted(
        "forward-relu",
        LOOP,
        (("[1], sigmoid(z2)", "[1], np.maximum(z2, 0)"), ("sigmoidGradient(z2)", "(z2 > 0)")),
        (2,),
    ),
    Planted(
        "forward-exponent-sign", LOOP, (("h = sigmoid(z3)", "h = 1 / (1 + np.exp(z3))"),), (3,)
    ),
    Planted("forward-exponent-sign", VECTORISED, (("np.exp(-z)", "np.exp(z)"),), (2, 3)),
    Planted(
        "forward-activation-twice", LOOP, (("[1], sigmoid(z2)", "[1], sigmoid(sigmoid(z2))"),), (2,)
    ),
    Planted(
        "forward-activation-twice",
        VECTORISED,
        (("H = sigmoid(Z3)", "H = sigmoid(sigmoid(Z3))"),),
        (3,),
    ),
    Planted(
        "forward-softmax-axis",
        DEEP,
        (
            ("E.sum(axis=1, keepdims=True)", "E.sum(axis=0)"),
            ("Z.max(axis=1, keepdims=True)", "Z.max()"),
        ),
    ),
    Planted("forward-output-sigmoid", DEEP, (("else softmax(z)", "else 1 / (1 + np.exp(-z))"),)),
    Planted(
        "forward-output-softmax",
        VECTORISED,
        (("H = sigmoid(Z3)", "H = np.exp(Z3) / np.exp(Z3).sum(axis=1, keepdims=True)"),),
    ),
    Planted(
        "forward-output-linear",
        NIELSEN,
        (
            (
                "activation = sigmoid(z)\n",
                "activation = sigmoid(z) if len(zs) < len(weights) else z\n",
            ),
        ),
    ),
    Planted(
        "forward-transposed",
        SQUARE,
        (("a2 @ T2[:, 1:].T + T2[:, 0]", "a2 @ T2[:, 1:] + T2[:, 0]"),),
        (2,),
    ),
    # -- the cost
    Planted("cost-not-averaged", LOOP, (("    J = J / m\n", ""),)),
    Planted("cost-not-averaged", VECTORISED, (("np.log(1 - H)) / m", "np.log(1 - H))"),)),
    Planted(
        "cost-averaged-over-outputs",
        VECTORISED,
        (
            (
                "-np.sum(Y * np.log(H) + (1 - Y) * np.log(1 - H)) / m",
                "-np.mean(Y * np.log(H) + (1 - Y) * np.log(1 - H))",
            ),
        ),
    ),
    Planted(
        "cost-sign",
        LOOP,
        (("np.sum(-yt * np.log(h) - (1 - yt)", "np.sum(yt * np.log(h) + (1 - yt)"),),
    ),
    Planted("cost-sign", DEEP, (("J = -(Y", "J = (Y"),)),
    Planted("cost-first-term-only", LOOP, ((" - (1 - yt) * np.log(1 - h)", ""),)),
    Planted("cost-first-term-only", VECTORISED, ((" + (1 - Y) * np.log(1 - H)", ""),)),
    Planted("cost-second-term-only", LOOP, (("-yt * np.log(h) - (1", "-(1"),)),
    Planted("cost-terms-subtracted", VECTORISED, (("np.log(H) + (1 - Y)", "np.log(H) - (1 - Y)"),)),
    Planted(
        "cost-logs-swapped",
        LOOP,
        (
            (
                "-yt * np.log(h) - (1 - yt) * np.log(1 - h)",
                "-yt * np.log(1 - h) - (1 - yt) * np.log(h)",
            ),
        ),
    ),
    Planted(
        "cost-log-base",
        VECTORISED,
        (
            (
                "Y * np.log(H) + (1 - Y) * np.log(1 - H)",
                "Y * np.log10(H) + (1 - Y) * np.log10(1 - H)",
            ),
        ),
    ),
    Planted("cost-log-base", DEEP, (("np.log(acts", "np.log2(acts"),)),
    Planted(
        "cost-matrix-product",
        VECTORISED,
        (
            (
                "Y * np.log(H) + (1 - Y) * np.log(1 - H)",
                "Y.T @ np.log(H) + (1 - Y).T @ np.log(1 - H)",
            ),
        ),
    ),
    Planted("cost-matrix-product", DEEP, (("Y * np.log(acts[-1])", "Y @ np.log(acts[-1]).T"),)),
    Planted("cost-last-sample", LOOP, (("J += np.sum(-yt", "J = np.sum(-yt"),)),
    Planted("cost-last-sample", NIELSEN, (("cost += 0.5", "cost = 0.5"),)),
    Planted(
        "cost-one-output",
        LOOP,
        (
            (
                "-yt * np.log(h) - (1 - yt) * np.log(1 - h)",
                "(-yt * np.log(h) - (1 - yt) * np.log(1 - h))[0]",
            ),
        ),
    ),
    Planted(
        "cost-other-kind",
        VECTORISED,
        (
            (
                "J = -np.sum(Y * np.log(H) + (1 - Y) * np.log(1 - H)) / m",
                "J = np.sum((H - Y) ** 2) / (2 * m)",
            ),
        ),
    ),
    Planted(
        "cost-other-kind",
        DEEP,
        (
            (
                "J = -(Y * np.log(acts[-1])).sum()",
                "J = -(Y * np.log(acts[-1]) + (1 - Y) * np.log(1 - acts[-1])).sum()",
            ),
        ),
    ),
    Planted("cost-half-missing", NIELSEN, (("0.5 * np.sum", "np.sum"),)),
    Planted("cost-half-missing", RELU, (("0.5 * ((h", "((h"),)),
    Planted("cost-halved", LOOP, (("J = J / m", "J = J / (2 * m)"),)),
    Planted("cost-halved", DEEP, ((".sum() / n\n    for", ".sum() / (2 * n)\n    for"),)),
    Planted(
        "cost-not-squared",
        NIELSEN,
        (("np.sum((activations[-1] - target) ** 2)", "np.sum(np.abs(activations[-1] - target))"),),
    ),
    Planted("cost-not-squared", RELU, (("((h - y) ** 2)", "(h - y)"),)),
    Planted(
        "penalty-missing",
        LOOP,
        (
            (
                "    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))\n",
                "",
            ),
        ),
        (1, 2),
    ),
    Planted("penalty-missing", VECTORISED, ((" + np.sum(np.square(Theta2[:, 1:]))", ""),), (2,)),
    Planted(
        "penalty-bias",
        LOOP,
        (
            (
                "np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2)",
                "np.sum(Theta1 ** 2) + np.sum(Theta2 ** 2)",
            ),
        ),
        (1, 2),
    ),
    Planted("penalty-bias", VECTORISED, (("np.square(Theta1[:, 1:])", "np.square(Theta1)"),), (1,)),
    Planted("penalty-twice", VECTORISED, (("reg / (2 * m)", "reg / m"),)),
    Planted("penalty-twice", NIELSEN, (("lmbda / (2 * n)", "lmbda / n"),)),
    Planted("penalty-not-averaged", LOOP, (("lambda_ / (2 * m)", "lambda_ / 2"),)),
    Planted("penalty-averaged-twice", STAIRS, (("lambda_ / 2 *", "lambda_ / (2 * m) *"),)),
    Planted("penalty-sign", VECTORISED, (("J = J + lambda_", "J = J - lambda_"),)),
    Planted(
        "penalty-not-squared",
        LOOP,
        (
            (
                "np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2)",
                "np.sum(Theta1[:, 1:]) + np.sum(Theta2[:, 1:])",
            ),
        ),
    ),
    Planted(
        "penalty-not-squared",
        STAIRS,
        (("np.sum(P1**2) + np.sum(P2**2)", "np.sum(np.abs(P1)) + np.sum(np.abs(P2))"),),
    ),
    Planted(
        "penalty-wrong-row",
        LOOP,
        (
            (
                "np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2)",
                "np.sum(Theta1[1:, :] ** 2) + np.sum(Theta2[1:, :] ** 2)",
            ),
        ),
        (1, 2),
    ),
    # -- delta of the output
    Planted("delta-sign", LOOP, (("d3 = h - yt", "d3 = yt - h"),)),
    Planted("delta-sign", DEEP, (("delta = acts[-1] - Y", "delta = Y - acts[-1]"),)),
    Planted("delta-sign", SQUARE, (("[G.ravel", "[-G.ravel"),)),
    Planted("delta-output-slope", LOOP, (("d3 = h - yt", "d3 = (h - yt) * sigmoidGradient(z3)"),)),
    Planted("delta-output-slope", VECTORISED, (("D3 = H - Y", "D3 = (H - Y) * H * (1 - H)"),)),
    Planted(
        "delta-output-no-slope",
        NIELSEN,
        (("(activations[-1] - target) * sigmoid_prime(zs[-1])", "activations[-1] - target"),),
    ),
    Planted(
        "delta-output-slope-at-a",
        NIELSEN,
        (("sigmoid_prime(zs[-1])", "sigmoid_prime(activations[-1])"),),
    ),
    Planted("delta-z-for-a", VECTORISED, (("D3 = H - Y", "D3 = Z3 - Y"),)),
    Planted("delta-squared", LOOP, (("d3 = h - yt", "d3 = (h - yt) ** 2"),)),
    Planted("delta-squared", RELU, (("d4 = h - y", "d4 = np.abs(h - y)"),)),
    Planted("delta-labels-shifted", VECTORISED, (("D3 = H - Y", "D3 = H - np.eye(K)[y - 1]"),)),
    # -- slope
    Planted("slope-missing", LOOP, ((" * sigmoidGradient(z2)", ""),), (2,)),
    Planted("slope-missing", DEEP, ((" * (1 - acts[l] ** 2)", ""),), (2, 3)),
    Planted("slope-missing", RELU, ((" * (z2 > 0)", ""),), (2,)),
    Planted("slope-at-a", LOOP, (("sigmoidGradient(z2)", "sigmoidGradient(a2[1:])"),), (2,)),
    Planted(
        "slope-at-a",
        NIELSEN,
        (("sigmoid_prime(zs[-l])", "sigmoid_prime(activations[-l])"),),
        (2, 3),
    ),
    Planted("slope-z-for-a", VECTORISED, (("sigmoid_gradient(Z2)", "Z2 * (1 - Z2)"),), (2,)),
    Planted("slope-z-for-a", DEEP, (("(1 - acts[l] ** 2)", "(1 - zs[l] ** 2)"),), (2, 3)),
    Planted("slope-half", SQUARE, (("* a2 * (1 - a2)", "* (1 - a2)"),), (2,)),
    Planted("slope-half", DEEP, (("(1 - acts[l] ** 2)", "(1 + acts[l] ** 2)"),), (2, 3)),
    Planted("slope-is-activation", LOOP, (("sigmoidGradient(z2)", "sigmoid(z2)"),), (2,)),
    Planted("slope-is-activation", RELU, (("(z3 > 0)", "relu(z3)"),), (3,)),
    Planted(
        "slope-twice",
        VECTORISED,
        (("* sigmoid_gradient(Z2)", "* sigmoid_gradient(Z2) ** 2"),),
        (2,),
    ),
    Planted(
        "slope-other-activation", DEEP, (("(1 - acts[l] ** 2)", "acts[l] * (1 - acts[l])"),), (2, 3)
    ),
    Planted(
        "slope-other-activation", LOOP, (("sigmoidGradient(z2)", "(1 - np.tanh(z2) ** 2)"),), (2,)
    ),
    Planted("slope-wrong-layer", SQUARE, (("* a2 * (1 - a2)", "* a3 * (1 - a3)"),), (2,)),
    # -- flow
    Planted("flow-transposed", SQUARE, (("d4 @ T3[:, 1:])", "d4 @ T3[:, 1:].T)"),), (3,)),
    Planted("flow-without-theta", SQUARE, (("(d3 @ T2[:, 1:])", "d3"),), (2,)),
    Planted(
        "flow-wrong-element", LOOP, (("Theta2.T.dot(d3)[1:] * ", "Theta2.T.dot(d3)[:-1] * "),), (2,)
    ),
    Planted(
        "flow-wrong-element", STAIRS, (("* a2 * (1 - a2))[1:]", "* a2 * (1 - a2))[:-1]"),), (2,)
    ),
    Planted(
        "flow-wrong-element", VECTORISED, (("D3 @ Theta2[:, 1:]", "D3 @ Theta2[:, :-1]"),), (2,)
    ),
    Planted(
        "flow-bias-kept",
        STAIRS,
        (
            ("a2 * (1 - a2))[1:]", "a2 * (1 - a2))"),
            ("D1 = np.zeros_like(Theta1)", "D1 = np.zeros((Theta1.shape[0] + 1, Theta1.shape[1]))"),
            ("(D1 + lambda_ * P1) / m", "D1 / m"),
        ),
        (2,),
    ),
    # -- accumulation
    Planted(
        "accumulate-last-sample",
        LOOP,
        (("Theta2_grad += np", "Theta2_grad = np"), ("Theta1_grad += np", "Theta1_grad = np")),
        (1, 2),
    ),
    Planted("accumulate-last-sample", STAIRS, (("D1 += np", "D1 = np"),), (1,)),
    Planted("accumulate-last-sample", VECTORISED, (("D3.T @ A2", "D3[-1:].T @ A2[-1:]"),), (2,)),
    Planted(
        "accumulate-first-sample",
        VECTORISED,
        (("D3.T @ A2", "np.outer(D3[0], A2[0])"), ("D2.T @ A1", "np.outer(D2[0], A1[0])")),
        (1, 2),
    ),
    Planted("accumulate-z", LOOP, (("np.outer(d3, a2)", "np.outer(d3, np.append(1, z2))"),), (2,)),
    Planted("accumulate-z", RELU, (("d3.T @ a2", "d3.T @ z2"),), (2,)),
    Planted(
        "accumulate-no-bias",
        VECTORISED,
        (("Grad1 = D2.T @ A1 / m", "Grad1 = np.c_[np.zeros(s2), D2.T @ X] / m"),),
        (1,),
    ),
    Planted(
        "accumulate-no-bias",
        NIELSEN,
        (("        nabla_b[-1] += delta\n", ""), ("            nabla_b[-l] += delta\n", "")),
        (1, 2, 3),
    ),
    Planted(
        "accumulate-bias-total", RELU, (("d3.sum(axis=0) / m", "d3.sum() / m * np.ones(4)"),), (2,)
    ),
    Planted("accumulate-elementwise", STAIRS, (("np.outer(e3, a2)", "e3 * a2"),), (2,)),
    Planted(
        "accumulate-elementwise",
        STAIRS,
        (("np.outer(e2, a1)", "e2 * a1"), ("np.outer(e3, a2)", "e3 * a2")),
        (1, 2),
    ),
    # -- average
    Planted(
        "average-missing",
        LOOP,
        (("    Theta1_grad = Theta1_grad / m\n    Theta2_grad = Theta2_grad / m\n", ""),),
        (1, 2),
    ),
    Planted("average-missing", VECTORISED, (("D2.T @ A1 / m", "D2.T @ A1"),), (1,)),
    Planted(
        "average-missing",
        STAIRS,
        (
            (
                "(D1 + lambda_ * P1) / m, (D2 + lambda_ * P2) / m",
                "D1 + lambda_ * P1, D2 + lambda_ * P2",
            ),
        ),
        (1, 2),
    ),
    Planted(
        "average-twice",
        LOOP,
        (("Theta1_grad / m", "Theta1_grad / m / m"), ("Theta2_grad / m", "Theta2_grad / m / m")),
        (1, 2),
    ),
    Planted("average-twice", VECTORISED, (("D3 = H - Y", "D3 = (H - Y) / m"),), (1, 2)),
    Planted("average-over-outputs", VECTORISED, (("D3 = H - Y", "D3 = (H - Y) / K"),)),
    Planted("gradient-twice", RELU, (("d4 = h - y", "d4 = 2 * (h - y)"),)),
    Planted(
        "gradient-half",
        LOOP,
        (
            ("Theta1_grad / m", "Theta1_grad / (2 * m)"),
            ("Theta2_grad / m", "Theta2_grad / (2 * m)"),
        ),
    ),
    # -- lambda in the gradient
    Planted(
        "lambda-missing",
        LOOP,
        (
            (
                "    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]\n    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]\n",
                "",
            ),
        ),
        (1, 2),
    ),
    Planted("lambda-missing", RELU, ((" + alpha / m * W3\n", "\n"),), (3,)),
    Planted(
        "lambda-bias",
        LOOP,
        (
            (
                "Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]",
                "Theta1_grad += lambda_ / m * Theta1",
            ),
        ),
        (1,),
    ),
    Planted(
        "lambda-bias",
        STAIRS,
        (
            (
                "P1[:, 0] = 0\n    P2[:, 0] = 0\n",
                "Q1, Q2 = P1.copy(), P2.copy()\n    Q1[:, 0] = 0\n    Q2[:, 0] = 0\n",
            ),
            ("np.sum(P1**2) + np.sum(P2**2)", "np.sum(Q1**2) + np.sum(Q2**2)"),
        ),
        (1, 2),
    ),
    Planted(
        "lambda-sign",
        VECTORISED,
        (
            ("Grad1[:, 1:] + lambda_", "Grad1[:, 1:] - lambda_"),
            ("Grad2[:, 1:] + lambda_", "Grad2[:, 1:] - lambda_"),
        ),
        (1, 2),
    ),
    Planted(
        "lambda-half",
        LOOP,
        (
            ("+= lambda_ / m * Theta1", "+= lambda_ / (2 * m) * Theta1"),
            ("+= lambda_ / m * Theta2", "+= lambda_ / (2 * m) * Theta2"),
        ),
        (1, 2),
    ),
    Planted("lambda-twice", NIELSEN, (("+ lmbda / n * w", "+ 2 * lmbda / n * w"),), (1, 2, 3)),
    Planted("lambda-not-averaged", DEEP, (("reg / n * thetas", "reg * thetas"),), (1, 2, 3)),
    Planted(
        "lambda-averaged-twice",
        STAIRS,
        (
            ("(D1 + lambda_ * P1)", "(D1 + lambda_ / m * P1)"),
            ("(D2 + lambda_ * P2)", "(D2 + lambda_ / m * P2)"),
        ),
        (1, 2),
    ),
    Planted(
        "lambda-squared",
        VECTORISED,
        (
            ("lambda_ / m * Theta1[:, 1:]", "lambda_ / m * Theta1[:, 1:] ** 2"),
            ("lambda_ / m * Theta2[:, 1:]", "lambda_ / m * Theta2[:, 1:] ** 2"),
        ),
        (1, 2),
    ),
    Planted(
        "lambda-wrong-row",
        LOOP,
        (
            (
                "Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]",
                "Theta1_grad[1:] += lambda_ / m * Theta1[1:]",
            ),
            (
                "Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]",
                "Theta2_grad[1:] += lambda_ / m * Theta2[1:]",
            ),
        ),
        (1, 2),
    ),
    Planted(
        "lambda-wrong-row",
        VECTORISED,
        (
            (
                "Grad1[:, 1:] = Grad1[:, 1:] + lambda_ / m * Theta1[:, 1:]",
                "Grad1[:, :-1] = Grad1[:, :-1] + lambda_ / m * Theta1[:, :-1]",
            ),
        ),
        (1,),
    ),
    Planted("lambda-overwrites", DEEP, (("G[:, 1:] += reg", "G[:, 1:] = reg"),), (1, 2, 3)),
    Planted(
        "lambda-overwrites",
        LOOP,
        (("Theta1_grad[:, 1:] += lambda_", "Theta1_grad[:, 1:] = lambda_"),),
        (1,),
    ),
    # -- unrolling
    Planted(
        "unroll-order",
        LOOP,
        (
            (
                'Theta1_grad.flatten(order="F"), Theta2_grad.flatten(order="F")',
                "Theta1_grad.flatten(), Theta2_grad.flatten()",
            ),
        ),
    ),
    Planted(
        "unroll-order",
        VECTORISED,
        (("Grad1.ravel(), Grad2.ravel()", "Grad1.T.ravel(), Grad2.T.ravel()"),),
    ),
    Planted(
        "unroll-layers-reversed",
        LOOP,
        (
            (
                'Theta1_grad.flatten(order="F"), Theta2_grad.flatten(order="F")',
                'Theta2_grad.flatten(order="F"), Theta1_grad.flatten(order="F")',
            ),
        ),
    ),
    Planted(
        "unroll-layers-reversed",
        VECTORISED,
        (("Grad1.ravel(), Grad2.ravel()", "Grad2.ravel(), Grad1.ravel()"),),
    ),
    Planted(
        "unroll-bias-last", SQUARE, (("[G.ravel(", "[np.roll(G, -1, axis=1).ravel("),), (1, 2, 3)
    ),
)

# Pairs that no numbers can tell from a single mistake: one mistake hides the other, or both are
# together one mistake of the catalogue.
PAIRS_HIDDEN: tuple[set[str], ...] = (
    {"slope-z-for-a", "forward-no-activation"},  # a is z: the slope's formula in z is that in a
    {"slope-other-activation", "forward-sigmoid"},  # now the slope fits the activation
    {"forward-softmax-axis", "forward-output-sigmoid"},  # no softmax is left
    {"forward-bias-last", "forward-no-bias"},  # no bias is left to be last
    {"cost-half-missing", "cost-not-squared"},  # |h - y| with and without 1/2 is one mistake
    {"labels-shifted", "cost-matrix-product"},  # the sum of all products does not see the shift
)
