"""A disk that is full: a tiny one is mounted where that is allowed."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clearprop import load
from clearprop.cli.entry import run
from clearprop.storage.checkpoint import load_checkpoint

DIGITS = ["train", "digits", "--hidden", "16", "--lambda", "1", "--epochs", "4", "--json"]


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 64 kB, at the side of the current folder. Two checkpoints fit, and no third."""
    place = tmp_path / "tiny"
    place.mkdir()
    try:
        mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no disk can be mounted here; tests/cli/test_ending.py stands in")
    monkeypatch.chdir(tmp_path)
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_checkpoints_that_do_not_fit(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*DIGITS, "--out", "whole"]) == 0
    args = ["--checkpoint", "tiny/run", "--every", "0.0001s", "--out", "m"]
    capsys.readouterr()
    assert run([*DIGITS, *args]) == 3
    said = capsys.readouterr().err
    assert said.startswith("clearprop: warning: cannot write tiny/run/run-00000")
    assert said.endswith("; training goes on without this checkpoint\n")
    assert Path("m").read_bytes() == Path("whole").read_bytes()
    # What was written before is whole, and a run goes on from it.
    files = sorted((tiny / "run").iterdir())
    assert files
    for file in files:
        load_checkpoint(file)
    shutil.copytree(tiny / "run", "large")
    assert run([*DIGITS, "--checkpoint", "large", "--resume", "--out", "again"]) == 0
    assert Path("again").read_bytes() == Path("whole").read_bytes()


def test_a_model_that_does_not_fit(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tiny / "film").write_bytes(bytes(60 * 1024))
    assert run([*DIGITS, "--out", "tiny/m.safetensors"]) == 3
    out, err = capsys.readouterr()
    here = Path.cwd() / "m.safetensors"
    assert err == (
        "clearprop: warning: cannot write tiny/m.safetensors: no space left on device; what stood "
        f"there before is untouched. The model is in {here}\n"
    )
    assert json.loads(out)["model"] == str(here)
    assert load(here).trained["epochs"] == 4
    assert [file.name for file in tiny.iterdir()] == ["film"]
