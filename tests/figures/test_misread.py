"""A wrong answer: the first row that a network reads wrongly, and delta of its outputs."""

import numpy as np
import pytest

from clearprop import Network
from clearprop.errors import ParameterError
from clearprop.figures import compute_misread, draw_misread, make

NAMED = ("left", "middle", "right")
READER = Network((1, 3))  # reads large x as "right", small x as "left"
READING = np.array([0.0, 0.5, 0.0, -2.0, 0.0, 2.0])


def test_the_first_row_that_is_read_wrongly():
    rows = [[3.0], [-3.0], [3.0], [0.0]]
    labels = np.eye(3)[[2, 0, 0, 2]]
    images = np.arange(4 * 6).reshape(4, 2, 3)
    found = compute_misread(READER, READING, rows, labels, images, NAMED)
    assert (found.image == images[2]).all()
    assert (found.right, found.read, found.classes) == (0, 2, NAMED)
    a = 1 / (1 + np.exp([6.0, -0.5, -6.0]))
    assert found.answers == pytest.approx(a)
    assert found.deltas == pytest.approx(a - [1, 0, 0])
    picture = draw_misread(found)
    image, outputs, deltas = picture.figure.axes
    assert (image.images[0].get_array() == images[2]).all()
    assert image.get_title() == "image of left, read as right"
    assert [bar.get_width() for bar in outputs.patches] == pytest.approx(a)
    assert [bar.get_width() for bar in deltas.patches] == pytest.approx(found.deltas)
    assert "left is 0.002 and its δ is −0.998; the output right" in picture.description


def test_a_wrong_answer_needs_classes_and_a_mistake():
    with pytest.raises(ParameterError, match=r"^X: expected a row that the network reads wrongly"):
        compute_misread(READER, READING, [[3.0]], [[0, 0, 1]], np.ones((1, 1, 1)))
    with pytest.raises(ParameterError, match=r"^classes: expected 3 names or none; got 1$"):
        compute_misread(READER, READING, [[3.0]], [[1, 0, 0]], np.ones((1, 1, 1)), ["a"])
    with pytest.raises(ParameterError, match=r"^images: expected 1 of them"):
        compute_misread(READER, READING, [[3.0]], [[1, 0, 0]], np.ones((2, 1, 1)))
    with pytest.raises(ParameterError, match=r"^network: expected an output for each of 2 to 12"):
        compute_misread(Network((1, 1)), [0.0, 1.0], [[3.0]], [[1]], np.ones((1, 1, 1)))


def test_a_source_without_images_is_refused(tmp_path):
    path = tmp_path / "flowers.csv"
    rows = [f"{i % 7},{i % 5},{'rose' if i % 2 else 'iris'}" for i in range(60)]
    path.write_text("length,width,kind\n" + "\n".join(rows))
    with pytest.raises(ParameterError) as caught:
        make("misread", path, target="kind")
    assert str(caught.value) == (
        "source: expected images with classes; the rows of this one are none"
    )
