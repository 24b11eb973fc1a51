"""Prediction intervals of a run: margins by held-out rows, and what is told of them."""

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import clearprop
from clearprop.data.interval import Interval
from clearprop.data.table import Table
from clearprop.errors import DataError, ParameterError
from clearprop.experiment.held_out import calibrated
from clearprop.experiment.measurement import measure
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment
from clearprop.experiment.story import learning, opening
from clearprop.experiment.telling import told
from clearprop.experiment.use import PredictJob, evaluation

RECIPE = RECIPES["modern"].with_(
    hidden=(8,), regularization=1.0, epochs=15, learning_rate=0.02, interval=0.8
)


def table_of(rows=400, names=("y",), seed=0):
    random = np.random.default_rng(seed)
    X = random.uniform(-2, 2, (rows, 1))
    noise = (0.2 + np.abs(X)) * random.normal(size=(rows, len(names)))
    y = 10 + 3 * X + noise  # (m, T)
    labels = y[:, 0] if len(names) == 1 else y
    several = () if len(names) == 1 else names
    return Table("made", X, labels, ("x",), names[0], target_names=several)


@pytest.fixture(scope="module")
def run():
    return Experiment(table_of(), RECIPE).fit()


def test_the_network_has_three_quantiles(run):
    assert run.network.quantiles == (0.1, 0.5, 0.9)
    assert (run.network.n_outputs, run.network.cost) == (3, "quantile")


def test_margins_are_those_of_the_validation_rows(run):
    model, rows = run.model(), run.parts["validation"]
    h, y = model.outputs(rows), model.targets.encode(rows.y, "quantile")[:, 0]
    low, _, high = np.sort(h.astype(float), axis=1).T
    E = np.sort(np.maximum(low - y, y - high))
    place = math.ceil((len(y) + 1) * 0.8)
    assert model.targets.interval.margins == pytest.approx([E[place - 1]], rel=1e-5)
    inside = model.predict_interval(rows)
    held = np.mean((inside[:, 0] <= rows.y) & (rows.y <= inside[:, 1]))
    assert held == pytest.approx(place / len(y))
    assert run.measure("validation").scores.interval.covered == pytest.approx(held)


def test_new_rows_are_covered(run):
    found = measure(run.model(), table_of(5000, seed=1)).scores.interval
    assert found.expected == 0.8
    assert 0.7 < found.covered < 0.9  # 40 validation rows: +-0.06, one standard error
    X = np.array([[-2.0], [0.0], [2.0]])
    widths = np.diff(run.model().predict_interval(X), axis=1)[:, 0]
    assert widths[1] < 0.6 * widths[[0, 2]].mean()  # noise grows with |x|, and so do they


def test_a_bag_has_margins_of_the_rows_out_of_fold():
    run = Experiment(table_of(), RECIPE.with_(bag=3, epochs=5)).fit()
    rows = [run.parts[part] for part in ("train", "validation")]
    X, y = (np.concatenate([getattr(part, name) for part in rows]) for name in "Xy")
    h = np.empty((len(X), 3))
    for member in run.choice.members:
        one = clearprop.Model(run.network, member.training.theta, run.targets, run.encoder)
        h[member.held] = one.outputs(X[member.held])
    expected = Interval(0.8, np.zeros(1)).calibrated(h, run.targets.encode(y, "quantile"))
    assert run.model().targets.interval.margins == pytest.approx(expected.margins)
    covered = run.measure("validation").scores.interval.covered
    assert covered == pytest.approx(math.ceil((len(X) + 1) * 0.8) / len(X))


def test_several_numbers(tmp_path):
    run = Experiment(table_of(names=("a", "b")), RECIPE.with_(epochs=3)).fit()
    clearprop.save(run.model(), tmp_path / "m.safetensors")
    model = clearprop.load(tmp_path / "m.safetensors")
    rows = table_of(7)
    columns = PredictJob(model, Table("new", rows.X, None, ("x",), None), None, False).columns()
    assert list(columns) == [
        f"prediction_{name}{end}" for name in "ab" for end in ("", "_low", "_high")
    ]
    bounds, predicted = model.predict_interval(rows.X), model.predict(rows.X)
    assert bounds.shape == (7, 2, 2)
    for t, name in enumerate("ab"):
        np.testing.assert_array_equal(columns[f"prediction_{name}"], predicted[:, t])
        np.testing.assert_array_equal(columns[f"prediction_{name}_low"], bounds[:, t, 0])
        np.testing.assert_array_equal(columns[f"prediction_{name}_high"], bounds[:, t, 1])


def test_a_model_file_keeps_the_interval(run, tmp_path):
    model = run.model()
    clearprop.save(model, tmp_path / "m.safetensors")
    loaded = clearprop.load(tmp_path / "m.safetensors")
    X = table_of(50, seed=2).X
    np.testing.assert_array_equal(loaded.predict_interval(X), model.predict_interval(X))
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert loaded.summary == "1-8-3, 1 number with an interval of 0.8, float32".replace(
        "1-8", f"{model.network.n_inputs}-8"
    )
    with pytest.raises(ParameterError, match="as_estimator: the model has prediction intervals"):
        clearprop.load(tmp_path / "m.safetensors", as_estimator=True)


