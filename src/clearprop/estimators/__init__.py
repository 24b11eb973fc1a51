"""Estimators with scikit-learn's names, defaults, fitted attributes, errors and warnings."""

from clearprop.estimators.classifier import MLPClassifier
from clearprop.estimators.regressor import MLPRegressor
from clearprop.estimators.table_encoder import TableEncoder

__all__ = ["MLPClassifier", "MLPRegressor", "TableEncoder"]
