"""When an epoch counts as better, and what is kept of it."""

import math

import numpy as np

from clearprop.training.history import History


def test_an_epoch_is_better_if_it_gains_at_least_tol() -> None:
    history, stalled = History(), []
    for epoch, value in enumerate([0.0, 0.25, 0.375, 0.4375, 0.75, 0.5], start=1):
        history.note(value, epoch, tol=0.125, theta=None)
        stalled.append(history.stalled)
    # 0.375 gains exactly tol. 0.4375 gains too little, but it is the best so far, so 0.75 is
    # compared with it. The last value is worse.
    assert stalled == [0, 0, 0, 1, 0, 1]
    assert (history.best, history.best_epoch) == (0.75, 5)
    assert history.best_theta is None


def test_slow_gains_count_as_no_gain_though_the_best_moves_on() -> None:
    history = History()
    for epoch in range(1, 11):
        history.note(0.01 * epoch, epoch, tol=0.05, theta=None)
    assert (history.stalled, history.best_epoch) == (9, 10)


def test_the_kept_theta_is_a_copy_of_the_best_epochs() -> None:
    history, theta = History(), np.array([1.0])
    history.note(0.5, 1, tol=0.0, theta=theta)
    theta[0] = 2.0
    history.note(0.4, 2, tol=0.0, theta=theta)
    assert history.best_theta is not None
    assert history.best_theta.tolist() == [1.0]


def test_a_score_that_is_no_number_is_no_gain() -> None:
    history = History()
    history.note(math.nan, 1, tol=0.0, theta=np.ones(1))
    assert (history.stalled, history.best, history.best_theta) == (1, -math.inf, None)
