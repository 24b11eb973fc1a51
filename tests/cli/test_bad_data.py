"""Sources that are wrong: one line that says which file, where in it, and what to do."""

import gzip
import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

IMAGES = np.arange(20 * 4, dtype=np.uint8).reshape(20, 2, 2)
LABELS = np.arange(20, dtype=np.uint8) % 2
ROWS = np.arange(60.0).reshape(20, 3)
PAIR = "as in train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz"


def table(*lines: str) -> bytes:
    """Twenty good rows, and the given lines from line 4 on."""
    good = [f"{i},{i * i % 7},{'yes' if i % 2 else 'no'}" for i in range(20)]
    return "\n".join(["a,b,answer", *good[:2], *lines, *good[2:]]).encode()


def people(column: str) -> bytes:
    lines = [f"person {i},{i % 3},{i % 2}" for i in range(60)]
    return "\n".join([f"{column},b,answer", *lines]).encode()


def idx(array: Any, magic: bytes | None = None) -> bytes:
    head = magic or bytes((0, 0, 8, array.ndim))
    return head + struct.pack(f">{array.ndim}i", *array.shape) + array.tobytes()


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def mat(**arrays: Any) -> bytes:
    from scipy.io import savemat

    buffer = io.BytesIO()
    savemat(buffer, arrays)
    return buffer.getvalue()


# The file's name, its bytes, options, and what is said after the name.
TABLES: dict[str, tuple[str, bytes, str, str]] = {
    "empty": ("x.csv", b"", "", ": the file is empty"),
    "blank": ("x.csv", b"\n \n", "", ": the file is empty"),
    "header only": ("x.csv", b"a,b,answer\n", "", ": has a header line but no rows"),
    "one class": (
        "x.csv",
        b"a,answer\n" + b"1,yes\n2,yes\n" * 9,
        "",
        ": target 'answer': every row has the label 'yes'; at least two classes are needed",
    ),
    "no label": (
        "x.csv",
        table("7,7,"),
        "",
        ": 1 row without a label (target 'answer' is empty, first in line 4); fill them in, or "
        "leave the rows out with --missing drop",
    ),
    "no label, mean": (
        "x.csv",
        table("7,7,"),
        "--missing mean",
        ": 1 row without a label (target 'answer' is empty, first in line 4)",
    ),
    "infinite": (
        "x.csv",
        table("7,inf,yes"),
        "",
        ", line 4, column 'b': expected a finite number; got an infinite one",
    ),
    "too long": (
        "x.csv",
        table("7,7,yes,8"),
        "",
        ", line 4: expected 3 cells, as in the header; got 4",
    ),
    "too short": (
        "x.csv",
        table("7,7"),
        "",
        ", line 4: expected 3 cells, as in the header; got 2",
    ),
    "text": (
        "x.csv",
        table("seven,7,yes"),
        "",
        ", line 4, column 'a': expected a number or an empty cell; got 'seven'; correct it, or "
        "read it as an empty cell (--empty seven), or take the column as categories "
        "(--categories a)",
    ),
    "twice": (
        "x.csv",
        b"a,a,answer\n1,2,yes\n",
        "",
        ": every column needs a name of its own; these stand more than once: a",
    ),
    "binary": (
        "x.csv",
        bytes(range(256)) * 9,
        "",
        ": not a format that can be read: expected CSV, Parquet, NPZ, NPY, MAT or IDX",
    ),
    "latin-1": (
        "x.csv",
        table("7,7,café").replace(b"\xc3", b""),
        "",
        ", line 4: byte 0xa9 is not UTF-8 text; it is likely cp850 or cp852: name it",
    ),
    "spreadsheet": (
        "x.xlsx",
        b"PK\3\4",
        "",
        ": the zip archive is damaged or ends too early; the file was perhaps not copied or",
    ),
    "unknown ending": (
        "x.docx",
        b"\xd0\xcf\x11\xe0\0\0",
        "",
        ": not a format that can be read: expected CSV, Parquet, NPZ, NPY, MAT or IDX",
    ),
    "names rows": (
        "x.csv",
        people("name"),
        "",
        ": 'name' (60 different texts in 60 rows): text that names rows rather than describing "
        "them; leave it out",
    ),
    "few rows": (
        "x.csv",
        b"a,answer\n1,yes\n2,no\n3,no\n",
        "",
        ": 3 rows are too few to divide into 63%, 17%, 20%: a part would be empty",
    ),
    "constant": (
        "x.csv",
        b"a,answer\n1,1.5\n2,1.5\n",
        "",
        ": target 'answer': every row has the same number, 1.5: nothing to learn",
    ),
    "target alone": (
        "x.csv",
        b"answer\nyes\nno\n",
        "",
        ": no column but 'answer': nothing to learn from",
    ),
    "negative counts": (
        "x.csv",
        b"a,answer\n" + b"".join(b"%d,%d.5\n" % (i, i - 9) for i in range(40)),
        "--cost poisson",
        ", target: the poisson cost expects counts of at least 0; got -9.5",
    ),
    "parquet": ("x.parquet", b"PAR1abc", "", ": cannot be read as Parquet: "),
}

