"""What a search chooses from: the widths by the data, the other numbers by the recipe."""

from __future__ import annotations

from collections.abc import Sequence

from clearprop.experiment.halving import Space, widths
from clearprop.experiment.run import Experiment
from clearprop.training.options import FULL_BATCH

__all__ = ["space_of"]

# The lambdas of a recipe that has one alone. A noisy table wants 30, a clean one 0.3.
_LAMBDAS = (0.3, 3.0, 30.0)
# The rates are the recipe's own, a third and three times of it: the course's steps (week 2).
_RATES = (1 / 3, 1.0, 3.0)
# A wide network that learns every row by heart is better with some dropout: on 8,000 letters the
# validation cost falls from 0.15 to 0.12. 0.3 is no better than these.
_DROPOUTS = (0.0, 0.1, 0.2)


def space_of(
    run: Experiment,
    lambdas: Sequence[float] | None = None,
    rates: Sequence[float] | None = None,
    dropouts: Sequence[float] | None = None,
) -> Space:
    """The whole space of a search that begins with `run`, a recipe on its rows.

    `lambdas`, `rates` and `dropouts` are as in :class:`~clearprop.experiment.search.Search`.

    Examples
    --------
    >>> from clearprop import read
    >>> space = space_of(Experiment(read("digits"), "modern"), rates=(0.01, 0.001))
    >>> space.lambdas, space.rates, space.dropouts
    ((0.3, 3.0), (0.001, 0.01), (0.0, 0.1, 0.2))
    """
    recipe, network = run.recipe, run.network
    options = recipe.options
    if lambdas is None:
        lambdas = recipe.strengths if len(recipe.strengths) > 1 else _LAMBDAS
    if rates is None:
        factors = (1.0,) if options.solver in FULL_BATCH else _RATES  # which need no rate
        rates = tuple(float(f"{options.learning_rate * factor:.4g}") for factor in factors)
    if dropouts is None:
        dropouts = (0.0,) if options.solver in FULL_BATCH else (options.dropout, *_DROPOUTS)
    n, K = network.n_inputs, network.n_outputs
    lambdas, rates = tuple(sorted(lambdas)), tuple(sorted(rates))
    dropouts = tuple(dict.fromkeys(dropouts))  # in their order: the first one is used first
    return Space(n, K, widths(n, K), recipe.hidden, lambdas, rates, options.epochs, dropouts)
