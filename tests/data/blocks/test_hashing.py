"""Draws by row number: alike for any cut, and as random as they must be."""

import numpy as np

from clearprop.data.blocks.hashing import PARTS, SAMPLE, parts_of, uniform


def test_draws_do_not_depend_on_the_cut():
    whole = parts_of(np.arange(1000), (0.7, 0.1, 0.2), seed=3)
    pieces = [parts_of(np.arange(at, at + 7), (0.7, 0.1, 0.2), seed=3) for at in range(0, 994, 7)]
    assert np.array_equal(whole[:994], np.concatenate(pieces))


def test_seeds_and_purposes_draw_otherwise():
    rows = np.arange(10_000)
    drawn = [uniform(rows, 0, PARTS), uniform(rows, 1, PARTS), uniform(rows, 0, SAMPLE)]
    assert np.all(np.abs(np.corrcoef(drawn) - np.eye(3)) < 0.05)


def test_shares_and_neighbours_are_as_random():
    u = uniform(np.arange(100_000), 5, PARTS)
    assert np.abs(np.bincount((u * 10).astype(int)) - 10_000).max() < 500
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 0.02
    # Every stride of rows has its shares too: blocks are no worse than rows.
    assert abs(np.mean(u[::64] < 0.1) - 0.1) < 0.03
