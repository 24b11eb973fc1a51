"""An image's answer, output by output, and the double sum over several images."""

import numpy as np
import pytest

from clearprop import Network, cost_and_gradient, initial_theta, predict
from clearprop.errors import ParameterError
from clearprop.figures import compute_answer, compute_double_sum, draw_answer, draw_double_sum
from clearprop.figures.digit_images import bundled_digits, descended

NETWORK = Network((64, 5, 10))
THETA = initial_theta(NETWORK, seed=3)
DIGITS = bundled_digits()


def words(picture):
    return [text.get_text() for text in picture.figure.axes[0].texts]


def test_the_terms_add_up_to_the_cost_of_the_sample():
    found = compute_answer(NETWORK, THETA, DIGITS.images[7], DIGITS.Y[7])
    J, _ = cost_and_gradient(NETWORK, THETA, DIGITS.X[7:8], DIGITS.Y[7:8])
    assert found.terms.sum() == pytest.approx(J, rel=1e-12)
    h = predict(NETWORK, THETA, DIGITS.X[7:8])[0]
    assert found.h == pytest.approx(h, rel=1e-12)
    right = np.where(DIGITS.Y[7] == 1, h, 1 - h)
    assert np.exp(-found.terms) == pytest.approx(right, rel=1e-12)


@pytest.mark.parametrize(("sample", "equals"), [(7, "="), (0, "≈")])
def test_each_output_has_its_line_and_rounding_is_not_hidden(sample, equals):
    """The rounded terms of sample 0 do not add up to the rounded sum."""
    found = compute_answer(NETWORK, THETA, DIGITS.images[sample], DIGITS.Y[sample])
    picture = draw_answer(found, names="0123456789")
    shown = words(picture)
    assert {f"$k = {k + 1}$  ({k})" for k in range(10)} <= set(shown)
    lines = [line for line in shown if line.startswith("−log(")]
    assert sum(line.startswith("−log(1 − ") for line in lines) == 9
    printed = [float(line.partition(" = ")[2]) for line in lines]
    assert printed == pytest.approx(found.terms, abs=5e-4)
    total = f"{found.terms.sum():.3f}"
    assert (f"{sum(printed):.3f}" == total) == (equals == "=")
    assert f"$J_i$ {equals} {total}" in shown
    bars = [bar.get_width() for bar in picture.figure.axes[0].patches[1:11]]
    assert bars == pytest.approx(1.9 * found.h)
    assert (picture.figure.axes[0].images[0].get_array() == DIGITS.images[sample]).all()
    assert f"the cost of this sample, is {total}." in picture.description


def test_the_double_sum_is_the_cost_without_its_penalty():
    found = compute_double_sum(NETWORK, THETA, DIGITS.images[:4], DIGITS.Y[:4])
    assert found.terms.shape == (10, 4)
    J, _ = cost_and_gradient(NETWORK, THETA, DIGITS.X[:4], DIGITS.Y[:4])
    assert pytest.approx(J, rel=1e-12) == found.J
    for i in range(4):
        alone, _ = cost_and_gradient(NETWORK, THETA, DIGITS.X[i : i + 1], DIGITS.Y[i : i + 1])
        assert found.per_sample[i] == pytest.approx(alone, rel=1e-12)


def test_every_term_stands_in_its_cell():
    found = compute_double_sum(NETWORK, THETA, DIGITS.images[:4], DIGITS.Y[:4])
    picture = draw_double_sum(found)
    shown = words(picture)
    assert [t for t in shown if t in {f"{v:.3f}" for v in found.terms.ravel()}][:8] == [
        f"{v:.3f}" for v in found.terms[:2].ravel()
    ]
    assert {"$k = 10$", "$i = 4$", rf"$J = \frac{{1}}{{4}}\,\Sigma_i$ = {found.J:.3f}"} <= set(
        shown
    )
    assert [i.get_array().tolist() for i in picture.figure.axes[0].images] == (
        DIGITS.images[:4].tolist()
    )


def test_what_cannot_be_shown_is_refused():
    softmax = Network((64, 5, 10), cost="softmax")
    with pytest.raises(ParameterError) as caught:
        compute_answer(softmax, THETA, DIGITS.images[0], DIGITS.Y[0])
    assert str(caught.value) == "network: expected cost=\"logistic\"; got 'softmax'"
    with pytest.raises(ParameterError) as caught:
        compute_double_sum(softmax, THETA, DIGITS.images[:9], DIGITS.Y[:9])
    assert str(caught.value) == (
        "2 problems: network: expected cost=\"logistic\"; got 'softmax'; images: expected shape "
        "(m, height, width) with m from 1 to 8; got shape (9, 8, 8)"
    )


def test_the_steps_are_gradient_descent():
    network, rows = Network((64, 1)), slice(20)
    X, Y = DIGITS.X[rows], DIGITS.Y[rows, :1]
    theta = initial_theta(network, 0)
    for _ in range(3):
        h = 1 / (1 + np.exp(-(X @ theta[1:] + theta[0])))
        error = h - Y[:, 0]
        theta = theta - 0.5 * np.concatenate([[error.mean()], X.T @ error / 20])
    assert descended(network, X, Y, 3, rate=0.5) == pytest.approx(theta, rel=1e-12)
