"""TableEncoder: scikit-learn's contract over frames with text, dates, true/false and gaps."""

import copy
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from clearprop import load, save
from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.errors import DataError, ParameterError
from clearprop.estimators import MLPClassifier, TableEncoder

ROWS = 80


@parametrize_with_checks([TableEncoder(), TableEncoder(bins=2)])
def test_scikit_learns_own_checks(estimator: Any, check: Any) -> None:
    check(estimator)


def cells() -> dict[str, list[Any]]:
    generator = np.random.default_rng(0)
    age = [None if i % 10 == 0 else 20.0 + i % 50 for i in range(ROWS)]
    price = [f"{number:.2f}".replace(".", ",") for number in generator.normal(20, 5, ROWS)]
    city = [None if i % 13 == 0 else ("Rome", "Oslo", "Bonn")[i % 3] for i in range(ROWS)]
    start = np.datetime64("2020-01-15")
    born = [(start + np.timedelta64(40 * i, "D")).item() for i in range(ROWS)]
    return {
        "age": age,
        "price": price,
        "city": city,
        "born": born,
        "ok": [True, False] * (ROWS // 2),
    }


@pytest.fixture(params=["pandas", "polars"])
def frame(request: pytest.FixtureRequest) -> Any:
    if request.param == "polars":
        return pl.DataFrame(cells())
    made = pd.DataFrame(cells())
    return made.assign(born=pd.to_datetime(made["born"]))


def labels() -> Any:
    return np.array(["yes" if i % 3 == 0 else "no" for i in range(ROWS)])


def pipeline(**parameters: Any) -> Any:
    network = MLPClassifier((6,), solver="lbfgs", max_iter=40, random_state=0)
    return make_pipeline(TableEncoder(**parameters), network)


def test_a_frame_with_everything(frame: Any, quietly: Any) -> None:
    fitted = quietly(pipeline().fit, frame, labels())
    names = fitted[0].get_feature_names_out().tolist()
    assert names[:7] == [
        "age", "age=(empty)", "price", "city=Bonn", "city=Oslo", "city=Rome", "city=(empty)",
    ]  # fmt: skip
    assert {"born.year", "born.month"} <= set(names)
    assert names[-2:] == ["ok=false", "ok=true"]
    assert fitted.score(frame, labels()) > 0.9
    assert fitted.feature_names_in_.tolist() == list(cells())
    assert fitted[0].n_features_in_ == 5
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict_proba(frame), fitted.predict_proba(frame))
    # A row is encoded by itself.
    row = fitted.predict_proba(frame[11:12])
    np.testing.assert_allclose(row[0], fitted.predict_proba(frame)[11], rtol=1e-12)


def test_pandas_and_polars_are_encoded_the_same() -> None:
    frames = [pl.DataFrame(cells()), pd.DataFrame(cells())]
    encoded = [TableEncoder().fit_transform(frame) for frame in frames]
    assert np.array_equal(*encoded)
    crossed = TableEncoder().fit(frames[0]).transform(frames[1])
    assert np.array_equal(crossed, encoded[0])


def test_it_is_the_encoder_of_the_command_line(frame: Any) -> None:
    from clearprop.data.frames import frame_of

    tidy = frame_of(frame, "X")
    encoder = Encoder.fit(Table("X", tidy, None, tuple(tidy.columns), None))
    assert np.array_equal(TableEncoder().fit_transform(frame), encoder.transform(frame))


@pytest.mark.filterwarnings("ignore:X, row .* empty cell:UserWarning")
def test_in_a_grid_search(frame: Any, quietly: Any) -> None:
    grid = {"tableencoder__levels": [1, 100], "mlpclassifier__alpha": [1e-4, 1e3]}
    search = quietly(GridSearchCV(pipeline(), grid, cv=2).fit, frame, labels())
    assert search.best_params_ == {"tableencoder__levels": 100, "mlpclassifier__alpha": 1e-4}
    scores = quietly(cross_val_score, pipeline(), frame, labels(), cv=2)
    assert scores.mean() == pytest.approx(search.best_score_)


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_set_output(name: str, frame: Any) -> None:
    encoder = TableEncoder().set_output(transform=name)
    encoded = encoder.fit_transform(frame)
    assert type(encoded).__module__.partition(".")[0] == name
    assert list(encoded.columns) == encoder.get_feature_names_out().tolist()
    assert np.array_equal(encoded.to_numpy(), TableEncoder().fit_transform(frame))


