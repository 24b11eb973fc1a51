"""What the learner's cost is, is settled before a mistake is sought."""

import json
from html import escape

import numpy as np
import pytest

import clearprop


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def net(
    scale=lambda m, K: 1 / m,
    penalty=lambda lam, m: (lam / m, lam / m),
    biases=(0, 0),
    slope=0.0,
    output=(lambda z: z, lambda h: 1.0),
    spoil=lambda D, m: D,
):
    """A network of half the squares with ReLU; `scale` is what stands before the sum."""

    def f(W1, b1, W2, b2, X, Y, lam):
        m = len(X)
        z = X @ W1 + b1
        a = np.where(z > 0, z, slope * z)
        h = output[0](a @ W2 + b2)
        s, (in_cost, in_gradient) = scale(m, h.shape[1]), penalty(lam, m)
        squares = (W1**2).sum() + (W2**2).sum() + biases[0] * ((b1**2).sum() + (b2**2).sum())
        J = s * 0.5 * ((h - Y) ** 2).sum() + in_cost / 2 * squares
        d = s * (h - Y) * output[1](h)
        e = d @ W2.T * np.where(z > 0, 1.0, slope)
        c, b = in_gradient, biases[1] * in_gradient
        Ds = [X.T @ e + c * W1, e.sum(0) + b * b1, a.T @ d + c * W2, d.sum(0) + b * b2]
        return J, *spoil(Ds, m)

    return f


def double(lam, m):
    return 2 * lam, 2 * lam


OTHER_COSTS = {
    "no 1/2": (net(lambda m, K: 2 / m), {"cost-without-half"}),
    "a sum": (net(lambda m, K: 1.0), {"sum-for-mean"}),
    "a sum without 1/2": (net(lambda m, K: 2.0), {"sum-for-mean", "cost-without-half"}),
    "over all entries": (net(lambda m, K: 1 / m / K), {"mean-over-entries"}),
    "np.mean of squares": (
        net(lambda m, K: 2 / m / K),
        {"mean-over-entries", "cost-without-half"},
    ),
    "a constant": (net(lambda m, K: 0.25 / m), {"cost-scaled"}),
    "reg * sum": (net(penalty=double), {"penalty-sum"}),
    "reg/2 * sum": (net(penalty=lambda lam, m: (lam, lam)), {"penalty-half-sum"}),
    "lambda/m * sum": (
        net(penalty=lambda lam, m: (2 * lam / m, 2 * lam / m)),
        {"penalty-without-half"},
    ),
    "biases": (net(biases=(1, 1)), {"biases-penalised"}),
    "leaky": (net(slope=0.01), {"leaky-relu"}),
    "leaky 0.2": (net(slope=0.2), {"leaky-relu"}),
    "tanh": (net(output=(np.tanh, lambda h: 1 - h * h)), {"output-tanh"}),
    "sigmoid": (net(output=(sigmoid, lambda h: h * (1 - h))), {"output-sigmoid"}),
    "three at once": (
        net(lambda m, K: 2 / m, double, (1, 1)),
        {"cost-without-half", "penalty-sum", "biases-penalised"},
    ),
}


def diagnosed(f, **stated):
    return clearprop.diagnose(f, (4, 5, 3), activation="relu", cost="squared", **stated)


@pytest.mark.parametrize(("f", "ids"), OTHER_COSTS.values(), ids=OTHER_COSTS)
def test_a_gradient_of_another_cost_is_right_for_that_one(f, ids):
    diagnosis = diagnosed(f)
    assert diagnosis.verdict == "other-cost", str(diagnosis)
    assert {convention.id for convention in diagnosis.conventions} == ids
    assert diagnosis.right
    assert (diagnosis.causes, diagnosis.localised, diagnosis.evidence) == ((), (), ())
    assert "RIGHT, but for another cost than the stated one" in diagnosis.report("en")
    assert "正确，但用的不是声明的那个代价" in diagnosis.report("zh")
    for convention in diagnosis.conventions:
        assert f"[{convention.id}]" in diagnosis.report("zh")
        assert escape(convention.sentence("en")) in diagnosis.html("en")
    found = diagnosis.to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert [c["id"] for c in found["conventions"]] == [c.id for c in diagnosis.conventions]
    assert found["causes"] == found["evidence"] == found["training"] == found["tried"] == []
    assert found["adapter"] is None


def lost_mask(Ds, m):
    return [Ds[0] * 0, *Ds[1:]]


