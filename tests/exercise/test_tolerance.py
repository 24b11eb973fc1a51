"""Nothing that follows from numbers within their last digit lies outside the tolerance."""

import numpy as np
import pytest

from clearprop.doctor.algorithm import STEPS
from clearprop.exercise.sheets import SHEETS, make_sheet
from clearprop.exercise.stages import Stage, computed, solved, stages_of
from clearprop.exercise.tolerance import radius, radius_to_first_order


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("half", [0.05, 0.005, 5e-5])
def test_the_right_steps_stay_within_the_radius(name: str, half: float) -> None:
    probe, generator = make_sheet(name, 4).probe, np.random.default_rng(0)
    values = solved(probe)
    radii = {stage: np.full_like(numbers, half) for stage, numbers in values.items()}
    for stage in stages_of(probe.network):
        reach = radius(stage, probe, values, radii)
        middle, farthest = values[stage], np.zeros_like(reach)
        for trial in range(300):
            moved = {}
            for known, numbers in values.items():
                shift = generator.uniform(-half, half, numbers.shape)
                moved[known] = numbers + (np.sign(shift) * half if trial % 3 == 0 else shift)
            off = np.abs(computed(stage, probe, moved) - middle)
            assert (off <= reach * (1 + 1e-9) + 1e-15).all(), stage.key
            farthest = np.maximum(farthest, off)
        assert (farthest > 0.2 * reach).any() or not reach.any()  # it is no mere upper bound


@pytest.mark.parametrize("name", SHEETS)
def test_to_first_order_it_is_the_same_for_small_radii(name: str) -> None:
    probe = make_sheet(name, 4).probe
    values = solved(probe)
    radii = {stage: np.full_like(numbers, 1e-6) for stage, numbers in values.items()}
    for stage in stages_of(probe.network):
        exact = radius(stage, probe, values, radii)
        found = radius_to_first_order(stage, probe, values, radii, STEPS)
        assert found == pytest.approx(exact, rel=1e-4, abs=1e-12), stage.key


def test_an_a_that_reaches_down_to_0_has_no_end() -> None:
    probe = make_sheet("logistic-2-2-1", 1).probe
    values = solved(probe)
    values[Stage("a", 3)] = np.array([[0.003]])
    radii = {stage: np.full_like(numbers, 0.005) for stage, numbers in values.items()}
    assert radius(Stage("J", 0), probe, values, radii)[0] == np.inf
