"""Which networks a search tries, and which of them go on: successive halving over rungs.

Nothing here trains. :func:`rungs` says what to train next and is told what became of it.

Sources: A. Ng, *Machine Learning* (Coursera), week 5, "Putting it together" (one hidden layer;
units as many as the inputs, or a multiple; several layers of equal width), and week 6, "Model
selection" (lambda by the validation cost). K. Jamieson and A. Talwalkar, *Non-stochastic best arm
identification and hyperparameter optimization*, 2016: all begin with few epochs; the best third
goes on with three times as many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from clearprop.experiment.trial import Configuration, Rung, Trial, best_first

__all__ = ["MOST_PARAMETERS", "Space", "ahead", "rungs", "widths", "within"]

# A third goes on, with three times the epochs: each rung then takes about as long as the one
# before. Jamieson and Talwalkar halve; Li et al. (2018) found 3 and 4 as good as e = 2.718...
_THIRD = 3
# A network has at most so many parameters. On two processors a larger one takes minutes.
MOST_PARAMETERS = 2_000_000
# The widest layer has four times the inputs, or this many units: three inputs say little of how
# wide a layer should be.
_WIDE = 256
# The narrowest has an eighth of the inputs, or this many units.
_NARROW = 8
# Where the time allows less than this share of the epochs, wide layers are left out: a smaller
# network that is trained well beats a larger one that is not.
_FEWEST_EPOCHS = 1 / 2


@dataclass(frozen=True)
class Space:
    """What a search chooses from.

    Attributes
    ----------
    inputs, outputs
        Units of the first layer and of the last one.
    widths
        Units of a hidden layer, the fewest first.
    own
        The hidden layers of the recipe, which are tried too.
    lambdas, rates
        Strengths of regularization and learning rates, the smallest first. The middle ones are
        taken until the architecture is known.
    dropouts
        Shares of hidden units that a step leaves out. The first one is taken until all epochs of
        the recipe were trained.
    epochs
        Those of the recipe. The first rung has a ninth of them, the last one three times as many.
    """

    inputs: int
    outputs: int
    widths: tuple[int, ...]
    own: tuple[int, ...]
    lambdas: tuple[float, ...]
    rates: tuple[float, ...]
    epochs: int
    dropouts: tuple[float, ...] = (0.0,)

    @property
    def one_layer(self) -> tuple[int, ...]:
        """Units of the single layers that are tried: each width, and the recipe's own layer.

        Examples
        --------
        >>> Space(4, 3, (8, 16), (10,), (1.0,), (0.003,), 40).one_layer
        (8, 10, 16)
        """
        own = self.own if len(self.own) == 1 else ()
        fitting = own if self.parameters(own) <= MOST_PARAMETERS else ()
        return tuple(sorted({*self.widths, *fitting}))

    def parameters(self, hidden: Sequence[int]) -> int:
        """The number of parameters of a network with these hidden layers.

        Examples
        --------
        >>> Space(400, 10, (25,), (), (1.0,), (0.003,), 40).parameters((25,))
        10285
        """
        return _parameters(self.inputs, hidden, self.outputs)

    def configuration(self, hidden: Sequence[int]) -> Configuration:
        """These hidden layers with the middle lambda, the middle rate and the first dropout."""
        lam, rate = (values[len(values) // 2] for values in (self.lambdas, self.rates))
        return Configuration(tuple(hidden), lam, rate, self.dropouts[0] if hidden else 0.0)

    def share(self, nth: int) -> int:
        """The recipe's epochs divided by `nth`, at least one."""
        return max(1, round(self.epochs / nth))


def widths(inputs: int, outputs: int, most: int = MOST_PARAMETERS) -> tuple[int, ...]:
    """Units to try in a hidden layer: as many as the inputs, and multiples by two.

    They go up to four times the inputs or 256, and down to an eighth of the inputs or 8, as far as
    a network of one such layer has at most `most` parameters. Of a network with so many inputs that
    none fits, the three widest that do are tried.

    Examples
    --------
    >>> widths(4, 3)
    (4, 8, 16, 32, 64, 128, 256)
    >>> widths(400, 10)
    (50, 100, 200, 400, 800, 1600)
    >>> widths(30_000, 2)
    (15, 29, 59)
    """
    found = sorted({max(1, round(inputs * 2.0**k)) for k in range(-24, 9)})
    fitting = [units for units in found if _parameters(inputs, [units], outputs) <= most]
    lowest = max(min(inputs, _NARROW), inputs / 8)
    highest = max(4 * inputs, _WIDE)
    wanted = [units for units in fitting if lowest <= units <= highest]
    return tuple(wanted if len(wanted) > 2 else fitting[-3:] or found[:1])


