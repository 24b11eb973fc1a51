"""Deltas of Huber's and the quantile cost as they are made, and kinks as the reason for a slope."""

import numpy as np
import pytest

from clearprop import Network, explain
from clearprop.explain.assemble import assemble
from clearprop.explain.blocks import Paragraph, Sum, Unit


def told(network, theta, x, y, unit, lang="en"):
    """The sum by which a unit's delta is told, and the sentence that checks it."""
    blocks = assemble(explain(network, theta, x, y, units=[unit]), lang)
    # Of the forward pass the unit has a sum alone.
    (found,) = [block for block in blocks if isinstance(block, Unit) and _checks(block)]
    (total,) = [block for block in found.blocks if isinstance(block, Sum)]
    return total, _checks(found)[0].text


def _checks(unit):
    return [block for block in unit.blocks if isinstance(block, Paragraph)]


def output_rows(network, y, lang="en"):
    """What stands below ``a - y`` of the only output, z = 2."""
    total, _ = told(network, [2.0, 0.0], [1.0], [y], (2, 1), lang)
    return [(row.product, row.value) for row in (total.total, *total.after)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("y", "difference", "made", "delta"),
    [
        (1.0, "1.0000", "max(-1.5, min(1.5, 1))", "1"),
        (-1.0, "3.0000", "max(-1.5, min(1.5, 3))", "1.5"),
        (6.0, "-4.0000", "max(-1.5, min(1.5, -4))", "-1.5"),
        (3.5, "-1.5000", "max(-1.5, min(1.5, -1.5))", "-1.5"),
    ],
)
def test_hubers_delta_is_the_error_between_two_thresholds(lang, y, difference, made, delta):
    network = Network((1, 1), cost="huber", threshold=1.5)
    assert output_rows(network, y, lang) == [("", difference), (made, delta)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("levels", "y", "difference", "made", "delta"),
    [
        ((0.9,), 5.0, "-3.0000", "-0.9 (`a` < `y`)", "-0.9"),
        ((0.9,), -1.0, "3.0000", "1 - 0.9 (`a` > `y`)", "0.1"),
        ((0.9,), 2.0, "0.0000", "0 (`a` = `y`)", "0"),
        ((), 5.0, "-3.0000", "-0.5 (`a` < `y`)", "-0.5"),
    ],
)
def test_delta_of_a_quantile_is_told_by_its_side(lang, levels, y, difference, made, delta):
    network = Network((1, 1), cost="quantile", quantiles=levels)
    assert output_rows(network, y, lang) == [("", difference), (made, delta)]


def test_each_output_has_its_own_level():
    network = Network((1, 2), cost="quantile", quantiles=(0.1, 0.9))
    total, _ = told(network, [2.0, 2.0, 0.0, 0.0], [1.0], [[5.0, 5.0]], (2, 2))
    assert total.after[-1].product == "-0.9 (`a` < `y`)"


def test_an_error_that_has_overflowed_lies_on_no_side():
    network = Network((1, 2, 1), activation="identity", cost="quantile")
    # Both hidden units are infinite, and inf - inf is NaN also where products are not rounded.
    theta = [0.0, 0.0, 1e200, 1e200, 0.0, 1.0, -1.0]
    total, checked = told(network, theta, [1e200], [3.0], (3, 1))
    assert (total.after[-1].product, total.after[-1].value) == ("", "nan")
    assert checked.endswith("there is nothing left to check.")


# -- Kinks ----------------------------------------------------------------------------------------

