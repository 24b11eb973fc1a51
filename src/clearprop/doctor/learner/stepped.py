"""The gradient out of a step of gradient descent, from the weights before it and after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import Any

import numpy as np

from clearprop.doctor.learner.answer import Answer
from clearprop.doctor.learner.calling import Returned
from clearprop.doctor.learner.gradients import Gradient, gradient_of, n_missing
from clearprop.doctor.learner.items import Item, cost_of, items_of, leaves_of, of_units, scalar
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.learner.ways import Way
from clearprop.doctor.probe import Probe
from clearprop.errors import described
from clearprop.network.architecture import Network
from clearprop.network.equations import split

__all__ = ["read_own", "read_step"]


def read_step(returned: Returned, way: Way, probe: Probe) -> Answer | Raised:
    """The gradient as (before - after) / rate, from weights that came back or were changed."""
    if not isinstance(returned.value, list) or len(returned.value) not in (2, 3):
        return Raised.said("ReturnValue", "no-weights", value=described(returned.value))
    result, held, *seen = returned.value
    held = [of_units(item) for item in held]
    items = items_of(result, way.entry.returns)
    J, rest = cost_of(items, probe, lists=True)
    if J is None and seen:
        J = _stated(seen[0], probe)
    before = split(probe.network, probe.theta)
    best: Gradient | None = None
    same: Gradient | None = None  # as they were: the update is lost

    def whole(found: Gradient) -> bool:
        return not any(np.isnan(block[1:]).any() for block in found.blocks)

    held_names = [f"w{i}" for i in range(9)]
    each_held = ([(name, item)] for name, item in zip(held_names, held, strict=False))
    for candidate in (rest, *each_held, [("", item) for item in held]):
        found = gradient_of(candidate, way, probe) if candidate else None
        if found is None or all(np.isnan(block).all() for block in found.blocks):
            continue
        moved = any(
            np.nan_to_num(np.abs(block - b), nan=0.0).max(initial=0.0) > 0
            for block, b in zip(found.blocks, before, strict=True)
        )
        if moved and (best is None or n_missing(found) < n_missing(best)):
            best = found
        elif not moved and (candidate is rest or not list(leaves_of(rest))) and whole(found):
            same = found
    best = best or same
    if best is None:
        return Raised.said("NothingChanged", "nothing-changed")
    rate = probe.rate
    blocks = [(b - block) / rate for block, b in zip(best.blocks, before, strict=True)]
    if way.entry.form == "weights":
        for block in blocks:
            block[0] = np.nan
    gradient = np.concatenate([block.ravel() for block in blocks])
    return Answer(J, gradient, gradient, False, (), best.parts)


def _stated(seen: dict[str, Any], probe: Probe) -> float | None:
    """A cost that a function computes and does not return, if it is the stated one.

    Any other number may be meant for the eye alone, such as the share of wrong answers.
    """
    J, _ = probe.truth()
    numbers = [number for value in seen.values() if (number := scalar(value)) is not None]
    return next((number for number in numbers if abs(number - J) <= 1e-9 * abs(J)), None)


def read_own(returned: Returned, way: Way, probe: Probe) -> Answer | Raised:
    """The gradient from two runs of code that makes its own weights: before the step, and after.

    The sizes of its layers are its own too: they are those under which everything can be read.
    """
    if not isinstance(returned.value, list) or len(returned.value) != 2:
        return Raised("ReturnValue", f"expected weights; it returned {described(returned.value)}")
    runs = []
    for value in returned.value:
        J, rest = cost_of(items_of(value, way.entry.returns), probe, lists=True)
        runs.append((J, rest))
    (J, first), (_, second) = runs
    for network in _networks(first, probe.network):
        asked = replace(probe, network=network, theta=np.zeros(network.n_parameters))
        before, after = (gradient_of(items, way, asked) for items in (first, second))
        if before is None or n_missing(before):
            continue
        theta = np.concatenate([block.ravel() for block in before.blocks])
        if after is None:  # all of it is NaN, or something else came back
            if not all(np.isnan(array).any() for _, array in leaves_of(second) if array.ndim == 2):
                continue
            moved = np.full(len(theta), np.nan)
        else:
            moved = np.concatenate([block.ravel() for block in after.blocks])
        gradient = (theta - moved) / probe.rate
        named = replace(asked, theta=theta)
        return Answer(J, gradient, gradient, False, (), before.parts, named)
    return Raised(
        "ReturnValue", f"no weights came back; it returned {described(returned.value[0])}"
    )


def _networks(items: Sequence[Item], network: Network) -> Iterator[Network]:
    """The network that was asked for, and those with hidden layers of other sizes."""
    yield network
    widths = {size for _, array in leaves_of(items) for size in array.shape if array.ndim < 3}
    hidden = network.n_layers - 2
    for sizes in islice(product(sorted(widths), repeat=hidden), 200 if hidden else 0):
        yield replace(network, layer_sizes=(network.n_inputs, *sizes, network.n_outputs))