# The mistake is named in what the conventions leave.
MISTAKES = {
    "reg * sum, biases in the cost alone": (
        net(penalty=double, biases=(1, 0)),
        {"penalty-sum"},
        ["penalty-bias"],
    ),
    "no 1/2, hidden layer divided twice": (
        net(lambda m, K: 2 / m, spoil=lambda Ds, m: [Ds[0] / m, Ds[1] / m, *Ds[2:]]),
        {"cost-without-half"},
        ["average-twice"],
    ),
    "reg * sum in the cost, reg in the gradient": (
        net(penalty=lambda lam, m: (2 * lam, lam)),
        None,
        None,
    ),
    "a sum, the output's biases twice": (
        net(lambda m, K: 1.0, spoil=lambda Ds, m: [*Ds[:3], 2 * Ds[3]]),
        {"sum-for-mean"},
        ["factor"],
    ),
}


@pytest.mark.parametrize(("f", "ids", "causes"), MISTAKES.values(), ids=MISTAKES)
def test_the_mistake_is_sought_in_what_the_conventions_leave(f, ids, causes):
    diagnosis = diagnosed(f)
    assert diagnosis.verdict == "wrong", str(diagnosis)
    if ids is not None:
        assert {convention.id for convention in diagnosis.conventions} == ids
        assert [cause.id for cause in diagnosis.causes] == causes
    assert len(diagnosis.causes) == 1
    assert diagnosis.explained


def test_one_half_that_lacks_the_factor_2_is_a_mistake_and_both_ways_out_are_told():
    diagnosis = diagnosed(net(spoil=lambda Ds, m: Ds))
    assert diagnosis.verdict == "right"

    def f(W1, b1, W2, b2, X, Y, lam):
        J, *Ds = net(penalty=lambda lam, m: (0.0, 0.0))(W1, b1, W2, b2, X, Y, lam)
        return 2 * J, *Ds

    def without_lambda(W1, b1, W2, b2, X, Y):
        return f(W1, b1, W2, b2, X, Y, 0.0)

    diagnosis = diagnosed(without_lambda)
    assert [cause.id for cause in diagnosis.causes] == ["cost-half-missing"]
    assert diagnosis.conventions == ()
    assert "either put the 1/2 before the squares, or put the 2 into the gradient" in " ".join(
        diagnosis.report().split()
    )


def test_stated_conventions_are_not_remarked_upon():
    leaky = net(slope=0.01)
    stated = clearprop.diagnose(leaky, (4, 5, 3), activation="leaky_relu", cost="squared")
    assert (stated.verdict, stated.conventions) == ("right", ())
    plain = clearprop.diagnose(net(), (4, 5, 3), activation="leaky_relu", cost="squared")
    assert [c.id for c in plain.conventions] == ["plain-relu"]
    tanh = net(output=(np.tanh, lambda h: 1 - h * h))
    assert diagnosed(tanh, output="tanh").verdict == "right"


def test_a_small_number_within_the_logarithm_is_right():
    def f(theta, X, y, lambda_):
        m = len(X)
        h = sigmoid(theta[0] + X @ theta[1:])
        J = -np.mean(y * np.log(h + 1e-5) + (1 - y) * np.log(1 - h + 1e-5))
        J += lambda_ / 2 / m * theta[1:] @ theta[1:]
        D = np.r_[0, X.T @ (h - y) / m + lambda_ / m * theta[1:]]
        D[0] = (h - y).mean()
        return J, D

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert (diagnosis.verdict, diagnosis.conventions) == ("right", ())
    assert diagnosis.notes == (("log-epsilon", "1e-05"),)
    assert "1e-05, is added within the logarithm" in diagnosis.report()


def test_without_lambda_no_mistake_is_sought_in_its_terms():
    def f(W1, b1, W2, b2, X, Y):
        J, D1, *Ds = net()(W1, b1, W2, b2, X, Y, 0.0)
        return J, 0 * D1, *Ds

    ids = {cause.id for cause in diagnosed(f).causes}
    assert not {name for name in ids if name.startswith(("lambda", "penalty"))}


def test_without_a_cost_the_delta_of_another_one_is_a_mistake():
    def gradients(W1, b1, X, Y):
        h = 1 / (1 + np.exp(-(X @ W1.T + b1)))
        delta = (h - Y) * h * (1 - h) / len(X)
        return {"dW1": delta.T @ X, "db1": delta.sum(axis=0)}

    diagnosis = clearprop.diagnose(gradients, (4, 3), labels="one-hot")
    assert diagnosis.verdict == "wrong"
    assert [cause.id for cause in diagnosis.causes] == ["delta-output-slope"]
    assert clearprop.diagnose(gradients, (4, 3), cost="quadratic", labels="one-hot").right
