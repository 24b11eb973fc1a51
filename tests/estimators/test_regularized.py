"""What the estimators have beside scikit-learn's: dropout, smoothing, AdamW, Huber, quantiles."""

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import d2_pinball_score

from clearprop import MLPClassifier, MLPRegressor
from clearprop.engines.protocol import Rows, Session, TrainingState, Update
from clearprop.engines.reference import ReferenceEngine, ReferenceSession
from clearprop.errors import ParameterError
from clearprop.estimators.from_model import estimator_of
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout

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


class Recorder(ReferenceEngine):
    """The reference engine, which writes down the first mask of each epoch, and its order."""

    def __init__(self) -> None:
        self.masks: list[bytes] = []
        self.orders: list[bytes] = []

    def open(
        self,
        network: Network,
        state: TrainingState,
        rows: Rows | None = None,
        update: Update | None = None,
    ) -> Session:
        recorder = self

        class Recording(ReferenceSession):
            def advance(self, rates: Any, order: Any = None, block: Rows | None = None) -> float:
                if state.position == 0:
                    assert update is not None
                    assert order is not None
                    dropout = Dropout(update.dropout, state.seed, state.epoch)
                    masks = dropout.masks(network, 0, 50, np.float64)
                    recorder.masks.append(masks[0].tobytes())
                    recorder.orders.append(order.tobytes())
                return super().advance(rates, order, block)

        return Recording(network, state, rows, update)


def recorded(calls: str, **parameters: Any) -> tuple[Recorder, MLPClassifier]:
    """What is used in the epochs of a few calls: p for partial_fit, f for fit."""
    engine = Recorder()
    parameters = {"dropout": 0.3, "random_state": 1, "warm_start": True, "max_iter": 2} | parameters
    classifier = MLPClassifier((8,), batch_size=50, engine=engine, **parameters)
    for call in calls:
        if call == "p":
            classifier.partial_fit(X[:100], CLASSES[:100], classes=[0, 1])
        else:
            classifier.fit(X[:100], CLASSES[:100])
    return engine, classifier


@pytest.mark.parametrize(("calls", "epochs"), [("f", 2), ("ppp", 3), ("fff", 6), ("fpfp", 6)])
def test_no_epoch_has_the_masks_of_another_one(calls: str, epochs: int) -> None:
    engine, one = recorded(calls)
    assert len(set(engine.masks)) == epochs
    again, two = recorded(calls)
    assert again.masks == engine.masks
    assert one.theta_.tobytes() == two.theta_.tobytes()
    other, three = recorded(calls, random_state=2)
    assert not set(other.masks) & set(engine.masks)
    assert one.theta_.tobytes() != three.theta_.tobytes()


@pytest.mark.parametrize("calls", ["f", "pp"])
def test_dropout_leaves_the_orders_of_the_epochs_alone(calls: str) -> None:
    assert recorded(calls)[0].orders == recorded(calls, dropout=0.0)[0].orders


def test_a_random_state_that_draws_on_gives_other_masks_and_repeats_them_too() -> None:
    first, second = (recorded("pp", random_state=np.random.RandomState(4))[0] for _ in range(2))
    assert first.masks == second.masks
    assert len(set(first.masks)) == 2


def test_dropout_that_begins_later_depends_on_the_random_state() -> None:
    """With dropout set between two calls, and in a model that was loaded."""
    masks = []
    for seed in (1, 2):
        engine, classifier = recorded("p", dropout=0.0, random_state=seed)
        del engine.masks[:]
        loaded = estimator_of(classifier.to_model()).set_params(
            random_state=seed, engine=engine, batch_size=50
        )
        for each in (classifier, loaded):
            each.set_params(dropout=0.3).partial_fit(X[:100], CLASSES[:100])
        masks += engine.masks
    assert len(set(masks)) == 4


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


LEVELS = (
    "quantiles: expected numbers between 0 and 1, each of them once, such as (0.05, 0.95), or one "
    "number; got "
)


