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
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from clearprop.data.archives import beyond, unpacked_bound
from clearprop.data.table import Array
from clearprop.errors import shown

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
_TAG = 8  # bytes
_HEAD = 1 << 16  # bytes of a matrix in which its sizes and its name must end
_DIMENSIONS = 32  # all versions of NumPy can have so many


class MatError(Exception):
    """What is wrong with a MAT file, in words."""


class _Element(NamedTuple):
    kind: int
    data: memoryview


class _Head(NamedTuple):
    """What stands before the values of a matrix. `other` says what it is if it has no numbers."""

    flag: int
    shape: tuple[int, ...]
    other: str


class MatFile(Mapping[str, Array]):
    """The variables of a MAT 5 file by name. Each is unpacked when it is asked for.

    Real matrices keep the type that MATLAB shows. Any other variable is an array of shape ``()``
    that holds the name of its kind, such as ``"cell array"``.

    Parameters
    ----------
    raw
        The bytes of the file.

    Raises
    ------
    MatError
        For other formats (such as MAT 7.3) and damaged files; also when a variable is asked for.
    """

    def __init__(self, raw: bytes) -> None:
        if raw.startswith((b"MATLAB 7.3", b"\x89HDF")):
            raise MatError("MATLAB 7.3 files cannot be read; save it again in MATLAB with -v7")
        order = {b"IM": "<", b"MI": ">"}.get(raw[126:128])
        if order is None or len(raw) < 128:
            raise MatError("its header is not that of a MAT 5 file; save it in MATLAB with -v7")
        self._order, self._most = order, unpacked_bound(len(raw))
        self._variables: dict[str, tuple[_Head, _Element]] = {}
        for element in _elements(memoryview(raw)[128:], order, padded=False):
            packed = element.kind == _COMPRESSED
            begin = self._unpacked(element, _HEAD) if packed else element
            if begin.kind != _MATRIX:
                continue
            name, head = _head(begin.data, order)
            if name in self._variables:
                raise MatError(f"the variable {shown(name)} stands in it twice")
            self._variables[name] = head, element

    def __getitem__(self, name: str) -> Array:
        head, element = self._variables[name]
        if head.other:
            return np.array(head.other)
        if element.kind == _COMPRESSED:
            element = self._unpacked(element, self._most)
        return _matrix(name, head, element.data, self._order)

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a variable; it is not unpacked for that."""
        head, _ = self._variables[name]
        return () if head.other else head.shape

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def _unpacked(self, packed: _Element, most: int) -> _Element:
        """The element in a compressed one. Asked for its head, it may end earlier."""
        unpacker = zlib.decompressobj()
        try:
            raw = memoryview(unpacker.decompress(packed.data, most + _TAG))
        except zlib.error:
            raise MatError("the compressed data are damaged") from None
        if len(raw) < _TAG:
            raise MatError("the compressed data are damaged")
        kind, size = (int(word) for word in np.frombuffer(raw, self._order + "u4", 2))
        if size > most > _HEAD:
            raise MatError(beyond(most))
        if len(raw) - _TAG < min(size, most):
            raise MatError("the compressed data are damaged")
        return _Element(kind, raw[_TAG : _TAG + size])


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


def _head(data: memoryview, order: str) -> tuple[str, _Head]:
    """The name of a matrix, and what stands before its values."""
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
    other = ""
    if flag & 0xFF not in _NUMBERS:
        other = _OTHERS.get(flag & 0xFF, "value of an unknown kind")
    elif flag & _COMPLEX:
        other = "complex matrix"
    elif len(shape) > _DIMENSIONS:
        other = f"matrix of {len(shape)} dimensions"
    return name, _Head(flag, shape, other)


def _matrix(name: str, head: _Head, data: memoryview, order: str) -> Array:
    elements = _elements(data, order, padded=True)
    for _ in range(3):
        next(elements)  # flags, sizes and name
    values = next(elements, _Element(9, memoryview(b"")))
    stored = np.dtype(order + _STORED.get(values.kind, "V1"))
    damaged = MatError(f"the values of {shown(name)} do not fit its size: the file is damaged")
    if (
        stored.kind == "V"
        or min(head.shape, default=-1) < 0
        or math.prod(head.shape) * stored.itemsize != len(values.data)
    ):
        raise damaged
    try:
        array = np.frombuffer(values.data, stored).reshape(head.shape, order="F")
    except ValueError:  # no values, in sizes whose product NumPy cannot count
        raise damaged from None
    with np.errstate(all="ignore"):
        # In C order, since callers take rows.
        found = np.ascontiguousarray(array, _NUMBERS[head.flag & 0xFF])
        if found.dtype.kind in "iu" and not (found == array).all():
            raise damaged
    return found
