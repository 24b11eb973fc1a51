"""The order of an epoch over several processes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.engines.strands import Strands, cut, strand_count
from clearprop.errors import DataError


@given(
    st.lists(st.integers(1, 40), min_size=24, max_size=24),
    st.sampled_from([1, 2, 3, 4, 6, 8, 12, 24]),
    st.integers(1, 30),
    st.booleans(),
)
def test_minibatches_do_not_depend_on_the_number_of_processes(sizes, n, count, shuffle):
    def minibatches(processes):
        """The rows of each minibatch, by their numbers among all, and the places in the epoch."""
        found = [([], []) for _ in range(count)]
        for p in range(processes):
            strands = Strands(sizes, processes, p, shuffle)
            before = sum(sizes[: strands.own.start])
            for k, (rows, places) in enumerate(found):
                share = strands.share(7, 2, k, count)
                assert len(share.rows) <= strands.most(count)
                rows += (share.rows + before).tolist()
                places += range(share.place, share.place + len(share.rows))
        return found

    found = minibatches(n)
    assert found == minibatches(1)
    assert sorted(row for rows, _ in found for row in rows) == list(range(sum(sizes)))
    assert [place for _, places in found for place in places] == list(range(sum(sizes)))


def test_each_minibatch_has_rows_of_each_strand_and_each_epoch_another_order():
    strands = Strands([60] * 24, 1, 0)
    for k in range(30):
        rows = strands.share(0, 0, k, 30).rows
        assert np.bincount(rows // 60).tolist() == [2] * 24
    first, second = (strands.share(0, epoch, 0, 30).rows.tolist() for epoch in (0, 1))
    assert first != second
    assert strands.share(0, 0, 0, 30).rows.tolist() == first


@given(st.lists(st.integers(1, 9), min_size=1, max_size=60), st.integers(1, 30))
def test_blocks_are_cut_into_ranges_that_follow_each_other(sizes, parts):
    ranges = cut(sizes, parts)
    assert len(ranges) == parts
    assert [i for of in ranges for i in of] == list(range(len(sizes)))
    share = sum(sizes) / parts
    assert all(sum(sizes[i] for i in of) < share + max(sizes) + 1e-9 for of in ranges)


def test_a_process_without_rows_is_refused():
    assert strand_count(5) == 120
    sizes = [0] * 12 + [3] * 12
    with pytest.raises(DataError) as error:
        Strands(sizes, 2, 1)
    assert str(error.value) == (
        "36 rows to train on are too few for 2 processes: process 0 has none; use fewer processes"
    )
