"""One output for two classes beside two outputs, and the two costs of one output."""

import numpy as np
import pytest

from clearprop.figures import (
    compute_cost_curves,
    compute_two_classes,
    draw_cost_curves,
    draw_two_classes,
    make,
)

IMAGES = np.random.default_rng(0).random((12, 2, 2))
LABELS = (IMAGES.mean(axis=(1, 2)) > 0.5).astype(int)
SAMPLE = int(LABELS.argmax())


def test_one_answer_is_a_number_and_the_other_a_vector():
    found = compute_two_classes(IMAGES, LABELS, ("pale", "dark"), SAMPLE)
    assert (found.one.y.tolist(), found.two.y.tolist()) == ([1], [0, 1])
    assert found.one.terms[0] == pytest.approx(-np.log(found.one.h[0]))
    expected = -np.log(1 - found.two.h[0]) - np.log(found.two.h[1])
    assert found.two.terms.sum() == pytest.approx(expected)


def test_the_numbers_are_drawn():
    found = compute_two_classes(IMAGES, LABELS, ("pale", "dark"), SAMPLE)
    picture = draw_two_classes(found)
    shown = [text.get_text() for text in picture.figure.axes[0].texts]
    h, (first, second) = found.one.h[0], found.two.h
    assert {f"{h:.3f}", f"{first:.3f}", f"{second:.3f}", "is it pale?", "is it dark?"} <= set(shown)
    assert f"$J_i$ = − log {h:.3f} = {-np.log(h):.3f}" in shown
    total = found.two.terms.sum()
    assert f"$J_i$ = − log(1 − {first:.3f}) − log {second:.3f} = {total:.3f}" in shown
    assert f"which adds up to {first + second:.3f};" in picture.description


def test_two_logistic_outputs_need_not_add_up_to_one():
    text = make("two-classes").description
    assert "The one with two outputs says (0.197, 0.822), which adds up to 1.019;" in text


def test_both_costs_vanish_at_the_truth_and_only_one_has_a_limit():
    found = compute_cost_curves()
    h = found.h
    assert np.exp(-found.logarithm[0]) == pytest.approx(h)
    assert found.logarithm[1] == pytest.approx(found.logarithm[0][::-1])
    assert np.sqrt(2 * found.square[1]) == pytest.approx(h)
    assert found.square[0] == pytest.approx(found.square[1][::-1])
    assert found.square.max() < 0.5 < found.logarithm.max()


def test_the_curves_are_those_that_were_computed():
    found = compute_cost_curves()
    panels = draw_cost_curves(found, "zh").figure.axes
    for row, axes in enumerate(panels):
        logarithm, square, marks, *_ = axes.get_lines()
        assert (logarithm.get_ydata() == found.logarithm[row]).all()
        assert (square.get_ydata() == found.square[row]).all()
        at, heights = marks.get_data()
        assert np.interp(at, found.h, found.logarithm[row]) == pytest.approx(heights, abs=2e-3)
    assert [axes.get_title() for axes in panels] == ["y = 1：h 应当大", "y = 0：h 应当小"]
