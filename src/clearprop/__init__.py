"""Clearprop: feed-forward networks whose every number can be seen and whose gradients are proven.

The names below are the whole public surface. Those that need more than NumPy load on first use, so
that ``import clearprop`` costs no more than NumPy does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clearprop.engines.base import cost_and_gradient, predict
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta

if TYPE_CHECKING:
    from clearprop.doctor import diagnose
    from clearprop.estimators import MLPClassifier, MLPRegressor
    from clearprop.explain.request import explain
    from clearprop.gradients.check import check_gradient
    from clearprop.storage.model_file import load, save

__version__ = "0.1.0.dev0"

__all__ = [
    "MLPClassifier",
    "MLPRegressor",
    "Network",
    "__version__",
    "check_gradient",
    "cost_and_gradient",
    "diagnose",
    "explain",
    "initial_theta",
    "load",
    "predict",
    "save",
]

_ON_FIRST_USE = {
    "MLPClassifier": "clearprop.estimators",
    "MLPRegressor": "clearprop.estimators",
    "check_gradient": "clearprop.gradients.check",
    "diagnose": "clearprop.doctor",
    "load": "clearprop.storage.model_file",
    "save": "clearprop.storage.model_file",
}


def __getattr__(name: str) -> Any:
    if name == "explain":  # a package that can be called: its own docstring says why
        from importlib import import_module

        return import_module("clearprop.explain")
    if name in _ON_FIRST_USE:
        from importlib import import_module

        return getattr(import_module(_ON_FIRST_USE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
