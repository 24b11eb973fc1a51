"""The activation that was not stated: the one that fits is found, and a note says so."""

import numpy as np
import pytest
from planted import DEEP, VECTORISED, function_of, source_of

import clearprop

HEADS = {
    "en": "f: RIGHT, if the hidden layers are meant to be relu. Cost and gradient are then right",
    "zh": "f：如果隐藏层本来就该用relu，就是正确的。",
}


def learner(g, slope, sign=1.0):
    """A 2-layer network with a softmax, samples as rows."""

    def f(W1, b1, W2, b2, X, Y):
        z1 = X @ W1 + b1
        a1 = g(z1)
        e = np.exp(a1 @ W2 + b2)
        h = e / e.sum(axis=1, keepdims=True)
        d2 = sign * (h - Y) / len(X)
        d1 = (d2 @ W2.T) * slope(z1)
        J = -np.sum(Y * np.log(h)) / len(X)
        return J, X.T @ d1, d1.sum(axis=0), a1.T @ d2, d2.sum(axis=0)

    return f


def relu(z):
    return np.maximum(z, 0)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_right_code_is_right_if_its_activation_is_meant(lang):
    f = learner(relu, lambda z: z > 0)
    diagnosis = clearprop.diagnose(f, (4, 5, 3), cost="softmax", lang=lang)
    assert diagnosis.right
    assert diagnosis.notes[-1] == ("activation-found", "relu")
    assert "".join(HEADS[lang].split()) in "".join(diagnosis.report().split())
    assert "--activation sigmoid" in diagnosis.report().replace("\n", " ")


def test_the_mistake_is_sought_under_the_activation_that_fits():
    for sign, slope, cause in ((-1.0, lambda z: z > 0, "delta-sign"), (1.0, np.ones_like, "slope")):
        diagnosis = clearprop.diagnose(learner(relu, slope, sign), (4, 5, 3), cost="softmax")
        assert next(c.id for c in diagnosis.causes).startswith(cause)
        assert ("activation-found", "relu") in diagnosis.notes


def test_a_stated_activation_is_the_one_that_is_judged():
    f = learner(relu, lambda z: z > 0)
    diagnosis = clearprop.diagnose(f, (4, 5, 3), cost="softmax", activation="sigmoid")
    assert [cause.id for cause in diagnosis.causes] == ["forward-relu"]
    assert not [note for note in diagnosis.notes if note[0] == "activation-found"]


def test_a_layer_without_an_activation_stays_a_mistake():
    f = learner(lambda z: z, np.ones_like)
    diagnosis = clearprop.diagnose(f, (4, 5, 3), cost="softmax")
    assert [cause.id for cause in diagnosis.causes] == ["forward-no-activation"]


def test_mistakes_of_a_sigmoid_are_not_taken_for_another_activation():
    for learner_, edit, cause in (
        (VECTORISED, ("D3 = H - Y", "D3 = Y - H"), "delta-sign"),
        (DEEP, ("delta = acts[-1] - Y", "delta = Y - acts[-1]"), "delta-sign"),
    ):
        stated = {} if learner_.activation == "sigmoid" else {"activation": learner_.activation}
        f = function_of(source_of(learner_, edit), learner_)
        diagnosis = clearprop.diagnose(f, learner_.layer_sizes, cost=learner_.cost, **stated)
        assert [c.id for c in diagnosis.causes] == [cause]
