"""What a fitted estimator has: its parameters, its predictions, its model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from clearprop.data.targets import Targets
from clearprop.engines.choice import choose_engine
from clearprop.engines.evaluate import predict
from clearprop.estimators.coefficients import Coefficients, with_coefficients
from clearprop.estimators.mapped import is_mapped, slices_of
from clearprop.model import Model
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs

_FLOATS = (np.dtype(np.float64), np.dtype(np.float32))

# Our word for the sigmoid -> scikit-learn's.
_LOGISTIC = {"sigmoid": "logistic"}


class FittedMLP(BaseEstimator):  # type: ignore[misc]
    """The fitted half of both estimators.

    Attributes
    ----------
    coefs_, intercepts_ : lists of ndarrays
        The weights ``(s_l, s_{l+1})`` and biases ``(s_{l+1},)`` of each layer: views of `theta_`.
    theta_ : ndarray of shape (n_parameters,)
        All parameters, unrolled.
    network_ : Network
        The architecture.
    """

    engine: Any
    n_features_in_: int
    network_: Network
    theta_: Array
    loss_: float
    loss_curve_: list[float]
    _targets: Targets
    # What the model file told, `trained` and `image_shape`, until there is further training.
    _loaded: tuple[Mapping[str, Any], tuple[int, int] | None] | None = None
    # The m of lambda/m: the rows of a minibatch. None if weights let it differ between minibatches.
    _penalty_rows: float | None = None

    def _attributes(self, network: Network, theta: Array, targets: Targets) -> dict[str, Any]:
        """The fitted attributes that predictions need."""
        out = network.output_activation
        return {
            "network_": network,
            "theta_": theta,
            "_targets": targets,
            "_loaded": None,
            "n_layers_": network.n_layers,
            "n_outputs_": network.n_outputs,
            "out_activation_": _LOGISTIC.get(out, out),
        }

    def _check_X(self, X: Any) -> Any:
        """X for a fitted estimator: dense or CSR, with as many features as in the last fit."""
        if self._is_plain(X):
            return X
        dtypes = (np.float64, np.float32)
        return validate_data(self, X, accept_sparse="csr", dtype=dtypes, reset=False)

    def _is_plain(self, X: Any) -> bool:
        """Whether X is an array of finite floats that scikit-learn would hand back as it is.

        Its checks of one row take twenty times as long as the row's way through the network. What
        they could object to, or convert, goes through them.
        """
        if type(X) is not np.ndarray or X.dtype not in _FLOATS or X.ndim != 2:
            return False
        if X.shape[0] == 0 or X.shape[1] != self.n_features_in_:
            return False
        if hasattr(self, "feature_names_in_"):  # scikit-learn warns
            return False
        with np.errstate(over="ignore", invalid="ignore"):
            return math.isfinite(X.sum())  # finite numbers may have another sum: that takes longer

    def _outputs(self, X: Any) -> Array:
        """h(x), ``(n_samples, n_outputs_)``."""
        if "theta_" not in self.__dict__:
            check_is_fitted(self, "theta_")
        parts = [X[part] for part in slices_of(X)] if is_mapped(X) and X.shape[0] else [X]
        outputs = [self._forward(self._check_X(part)) for part in parts]
        return np.concatenate(outputs) if len(outputs) > 1 else outputs[0]  # (m, K)

    def _forward(self, X: Any) -> Array:
        """h(x) of checked rows.

        To look for a number in theta that somebody has set to NaN takes as long as one row's way
        through a wide network. Outputs tell of it, so it is looked for where they are not finite.
        """
        network, theta = self.network_, self.theta_
        known = isinstance(theta, np.ndarray) and theta.dtype in _FLOATS
        if known and theta.shape == (network.n_parameters,):
            rows = as_inputs(network, X, theta.dtype)  # (m, s_1)
            h = choose_engine(self.engine).predict(network, theta, rows)  # (m, K)
            with np.errstate(over="ignore", invalid="ignore"):
                if math.isfinite(h.sum()):
                    return h
        return predict(network, theta, X, engine=self.engine)

    def predict(self, X: Any) -> Array:
        """Predict labels or numbers.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        h = self._outputs(X)  # (m, K)
        return self._targets.decode(h)

    @property
    def coefs_(self) -> list[Array]:
        """The weights of each layer, ``(s_l, s_{l+1})``: views of `theta_`.

        They can be assigned, one layer or all, and predictions and further training use the new
        ones.
        """
        return Coefficients(self, "coefs_")

    @coefs_.setter
    def coefs_(self, values: Any) -> None:
        check_is_fitted(self, "theta_")
        self.theta_ = with_coefficients("coefs_", self.network_, self.theta_, values)

    @property
    def intercepts_(self) -> list[Array]:
        """The biases of each layer, ``(s_{l+1},)``: views of `theta_`, as `coefs_` are."""
        return Coefficients(self, "intercepts_")

    @intercepts_.setter
    def intercepts_(self, values: Any) -> None:
        check_is_fitted(self, "theta_")
        self.theta_ = with_coefficients("intercepts_", self.network_, self.theta_, values)

    def to_model(self) -> Model:
        """The trained network as :func:`clearprop.save` writes it."""
        check_is_fitted(self, "theta_")
        if self._loaded is not None:
            made, shape = self._loaded
            if shape is not None and shape[0] * shape[1] != self.network_.n_inputs:
                shape = None  # some inputs are no pixels
            return Model(self.network_, self.theta_.copy(), self._targets, None, shape, made)
        made = {
            "estimator": type(self).__name__,
            "epochs": len(self.loss_curve_),
        }
        if self.loss_curve_:
            made["cost"] = self.loss_
        if self._penalty_rows is not None:
            made["penalty_rows"] = self._penalty_rows
        return Model(self.network_, self.theta_.copy(), self._targets, trained=made)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
