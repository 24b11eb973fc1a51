"""The main job, from a table of raw rows to a trained and measured model; prints nothing."""

from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.experiment.run import Experiment, Figures

__all__ = ["RECIPES", "Experiment", "Figures", "Recipe"]
