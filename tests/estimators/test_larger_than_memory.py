"""Fits of memory maps, of batches and of datasets: the rows come from disk, window by window."""

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris

from clearprop import MLPClassifier, MLPRegressor
from clearprop.errors import DataError, ParameterError
from clearprop.estimators.mapped import Mapped, is_mapped
from clearprop.network.architecture import Array

pytestmark = pytest.mark.filterwarnings("ignore:.*Maximum iterations:Warning")

X, y = load_digits(return_X_y=True)
X = X / 16
SORTED = np.argsort(y, kind="stable")


@pytest.fixture
def stored(tmp_path: Path) -> Any:
    """A function that maps an array from a file."""

    def store(array: Array, name: str = "X.npy") -> Any:
        np.save(tmp_path / name, array)
        return np.load(tmp_path / name, mmap_mode="r")

    return store


def small(**others: Any) -> MLPClassifier:
    return MLPClassifier((16,), max_iter=3, random_state=0, **others)


# -- Memory maps -----------------------------------------------------------------------------------


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint8])
def test_a_map_that_fits_into_a_window_is_fitted_as_the_array(
    stored: Any, dtype: Any, early_stopping: bool
) -> None:
    rows = (X * 16).astype(dtype)
    ours = small(early_stopping=early_stopping).fit(stored(rows), y)
    theirs = small(early_stopping=early_stopping).fit(rows, y)
    assert ours.theta_.tobytes() == theirs.theta_.tobytes()
    assert ours.loss_curve_ == theirs.loss_curve_
    assert ours.validation_scores_ == theirs.validation_scores_
    assert ours.n_features_in_ == 64
    assert ours.t_ == theirs.t_


def test_rows_sorted_by_class_are_learned_window_by_window(stored: Any) -> None:
    mapped = stored(X[SORTED])
    classifier = MLPClassifier((32,), max_iter=8, random_state=0, window_rows=360, batch_size=20)
    windowed = clone(classifier).fit(mapped, y[SORTED])
    shuffled = clone(classifier).set_params(window_rows=None).fit(X, y)
    assert windowed.score(X, y) > shuffled.score(X, y) - 0.02
    assert windowed.theta_.tobytes() == clone(classifier).fit(mapped, y[SORTED]).theta_.tobytes()
    assert windowed.gradient_check_.verdict == "right"
    assert windowed.n_iter_ == 8


