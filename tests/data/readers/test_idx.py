"""IDX files, written here by hand."""

import gzip
import struct

import numpy as np
import pytest

from clearprop.data import read
from clearprop.data.readers.idx import read_array
from clearprop.errors import DataError

CODES = {"u1": 8, "i1": 9, ">i2": 0x0B, ">i4": 0x0C, ">f4": 0x0D, ">f8": 0x0E}


def idx(array, dtype="u1"):
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, CODES[dtype], array.ndim]) + sizes + array.astype(dtype).tobytes()


IMAGES = np.arange(5 * 6, dtype=np.uint8).reshape(5, 2, 3)
LABELS = np.array([3, 1, 4, 1, 5], np.uint8)


def pair(folder, prefix, images=IMAGES, labels=LABELS, ending="", style="-"):
    pack = gzip.compress if ending else bytes
    first = folder / f"{prefix}-images{style}idx3-ubyte{ending}"
    second = folder / f"{prefix}-labels{style}idx1-ubyte{ending}"
    first.write_bytes(pack(idx(images)))
    second.write_bytes(pack(idx(labels)))
    return first, second


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("style", ["-", "."])
def test_a_pair_by_either_file(tmp_path, ending, style):
    for path in pair(tmp_path, "train", ending=ending, style=style):
        table = read(path)
        assert np.array_equal(table.X, IMAGES.reshape(5, 6))
        assert table.y.tolist() == [3, 1, 4, 1, 5]
        assert (table.X.dtype, table.image_shape) == (np.uint8, (2, 3))
        assert (table.target_name, table.test) == ("label", None)


def test_a_folder_brings_its_test_set(tmp_path):
    pair(tmp_path, "train", ending=".gz")
    pair(tmp_path, "t10k", IMAGES[:2], LABELS[:2])
    table = read(tmp_path)
    assert table.n_rows == 5
    assert np.array_equal(table.test.X, IMAGES[:2].reshape(2, 6))
    assert table.test.y.tolist() == [3, 1]


def test_a_file_and_its_gzip_are_one_set(tmp_path):
    pair(tmp_path, "train", ending=".gz")
    pair(tmp_path, "train")
    assert read(tmp_path).n_rows == 5


def test_a_folder_with_a_test_pair_alone(tmp_path):
    pair(tmp_path, "t10k")
    table = read(tmp_path)
    assert (table.n_rows, table.test) == (5, None)


def test_a_folder_with_two_training_sets(tmp_path):
    pair(tmp_path, "letters-train")
    pair(tmp_path, "digits-train")
    with pytest.raises(DataError, match="expected one set of images to train on; choose one of di"):
        read(tmp_path)


def test_images_without_labels(tmp_path):
    images, labels = pair(tmp_path, "train")
    labels.unlink()
    assert read(images, need_target=False).y is None
    with pytest.raises(DataError, match="no file of labels beside these images, as in train-im"):
        read(images)


@pytest.mark.parametrize("dtype", CODES)
def test_all_types(tmp_path, dtype):
    values = np.array([[0, 1], [100, 127]])
    (tmp_path / "a").write_bytes(idx(values, dtype))
    array = read_array(tmp_path / "a")
    assert array.tolist() == [[0, 1], [100, 127]]
    assert array.dtype.isnative


BAD = {
    "magic": (
        lambda raw: b"\x00\x00\x07\x03" + raw[4:],
        "expected a magic number such as 00 00 08 03; got 00 00 07 03",
    ),
    "cut": (
        lambda raw: raw[:-1],
        r"ends too early: its header says shape \(5, 2, 3\), 46 bytes in all; got 45 bytes",
    ),
    "header": (lambda raw: raw[:9], "the file ends within its header"),
    "longer": (lambda raw: raw + b"x", "goes on after its end"),
    "huge": (
        lambda raw: raw[:4] + b"\xff" * 12 + raw[16:],
        r"header says shape \(4294967295, 4294967295, 4294967295\)",
    ),
    "dimensions": (
        lambda raw: idx(LABELS),
        r"expected images, 2 or 3 dimensions; got shape \(5,\)",
    ),
    "no images": (lambda raw: idx(IMAGES[:0]), r"holds nothing: its header says shape \(0, "),
    "counts": (lambda raw: idx(IMAGES[:4]), "5 labels, but .* holds 4 images; they must be a pair"),
    "gzip": (lambda raw: gzip.compress(raw)[:-3], "the gzip data are damaged or end too early"),
}


@pytest.mark.parametrize("case", BAD)
def test_each_fault_has_its_sentence(tmp_path, case):
    damage, message = BAD[case]
    pair(tmp_path, "train")
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_labels_that_are_images(tmp_path):
    _, labels = pair(tmp_path, "train")
    labels.write_bytes(idx(IMAGES))
    with pytest.raises(DataError, match=r"expected labels, 1 dimension; got shape \(5, 2, 3\)"):
        read(tmp_path)


def test_test_images_of_another_shape(tmp_path):
    pair(tmp_path, "train")
    pair(tmp_path, "t10k", IMAGES[:, :1])
    with pytest.raises(DataError, match=r"images of shape \(1, 3\); those of train-.* \(2, 3\)"):
        read(tmp_path)


def test_a_folder_without_such_files(tmp_path):
    with pytest.raises(
        DataError, match="a folder must hold pairs of IDX files, as in train-images"
    ):
        read(tmp_path)


def test_a_target_is_not_needed(tmp_path):
    pair(tmp_path, "train")
    assert read(tmp_path, "label").n_rows == 5
    with pytest.raises(DataError, match="IDX brings its own labels: leave target out; got 'y'"):
        read(tmp_path, "y")


def test_mnist(shared_data):
    table = read(shared_data / "mnist")
    assert (table.X.shape, table.test.X.shape) == ((60000, 784), (10000, 784))
    assert np.bincount(table.y).tolist()[:3] == [5923, 6742, 5958]
    assert np.bincount(table.test.y).tolist()[:3] == [980, 1135, 1032]
    assert int(table.X[0].sum()) == 27525