def test_columns_of_predictions_beside_those_of_the_source(run):
    model = run.model()
    new = Table("new.csv", pl.DataFrame({"x": [0.5]}), None, ("x",), None)
    new = replace(new, ids=pl.DataFrame({"prediction_low": ["a"]}))
    job = PredictJob(model, new, None, False)
    with pytest.raises(DataError, match="column 'prediction_low' is called like the predictions"):
        job.frame()


def test_what_is_told(run):
    data, network, _ = opening(run)
    assert data.facts["learned"] == {"kind": "number", "n": 1, "target": "y"}
    assert told(network, "en").lines[-1] == (
        "the outputs are quantiles of each number,",
        "of the levels 0.1, 0.5 and 0.9",
    )
    assert told(network, "zh").lines[-1] == ("输出是每个数的分位数，", "水平为 0.1、0.5 和 0.9")
    found = run.measure("test")
    values = evaluation(found)["interval"]
    assert list(values) == ["expected", "covered", "width"]
    assert values["expected"] == 0.8
    assert "interval" not in evaluation(Experiment(table_of(), "modern").measure("test"))
    # The best constant answers are the quantiles of the training rows.
    y = run.training.Y[:, 0].astype(float)
    guess = sum(
        np.mean(np.maximum(q * (y - c), (q - 1) * (y - c)))
        for q, c in zip((0.1, 0.5, 0.9), np.quantile(y, [0.1, 0.5, 0.9]), strict=True)
    )
    step = learning(run, {part: run.measure(part) for part in ("train", "validation")})
    assert step.facts["guess"] == pytest.approx(guess, rel=1e-5)


def test_the_same_rows_with_and_without_an_interval():
    rows = clearprop.prepare(table_of())
    plain, with_it = (
        Experiment(rows, RECIPE.with_(interval=interval, epochs=1)) for interval in (None, 0.8)
    )
    assert (plain.network.cost, plain.network.n_outputs) == ("squared", 1)
    assert (with_it.network.cost, with_it.network.n_outputs) == ("quantile", 3)
    assert [run.training.Y.shape[1] for run in (plain, with_it)] == [1, 3]


def test_classes_have_no_interval():
    table = Table("made", np.arange(40.0)[:, None], np.arange(40) % 2, ("x",), "y")
    with pytest.raises(
        ParameterError, match="interval: is for numbers; the task is classification"
    ):
        Experiment(table, RECIPE)


def test_a_cost_that_contradicts():
    with pytest.raises(
        ParameterError,
        match="cost: a prediction interval needs 'auto' or 'quantile'; got 'squared'",
    ):
        RECIPES["modern"].with_(cost="squared", interval=0.9)
    assert RECIPES["modern"].with_(cost="quantile", interval=0.9).interval == 0.9


def test_too_few_rows_for_a_coverage():
    with pytest.raises(
        ParameterError,
        match=r"^interval: 0\.99 needs 99 validation rows at least; there are 67; take a smaller "
        r"interval, more rows, or validation_fraction='0\.25'$",
    ):
        Experiment(table_of(), RECIPE.with_(interval=0.99))
    enough = Experiment(table_of(), RECIPE.with_(interval=0.99), validation_fraction=0.25)
    assert enough.parts["validation"].n_rows == 100
    run = Experiment(table_of(), RECIPE.with_(interval=0.99, bag=2, epochs=1))
    assert run.network.quantiles == (0.005, 0.5, 0.995)
    # Where no share of the rows would do, none is named; nor for a bag, which holds out all.
    for choices in ({}, {"bag": 2}):
        with pytest.raises(ParameterError, match=r"there are \d+; take a smaller interval or more"):
            Experiment(table_of(100), RECIPE.with_(interval=0.99, **choices))
    with pytest.raises(ParameterError, match=r"there are \d+; take a smaller interval, more rows"):
        clearprop.choose(table_of(), recipe=RECIPE.with_(interval=0.99, bag=2))


def test_margins_are_found_once(monkeypatch):
    found = []

    def counted(*given):
        found.append(given)
        return calibrated(*given)

    monkeypatch.setattr("clearprop.experiment.run.calibrated", counted)
    run = Experiment(table_of(), RECIPE.with_(epochs=1))
    before = run.model().targets.interval.margins
    run.fit()
    for part in ("train", "validation", "test"):
        run.measure(part)
    assert run.model().targets.interval.margins != before
    assert len(found) == 2  # before training, and after it


def test_parts_of_a_model_that_do_not_fit(run):
    model = run.model()
    other = clearprop.Network(
        model.network.layer_sizes, "relu", "quantile", quantiles=(0.2, 0.5, 0.8)
    )
    with pytest.raises(
        ParameterError, match="targets: the interval needs outputs of the quantiles"
    ):
        clearprop.Model(other, model.theta, model.targets, model.encoder)