def test_the_whole_is_never_in_memory(stored: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    concatenate = np.concatenate

    def watched(arrays: Any, *args: Any, **others: Any) -> Array:
        found: Array = concatenate(arrays, *args, **others)
        if found.ndim == 2 and found.shape[1] == 64:
            seen.append(len(found))
        return found

    monkeypatch.setattr("numpy.concatenate", watched)
    small(window_rows=200, early_stopping=True).fit(stored(X), y)
    assert 0 < max(seen) <= 200 + 1


@pytest.mark.parametrize("scoring", [None, "loss", "neg_log_loss"])
def test_early_stopping_holds_out_scikit_learns_rows(stored: Any, scoring: Any) -> None:
    mapped = stored(X)
    ours = small(early_stopping=True, window_rows=300, scoring=scoring).fit(mapped, y)
    theirs = small(early_stopping=True, scoring=scoring).fit(X, y)
    assert ours.validation_scores_ == pytest.approx(theirs.validation_scores_, abs=0.15)
    assert len(ours.validation_loss_curve_) == 3


def test_your_own_validation_rows_may_be_mapped(stored: Any) -> None:
    mapped, held = stored(X), stored(X[::7], "held.npy")
    ours = small(window_rows=300).fit(mapped, y, X_val=held, y_val=y[::7])
    theirs = small(window_rows=300).fit(mapped, y, X_val=X[::7], y_val=y[::7])
    assert ours.theta_.tobytes() == theirs.theta_.tobytes()
    assert ours.validation_loss_curve_ == pytest.approx(theirs.validation_loss_curve_, rel=1e-12)


def test_weights_of_rows_and_classes(stored: Any) -> None:
    mapped, weight = stored(X), np.random.default_rng(0).uniform(0, 2, len(y))
    ours = small(window_rows=300, class_weight="balanced").fit(mapped, y, weight)
    assert len(ours.loss_curve_) == 3
    assert ours.to_model().trained.get("penalty_rows") is None
    plain = small(window_rows=300).fit(mapped, y)
    assert plain.theta_.tobytes() != ours.theta_.tobytes()


def test_numbers_and_full_batches(stored: Any) -> None:
    Z, z = load_iris(return_X_y=True)
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    mapped = stored(Z)
    regressor = MLPRegressor(hidden_layer_sizes=(8,), solver="lbfgs", random_state=0, max_iter=20)
    ours = clone(regressor).set_params(window_rows=40).fit(mapped, z)
    theirs = clone(regressor).fit(Z, z)
    assert ours.loss_curve_[:5] == pytest.approx(theirs.loss_curve_[:5], rel=1e-6)
    assert ours.score(mapped, z) > 0.9
    levels = MLPRegressor("quantile", (4,), quantiles=(0.1, 0.9), window_rows=40, max_iter=2)
    assert levels.fit(mapped, z).predict(mapped).shape == (150, 2)


def test_predictions_take_slices(stored: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearprop.estimators.mapped._PREDICTED_BYTES", 64 * 8 * 100)
    mapped = stored((X * 16).astype(np.uint8))
    classifier = small().fit(X * 16, y)
    np.testing.assert_array_equal(classifier.predict(mapped), classifier.predict(X * 16))
    np.testing.assert_allclose(
        classifier.predict_proba(mapped), classifier.predict_proba(X * 16), rtol=1e-12
    )
    with pytest.raises(ValueError, match="0 sample"):
        classifier.predict(mapped[:0])


def test_a_value_that_is_not_finite_is_named_by_its_row(stored: Any) -> None:
    bad = X.copy()
    bad[1234, 7] = np.inf
    with pytest.raises(DataError) as caught:
        small(window_rows=200).fit(stored(bad), y)
    assert str(caught.value) == "X: expected finite numbers; got inf in row 1,234, column 7"


def test_maps_of_joblib_are_arrays(tmp_path: Path) -> None:
    """Results must not depend on the number of workers."""
    folder = tmp_path / "joblib_memmapping_folder_1_2"
    folder.mkdir()
    np.save(folder / "X.npy", X)
    assert not is_mapped(np.load(folder / "X.npy", mmap_mode="r"))
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    assert is_mapped(mapped)
    assert is_mapped(mapped[5:])
    assert is_mapped(np.asarray(mapped))


def test_a_window_without_a_number_of_rows(stored: Any) -> None:
    """128 MiB of rows, targets and weights; two windows are in memory."""
    mapped = Mapped(stored(np.zeros((3, 784), np.uint8)))
    assert mapped.window_rows(None, units=10) == 20_438
    assert 2 * 20_438 * (784 + 11) * 8 < 2**28


@pytest.mark.parametrize("window_rows", [0, 2.5, "all"])
def test_a_window_of_no_rows(window_rows: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        small(window_rows=window_rows).fit(X, y)
    assert str(caught.value).startswith("window_rows: expected a whole number of at least 1; got ")


def test_minibatches_that_are_larger_than_a_window(stored: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        small(window_rows=100, batch_size=150).fit(stored(X), y)
    assert str(caught.value) == (
        "batch_size: expected at most 100, the rows that fit into memory; got 150"
    )


# -- Batches ---------------------------------------------------------------------------------------


def batches() -> Iterator[tuple[Array, Array]]:
    for first in range(0, len(y), 100):
        yield X[first : first + 100], y[first : first + 100]


def test_batches_are_fitted_as_one_array() -> None:
    whole = small().fit(X, y)
    for given in (batches, list(batches()), batches()):
        ours = small().fit(given)
        assert ours.theta_.tobytes() == whole.theta_.tobytes()
        assert ours.classes_.tolist() == list(range(10))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint8, np.int64])
def test_batches_beyond_a_window_go_through_a_folder(
    stored: Any, dtype: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    rows = (X * 16).astype(dtype)
    seen: list[list[str]] = []

    def listen(event: object) -> None:
        seen.append([name for name in os.listdir(tmp_path) if name.startswith("clearprop-")])

    classifier = small(window_rows=250, callbacks=[listen])
    ours = classifier.fit((rows[i : i + 90], y[i : i + 90]) for i in range(0, len(y), 90))
    theirs = small(window_rows=250).fit(stored(rows), y)
    assert ours.theta_.tobytes() == theirs.theta_.tobytes()
    assert all(len(names) == 1 for names in seen)
    assert not [name for name in os.listdir(tmp_path) if name.startswith("clearprop-")]


def test_sparse_batches_beyond_a_window() -> None:
    sparse = scipy.sparse.csr_array(X)

    def parts() -> Iterator[tuple[Any, Array, Array]]:
        for first in range(0, len(y), 100):
            part = slice(first, first + 100)
            yield sparse[part], y[part], np.ones(len(y[part]))

    ours = small(window_rows=300, early_stopping=True).fit(parts)
    dense = ((part.toarray(), labels, weight) for part, labels, weight in parts())
    theirs = small(window_rows=300, early_stopping=True).fit(dense)
    np.testing.assert_allclose(ours.theta_, theirs.theta_, rtol=1e-9)
    assert ours.validation_scores_ == theirs.validation_scores_


def test_batches_of_frames_bring_the_names_of_their_columns() -> None:
    frame = pd.DataFrame(X[:, 20:24], columns=["a", "b", "c", "d"])
    classifier = small().fit([(frame[:900], y[:900]), (frame[900:], y[900:])])
    assert classifier.feature_names_in_.tolist() == ["a", "b", "c", "d"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classifier.predict(frame)


def test_validation_rows_in_batches_and_labels_in_text() -> None:
    names = np.array(["zero", "one", "two", "three", "4", "5", "6", "7", "8", "nine"])[y]
    parts = [(X[:900], names[:900].tolist()), (X[900:], names[900:])]
    classifier = small().fit(parts, X_val=parts[:1])
    assert "nine" in classifier.classes_
    assert len(classifier.validation_scores_) == 3


def test_classes_that_no_row_has() -> None:
    some = y < 7
    classifier = small().fit(X[some], y[some], classes=range(10))
    assert classifier.classes_.tolist() == list(range(10))
    assert classifier.predict_proba(X).shape == (len(X), 10)
    with pytest.raises(DataError, match=r"7 .* known class"):
        small().fit(batches, classes=range(7))


BAD_BATCHES: list[tuple[Any, str]] = [
    ([], "batches: expected at least one (X, y); there was none"),
    (
        [X[:3], X[3:6]],
        "batch 1: expected (X, y) or (X, y, sample_weight); got ",
    ),
    (
        [(X[:3], y[:3]), (X[:3], y[:2])],
        "batch 2: expected as many labels and weights as rows, 3; got 2",
    ),
    (
        [(X[:3], y[:3]), (X[:3, :5], y[:3])],
        "batch 2: expected 64 columns, as before; got 5 columns",
    ),
    (
        [(X[:3].astype(np.float32), y[:3]), (X[:3], y[:3])],
        "batch 2: expected numbers of float32, as before; got float64; convert all batches to one "
        "dtype",
    ),
    (
        [(X[:3], y[:3], np.ones(3)), (X[:3], y[:3])],
        "batch 2: expected weights in every batch or in none",
    ),
    ([(X[:3], [0, None, 1])], "y of batch 1: 1 label of 3 is missing"),
    ([(X[:3] * np.nan, y[:3])], "batch 1: Input contains NaN."),
    (
        [(X[:3], y[:3]), (X[:3], np.eye(10)[y[:3]])],
        "batches: expected labels of one shape in all of them",
    ),
]


@pytest.mark.parametrize(("given", "message"), BAD_BATCHES, ids=range(len(BAD_BATCHES)))
def test_batches_that_do_not_fit(given: Any, message: str) -> None:
    with pytest.raises(DataError) as caught:
        small().fit(given)
    assert str(caught.value).startswith(message)


def test_a_full_disk_is_told_before_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 2**26

    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage)
    with pytest.raises(DataError) as caught:
        small(window_rows=200).fit(batches)
    assert "has no room for them (0.1 GB free); set TMPDIR to a folder with more" in str(
        caught.value
    )


# -- Datasets of pyarrow ---------------------------------------------------------------------------


def test_a_dataset_of_pyarrow(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    dataset = pytest.importorskip("pyarrow.dataset")
    columns = {f"p{j}": X[:, j] for j in range(64)}
    table = pa.table({**columns, "digit": y, "w": np.ones(len(y))})
    for i in range(3):
        parquet.write_table(table[i::3], tmp_path / f"{i}.parquet", row_group_size=100)
    found = dataset.dataset(tmp_path)
    ours = small(window_rows=300).fit(found, "digit", "w")
    assert ours.feature_names_in_.tolist() == [f"p{j}" for j in range(64)]
    assert ours.predict(pd.DataFrame(columns)).shape == y.shape
    order = np.concatenate([np.arange(i, len(y), 3) for i in range(3)])
    theirs = small().fit(X[order], y[order], np.ones(len(y)))
    assert small().fit(found, "digit", "w").theta_.tobytes() == theirs.theta_.tobytes()
    assert small().fit(table, "digit").n_features_in_ == 65
    with pytest.raises(ParameterError) as caught:
        small().fit(found, "digits")
    assert str(caught.value).endswith("got 'digits' (did you mean \"digit\"?)")
    text = table.append_column("name", [["x"] * len(y)])
    with pytest.raises(DataError, match="column 'name': expected numbers; got string"):
        small().fit(text, "digit")
