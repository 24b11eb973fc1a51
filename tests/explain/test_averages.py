"""The gradient of a batch, sample by sample."""

import numpy as np
import pytest
from passes import a_pass

from clearprop.explain.averages import averages


def test_averages_are_the_largest_entries_of_the_last_layers_gradient():
    batch = a_pass(m=7)
    D = batch.D(2)
    found = averages(batch, most=4)
    assert [abs(entry.D) for entry in found] == sorted(np.abs(D).ravel())[:-5:-1]
    for entry in found:
        j, k = entry.parameter.source, entry.parameter.target
        assert D[j, k - 1] == entry.D
        assert sum(entry.samples) == pytest.approx(entry.Delta, abs=1e-14)
        assert pytest.approx(entry.Delta / 7 + entry.penalty, abs=1e-15) == entry.D
        assert (entry.penalty == 0) == (j == 0)