ENGLISH = {
    "g": "They differ, because {z} lies within 0.001 of 0, where `g` has its kink: there the two "
    "sides have different slopes.",
    "cost": "Here {z} lies within 0.001 of `y`, where the quantile cost has its kink: below `y` "
    "its slope is `-tau`, above it is `1 - tau`, and at `y` itself delta is taken as 0.",
}
CHINESE = {
    "g": "两者不同，是因为 {z} 离 0 不到 0.001，而 `g` 恰好在 0 处转折，左右两边的斜率不一样。",
    "cost": "这里 {z} 离 `y` 不到 0.001，而分位数代价恰好在 `y` 处转折：`z` 低于 `y` 时斜率是 "
    "`-tau`，高于 `y` 时是 `1 - tau`，恰好等于 `y` 时规定 delta 为 0。",
}
MEDIAN = Network((1, 1), cost="quantile")
DEEP = Network((1, 1, 1), "identity", "quantile", quantiles=(0.8,))
LEAKY = Network((1, 1, 1), "leaky_relu", "squared")
LATER = Network((1, 1, 2, 1), "relu", "squared")


@pytest.mark.parametrize(("lang", "sentences"), [("en", ENGLISH), ("zh", CHINESE)])
@pytest.mark.parametrize(
    ("network", "theta", "y", "unit", "kink", "z"),
    [
        (MEDIAN, [2.0, 0.0], 2.0, (2, 1), "cost", "`z^(2)_1`"),  # slope and delta are both 0
        (MEDIAN, [2.0, 0.0], 2.0005, (2, 1), "cost", "`z^(2)_1`"),
        # The hidden unit is 1, and the output 3 is its target.
        (DEEP, [1.0, 0.0, 1.0, 2.0], 3.0, (2, 1), "cost", "`z^(3)_1`"),
        (LEAKY, [-1e-4, 0.0, 0.0, 2.0], 3.0, (2, 1), "g", "`z^(2)_1`"),
        (LEAKY, [0.0, 0.0, 0.0, 2.0], 3.0, (2, 1), "g", "`z^(2)_1`"),
        # The unit itself is 1. Of the next layer's, the second one is 0 and fed by it.
        (LATER, [1.0, 0.0, 0.0, -1.0, 1.0, 1.0, 0.0, 1.0, 1.0], 3.0, (2, 1), "g", "`z^(3)_2`"),
    ],
)  # fmt: skip
def test_the_kink_is_named(network, theta, y, unit, kink, z, lang, sentences):
    _, checked = told(network, theta, [1.0], [y], unit, lang)
    assert checked.endswith(sentences[kink].format(z=z))


@pytest.mark.parametrize(
    ("network", "theta", "y"),
    [
        # The output is not its target, though the nudge, twice as long there, crosses it.
        (DEEP, [1.0, 0.0, 1.0, 2.0], 3.0015),
        # Huber's cost bends at its threshold and has no kink.
        (Network((1, 1), cost="huber", threshold=0.01), [2.0, 0.0], 2.01),
    ],
)
def test_a_smaller_step_helps_where_no_kink_is_in_the_way(network, theta, y):
    _, checked = told(network, theta, [1.0], [y], (2, 1))
    assert checked.endswith("the cost bends within 0.001: with a smaller step they agree.")


def test_a_kink_that_the_unit_does_not_reach_is_not_the_reason():
    """Unit 2 of the next layer is 0, but no weight leads there; the cost bends by itself."""
    network = Network((1, 1, 2, 1), "relu", "logistic")
    to_the_next = [-1.0, 0.0, 2.0, 0.0]  # z = -1 + 2 a, and 0
    theta = [1.0, 0.0, *to_the_next, np.log(3.0) + 1e-9 - 1.0, 1.0, 1.0]
    _, checked = told(network, theta, [1.0], [0.75], (2, 1))
    assert "the cost bends within 0.001" in checked


@pytest.mark.parametrize(
    ("sizes", "theta"),
    [
        ((1, 1, 1, 1), [1.0, 0.0, -5.0, 1.0, 3.0, 1.0]),  # the next unit has z = -4
        ((1, 1, 1), [-5.0, 0.0, 3.0, 1.0]),  # the unit itself has z = -5
    ],
)
def test_where_g_is_flat_the_nudge_does_not_reach_the_kink(sizes, theta):
    """The output is its target, where the quantile cost has its kink, and it does not move."""
    _, checked = told(Network(sizes, "relu", "quantile"), theta, [1.0], [3.0], (2, 1))
    assert checked.endswith("The slope between the two is 0, delta is 0.")
