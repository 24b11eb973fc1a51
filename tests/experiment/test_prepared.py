"""Rows that are prepared once: the same parts, codes and bits for every recipe that is fitted."""

from typing import Any

import numpy as np
import pytest

from clearprop.data import read
from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.errors import DataError, ParameterError
from clearprop.experiment.prepared import prepare
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment

RECIPE = RECIPES["modern"].with_(hidden=(6,), epochs=3, regularization=1.0)


@pytest.fixture(scope="module")
def digits() -> Table:
    return read("digits").take(range(300))


@pytest.fixture(scope="module")
def counts() -> Table:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(60, 2))
    y = generator.poisson(np.exp(1 + X[:, 0]))
    return Table("counts.npy", X, y, ("0", "1"), "n")


@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_prepared_rows_give_the_bits_of_the_table(digits: Table, seed: int, solver: str) -> None:
    recipe = RECIPE.with_(seed=seed, solver=solver)
    alone = Experiment(digits, recipe)
    prepared = Experiment(prepare(digits, seed=seed), recipe)
    for run in (alone, prepared):
        list(run.train())
    assert prepared.training.theta.tobytes() == alone.training.theta.tobytes()
    for part in prepared.parts:
        assert prepared.measure(part).cost == alone.measure(part).cost
        assert np.array_equal(prepared.parts[part].places, alone.parts[part].places)


def test_rows_are_encoded_once_for_many_recipes(digits: Table, monkeypatch: Any) -> None:
    encoded: list[tuple[str, int]] = []
    transform, encode = Encoder.transform, Targets.encode

    def counted_rows(self: Encoder, rows: Any, dtype: Any = np.float64) -> Any:
        encoded.append((np.dtype(dtype).name, rows.n_rows))
        return transform(self, rows, dtype)

    def counted_labels(self: Targets, y: Any, cost: str) -> Any:
        encoded.append((cost, len(y)))
        return encode(self, y, cost)

    rows = prepare(digits)
    monkeypatch.setattr(Encoder, "transform", counted_rows)
    monkeypatch.setattr(Targets, "encode", counted_labels)
    for hidden in ((3,), (4, 4), ()):
        Experiment(rows, RECIPE.with_(hidden=hidden))
    m = {part: table.n_rows for part, table in rows.parts.items()}
    once = [("float32", m["train"]), ("softmax", m["train"])]
    once += [("float32", m["validation"]), ("softmax", m["validation"])]
    assert encoded == once
    # A recipe with another dtype, or another cost, encodes the same rows in another way.
    Experiment(rows, RECIPE.with_(solver="cg", cost="logistic"))
    assert encoded[4:] == [
        (name.replace("float32", "float64").replace("softmax", "logistic"), n) for name, n in once
    ]


def test_counts_are_counts_and_the_same_rows_standardised_are_not(counts: Table) -> None:
    rows = prepare(counts, task="regression")
    y = rows.parts["train"].y
    assert y is not None
    plain = rows.targets_for("poisson")
    assert (plain.mean.tolist(), plain.scale.tolist()) == ([0.0], [1.0])  # type: ignore[union-attr]
    assert rows.targets_for("squared") is rows.targets
    np.testing.assert_array_equal(rows.encoded_labels("train", "poisson")[:, 0], y)
    np.testing.assert_allclose(
        rows.encoded_labels("train", "squared")[:, 0], (y - y.mean()) / y.std(), rtol=1e-12
    )
    for cost in ("poisson", "squared"):
        run = Experiment(rows, RECIPE.with_(cost=cost))
        assert run.targets.scale == rows.targets_for(cost).scale


def test_a_table_that_is_known_is_not_looked_at_again(monkeypatch: Any) -> None:
    """Its way through an experiment: infinite cells when it is read, empty ones when prepared."""
    from clearprop.data import cells

    looked: list[str] = []
    for name in ("check_finite", "empty_cells"):
        look = getattr(cells, name)

        def counted(table: Table, name: str = name, look: Any = look) -> Any:
            looked.append(name)
            return look(table)

        monkeypatch.setattr(cells, name, counted)
    table = read("digits")
    assert looked == ["check_finite"]
    run = Experiment(table, RECIPE.with_(epochs=1))
    list(run.train())
    for part in run.parts:
        run.measure(part)
    assert looked == ["check_finite", "empty_cells"]


def test_what_does_not_fit() -> None:
    table = Table("a.npy", np.eye(30), np.arange(30) % 2, tuple(map(str, range(30))), "y")
    rows = prepare(table)
    for wrong in ({"task": "regression"}, {"missing": "mean"}, {"validation_fraction": 0.2}):
        with pytest.raises(ParameterError) as caught:
            Experiment(rows, RECIPE, **wrong)  # type: ignore[arg-type]
        assert str(caught.value) == (
            "task, missing, validation_fraction: rows that are prepared have their own"
        )
    with pytest.raises(ParameterError, match="cost: expected one of logistic, softmax, quadratic"):
        rows.encoded_labels("train", "poisson")
    with pytest.raises(DataError, match=r"a\.npy: training needs labels; none were found"):
        prepare(Table("a.npy", np.eye(3), None, ("0", "1", "2"), None))
