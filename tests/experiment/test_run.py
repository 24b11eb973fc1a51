"""The main job on tables made here: what is learnt from which rows, and what is measured."""

import math
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import polars
import pytest
from sklearn.datasets import load_wine
from sklearn.metrics import confusion_matrix, log_loss, r2_score

import clearprop
from clearprop.data import read
from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.errors import DataError, ParameterError
from clearprop.experiment import measurement, recipes
from clearprop.experiment.measurement import measure
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment
from clearprop.network import samples
from clearprop.network.architecture import Array
from clearprop.training import EpochEnded, GradientChecked

QUICK = RECIPES["modern"].with_(
    hidden=(16,), epochs=12, batch_size=20, learning_rate=0.01, regularization=1.0,
    early_stopping=False, bins=0,
)  # fmt: skip
COURSE = RECIPES["course"].with_(hidden=(5,), epochs=15)


def table(X: Array, y: Array | None, **others: Any) -> Table:
    names = tuple(str(j) for j in range(X.shape[1]))
    return Table("made.npy", X, y, names, "kind", **others)


@pytest.fixture(scope="module")
def wine() -> Table:
    X, y = load_wine(return_X_y=True)
    return table(X, np.array(["red", "white", "rosé"])[y])


@pytest.fixture(scope="module")
def trained(wine: Table) -> Experiment:
    run = Experiment(wine, QUICK, validation_fraction=0.1)
    list(run.train())
    return run


@pytest.fixture(scope="module")
def slope() -> Table:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(200, 3)) * [1, 10, 100] + [0, 5, -300]
    return table(X, 1000 + 50 * X[:, 0] + 3 * X[:, 1] + generator.normal(size=200))


def rows_of(whole: Table, part: Table) -> list[int]:
    """Which rows of the whole a part has; no two rows are the same."""
    places = {row.tobytes(): i for i, row in enumerate(np.asarray(whole.X))}
    return [places[row.tobytes()] for row in np.asarray(part.X)]


# -- Parts ----------------------------------------------------------------------------------------


def test_every_row_is_in_one_part(wine: Table, trained: Experiment) -> None:
    assert list(trained.parts) == ["train", "validation", "test"]
    rows = [rows_of(wine, part) for part in trained.parts.values()]
    assert sorted(chain(*rows)) == list(range(178))
    assert [len(part) for part in rows] == pytest.approx([0.7 * 178, 0.1 * 178, 0.2 * 178], abs=1)
    for part, indices in zip(trained.parts.values(), rows, strict=True):
        assert np.array_equal(part.y, wine.y[indices])


def test_every_part_has_its_share_of_every_class(wine: Table, trained: Experiment) -> None:
    _, whole = np.unique(wine.y, return_counts=True)
    for part, share in zip(trained.parts.values(), (0.7, 0.1, 0.2), strict=True):
        _, counts = np.unique(part.y, return_counts=True)
        np.testing.assert_allclose(counts, share * whole, atol=1)


def test_the_seed_decides_the_parts_and_the_network(wine: Table, trained: Experiment) -> None:
    same = Experiment(wine, QUICK, validation_fraction=0.1)
    other = Experiment(wine, QUICK.with_(seed=1), validation_fraction=0.1)
    list(same.train())
    assert rows_of(wine, same.parts["test"]) == rows_of(wine, trained.parts["test"])
    assert same.training.theta.tobytes() == trained.training.theta.tobytes()
    assert sorted(rows_of(wine, other.parts["test"])) != sorted(
        rows_of(wine, trained.parts["test"])
    )


def test_a_test_set_that_the_source_brings_is_the_test_set(wine: Table) -> None:
    order = np.random.default_rng(3).permutation(178)
    seen, held = wine.take(order[:120]), wine.take(order[120:])
    run = Experiment(replace(seen, test=held), QUICK, validation_fraction=0.1)
    assert run.parts["test"].X is held.X
    rows = [rows_of(wine, run.parts[name]) for name in ("train", "validation")]
    assert sorted(chain(*rows)) == sorted(order[:120].tolist())
    assert [len(part) for part in rows] == [108, 12]


def test_a_class_that_only_the_test_set_has_is_told(wine: Table) -> None:
    known = wine.take(np.flatnonzero(wine.y != "rosé"))
    run = Experiment(replace(known, test=wine), COURSE.with_(epochs=1))
    with pytest.raises(DataError, match=r"'rosé' .*is no known class"):
        run.measure("test")


