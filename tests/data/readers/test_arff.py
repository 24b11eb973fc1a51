"""ARFF files."""

import pytest

from clearprop.data import read
from clearprop.errors import DataError

TEXT = """% made by hand
@relation 'a table'
@attribute a numeric
@attribute 'b c' real
@attribute s {red, blue}
@attribute out {no,yes}
@data
1,0.5,red,no
?,1.5,blue,yes
3,?,?,no
"""


def test_numbers_and_named_values(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    table = read(path, "out")
    assert table.feature_names == ("a", "b c", "s")
    assert table.X.rows() == [(1.0, 0.5, "red"), (None, 1.5, "blue"), (3.0, None, None)]
    assert table.y.tolist() == ["no", "yes", "no"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT.replace("s {red, blue}", "s string"), "cannot be read as ARFF: .*; save it"),
        (TEXT.replace("1,0.5,red", "x,0.5,red"), "cannot be read as ARFF: .*; save it as CSV"),
        (TEXT[: TEXT.index("1,0.5")], "holds no rows"),
    ],
)
def test_faults(tmp_path, text, message):
    path = tmp_path / "a.arff"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read(path, "out")
