"""The picture of which columns matter shows the record, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop.experiment.importance import Importance
from clearprop.figures import draw_importance

FALLS = np.array([[0.0, 0.1], [0.3, 0.5], [-0.1, 0.0]])
FOUND = Importance(("a", "$b$", "城市"), FALLS, "accuracy", 0.9)


def test_bars_are_the_mean_falls_with_the_largest_on_top():
    (axes,) = draw_importance(FOUND).figure.axes
    bars = axes.patches
    assert [bar.get_width() for bar in bars] == pytest.approx([0.4, 0.05, -0.05])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["$b$", "a", "城市"]
    assert axes.yaxis_inverted()
    (errors,) = axes.collections
    ends = [segment[:, 0].tolist() for segment in errors.get_segments()]
    expected = [[0.3, 0.5], [0.0, 0.1], [-0.1, 0.0]]
    np.testing.assert_allclose(ends, expected, atol=1e-12)


def test_of_many_columns_the_first_are_drawn():
    names = tuple(f"c{j}" for j in range(50))
    falls = np.arange(50.0)[:, None]
    (axes,) = draw_importance(Importance(names, falls, "r2", 1.0)).figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        f"c{j}" for j in range(49, 29, -1)
    ]
    assert axes.get_xlabel() == "fall of the R²"


@pytest.mark.parametrize("order", ["C", "F"])
def test_images_are_a_heat_map_of_their_pixels(order):
    names = tuple(map(str, range(6)))
    falls = np.arange(6.0)[:, None] - 1
    found = Importance(names, falls, "accuracy", 0.9, (2, 3), order)
    axes, bar = draw_importance(found).figure.axes
    (image,) = axes.get_images()
    expected = (np.arange(6.0) - 1).reshape(2, 3, order=order)
    np.testing.assert_array_equal(image.get_array(), expected)
    assert image.get_clim() == (-4.0, 4.0)  # white is no fall
    assert bar.get_ylabel() == "fall of the accuracy"


@pytest.mark.parametrize(
    ("lang", "title", "caption", "description"),
    [
        (
            "en",
            "Which columns matter",
            "t.csv; values of one column shuffled among the rows, 2 times",
            "The mean fall of the accuracy when the values of one column are shuffled among the "
            "rows: $b$ 0.4000, a 0.0500, 城市 -0.0500.",
        ),
        (
            "zh",
            "哪些列重要",
            "t.csv；把一列的取值在各行之间打乱，共 2 次",
            "把一列的取值在各行之间打乱后，准确率的降幅（取平均）："
            "$b$ 0.4000、a 0.0500、城市 -0.0500。",
        ),
    ],
)
def test_its_words(lang, title, caption, description):
    picture = draw_importance(FOUND, lang, "t.csv")
    assert (picture.title, picture.description) == (title, description)
    assert picture.figure._supxlabel.get_text() == caption


def test_it_becomes_a_file(chinese):
    assert draw_importance(FOUND, "zh").to_bytes(".png").startswith(b"\x89PNG")
    assert b"$b$" in draw_importance(replace(FOUND, score="log_loss")).to_bytes(".svg")
