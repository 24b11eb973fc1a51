"""A folder of checkpoints: two are kept, damaged ones passed over; a full disk stops nothing."""

import errno
import os

import numpy as np
import pytest

from clearprop.engines.protocol import TrainingState
from clearprop.errors import ModelFileError, ParameterError
from clearprop.storage import atomic
from clearprop.storage.checkpoint import Checkpoint
from clearprop.storage.run_folder import RunFolder, folder_problems


def checkpoint(step):
    return Checkpoint(TrainingState(np.zeros(2), (), 0, step))


@pytest.fixture
def path(tmp_path):
    """A folder that holds the second and the third checkpoint of a run."""
    folder = RunFolder(tmp_path / "deep" / "run")
    folder.begin("run")
    part = folder.part("run")
    for step in (1, 2, 3):
        part.save(checkpoint(step))
    return folder.path


def newest(path):
    return RunFolder(path, resume=True).part("run").newest()


def test_the_last_two_are_kept(path):
    assert sorted(os.listdir(path)) == ["run-000002.safetensors", "run-000003.safetensors"]
    assert newest(path).state.step == 3


def test_a_damaged_one_is_passed_over_and_said(path):
    third = path / "run-000003.safetensors"
    data = bytearray(third.read_bytes())
    data[-1] ^= 1
    third.write_bytes(data)
    with pytest.warns(UserWarning, match="the one before") as said:
        assert newest(path).state.step == 2
    assert [str(one.message) for one in said] == [
        f"{third}: is damaged: its bytes do not have the checksum in it; going on from "
        "run-000002.safetensors, the one before"
    ]
    (path / "run-000002.safetensors").write_bytes(b"")
    with pytest.raises(ModelFileError) as caught:
        newest(path)
    assert str(caught.value) == (f"{third}: is damaged: its bytes do not have the checksum in it")


def test_a_full_disk_is_said_once_and_stops_nothing(path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder = RunFolder(path, resume=True)
    folder.begin("run")
    part = folder.part("run")
    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", full)
        with pytest.warns(UserWarning, match="goes on") as said:
            part.save(checkpoint(4))
        part.save(checkpoint(5))
    assert [str(one.message) for one in said] == [
        f"cannot write {path}/run-000004.safetensors: no space left on device; what stood "
        "there before is untouched; training goes on without this checkpoint"
    ]
    assert folder.failed
    assert sorted(os.listdir(path)) == ["run-000002.safetensors", "run-000003.safetensors"]
    part.save(checkpoint(6))
    assert not folder.failed
    assert newest(path).state.step == 6


def test_what_a_killed_process_left_is_removed(path):
    (path / ".clearprop-0123456789abcdef.tmp").write_bytes(b"half")
    RunFolder(path, resume=True).begin("run")
    assert sorted(os.listdir(path)) == ["run-000002.safetensors", "run-000003.safetensors"]


def test_without_a_run_it_begins_anew_and_says_so(tmp_path):
    (tmp_path / "notes.txt").touch()
    folder = RunFolder(tmp_path, resume=True)
    with pytest.warns(UserWarning, match=r": holds no run to go on with; this one begins anew$"):
        folder.begin("run")
    assert folder.part("run").newest() is None


def test_another_run_is_refused(path):
    with pytest.raises(ModelFileError) as caught:
        RunFolder(path, resume=True).begin("candidate-1", "refit")
    assert str(caught.value) == (
        f"{path}: holds another run: it has run-000003.safetensors, and this run writes "
        "candidate-1-000001.safetensors; go on with the choices of that run, or name another folder"
    )
    with pytest.raises(ParameterError) as caught:
        RunFolder(path)
    assert str(caught.value) == (
        f"checkpoint: {path} holds a run already (run-000003.safetensors); go on with it "
        "(--resume), or name another folder"
    )


def test_folders_that_cannot_be_used(tmp_path, monkeypatch):
    file = tmp_path / "run.safetensors"
    file.touch()
    cases = {
        str(file): f"{file} is a file; checkpoints are kept in a folder, which is made for them. "
        "A file of an earlier version cannot go on: name a folder and train afresh",
        f"{file}/run": f"cannot write {file}/run: {file} is not a folder",
        "a\0b": "expected the name of a folder, such as 'run'; got 'a\\x00b'",
        "": "expected the name of a folder, such as 'run'; got ''",
        "x" * 300: f"cannot write {'x' * 300}: file name too long",
    }
    for name, problem in cases.items():
        assert folder_problems(name, resume=True) == [f"checkpoint: {problem}"]
    monkeypatch.setattr(os, "access", lambda *args: False)
    assert folder_problems(tmp_path / "run", resume=False) == [
        f"checkpoint: cannot write {tmp_path}/run: no permission; give a place that you may write "
        "to"
    ]


@pytest.mark.parametrize("every", [0, -1, float("inf"), float("nan"), "soon", None])
def test_a_time_that_is_none(tmp_path, every):
    with pytest.raises(ParameterError, match=r"every: expected a time above 0, such as 0\.2s"):
        RunFolder(tmp_path, every)


def test_resume_needs_a_folder():
    assert RunFolder.of(None) is None
    with pytest.raises(ParameterError) as caught:
        RunFolder.of(None, resume=True)
    assert str(caught.value) == (
        "resume: goes on from the folder of checkpoint; name it, or leave resume out"
    )
