"""NPZ, NPY and MAT files."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
import scipy.io
from scipy.sparse import csc_array

from clearprop.data import read
from clearprop.errors import DataError

X = np.arange(12.0).reshape(4, 3)
Y = np.array([0, 1, 0, 1])


def npz(folder, **arrays):
    np.savez(folder / "made.npz", **arrays)
    return folder / "made.npz"


def mat(folder, **arrays):
    scipy.io.savemat(folder / "made.mat", arrays)
    return folder / "made.mat"


def test_npz_with_X_and_y(tmp_path):
    table = read(npz(tmp_path, X=X, y=Y, other=np.zeros(7)))
    assert np.array_equal(table.X, X)
    assert table.y.tolist() == [0, 1, 0, 1]
    assert (table.feature_names, table.target_name, table.test) == (("0", "1", "2"), "y", None)


def test_npz_as_keras_names_mnist(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (6, 9, 5)).astype(np.uint8)
    labels = np.arange(6).astype(np.uint8)
    path = npz(
        tmp_path, x_train=images[:4], y_train=labels[:4], x_test=images[4:], y_test=labels[4:]
    )
    table = read(path)
    assert (table.image_shape, table.X.dtype) == ((9, 5), np.uint8)
    assert np.array_equal(table.X, images[:4].reshape(4, 45))
    assert np.array_equal(table.test.X, images[4:].reshape(2, 45))
    assert table.test.y.tolist() == [4, 5]


def test_target_may_name_another_array(tmp_path):
    table = read(npz(tmp_path, X=X, y=Y, z=np.array(list("abab"))), "z")
    assert (table.y.tolist(), table.target_name) == (list("abab"), "z")


def test_no_labels_needed_for_predict(tmp_path):
    assert read(npz(tmp_path, X=X), need_target=False).y is None


def test_course_golden_files(shared_data):
    small = read(shared_data / "course" / "golden_small.npz")
    assert (small.X.shape, small.y.tolist()) == ((5, 3), [2, 3, 1, 2, 3])
    large = read(shared_data / "course" / "golden_400_25_10.npz")
    assert (large.X.shape, large.image_shape) == ((500, 400), (20, 20))
    assert large.y.dtype == np.int64  # whole numbers, which the file holds as doubles


def test_npy_columns_count_from_both_ends(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.column_stack([Y, X]))
    first, last = read(path, "0"), read(path, "-1")
    assert np.array_equal(first.X, X)
    assert (first.y.tolist(), first.target_name) == ([0, 1, 0, 1], "0")
    assert first.feature_names == ("1", "2", "3")
    assert (last.y.tolist(), last.target_name) == ([2, 5, 8, 11], "3")
    assert np.array_equal(read(path, need_target=False).X, np.column_stack([Y, X]))
    assert read(path, "4", need_target=False).X.shape == (4, 4)


def test_npy_images_without_labels(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((2, 8, 8), np.uint8))
    assert read(tmp_path / "a.npy", need_target=False).image_shape == (8, 8)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            None,
            r"which column holds the labels\? Set target \(--target\) to a number from 0, or -1",
        ),
        ("4", r"no column '4' for the target; columns count from 0 to 3, or from -1"),
        ("-5", "no column '-5' for the target"),
        ("y", "no column 'y' for the target"),
    ],
)
def test_npy_wrong_targets(tmp_path, target, message):
    np.save(tmp_path / "a.npy", np.eye(4))
    with pytest.raises(DataError, match=message):
        read(tmp_path / "a.npy", target)


def test_mat_as_the_course_has_it(tmp_path):
    images = np.linspace(-0.13, 1.13, 4 * 400).reshape(4, 400)
    path = mat(tmp_path, X=images, y=np.array([[10.0], [1.0], [2.0], [10.0]]))
    table = read(path)
    assert np.array_equal(table.X, images)
    assert (table.y.tolist(), table.y.dtype) == ([10, 1, 2, 10], np.int64)
    assert (table.image_shape, table.image_order) == ((20, 20), "F")


def test_mat_with_a_test_set(tmp_path):
    table = read(mat(tmp_path, X=X, y=Y, Xval=X, yval=Y, Xtest=X[:2], ytest=Y[:2]))
    assert np.array_equal(table.test.X, X[:2])
    assert table.test.y.tolist() == [0, 1]


def test_weights_are_no_data(shared_data):
    path = shared_data / "course" / "ex4weights.mat"
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: expected an array X, one row a sample; the file holds weights, not data: Theta1 "
        "(25, 401), Theta2 (10, 26)"
    )


BAD = {
    "no X": ({"a": X}, r"expected an array X, one row a sample; the file holds a \(4, 3\)"),
    "no y": ({"X": X}, r"expected an array y with a label for each row; the file holds X \(4, 3\)"),
    "counts": ({"X": X, "y": Y[:2]}, "X has 4 rows and y has 2$"),
    "transposed": (
        {"X": X.T, "y": Y},
        "X has 3 rows and y has 4: one sample must be a row of X: transpose it",
    ),
    "one dimension": ({"X": Y, "y": Y}, r"X: expected rows \(m, n\) or grey images"),
    "colours": ({"X": np.zeros((4, 8, 8, 3)), "y": Y}, r"got shape \(4, 8, 8, 3\)"),
    "no rows": ({"X": np.zeros((0, 3)), "y": np.zeros(0)}, r"got shape \(0, 3\)"),
    "text": ({"X": np.array([["a"], ["b"]]), "y": Y[:2]}, "X: expected numbers; got an array of"),
    "complex": ({"X": X * 1j, "y": Y}, "X: expected numbers; got an array of type complex128"),
    "infinite": (
        {"X": np.where(X == 7, np.inf, X), "y": Y},
        r"X\[2, 1\]: expected a finite number; got an infinite one; correct it",
    ),
    "infinite label": ({"X": X, "y": np.where(Y, np.inf, 0.5)}, r"X\[1\], target 'y': expected a"),
    "test columns": (
        {"x_train": X, "y_train": Y, "x_test": X[:, :2], "y_test": Y},
        "x_test has 2 columns and x_train has 3; they must agree",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_each_fault_has_its_sentence(tmp_path, case):
    arrays, message = BAD[case]
    with pytest.raises(DataError, match=message):
        read(npz(tmp_path, **arrays))


def test_wrong_array_name(tmp_path):
    with pytest.raises(DataError, match=r"no array 'labls' for the target \(did you mean"):
        read(npz(tmp_path, X=X, labels=Y), "labls")


def test_objects_are_never_unpickled(tmp_path):
    class Trap:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    trap = np.array([Trap()], dtype=object)
    message = "it holds Python objects, which are never loaded; save arrays of numbers"
    with pytest.raises(DataError, match=message):
        read(npz(tmp_path, X=trap, y=Y))
    np.save(tmp_path / "a.npy", trap, allow_pickle=True)
    with pytest.raises(DataError, match=message):
        read(tmp_path / "a.npy", "0")


@pytest.mark.parametrize("name", ["a.npz", "a.npy"])
@pytest.mark.parametrize("keep", [10, 60, 0.9])
def test_cut_files(tmp_path, name, keep):
    path = tmp_path / name
    if name == "a.npz":
        np.savez(path, X=X, y=Y)
    else:
        np.save(path, X)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(keep if keep > 1 else keep * len(raw))])
    with pytest.raises(DataError, match=f"cannot be read as {name[2:].upper()}: ") as caught:
        read(path, "0" if name == "a.npy" else None)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (np.array(["a", "b"], dtype=object), "a cell array"),
        ({"field": 1.0}, "a struct"),
        ("text", "a text"),
        (csc_array(X), "a sparse matrix"),
        (X * 1j, "a complex matrix"),
    ],
)
def test_matlab_values_that_are_no_matrix(tmp_path, value, what):
    with pytest.raises(DataError, match=f"X: expected numbers; got {what}"):
        read(mat(tmp_path, X=value, y=Y))


def test_matlab_7_3(tmp_path):
    path = tmp_path / "a.mat"
    path.write_bytes(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512) + b"\x89HDF\r\n")
    with pytest.raises(
        DataError, match=r"MATLAB 7\.3 files cannot be read; save it again in MATLAB"
    ):
        read(path)


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def test_only_the_arrays_that_are_needed_are_unpacked(tmp_path):
    path = tmp_path / "extra.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("X.npy", npy(np.arange(40.0).reshape(20, 2)))
        archive.writestr("y.npy", npy(np.arange(20) // 10))
        with archive.open("readme.txt", "w") as entry:
            for _ in range(64):
                entry.write(bytes(1 << 20))
        with archive.open("other.npy", "w") as entry:
            entry.write(npy(np.zeros(1)))
            for _ in range(64):
                entry.write(bytes(1 << 20))
    tracemalloc.start()
    try:
        table = read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert table.X.shape == (20, 2)
    assert peak < 4 << 20
    with pytest.raises(DataError, match=r"no array 'z' .* readme\.txt \(no array\), other \(1,\)"):
        read(path, "z")


def test_an_entry_that_is_no_array(tmp_path):
    path = tmp_path / "text.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("X", "1,2\n3,4\n")
        archive.writestr("y.npy", npy(np.arange(2)))
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: X holds no array, but what begins with b'1,2\\n3,'; save arrays with numpy.savez"
    )
