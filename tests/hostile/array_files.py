"""NPY and NPZ files that were made to do harm."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
from case import Case, npy, npy_header, stated

X = np.arange(40.0).reshape(20, 2)
Y = np.arange(20) % 2
TABLE = np.column_stack([X, Y])
LAST = ("train", "FILE", "--target", "-1")


class Harm:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("harm-was-done",)


def npz(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=1) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_a_large_member(member: str, size: int = 1 << 28):
    """An NPZ file one of whose members is zeros of `size` bytes; written piece by piece."""

    def make(folder: Path) -> None:
        with zipfile.ZipFile(
            folder / "a.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as archive:
            for name, array in (("X", X), ("y", Y)):
                if name != member:
                    archive.writestr(f"{name}.npy", npy(array))
            with archive.open(f"{member}.npy", "w", force_zip64=True) as file:
                file.write(stated((size // 16, 2)))
                for _ in range(size >> 20):
                    file.write(bytes(1 << 20))

    return make


def forged(raw: bytes, at: int, value: int) -> bytes:
    """Another size of the first entry, in both places where a zip archive states it."""
    data, new = bytearray(raw), value.to_bytes(4, "little")
    data[at : at + 4] = new
    second = data.index(b"PK\x01\x02") + at + 2
    data[second : second + 4] = new
    return bytes(data)


GOOD = npz({"X.npy": npy(X), "y.npy": npy(Y)})
OBJECTS = npy(np.array([Harm()] * 20, object))
NOT = "cannot be read as NPZ: "

FILES: dict[str, Case] = {
    # NPY
    "npy: right": Case("a.npy", npy(TABLE), "", LAST),
    "npy: Fortran order": Case("a.npy", npy(np.asfortranarray(TABLE)), "", LAST),
    "npy: cut": Case("a.npy", npy(TABLE)[:-8], "cannot be read as NPY", LAST),
    "npy: cut in the header": Case("a.npy", npy(TABLE)[:40], "cannot be read as NPY", LAST),
    "npy: 8 EB stated": Case("a.npy", stated((2**60, 1)), "the values end too early", LAST),
    "npy: a shape that overflows": Case("a.npy", stated((2**62, 2**62)), "end too early", LAST),
    "npy: sizes below zero": Case("a.npy", stated((-5, -5), values=bytes(200)), "as NPY", LAST),
    "npy: a size of text": Case("a.npy", stated(("20", 2)), "cannot be read as NPY", LAST),
    "npy: 70 dimensions": Case("a.npy", stated((1,) * 70, values=bytes(8)), "as NPY", LAST),
    "npy: no rows": Case("a.npy", npy(np.empty((0, 3))), r"got shape \(0, 2\)", LAST),
    "npy: no columns": Case("a.npy", npy(np.empty((5, 0))), "no column", LAST),
    "npy: one dimension": Case("a.npy", npy(np.arange(9.0)), r"expected a matrix \(m, n\)", LAST),
    "npy: one number": Case("a.npy", npy(np.array(3.0)), "expected", LAST),
    "npy: objects": Case("a.npy", OBJECTS, "Python objects, which are never loaded", LAST),
    "npy: texts": Case("a.npy", npy(np.array([["a", "b"]] * 9)), "expected numbers; got an", LAST),
    "npy: complex": Case("a.npy", npy(TABLE + 1j), "expected numbers; got an array of type", LAST),
    "npy: days": Case("a.npy", npy(np.zeros((9, 2), "M8[D]")), "expected numbers; got", LAST),
    "npy: records": Case("a.npy", npy(np.zeros(9, "f8,i4")), "expected numbers; got", LAST),
    "npy: texts of no bytes": Case("a.npy", stated((10**9, 2), "<U0"), "end too early", LAST),
    "npy: longdouble": Case("a.npy", npy(TABLE.astype(np.longdouble)), "", LAST),
    "npy: half precision": Case("a.npy", npy(TABLE.astype("f2")), "", LAST),
    "npy: big-endian": Case("a.npy", npy(TABLE.astype(">f8")), "", LAST),
    "npy: NaN": Case("a.npy", npy(np.where(TABLE == 7, np.nan, TABLE)), "", LAST),
    "npy: infinite": Case("a.npy", npy(np.where(TABLE == 7, np.inf, TABLE)), "finite", LAST),
    "npy: a column that there is not": Case(
        "a.npy", npy(TABLE), "no column '7' for the target", ("train", "FILE", "--target", "7")
    ),
    "npy: a column of 5,000 digits": Case(
        "a.npy", npy(TABLE), "no column", ("train", "FILE", "--target", "9" * 5000)
    ),
    "npy: a header of code": Case(
        "a.npy",
        npy_header("__import__('os').mkdir('harm-was-done')"),
        "cannot be read as NPY",
        LAST,
    ),
    "npy: a deep header": Case("a.npy", npy_header("(" * 9000), "cannot be read as NPY", LAST),
    "npy: a header of 1 MB": Case(
        "a.npy", npy_header("(" * 10**6, version=(2, 0)), "cannot be read as NPY", LAST
    ),
    "npy: a header of 4 GB": Case(
        "a.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{", "cannot be read as NPY", LAST
    ),
    "npy: version 9": Case("a.npy", b"\x93NUMPY\x09\x00\x10\x00" + bytes(16), "read as NPY", LAST),
    # NPZ
    "npz: right": Case("a.npz", GOOD),
    "npz: 256 MB beside X and y": Case("a.npz", with_a_large_member("other")),
    "npz: X of 256 MB in little": Case("a.npz", with_a_large_member("X"), "would come out of it"),
    "npz: y of 256 MB in little": Case("a.npz", with_a_large_member("y"), "would come out of it"),
    "npz: members that are no arrays": Case(
        "a.npz", npz({"X.npy": b"hello", "y.npy": b""}), "X holds no array|y holds no array"
    ),
    "npz: X is no array": Case(
        "a.npz", npz({"X.npy": b"hello", "y.npy": npy(Y)}), "X holds no array, but what begins"
    ),
    "npz: objects": Case("a.npz", npz({"X.npy": npy(X), "y.npy": OBJECTS}), "Python objects"),
    "npz: a pickle as a member": Case(
        "a.npz", npz({"X.npy": pickle.dumps(Harm()), "y.npy": npy(Y)}), "X holds no array"
    ),
    "npz: more stated than is there": Case(
        "a.npz", npz({"X.npy": stated((2**50, 2)), "y.npy": npy(Y)}), "the values end too early"
    ),
    "npz: 70 dimensions": Case(
        "a.npz", npz({"X.npy": stated((1,) * 70, values=bytes(8)), "y.npy": npy(Y)}), NOT
    ),
    "npz: twice X": Case("a.npz", lambda folder: twice(folder), "the array 'X' stands in it twice"),
    "npz: X and x": Case(
        "a.npz", npz({"X.npy": npy(X), "x.npy": npy(X), "y.npy": npy(Y)}), "which is meant, X, x?"
    ),
    "npz: a size that is forged": Case("a.npz", forged(GOOD, 22, 2**31), NOT + "|come out of it"),
    "npz: a name that climbs": Case(
        "a.npz", npz({"../X.npy": npy(X), "y.npy": npy(Y)}), "expected an array X"
    ),
    "npz: names with escapes": Case(
        "a.npz", npz({"\x1b[31m\u202e.npy": npy(X)}), "expected an array X"
    ),
    "npz: a name of 60 kB": Case("a.npz", npz({"n" * 60_000: npy(X)}), "expected an array X"),
    "npz: no members": Case("a.npz", npz({}), "expected an array X"),
    "npz: 5,000 members": Case(
        "a.npz", lambda _: npz({f"m{i}.npy": npy(Y) for i in range(5000)}), "expected an array X"
    ),
    "npz: cut": Case("a.npz", GOOD[:-30], NOT + "|damaged"),
    "npz: a changed byte": Case("a.npz", GOOD[:80] + b"\xff" + GOOD[81:], NOT),
    "npz: rows and labels differ": Case(
        "a.npz", npz({"X.npy": npy(X), "y.npy": npy(Y[:9])}), "X has 20 rows and y has 9"
    ),
    "npz: weights": Case("a.npz", npz({"Theta1.npy": npy(X)}), "the file holds weights, not data"),
    "npz: 5 x 0": Case(
        "a.npz", npz({"X.npy": npy(np.empty((5, 0))), "y.npy": npy(Y[:5])}), r"got shape \(5, 0\)"
    ),
    "npz: texts of no bytes as labels": Case(
        "a.npz", npz({"X.npy": npy(X), "y.npy": stated((10**9,), "<U0")}), "end too early"
    ),
    "npz: labels of texts": Case(
        "a.npz", npz({"X.npy": npy(X), "y.npy": npy(np.array(["a", "b"] * 10))})
    ),
}


def twice(folder: Path) -> None:
    import warnings

    with warnings.catch_warnings(), zipfile.ZipFile(folder / "a.npz", "w") as archive:
        warnings.simplefilter("ignore")
        for array in (X, X + 1):
            archive.writestr("X.npy", npy(array))
        archive.writestr("y.npy", npy(Y))