def rungs(space: Space) -> Generator[Rung, Sequence[Trial], Sequence[Trial]]:
    """The rungs of a search. After each one, send the trials of its configurations.

    The generator returns the trials of the last rung.

    1. No hidden layer, one of each width, and the recipe's own if it has one, for a ninth of its
       epochs.
    2. Two and three layers of the best width and of about half of it, and the recipe's own layers
       if it has several.
    3. The best third of all these, for a third of the epochs.
    4. The best third of those with the other lambdas.
    5. Each of these with the lambda that was best for it and the other rates.
    6. The best third of the networks that 4 and 5 compared, for all epochs.
    7. The best third of those with the other dropouts.
    8. The best third of the networks that 7 compared, for three times the epochs.

    Examples
    --------
    >>> search = rungs(Space(4, 3, (4, 8), (8, 4), (1.0,), (0.003,), 40))
    >>> first = next(search)
    >>> first.epochs, [c.hidden for c in first.configurations]
    (4, [(), (4,), (8,)])
    >>> costs = zip(first.configurations, (0.9, 0.5, 0.4))
    >>> second = search.send([Trial(c, 1, 4, 0, J, J) for c, J in costs])
    >>> second.name, [c.hidden for c in second.configurations]
    ('depth', [(8, 8), (8, 8, 8), (4, 4), (4, 4, 4), (8, 4)])
    """
    few = space.share(_THIRD**2)
    sizes = [(), *((units,) for units in space.one_layer)]
    trials = list((yield Rung("width", few, tuple(map(space.configuration, sizes)))))
    best = best_first(t for t in trials if t.configuration.hidden)[0].configuration.hidden[0]
    trials += yield Rung("depth", few, tuple(map(space.configuration, _deeper(space, best))))
    # One budget more than once in a row: the best third goes on.
    third = space.share(_THIRD)
    trials = list((yield Rung("halving", third, _kept(trials))))
    kept = _kept(trials)
    trials = [trial for trial in trials if trial.configuration in kept]
    # One number at a time. Every lambda with every rate would be nearly twice as many networks.
    for name, number, values in (
        ("lambdas", "regularization", space.lambdas),
        ("rates", "learning_rate", space.rates),
    ):
        trials += yield from _varied(name, number, values, third, trials)
    trials = list((yield Rung("halving", space.epochs, _kept(trials))))
    if len(space.dropouts) > 1:
        # Not before: with few epochs no network is better for it.
        kept = _kept(trials)
        trials = [trial for trial in trials if trial.configuration in kept]
        trials += yield from _varied("dropouts", "dropout", space.dropouts, space.epochs, trials)
    return list((yield Rung("halving", space.epochs * _THIRD, _kept(trials))))


def _varied(
    name: str, number: str, values: Sequence[float], epochs: int, trials: Sequence[Trial]
) -> Generator[Rung, Sequence[Trial], Sequence[Trial]]:
    """The rung in which the best network of each architecture gets the other values of a number.

    Returns its trials; where there is nothing new to try there is no rung.
    """
    of_layers: dict[tuple[int, ...], Trial] = {}
    for trial in best_first(trials):
        of_layers.setdefault(trial.configuration.hidden, trial)
    near = [
        best.configuration.with_(number, value)
        for hidden, best in of_layers.items()
        for value in values
        if hidden or number != "dropout"  # which leaves out hidden units
    ]
    known = [trial.configuration for trial in trials]
    new = tuple(made for made in near if made not in known)
    return (yield Rung(name, epochs, new)) if new else ()


def ahead(space: Space, known: Mapping[tuple[Configuration, int], Trial]) -> list[tuple[int, int]]:
    """What is still to be trained, as pairs of parameters and epochs, at worst.

    Of configurations without a known trial, the largest networks are taken to be the best.
    """
    found = []
    tried = dict(known)
    search = rungs(space)
    rung = next(search)
    while True:
        keys = [(configuration, rung.epochs) for configuration in rung.configurations]
        for key in keys:
            if key not in tried:
                n = space.parameters(key[0].hidden)
                tried[key] = Trial(key[0], 0, rung.epochs, n, -n, -n)
                found.append((n, rung.epochs))
        try:
            rung = search.send([tried[key] for key in keys])
        except StopIteration:
            return found


def within(space: Space, seconds: float, epoch_seconds: Callable[[int], float]) -> Space:
    """The space that can be searched in that time.

    Everything gets fewer epochs. Where they would be less than half of the recipe's, the widest
    layers are left out, and the recipe's own ones where they have more parameters than what stays.

    Parameters
    ----------
    seconds
        The time of all trials one after another.
    epoch_seconds
        How long an epoch of a network takes, by its number of parameters.
    """
    while True:
        needed = sum(epochs * epoch_seconds(n) for n, epochs in ahead(space, {}))
        if needed <= seconds:
            return space
        epochs = int(space.epochs * seconds / needed)
        if epochs >= _FEWEST_EPOCHS * space.epochs or len(space.widths) == 1:
            return replace(space, epochs=max(1, epochs))
        narrower = space.widths[:-1]
        larger = space.parameters(space.own) > space.parameters(narrower[-1:])
        space = replace(space, widths=narrower, own=() if larger else space.own)


def _deeper(space: Space, best: int) -> list[tuple[int, ...]]:
    """Two and three layers of the best width, of half of it, and the recipe's own layers."""
    # Widths are rounded: 29 are about half of 59.
    half = [units for units in space.widths if units < best and 2 * units <= best + 1][-1:]
    sizes = [(units,) * n for units in (best, *half) for n in (2, 3)]
    if len(space.own) > 1 and space.own not in sizes:
        sizes.append(space.own)
    return [hidden for hidden in sizes if space.parameters(hidden) <= MOST_PARAMETERS]


def _kept(trials: Sequence[Trial]) -> tuple[Configuration, ...]:
    """The best third, at least one."""
    n = math.ceil(len(trials) / _THIRD)
    return tuple(trial.configuration for trial in best_first(trials)[:n])


def _parameters(inputs: int, hidden: Sequence[int], outputs: int) -> int:
    sizes = [inputs, *hidden, outputs]
    return sum((a + 1) * b for a, b in pairwise(sizes))
