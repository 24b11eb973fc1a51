"""Where labels start is told, and another start than the stated one is a mistake."""

import numpy as np

import clearprop


def f(theta, X, y, lambda_, start=1):
    T1, T2 = theta[:35].reshape(7, 5), theta[35:].reshape(3, 8)
    m, Y = len(X), np.eye(3)[np.asarray(y) - start]
    a1 = np.c_[np.ones(m), X]
    a2 = np.c_[np.ones(m), 1 / (1 + np.exp(-a1 @ T1.T))]
    h = 1 / (1 + np.exp(-a2 @ T2.T))
    J = -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / m
    J += lambda_ / (2 * m) * ((T1[:, 1:] ** 2).sum() + (T2[:, 1:] ** 2).sum())
    d = (h - Y) / m
    e = (d @ T2)[:, 1:] * a2[:, 1:] * (1 - a2[:, 1:])
    D1, D2 = e.T @ a1, d.T @ a2
    D1[:, 1:] += lambda_ / m * T1[:, 1:]
    D2[:, 1:] += lambda_ / m * T2[:, 1:]
    return J, np.r_[D1.ravel(), D2.ravel()]


def from_0(theta, X, y, lambda_):
    return f(theta, X, y, lambda_, start=0)


def test_labels_that_start_at_1_are_right_if_they_do():
    diagnosis = clearprop.diagnose(f, (4, 7, 3))
    assert (diagnosis.verdict, diagnosis.notes) == ("right", (("labels-from-1", ""),))
    assert diagnosis.report().startswith("f: RIGHT, if your labels start at 1.")
    assert diagnosis.report("zh").startswith("f：如果你的标签从 1 数起，就是正确的。")
    assert clearprop.diagnose(f, (4, 7, 3), labels="1").notes == ()
    assert clearprop.diagnose(from_0, (4, 7, 3)).notes == ()


def test_another_start_than_the_stated_one_is_a_mistake():
    diagnosis = clearprop.diagnose(f, (4, 7, 3), labels="0")
    assert [cause.id for cause in diagnosis.causes] == ["labels-shifted"]


def test_another_start_that_raises_is_a_mistake_too():
    diagnosis = clearprop.diagnose(from_0, (4, 7, 3), labels="1")
    assert (diagnosis.verdict, diagnosis.raised) == ("wrong", None)
    assert [cause.id for cause in diagnosis.causes] == ["labels-shifted"]
    assert "Asked with labels from 1, as you stated, it raised IndexError" in diagnosis.report()
    assert "Put into the true algorithm" not in diagnosis.report() + diagnosis.html()
    assert "按你声明的、从 1 数起的标签来测试" in diagnosis.report("zh")
