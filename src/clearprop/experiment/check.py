"""The job `check`: it checks the gradient that `train` would use, at the initial values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.choices.commands import parsed
from clearprop.errors import one_of, raise_problems, whole_problems
from clearprop.experiment.chosen import chosen_experiment, chosen_recipe
from clearprop.experiment.recipes import Recipe
from clearprop.gradients.check import GradientReport, check_gradient
from clearprop.gradients.compare import METHODS
from clearprop.language import LANGUAGES
from clearprop.network.samples import smoothed

__all__ = ["CheckJob"]

# Differences cost two forward passes for each parameter. A few rows use every equation already.
_ROWS = 20


@dataclass(frozen=True)
class CheckJob:
    """The checked choices of `check`.

    Attributes
    ----------
    values
        The value of every option, by name.
    recipe
        The recipe with the other choices put in.
    """

    values: Mapping[str, Any]
    recipe: Recipe

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> CheckJob:
        """Check the choices: by name, typed text or values.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong.

        Examples
        --------
        >>> CheckJob.of({"source": "digits", "recipe": "course", "sample": 5}).report().verdict
        'right'
        """
        problems: list[str] = []
        values = parsed("check", given, problems)
        problems += one_of("method", values["method"], METHODS)
        problems += whole_problems("sample", values["sample"], least=0)
        problems += one_of("lang", values["lang"], LANGUAGES)
        # Each row is one of the source.
        recipe = chosen_recipe(values, problems).with_(shift=0)
        raise_problems(problems)
        return cls(values, recipe)

    def report(self) -> GradientReport:
        """Read the source and check the gradient on some of its training rows.

        Raises
        ------
        DataError, ParameterError
            For rows that cannot be used, or choices that do not fit them.
        """
        run = chosen_experiment(self.values, self.recipe)
        training, weight = run.training, run.training.sample_weight
        # Rows without weight count for nothing, so they would show nothing.
        counting = np.arange(len(training.X)) if weight is None else np.flatnonzero(weight)
        rows = counting[:_ROWS]
        return check_gradient(
            run.network,
            training.theta,
            training.X[rows],
            smoothed(run.network, training.Y[rows], training.options.label_smoothing),  # as trained
            sample_weight=None if weight is None else weight[rows],
            sample=self.values["sample"] or None,
            method=self.values["method"],
            seed=self.recipe.options.seed,
            engine=training.engine,
            dropout=training.dropout(),
        )
