"""Whole or not at all: each way in which a write can fail leaves the old file and nothing else."""

import os
import stat
from pathlib import Path

import pytest

from clearprop.errors import ModelFileError
from clearprop.storage import atomic
from clearprop.storage.atomic import check_destination, write_whole


def fails(error):
    def fail(*args, **kwargs):
        raise error

    return fail


def test_writes_the_bytes_and_nothing_else(tmp_path):
    write_whole(tmp_path / "a", b"first")
    write_whole(str(tmp_path / "a"), b"second")
    assert (tmp_path / "a").read_bytes() == b"second"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("before", [None, b"the old one"])
def test_a_failure_keeps_the_old_file_and_no_temporary(tmp_path, monkeypatch, step, before):
    path = tmp_path / "a"
    if before is not None:
        path.write_bytes(before)
    monkeypatch.setattr(atomic.os, step, fails(OSError(28, "No space left on device")))
    with pytest.raises(ModelFileError) as caught:
        write_whole(path, b"new")
    assert str(caught.value) == (
        f"cannot write {path}: no space left on device; what stood there before is untouched"
    )
    assert os.listdir(tmp_path) == ([] if before is None else ["a"])
    assert before is None or path.read_bytes() == before


def test_a_full_disk_in_the_middle_of_the_write(tmp_path, monkeypatch):
    """Half of the bytes are on the disk when it happens."""
    path = tmp_path / "a"
    path.write_bytes(b"the old one")
    real_open = open

    class Half:
        def __init__(self, *args):
            self.file = real_open(*args)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.file.close()

        def write(self, data):
            self.file.write(data[: len(data) // 2])
            self.file.flush()
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "open", Half, raising=False)
    with pytest.raises(ModelFileError, match="no space left on device"):
        write_whole(path, b"x" * 1000)
    assert path.read_bytes() == b"the old one"
    assert os.listdir(tmp_path) == ["a"]


def test_ctrl_c_leaves_no_temporary_and_stays_ctrl_c(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic.os, "fsync", fails(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", b"new")
    assert os.listdir(tmp_path) == []


def test_the_file_reaches_the_disk_before_its_name_and_the_folder_after(tmp_path, monkeypatch):
    order = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor):
        order.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_fsync(descriptor)

    def replace(old, new):
        order.append("rename")
        assert Path(old).parent == Path(new).parent
        real_replace(old, new)

    monkeypatch.setattr(atomic.os, "fsync", fsync)
    monkeypatch.setattr(atomic.os, "replace", replace)
    write_whole(tmp_path / "a", b"new")
    assert order == ["file", "rename", "folder"]


def test_a_folder_that_cannot_be_synced_does_not_undo_the_write(tmp_path, monkeypatch):
    real_fsync = os.fsync

    def fsync(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(22, "Invalid argument")
        real_fsync(descriptor)

    monkeypatch.setattr(atomic.os, "fsync", fsync)
    write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_permissions_are_those_of_any_new_file_or_of_the_old_one(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "a").chmod(0o640)
    write_whole(tmp_path / "a", b"newer")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "kept" / "a")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "kept" / "a").read_bytes() == b"new"


def test_the_longest_name_that_a_folder_takes(tmp_path):
    path = tmp_path / ("n" * 255)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


def test_destinations_that_are_refused_before_anything_is_written(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")
    cases = {
        tmp_path / "folder": (
            f"cannot write {tmp_path}/folder: it is a folder; give a file's name, "
            f"such as {tmp_path}/folder/model.safetensors"
        ),
        tmp_path / "no" / "a": (
            f"cannot write {tmp_path}/no/a: the folder {tmp_path}/no is not there; make it first"
        ),
        tmp_path / "file" / "a": (
            f"cannot write {tmp_path}/file/a: the folder {tmp_path}/file is not a folder"
        ),
        tmp_path / "pipe": (f"cannot write {tmp_path}/pipe: it is a device or a pipe, not a file"),
        "/dev/null": "cannot write /dev/null: it is a device or a pipe, not a file",
        "": "cannot write a file: expected its name, such as 'model.safetensors'; got ''",
        "a\0b": "cannot write a file: expected its name, such as 'model.safetensors'; "
        "got 'a\\x00b'",
        3: "cannot write a file: expected its name, such as 'model.safetensors'; got 3",
    }
    for path, message in cases.items():
        for function in (check_destination, lambda path: write_whole(path, b"new")):
            with pytest.raises(ModelFileError) as caught:
                function(path)
            assert str(caught.value) == message
    assert sorted(os.listdir(tmp_path)) == ["file", "folder", "pipe"]


def test_no_permission(tmp_path, monkeypatch):
    """The administrator may write anywhere, so the system's answer is put in."""
    (tmp_path / "a").write_bytes(b"the old one")
    monkeypatch.setattr(atomic.os, "access", lambda path, mode: False)
    with pytest.raises(ModelFileError) as caught:
        write_whole(tmp_path / "a", b"new")
    assert str(caught.value) == (
        f"cannot write {tmp_path}/a: no permission; give a place that you may write to"
    )
    assert (tmp_path / "a").read_bytes() == b"the old one"


def test_a_name_longer_than_the_system_takes(tmp_path):
    with pytest.raises(ModelFileError, match="file name too long"):
        write_whole(tmp_path / ("n" * 300), b"new")
    assert os.listdir(tmp_path) == []
