"""What the command line's tests share: a folder of small files, and the command itself."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from clearprop.cli import main

FLOWERS = "length,width,colour,kind\n" + "\n".join(
    f"{4 + i % 7 / 10},{2 + i % 5 / 10},{'red' if i % 2 else 'blue'},{'rose' if i % 2 else 'iris'}"
    for i in range(40)
)
HOUSES = "rooms,area,price\n" + "\n".join(
    f"{1 + i % 5},{40.5 + 3 * i},{100.25 + 7.5 * i + i % 5}" for i in range(40)
)
SMALL = ("--hidden", "4", "--epochs", "3", "--lambda", "1", "--bins", "0")


class Result(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Result]


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Small files that are right, by name; the two models are trained on the two tables."""
    folder = tmp_path_factory.mktemp("right")
    (folder / "flowers.csv").write_text(FLOWERS)
    (folder / "houses.csv").write_text(HOUSES)
    numbers = np.random.default_rng(0).normal(size=(40, 3))
    np.savez(folder / "rows.npz", X=numbers, y=np.arange(40) % 2)
    for name, target in (("flowers", "kind"), ("houses", "price")):
        args = ["train", f"{folder}/{name}.csv", "--target", target, *SMALL]
        with pytest.raises(SystemExit) as ended:
            main([*args, "--out", f"{folder}/{name}.safetensors", "--json"])
        assert ended.value.code == 0
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the small files in it."""
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def clearprop(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command, run in `folder`: ``clearprop("train digits")``, or its words one by one."""

    def run(*args: str) -> Result:
        args = tuple(shlex.split(args[0])) if len(args) == 1 else args
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(args)
        sys.stdout.flush()
        return Result(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def refused(folder: Path, clearprop: Command) -> Callable[..., str]:
    """Run a command that must be refused, and return what it says.

    That is: one line on standard error, nothing on standard output, exit code 2, and no file made
    or changed.
    """

    def run(*args: str) -> str:
        before = contents(folder)
        result = clearprop(*args)
        assert result.err.startswith("clearprop: error: "), result
        assert result.err.count("\n") == 1, result.err
        assert result.err.endswith("\n")
        assert "Traceback" not in result.err
        assert (result.code, result.out) == (2, "")
        assert contents(folder) == before
        return result.err.removeprefix("clearprop: error: ").rstrip("\n")

    return run


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
