"""What the estimators have beside scikit-learn's: dropout, smoothing, AdamW, Huber, quantiles."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from clearprop import MLPClassifier, MLPRegressor
from clearprop.errors import ParameterError
from clearprop.network.architecture import Array

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(300, 3))
CLASSES = (X @ [1.0, -1.0, 0.5] > 0).astype(int)
NUMBERS = X @ [1.0, -1.0, 0.5] + RANDOM.normal(size=300) * (0.2 + 0.4 * (X[:, 0] > 0))


def fitted(**parameters: object) -> Array:
    return MLPClassifier((8,), random_state=0, max_iter=5, **parameters).fit(X, CLASSES).theta_


def test_everything_at_once_learns() -> None:
    classifier = MLPClassifier(
        (16,),
        solver="adamw",
        activation="silu",
        learning_rate="one_cycle",
        learning_rate_init=0.02,
        weight_decay=0.05,
        dropout=0.1,
        label_smoothing=0.1,
        clip_norm=1.0,
        random_state=0,
        max_iter=40,
    ).fit(X, CLASSES)
    assert classifier.score(X, CLASSES) > 0.95
    assert classifier.gradient_check_.dropout == 0.1


@pytest.mark.parametrize(
    "changed",
    [
        {"dropout": 0.2},
        {"label_smoothing": 0.1},
        {"clip_norm": 0.01},
        {"warmup": 0.5},
        {"solver": "adamw"},
        {"activation": "silu"},
    ],
    ids=str,
)
def test_each_parameter_changes_the_network_and_repeats_its_bits(changed: dict) -> None:
    assert fitted(**changed).tobytes() != fitted().tobytes()
    assert fitted(**changed).tobytes() == fitted(**changed).tobytes()


def test_dropout_depends_on_the_random_state_and_not_on_other_draws() -> None:
    one = MLPClassifier((8,), dropout=0.3, random_state=1, max_iter=1).fit(X, CLASSES)
    two = MLPClassifier((8,), dropout=0.3, random_state=2, max_iter=1).fit(X, CLASSES)
    assert one._state.seed != two._state.seed


def test_several_quantiles_of_one_target() -> None:
    levels = (0.05, 0.5, 0.95)
    regressor = MLPRegressor(
        "quantile", (32,), quantiles=levels, learning_rate_init=0.01, random_state=0, max_iter=200
    ).fit(X, NUMBERS)
    predicted = regressor.predict(X)
    assert predicted.shape == (300, 3)
    below = (NUMBERS[:, None] < predicted).mean(axis=0)
    np.testing.assert_allclose(below, levels, atol=0.05)
    assert 0.3 < regressor.score(X, NUMBERS) < 1


def test_one_quantile_of_several_targets() -> None:
    both = np.column_stack([NUMBERS, -NUMBERS])
    regressor = MLPRegressor("quantile", (8,), random_state=0, max_iter=3).fit(X, both)
    assert regressor.predict(X).shape == (300, 2)
    assert regressor.network_.quantiles == (0.5, 0.5)


def test_several_quantiles_of_several_targets_are_refused() -> None:
    both = np.column_stack([NUMBERS, -NUMBERS])
    with pytest.raises(ParameterError) as caught:
        MLPRegressor("quantile", quantiles=(0.1, 0.9)).fit(X, both)
    assert str(caught.value) == "quantiles: several levels are for a single target; got 2 targets"


def test_a_wrong_level_or_threshold_is_named() -> None:
    with pytest.raises(ParameterError, match="quantiles: expected numbers between 0 and 1"):
        MLPRegressor("quantile", quantiles=(0.1, 1.9)).fit(X, NUMBERS)
    with pytest.raises(ParameterError, match="threshold: expected a finite number above 0"):
        MLPRegressor("huber", threshold=-1.0).fit(X, NUMBERS)


def test_huber_hardly_sees_an_outlier() -> None:
    spoiled = NUMBERS.copy()
    spoiled[:6] += 50
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        scores = [
            MLPRegressor(loss, (), solver="lbfgs", random_state=0, **threshold)
            .fit(X, spoiled)
            .score(X[6:], NUMBERS[6:])
            for loss, threshold in (("squared_error", {}), ("huber", {"threshold": 0.5}))
        ]
    assert scores[1] > 0.8
    assert scores[1] > scores[0] + 0.1