def test_arrays() -> None:
    X = np.array([[1.0, 5.0], [3.0, np.nan], [5.0, 7.0]])
    encoder = TableEncoder().fit(X)
    assert encoder.get_feature_names_out().tolist() == ["x0", "x1", "x1=(empty)"]
    assert encoder.get_feature_names_out(["a", "b"]).tolist() == ["a", "b", "b=(empty)"]
    assert encoder.transform(X).dtype == np.float64
    assert encoder.transform(X.astype(np.float32)).dtype == np.float32
    assert np.array_equal(encoder.transform(X.tolist()), encoder.transform(X))


@pytest.mark.parametrize("form", [list, np.array, lambda rows: np.array(rows, object)])
def test_arrays_of_text(form: Any) -> None:
    rows = form([[1, "a"], [2, "b"], [3, "a"]])
    encoder = TableEncoder().fit(rows)
    assert encoder.get_feature_names_out().tolist() == ["x0", "x1=a", "x1=b"]
    assert encoder.get_feature_names_out(["n", "t"]).tolist() == ["n", "t=a", "t=b"]
    assert encoder.transform(rows)[:, 1:].tolist() == [[1, 0], [0, 1], [1, 0]]


def test_an_array_with_the_columns_of_a_frame() -> None:
    frame = pd.DataFrame({"n": [1, 2, 3], "t": ["a", "b", "a"]})
    encoder = TableEncoder().fit(frame)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        encoded = encoder.transform(frame.to_numpy())
    assert np.array_equal(encoded, encoder.transform(frame))


def test_columns_are_read_as_the_parameters_say() -> None:
    frame = pl.DataFrame(
        {"zip": [7, 42, 7, 100], "price": ["1.234", "2.500", "x", "9.000"], "n": ["a"] * 4}
    )
    encoder = TableEncoder(
        decimal=",", thousands=".", empty="x", numbers="price", categories=["zip"], levels=2
    )
    names = encoder.fit(frame).get_feature_names_out().tolist()
    assert names[-3:] == ["price", "price=(empty)", "n=a"]
    assert names[:3] == ["zip=100", "zip=7", "zip=(other)"]
    price = encoder.transform(frame)[:, names.index("price")]
    values = np.array([1234, 2500, np.nan, 9000])
    values[2] = np.nanmean(values)
    np.testing.assert_allclose(price, (values - values.mean()) / price_scale(values))
    X = np.array([[1.0, 2.0], [2.0, 3.0], [1.0, 5.0]])
    by_array = TableEncoder(categories=["x0"]).fit(X)
    assert by_array.get_feature_names_out().tolist() == ["x0=1", "x0=2", "x1"]
    assert by_array.transform(X)[:, :2].tolist() == [[1, 0], [0, 1], [1, 0]]


def test_bins(frame: Any, quietly: Any, tmp_path: Any) -> None:
    fitted = quietly(pipeline(bins=4).fit, frame, labels())
    names = fitted[0].get_feature_names_out().tolist()
    assert names[0] == "age"
    assert [name[:5] for name in names[1:5]] == ["age: "] * 4
    assert (names[1][:11], names[4][-6:], names[5]) == ("age: 21 to ", " to 69", "age=(empty)")
    encoded = fitted[0].transform(frame)
    assert encoded.shape[1] == len(names) == len(set(names))
    bins = [j for j, name in enumerate(names) if " to " in name]
    assert len(bins) == fitted[0].encoder_.n_bins
    assert ((encoded[:, bins] >= 0) & (encoded[:, bins] <= 1)).all()
    save(fitted, tmp_path / "model.safetensors")
    for again in (
        load(tmp_path / "model.safetensors", as_estimator=True),
        pickle.loads(pickle.dumps(fitted)),
        make_pipeline(TableEncoder.from_encoder(fitted[0].to_encoder()), fitted[1]),
    ):
        assert np.array_equal(again.predict_proba(frame), fitted.predict_proba(frame))
        assert again[0].get_feature_names_out().tolist() == names
    plain = TableEncoder(bins=2).fit(np.arange(60.0).reshape(20, 3))
    assert plain.get_feature_names_out(["a", "b", "c"]).tolist()[:4] == [
        "a", "a: 0 to 27", "a: 27 to 57", "b",
    ]  # fmt: skip


