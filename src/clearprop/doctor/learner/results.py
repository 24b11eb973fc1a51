"""Find J and the gradient in what a learner's code gave back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clearprop.doctor.learner.answer import Answer
from clearprop.doctor.learner.calling import Returned
from clearprop.doctor.learner.gradients import gradient_of
from clearprop.doctor.learner.held import read_own_state, read_state
from clearprop.doctor.learner.items import cost_of, is_single, items_of, leaves_of, scalar
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.learner.stepped import read_own, read_step
from clearprop.doctor.learner.ways import Way
from clearprop.doctor.probe import Probe
from clearprop.errors import described

__all__ = ["read_answer"]


def read_answer(returned: Returned | Raised, way: Way, probe: Probe) -> Answer | Raised:
    """Find J and the gradient in what came back, or say what is wrong with it."""
    if isinstance(returned, Raised):
        return returned
    if way.entry.each:
        return _averaged(returned, way, probe)
    if way.entry.reading == "step":
        return read_step(returned, way, probe)
    if way.entry.reading == "own step":
        return (read_own_state if way.entry.slots else read_own)(returned, way, probe)
    if way.entry.reading == "state":
        return read_state(returned, way, probe)
    value, J = returned.value, None
    if way.entry.cost_apart:
        J, value = scalar(value[0]), value[1]
    items = items_of(value, way.entry.returns)
    if not way.entry.cost_apart:
        J, items = cost_of(items, probe)
    arrays = [array for _, array in leaves_of(items)]
    if not arrays:
        return Raised.said("ReturnValue", "no-gradient", value=described(value))
    found = gradient_of(items, way, probe)
    raw = np.concatenate([array.ravel() for array in arrays]).astype(np.float64)
    if found is None:
        if raw.size < 2 * probe.network.n_layers - 2:  # fewer numbers than there are arrays
            return Raised.said("ReturnValue", "no-gradient", value=described(value))
        return Answer(J, None, raw, is_single(arrays), returned.changed)
    gradient = np.concatenate([block.ravel() for block in found.blocks])
    return Answer(J, gradient, found.raw, is_single(arrays), returned.changed, found.parts)


def _averaged(returned: Returned, way: Way, probe: Probe) -> Answer | Raised:
    """One answer a sample, and their mean."""
    one = replace(way, entry=replace(way.entry, each=False))
    answers = []
    for value in returned.value:
        answer = read_answer(Returned(value, returned.changed), one, probe)
        if isinstance(answer, Raised):
            return answer
        answers.append(answer)
    if not answers:
        return Raised.said("ReturnValue", "nothing-came")
    first = answers[0]
    costs = [answer.J for answer in answers if answer.J is not None]
    J = float(np.mean(costs)) if len(costs) == len(answers) else None
    gradients = [answer.gradient for answer in answers if answer.gradient is not None]
    gradient = np.mean(gradients, axis=0) if len(gradients) == len(answers) else None
    raws = {answer.raw.shape for answer in answers}
    raw = np.mean([answer.raw for answer in answers], axis=0) if len(raws) == 1 else first.raw
    single = all(answer.single for answer in answers)
    return replace(first, J=J, gradient=gradient, raw=raw, single=single)
