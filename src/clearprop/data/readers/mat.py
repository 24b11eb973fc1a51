"""MATLAB's MAT 5 files: the arrays of numbers in them.

SciPy reads these files too, but trusts them: one changed byte (a type that does not exist) crashes
the interpreter (SciPy 1.17). Here every number that a file states is checked before it is used.

Format: The MathWorks, *MAT-File Format*, "Level 5". A header of 128 bytes is followed by elements.
Each element is a tag (type and size in bytes, 4 bytes each) and its data. A matrix is an element
that holds other elements: flags, sizes, name, and values in column-major order. Elements in a
matrix are padded to 8 bytes, and the data of a small one may lie within its tag. A compressed
element unpacks to one element.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from clearprop.data.table import Array

_MATRIX, _COMPRESSED = 14, 15
_STORED = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
}
_NUMBERS = {
    6: "f8",
    7: "f4",
    8: "i1",
    9: "u1",
    10: "i2",
    11: "u2",
    12: "i4",
    13: "u4",
    14: "i8",
    15: "u8",
}
_OTHERS = {1: "cell array", 2: "struct", 3: "object", 4: "text", 5: "sparse matrix"}
_COMPLEX = 0x0800


class MatError(Exception):
    """What is wrong with a MAT file, in words."""


class _Element(NamedTuple):
    kind: int
    data: memoryview


def mat_arrays(raw: bytes) -> dict[str, Array]:
    """The variables of a MAT 5 file by name.

    Parameters
    ----------
    raw
        The bytes of the file.

    Returns
    -------
    Real matrices keep the type that MATLAB shows. Any other variable becomes an array of shape
    ``()`` that holds the name of its kind, such as ``"cell array"``.

    Raises
    ------
    MatError
        For other formats (such as MAT 7.3) and damaged files.
    """
    if raw.startswith((b"MATLAB 7.3", b"\x89HDF")):
        raise MatError("MATLAB 7.3 files cannot be read; save it again in MATLAB with -v7")
    order = {b"IM": "<", b"MI": ">"}.get(raw[126:128])
    if order is None or len(raw) < 128:
        raise MatError("its header is not that of a MAT 5 file; save it in MATLAB with -v7")
    arrays: dict[str, Array] = {}
    for element in _elements(memoryview(raw)[128:], order, padded=False):
        if element.kind == _COMPRESSED:
            try:
                unpacked = memoryview(zlib.decompress(element.data))
            except zlib.error:
                raise MatError("the compressed data are damaged") from None
            element = next(_elements(unpacked, order, padded=False), element)
        if element.kind == _MATRIX:
            name, array = _matrix(element.data, order)
            arrays[name] = array
    return arrays


def _elements(data: memoryview, order: str, padded: bool) -> Iterator[_Element]:
    """The elements one after another; within a matrix they are padded to 8 bytes."""
    at = 0
    while at + 8 <= len(data):
        kind, size = (int(word) for word in np.frombuffer(data, order + "u4", 2, at))
        start = at + 8
        at = start + size + (-size % 8 if padded else 0)
        if kind >> 16:  # small: size and type share the first word, and the second holds the data
            kind, size, start = kind & 0xFFFF, kind >> 16, start - 4
            at = start + 4
        if start + size > len(data) or (start + 4 == at and size > 4):
            raise MatError("the file ends too early, or is damaged")
        yield _Element(kind, data[start : start + size])


def _matrix(data: memoryview, order: str) -> tuple[str, Array]:
    elements = _elements(data, order, padded=True)
    try:
        flags, sizes, label = next(elements), next(elements), next(elements)
    except StopIteration:
        raise MatError("a matrix without size or name: the file is damaged") from None
    if len(flags.data) < 4 or sizes.kind != 5 or len(sizes.data) % 4:
        raise MatError("a matrix without size: the file is damaged")
    name = bytes(label.data).decode("latin-1")
    flag = int(np.frombuffer(flags.data, order + "u4", 1)[0])
    shape = tuple(int(size) for size in np.frombuffer(sizes.data, order + "i4"))
    if flag & 0xFF not in _NUMBERS:
        return name, np.array(_OTHERS.get(flag & 0xFF, "value of an unknown kind"))
    if flag & _COMPLEX:
        return name, np.array("complex matrix")
    values = next(elements, _Element(9, memoryview(b"")))
    stored = np.dtype(order + _STORED.get(values.kind, "V1"))
    if (
        stored.kind == "V"
        or min(shape, default=-1) < 0
        or math.prod(shape) * stored.itemsize != len(values.data)
    ):
        raise MatError(f"the values of {name!r} do not fit its size: the file is damaged")
    array = np.frombuffer(values.data, stored).reshape(shape, order="F")
    # In C order, since callers take rows.
    return name, np.ascontiguousarray(array, _NUMBERS[flag & 0xFF])
