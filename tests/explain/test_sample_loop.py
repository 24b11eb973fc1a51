"""The course's loop over samples, beside the vectorised pass."""

import numpy as np
import pytest
from passes import a_pass

from clearprop import explain
from clearprop.explain.sample_loop import is_small, run_sample_loop


def test_the_loop_adds_one_sample_a_turn():
    batch = a_pass(m=4)
    found = run_sample_loop(batch)
    assert len(found.turns) == len(found.running) == 4
    for i in range(4):
        for l in (1, 2):
            rows = [np.ones((i + 1, 1)), batch.a(l)[: i + 1]]
            expected = np.hstack(rows).T @ batch.delta(l + 1)[: i + 1]
            np.testing.assert_allclose(found.running[i][l - 1], expected, rtol=0, atol=1e-15)
        assert found.turns[i].X.tobytes() == batch.X[i].tobytes()
    np.testing.assert_allclose(found.running[-1][0], batch.Delta(1), rtol=0, atol=1e-15)
    assert 0 <= found.difference < 1e-15


@pytest.mark.parametrize(
    ("sizes", "m", "small"),
    [((5, 5, 2), 4, True), ((5, 5, 2), 5, False), ((6, 1), 1, False), ((5, 5, 3), 1, False),
     ((3, 3, 3, 3), 4, True), ((1, 1), 1, True)],
)  # fmt: skip
def test_what_is_small_is_shown_in_full(sizes, m, small):
    batch = a_pass("logistic", sizes, m)
    assert is_small(batch) is small
    text = explain(batch.network, batch.theta, batch.X, batch.Y).to_text()
    assert ("Every number of both" in text) is small
