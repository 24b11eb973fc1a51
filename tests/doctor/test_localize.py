"""What a wrong block has in common with the right numbers, without a cause."""

import numpy as np
import pytest
from planted import SQUARE, VECTORISED, Planted, function_of, source_of

import clearprop

RIGHT = function_of(source_of(SQUARE), SQUARE)
BIAS, WEIGHTS = slice(20, 24), slice(24, 40)  # of Theta^(2)


def diagnosed(spoil):
    def f(theta, X, y, lam):
        J, D = RIGHT(theta, X, y, lam)
        spoil(D, theta, len(X), lam)
        return J, D

    return clearprop.diagnose(f, SQUARE.layer_sizes, labels="0")


def flip(D, theta, m, lam):
    D[BIAS] *= -1


def turn(D, theta, m, lam):
    D[WEIGHTS] = D[WEIGHTS].reshape(4, 4).T.ravel()


def mix(D, theta, m, lam):
    D[WEIGHTS] = np.roll(D[WEIGHTS], 3)


def scale(D, theta, m, lam):
    D[BIAS] *= m / 2


def add_theta(D, theta, m, lam):
    D[WEIGHTS] -= lam / (2 * m) * theta[WEIGHTS] * 2.5


def blow_up(D, theta, m, lam):
    D[BIAS] = np.nan


def one_unit(D, theta, m, lam):
    D[24:40:4] += 0.1


@pytest.mark.parametrize(
    ("spoil", "block", "kind", "value", "units", "en", "zh"),
    [
        (turn, "weights", "transposed", None, (), "transposed", "转置"),
        (mix, "weights", "permutation", None, (), "in another order", "次序乱了"),
        (add_theta, "weights", "theta", None, (), "look at the regularization", "请检查正则化"),
        (blow_up, "bias", "not finite", None, (), "not finite", "NaN"),
        (one_unit, "weights", None, None, (1,), "unit 1 of the next layer", "第 1 个单元"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_a_block_has_in_common_with_the_right_one(spoil, block, kind, value, units, en, zh):
    diagnosis = diagnosed(spoil)
    verdict = "unknown" if kind == "not finite" else "wrong"  # by finite differences of its own J
    assert (diagnosis.verdict, diagnosis.causes) == (verdict, ())
    (found,) = diagnosis.localised
    assert (found.layer, found.block) == (2, block)
    assert (found.kind, found.value, found.units) == (kind, value, units)
    assert en in " ".join(diagnosis.report("en").split())
    assert zh in diagnosis.report("zh").replace("\n", "").replace(" " * 36, "")


@pytest.mark.parametrize(
    ("spoil", "name", "kind", "value", "en", "zh"),
    [
        (flip, "sign", "sign", None, "with the other sign", "符号相反"),
        (scale, "factor", "factor", "m/2", "m/2 times the right numbers", "m/2 倍"),
    ],
    ids=["flip", "scale"],
)
def test_a_factor_of_a_block_has_a_place_and_is_a_cause(spoil, name, kind, value, en, zh):
    diagnosis = diagnosed(spoil)
    assert [cause.id for cause in diagnosis.causes] == [name]
    (found,) = diagnosis.localised
    assert (found.kind, found.value) == (kind, value)
    assert en in " ".join(diagnosis.report("en").split())
    assert zh in diagnosis.report("zh")


def test_a_mistake_in_the_order_and_another_one_are_both_named():
    edits = (
        ("Grad1.ravel(), Grad2.ravel()", "Grad2.ravel(), Grad1.ravel()"),
        ("D3 @ Theta2[:, 1:]", "D3 @ Theta2[:, :-1]"),
    )
    planted = Planted("", VECTORISED, edits)
    diagnosis = clearprop.diagnose(
        function_of(source_of(VECTORISED, *planted.edits), VECTORISED), (4, 7, 3), labels="0"
    )
    named = {cause.id for cause in diagnosis.causes}
    assert named == {"unroll-layers-reversed", "flow-wrong-element"}


def test_in_a_wide_map_the_bias_has_its_own_tiles():
    def f(theta, X, y, lambda_):
        m = len(X)
        h = 1 / (1 + np.exp(-(theta[0] + X @ theta[1:])))
        J = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
        J += lambda_ / 2 / m * theta[1:] @ theta[1:]
        return J, np.r_[0.0, X.T @ (h - y) / m + lambda_ / m * theta[1:]]

    diagnosis = clearprop.diagnose(f, (300, 1))
    assert [cause.id for cause in diagnosis.causes] == ["accumulate-no-bias"]
    html = diagnosis.html().split("<h3>")[1]
    assert html.count('class="e4"') == 1
    assert html.count('class="e0"') == 75  # of 4 entries each
    assert diagnosis._repr_html_() in diagnosis.html()
    assert "<main" not in diagnosis._repr_html_()  # a notebook has its own