# -- What is learnt from the training rows alone --------------------------------------------------


def test_the_scaling_is_the_training_rows(wine: Table, trained: Experiment) -> None:
    seen = np.asarray(trained.parts["train"].X)
    np.testing.assert_allclose(trained.encoder.mean, seen.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(trained.encoder.scale, seen.std(axis=0), rtol=1e-12)
    X = (seen - seen.mean(axis=0)) / seen.std(axis=0)
    np.testing.assert_allclose(trained.training.X, X, rtol=1e-5, atol=1e-6)
    # The other parts could be anything: the network would be the same, to the bit.
    rows = rows_of(wine, trained.parts["test"])
    changed = np.array(wine.X)
    changed[rows] *= 1000
    run = Experiment(table(changed, wine.y), QUICK, validation_fraction=0.1)
    list(run.train())
    assert run.training.theta.tobytes() == trained.training.theta.tobytes()


def test_the_scale_of_the_numbers_is_the_training_rows(slope: Table) -> None:
    run = Experiment(slope, QUICK)
    y = run.parts["train"].y
    assert y is not None
    assert run.targets.mean is not None
    assert run.targets.scale is not None
    assert run.targets.mean.tolist() == pytest.approx([y.mean()], rel=1e-14)
    assert run.targets.scale.tolist() == pytest.approx([y.std()], rel=1e-14)
    np.testing.assert_allclose(run.training.Y[:, 0], (y - y.mean()) / y.std(), rtol=1e-5, atol=1e-6)


def test_classes_are_those_of_all_rows() -> None:
    """A class of one row may be in any part, and is known all the same."""
    X = np.random.default_rng(0).normal(size=(100, 2))
    y = np.repeat(["a", "b"], 50)
    y[7] = "c"
    for seed in range(6):
        run = Experiment(table(X, y), COURSE.with_(epochs=1, seed=seed))
        assert run.targets.classes is not None
        assert run.targets.classes.tolist() == ["a", "b", "c"]
        assert run.network.n_outputs == 3


# -- Events and measurements ----------------------------------------------------------------------


def test_training_tells_of_its_epochs(wine: Table) -> None:
    heard: list[Any] = []
    run = Experiment(wine, QUICK, callbacks=(heard.append,))
    events = list(run.train())
    assert events == heard
    assert isinstance(events[0], GradientChecked)
    ends = [event for event in events if isinstance(event, EpochEnded)]
    assert len(ends) == 12
    found = run.measure("validation")
    assert ends[-1].validation_score == found.score
    assert ends[-1].validation_cost == pytest.approx(found.cost, rel=1e-6)
    assert ends[-1].cost > ends[-1].validation_cost / 10


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_measurements_are_scikit_learns(trained: Experiment, part: str) -> None:
    rows, model = trained.parts[part], trained.model()
    found = trained.measure(part)
    predicted = model.predict(rows)
    expected = confusion_matrix(rows.y, predicted, labels=["red", "rosé", "white"])
    assert np.array_equal(found.confusion, expected)
    assert found.rows == rows.n_rows == expected.sum()
    assert found.score == expected.trace() / rows.n_rows
    assert found.score > 0.9
    assert found.cost == pytest.approx(log_loss(rows.y, model.predict_proba(rows)), rel=1e-5)


def test_a_part_is_encoded_and_checked_once(wine: Table, monkeypatch: Any) -> None:
    """And passes the network once for score and confusion together, once for the cost."""
    seen: list[str] = []

    def count(module: Any, name: str) -> None:
        call = getattr(module, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            seen.append(name)
            return call(*args, **kwargs)

        monkeypatch.setattr(module, name, counted)

    run = Experiment(wine, QUICK.with_(epochs=1))
    list(run.train())
    count(Encoder, "transform")
    count(samples, "_finite_problems")
    count(measurement, "outputs_in_slices")
    count(measurement, "cost_in_slices")
    for part, at_the_door in (("train", []), ("test", ["transform", "_finite_problems"])):
        run.measure(part)
        assert seen == [*at_the_door, "outputs_in_slices", "cost_in_slices"]
        seen.clear()
        run.measure(part)
        assert seen == ["outputs_in_slices", "cost_in_slices"]
        seen.clear()


def test_what_float32_cannot_hold_is_found_in_every_part(wine: Table) -> None:
    """The encoder's outputs are looked at once, where they enter: a finite cell may overflow."""
    held = wine.take(np.arange(0, 178, 3))
    far = np.array(held.X)
    far[4, 2] = 1e300
    run = Experiment(replace(wine, test=replace(held, X=far)), QUICK.with_(epochs=1))
    list(run.train())
    with (
        pytest.warns(UserWarning, match="1e\\+300 is far outside the training numbers"),
        pytest.raises(ParameterError, match="X: expected finite numbers; got infinite at row 4,"),
    ):
        run.measure("test")


def test_the_confusion_matrix_has_the_actual_class_in_its_rows(wine: Table) -> None:
    run = Experiment(wine, COURSE)
    run.training.state.theta = np.zeros(run.network.n_parameters)
    run.training.state.theta[-18:-15] = [-9, 9, -9]  # the last bias: "rosé" to everything
    found = run.measure("test")
    assert found.confusion is not None
    assert found.confusion[:, [0, 2]].sum() == 0
    assert found.confusion[:, 1].tolist() == [
        (run.parts["test"].y == name).sum() for name in ("red", "rosé", "white")
    ]


def test_rows_without_labels_cannot_be_measured(wine: Table, trained: Experiment) -> None:
    with pytest.raises(DataError) as caught:
        measure(trained.model(), replace(wine, y=None))
    assert str(caught.value) == "made.npy: measuring needs labels; none were found"
    with pytest.raises(DataError) as caught:
        Experiment(replace(wine, y=None), QUICK)
    assert str(caught.value) == "made.npy: training needs labels; none were found"


def test_what_the_model_says_of_its_making(trained: Experiment, tmp_path: Path) -> None:
    expected = {
        "source": "made.npy",
        "recipe": "modern",
        "engine": trained.training.engine.name,
        "solver": "adam",
        "seed": 0,
        "epochs": 12,
        "penalty_rows": len(trained.parts["train"].X),
        "cost": trained.training.history.costs[-1],
    }
    model = trained.model()
    assert model.trained == expected
    clearprop.save(model, tmp_path / "model.safetensors")
    again = clearprop.load(tmp_path / "model.safetensors")
    assert again.trained == expected
    rows = trained.parts["test"]
    assert np.array_equal(again.predict(rows), model.predict(rows))
    assert again.outputs(rows).tobytes() == model.outputs(rows).tobytes()


def test_before_training_there_is_no_cost(wine: Table) -> None:
    model = Experiment(wine, QUICK).model()
    assert "cost" not in model.trained
    assert model.trained["epochs"] == 0


# -- Tasks and costs ------------------------------------------------------------------------------


def test_regression(slope: Table) -> None:
    run = Experiment(slope, QUICK.with_(epochs=60))
    list(run.train())
    assert run.network.cost == "squared"
    found = run.measure("test")
    rows = run.parts["test"]
    assert found.confusion is None
    assert found.score == pytest.approx(r2_score(rows.y, run.model().predict(rows)), rel=1e-6)
    assert found.score > 0.9
    # The cost is on the scale that was trained on: half the mean square over the scale's square.
    assert run.targets.scale is not None
    assert rows.y is not None
    error = (run.model().predict(rows) - rows.y) / run.targets.scale
    assert found.cost == pytest.approx(0.5 * (error**2).mean(), rel=1e-4)


def test_whole_numbers_can_be_quantities() -> None:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(100, 2))
    y = generator.integers(0, 5, 100)
    assert Experiment(table(X, y), QUICK).network.layer_sizes == (2, 16, 5)
    run = Experiment(table(X, y), QUICK, task="regression")
    assert run.network.layer_sizes == (2, 16, 1)
    assert run.network.cost == "squared"


def test_counts_are_not_standardised() -> None:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(300, 2))
    y = generator.poisson(np.exp(1 + 0.5 * X[:, 0]))
    run = Experiment(table(X, y), QUICK.with_(cost="poisson", epochs=30), task="regression")
    assert run.targets.mean is not None
    assert run.targets.scale is not None
    assert (run.targets.mean.tolist(), run.targets.scale.tolist()) == ([0.0], [1.0])
    assert np.array_equal(run.training.Y[:, 0], run.parts["train"].y)
    list(run.train())
    predicted = run.model().predict(run.parts["test"])
    assert (predicted > 0).all()
    assert run.measure("test").score > 0.1


