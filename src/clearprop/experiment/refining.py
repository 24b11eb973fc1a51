"""Finer steps of lambda and of the learning rate around the best network of a search.

Successive halving has tried a few values, far apart. What time is left is spent between them, one
number at a time, always from the best network so far: a pattern search (R. Hooke and T. A. Jeeves,
*Direct search solution of numerical and statistical problems*, 1961).

Nothing here trains. :func:`refinements` says what to train next and is told what became of it.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence

from clearprop.experiment.halving import Space
from clearprop.experiment.trial import Rung, Trial, best_first

__all__ = ["REFINING", "refinements"]

REFINING = "refining"  # the name of such a rung

# How often lambda and rate are both looked at again, as long as that finds better ones.
_ROUNDS = 3


def refinements(
    space: Space, trials: Sequence[Trial]
) -> Generator[Rung, Sequence[Trial], Sequence[Trial]]:
    """The rungs after the last one of the halving. After each one, send its trials.

    Each has two networks: the best one of the last rung with a smaller and a larger lambda, or with
    a smaller and a larger rate, for as many epochs. A step is half of one in the search, on a
    logarithmic scale. They end when no step is better. A number of which the search has one value
    alone stays as it is.

    Parameters
    ----------
    space
        What was chosen from.
    trials
        Those of the last rung. Networks that had few epochs may have a lower validation cost, but
        they gain little here: with the epochs a better lambda grows.

    Examples
    --------
    >>> from clearprop.experiment.trial import Configuration
    >>> space = Space(4, 3, (8,), (), (0.3, 3.0, 30.0), (0.003,), 40)
    >>> search = refinements(space, [Trial(Configuration((8,), 3.0, 0.003), 6, 120, 67, 0.1, 0.5)])
    >>> rung = next(search)
    >>> rung.epochs, [made.regularization for made in rung.configurations]
    (120, [0.95, 9.5])
    """
    best = best_first(trials)[0]
    # The rate comes first: the last rung has more epochs than the one that chose it.
    steps = {
        name: (values[-1] / values[0]) ** (0.5 / (len(values) - 1))
        for name, values in (("learning_rate", space.rates), ("regularization", space.lambdas))
        if len(values) > 1 and values[0] > 0
    }
    for _ in range(_ROUNDS if math.isfinite(best.validation_cost) else 0):
        before = best
        for name, step in steps.items():
            value = getattr(best.configuration, name)
            values = (float(f"{value * factor:.2g}") for factor in (1 / step, step))
            near = [best.configuration.with_(name, value) for value in values]
            trials = yield Rung(REFINING, best.epochs, tuple(near))
            best = best_first([best, *trials])[0]
        if best is before:
            break
    return [best]
