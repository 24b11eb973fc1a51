"""The gradient out of an object: what a method returned, what an attribute holds, or the step.

The step is that of the weights that the object holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from clearprop.doctor.learner.answer import Answer
from clearprop.doctor.learner.calling import Returned
from clearprop.doctor.learner.gradients import Gradient, gradient_of, n_missing
from clearprop.doctor.learner.items import array_of, cost_of, is_single, items_of, scalar
from clearprop.doctor.learner.layouts import block_from
from clearprop.doctor.learner.names import place_of, roles_of
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.learner.ways import Way
from clearprop.doctor.probe import Probe
from clearprop.errors import described
from clearprop.network.architecture import Array
from clearprop.network.equations import split

__all__ = ["held_theta", "read_own_state", "read_state"]


def read_state(returned: Returned, way: Way, probe: Probe) -> Answer | Raised:
    """The gradient that a method returned, that an object holds, or the step of its weights."""
    if not isinstance(returned.value, list):
        return Raised.said("ReturnValue", "no-object", value=described(returned.value))
    *costs, result, state = returned.value
    if isinstance(result, dict) and "__object__" in result:
        result = None  # the object itself
    J = scalar(costs[0]) if costs else None
    items = [] if result is None else items_of(result, way.entry.returns)
    if not costs and items:
        J, items = cost_of(items, probe, lists=True)
    found = gradient_of(items, way, probe) if items else None
    after = _after(state, way, probe)
    if found is not None and after is not None and _same(found.blocks, after):
        found = None  # the weights after the step
    if found is not None and not n_missing(found):
        return _answered(J, found)
    held = _held_gradient(state, way, probe)
    if held is not None and not n_missing(held):
        return _answered(J, held)
    stepped = None if after is None else _stepped(after, way, probe)
    if stepped is not None:
        return Answer(J, stepped, stepped, False)
    for part in (found, held):
        if part is not None:
            return _answered(J, part)
    return Raised.said("ReturnValue", "object-without-gradient", value=described(result))


def read_own_state(returned: Returned, way: Way, probe: Probe) -> Answer | Raised:
    """The gradient from two objects that made their own weights, one a round behind the other."""
    states = returned.value if isinstance(returned.value, list) else []
    both = [_after(state, way, probe) for state in states]
    if len(both) != 2 or both[0] is None or both[1] is None:
        return Raised.said("ReturnValue", "no-object", value=described(returned.value))
    before, after = both
    if any(np.isnan(block[1:]).any() for block in before):
        return Raised.said("ReturnValue", "no-weights", value=described(states[0]))
    theta = np.concatenate([np.nan_to_num(block).ravel() for block in before])
    steps = [(b - a) / probe.rate for b, a in zip(before, after, strict=True)]
    gradient = np.concatenate([step.ravel() for step in steps])
    return Answer(None, gradient, gradient, False, probe=replace(probe, theta=theta))


def held_theta(state: Any, way: Way, probe: Probe) -> Array | None:
    """The weights that an object holds, ``(n_parameters,)``; None where they cannot be told."""
    blocks = _after(state, way, probe)
    return None if blocks is None else np.concatenate([block.ravel() for block in blocks])


def _answered(J: float | None, found: Gradient) -> Answer:
    gradient = np.concatenate([block.ravel() for block in found.blocks])
    return Answer(J, gradient, found.raw, is_single([found.raw]), (), found.parts)


def _held_gradient(state: Any, way: Way, probe: Probe) -> Gradient | None:
    """A gradient among an object's attributes, by their names."""
    if isinstance(state, list):
        layers = [_gradients_in(item) for item in state]
        return gradient_of([("", layers)], way, probe) if all(layers) else None
    if not isinstance(state, dict):
        return None
    named = _gradients_in(state)
    if named and (found := gradient_of(list(named.items()), way, probe)) is not None:
        return found
    for value in state.values():
        if isinstance(value, list | dict) and value and not isinstance(value, str):
            inner = _held_gradient(_objects(value), way, probe)
            if inner is not None:
                return inner
    return None


def _objects(value: Any) -> Any:
    """The members of a list that hold gradients: layers without weights are left out."""
    if not isinstance(value, list):
        return value
    return [item for item in value if isinstance(item, dict) and _gradients_in(item)]


def _gradients_in(state: Any) -> dict[str, Any]:
    if not isinstance(state, dict):
        return {}
    found: dict[str, Any] = {}
    for name, value in state.items():
        place = place_of(name)
        if roles_of(name) == "gradients" and isinstance(value, dict):
            found.update(value)
        elif place is not None and place.gradient and value is not None:
            found[name] = value
    return found


def _same(blocks: Sequence[Array], others: Sequence[Array]) -> bool:
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(blocks, others, strict=True))


def _after(state: Any, way: Way, probe: Probe) -> list[Array] | None:
    """The blocks that an object holds now; None where its weights cannot be told."""
    if not way.entry.slots:
        return None
    blocks = []
    for l, shape in enumerate(probe.network.block_shapes, start=1):
        mine = {s.kind: array_of(s.value_in(state)) for s in way.entry.slots if s.layer == l}
        whole = mine.get("thetas")
        blocks.append(
            block_from(mine.get("weights", whole), mine.get("biases"), way.layout, shape)[0]
        )
    return blocks


def _stepped(after: Sequence[Array], way: Way, probe: Probe) -> Array | None:
    """(before - after) / rate; None where nothing moved."""
    before = split(probe.network, probe.theta)
    steps = [(B - block) / probe.rate for B, block in zip(before, after, strict=True)]
    if way.entry.form == "weights":
        for step in steps:
            step[0] = np.nan
    gradient = np.concatenate([step.ravel() for step in steps])
    return gradient if np.nan_to_num(gradient).any() else None
