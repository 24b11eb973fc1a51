"""Rows that are made reach all that an encoder knows."""

import numpy as np
import polars as pl
import pytest

from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.errors import ClearpropError
from clearprop.export.exported import agreed
from clearprop.export.rows import made_rows
from export.conftest import a_model

THREE = Targets.fit(["a", "b", "c"])


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_every_input_of_the_network_is_reached(encoder):
    rows = made_rows(a_model(THREE, encoder), 1000)
    X = encoder.transform(rows)  # (1000, s_1)
    constant = (X[0] == X).all(axis=0)
    assert not constant.any(), np.array(encoder.input_names)[constant]


def test_cells_are_empty_unseen_and_markers(encoder):
    X = made_rows(a_model(THREE, encoder), 1000).X
    assert all(20 < n < 200 for n in X.null_count().row(0))
    assert (X["income"] == -999.0).sum() > 20
    assert {"New York?", "-"} < set(X["city"].drop_nulls())
    assert "neither" in set(X["member"].drop_nulls())
    assert X["clock"].dtype == pl.Time
    assert (X["seen"].dt.microsecond().drop_nulls() == 0).all()


def test_numbers_lie_in_the_range_of_training_and_a_little_beyond(encoder):
    age = made_rows(a_model(THREE, encoder), 1000).X["age"].drop_nulls()
    low, high = encoder.low[0], encoder.high[0]
    reach = 0.2 * (high - low)
    assert low - reach <= age.min() < low
    assert high < age.max() <= high + reach
    assert set(encoder.edges[0]) < set(age)


def test_rows_are_the_same_each_time(encoder):
    model = a_model(THREE, encoder)
    assert made_rows(model, 50).X.equals(made_rows(model, 50).X)
    assert not made_rows(model, 50).X.equals(made_rows(model, 50, seed=1).X)


def test_arrays_are_float32_with_gaps_where_training_had_some():
    X = np.array([[1.0, 1.0], [2.0, np.nan], [5.0, 3.0]])
    model = a_model(THREE, Encoder.fit(Table("a.npy", X, None, ("0", "1"), None)))
    rows = made_rows(model, 1000).X
    assert rows.dtype == np.float32
    assert np.isnan(rows).any(axis=0).tolist() == [False, True]


def test_nan_is_a_difference_and_so_is_a_shape():
    ours = np.zeros((2, 2))
    with pytest.raises(ClearpropError, match=r"onnx: row 1 of the check differs by nan"):
        agreed("onnx", ours, np.array([[0.0, 0.0], [0.0, np.nan]]), 1.0)
    with pytest.raises(ClearpropError, match=r"expected predictions of shape \(2, 2\), as the "):
        agreed("onnx", ours, np.zeros((2, 1)), 1.0)
