"""Files that were made to do harm: each is read rightly, or refused in one line, within bounds.

The bounds: exit code 0 or 2, no traceback, one line that says what is wrong, 2 seconds of CPU,
400 MB of memory beyond what the process has, and nothing left on the disk but the model.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import time
from pathlib import Path

import array_files
import exercise_files
import json_files
import model_files
import packed_files
import pytest
import scientific_files
import table_files
import text_files
from case import EITHER, READ, Case

from clearprop.cli import main

MODULES = (
    text_files,
    json_files,
    array_files,
    scientific_files,
    packed_files,
    table_files,
    model_files,
    exercise_files,
)
FILES: dict[str, Case] = {
    f"{module.__name__.removesuffix('_files')}, {name}": case
    for module in MODULES
    for name, case in module.FILES.items()
}
SECONDS, MEMORY = 2.0, 400 << 20
TRAIN = ("train", "FILE", "--target", "y")
SHORT = ("--hidden", "1", "--epochs", "1", "--lambda", "0", "--bins", "0")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder. What somebody writes to the folder for temporary files is seen, too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def memory(key: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(re.search(rf"{key}:\s+(\d+) kB", status)[1]) << 10


class Bounded:
    """CPU seconds of this process and its children, and its largest memory, within a block."""

    def __enter__(self) -> Bounded:
        self.linux = sys.platform == "linux"
        if self.linux:
            Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
            self._memory = memory("VmRSS")
        self._started = self._cpu()
        return self

    def __exit__(self, *raised: object) -> None:
        self.seconds = self._cpu() - self._started
        self.bytes = memory("VmHWM") - self._memory if self.linux else 0

    def _cpu(self) -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime


def names(folder: Path) -> set[str]:
    return {os.path.relpath(path, folder) for path in folder.rglob("*")}


@pytest.mark.parametrize("case", FILES)
def test_a_hostile_file_is_read_or_refused_within_bounds(case, folder, capsys):
    file = FILES[case]
    if case.startswith("table, excel"):
        pytest.importorskip("fastexcel")
    file.write(folder)
    before = names(folder)
    words = [file.name if word == "FILE" else word for word in file.words or TRAIN]
    with Bounded() as took, pytest.raises(SystemExit) as ended:
        main([*words, *(SHORT if words[0] == "train" else ())])
    sys.stdout.flush()
    out, err = capsys.readouterr()
    said = err + out
    assert "Traceback" not in said
    assert all(c == "\n" or c.isprintable() for c in said), repr(said[:300])
    assert len(said) < 10_000
    new = names(folder) - before
    read = file.says == READ or (file.says == EITHER and not ended.value.code)
    if read:
        assert ended.value.code in (0, None), said
        assert {Path(name).suffix for name in new} <= {".safetensors"}, new
    else:
        assert ended.value.code == file.code, said
        assert file.says == EITHER or re.search(file.says, said, re.DOTALL), said
        assert new == set()
        if file.code == 2:
            assert err.startswith("clearprop: error: ")
            assert (err.count("\n"), out) == (1, "")
    assert took.seconds < SECONDS, took.seconds
    assert took.bytes < MEMORY, took.bytes >> 20


def test_there_are_as_many_files_as_promised():
    assert len(FILES) >= 150
