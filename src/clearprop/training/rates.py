"""The learning rates of an epoch's minibatches."""

from __future__ import annotations

from clearprop.network.architecture import Array
from clearprop.training.history import History
from clearprop.training.options import Options

__all__ = ["lower_rate", "rates_of"]

# scikit-learn's schedule "adaptive" stops once the rate is this small.
SMALLEST_RATE = 1e-6


def rates_of(
    options: Options, history: History, epoch: int, rows: int, first: int, last: int, count: int
) -> Array:
    """The rates of minibatches `first` to `last` (excluded) of the `count` in an epoch.

    They follow the number of the minibatch. The state's `step` leaves out minibatches without
    weight.

    Examples
    --------
    >>> options = Options("sgd", learning_rate=0.5, schedule="cosine", epochs=1)
    >>> rates_of(options, History(), epoch=0, rows=4, first=0, last=2, count=4).round(2)
    array([0.5 , 0.43])
    """
    schedule, steps = options.rate_schedule(), options.epochs * count
    start = epoch * count + first
    return schedule.rates(start, last - first, epoch, rows, steps) / history.rate_divisor


def lower_rate(options: Options, history: History) -> None:
    """scikit-learn's "adaptive": once training has stalled, go on with a fifth of the rate.

    Examples
    --------
    >>> history = History(stalled=11)
    >>> lower_rate(Options("sgd", schedule="adaptive", patience=10), history)
    >>> history.stalled, history.rate_divisor
    (0, 5.0)
    """
    adapts = options.schedule == "adaptive" and options.solver in ("sgd", "gd")
    rate = options.learning_rate / history.rate_divisor
    if history.stalled > options.patience and adapts and rate > SMALLEST_RATE:
        history.stalled = 0
        history.rate_divisor *= 5