def test_several_labels_a_row_are_not_offered() -> None:
    X = np.random.default_rng(0).normal(size=(40, 2))
    with pytest.raises(DataError, match=r"several labels a row are \(m, K\) of 0 and 1"):
        Experiment(table(X, (X[:, 0] > 0).astype(int)), QUICK, task="multilabel")
    with pytest.raises(ParameterError) as caught:
        Experiment(table(X, (X[:, 0] > 0).astype(int)), QUICK, task="classify")
    assert str(caught.value) == (
        "task: expected one of auto, classification, multilabel, regression; got 'classify' "
        '(did you mean "classification"?)'
    )


@pytest.mark.parametrize(
    ("cost", "n_classes", "units"),
    [("auto", 2, 1), ("softmax", 2, 2), ("logistic", 2, 1), ("auto", 3, 3), ("quadratic", 3, 3)],
)
def test_units_of_every_cost(wine: Table, cost: str, n_classes: int, units: int) -> None:
    rows = wine.take(np.flatnonzero(wine.y != "rosé")) if n_classes == 2 else wine
    run = Experiment(rows, COURSE.with_(cost=cost))
    assert run.network.n_outputs == units
    list(run.train())
    assert run.measure("test").score > 0.8


def test_a_cost_that_does_not_fit_the_task(wine: Table, slope: Table) -> None:
    with pytest.raises(ParameterError, match=r"cost: expected one of logistic, softmax, quadratic"):
        Experiment(wine, QUICK.with_(cost="squared"))
    with pytest.raises(
        ParameterError,
        match=r"cost: expected one of squared, poisson, huber, quantile; got 'soft",
    ):
        Experiment(slope, QUICK.with_(cost="softmax"))


