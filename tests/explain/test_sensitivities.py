"""The parameters that J reacts to most."""

import pytest
from passes import a_pass

from clearprop.explain.penalty import Penalty
from clearprop.explain.sensitivities import sensitivities


def test_sensitivities_are_found_in_every_layer():
    batch = a_pass(sizes=(2, 2, 2), m=3)
    found = sensitivities(batch, Penalty(batch, 50, trained=True), most=99)
    assert len(found) == batch.network.n_parameters
    places = {(p.layer, p.source, p.target) for p in (entry.parameter for entry in found)}
    assert places == {(l, j, k) for l in (1, 2) for j in (0, 1, 2) for k in (1, 2)}
    for entry in found:
        p = entry.parameter
        assert batch.mean(p.layer)[p.source, p.target - 1] == entry.mean
        assert entry.penalty == (2.0 / 50 * p.value if p.source else 0)
        assert p.value == batch.Theta(p.layer)[p.source, p.target - 1]
        assert entry.change == pytest.approx(entry.mean * entry.step, abs=1e-6)
