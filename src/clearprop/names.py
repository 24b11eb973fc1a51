"""The names that users write as text, as types: mypy and pyright refuse any other text.

Type checkers cannot read the tables that say what a name does. So the names of each table stand
here once more, and ``tests/test_names.py`` holds the two together.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = [
    "ActivationName",
    "CostName",
    "EngineName",
    "InitName",
    "RecipeName",
    "ScheduleName",
    "SolverName",
]

# "logistic" is scikit-learn's word for the sigmoid.
ActivationName: TypeAlias = Literal[
    "sigmoid", "logistic", "tanh", "relu", "identity", "leaky_relu", "silu"
]
CostName: TypeAlias = Literal[
    "logistic", "softmax", "quadratic", "squared", "poisson", "huber", "quantile"
]
InitName: TypeAlias = Literal["uniform", "scikit-learn", "glorot", "he", "nielsen", "zeros"]
RecipeName: TypeAlias = Literal["modern", "course", "3b1b"]
ScheduleName: TypeAlias = Literal["constant", "invscaling", "adaptive", "cosine", "one_cycle"]
SolverName: TypeAlias = Literal["adam", "adamw", "sgd", "gd", "lbfgs", "cg"]
EngineName: TypeAlias = Literal["auto", "native", "reference", "jax"]
