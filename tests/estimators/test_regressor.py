"""Numbers, several of them, counts, and outputs that run away."""

import re
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning
from sklearn.linear_model import PoissonRegressor, Ridge
from sklearn.metrics import r2_score
from sklearn.preprocessing import StandardScaler

from clearprop.errors import DivergenceError, ParameterError
from clearprop.estimators import MLPRegressor


def test_without_a_hidden_layer_it_is_ridge_regression(pairs: Any) -> None:
    ours = MLPRegressor(
        hidden_layer_sizes=(), solver="cg", alpha=3.0, tol=1e-9, max_iter=500, random_state=0
    )
    theirs = Ridge(alpha=3.0)
    for y in (pairs.y, pairs.y[:, 0]):
        ours.fit(pairs.X, y)
        theirs.fit(pairs.X, y)
        np.testing.assert_allclose(ours.coefs_[0].T, np.atleast_2d(theirs.coef_), atol=1e-7)
        np.testing.assert_allclose(ours.intercepts_[0], theirs.intercept_, atol=1e-7)
        assert ours.predict(pairs.X).shape == y.shape
        np.testing.assert_allclose(ours.predict(pairs.X), theirs.predict(pairs.X), atol=1e-7)


def test_the_cost_is_the_sum_over_the_outputs(pairs: Any, quietly: Any) -> None:
    X, y = pairs
    regressor = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", alpha=2.0, max_iter=20)
    quietly(regressor.fit, X, y, X_val=X, y_val=y)
    data = 0.5 * ((regressor.predict(X) - y) ** 2).sum(axis=1).mean()
    penalty = 2.0 / 2 / len(X) * sum((weights**2).sum() for weights in regressor.coefs_)
    assert regressor.loss_ == pytest.approx(data + penalty, rel=1e-10)
    assert regressor.validation_loss_curve_[-1] == pytest.approx(data, rel=1e-10)
    assert regressor.validation_scores_[-1] == pytest.approx(r2_score(y, regressor.predict(X)))
    assert regressor.score(X, y) == pytest.approx(r2_score(y, regressor.predict(X)))


def test_counts_without_a_hidden_layer_are_poisson_regression(counts: Any) -> None:
    ours = MLPRegressor("poisson", (), solver="cg", alpha=0.3, tol=1e-9, max_iter=500)
    ours.fit(*counts)
    # Theirs is 1/(2m) sum deviance + alpha/2 sum weights^2; ours has alpha/(2m).
    theirs = PoissonRegressor(alpha=0.3 / len(counts.y), tol=1e-9, max_iter=1000).fit(*counts)
    np.testing.assert_allclose(ours.coefs_[0][:, 0], theirs.coef_, atol=1e-5)
    np.testing.assert_allclose(ours.intercepts_[0], theirs.intercept_, atol=1e-5)
    assert (ours.predict(counts.X) > 0).all()
    assert ours.out_activation_ == "exp"


def test_counts_below_zero(counts: Any) -> None:
    regressor = MLPRegressor("poisson", (3,))
    with pytest.raises(ParameterError) as caught:
        regressor.fit(counts.X, counts.y - 4)
    assert str(caught.value) == "Y: the poisson cost expects counts of at least 0; got -4"
    with pytest.raises(ParameterError) as caught:
        regressor.fit(*counts, X_val=counts.X, y_val=counts.y - 4)
    assert str(caught.value) == (
        "validation Y: the poisson cost expects counts of at least 0; got -4"
    )
    with pytest.raises(ParameterError) as caught:
        MLPRegressor("poison").fit(*counts)
    assert str(caught.value) == (
        "loss: expected one of squared_error, poisson, huber, quantile; got 'poison' "
        '(did you mean "poisson"?)'
    )


def test_an_output_that_runs_away_on_the_validation_set(counts: Any, quietly: Any) -> None:
    """It has no score, as in scikit-learn; training goes on."""
    far = np.vstack([counts.X[:4], np.full((1, 6), 1e5), np.full((1, 6), -1e5)])
    regressor = MLPRegressor("poisson", (), max_iter=3, random_state=1)
    quietly(regressor.fit, *counts, X_val=far, y_val=np.arange(6.0))
    assert np.isnan(regressor.validation_scores_).all()
    assert regressor.best_validation_score_ == -np.inf
    assert np.isinf(regressor.validation_loss_curve_).all()


def test_counts_run_away_at_large_rates(counts: Any) -> None:
    regressor = MLPRegressor("poisson", (3,), "identity", solver="sgd", learning_rate_init=5.0)
    with pytest.raises(DivergenceError, match="take a smaller learning rate than 5, scale the "):
        regressor.set_params(random_state=0).fit(*counts)
    assert np.isfinite(regressor.theta_).all()


