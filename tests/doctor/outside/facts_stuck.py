"""How each loop of stuck/ is run, and the number that says that it does not learn."""

import numpy as np
from facts import data, fact, net, sigmoid, stated, targets

# Samples that a small network learns easily.
X, y, Y = data(4, 3, 30)
EASY = (X[:, 0] + X[:, 1] > 0).astype(float)
ODD = (X[:, 0] * X[:, 1] > 0).astype(float)  # as XOR is
CLASS = np.argmax(X[:, :3], axis=1)
ONE_HOT = np.eye(3)[CLASS]


def binary(h, t):
    """Cross-entropy of outputs h for labels t."""
    return float(-np.mean(t * np.log(h) + (1 - t) * np.log(1 - h)))


@fact("t01_zeros")
def _(m):
    p = m.train(X.T, ODD[None])
    return not p["W1"].any() and not p["W2"].any()


@fact("t02_all_hidden_units_alike")
def _(m):
    n = m.Net(4, 5, 1).fit(X, ODD[:, None])
    return np.ptp(n.W1, axis=1).max() < 1e-9 < np.abs(n.W1 - 0.5).max()


@fact("t03_rate_too_large")
def _(m):
    J = m.gradientDescent(m.X_train, m.y_train, np.zeros(3))[1]
    return not np.isfinite(J[-1])


@fact("t04_pixels_not_scaled")
def _(m):
    w1, b1, *_ = m.train(m.images, m.labels)
    h = sigmoid(m.images @ w1 + b1)
    return np.mean(h * (1 - h) < 0.01) > 0.9


@fact("t05_dead_relu")
def _(m):
    W1, b1, *_ = m.train(X, targets(2, 30))
    return not (X @ W1 + b1 > 0).any()


@fact("t06_labels_off_by_one")
def _(m):
    W, b = m.fit(X, CLASS, np.zeros((4, 3)), np.zeros(3))
    return np.mean(np.argmax(X @ W + b, axis=1) == CLASS) < 0.2


@fact("t07_plus_equals")
def _(m):
    n = m.MLP((4, 5, 3))
    J = lambda: stated(dict(zip(("W1", "W2", "b1", "b2"), n.weights + n.biases)), X, ONE_HOT)
    before = J()
    n.fit(X, ONE_HOT)
    return J() > before


@fact("t08_equals_minus")
def _(m):
    w, b = m.train_logreg(X, EASY, np.zeros(4), 0.0)
    return binary(sigmoid(X @ w + b), EASY) > 0.6


@fact("t09_loop_variable_rebound")
def _(m):
    p = list(net(4, 5, 2, io=True).values())
    kept = [v.copy() for v in p]
    m.train(X, targets(2, 30), p)
    return all(np.array_equal(a, b) for a, b in zip(p, kept))


@fact("t10_log_of_zero")
def _(m):
    W = m.train(X, EASY[:, None], iters=1)
    return not np.isfinite(m.cost_and_grads(*W, X, EASY[:, None])[0])


@fact("t11_output_cannot_reach_the_targets")
def _(m):
    w1, b1, w2, b2 = m.train(m.X_train, m.y_train)
    return np.ptp(sigmoid(sigmoid(m.X_train @ w1 + b1) @ w2 + b2)) < 0.01


@fact("t12_rate_too_small")
def _(m):
    theta = m.train(X, EASY, np.zeros(5))
    return binary(sigmoid(X @ theta[1:] + theta[0]), EASY) > 0.69


@fact("t13_deep_sigmoids_vanish")
def _(m):
    n = m.DeepNet()
    start = [w.copy() for w in n.W]
    n.fit(X, ONE_HOT)
    moved = [np.abs(a - b).max() for a, b in zip(n.W, start)]
    return moved[0] < 1e-3 * moved[-1]


@fact("t14_weights_made_anew_every_epoch")
def _(m):
    *_, losses = m.train(X, EASY[:, None])
    return np.mean(losses[-20:]) > 0.9 * np.mean(losses[:20])


@fact("t15_torch_gradients_pile_up")
def _(m):
    import torch  # an optional library

    n = m.model.to(torch.float64)
    m.train(n, torch.tensor(X), torch.tensor(CLASS))
    first = n[0].weight.grad.clone()
    m.loss_fn(n(torch.tensor(X)), torch.tensor(CLASS)).backward()
    return (n[0].weight.grad - first).abs().max() < first.abs().max()  # the old one is in it


@fact("t16_samples_shuffled_without_labels")
def _(m):
    w, b = m.sgd(X, EASY, np.zeros(4), 0.0)
    return binary(sigmoid(X @ w + b), EASY) > 0.5


@fact("t17_exp_overflow")
def _(m):
    return not np.isfinite(m.train(m.X_train, m.y_train)[0]).all()


@fact("t18_start_too_large")
def _(m):
    n = m.TanhNet(4, 5, 2)
    n.train(X, targets(2, 30))
    return np.mean(1 - n.H**2 < 0.01) > 0.8


@fact("t19_returns_after_the_first_epoch")
def _(m):
    p = list(net(4, 5, 3, io=True).values())
    once, often = m.fit(X, ONE_HOT, *p, num_epochs=1), m.fit(X, ONE_HOT, *p)
    return all(np.array_equal(a, b) for a, b in zip(once, often))


@fact("t20_integer_weights")
def _(m):
    return not m.train(X, EASY)[0].any()