@pytest.mark.parametrize(
    ("quantiles", "shown"),
    [
        ((), "()"),
        ((0.1, 1.9), "(0.1, 1.9)"),
        ([0.1, float("nan")], "[0.1, nan]"),
        ((0.5, 0.5), "(0.5, 0.5)"),
        ([[0.1, 0.9]], "[[0.1, 0.9]]"),
        ({0.5}, "{0.5}"),
        (np.array([]), "array([], dtype=float64)"),
        (np.array(np.nan), "array(nan)"),
        ("0.5", "'0.5'"),
        (True, "True"),
        (None, "None"),
        (1, "1"),
    ],
    ids=str,
)
@pytest.mark.parametrize("loss", ["quantile", "squared_error"])
def test_levels_that_are_none(quantiles: Any, shown: str, loss: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        MLPRegressor(loss, quantiles=quantiles).fit(X, NUMBERS)
    assert str(caught.value) == LEVELS + shown


def test_levels_that_can_be_read_once_are_refused() -> None:
    with pytest.raises(ParameterError) as caught:
        MLPRegressor("quantile", quantiles=(q for q in (0.1, 0.9))).fit(X, NUMBERS)
    assert str(caught.value).startswith(LEVELS + "<generator object ")


@pytest.mark.parametrize(
    "level", [0.25, np.float32(0.25), np.array(0.25), [0.25], np.array([0.25])]
)
def test_one_level_as_a_number_or_in_a_list(level: Any) -> None:
    regressor = MLPRegressor("quantile", (2,), quantiles=level, max_iter=1).fit(X, NUMBERS)
    assert regressor.network_.quantiles == (0.25,)
    assert regressor.predict(X).shape == (300,)


def test_everything_that_is_wrong_is_named_at_once() -> None:
    regressor = MLPRegressor("mean", quantiles="0.5", threshold=float("nan"), alpha=-1.0)  # type: ignore[arg-type]
    with pytest.raises(ParameterError) as caught:
        regressor.fit(X[:, :0], NUMBERS[:3])  # the data come later
    assert str(caught.value) == (
        "4 problems: loss: expected one of squared_error, poisson, huber, quantile; got 'mean'; "
        f"{LEVELS}'0.5'; threshold: expected a finite number above 0; got nan; alpha: expected a "
        "number of at least 0; got -1.0"
    )


# -- Scores ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "quantiles"),
    [("squared_error", 0.5), ("huber", 0.5), ("quantile", 0.5), ("quantile", (0.1, 0.9))],
)
def test_a_score_of_labels_that_do_not_fit(loss: Any, quantiles: Any) -> None:
    """scikit-learn's messages."""
    regressor = MLPRegressor(loss, (2,), quantiles=quantiles, max_iter=1).fit(X, NUMBERS)
    for y in (NUMBERS[:-1], np.tile(NUMBERS, 2)):
        with pytest.raises(
            ValueError, match=rf"inconsistent numbers of samples: \[{len(y)}, 300\]"
        ):
            regressor.score(X, y)
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[300, 300, 4\]"):
        regressor.score(X, NUMBERS, np.ones(4))
    with pytest.raises(ValueError, match="different number of output"):
        regressor.score(X, np.column_stack([NUMBERS] * 3))
    column = NUMBERS[:, None]
    assert regressor.score(X, column) == regressor.score(X, NUMBERS.tolist())


def test_the_score_is_the_mean_over_levels_or_targets() -> None:
    levels = (0.1, 0.9)
    regressor = MLPRegressor("quantile", (4,), quantiles=levels, random_state=0, max_iter=20)
    predicted = regressor.fit(X, NUMBERS).predict(X)
    weight = np.linspace(0, 1, 300)
    each = [d2_pinball_score(NUMBERS, h, sample_weight=weight, alpha=tau)
            for h, tau in zip(predicted.T, levels, strict=True)]  # fmt: skip
    assert regressor.score(X, NUMBERS, weight) == pytest.approx(np.mean(each))
    both = np.column_stack([NUMBERS, -NUMBERS])
    regressor.set_params(quantiles=0.2).fit(X, both)
    each = [d2_pinball_score(y, h, alpha=0.2)
            for y, h in zip(both.T, regressor.predict(X).T, strict=True)]  # fmt: skip
    assert regressor.score(X, both) == pytest.approx(np.mean(each))


def test_the_score_is_that_of_the_last_fit() -> None:
    regressor = MLPRegressor("quantile", (4,), quantiles=0.9, random_state=0, max_iter=5)
    score = regressor.fit(X, NUMBERS).score(X, NUMBERS)
    assert regressor.set_params(quantiles=(0.1, 0.2)).score(X, NUMBERS) == score
    assert regressor.set_params(loss="huber").score(X, NUMBERS) == score


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
