"""The main job, from a table of raw rows to a trained and measured model; prints nothing."""

from clearprop.experiment.measurement import Measurement, measure
from clearprop.experiment.prepared import PARTS, Prepared, prepare
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.experiment.run import Experiment

__all__ = [
    "PARTS",
    "RECIPES",
    "Experiment",
    "Measurement",
    "Prepared",
    "Recipe",
    "measure",
    "prepare",
]
