"""Permutation importance beside scikit-learn's, by columns of the table."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.base import BaseEstimator
from sklearn.inspection import permutation_importance
from sklearn.metrics import balanced_accuracy_score, log_loss

import clearprop
from clearprop import RECIPES, Experiment, Table
from clearprop.data.scores import score
from clearprop.errors import DataError, ParameterError
from clearprop.experiment.importance import importance

RECIPE = RECIPES["modern"].with_(hidden=(8,), epochs=40, learning_rate=0.03, regularization=1.0)


class Fitted(BaseEstimator):  # type: ignore[misc]
    """A model as scikit-learn's function takes it."""

    def __init__(self, model: clearprop.Model, columns: list[str] | None = None) -> None:
        self.model, self.columns = model, columns

    def fit(self, X: Any, y: Any) -> "Fitted":
        return self

    def predict(self, X: Any) -> Any:
        if self.columns is not None:
            X = pl.DataFrame({name: X[:, j].tolist() for j, name in enumerate(self.columns)})
        return self.model.predict(X)

    def score(self, X: Any, y: Any) -> float:
        return score(self.model.targets, self.predict(X), y)


def matrix(rows: int = 150) -> Table:
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, 4))
    X[:, 2] = X[:, 2] > 0  # of these, shuffled rows often stay as they are
    X[:, 3] = 5  # never changes
    y = np.where(X[:, 0] + X[:, 2] > 0.5, "yes", np.where(X[:, 1] > 1, "maybe", "no"))
    return Table("made.npy", X, y, ("0", "1", "2", "3"), "y")


@pytest.mark.parametrize("seed", [0, 7])
def test_it_is_scikit_learns(seed: int) -> None:
    table = matrix()
    model = Experiment(table, RECIPE).fit().model()
    expected = permutation_importance(
        Fitted(model), table.X, table.y, n_repeats=3, random_state=seed
    )
    found = importance(model, table, repeats=3, seed=seed, score="accuracy")
    np.testing.assert_allclose(found.falls, expected.importances, atol=1e-12)
    np.testing.assert_allclose(found.mean, expected.importances_mean, atol=1e-12)
    np.testing.assert_allclose(found.std, expected.importances_std, atol=1e-12)
    assert found.value == model.score(table, table.y)
    assert (found.falls[3] == 0).all()
    assert found.order[0] in (0, 2)
    assert found.mean[found.order[0]] > 0.1


@pytest.mark.parametrize("name", ["balanced_accuracy", "log_loss"])
def test_other_scores_are_scikit_learns(name: str) -> None:
    table = matrix()
    model = Experiment(table, RECIPE).fit().model()

    def scored(_: Any, X: Any, y: Any) -> float:
        if name == "log_loss":
            return -float(log_loss(y, model.predict_proba(X), labels=model.targets.classes))
        return float(balanced_accuracy_score(y, model.predict(X)))

    expected = permutation_importance(
        Fitted(model), table.X, table.y, n_repeats=2, random_state=0, scoring=scored
    )
    found = importance(model, table, repeats=2, score=name)
    np.testing.assert_allclose(found.falls, expected.importances, rtol=1e-4, atol=1e-6)


def test_numbers_fall_in_r2() -> None:
    table = matrix()
    assert isinstance(table.X, np.ndarray)
    y = 3 * table.X[:, 0] + table.X[:, 1]
    numbers = Table("made.npy", table.X, y, table.feature_names, "y")
    model = Experiment(numbers, RECIPE).fit().model()
    expected = permutation_importance(Fitted(model), numbers.X, y, n_repeats=2, random_state=0)
    found = importance(model, numbers, repeats=2)
    assert found.score == "r2"
    np.testing.assert_allclose(found.falls, expected.importances, rtol=1e-4, atol=1e-5)
    assert found.order[:2] == [0, 1]


