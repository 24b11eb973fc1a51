"""The MAT 5 reader beside SciPy's writer, and against damaged files."""

import contextlib
import io
import struct

import numpy as np
import pytest
import scipy.io
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from clearprop.data.readers.mat import MatError, MatFile

TYPES = ["f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]


def written(compress=False, **arrays):
    buffer = io.BytesIO()
    scipy.io.savemat(buffer, arrays, do_compression=compress)
    return buffer.getvalue()


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(st.sampled_from(TYPES), hnp.array_shapes(min_dims=2, max_dims=3, max_side=5)),
    st.booleans(),
    st.sampled_from(["X", "a_name", "a_long_name_of_many_letters"]),
)
def test_what_scipy_writes_is_read_to_the_last_bit(array, compress, name):
    raw = written(compress, **{name: array, "after": np.eye(2)})
    found = MatFile(raw)
    assert list(found) == [name, "after"]
    assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
    assert found[name].tobytes() == array.tobytes()


def test_the_course_file_as_scipy_reads_it(shared_data):
    path = shared_data / "course" / "ex4weights.mat"
    expected, found = scipy.io.loadmat(path), MatFile(path.read_bytes())
    assert sorted(found) == ["Theta1", "Theta2"]
    for name, array in found.items():
        assert np.array_equal(array, expected[name])


def test_big_endian_and_small_storage():
    """As MATLAB on a big-endian machine stores whole doubles: in one byte each."""

    def element(kind, data):
        return struct.pack(">II", kind, len(data)) + data + bytes(-len(data) % 8)

    matrix = (
        element(6, struct.pack(">II", 6, 0))
        + element(5, struct.pack(">ii", 1, 3))
        + struct.pack(">HH", 1, 1) + b"y\0\0\0"
        + struct.pack(">HH", 3, 2) + bytes([10, 1, 2, 0])
    )  # fmt: skip
    header = b"MATLAB 5.0".ljust(124) + b"\x01\x00MI"
    y = MatFile(header + element(14, matrix))["y"]
    assert (y.tolist(), y.dtype) == ([[10.0, 1.0, 2.0]], np.float64)


@settings(max_examples=300, deadline=None)
@given(
    st.booleans(),
    st.lists(st.tuples(st.integers(128, 400), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_changed_bytes_are_an_error_or_other_numbers(compress, changes):
    raw = bytearray(written(compress, X=np.arange(24.0).reshape(8, 3), y=np.arange(8)))
    for at, value in changes:
        raw[min(at, len(raw) - 1)] = value
    with contextlib.suppress(MatError):
        MatFile(bytes(raw))


@pytest.mark.parametrize("keep", [0, 100, 127, 150, 200, -4])
def test_cut_files_lose_what_is_cut_or_are_an_error(keep):
    raw = written(X=np.eye(3))[:keep]
    with pytest.raises(MatError):
        MatFile(raw)
