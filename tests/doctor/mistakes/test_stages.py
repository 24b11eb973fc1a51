"""The stage at which a mistake first shows, on a sheet that is computed by hand."""

import numpy as np
import pytest

from clearprop.doctor import algorithm
from clearprop.doctor.algorithm import STEPS
from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import changed, mutants_of
from clearprop.doctor.mistakes.stages import STAGES, stage_of
from clearprop.doctor.probe import probes_for
from clearprop.network.architecture import Network


def test_every_step_belongs_to_one_stage():
    steps = [step for of_stage in STAGES.values() for step in of_stage]
    assert sorted(steps) == sorted(STEPS)


def test_stages_of_some_mistakes():
    stages = {mutation.id: stage_of(mutation) for mutation in CATALOGUE}
    expected = {
        "forward-no-bias": "z",
        "forward-softmax-axis": "a",
        "labels-shifted": "J",
        "m-is-columns": "J",
        "cost-sign": "J",
        "penalty-bias": "J",
        "delta-sign": "delta",
        "flow-wrong-element": "delta",
        "slope-at-a": "delta",
        "accumulate-z": "Delta",
        "average-missing": "D",
        "lambda-missing": "D",
        "unroll-order": "D",
    }
    assert {id_: stages[id_] for id_ in expected} == expected


def written_down(probe, mutants=()):
    """Every number of one pass in the order in which it is computed, with its stage."""
    do, deltas, Deltas = changed(mutants), [], []
    accumulate = do["accumulate"]

    def watched(p, l, unit, delta):
        deltas.append(delta)
        Deltas.append(accumulate(p, l, unit, delta))
        return Deltas[-1]

    with np.errstate(all="ignore"):
        p = algorithm.forward(probe, do)
        J = algorithm.cost(p, do)
        D = algorithm.backward(p, {**do, "accumulate": watched})
    forward = [(stage, of[l]) for l in range(2, p.L + 1) for stage, of in (("z", p.z), ("a", p.a))]
    backward = (("delta", deltas), ("Delta", Deltas), ("D", D))
    return [
        *forward,
        ("J", np.array([J])),
        *((stage, numbers) for stage, every in backward for numbers in every),
    ]


def same(x, y):
    return x.shape == y.shape and np.allclose(x, y, rtol=1e-9, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize(
    "network", [Network((4, 7, 5, 3), "tanh", "softmax"), Network((4, 4, 4, 4))], ids=str
)
def test_the_first_number_that_differs_is_of_that_stage(network):
    (probe, *_) = probes_for([network])
    truth = written_down(probe)
    shown = set()
    for mutant in mutants_of(CATALOGUE, network):
        pairs = zip(written_down(probe, [mutant]), truth, strict=True)
        first = next((stage for (stage, mine), (_, true) in pairs if not same(mine, true)), None)
        assert first in (stage_of(mutant), None), mutant.key
        shown.add(first)
    assert shown >= set(STAGES)
