"""Mistakes of a training step: its gradient is (before - after) / rate, at several rates."""

from dataclasses import replace

import numpy as np
import pytest
from more_plants import STEP, STEPS
from planted import function_of, source_of

from clearprop.doctor.learner.answer import Answer
from clearprop.doctor.mistakes import PARTS
from clearprop.doctor.probe import probes_for
from clearprop.doctor.search import Search
from clearprop.network.architecture import Network
from clearprop.network.equations import split

RATES = (1.0, 0.5, 2.0, 0.25, 1.0)


def searched(*edits):
    """The search in what one step shows, by a function that updates its weights in place."""
    function = function_of(source_of(STEP, *edits), STEP)
    networks = [
        Network(sizes, STEP.activation, STEP.cost) for sizes in ((4, 7, 5, 3), (3, 6, 4, 5))
    ]
    probes = [
        replace(probe, rate=rate)
        for probe, rate in zip(probes_for(networks, with_lambda=False), RATES, strict=True)
    ]
    answers = []
    for probe in probes:
        blocks = split(probe.network, probe.theta)
        weights, biases = [B[1:].copy() for B in blocks], [B[0].copy() for B in blocks]
        function(weights, biases, probe.X, probe.Y, probe.rate)
        after = np.concatenate(
            [np.vstack([b, W]).ravel() for W, b in zip(weights, biases, strict=True)]
        )
        gradient = (probe.theta - after) / probe.rate
        answers.append(Answer(probe.truth()[0], gradient, gradient, False))
    return Search(probes, answers)


def test_a_right_step_is_right():
    assert searched().gradient_right


@pytest.mark.parametrize("planted", STEPS, ids=lambda planted: planted.id)
def test_a_mistake_of_a_step_is_named(planted):
    found = searched(*planted.edits).explain(2)
    assert found is not None
    assert [mutant.key for mutant in found.mutants] == [(planted.id, planted.layers)]
    assert found.alternatives == ()
    assert found.match < 1e-9


def test_every_mistake_of_the_step_is_planted():
    # One needs a network without hidden layers: tests/doctor/learner/test_stepping.py plants it.
    elsewhere = {"update-not-simultaneous"}
    planted = {planted.id for planted in STEPS} | elsewhere
    assert planted >= {mutation.id for mutation in PARTS["step"]}


def test_two_mistakes_of_a_step_are_named():
    stale = next(planted for planted in STEPS if planted.id == "flow-stale")
    found = searched(*stale.edits, (" * acts[l] * (1 - acts[l])", "")).explain(2)
    assert found is not None
    assert {mutant.mutation.id for mutant in found.mutants} == {"flow-stale", "slope-missing"}