def test_a_column_is_shuffled_and_not_its_inputs(tmp_path: Path) -> None:
    """Text has an input for each value, and gaps one more; they move together."""
    random = np.random.default_rng(1)
    city = random.choice(["Rome", "Oslo", "Lima"], 200)
    size = random.normal(size=200).round(2)
    kind = np.where((city == "Oslo") | (size > 1), "yes", "no")
    lines = [
        f"{c},{s if i % 9 else ''},{k}"
        for i, (c, s, k) in enumerate(zip(city, size, kind, strict=True))
    ]
    path = tmp_path / "t.csv"
    path.write_text("city,size,kind\n" + "\n".join(lines))
    table = clearprop.read(path, "kind")
    model = Experiment(table, RECIPE, missing="mean").fit().model()
    found = importance(model, table, repeats=2, score="accuracy")
    assert found.columns == ("city", "size")
    assert isinstance(table.X, pl.DataFrame)
    estimator = Fitted(model, table.X.columns)
    X = np.array(table.X.rows(), dtype=object)
    expected = permutation_importance(estimator, X, table.y, n_repeats=2, random_state=0)
    np.testing.assert_allclose(found.falls, expected.importances, atol=1e-12)
    assert found.to_list()[0] == {
        "column": "city", "mean": pytest.approx(found.mean[0]), "std": pytest.approx(found.std[0])
    }  # fmt: skip


def test_uneven_classes_fall_in_balanced_accuracy() -> None:
    random = np.random.default_rng(0)
    y = np.where(np.arange(400) % 20 == 0, "fraud", "ok")
    X = random.normal(size=(400, 2)) + 3 * (y == "fraud")[:, None] * [1, 0]
    table = Table("rare.npy", X, y, ("0", "1"), "y")
    model = Experiment(table, RECIPE, class_weight="balanced").fit().model()
    found = importance(model, table)
    assert found.score == "balanced_accuracy"
    assert found.mean[0] > 0.2 > 0.1 > found.mean[1]


def test_images_and_a_model_without_an_encoder() -> None:
    table = clearprop.read("digits").take(range(200))
    model = (
        Experiment(table, RECIPES["modern"].with_(hidden=(), epochs=5, regularization=1.0))
        .fit()
        .model()
    )
    calls: list[tuple[int, int]] = []
    found = importance(model, table, repeats=1, progress=lambda *now: calls.append(now))
    assert (found.image_shape, len(found.columns)) == ((8, 8), 64)
    assert calls == [(k, 64) for k in range(1, 65)]
    plain = clearprop.Model(model.network, model.theta, model.targets)
    scaled = Table("x", model.inputs(table), table.y, table.feature_names, None)
    np.testing.assert_allclose(importance(plain, scaled, repeats=1).falls, found.falls)


def test_what_does_not_fit() -> None:
    table = matrix()
    model = Experiment(table, RECIPE.with_(epochs=1)).fit().model()
    with pytest.raises(ParameterError) as caught:
        importance(model, table, repeats=0, score="acuracy", seed=-1)
    assert list(caught.value.problems) == [
        "repeats: expected a whole number of at least 1; got 0",
        "seed: expected a whole number of at least 0; got -1",
        "score: expected one of accuracy, balanced_accuracy, log_loss; got 'acuracy' "
        '(did you mean "accuracy"?)',
    ]
    with pytest.raises(DataError, match=r"^made.npy: importance needs labels; none were found$"):
        importance(model, Table("made.npy", table.X, None, table.feature_names, None))


@pytest.mark.parametrize("named", [True, False])
def test_a_column_is_shuffled_with_its_bins(named: bool) -> None:
    X = np.random.default_rng(0).normal(size=(200, 3)).round(3)
    y = np.abs(X[:, 0]) + 0.1 * X[:, 1]
    rows: Any = pl.DataFrame(X, schema=["a", "b", "c"]) if named else X
    table = Table("made", rows, y, ("a", "b", "c"), "y")
    model = Experiment(table, RECIPE.with_(bins=4)).fit().model()
    assert model.encoder is not None
    assert model.encoder.bins == (4, 4, 4)
    ours = importance(model, table, repeats=3, seed=1)
    columns = ["a", "b", "c"] if named else None
    theirs = permutation_importance(Fitted(model, columns), X, y, n_repeats=3, random_state=1)
    np.testing.assert_allclose(ours.falls, theirs.importances, rtol=0, atol=1e-12)
    assert ours.columns[ours.order[0]] == "a"
