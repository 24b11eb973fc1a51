# ruff: noqa: E501
"""Mistakes as people publish them, planted into the learners' files as in planted.py."""

from planted import DEEP, HUBER, LOOP, NIELSEN, RELU, SQUARE, VECTORISED, Learner, Planted

ONE = Learner("one_output.py", "cost_and_gradients", (4, 5, 1), "tanh")
LOGISTIC = Learner("logistic_loop.py", "cost_and_gradient", (3, 1))
STEP = Learner("sgd_step.py", "step", (4, 7, 5, 3), "sigmoid", "softmax")

MORE: tuple[Planted, ...] = (
    # -- labels and forward propagation
    Planted("labels-broadcast", LOGISTIC, (("m = len(y)", "m, y = len(y), y.reshape(-1, 1)"),)),
    Planted("m-is-size", VECTORISED, (("m = len(X)", "m = X.size"),)),
    Planted("forward-bias-sign", SQUARE, (("T2[:, 1:].T + T2", "T2[:, 1:].T - T2"),), (2,)),
    Planted("forward-activation-of-inputs", SQUARE, (("z2 = X @", "z2 = g(X) @"),)),
    Planted("forward-sigmoid-formula", LOOP, (("sigmoid(z2))", "1 / 1 + np.exp(-z2))"),), (2,)),
    Planted(
        "forward-tanh-formula",
        ONE,
        (("np.tanh(Z1)", "np.exp(Z1) - np.exp(-Z1) / (np.exp(Z1) + np.exp(-Z1))"),),
        (2,),
    ),
    Planted("forward-tanh-formula", DEEP, (("np.tanh(z)", "np.tanh(z / 2)"),), (2, 3)),
    Planted("forward-tanh-formula", ONE, (("np.tanh(Z1)", "np.sinh(Z1)"),), (2,)),
    Planted("forward-relu-formula", RELU, (("np.maximum(z, 0)", "np.minimum(z, 0)"),), (2, 3)),
    Planted("forward-relu-formula", RELU, (("np.maximum(z, 0)", "np.abs(z)"),), (2, 3)),
    Planted("forward-exponent-sign", ONE, (("np.exp(-z)", "np.exp(z)"),), (3,)),
    Planted("forward-output-relu", RELU, (("h = a3 @ W3.T + b3", "h = relu(a3 @ W3.T + b3)"),)),
    Planted("forward-softmax-shift", DEEP, (("E / E.sum", "E / np.exp(Z).sum"),)),
    Planted("forward-softmax-shift", DEEP, (("Z.max(axis=1, keepdims=True)", "Z.max(axis=0)"),)),
    Planted("forward-softmax-not-normalised", DEEP, (("E / E.sum(axis=1, keepdims=True)", "E"),)),
    Planted("forward-softmax-twice", DEEP, (("else softmax(z)", "else softmax(softmax(z))"),)),
    # -- the cost
    Planted("cost-log-of-rest", DEEP, (("np.log(acts[-1])", "np.log(1 - acts[-1])"),)),
    Planted(
        "cost-broadcast",
        LOGISTIC,
        (("y * np.log(h) + (1 - y)", "y[:, None] * np.log(h) + (1 - y[:, None])"),),
    ),
    Planted("penalty-wrong-row", LOGISTIC, (("theta[1:] ** 2", "theta[2:] ** 2"),), (1,)),
    Planted("penalty-wrong-row", LOGISTIC, (("theta[1:] ** 2", "theta[:-1] ** 2"),), (1,)),
    # -- delta of the output
    Planted("delta-by-a", VECTORISED, (("D3 = H - Y", "D3 = (H - Y) / (H * (1 - H))"),)),
    Planted("delta-by-a", DEEP, (("delta = acts[-1] - Y", "delta = -Y / acts[-1]"),)),
    Planted(
        "delta-cost-derivative",
        ONE,
        (("dZ2 = A2 - Y", "dZ2 = (-Y / A2 - (1 - Y) / (1 - A2)) * A2 * (1 - A2)"),),
    ),
    Planted(
        "delta-cost-derivative",
        DEEP,
        (("delta = acts[-1] - Y", "delta = -Y / acts[-1] * acts[-1] * (1 - acts[-1])"),),
    ),
    Planted("delta-decided", ONE, (("dZ2 = A2 - Y", "dZ2 = (A2 > 0.5) - Y"),)),
    Planted(
        "delta-decided",
        VECTORISED,
        (("D3 = H - Y", "D3 = np.eye(K)[H.argmax(axis=1)] - Y"),),
    ),
    Planted("delta-broadcast", LOGISTIC, (("(h - y) *", "(h - y[:, None]) *"),)),
    Planted(
        "delta-broadcast-shape",
        LOGISTIC,
        (
            (
                "grad = np.zeros(len(theta))",
                "D = X1.T @ (h[:, None] - y) / m\n    D[1:] += lambda_ / m * theta[1:, None]\n    grad = np.zeros(len(theta))",
            ),
            ("return J, grad", "return J, D"),
        ),
    ),
    Planted("delta-output-slope", LOOP, (("d3 = h - yt", "d3 = (h - yt) * sigmoidGradient(h)"),)),
    Planted("delta-output-slope", RELU, (("d4 = h - y", "d4 = (h - y) * h * (1 - h)"),)),
    Planted(
        "delta-output-slope-of-z",
        NIELSEN,
        (("sigmoid_prime(zs[-1])", "zs[-1] * (1 - zs[-1])"),),
    ),
    Planted(
        "delta-output-slope-half",
        NIELSEN,
        (("sigmoid_prime(zs[-1])", "(1 - activations[-1])"),),
    ),
    Planted(
        "delta-output-slope-twice",
        NIELSEN,
        (("sigmoid_prime(zs[-1])", "sigmoid_prime(zs[-1]) ** 2"),),
    ),
    Planted(
        "delta-output-slope-other",
        NIELSEN,
        (("sigmoid_prime(zs[-1])", "(1 - activations[-1] ** 2)"),),
    ),
    # -- the slope of hidden layers
    Planted(
        "slope-by-dot",
        ONE,
        (
            (
                "np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))",
                "np.dot(np.dot(W2.T, dZ2), 1 - np.dot(A1.T, A1))",
            ),
        ),
        (2,),
    ),
    Planted(
        "slope-by-dot",
        VECTORISED,
        (("* sigmoid_gradient(Z2)", "@ (sigmoid(Z2).T @ (1 - sigmoid(Z2)))"),),
        (2,),
    ),
    Planted("slope-missing", RELU, (("(z2 > 0)", "(a2 >= 0)"),), (2,)),
    Planted("slope-half", ONE, (("1 - np.power(A1, 2)", "1 - A1"),), (2,)),
    Planted("slope-other-activation", ONE, (("1 - np.power(A1, 2)", "A1 * (1 - A1)"),), (2,)),
    Planted("slope-at-a", ONE, (("np.power(A1, 2)", "np.power(np.tanh(A1), 2)"),), (2,)),
    Planted("slope-z-for-a", ONE, (("np.power(A1, 2)", "np.power(Z1, 2)"),), (2,)),
    Planted(
        "slope-z-for-a",
        VECTORISED,
        (("sigmoid_gradient(Z2)", "sigmoid(Z2) * (1 - Z2)"),),
        (2,),
    ),
    Planted("slope-wrong-layer", ONE, (("(1 - np.power(A1, 2))", "A2 * (1 - A2)"),), (2,)),
    Planted("slope-half", ONE, (("1 - np.power(A1, 2)", "np.power(1 - A1, 2)"),), (2,)),
    Planted("slope-of-one-unit", ONE, (("np.power(A1, 2)", "np.power(A1[:1], 2)"),), (2,)),
    Planted("slope-leaky", RELU, (("(z2 > 0)", "np.where(z2 > 0, 1, 0.01)"),), (2,)),
    Planted(
        "slope-leaky",
        RELU,
        (("(z2 > 0)", "np.where(z2 > 0, 1, 0.2)"), ("(z3 > 0)", "np.where(z3 > 0, 1, 0.2)")),
        (2, 3),
    ),
    Planted("slope-product-rule", HUBER, (("return s + z * s * (1 - s)", "return s"),), (2, 3)),
    Planted(
        "slope-product-rule",
        HUBER,
        (("return s + z * s * (1 - s)", "return z * s * (1 - s)"),),
        (2, 3),
    ),
    Planted("delta-not-clipped", HUBER, (("np.clip(error, -1, 1)", "error"),)),
    Planted("slope-mask-inverted", RELU, (("(z3 > 0)", "(z3 <= 0)"),), (3,)),
    Planted("slope-mask-of-flow", RELU, (("(d3 @ W2) * (z2 > 0)", "relu(d3 @ W2)"),), (2,)),
    # -- the way back
    Planted("flow-without-theta", ONE, (("np.dot(W2.T, dZ2)", "dZ2"),), (2,)),
    Planted("flow-wrong-theta", SQUARE, (("d3 @ T2[:, 1:]", "d3 @ T3[:, 1:]"),), (2,)),
    Planted(
        "flow-wrong-element",
        VECTORISED,
        (("D3 @ Theta2[:, 1:]", "D3 @ np.delete(Theta2, 2, axis=1)"),),
        (2,),
    ),
    Planted("flow-missing", LOOP, (("Theta2.T.dot(d3)[1:] * ", ""),), (2,)),
    Planted(
        "flow-slope-lost",
        NIELSEN,
        (
            ("delta = (act", "error = activations[-1] - target\n        delta = (act"),
            (
                "delta = np.dot(weights[-l + 1].T, delta) *",
                "error = np.dot(weights[-l + 1].T, error)\n            delta = error *",
            ),
        ),
        (2, 3),
    ),
    # -- Delta
    Planted("accumulate-other-layer", ONE, (("(dZ2, A1.T)", "(dZ2, A2.T)"),), (2,)),
    Planted("accumulate-other-layer", SQUARE, (("[one, a3]", "[one, a2]"),), (3,)),
    Planted(
        "accumulate-wrong-unit",
        LOOP,
        (("np.outer(d3, a2)", "np.outer(d3, np.append(1, a2[:-1]))"),),
        (2,),
    ),
    Planted(
        "accumulate-weight",
        ONE,
        (("np.dot(dZ2, A1.T)", "np.sum(dZ2, axis=1, keepdims=True) * W2"),),
        (2,),
    ),
    Planted(
        "accumulate-transposed",
        SQUARE,
        (("d3.T @ np.hstack([one, a2])", "np.c_[d3.sum(0), a2.T @ d3]"),),
        (2,),
    ),
    Planted("gradient-zero", LOOP, (("        Theta1_grad += np.outer(d2, a1)\n", ""),), (1,)),
    Planted("gradient-zero", ONE, (("return cost, dW1", "return cost, np.zeros(W1.shape)"),), (1,)),
    # -- the biases, and the mean
    Planted(
        "accumulate-bias-total", RELU, (("d3.sum(axis=0) / m", "d3.mean() * np.ones(4)"),), (2,)
    ),
    Planted("bias-one-sample", RELU, (("d3.sum(axis=0) / m", "d3[-1] / m"),), (2,)),
    Planted(
        "bias-of-weights", RELU, (("d3.sum(axis=0) / m", "(d3.T @ a2).mean(axis=1) / m"),), (2,)
    ),
    Planted(
        "bias-before-slope",
        ONE,
        (("db1 = 1 / m * np.sum(dZ1, axis=1)", "db1 = 1 / m * np.sum(np.dot(W2.T, dZ2), axis=1)"),),
        (1,),
    ),
    Planted("bias-not-averaged", RELU, (("d3.sum(axis=0) / m", "d3.sum(axis=0)"),), (2,)),
    Planted("bias-averaged-twice", RELU, (("d3.sum(axis=0) / m", "d3.mean(axis=0) / m"),), (2,)),
    # -- the weights
    Planted(
        "weights-z-for-a",
        LOGISTIC,
        (("(h - y) * X1[:, j]", "((X1.dot(theta) if j else h) - y) * X1[:, j]"),),
    ),
    Planted("weights-z-for-a", ONE, (("np.dot(dZ2, A1.T)", "np.dot(Z2 - Y, A1.T)"),)),
    Planted(
        "weights-z-for-a",
        NIELSEN,
        (
            (
                "nabla_w[-1] += np.dot(delta,",
                "nabla_w[-1] += np.dot((zs[-1] - target) * sigmoid_prime(zs[-1]),",
            ),
        ),
    ),
    Planted(
        "weights-output-slope", ONE, (("np.dot(dZ2, A1.T)", "np.dot(dZ2 * A2 * (1 - A2), A1.T)"),)
    ),
    Planted(
        "weights-output-slope",
        VECTORISED,
        (("D3.T @ A2 / m", "np.c_[D3.sum(axis=0), (D3 * H * (1 - H)).T @ A2[:, 1:]] / m"),),
    ),
    Planted("weights-before-slope", RELU, (("d3.T @ a2 / m", "(d4 @ W3).T @ a2 / m"),), (2,)),
    Planted(
        "weights-before-slope", ONE, (("np.dot(dZ1, X)", "np.dot(np.dot(W2.T, dZ2), X)"),), (1,)
    ),
    Planted(
        "weights-before-slope",
        HUBER,
        (("d3.T @ a2 / m", "(d4 @ W3).T @ a2 / m"), ("d2.T @ X / m", "(d3 @ W2).T @ X / m")),
        (1, 2),
    ),
    Planted(
        "weights-before-slope",
        NIELSEN,
        (("nabla_w[-1] += np.dot(delta,", "nabla_w[-1] += np.dot(activations[-1] - target,"),),
        (3,),
    ),
    Planted(
        "weights-slope",
        HUBER,
        (("d3.T @ a2 / m", "((d4 @ W3) * silu_prime(a3)).T @ a2 / m"),),
        (2,),
    ),
    Planted(
        "weights-slope",
        SQUARE,
        (
            (
                "d3.T @ np.hstack([one, a2])",
                "np.c_[d3.sum(axis=0), ((d4 @ T3[:, 1:]) * a3).T @ a2]",
            ),
        ),
        (2,),
    ),
    Planted(
        "weights-slope",
        NIELSEN,
        (
            (
                "nabla_w[-1] += np.dot(delta,",
                "nabla_w[-1] += np.dot((activations[-1] - target) * (1 - activations[-1]),",
            ),
        ),
        (3,),
    ),
    Planted("weights-not-averaged", RELU, (("d3.T @ a2 / m", "d3.T @ a2"),), (2,)),
    Planted("weights-averaged-twice", RELU, (("d3.T @ a2 / m", "d3.T @ a2 / m**2"),), (2,)),
    Planted(
        "average-twice",
        RELU,
        (("(d4 @ W3) *", "(d4 @ W3) / m *"), ("(d3 @ W2) *", "(d3 @ W2) / m *")),
        (1, 2, 3),
    ),
    # -- lambda in the gradient
    Planted("lambda-wrong-row", LOGISTIC, (("if j > 0:", "if j != 1:"),), (1,)),
    Planted("lambda-wrong-row", LOGISTIC, (("if j > 0:", "if j > 1:"),), (1,)),
    Planted("lambda-wrong-row", LOGISTIC, (("if j > 0:", "if j < len(theta) - 1:"),), (1,)),
    Planted(
        "lambda-not-averaged",
        LOGISTIC,
        (("lambda_ / m * theta[j]", "lambda_ / 2 * theta[j]"),),
        (1,),
    ),
)

