"""Hidden units as images: which weight is which pixel, and how grey it is."""

import numpy as np
import pytest

from clearprop import Network, initial_theta
from clearprop.errors import ParameterError
from clearprop.figures import compute_hidden_units, draw_hidden_units
from clearprop.network.parameters import course_matrices

NETWORK = Network((6, 5, 2))
THETA = initial_theta(NETWORK, 0)
WEIGHTS = course_matrices(NETWORK, THETA)[0][:, 1:]  # (5, 6)


def drawn(found):
    return np.ma.getdata(draw_hidden_units(found).figure.axes[0].images[0].get_array())


def test_images_are_rows_of_theta_without_bias():
    found = compute_hidden_units(NETWORK, THETA, (2, 3))
    assert found.images.shape == (5, 2, 3)
    for k, (row, image) in enumerate(zip(WEIGHTS, found.images, strict=True)):
        assert image[0].tolist() == row[:3].tolist(), k
        assert image[1].tolist() == row[3:].tolist()


def test_images_stored_by_columns_are_turned_upright():
    """As MATLAB's ``reshape(row, height, width)`` does."""
    found = compute_hidden_units(NETWORK, THETA, (2, 3), image_order="F")
    for row, image in zip(WEIGHTS, found.images, strict=True):
        assert (image == row.reshape((2, 3), order="F")).all()


def test_each_image_has_its_own_scale_and_zero_is_the_middle():
    theta = THETA.copy()
    theta[: 7 * 5] = np.outer(np.arange(7), [1, 10, -2, 0, 1]).ravel()
    tiles = drawn(compute_hidden_units(NETWORK, theta, (2, 3)))
    assert tiles.shape == (2 * 2 + 1, 3 * 3 + 2)
    expected = np.arange(1, 7).reshape(2, 3) / 6
    assert tiles[:2, :3] == pytest.approx(expected)
    assert tiles[:2, 4:7] == pytest.approx(expected)
    assert tiles[:2, 8:11] == pytest.approx(-expected)
    assert (tiles[3:5, :3] == 0).all()
    assert np.isnan(tiles[2]).all()  # between the images
    assert np.isnan(tiles[3:5, 8:11]).all()  # no sixth unit
    image = draw_hidden_units(compute_hidden_units(NETWORK, theta, (2, 3))).figure.axes[0].images[0]
    assert (image.norm.vmin, image.norm.vmax, image.get_cmap().name) == (-1, 1, "gray")


def test_of_many_units_a_hundred_are_shown():
    network = Network((4, 130, 1))
    found = compute_hidden_units(network, initial_theta(network, 0), (2, 2))
    assert len(found.images) == 100
    picture = draw_hidden_units(found)
    assert picture.description.startswith("The incoming weights of 100 of 130 hidden units")


def test_its_words():
    found = compute_hidden_units(NETWORK, THETA, (2, 3))
    english, chinese = draw_hidden_units(found, "en", "s"), draw_hidden_units(found, "zh", "s")
    assert (english.title, chinese.title) == (
        "What the hidden units look for",
        "隐藏单元学到的特征",
    )
    assert english.figure.get_supxlabel() == (
        "s, 6-5-2\nIncoming weights without bias, each image scaled to its own largest:\n"
        "black negative, middle grey 0, white positive"
    )
    assert chinese.description == (
        "5 个隐藏单元中 5 个的输入权重，画成图像。黑色表示最小的负权重，中灰表示 0，"
        "白色表示最大的正权重；每幅图按自身最大的权重缩放。"
    )


def test_an_svg_carries_its_image_within():
    data = draw_hidden_units(compute_hidden_units(NETWORK, THETA, (2, 3))).to_bytes(".svg")
    assert data.count(b"<image ") == 1
    assert data.count(b'xlink:href="data:image/png;base64,') == 1


def test_networks_and_shapes_that_do_not_fit_are_refused_together():
    with pytest.raises(ParameterError) as caught:
        compute_hidden_units(Network((6, 2)), np.zeros(14), (2, 2))
    assert str(caught.value) == (
        "2 problems: network: expected a hidden layer; this one has none; image_shape: expected a "
        "product of 6, the inputs of the network; got (2, 2)"
    )