@pytest.mark.parametrize(("recipe", "dtype"), [(QUICK, "float32"), (COURSE, "float64")])
def test_minibatches_are_float32_and_line_searches_float64(
    wine: Table, recipe: Any, dtype: str
) -> None:
    training = Experiment(wine, recipe).training
    assert training.theta.dtype == training.X.dtype == training.Y.dtype == dtype


# -- Empty cells ----------------------------------------------------------------------------------


def holes(wine: Table) -> Table:
    X = np.array(wine.X)
    X[np.arange(0, 178, 6), np.arange(30) % 13] = np.nan
    return table(X, wine.y)


def test_empty_cells_are_filled_and_told(wine: Table) -> None:
    notes = Experiment(holes(wine), QUICK, validation_fraction=0.1).prepared.notes
    assert [note.key for note in notes] == ["filled"]
    assert sum(notes[0].facts["cells"].values()) == 30


def test_empty_cells_dropped(wine: Table) -> None:
    run = Experiment(holes(wine), QUICK, missing="drop")
    assert run.dropped == 30
    assert sum(part.n_rows for part in run.parts.values()) == 148
    assert not any(np.isnan(part.X).any() for part in run.parts.values())
    list(run.train())
    assert run.measure("test").score > 0.85


def test_empty_cells_filled_with_the_mean_of_the_training_rows(wine: Table) -> None:
    run = Experiment(holes(wine), QUICK, missing="mean", validation_fraction=0.1)
    assert run.dropped == 0
    assert sum(part.n_rows for part in run.parts.values()) == 178
    mean = np.nanmean(run.parts["train"].X, axis=0)
    np.testing.assert_allclose(run.encoder.mean, mean, rtol=1e-12)
    test = run.parts["test"]
    X = run.encoder.transform(test)
    assert np.isnan(test.X).any()
    assert X.shape[1] == 26  # each column has an input for its empty cells
    np.testing.assert_allclose(X[:, ::2][np.isnan(test.X)], 0, atol=1e-12)
    assert np.array_equal(X[:, 1::2], np.isnan(test.X))
    list(run.train())
    assert run.measure("test").score > 0.85


# -- Too little -----------------------------------------------------------------------------------


