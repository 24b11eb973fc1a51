"""The surface: J on its planes, where they lie, and minima that are minima."""

import numpy as np
import pytest

from clearprop import Network, cost_and_gradient, initial_theta
from clearprop.errors import ParameterError
from clearprop.figures import compute_surface, draw_surface
from clearprop.figures.gallery import _XOR, _XOR_INIT, _XOR_NETWORK, _XOR_OPTIONS
from clearprop.training import Options

SEEDS = range(12)


@pytest.fixture(scope="module")
def xor():
    return compute_surface(_XOR_NETWORK, *_XOR, _XOR_OPTIONS, seeds=SEEDS, init=_XOR_INIT)


def J(theta):
    return cost_and_gradient(_XOR_NETWORK, theta, *_XOR, engine="reference")[0]


def D(theta):
    return cost_and_gradient(_XOR_NETWORK, theta, *_XOR, engine="reference")[1]


@pytest.mark.parametrize("which", ["path_plane", "ends_plane"])
def test_every_point_of_a_plane_has_the_cost_there(xor, which):
    plane = getattr(xor, which)
    basis = np.stack([plane.u, plane.v])
    assert basis @ basis.T == pytest.approx(np.eye(2), abs=1e-12)
    for i in (0, 7, 30, 48):
        for j in (0, 19, 48):
            there = plane.origin + plane.a[j] * plane.u + plane.b[i] * plane.v
            assert plane.costs[i, j] == pytest.approx(J(there), rel=1e-12)


def test_the_three_ends_lie_in_their_plane_so_their_cost_is_the_surfaces(xor):
    plane = xor.ends_plane
    for k in xor.three:
        end = xor.paths[k][-1]
        a, b = plane.project(end[None])[0]
        assert plane.origin + a * plane.u + b * plane.v == pytest.approx(end, abs=1e-10)
        assert plane.a[0] < a < plane.a[-1]
        assert plane.b[0] < b < plane.b[-1]
        assert J(end) == pytest.approx(xor.final_costs[k], rel=1e-12)


def test_starts_end_in_two_different_minima_and_a_flat_valley(xor):
    assert [round(xor.final_costs[k], 3) for k in xor.three] == [0.110, 0.418, 0.524]
    smallest = []
    for k in xor.three:
        end = xor.paths[k][-1]
        assert np.abs(D(end)).max() < 5e-5
        # The Hessian, by differences of gradients: does it bend upwards in all directions?
        steps = 1e-5 * np.eye(end.size)
        hessian = np.array([(D(end + step) - D(end - step)) / 2e-5 for step in steps])
        smallest.append(np.linalg.eigvalsh((hessian + hessian.T) / 2)[:2])
    for first, _ in smallest[:2]:
        assert first > 2e-3
    # Where both hidden units do the same, one direction is level and all others go up.
    assert abs(smallest[2][0]) < 1e-5 < 5e-4 < smallest[2][1]


def test_paths_are_gradient_descent(xor):
    theta = initial_theta(_XOR_NETWORK, 3, _XOR_INIT)
    epochs, path = xor.epochs[3], xor.paths[3]
    assert (epochs[0], epochs[-1]) == (0, 3000)
    for epoch in range(200):
        if epoch in epochs:
            k = list(epochs).index(epoch)
            assert path[k] == pytest.approx(theta, rel=1e-7, abs=1e-9)
            assert xor.costs[3][k] == pytest.approx(J(theta), rel=1e-7)
        theta = theta - D(theta)


def test_the_plane_of_the_path_holds_the_most_that_a_plane_can(xor):
    path = xor.paths[xor.followed]
    away = path - path[-1]
    eigenvalues = np.linalg.eigvalsh(away.T @ away)
    assert xor.share == pytest.approx(eigenvalues[-2:].sum() / eigenvalues.sum(), rel=1e-9)
    projected = xor.path_plane.project(path)
    assert (projected**2).sum() / (away**2).sum() == pytest.approx(xor.share, rel=1e-9)
    assert xor.final_costs[xor.followed] == min(xor.final_costs)
    assert projected[-1] == pytest.approx(np.zeros(2), abs=1e-12)


def test_what_is_drawn_is_what_was_computed(xor):
    picture = draw_surface(xor, "en", "XOR")
    left, middle, right = picture.figure.axes
    path = xor.path_plane.project(xor.paths[xor.followed])
    assert left.get_lines()[0].get_xydata() == pytest.approx(path)
    ends = [line.get_xydata()[0] for line in middle.get_lines() if len(line.get_xdata()) == 1]
    expected = [xor.ends_plane.project(xor.paths[k][-1:])[0] for k in xor.three]
    assert np.array(ends) == pytest.approx(np.array(expected))
    assert {text.get_text() for text in middle.texts} >= {"J = 0.110", "J = 0.418", "J = 0.524"}
    curves = [line for line in right.get_lines() if len(line.get_xdata()) > 1]
    for line, epochs, costs in zip(curves, xor.epochs, xor.costs, strict=True):
        assert (line.get_xdata() == epochs + 1).all()
        assert (line.get_ydata() == costs).all()
    assert left.get_title() == f"plane of the path (holds {100 * xor.share:.0f} % of it)"
    assert "They end with J = 0.1104, 0.1104, " in picture.description


def test_its_words_in_chinese(xor):
    picture = draw_surface(xor, "zh", "XOR")
    assert picture.title == "代价 J 的曲面：训练走过的路，以及各个起点的终点"
    assert [axes.get_title() for axes in picture.figure.axes] == [
        f"最贴近路径的平面（含路径的 {100 * xor.share:.0f}%）",
        "过三个终点的平面",
        "12 个随机起点",
    ]
    assert "它们最后的 J 分别为 0.1104, 0.1104, " in picture.description


def test_few_starts_and_ends_on_one_line_are_refused():
    with pytest.raises(ParameterError) as caught:
        compute_surface(_XOR_NETWORK, *_XOR, _XOR_OPTIONS, seeds=[1, 2])
    assert str(caught.value) == "seeds: expected three starts at least; got [1, 2]"
    with pytest.raises(ParameterError) as caught:
        compute_surface(Network((2, 1)), *_XOR, Options("gd", epochs=3), seeds=[1, 1, 1])
    assert str(caught.value) == (
        "seeds: these starts end on one line, through which no one plane goes"
    )
