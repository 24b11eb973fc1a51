"""MAT and IDX files that were made to do harm."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from pathlib import Path

from case import Case, element, idx, mat, matrix, packed

ROWS = struct.pack("<40d", *range(40))
X = matrix("X", [20, 2], ROWS)
Y = matrix("y", [20, 1], struct.pack("<20d", *(i % 2 for i in range(20))))
ONE = struct.pack("<d", 1.0)
LARGE = 1 << 27  # bytes of zeros, in 130 kB
AS = "cannot be read as MAT 5: "


def large(name: str) -> bytes:
    return packed(matrix(name, [LARGE // 16, 2], bytes(LARGE)))


def pair(images: bytes, labels: bytes, ending: str = "") -> Callable[[Path], None]:
    """Two IDX files."""

    def make(folder: Path) -> None:
        (folder / f"a-images-idx3-ubyte{ending}").write_bytes(images)
        (folder / f"a-labels-idx1-ubyte{ending}").write_bytes(labels)

    return make


IMAGES = idx(8, [20, 2, 2], bytes(range(80)))
LABELS = idx(8, [20], bytes(i % 2 for i in range(20)))
NAME, ZIPPED = "a-images-idx3-ubyte", "a-images-idx3-ubyte.gz"
IDX = ("train", "FILE")
FOLDER = ("train", ".")

FILES: dict[str, Case] = {
    # MAT
    "mat: right": Case("a.mat", mat(X, Y)),
    "mat: right, compressed": Case("a.mat", mat(packed(X), packed(Y))),
    "mat: 128 MB beside X and y": Case(
        "a.mat", lambda f: (f / "a.mat").write_bytes(mat(packed(X), large("other"), packed(Y)))
    ),
    "mat: X of 128 MB in little": Case(
        "a.mat",
        lambda f: (f / "a.mat").write_bytes(mat(large("X"), packed(Y))),
        "would come out of it",
    ),
    "mat: 70 dimensions": Case(
        "a.mat",
        mat(matrix("X", [1] * 70, ONE), Y),
        "expected numbers; got a matrix of 70 dimensions",
    ),
    "mat: 40,000 dimensions": Case("a.mat", mat(packed(matrix("X", [1] * 40_000, ONE)), Y), AS),
    "mat: sizes whose product overflows": Case(
        "a.mat", mat(matrix("X", [2**31 - 1] * 3, ONE), Y), AS + "the values of 'X' do not fit"
    ),
    "mat: sizes with a zero": Case(
        "a.mat", mat(matrix("X", [2**31 - 1, 2**31 - 1, 2**31 - 1, 0], b""), Y), AS + "|got shape"
    ),
    "mat: sizes below zero": Case("a.mat", mat(matrix("X", [-20, -2], ROWS), Y), AS),
    "mat: no dimensions": Case("a.mat", mat(matrix("X", [], ONE), Y), "X"),
    "mat: a type that there is not": Case(
        "a.mat", mat(matrix("X", [20, 2], ROWS, stored=99), Y), AS + "the values of 'X' do not fit"
    ),
    "mat: a class that there is not": Case(
        "a.mat", mat(matrix("X", [20, 2], ROWS, kind=77), Y), "got a value of an unknown kind"
    ),
    "mat: a cell array": Case(
        "a.mat", mat(matrix("X", [1, 1], b"", kind=1), Y), "got a cell array"
    ),
    "mat: doubles in a byte's class": Case(
        "a.mat", mat(matrix("X", [20, 2], struct.pack("<40d", *[1e300] * 40), kind=9), Y), AS
    ),
    "mat: twice X": Case("a.mat", mat(X, X, Y), AS + "the variable 'X' stands in it twice"),
    "mat: a name of 1 MB": Case(
        "a.mat", mat(matrix("n" * 10**6, [1, 1], ONE)), "expected an array X"
    ),
    "mat: a name of 1 MB, compressed": Case(
        "a.mat", mat(packed(matrix("n" * 10**6, [1, 1], ONE))), AS
    ),
    "mat: a size beyond the end": Case("a.mat", mat(element(14, ROWS, 2**31)), AS),
    "mat: a matrix of nothing": Case("a.mat", mat(element(14, b"")), AS + "a matrix without size"),
    "mat: compressed nothing": Case("a.mat", mat(struct.pack("<II", 15, 0)), AS),
    "mat: compressed in compressed": Case(
        "a.mat", mat(packed(packed(X)), Y), "expected an array X"
    ),
    "mat: compressed, cut": Case("a.mat", mat(packed(X)[:-20], Y), AS),
    "mat: a compressed size that is forged": Case(
        "a.mat", mat(packed(struct.pack("<II", 14, 2**31) + X[8:]), Y), AS
    ),
    "mat: header only": Case("a.mat", mat(), "expected an array X"),
    "mat: 100,000 empty elements": Case("a.mat", mat(element(1, b"") * 100_000), "an array X"),
    "mat: version 7.3": Case("a.mat", b"MATLAB 7.3 MAT-file".ljust(512), "save it again in MATLAB"),
    # IDX
    "idx: right": Case(NAME, pair(IMAGES, LABELS), "", IDX),
    "idx: 255 dimensions": Case(
        NAME, pair(idx(8, [1] * 255, b"1"), LABELS), "got 255 dimensions", FOLDER
    ),
    "idx: labels of 255 dimensions": Case(
        NAME, pair(IMAGES, idx(8, [1] * 255, b"1")), "got 255 dimensions", IDX
    ),
    "idx: 4 dimensions": Case(
        NAME, pair(idx(8, [20, 1, 2, 2], bytes(80)), LABELS), "dimensions", IDX
    ),
    "idx: 79 EB stated": Case(
        NAME, pair(idx(8, [2**32 - 1] * 3, bytes(80)), LABELS), "the file ends too early", IDX
    ),
    "idx: sizes with a zero": Case(
        NAME, pair(idx(8, [2**32 - 1, 2**32 - 1, 0], b""), LABELS), "holds nothing", IDX
    ),
    "idx: images of no pixels": Case(NAME, pair(idx(8, [20, 0, 0], b""), LABELS), "nothing", IDX),
    "idx: no labels": Case(NAME, pair(IMAGES, idx(8, [0], b"")), "holds nothing", IDX),
    "idx: cut in the header": Case(NAME, pair(IMAGES[:9], LABELS), "within its header", IDX),
    "idx: a type that there is not": Case(
        NAME, pair(idx(10, [20, 2, 2], bytes(80)), LABELS), "not an IDX file", IDX
    ),
    "idx: longer than it states": Case(
        NAME, pair(IMAGES + b"x", LABELS), "goes on after its end", IDX
    ),
    "idx: fewer labels": Case(NAME, pair(IMAGES, idx(8, [9], bytes(9))), "must be a pair", IDX),
    "idx: labels that are a CSV": Case(NAME, pair(IMAGES, b"a,y\n1,2\n"), "not an IDX file", IDX),
    "idx: NaN": Case(
        NAME, pair(idx(13, [20, 1, 1], b"\x7f\xc0\0\0" * 20), LABELS), "is empty in every row", IDX
    ),
    "idx: gz of 128 MB in little": Case(
        ZIPPED,
        pair(
            gzip.compress(idx(8, [1 << 18, 32, 32], bytes(1 << 20)), 1)
            + gzip.compress(bytes(1 << 23)) * 16,
            LABELS,
            ".gz",
        ),
        "would come out of it",
        IDX,
    ),
    "idx: gz, cut": Case(
        ZIPPED,
        pair(gzip.compress(IMAGES)[:-9], gzip.compress(LABELS), ".gz"),
        "data are damaged",
        IDX,
    ),
}