def test_too_few_rows_for_a_regression(slope: Table) -> None:
    with pytest.raises(DataError) as caught:
        Experiment(slope.take(range(12)), QUICK, validation_fraction=0.1)
    assert str(caught.value) == (
        "made.npy: 12 rows are too few for a regression: the validation part has 1, and R^2 needs "
        "two at least"
    )
    enough = Experiment(slope.take(range(20)), QUICK)
    list(enough.train())
    assert math.isfinite(enough.measure("validation").score)


def test_too_few_rows_to_divide(wine: Table) -> None:
    with pytest.raises(DataError, match="are too few to divide into 70%, 10%, 20%"):
        Experiment(wine.take([0, 177]), QUICK, validation_fraction=0.1)


def test_one_class(wine: Table) -> None:
    with pytest.raises(DataError, match="every row has the label 'red'"):
        Experiment(wine.take(np.flatnonzero(wine.y == "red")), QUICK)


# -- Frames and real data -------------------------------------------------------------------------


def test_a_frame_of_text_and_numbers(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    city, age = generator.choice(["Bern", "Rome", "Oslo"], 200), generator.integers(18, 80, 200)
    frame = polars.DataFrame(
        {"city": city, "age": age, "buys": np.where((city == "Rome") & (age > 40), "yes", "no")}
    )
    frame.write_csv(tmp_path / "customers.csv")
    run = Experiment(read(tmp_path / "customers.csv", "buys"), QUICK.with_(epochs=30))
    assert run.network.layer_sizes == (4, 16, 1)
    list(run.train())
    assert run.measure("test").score > 0.85
    new = polars.DataFrame({"age": [70, 20], "city": ["Rome", "Rome"]})
    assert run.model().predict(new).tolist() == ["yes", "no"]


def test_the_digits_with_every_recipe() -> None:
    rows = read("digits")
    for name, expected in (("modern", 0.95), ("course", 0.93), ("3b1b", 0.85)):
        recipe = RECIPES[name]
        if name == "modern":
            recipe = recipe.with_(hidden=(64,), epochs=15, regularization=1.0)
        run = Experiment(rows, recipe.with_(epochs=8) if name == "3b1b" else recipe)
        list(run.train())
        assert run.measure("test").score > expected, name
        assert run.model().image_shape == (8, 8)


def test_a_checkpoint_goes_on(wine: Table, trained: Experiment, tmp_path: Path) -> None:
    first = Experiment(wine, QUICK, validation_fraction=0.1)
    events = first.train(tmp_path)
    for event in events:
        if isinstance(event, EpochEnded) and event.epoch == 4:
            first.training.stop()
    again = Experiment(wine, QUICK, validation_fraction=0.1)
    list(again.train(tmp_path, resume=True))
    assert again.training.theta.tobytes() == trained.training.theta.tobytes()


def test_many_images_train_the_network_that_is_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "MANY", 1000)
    digits = read("digits")
    run = Experiment(digits, RECIPES["modern"].with_(epochs=1))
    assert run.network.layer_sizes == (64, 512, 512, 10)
    assert len(run.candidates) == 1
    run.fit()
    assert run.model().trained["dropout"] == run.training.options.dropout == 0.2
    matrix = replace(digits, image_shape=None)
    assert Experiment(matrix, "modern").network.layer_sizes[1:] == (256, 128, 10)


def test_numbers_of_images_are_learned_as_those_of_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "MANY", 1000)
    run = Experiment(read("digits"), "modern", task="regression")
    assert run.network.layer_sizes == (64, 256, 128, 1)
    assert run.recipe.options.dropout == 0
    assert run.recipe.strengths == RECIPES["modern"].strengths


@pytest.mark.parametrize("lambdas", [(1.0,), (0.3, 3.0, 30.0)], ids=["one", "three"])
def test_dropout_leaves_the_same_bits_on_any_number_of_threads(lambdas: tuple[float, ...]) -> None:
    native = pytest.importorskip("clearprop.engines.native")
    recipe = RECIPES["modern"].with_(dropout=0.3, epochs=2, lambdas=lambdas)
    one, two = (
        Experiment(read("digits"), recipe, engine=native.NativeEngine(threads)).fit()
        for threads in (1, 2)
    )
    assert len(one.candidates) == len(lambdas)
    for a, b in zip(one.candidates, two.candidates, strict=True):
        assert a.training.history.costs == b.training.history.costs
        assert a.training.theta.tobytes() == b.training.theta.tobytes()
