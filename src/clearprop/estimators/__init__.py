"""Estimators with scikit-learn's names, defaults, fitted attributes, errors and warnings."""

from clearprop.estimators.classifier import MLPClassifier
from clearprop.estimators.regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
