"""Sheets are what their names say, and a seed decides their numbers."""

import numpy as np
import pytest

from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import changed, mutants_of
from clearprop.errors import ParameterError
from clearprop.exercise.sheets import SHEETS, make_sheet
from clearprop.exercise.stages import Stage, shape_of, solved, stages_of


def test_the_published_example_ends_at_its_published_numbers() -> None:
    values = solved(make_sheet("published-2-2-2").probe)
    assert values[Stage("J", 0)][0] == pytest.approx(0.298371109, abs=5e-10)
    assert values[Stage("D", 2)][1, 0] == pytest.approx(0.082167041, abs=5e-10)  # dJ/dw5
    assert values[Stage("a", 3)] == pytest.approx(np.array([[0.75136507, 0.772928465]]), abs=5e-9)


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("seed", [0, 5])
def test_the_stages_end_at_the_packages_own_gradient(name: str, seed: int) -> None:
    probe = make_sheet(name, seed).probe
    J, D = probe.truth()
    values = solved(probe)
    blocks = [values[Stage("D", l)].ravel() for l in range(1, probe.network.n_layers)]
    assert values[Stage("J", 0)][0] == pytest.approx(J, rel=1e-12)
    assert np.concatenate(blocks) == pytest.approx(D, rel=1e-12, abs=1e-15)
    assert list(values) == stages_of(probe.network)
    assert all(shape_of(stage, probe) == numbers.shape for stage, numbers in values.items())


@pytest.mark.parametrize("name", SHEETS)
def test_another_seed_is_another_sheet_and_the_same_seed_the_same(name: str) -> None:
    first, again, other = make_sheet(name, 1), make_sheet(name, 1), make_sheet(name, 2)
    assert np.array_equal(first.probe.theta, again.probe.theta)
    assert np.array_equal(first.probe.X, again.probe.X)
    assert not np.array_equal(first.probe.theta, other.probe.theta)


@pytest.mark.parametrize("name", SHEETS)
def test_numbers_are_short_and_no_unit_is_saturated(name: str) -> None:
    for seed in range(200):
        probe = make_sheet(name, seed).probe
        assert np.allclose(probe.theta * 100, np.round(probe.theta * 100))
        values = solved(probe)
        assert np.abs(values[Stage("z", 2)]).max() < 4
        h = values[Stage("a", 3)]
        assert h.min() > 0.01
        assert h.max() < 0.99


def showing(name: str, samples: int) -> set[str]:
    """The mistakes that change a number of the sheet, told about its first samples."""
    probe = make_sheet(name, 1).probe
    probe = type(probe)(
        probe.network, probe.theta, probe.X[:samples], probe.Y[:samples], None, probe.lambda_
    )
    right, found = solved(probe), set()
    for mutant in mutants_of(CATALOGUE, probe.network):
        values = solved(probe, changed([mutant])) if not mutant.mutation.resizes else {}
        if any(not np.allclose(values[stage], right[stage], rtol=1e-9) for stage in values):
            found.add(mutant.mutation.id)
    return found


def test_two_samples_and_lambda_show_what_one_sample_hides() -> None:
    two, one = showing("samples-2-3-2", 2), showing("samples-2-3-2", 1)
    assert one < two
    network = make_sheet("samples-2-3-2").network
    fits = {m.id for m in CATALOGUE if m.fits(network) and m.asked != "step"}
    # A row too many has no room on a sheet, and another layer's a needs layers of one size.
    assert fits - two == {"flow-bias-kept", "accumulate-other-layer"}
    assert {"average-missing", "accumulate-last-sample", "penalty-averaged-twice"} <= two - one


def test_wrong_choices_are_named_together() -> None:
    with pytest.raises(ParameterError, match=r"2 problems: name: .*; seed: .* got -1"):
        make_sheet("no-such-sheet", -1)