ARRAYS: dict[str, tuple[str, bytes, str]] = {
    "weights": (
        "w.mat",
        mat(Theta1=np.ones((2, 3)), Theta2=np.ones((1, 3))),
        ": expected an array X, one row a sample; the file holds weights, not data: "
        "Theta1 (2, 3), Theta2 (1, 3)",
    ),
    "MATLAB 7.3": (
        "w.mat",
        b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM" + bytes(384) + b"\x89HDF\r\n\x1a\n",
        ": cannot be read as MAT 5: MATLAB 7.3 files cannot be read; save it again in MATLAB with "
        "-v7",
    ),
    "no X": (
        "x.npz",
        npz(a=[1, 2], b=[3]),
        ": expected an array X, one row a sample; the file holds a (2,), b (1,)",
    ),
    "no y": (
        "x.npz",
        npz(X=ROWS),
        ": expected an array y with a label for each row; the file holds X (20, 3)",
    ),
    "objects": (
        "x.npz",
        npz(X=np.array([[{}], [1]], object), y=[0, 1]),
        ": cannot be read as NPZ: it holds Python objects, which are never loaded; save arrays of "
        "numbers",
    ),
    "one dimension": (
        "x.npz",
        npz(X=ROWS[0], y=[0, 1, 1]),
        ": X: expected rows (m, n) or grey images (m, height, width); got shape (3,)",
    ),
    "transposed": (
        "x.npz",
        npz(X=ROWS, y=[0, 1, 1]),
        ": X has 20 rows and y has 3: one sample must be a row of X: transpose it",
    ),
    "cut": ("x.npz", npz(X=ROWS, y=LABELS)[:300], ": cannot be read as NPZ: "),
    "NPY without target": (
        "x.npy",
        npy(ROWS),
        ": which column holds the labels? Set target (--target) to a number from 0, or -1 for the "
        "last; or save X and y with numpy.savez",
    ),
    "cut gzip": (
        "train-images-idx3-ubyte.gz",
        gzip.compress(idx(IMAGES))[:40],
        ": the gzip data are damaged or end too early",
    ),
    "images alone": (
        "train-images-idx3-ubyte",
        idx(IMAGES),
        f": no file of labels beside these images, {PAIR}",
    ),
    "labels alone": (
        "train-labels-idx1-ubyte",
        idx(LABELS),
        f": no file of images beside these labels, {PAIR}",
    ),
}

# Images and labels, which file is named, and what is said of it.
PAIRS = {
    "cut": (
        idx(IMAGES)[:50],
        idx(LABELS),
        "images-idx3-ubyte: the file ends too early: its header says shape (20, 2, 2), 96 bytes in "
        "all; got 50 bytes",
    ),
    "magic": (
        idx(IMAGES, b"\0\0\7\3"),
        idx(LABELS),
        "images-idx3-ubyte: not an IDX file: expected a magic number such as 00 00 08 03; got "
        "00 00 07 03",
    ),
    "counts": (
        idx(IMAGES),
        idx(LABELS[:9]),
        "labels-idx1-ubyte: 9 labels, but train-images-idx3-ubyte holds 20 images; they must be a "
        "pair",
    ),
    "one class": (
        idx(IMAGES),
        idx(LABELS * 0),
        ": target 'label': every row has the label 0; at least two classes are needed",
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_table(refused: Callable[..., str], folder: Path, case: str) -> None:
    name, data, options, message = TABLES[case]
    (folder / name).write_bytes(data)
    said = refused("train", name, "--target", "answer", *options.split())
    assert said.startswith(name + message)


@pytest.mark.parametrize("case", ARRAYS)
def test_arrays(refused: Callable[..., str], folder: Path, case: str) -> None:
    name, data, message = ARRAYS[case]
    (folder / name).write_bytes(data)
    assert refused("train", name).startswith(name + message)


@pytest.mark.parametrize("case", PAIRS)
def test_a_pair_of_idx_files(refused: Callable[..., str], folder: Path, case: str) -> None:
    images, labels, message = PAIRS[case]
    (folder / "mnist").mkdir()
    (folder / "mnist" / "train-images-idx3-ubyte").write_bytes(images)
    (folder / "mnist" / "train-labels-idx1-ubyte").write_bytes(labels)
    said = refused("train", "mnist")
    assert said.startswith("mnist")
    assert message in said


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            "flowers.csv --target kid",
            "flowers.csv: no column 'kid' for the target (did you mean \"kind\"?); the columns are "
            "length, width, colour, kind",
        ),
        (
            "flowers.csv",
            "flowers.csv: which column holds the labels? Set target (--target NAME) to one of "
            "length, width, colour, kind; 'kind' looks likely",
        ),
        (
            "flower.csv",
            'flower.csv: no such file (did you mean "flowers.csv"?). A source is a path, or '
            '"digits"',
        ),
        (
            "digist",
            'digist: no such file (did you mean "digits"?). A source is a path, or "digits"',
        ),
        ("nowhere/x.csv", "nowhere/x.csv: there is no folder nowhere"),
        (".", f".: a folder must hold pairs of IDX files, {PAIR}"),
        (
            "rows.npz --target z",
            "rows.npz: no array 'z' for the target; it holds X (40, 3), y (40,)",
        ),
    ],
)
def test_a_source_or_target_that_is_not_there(
    refused: Callable[..., str], args: str, message: str
) -> None:
    assert refused("train", *args.split()) == message


def test_a_target_that_names_rows(refused: Callable[..., str], folder: Path) -> None:
    (folder / "x.csv").write_bytes(people("name"))
    said = refused("train", "x.csv", "--target", "name")
    assert said == "x.csv: target 'name': 60 different labels in 60 rows: is it the right column?"
    # `check` reads and refuses as `train` does.
    assert refused("check", "x.csv", "--target", "name") == said