def test_no_bins() -> None:
    with pytest.warns(UserWarning, match="bins") as caught:
        encoder = TableEncoder(bins=8).fit(np.arange(60.0).reshape(20, 3))
    assert [str(warning.message) for warning in caught] == [
        "bins: there could be 27 outputs with them, and 20 rows have 20 at most; ignored"
    ]
    assert encoder.get_feature_names_out().tolist() == ["x0", "x1", "x2"]
    pixels = np.random.default_rng(0).integers(0, 256, (900, 64))
    with pytest.warns(UserWarning, match="bins: images have none; ignored"):
        TableEncoder(bins=8).fit(pl.DataFrame(pixels))
    flags = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0]] * 30)
    assert TableEncoder(bins=8).fit(flags).encoder_.n_bins == 0  # nothing to say


def price_scale(values: Any) -> float:
    return float(np.std(values[[0, 1, 3]]))


def test_callbacks_of_a_pipeline(frame: Any, quietly: Any, capsys: Any) -> None:
    callback = pytest.importorskip("sklearn.callback")
    bar = callback.ProgressBar(max_propagation_depth=None)
    quietly(pipeline().set_callbacks(bar).fit, frame, labels())
    assert "TableEncoder - fit" in capsys.readouterr().out


def test_get_params_and_clone() -> None:
    encoder = TableEncoder(empty=["-"], levels=5)
    twin = clone(encoder)
    assert twin.get_params() == encoder.get_params()
    assert list(TableEncoder().get_params()) == sorted(
        ["decimal", "thousands", "empty", "numbers", "categories", "levels", "bins"]
    )
    fitted = encoder.fit([[1.0], [2.0]])
    assert not hasattr(clone(fitted), "encoder_")
    assert copy.deepcopy(fitted).encoder_.n_columns == 1


def test_wrong_parameters(frame: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        TableEncoder(decimal=";", levels=0, bins=1).fit(frame)
    assert str(caught.value) == (
        "3 problems: decimal: expected '.' or ','; got ';'; levels: expected a whole number of 1 "
        "or more; got 0; bins: expected 0, for none, or a whole number from 2 to 256; got 1"
    )
    with pytest.raises(ParameterError, match=r"^bins: expected 0, for none, .*; got 'x'$"):
        TableEncoder(bins="x").fit(frame)  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"X: no column 'cty' to read as categories \(did you mean"):
        TableEncoder(categories=["cty"]).fit(frame)


def test_rows_that_do_not_fit(frame: Any) -> None:
    fitted = TableEncoder().fit(frame)
    names = list(cells())
    others = frame[names[1:]]
    with pytest.raises(ValueError, match="Feature names seen at fit time, yet now missing:\n- age"):
        fitted.transform(others)
    with pytest.raises(TypeError, match="Sparse data was passed for X"):
        TableEncoder().fit(scipy.sparse.csr_array(np.eye(3)))
    with pytest.raises(NotFittedError):
        TableEncoder().transform(frame)
    with pytest.raises(ValueError, match="Input X contains infinity"):
        TableEncoder().fit([[np.inf], [1.0]])
    with pytest.raises(DataError, match=r"X, row 2, column 'n': text where numbers stand: 'x'"):
        TableEncoder().fit(pd.DataFrame({"n": [1.5, 2.5]})).transform(
            pd.DataFrame({"n": ["1", "x"]})
        )
