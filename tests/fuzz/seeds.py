"""Files that are right, from which the fuzzer makes others: a few for each reader."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import json
import lzma
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "hostile"))
from case import idx, mat, matrix, npy, packed
from table_files import ARFF, XLSX, arrow, parquet

from clearprop.cli import main
from clearprop.data.targets import Targets
from clearprop.engines.protocol import TrainingState
from clearprop.exercise.form import filled_form
from clearprop.exercise.sheets import make_sheet
from clearprop.exercise.solution import solved
from clearprop.export.onnx import whole
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.storage.checkpoint import Checkpoint, save_checkpoint
from clearprop.storage.model_file import save

X = np.arange(24.0).reshape(8, 3)
Y = np.arange(8) % 2
TABLE = np.column_stack([X, Y])
FRAME = pl.DataFrame(
    {
        "a": [0.5, 1.5, None, 2.5] * 2,
        "when": ["2024-05-01", "2024-05-02"] * 4,
        "kind": ["rose", "iris"] * 4,
        "y": ["no", "yes"] * 4,
    }
)
CSV = FRAME.write_csv().encode()
GERMAN = b"a;b;y\n" + b"".join(b"1.%03d,50 EUR;%d %%;%d\n" % (i, i, i % 2) for i in range(8))
QUOTED = b"# a title\n\na\tb\ty\n" + b'"5"" disk"\t01/02/2024\tx\n"two\nlines"\t22/02/2024\tz\n' * 4
ALIGNED = b"a   b   y\n" + b"".join(b"%-4d%-4d%d\n" % (i, i * i, i % 2) for i in range(8))


def _zip(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _npz() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, X=X, y=Y)
    return buffer.getvalue()


def _written(write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seed.safetensors"
        write(path)
        return path.read_bytes()


def _plain_model(path: Path) -> None:
    network = Network((2, 3, 2), cost="softmax")
    save(Model(network, np.ones(network.n_parameters), Targets.fit(["a", "b"])), path)


def _table_model(path: Path) -> None:
    """A model that was trained on a table: with an encoder, and what is known of its training."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "a.csv"
        table.write_bytes(CSV + CSV.split(b"\n", 1)[1] * 3)
        options = ["--hidden", "2", "--epochs", "1", "--bins", "0", "--lambda", "1", "--json"]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
            main(["train", str(table), "--target", "y", *options, "--out", str(path)])


def _checkpoint(path: Path) -> None:
    state = TrainingState(np.ones(5), (np.ones(5), np.ones(5)), seed=7, step=3)
    arrays = {"costs": np.ones(3), "numbers": np.ones(4), "best_theta": np.ones(5)}
    save_checkpoint(Checkpoint(state, arrays, {"choices": {"solver": "adam"}, "data": {}}), path)


VALUES = b"".join(b"%d,%d\n" % (i, i % 2) for i in range(8))
LINES = "".join(json.dumps(row) + "\n" for row in FRAME.rows(named=True)).encode()
MATRICES = [matrix("X", [8, 3], X.tobytes("F")), matrix("y", [8, 1], Y.astype("f8").tobytes())]


def _sheet(name: str) -> bytes:
    sheet = make_sheet(name)
    return filled_form(sheet, solved(sheet.probe), "en").encode()


# Reader -> the name of the file, and seeds for it.
def _onnx(activation: str) -> bytes:
    network = Network((3, 2, 1), activation, "squared")
    targets = Targets.fit([0.5, 1.5], standardise=False)
    model = Model(network, np.arange(11.0), targets)
    return whole.written(model, np.float32).SerializeToString()


SEEDS: dict[str, tuple[str, Callable[[], list[bytes]]]] = {
    "csv": ("a.csv", lambda: [CSV, GERMAN, QUOTED, ALIGNED, CSV.decode().encode("utf-16")]),
    "json": ("a.json", lambda: [LINES, json.dumps(FRAME.rows(named=True)).encode()]),
    "arff": ("a.arff", lambda: [ARFF + VALUES]),
    "npy": ("a.npy", lambda: [npy(TABLE), npy(TABLE.astype("f4")), npy(np.asfortranarray(TABLE))]),
    "npz": ("a.npz", lambda: [_npz(), _zip({"X.npy": npy(X), "y.npy": npy(Y)})]),
    "mat": ("a.mat", lambda: [mat(*MATRICES), mat(*map(packed, MATRICES))]),
    "idx": (
        "a-images-idx3-ubyte",
        lambda: [
            idx(8, [8, 2, 2], bytes(range(32))),
            idx(13, [8, 1, 1], np.arange(8.0, dtype=">f4").tobytes()),
        ],
    ),
    "packed": (
        "a.csv",
        lambda: [gzip.compress(CSV), bz2.compress(CSV), lzma.compress(CSV), _zip({"a.csv": CSV})],
    ),
    "parquet": ("a.parquet", lambda: [parquet(FRAME), parquet(FRAME, compression="uncompressed")]),
    "arrow": ("a.arrow", lambda: [arrow(FRAME)]),
    "excel": ("a.xlsx", lambda: [XLSX]),
    "model": ("a.safetensors", lambda: [_written(_plain_model), _written(_table_model)]),
    "checkpoint": ("a.safetensors", lambda: [_written(_checkpoint)]),
    "onnx": ("a.onnx", lambda: [_onnx("relu"), _onnx("silu")]),
    "sheet": ("a.toml", lambda: [_sheet("logistic-2-2-1"), _sheet("softmax-2-2-3")]),
}
