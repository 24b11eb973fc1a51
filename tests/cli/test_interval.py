"""`clearprop train --interval`, and what the other commands make of such a model."""

import csv
import io
import json

import numpy as np
import pytest

import clearprop as library

HOUSES = "rooms,area,price\n" + "\n".join(
    f"{1 + i % 5},{40.5 + 3 * (i % 50)},{100.25 + 7.5 * (i % 50) + (i * i) % 13}"
    for i in range(200)
)
SMALL = ("--hidden", "6", "--epochs", "20", "--lambda", "0.1")


@pytest.fixture
def train(clearprop, folder):
    (folder / "many.csv").write_text(HOUSES)

    def run(*options):
        args = ("--target", "price", *SMALL, "--interval", "0.8", "--out", "m.safetensors")
        return clearprop("train", "many.csv", *args, *options)

    return run


def test_train_tells_what_the_intervals_cover(train, clearprop):
    result = train("--quiet")
    assert result.code == 0
    assert "\ntest rows: intervals for 80 % cover " in result.out
    assert "\n测试集：预测区间（目标覆盖率 80 %）覆盖了 " in train("--quiet", "--lang", "zh").out
    found = json.loads(train("--json").out)["interval"]
    assert found["expected"] == 0.8
    assert 0.5 < found["covered"] <= 1
    assert found["width"] > 0


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "How far each interval is widened was found before, too,"), ("zh", "各区间放宽多少也")],
)
def test_after_training_on_all_rows_the_margins_are_those_from_before(train, lang, said):
    before = train("--quiet", "--lang", lang)
    model = library.load("m.safetensors")
    after = train("--quiet", "--lang", lang, "--all-rows")
    again = library.load("m.safetensors")
    assert again.theta.tobytes() != model.theta.tobytes()
    assert again.targets.interval.margins == model.targets.interval.margins
    assert (said in before.out, said in after.out) == (False, True)


def test_predict_writes_both_ends(train, clearprop):
    train("--quiet")
    rows = list(csv.DictReader(io.StringIO(clearprop("predict", "m.safetensors", "many.csv").out)))
    assert list(rows[0]) == ["prediction", "prediction_low", "prediction_high"]
    numbers = np.array([[float(x) for x in row.values()] for row in rows])  # (m, 3)
    assert (numbers[:, 1] <= numbers[:, 0]).all()
    assert (numbers[:, 0] <= numbers[:, 2]).all()
    model = library.load("m.safetensors")
    X = np.genfromtxt("many.csv", delimiter=",", skip_header=1)[:, :2]
    np.testing.assert_allclose(numbers[:, 1:], model.predict_interval(X), rtol=1e-12)
    kept = clearprop("predict", "m.safetensors", "many.csv", "--keep").out.partition("\n")[0]
    assert kept == "rooms,area,price,prediction,prediction_low,prediction_high"
    assert clearprop("predict", "m.safetensors", "many.csv", "--proba").code == 2


def test_evaluate_and_info(train, clearprop):
    train("--quiet")
    lines = clearprop("evaluate", "m.safetensors", "many.csv").out.splitlines()
    assert lines[2].startswith("RMSE ")
    assert lines[3].startswith("intervals for 80 % cover ")
    assert ", mean width " in lines[3]
    found = json.loads(clearprop("evaluate", "m.safetensors", "many.csv", "--json").out)
    assert f"cover {100 * found['interval']['covered']:.1f} % of the rows" in lines[3]
    lines = clearprop("info", "m.safetensors").out
    assert "\ninterval        coverage 0.8, quantiles 0.1, 0.5, 0.9, widened_by " in lines
    facts = json.loads(clearprop("info", "m.safetensors", "--json").out)
    assert facts["interval"]["quantiles"] == [0.1, 0.5, 0.9]
    assert json.loads(clearprop("info", "houses.safetensors", "--json").out)["interval"] is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            "many.csv --target price --interval 90",
            "--interval: expected a number from 0.01 to 0.999, such as 0.9; got 90.0",
        ),
        (
            "many.csv --target price --interval wide",
            "--interval: expected a number from 0.01 to 0.999, such as 0.9; got 'wide'",
        ),
        (
            "many.csv --target price --interval 0.9 --cost squared",
            "--cost: a prediction interval needs 'auto' or 'quantile'; got 'squared'",
        ),
        (
            "many.csv --target price --interval 0.99",
            "--interval: 0.99 needs 99 validation rows at least; there are",
        ),
        (
            "flowers.csv --target kind --interval 0.9",
            "--interval: is for numbers; the task is classification",
        ),
    ],
)
def test_what_cannot_be(clearprop, folder, options, said):
    (folder / "many.csv").write_text(HOUSES)
    result = clearprop("train", *options.split())
    assert result.code == 2
    assert said in result.err
    assert "Traceback" not in result.err


def test_explain_tells_which_output_is_which(train, clearprop):
    train("--quiet")
    result = clearprop("explain", "m.safetensors", "many.csv", "--target", "price")
    told = " ".join(result.out.split())
    assert "three outputs, its quantiles of the levels 0.1, 0.5 and 0.9." in told
    low, high = library.load("m.safetensors").predict_interval(np.array([[1, 40.5]]))[0]
    assert f"the interval for 80 % of all rows: [{low:.5g}, {high:.5g}]." in told
    for unit, level in enumerate(("0.1", "0.5", "0.9"), start=1):
        assert f"{unit} ({level})" in told
    told = clearprop("explain", "m.safetensors", "many.csv", "--lang", "zh").out.replace("\n", "")
    assert "水平为 0.1、0.5 和 0.9 的分位数" in told
