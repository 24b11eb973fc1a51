"""The diagram: which units are drawn, which weights their lines have, and what they are called."""

import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from clearprop import Network, initial_theta
from clearprop.errors import ParameterError
from clearprop.figures import compute_diagram, draw_diagram
from clearprop.network.parameters import course_matrices


def texts(picture):
    return [text.get_text() for text in picture.figure.axes[0].texts]


def test_long_layers_are_folded_to_their_first_units_and_the_last():
    diagram = compute_diagram(Network((784, 16, 11, 10)))
    assert diagram.shown == (
        (1, 2, 3, 4, 5, 6, 784),
        (1, 2, 3, 4, 5, 6, 16),
        (1, 2, 3, 4, 5, 6, 11),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
    )
    assert diagram.weights is None


def test_the_lines_are_the_courses_entries():
    network = Network((12, 3, 2))
    theta = initial_theta(network, 0)
    diagram = compute_diagram(network, theta)
    Theta = course_matrices(network, theta)
    for l, (here, there) in enumerate(zip(diagram.shown, diagram.shown[1:], strict=False)):
        for row, unit in enumerate((0, *here)):
            for column, after in enumerate(there):
                # Theta^(l)_ij leads from unit j, 0 being the bias, to unit i.
                assert diagram.weights[l][row, column] == Theta[l][after - 1, unit]


def test_one_line_a_weight_its_style_its_sign_its_width_its_size():
    network = Network((2, 2, 1))
    theta = np.array([0.5, -1.0, 2.0, 0.1, -0.3, 4.0, 1.0, -2.0, 0.0])
    axes = draw_diagram(compute_diagram(network, theta)).figure.axes[0]
    lines = axes.get_lines()
    assert len(lines) == network.n_parameters
    # In the order of theta: block after block, from unit after unit.
    dashed = [line.get_linestyle() != "-" for line in lines]
    assert dashed == [weight <= 0 for weight in theta]
    widths = [line.get_linewidth() for line in lines]
    largest = np.array([4.0] * 6 + [2.0] * 3)
    assert widths == pytest.approx(0.3 + 3 * np.abs(theta) / largest)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "positive weight",
        "negative weight",
    ]


def test_units_bias_units_and_their_names():
    picture = draw_diagram(compute_diagram(Network((3, 5, 4), activation="tanh", cost="softmax")))
    axes = picture.figure.axes[0]
    patches = axes.patches
    assert sum(isinstance(patch, Circle) for patch in patches) == 3 + 5 + 4
    assert sum(isinstance(patch, Rectangle) for patch in patches) == 2
    assert len(axes.get_lines()) == 4 * 5 + 6 * 4
    assert axes.get_legend() is None
    shown = texts(picture)
    assert shown.count("+1") == 2
    assert {"$x_{3}$", "$a_{5}^{(2)}$", "$a_{4}^{(3)}$", r"$h_\Theta(x)_{4}$"} <= set(shown)
    assert {r"$\Theta^{(1)}$", "5 × 4", r"$\Theta^{(2)}$", "4 × 6"} <= set(shown)
    assert {"layer 1", "input", "3 units", "hidden (tanh)", "output (softmax)"} <= set(shown)
    assert "⋮" not in shown


def test_a_single_output_is_h():
    shown = texts(draw_diagram(compute_diagram(Network((20, 1))), "zh"))
    assert r"$h_\Theta(x)$" in shown
    assert {"神经网络 20-1", "第 1 层", "输入层", "20 个单元", "1 个单元", "⋮"} <= set(shown)


def test_outputs_have_the_names_of_their_classes_whatever_these_are():
    network = Network((2, 11))
    names = [f"${k}_" for k in range(11)]
    diagram = compute_diagram(network, outputs=names)
    assert diagram.outputs == ("$0_", "$1_", "$2_", "$3_", "$4_", "$5_", "$10_")
    picture = draw_diagram(diagram)
    assert "$10_" in texts(picture)
    assert b"$10_" in picture.to_bytes(".svg")


def test_the_description_says_what_is_seen():
    network = Network((12, 1))
    plain = draw_diagram(compute_diagram(network), "en")
    assert plain.description == (
        "A feed-forward network with 2 layers of 12, 1 units and 13 parameters. A square with "
        "+1 is a bias unit; every line is a weight. Of long layers the first units and the last "
        "one are drawn."
    )
    weighted = draw_diagram(compute_diagram(network, np.ones(13)), "zh")
    assert weighted.description == (
        "一个前馈神经网络，共 2 层，各层单元数为 12, 1，共有 13 个参数。写着 +1 的方块是偏置单元，"
        "每条线是一个权重。单元太多的层只画出前几个和最后一个。"
        "线越粗，权重与这两层之间最大的权重相比就越大；负的权重画成虚线。"
    )


def test_units_do_not_touch_and_all_are_within_the_figure():
    for sizes in ((1, 1), (784, 16, 16, 10), (3, 4, 5, 6, 7, 8, 9), (10, 10)):
        axes = draw_diagram(compute_diagram(Network(sizes))).figure.axes[0]
        centres = np.array([p.center for p in axes.patches if isinstance(p, Circle)])
        apart = np.hypot(*(centres[:, None] - centres[None]).T) + 9 * np.eye(len(centres))
        assert apart.min() > 2 * 0.23
        (width, height) = axes.get_xlim()[1], axes.get_ylim()[1]
        assert (centres > 0.5).all()
        assert (centres[:, 0] < width - 0.5).all()
        assert (centres[:, 1] < height - 1.3).all()


def test_names_that_do_not_fit_are_refused():
    with pytest.raises(ParameterError) as caught:
        compute_diagram(Network((2, 3)), outputs=["a", "b"])
    assert str(caught.value) == "outputs: expected 3 names or none; got 2"
    with pytest.raises(ParameterError, match=r"^theta: expected"):
        compute_diagram(Network((2, 3)), np.zeros(4))
