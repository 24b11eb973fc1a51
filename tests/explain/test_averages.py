"""The gradient of a batch, sample by sample."""

import numpy as np
import pytest
from passes import a_pass

from clearprop.explain.averages import averages
from clearprop.explain.penalty import Penalty


def test_averages_are_the_largest_entries_of_the_last_layers_gradient():
    batch = a_pass(m=7)
    mean = batch.mean(2)
    found = averages(batch, Penalty(batch, 50, trained=True), most=4)
    assert [abs(entry.mean) for entry in found] == sorted(np.abs(mean).ravel())[:-5:-1]
    for entry in found:
        j, k = entry.parameter.source, entry.parameter.target
        assert mean[j, k - 1] == entry.mean == entry.Delta / 7
        assert sum(entry.samples) == pytest.approx(entry.Delta, abs=1e-14)
        assert entry.penalty == (2.0 / 50 * entry.parameter.value if j else 0)
        assert entry.mean + entry.penalty == entry.D


def test_where_m_is_not_known_lambda_has_no_part():
    batch = a_pass()
    found = averages(batch, Penalty(batch, None, trained=True), most=99)
    assert {entry.penalty for entry in found if entry.parameter.source} == {None}
    biases = [entry for entry in found if not entry.parameter.source]
    assert biases
    for entry in biases:  # which lambda leaves alone
        assert (entry.penalty, entry.D) == (0, entry.mean)
    assert {entry.D for entry in found if entry.parameter.source} == {None}
