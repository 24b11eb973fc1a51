"""JSON lines and arrays of objects."""

import json

import pytest

from clearprop.data import read
from clearprop.errors import DataError

ROWS = [
    {"a": 1, "s": " x ", "f": True, "y": "no"},
    {"s": "007", "a": 1.50, "f": False, "y": "yes"},
    {"a": None, "y": "no", "more": "", "s": "-"},
]
EXPECTED = [("1", "x", "true", None), ("1.5", "007", "false", None), (None, "-", None, None)]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, ROWS)),
        "\n\n".join(map(json.dumps, ROWS)) + "\n\n",
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        "\ufeff" + json.dumps(ROWS),
        "\n".join(json.dumps(row, indent=1) for row in ROWS),
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.csv"])
def test_each_object_is_a_row_of_raw_text(tmp_path, text, name):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    table = read(path, "y")
    assert table.feature_names == ("a", "s", "f", "more")
    assert table.X.rows() == EXPECTED
    assert table.y.tolist() == ["no", "yes", "no"]


def test_numbers_keep_their_spelling_and_rows_their_lines(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1.50, "y": 10000000000000000000001}\n\n{"a": 1e3, "y": 2}\n')
    table = read(path, "y")
    assert table.X.rows() == [("1.50",), ("1e3",)]
    assert table.y.tolist() == ["10000000000000000000001", "2"]
    assert [table.place(0), table.place(1)] == ["line 1", "line 3"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "y": 2}\n{"a": 1, "y": }\n', "line 2: cannot be read as JSON: expecting value"),
        ('{"a": 1, "y": 2}\n{"a"', "line 2: cannot be read as JSON: expecting ':' delimiter"),
        ('[{"a": 1, "y": 2}', "line 1: the array is never closed"),
        ("[[1, 2], [3, 4]]", "line 1: expected one object a line, or an array of objects, each "
         "with the names of the columns; got an array"),
        ('{"a": {"0": 1}, "y": {"0": 2}}', "line 1, column 'a': expected a number, a text, true, "
         "false or null; got an object"),
        ('{"a": [1], "y": 2}', "line 1, column 'a': expected a number, a text, true, false or "
         "null; got an array"),
        ('{"b": 1}', "no column 'y' for the target"),
        ("[{}]", "holds no rows"),
    ],
)  # fmt: skip
def test_faults(tmp_path, text, message):
    path = tmp_path / "a.jsonl"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        read(path, "y")
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(path))
