"""What stands on the tape gives the numbers of the steps themselves, with every mistake too."""

import numpy as np
import pytest

from clearprop.doctor.mistakes.mutation import changed
from clearprop.exercise.judge import sheet_mutants
from clearprop.exercise.program import program
from clearprop.exercise.sheets import SHEETS, make_sheet
from clearprop.exercise.stages import (
    computed,
    kind_of,
    kinds_of,
    shape_of,
    solved,
    stages_of,
)
from clearprop.exercise.tolerance import radius
from clearprop.exercise.traced import OPERATIONS, Tape


def run(made: dict, inputs: np.ndarray) -> np.ndarray:
    """What the page does: every entry of the tape in turn."""
    values: list[float] = []
    for operation, *rest in made["tape"]:
        match made["operations"][operation]:
            case "number":
                values.append(float(rest[0]))
            case "input":
                values.append(inputs[rest[0]])
            case name:
                values.append(float(OPERATIONS[name](*(values[i] for i in rest))))
    return np.array(values)


@pytest.mark.parametrize("name", SHEETS)
def test_the_tape_gives_the_numbers_of_the_steps(name: str) -> None:
    sheet = make_sheet(name, 2)
    made, generator = program(sheet), np.random.default_rng(0)
    # A learner's own numbers: not far from the right ones.
    values = {s: x * generator.uniform(0.9, 1.1, x.shape) for s, x in solved(sheet.probe).items()}
    radii = {s: np.abs(x) * generator.uniform(0, 0.01, x.shape) for s, x in values.items()}
    inputs = np.concatenate([*(x.ravel() for x in (*values.values(), *radii.values()))])
    with np.errstate(all="ignore"):
        tape = run(made, inputs)
    for stage, written in zip(stages_of(sheet.network), made["stages"], strict=True):
        own = computed(stage, sheet.probe, values).ravel()
        np.testing.assert_allclose(tape[written["own"]], own, rtol=1e-13, err_msg=stage.key)
        reach = radius(stage, sheet.probe, values, radii).ravel()
        np.testing.assert_allclose(tape[written["radius"]], reach, rtol=1e-9, err_msg=stage.key)
        expected = []
        for mutant in sheet_mutants(sheet):
            if kind_of(stage, sheet.network) in kinds_of(mutant):
                numbers = computed(stage, sheet.probe, values, changed([mutant]))
                if numbers.shape == shape_of(stage, sheet.probe):
                    expected.append((mutant.mutation.id, numbers.ravel()))
        assert [mistake["id"] for mistake in written["mistakes"]] == [name for name, _ in expected]
        for mistake, (known, numbers) in zip(written["mistakes"], expected, strict=True):
            found = tape[mistake["numbers"]]
            np.testing.assert_allclose(found, numbers, rtol=1e-12, atol=1e-15, err_msg=known)


def test_an_entry_is_written_once_and_numbers_are_computed_at_once() -> None:
    tape = Tape()
    x = tape.inputs((2,))
    twice = np.exp(x) + np.exp(x)
    names = [name for name, *_ in tape.entries]
    assert names == ["input", "input", "exp", "exp", "add", "add"]
    assert twice.shape == (2,)
    assert (np.where(x > 0, 1.0, 2.0) * 1.0).shape == (2,)
    with pytest.raises(TypeError, match="a symbol is neither true nor false"):
        bool(x[0])
    with pytest.raises(TypeError, match="arctan: no operation of the tape"):
        np.arctan(x)
