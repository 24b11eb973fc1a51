"""Factors and signs of single blocks are causes, each with its number."""

import numpy as np
import pytest
from planted import NIELSEN, SQUARE, VECTORISED, function_of, source_of

import clearprop

RIGHT = function_of(source_of(SQUARE), SQUARE)
BIAS_1, BIAS_2, WEIGHTS_2, WEIGHTS_3 = slice(0, 4), slice(20, 24), slice(24, 40), slice(44, 60)


def diagnosed(spoil):
    def f(theta, X, y, lam):
        J, D = RIGHT(theta, X, y, lam)
        spoil(D, len(X), lam / len(X) * theta)
        return J, D

    return clearprop.diagnose(f, SQUARE.layer_sizes, labels="0")


def told(diagnosis, lang):
    return [cause.mutant.mutation.description(lang).cause for cause in diagnosis.causes]


def twice_and_four_times(D, m, decay):
    D[WEIGHTS_2] *= 2
    D[BIAS_1] *= 4


def the_same_in_two(D, m, decay):
    D[BIAS_1] *= -1
    D[BIAS_2] *= -1


def data_alone(D, m, decay):
    D[WEIGHTS_3] = 0.7 * (D[WEIGHTS_3] - decay[WEIGHTS_3]) + decay[WEIGHTS_3]


def of_m(D, m, decay):
    D[BIAS_2] /= 2 * m


def one_percent(D, m, decay):
    D[WEIGHTS_2] *= 1.01


CASES = [
    (
        twice_and_four_times,
        ["factor", "factor"],
        [
            "The gradient of the biases of Theta^(1) is 4 times the right one.",
            "The gradient of the weights of Theta^(2) is 2 times the right one.",
        ],
        ["Theta^(1) 的偏置的梯度是正确值的 4 倍。", "Theta^(2) 的权重的梯度是正确值的 2 倍。"],
    ),
    (
        the_same_in_two,
        ["sign"],
        ["The gradient of the biases of Theta^(1), the biases of Theta^(2) has the wrong sign."],
        ["Theta^(1) 的偏置、Theta^(2) 的偏置的梯度符号反了。"],
    ),
    (
        data_alone,
        ["factor"],
        [
            "The gradient of the weights of Theta^(3) is 0.7 times the right one, apart from the "
            "term with lambda."
        ],
        ["Theta^(3) 的权重的梯度是正确值的 0.7 倍（除去含 lambda 的项）。"],
    ),
    (
        of_m,
        ["factor"],
        ["The gradient of the biases of Theta^(2) is 1/(2m) times the right one."],
        ["Theta^(2) 的偏置的梯度是正确值的 1/(2m) 倍。"],
    ),
    (
        one_percent,
        ["factor"],
        ["The gradient of the weights of Theta^(2) is 1.01 times the right one."],
        ["Theta^(2) 的权重的梯度是正确值的 1.01 倍。"],
    ),
]


@pytest.mark.parametrize(
    ("spoil", "ids", "en", "zh"), CASES, ids=[case[0].__name__ for case in CASES]
)
def test_each_factor_is_a_cause(spoil, ids, en, zh):
    diagnosis = diagnosed(spoil)
    assert (diagnosis.verdict, diagnosis.explained) == ("wrong", True)
    assert [cause.id for cause in diagnosis.causes] == ids
    assert (told(diagnosis, "en"), told(diagnosis, "zh")) == (en, zh)
    assert all(cause.match < 1e-9 for cause in diagnosis.causes)
    np.testing.assert_allclose(diagnosis.mistaken()[1], diagnosis.answers[0].gradient, rtol=1e-9)
    places = [cause.mutant.where("en") for cause in diagnosis.causes]
    assert all(place.startswith("the gradient of the ") for place in places)


def test_a_factor_beside_a_mistake_of_the_catalogue():
    edits = (
        ("D3 @ Theta2[:, 1:]", "D3 @ Theta2[:, :-1]"),
        ("Grad2 = D3.T @ A2 / m", "Grad2 = 3 * D3.T @ A2 / m"),
    )
    f = function_of(source_of(VECTORISED, *edits), VECTORISED)
    diagnosis = clearprop.diagnose(f, (4, 7, 3), labels="0")
    assert {cause.id for cause in diagnosis.causes} == {"flow-wrong-element", "factor"}


def test_a_factor_in_a_learners_file():
    edit = ("np.dot(delta, activations[-2].T)", "np.dot(delta, activations[-2].T) * 0.7")
    f = function_of(source_of(NIELSEN, edit), NIELSEN)
    diagnosis = clearprop.diagnose(f, NIELSEN.layer_sizes, cost="quadratic", labels="0")
    assert [(cause.id, cause.layers) for cause in diagnosis.causes] == [("factor", (3,))]
