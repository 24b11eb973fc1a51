"""Which reader a source gets, and sources that are not there."""

import gzip
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from clearprop.data import read
from clearprop.data.reading import Reading
from clearprop.errors import DataError

FRAME = pl.DataFrame({"a": [1, 2, 3], "y": [0, 1, 0]})


def test_the_content_decides_not_the_name(tmp_path):
    FRAME.write_parquet(tmp_path / "named.csv")
    assert read(tmp_path / "named.csv", "y").X.rows() == [(1,), (2,), (3,)]
    FRAME.write_csv(tmp_path / "no_ending")
    assert read(str(tmp_path / "no_ending"), "y").X.rows() == [("1",), ("2",), ("3",)]


@pytest.mark.parametrize(
    ("name", "kind"), [("a.parquet", "Parquet"), ("a.npz", "NPZ"), ("a.npy", "NPY")]
)
def test_a_name_that_the_content_belies(tmp_path, name, kind):
    (tmp_path / name).write_text("a,y\n1,2\n")
    with pytest.raises(DataError, match=f"named as {kind}, but the content is not {kind}"):
        read(tmp_path / name, "y")


def test_packed_arrays_are_unpacked(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(3))
    (tmp_path / "a.npy.gz").write_bytes(gzip.compress((tmp_path / "a.npy").read_bytes()))
    assert read(tmp_path / "a.npy.gz", "0").X.tolist() == [[0, 0], [1, 0], [0, 1]]


def test_a_file_that_is_not_there(tmp_path):
    (tmp_path / "letters.csv").touch()
    path = tmp_path / "leters.csv"
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value) == (
        f'{path}: no such file (did you mean "letters.csv"?). A source is a path, or "digits"'
    )
    with pytest.raises(DataError, match=f"there is no folder {tmp_path}/nowhere"):
        read(tmp_path / "nowhere" / "a.csv")
    with pytest.raises(DataError, match=r'digit: no such file \(did you mean "digits"\?\)'):
        read("digit")


def test_an_empty_file(tmp_path):
    (tmp_path / "a.npz").touch()
    with pytest.raises(DataError, match=r"a\.npz: the file is empty"):
        read(tmp_path / "a.npz")


def test_a_file_without_permission(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("a,y\n1,2\n")

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(DataError) as caught:
        read(path, "y")
    assert str(caught.value) == f"{path}: cannot be read: permission denied"


@pytest.mark.parametrize("cut", [-1, -5, 20])
def test_cut_gzip(tmp_path, cut):
    packed = gzip.compress(np.random.default_rng(0).bytes(4000).hex().encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[:cut])
    with pytest.raises(DataError, match="the gzip data are damaged or end too early"):
        read(tmp_path / "a.csv.gz", "y")


def test_digits_are_uint8_images_with_their_labels():
    table = read("digits")
    assert (table.X.shape, table.X.dtype, table.image_shape) == ((1797, 64), np.uint8, (8, 8))
    assert table.X[0, :8].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert np.bincount(table.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert read("digits", "digit").source == "digits"
    with pytest.raises(DataError, match="brings its own labels: leave target out; got 'letter'"):
        read("digits", "letter")


def test_digits_agree_with_scikit_learn():
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    table = read("digits")
    assert np.array_equal(table.X, X)
    assert np.array_equal(table.y, y)


def test_digits_without_scikit_learn(monkeypatch):
    monkeypatch.setattr("clearprop.data.digits.find_spec", lambda name: None)
    with pytest.raises(DataError, match="scikit-learn brings these data and is not installed"):
        read("digits")


def test_only_the_reader_that_is_needed_is_loaded():
    code = (
        "import sys, clearprop.data, clearprop.data.encoding, clearprop.data.targets\n"
        "table = clearprop.data.read('digits')\n"
        "clearprop.data.encoding.Encoder.fit(table).transform(table)\n"
        "print([name for name in ('polars', 'scipy', 'sklearn', 'pandas') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_what_is_read_is_known_to_be_finite(tmp_path):
    FRAME.write_csv(tmp_path / "a.csv")
    for table in (read(tmp_path / "a.csv", "y"), read("digits")):
        assert (table.finite, table.complete) == (True, False)
    np.savez(tmp_path / "a.npz", X=[[1.0, np.inf]], y=[1])
    with pytest.raises(DataError, match=r"a\.npz, X\[0, 1\]: expected a finite number"):
        read(tmp_path / "a.npz")


def test_choices_that_a_matrix_cannot_follow_are_named(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, X=[[1.0, 2.0]], y=[1])
    with pytest.warns(UserWarning, match="decimal") as caught:
        read(path, reading=Reading(decimal=",", empty=("-",)))
    assert [str(warning.message) for warning in caught] == [
        f"decimal, empty: {path} is a matrix of numbers, without text; ignored"
    ]
    with pytest.raises(DataError) as refused:
        read("digits", reading=Reading(id=("0",), decimal=","))
    assert str(refused.value) == (
        "digits: id: a matrix of numbers has no columns that name rows (--id); save the table as "
        "CSV or Parquet, or leave the columns out (--without)"
    )
    with pytest.raises(DataError, match="no columns of categories"):
        read(path, reading=Reading(categories=("0",)))
