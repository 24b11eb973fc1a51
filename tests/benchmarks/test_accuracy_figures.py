"""The numbers of the report, each beside one computed by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from benchmarks.accuracy import report
from benchmarks.accuracy.figures import difference, losing, ranked, ranks, wide, worse
from benchmarks.accuracy.fits import FIELDS
from benchmarks.accuracy.rows import Predicted, Rows, measures, split
from benchmarks.accuracy.tables import (
    CLASSES,
    DEVELOPMENT,
    HELD_BACK,
    NUMBERS,
    NoPackagesError,
    Table,
    islp,
    load,
)


def fits(losses: dict[tuple[str, str], list[float]], task: str = NUMBERS) -> pd.DataFrame:
    """Fits of splits 0, 1, ... from the losses of each table and method; NaN is a failed one."""
    made = [
        {"table": table, "method": method, "split": split, "cap": 9, "task": task, "loss": loss}
        | {"error": loss / 2, "cpu": 1.0, "seconds": 2.0, "failed": "" if loss == loss else "no"}
        for (table, method), several in losses.items()
        for split, loss in enumerate(several)
    ]
    return pd.DataFrame(made).reindex(columns=FIELDS)


LOSSES = {
    ("a", "clearprop"): [2.0, 3.0],
    ("a", "lightgbm"): [1.0, 2.0],
    ("a", "linear"): [2.0, 2.0],
    ("b", "clearprop"): [3.0, 6.0],
    ("b", "lightgbm"): [6.0, 9.0],
    ("b", "linear"): [12.0, 10.0],
}


def test_the_difference_is_a_geometric_mean_of_ratios() -> None:
    # Ratios 2, 3/2, 1/2 and 2/3: their product is 1.
    found = difference(fits(LOSSES), "clearprop", "lightgbm")
    assert found.relative == pytest.approx(0.0, abs=1e-15)
    assert (found.wins, found.fits) == (2, 4)
    # 2, 1, 2 and 10/9 of LightGBM.
    product = 2 * 1 * 2 * 10 / 9
    found = difference(fits(LOSSES), "linear", "lightgbm")
    assert found.relative == pytest.approx(product ** (1 / 4) - 1)
    assert (found.wins, found.fits) == (0, 4)


def test_a_failed_fit_is_in_no_difference_and_takes_its_table_out_of_the_ranks() -> None:
    several = fits(LOSSES | {("b", "clearprop"): [3.0, np.nan]})
    assert difference(several, "clearprop", "lightgbm").fits == 3
    means = wide(several, "loss")
    assert np.isnan(means.loc["b", "clearprop"])
    assert list(ranked(means).index) == ["a"]
    assert ranks(means).to_dict() == {"clearprop": 3.0, "lightgbm": 1.0, "linear": 2.0}


def test_ranks_are_of_means_and_ties_share_them() -> None:
    assert ranks(wide(fits(LOSSES), "loss")).to_dict() == {
        "clearprop": 2.0,  # 3 and 1
        "lightgbm": 1.5,  # 1 and 2
        "linear": 2.5,  # 2 and 3
    }
    tied = fits({("a", "x"): [1.0], ("a", "y"): [1.0], ("a", "z"): [2.0]})
    assert ranks(wide(tied, "loss")).to_dict() == {"x": 1.5, "y": 1.5, "z": 3.0}


def test_a_method_that_never_gave_a_model_takes_no_table_out() -> None:
    several = fits(LOSSES | {("a", "realmlp"): [np.nan] * 2, ("b", "realmlp"): [np.nan] * 2})
    found = ranks(wide(several, "loss"))
    assert found["lightgbm"] == 1.5
    assert np.isnan(found["realmlp"])


def test_worse_than_linear_beside_the_spread() -> None:
    found = worse(fits(LOSSES), "clearprop", "linear")
    # a: ratios 1 and 1.5; b: 0.25 and 0.6.
    assert found["worse"].to_dict() == {"a": 1, "b": 0}
    assert found["difference"].to_dict() == pytest.approx({"a": 0.25, "b": -0.575})
    assert found["spread"].to_dict() == pytest.approx({"a": 0.125**0.5, "b": 0.06125**0.5})
    assert found["own"].to_dict() == pytest.approx({"a": 0.0, "b": 2**0.5 / 11})
    assert found["beyond"].to_dict() == {"a": False, "b": False}
    # 1.25 and 1.5: 0.375 is above 0.18. One split has no spread.
    beyond = worse(fits(LOSSES | {("a", "clearprop"): [2.5, 3.0]}), "clearprop", "linear")
    assert beyond.loc["a", "beyond"]
    one = worse(fits({("a", "clearprop"): [1.1], ("a", "linear"): [1.0]}), "clearprop", "linear")
    assert one.loc["a", "beyond"]


def test_the_tables_on_which_a_method_loses() -> None:
    found = losing(wide(fits(LOSSES), "loss"), "clearprop")
    assert found == {"a": ("lightgbm", pytest.approx(2 / 3))}


def test_measures_by_hand() -> None:
    numbers = Predicted(numbers=np.array([1.0, 5.0]))
    assert measures(numbers, pd.Series([4.0, 1.0])) == {"loss": pytest.approx(12.5**0.5)}
    P = np.array([[0.8, 0.2], [0.4, 0.6], [0.5, 0.5]])
    found = measures(
        Predicted(probabilities=P, classes=("no", "yes")), pd.Series(["no", "no", "new"])
    )
    wanted = -(np.log(0.8) + np.log(0.4) + np.log(1e-7)) / 3
    assert found == {"loss": pytest.approx(wanted), "error": pytest.approx(2 / 3)}


def test_intervals_by_hand() -> None:
    y = pd.Series(np.arange(11.0))  # 0, ..., 10; their quantiles 0.1 and 0.9 are 1 and 9
    bounds = np.column_stack([y - 1, y + 1])
    bounds[0] = [3.0, 2.0]  # crosses, and covers nothing
    bounds[1] = [1.0, 1.0]  # ends belong to it
    predicted = Predicted(numbers=y.to_numpy(), bounds=bounds, level=0.8)
    assert measures(predicted, y) == {
        "loss": 0.0,
        "coverage": pytest.approx(10 / 11),
        "width": pytest.approx((9 * 2 - 1) / 11 / 8),
        "crossings": pytest.approx(1 / 11),
    }


def test_the_text_says_every_figure() -> None:
    said = report.text(fits(LOSSES | {("b", "linear"): [12.0, np.nan]}), "lightgbm")
    for line in (
        "a          2.500    1.500  2.000",
        "mean rank over 1 tables: clearprop 3.00, lightgbm 1.00, linear 2.00",
        "RMSE of clearprop against lightgbm: 0; smaller on 2 of 4 fits",
        "RMSE of linear against lightgbm: +58.7 %; smaller on 0 of 3 fits",
        "clearprop worse than the linear model: 1 of 3 fits",
        "a: 1 of 2, mean difference +25.0 %, spread of it 35.4 %, of the linear model 0",
        "clearprop  1.0      2.0",
        "FAILED: linear on 1 fits (table, split: b 1): no",
    ):
        assert line in said
    assert "BEYOND" not in said


def test_the_text_says_what_intervals_cover() -> None:
    several = fits({(table, "clearprop --interval 0.9"): [1.0, 1.0] for table in "ab"})
    several = several.assign(
        coverage=[0.88, 0.90, 0.80, 0.84], width=[0.5, 0.7, 1, 1], crossings=[0, 0, 0.25, 0]
    )
    said = report.text(several, "clearprop --interval 0.9")
    for line in (
        "90% of targets are to be inside",
        "a        89.0%    0.6      0.000",
        "b        82.0%    1.0      0.125",
        "mean coverage 85.5%; beyond 3 points on 1 of 2 tables; crossings on 1 of 4 fits",
    ):
        assert line in said


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "| table | `clearprop` | LightGBM | linear |",
                "| *mean rank by wrong classes* | 2.00 | 1.50 | 2.50 |",
                "| *log-loss against LightGBM* | 0 | 0 | +45.2 % |",
                "| *fits worse than the linear model* | 1 of 4 | 0 of 4 | - |",
                "| *CPU seconds a fit* | 1.0 | 1.0 | 1.0 |",
                "`clearprop` loses to LightGBM or the linear model on a (66.7 % behind LightGBM).",
            ],
        ),
        (
            "zh",
            [
                "| 表格 | `clearprop` | LightGBM | 线性模型 |",
                "| *不如线性模型的拟合次数* | 1/4 | 0/4 | - |",
                "`clearprop` 在下列表格上不如 LightGBM 或线性模型：a（比 LightGBM 差 66.7 %）。",
            ],
        ),
    ],
)
def test_the_table_of_the_readme(language: str, lines: list[str]) -> None:
    said = report.markdown(fits(LOSSES, CLASSES), "lightgbm", language).splitlines()
    assert "| a | 2.500 | **1.500** | 2.000 |" in said
    for line in lines:
        assert line in said


def test_the_readme_names_failed_fits() -> None:
    several = fits(LOSSES | {("b", "clearprop"): [3.0, np.nan]})
    assert report.markdown(several, "lightgbm", "en").endswith(
        "`clearprop` gave no model on split 1 of b."
    )


def test_both_languages_have_the_same_words() -> None:
    assert report.WORDS["en"].keys() == report.WORDS["zh"].keys()


@pytest.mark.parametrize(
    ("value", "shown"),
    [(24080.4, "24,080"), (0.15641, "0.1564"), (62.0, "62.00"), (np.nan, "-")],
)
def test_four_digits(value: float, shown: str) -> None:
    assert report.significant(value) == shown


FRAME = pd.DataFrame(
    {"n": range(100), "leak_1": 0, "word": ["", "x"] * 50, "flag": True, "y": ["no", "yes"] * 50}
)


def test_loading_leaves_out_leaks_and_empties() -> None:
    table = Table(CLASSES, "y", lambda _: FRAME.assign(y=[None, *[3, 4] * 49, 3]), ("leak_*",))
    found = load(table, Path())
    assert list(found) == ["n", "word", "flag", "y"]
    assert found.iloc[:2].values.tolist() == [
        [1.0, "x", "yes", "class 3.0"],
        [2.0, None, "yes", "class 4.0"],
    ]
    assert found["n"].dtype == float


def test_everybody_learns_from_as_many_rows() -> None:
    table = Table(CLASSES, "y", lambda _: FRAME)
    frame = load(table, Path())
    rows = split(table, frame, seed=1, cap=40)
    assert [len(part) for part in (rows.file, rows.train, rows.test)] == [50, 40, 20]
    assert set(rows.train["n"]) < set(rows.file["n"])
    assert not set(rows.file["n"]) & set(rows.test["n"])
    assert (rows.test["y"] == "yes").sum() == 10
    whole: Rows = split(table, frame, seed=1, cap=4000)
    assert [len(part) for part in (whole.file, whole.train, whole.test)] == [80, 64, 20]
    assert whole.test.equals(rows.test)


def test_the_lists_share_no_table_and_have_both_tasks() -> None:
    assert not DEVELOPMENT.keys() & HELD_BACK.keys()
    for tables in (DEVELOPMENT, HELD_BACK):
        tasks = [table.task for table in tables.values()]
        assert min(tasks.count(NUMBERS), tasks.count(CLASSES)) >= 4


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoPackagesError, match=r"has no ISLP/data/College\.csv: pip install"):
        load(Table(NUMBERS, "Outstate", islp("College")), tmp_path)
