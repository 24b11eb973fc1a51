"""The order of the samples in an epoch."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.engines.protocol import epoch_order

# -- The order of an epoch ------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**63), st.integers(0, 10**6), st.integers(1, 200))
def test_an_order_is_a_permutation_that_seed_and_epoch_determine(
    seed: int, epoch: int, rows: int
) -> None:
    order = epoch_order(seed, epoch, rows)
    assert sorted(order.tolist()) == list(range(rows))
    assert order.dtype == np.int64
    np.testing.assert_array_equal(order, epoch_order(seed, epoch, rows))


def test_seeds_and_epochs_differ() -> None:
    orders = {epoch_order(seed, epoch, 50).tobytes() for seed in range(20) for epoch in range(20)}
    assert len(orders) == 400  # seed 1, epoch 0 is not seed 0, epoch 1


def test_every_sample_comes_first_about_as_often() -> None:
    first = np.bincount([epoch_order(3, epoch, 5)[0] for epoch in range(1000)], minlength=5)
    assert (abs(first - 200) < 5 * np.sqrt(1000 * 0.2 * 0.8)).all()
