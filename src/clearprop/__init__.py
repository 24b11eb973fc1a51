"""Clearprop: feed-forward networks whose every number can be seen and whose gradients are proven.

The names below are the whole public surface. ``import clearprop`` loads NumPy and nothing heavier:
a name that needs more loads it when the name is first used.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from clearprop.engines.choice import available_engines
from clearprop.engines.evaluate import cost_and_gradient, predict
from clearprop.errors import (
    ClearpropError,
    DataError,
    DivergenceError,
    EngineError,
    GradientError,
    ModelFileError,
    ParameterError,
)
from clearprop.faces import bind
from clearprop.network import equations, updates
from clearprop.network.architecture import Network
from clearprop.network.dropout import Dropout
from clearprop.network.parameters import course_matrices, initial_theta, theta_from_course

# Type checkers read these lines, and Python does not. NativeEngine stands in no `__all__`: an
# install without a compiler lacks it, and `from clearprop import *` works there too.
if TYPE_CHECKING:
    from clearprop import doctor, engines, exercise, figures, web
    from clearprop.data import read
    from clearprop.data.reading import Reading
    from clearprop.data.table import Table
    from clearprop.data.targets import Targets
    from clearprop.doctor import Diagnosis, diagnose
    from clearprop.engines.native import NativeEngine as NativeEngine
    from clearprop.estimators import MLPClassifier, MLPRegressor, TableEncoder
    from clearprop.estimators.onnx_converter import register_skl2onnx
    from clearprop.experiment.choose import choose
    from clearprop.experiment.importance import Importance, importance
    from clearprop.experiment.measurement import Measurement, measure
    from clearprop.experiment.prepared import Prepared, prepare
    from clearprop.experiment.recipes import RECIPES, Recipe
    from clearprop.experiment.run import Experiment
    from clearprop.experiment.search import Search
    from clearprop.explain.explanation import Explanation
    from clearprop.explain.request import explain
    from clearprop.gradients.check import GradientReport, check_gradient
    from clearprop.model import Model
    from clearprop.network.course_loop import cost_and_gradient_loop
    from clearprop.storage.model_file import load, save
    from clearprop.training import (
        Ended,
        EpochEnded,
        Event,
        GradientChecked,
        Options,
        Progress,
        Training,
        Validation,
    )

__version__ = "0.1.0.dev0"

__all__ = [
    "RECIPES",
    "ClearpropError",
    "DataError",
    "Diagnosis",
    "DivergenceError",
    "Dropout",
    "Ended",
    "EngineError",
    "EpochEnded",
    "Event",
    "Experiment",
    "Explanation",
    "GradientChecked",
    "GradientError",
    "GradientReport",
    "Importance",
    "MLPClassifier",
    "MLPRegressor",
    "Measurement",
    "Model",
    "ModelFileError",
    "Network",
    "Options",
    "ParameterError",
    "Prepared",
    "Progress",
    "Reading",
    "Recipe",
    "Search",
    "Table",
    "TableEncoder",
    "Targets",
    "Training",
    "Validation",
    "__version__",
    "available_engines",
    "check_gradient",
    "choose",
    "cost_and_gradient",
    "cost_and_gradient_loop",
    "course_matrices",
    "diagnose",
    "doctor",
    "engines",
    "equations",
    "exercise",
    "explain",
    "figures",
    "importance",
    "initial_theta",
    "load",
    "measure",
    "predict",
    "prepare",
    "read",
    "register_skl2onnx",
    "save",
    "theta_from_course",
    "updates",
    "web",
]

# Where each name is that loads when it is first used.
_HOMES = {
    "clearprop.data": ["read"],
    "clearprop.data.reading": ["Reading"],
    "clearprop.data.table": ["Table"],
    "clearprop.data.targets": ["Targets"],
    "clearprop.doctor": ["Diagnosis", "diagnose"],
    "clearprop.engines.native": ["NativeEngine"],
    "clearprop.estimators": ["MLPClassifier", "MLPRegressor", "TableEncoder"],
    "clearprop.estimators.onnx_converter": ["register_skl2onnx"],
    "clearprop.experiment.choose": ["choose"],
    "clearprop.experiment.importance": ["Importance", "importance"],
    "clearprop.experiment.measurement": ["Measurement", "measure"],
    "clearprop.experiment.prepared": ["Prepared", "prepare"],
    "clearprop.experiment.recipes": ["RECIPES", "Recipe"],
    "clearprop.experiment.run": ["Experiment"],
    "clearprop.experiment.search": ["Search"],
    "clearprop.explain.explanation": ["Explanation"],
    "clearprop.gradients.check": ["GradientReport", "check_gradient"],
    "clearprop.model": ["Model"],
    "clearprop.network.course_loop": ["cost_and_gradient_loop"],
    "clearprop.storage.model_file": ["load", "save"],
    "clearprop.training": [
        "Ended",
        "EpochEnded",
        "Event",
        "GradientChecked",
        "Options",
        "Progress",
        "Training",
        "Validation",
    ],
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
# Rooms that users open by name. `explain` is one that can be called: its docstring says why.
_ROOMS = {"doctor", "engines", "exercise", "explain", "figures", "web"}


def _renderer(home: str, name: str) -> Callable[..., str]:
    """A renderer, whose module is loaded when something is shown."""
    return lambda record: getattr(import_module(home), name)(record)


def _as_estimator(model: Any) -> Any:
    """The model by scikit-learn's contract, which is loaded when it is asked for."""
    return import_module("clearprop.estimators.from_model").estimator_of(model)


bind(
    "clearprop.network.architecture.Network",
    fragment=_renderer("clearprop.notebook", "network_fragment"),
)
bind(
    "clearprop.model.Model",
    fragment=_renderer("clearprop.notebook", "model_fragment"),
    estimator=_as_estimator,
)
bind(
    "clearprop.experiment.search.Search",
    text=_renderer("clearprop.experiment.search_text", "search_text"),
    fragment=_renderer("clearprop.experiment.search_text", "search_fragment"),
    svg=_renderer("clearprop.figures.architectures", "search_svg"),
)

# Type checkers do not see this function. They would take any name for one that it gives.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name in _ROOMS:
            return import_module(f"clearprop.{name}")
        if name in _HOME:
            return getattr(import_module(_HOME[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
