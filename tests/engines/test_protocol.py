"""The order of the samples in an epoch, and which rows a minibatch holds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.engines.protocol import Batches, epoch_order

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


# -- Minibatches ----------------------------------------------------------------------------------


def batches(rows: int, size: int, order: object = None) -> Batches:
    """Batches over `rows` samples."""
    X = np.arange(float(rows))[:, None]
    return Batches(X, X, None, order, size, 0, -(-rows // size), rows)  # type: ignore[arg-type]


def test_minibatches_hold_every_row_once_and_the_last_may_be_smaller() -> None:
    order = np.array([3, 0, 4, 2, 1])
    shuffled = batches(5, 2, order)
    assert [shuffled.rows(i).tolist() for i in range(3)] == [[3, 0], [4, 2], [1]]
    plain = batches(5, 2)
    assert [plain.X[plain.rows(i)].ravel().tolist() for i in range(3)] == [[0, 1], [2, 3], [4]]


def test_a_minibatch_larger_than_the_data_is_the_data() -> None:
    assert batches(3, 100).rows(0) == slice(0, 3)
    assert batches(3, 100, np.array([2, 0, 1])).rows(0).tolist() == [2, 0, 1]


def test_unshuffled_minibatches_are_views() -> None:
    plain = batches(6, 4)
    assert np.shares_memory(plain.X[plain.rows(1)], plain.X)
