"""scikit-learn's contract: names, defaults, fitted attributes, errors and warnings are its own."""

from clearprop.estimators.classifier import MLPClassifier
from clearprop.estimators.regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