def test_a_column_of_numbers_is_a_row_of_them(numbers: Any, quietly: Any) -> None:
    X, y = numbers
    column = MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, random_state=0)
    with pytest.warns(DataConversionWarning, match="A column-vector y was passed"):
        quietly(column.fit, X, y[:, None])
    row = MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, random_state=0)
    quietly(row.fit, X, y)
    assert column.theta_.tobytes() == row.theta_.tobytes()
    assert column.predict(X).shape == (150,)


def test_the_numbers_keep_their_scale(numbers: Any, quietly: Any) -> None:
    """scikit-learn's habit: nothing is standardised behind the user's back."""
    X, y = numbers
    regressor = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=0.0)
    quietly(regressor.fit, X, 1000 * y + 5000)
    assert regressor.predict(X).mean() == pytest.approx(5000 + 1000 * y.mean(), rel=1e-3)
    assert regressor.loss_ == pytest.approx(
        0.5 * ((regressor.predict(X) - 1000 * y - 5000) ** 2).mean()
    )


def test_early_stopping_watches_r2(numbers: Any) -> None:
    X, y = numbers
    regressor = MLPRegressor(
        hidden_layer_sizes=(30,), early_stopping=True, learning_rate_init=0.02, max_iter=500
    )
    regressor.set_params(random_state=0, n_iter_no_change=5)
    regressor.fit(X[:100], y[:100], X_val=X[100:], y_val=y[100:])
    assert regressor.score(X[100:], y[100:]) == pytest.approx(regressor.best_validation_score_)
    assert regressor.best_validation_score_ == max(regressor.validation_scores_) > 0.5
    assert regressor.best_loss_ is None


# -- Targets far from unit scale ------------------------------------------------------------------


def said(regressor: MLPRegressor, X: Any, y: Any, method: str = "fit") -> list[str]:
    """The warnings about the scale of y."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        getattr(regressor, method)(X, y)
    found = [warning for warning in caught if "TransformedTarget" in str(warning.message)]
    assert all(warning.filename == __file__ for warning in found)
    assert all(issubclass(warning.category, ConvergenceWarning) for warning in found)
    return [str(warning.message) for warning in found]


def scaled(y: Any, mean: float, spread: float) -> Any:
    return (y - y.mean(axis=0)) / y.std(axis=0) * spread + mean


@pytest.mark.parametrize(
    ("mean", "spread"),
    [(0, 1), (0, 30), (10, 5), (50, 50), (0.5, 0.2), (0, 0.05), (3, 0.5), (0, 0)],
)
def test_sane_targets_are_quiet(mean: float, spread: float, numbers: Any) -> None:
    assert said(MLPRegressor(max_iter=2), numbers.X, scaled(numbers.y, mean, spread)) == []


@pytest.mark.parametrize(
    ("mean", "spread"),
    [(0, 500), (152, 77), (2e5, 1e5), (0, 1e-3), (100, 1), (2000, 10), (1, 0.01)],
)
def test_targets_far_from_unit_scale(mean: float, spread: float, numbers: Any) -> None:
    regressor = MLPRegressor(max_iter=2, random_state=0)
    y = scaled(numbers.y, mean, spread)
    (text,) = said(regressor, numbers.X, y)
    assert re.fullmatch(
        r"y: the targets are far from unit scale \(mean \S+, standard deviation \S+\), so training "
        r"may be slow or end too early; standardise them with "
        r"sklearn.compose.TransformedTargetRegressor\(MLPRegressor\(...\), "
        r"transformer=StandardScaler\(\)\)",
        text,
    )
    assert f"standard deviation {spread:.3g})" in text
    wrapped = TransformedTargetRegressor(MLPRegressor(max_iter=2), transformer=StandardScaler())
    assert said(wrapped, numbers.X, y) == []


def test_the_scale_is_told_once(pairs: Any) -> None:
    X, y = pairs.X, pairs.y * [1, 1000]
    regressor = MLPRegressor(max_iter=2, warm_start=True)
    (text,) = said(regressor, X, y)
    assert text.startswith("y[:, 1]: the targets are far from unit scale")
    assert said(regressor, X, y) == []
    in_parts = MLPRegressor()
    assert len(said(in_parts, X, y, "partial_fit")) == 1
    assert said(in_parts, X, y, "partial_fit") == []


def test_counts_have_no_scale(counts: Any) -> None:
    assert said(MLPRegressor("poisson", max_iter=2), counts.X, counts.y * 200) == []


def test_the_warning_changes_nothing(numbers: Any, quietly: Any) -> None:
    from sklearn.neural_network import MLPRegressor as TheirRegressor

    y = numbers.y * 1000
    ours, theirs = (each(max_iter=3, random_state=0) for each in (MLPRegressor, TheirRegressor))
    quietly(ours.fit, numbers.X, y)
    quietly(theirs.fit, numbers.X, y)
    np.testing.assert_allclose(ours.predict(numbers.X), theirs.predict(numbers.X), rtol=1e-9)
