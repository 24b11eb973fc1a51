"""SIGTERM, full disks and folders that are gone: the training is not lost, and the code tells."""

import errno
import json
import os
import shutil
import signal
from pathlib import Path

import pytest

import clearprop as library
from clearprop.errors import ModelFileError
from clearprop.storage import atomic
from clearprop.training import Training

FULL = "no space left on device; what stood there before is untouched"
FLOWERS = "train flowers.csv --target kind --hidden 4 --epochs 3 --lambda 1 --bins 0"


def test_sigterm_writes_a_checkpoint_and_tells_how_to_go_on(clearprop, monkeypatch):
    whole = clearprop(*FLOWERS.split(), "--out", "whole", "--json")
    assert whole.code == 0
    ended = Training._epoch_ended

    def terminated(self, *args):
        event = ended(self, *args)
        if event.epoch == 2:
            signal.raise_signal(signal.SIGTERM)
        return event

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_epoch_ended", terminated)
        result = clearprop(*FLOWERS.split(), "--checkpoint", "c", "--out", "m", "--quiet")
        assert (result.code, result.out, result.err) == (
            143,
            "",
            "clearprop: terminated: the run so far is in c; go on with the same command and "
            "--resume\n",
        )
        assert not Path("m").exists()
        # Without a checkpoint the model so far is kept.
        result = clearprop(*FLOWERS.split(), "--out", "m", "--quiet")
        assert (result.code, result.err) == (
            143,
            "clearprop: warning: terminated: the model so far is in m\n",
        )
        assert library.load("m").trained["epochs"] == 2
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    args = ("--checkpoint", "c", "--out", "m", "--resume", "--quiet")
    assert clearprop(*FLOWERS.split(), *args).code == 0
    assert Path("m").read_bytes() == Path("whole").read_bytes()


def full_disk(monkeypatch, *folders):
    """No byte fits into these folders."""
    synced = os.fsync

    def full(descriptor):
        place = os.readlink(f"/proc/self/fd/{descriptor}")
        if any(place.startswith(f"{folder}/") for folder in folders):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        synced(descriptor)

    monkeypatch.setattr(atomic.os, "fsync", full)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="it looks there for names")
def test_a_disk_that_fills_during_a_checkpoint_does_not_end_the_run(clearprop, folder, monkeypatch):
    full_disk(monkeypatch, folder / "c")
    args = ("--checkpoint", "c", "--every", "0.000001s", "--quiet", "--out", "m")
    result = clearprop(*FLOWERS.split(), *args)
    assert (result.code, result.err) == (
        3,
        "clearprop: warning: cannot write c/run-000001.safetensors: no space left on device; what "
        "stood there before is untouched; training goes on without this checkpoint\n",
    )
    assert library.load("m").trained["epochs"] == 3


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="it looks there for names")
@pytest.mark.parametrize("gone", [False, True])
def test_where_the_model_does_not_fit_it_goes_elsewhere(clearprop, folder, monkeypatch, gone):
    out = folder / "place"
    out.mkdir()
    ended = Training._epoch_ended

    def removing(self, *args):
        if gone:
            shutil.rmtree(out, ignore_errors=True)
        return ended(self, *args)

    monkeypatch.setattr(Training, "_epoch_ended", removing)
    full_disk(monkeypatch, out)
    (folder / "m.safetensors").write_bytes(b"mine")
    result = clearprop(*FLOWERS.split(), "--out", "place/m.safetensors", "--json")
    other = folder / "m-2.safetensors"
    why = "the folder place is not there; make it first" if gone else FULL
    assert (result.code, result.err) == (
        3,
        f"clearprop: warning: cannot write place/m.safetensors: {why}. The model is in {other}\n",
    )
    assert json.loads(result.out)["model"] == str(other)
    assert library.load(other).trained["epochs"] == 3
    assert (folder / "m.safetensors").read_bytes() == b"mine"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="it looks there for names")
def test_a_model_that_fits_nowhere_is_an_error(clearprop, folder, monkeypatch):
    full_disk(monkeypatch, "")
    result = clearprop(*FLOWERS.split(), "--out", "m", "--quiet")
    assert (result.code, result.out) == (2, "")
    assert "cannot write m: no space left on device" in result.err


def test_a_picture_that_cannot_be_written_costs_no_model(clearprop, monkeypatch):
    def full(*_):
        raise ModelFileError("cannot write c.svg: no space left on device")

    monkeypatch.setattr("clearprop.cli.train._draw", full)
    result = clearprop(*FLOWERS.split(), "--out", "m", "--plot", "c.svg", "--quiet")
    assert (result.code, result.err) == (
        3,
        "clearprop: warning: cannot write c.svg: no space left on device\n",
    )
    assert "learning curve" not in result.out
    assert library.load("m").trained["epochs"] == 3
