"""The columns of a table as they were read."""

import numpy as np

from clearprop.data.beside import as_read
from clearprop.data.table import Table


def test_a_matrix_as_read() -> None:
    X, y = np.arange(6).reshape(3, 2), np.array([[0, 1], [1, 1], [0, 0]])
    frame = as_read(Table("a.npz", X, y, ("0", "1"), "y"))
    assert frame.rows() == [(0, 1, 0, 1), (2, 3, 1, 1), (4, 5, 0, 0)]
    assert frame.columns == ["0", "1", "y_0", "y_1"]
    assert as_read(Table("a.npy", X, None, ("0", "1"), None)).columns == ["0", "1"]


def test_several_labels_have_the_names_of_their_columns() -> None:
    y = np.array([[0.5, 1.5]])
    table = Table("a.csv", np.eye(1, 2), y, ("a", "b"), "y1, y2", target_names=("y1", "y2"))
    assert as_read(table).columns == ["a", "b", "y1", "y2"]