# Mistakes of a step of training, which is asked at several learning rates.
STEPS: tuple[Planted, ...] = (
    Planted(
        "flow-stale",
        STEP,
        (
            (
                "grads.append((acts[l].T @ delta, delta.sum(axis=0)))",
                "dW, db = acts[l].T @ delta, delta.sum(axis=0)\n        weights[l] -= rate * dW\n        biases[l] -= rate * db",
            ),
        ),
        (2, 3),
    ),
    Planted(
        "update-sign", STEP, (("-= rate * dW", "+= rate * dW"), ("-= rate * db", "+= rate * db"))
    ),
    Planted("update-sign", STEP, (("acts[-1] - Y", "Y - acts[-1]"),)),
    Planted(
        "update-assigned",
        STEP,
        (("-= rate * dW", "[:] = -rate * dW"), ("-= rate * db", "[:] = -rate * db")),
        (1, 2, 3),
    ),
    Planted("update-lost", STEP, (("        biases[l] -= rate * db\n", ""),), (1, 2, 3)),
    Planted(
        "update-lost", STEP, (("enumerate(grads[::-1])", "list(enumerate(grads[::-1]))[1:]"),), (1,)
    ),
    Planted(
        "update-rate-twice",
        STEP,
        (("rate * dW", "rate**2 * dW"), ("rate * db", "rate**2 * db")),
        (1, 2, 3),
    ),
    Planted("update-without-rate", STEP, (("rate * dW", "dW"), ("rate * db", "db")), (1, 2, 3)),
    Planted("update-decay", STEP, (("rate * dW", "rate * (dW + 0.01 * weights[l])"),)),
    Planted(
        "update-momentum",
        STEP,
        (("rate * dW", "rate * 0.1 * dW"), ("rate * db", "rate * 0.1 * db")),
    ),
    Planted(
        "accumulate-last-sample",
        STEP,
        (("acts[l].T @ delta, delta.sum(axis=0)", "acts[l][-1:].T @ delta[-1:], delta[-1]"),),
        (1, 2, 3),
    ),
    Planted(
        "weights-before-slope",
        STEP,
        (
            ("grads = []", "grads, back = [], delta"),
            ("acts[l].T @ delta", "acts[l].T @ back"),
            (
                "delta = delta @ weights[l].T *",
                "back = delta @ weights[l].T\n            delta = back *",
            ),
        ),
        (1, 2),
    ),
    Planted("slope-missing", STEP, ((" * acts[l] * (1 - acts[l])", ""),), (2, 3)),
)
