"""The figures that take neither source nor seed: on the small network and the bundled digits.

A function here computes one figure and returns what draws it in a language.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from clearprop.figures import small_network as small
from clearprop.figures.accumulation import compute_accumulation, draw_accumulation
from clearprop.figures.added_up import compute_added_up, draw_added_up
from clearprop.figures.answer import compute_answer, draw_answer
from clearprop.figures.chain import compute_chain, draw_chain
from clearprop.figures.cost_curves import compute_cost_curves, draw_cost_curves
from clearprop.figures.digit_images import bundled_digits, descended
from clearprop.figures.double_sum import compute_double_sum, draw_double_sum
from clearprop.figures.downhill import compute_downhill, draw_downhill
from clearprop.figures.drawing import Drawer
from clearprop.figures.expansion import compute_expansion, draw_expansion
from clearprop.figures.local_rules import compute_local_rules, draw_local_rules
from clearprop.figures.nudge import compute_nudge, draw_nudge
from clearprop.figures.relu import compute_relu, draw_relu
from clearprop.figures.row_times_column import compute_row_times_column, draw_row_times_column
from clearprop.figures.same_wires import compute_same_wires, draw_same_wires
from clearprop.figures.sensitivity import compute_sensitivity, draw_sensitivity
from clearprop.figures.turn import compute_turn, draw_turn
from clearprop.figures.two_classes import compute_two_classes, draw_two_classes
from clearprop.figures.wishes import compute_wishes, draw_wishes
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta

__all__ = ["COURSE_FIGURES"]

_NETWORK = Network((64, 25, 10))  # the course's, for 8 by 8 pixels
_STEPS, _SAMPLES = 100, 5  # after 100 steps one of the first five digits is still read wrongly
_NAMES = "0123456789"
_PAIR = (3, 8)

# The video's network, for 8 by 8 pixels, not trained; it is shown a 2.
_VIDEO = Network((64, 16, 16, 10), cost="quadratic")
_SHOWN = 2  # the third digit, which is a 2
_NUDGED_ON = 100  # J is computed once for each parameter
# Two weights and two biases. z^(2) = 0.5, and no factor on the way to J is close to 0 or 1.
_CHAIN, _CHAIN_THETA = Network((1, 1, 1)), (0.1, 0.4, -1.5, 2.0)
_NUDGED = 2  # the hidden unit with the largest delta of the small network
_DEEP = (64, 16, 16, 16, 16, 16, 16, 10)  # deep enough for slopes to multiply


def _turn() -> Drawer:
    return partial(draw_turn, compute_turn(small.NETWORK, small.THETA, small.X[0], small.Y[0]))


def _answer() -> Drawer:
    digits = bundled_digits()
    theta = descended(_NETWORK, digits.X, digits.Y, steps=0)
    found = compute_answer(_NETWORK, theta, digits.images[0], digits.Y[0])
    return partial(draw_answer, found, names=_NAMES)


def _two_classes() -> Drawer:
    digits = bundled_digits()
    y = digits.Y.argmax(axis=1)  # (1797,)
    chosen = np.isin(y, _PAIR)
    labels = (y[chosen] == _PAIR[1]).astype(int)
    first, second = map(str, _PAIR)
    sample = int(labels.argmax())
    found = compute_two_classes(digits.images[chosen], labels, (first, second), sample)
    return partial(draw_two_classes, found)


def _double_sum() -> Drawer:
    digits = bundled_digits()
    theta = descended(_NETWORK, digits.X, digits.Y, _STEPS)
    found = compute_double_sum(_NETWORK, theta, digits.images[:_SAMPLES], digits.Y[:_SAMPLES])
    return partial(draw_double_sum, found, names=_NAMES)


def _cost_curves() -> Drawer:
    return partial(draw_cost_curves, compute_cost_curves())


def _expansion() -> Drawer:
    return partial(draw_expansion, compute_expansion(small.NETWORK, small.THETA, small.X[0]))


def _row_times_column() -> Drawer:
    found = compute_row_times_column(small.NETWORK, small.THETA, small.X[0])
    return partial(draw_row_times_column, found)


def _video_theta() -> Array:
    return initial_theta(_VIDEO, 0, "nielsen")


def _wishes() -> Drawer:
    digits = bundled_digits()
    y = digits.Y[_SHOWN]
    asking = int(y.argmax())
    found = compute_wishes(_VIDEO, _video_theta(), digits.images[_SHOWN], y, asking)
    return partial(draw_wishes, found, names=_NAMES)


def _added_up() -> Drawer:
    digits = bundled_digits()
    found = compute_added_up(_VIDEO, _video_theta(), digits.X[_SHOWN], digits.Y[_SHOWN])
    return partial(draw_added_up, found, names=_NAMES)


def _relu() -> Drawer:
    digits = bundled_digits()
    return partial(draw_relu, compute_relu(_DEEP, digits.X, digits.Y))


def _downhill() -> Drawer:
    digits = bundled_digits()
    return partial(draw_downhill, compute_downhill(_VIDEO, _video_theta(), digits.X, digits.Y))


def _sensitivity() -> Drawer:
    digits = bundled_digits()
    rows = slice(_NUDGED_ON)
    found = compute_sensitivity(_VIDEO, _video_theta(), digits.X[rows], digits.Y[rows])
    return partial(draw_sensitivity, found, image_shape=digits.images.shape[1:])


def _chain() -> Drawer:
    return partial(draw_chain, compute_chain(_CHAIN, _CHAIN_THETA, x=1.0, y=1.0))


def _nudge() -> Drawer:
    found = compute_nudge(small.NETWORK, small.THETA, small.X[0], small.Y[0], _NUDGED)
    return partial(draw_nudge, found)


def _same_wires() -> Drawer:
    found = compute_same_wires(small.NETWORK, small.THETA, small.X[0], small.Y[0], 1, _NUDGED)
    return partial(draw_same_wires, found)


def _local_rules() -> Drawer:
    found = compute_local_rules(small.NETWORK, small.THETA, small.X[0], small.Y[0], _NUDGED)
    return partial(draw_local_rules, found)


def _accumulation() -> Drawer:
    found = compute_accumulation(small.NETWORK, small.THETA, small.X, small.Y)
    return partial(draw_accumulation, found)


COURSE_FIGURES: dict[str, Callable[[], Drawer]] = {
    "turn": _turn,
    "answer": _answer,
    "two-classes": _two_classes,
    "double-sum": _double_sum,
    "cost-curves": _cost_curves,
    "expansion": _expansion,
    "row-times-column": _row_times_column,
    "wishes": _wishes,
    "added-up": _added_up,
    "relu": _relu,
    "downhill": _downhill,
    "sensitivity": _sensitivity,
    "chain": _chain,
    "nudge": _nudge,
    "same-wires": _same_wires,
    "local-rules": _local_rules,
    "accumulation": _accumulation,
}
