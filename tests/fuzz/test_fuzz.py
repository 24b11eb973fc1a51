"""Some inputs of the fuzzer, and a short soak; `make fuzz` and `make soak` run many."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import mutations
import soak
from seeds import SEEDS

import fuzz

# A child process reads each of these.
SLOW = ("parquet", "arrow", "excel")


@pytest.mark.parametrize("reader", SEEDS)
def test_changed_files_are_read_or_refused(reader, tmp_path, monkeypatch):
    if reader == "excel":
        pytest.importorskip("fastexcel")
    monkeypatch.setattr(fuzz, "FINDINGS", tmp_path)
    most = 2 if reader in SLOW else 60
    assert fuzz.fuzz(reader, seconds=60, seed=0, most=most) == (most, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_finding_is_kept_with_its_input(tmp_path, monkeypatch, capsys):
    def use(path):
        if path.read_bytes() not in SEEDS["npy"][1]():
            raise KeyError("no ClearpropError")

    monkeypatch.setattr(fuzz, "FINDINGS", tmp_path)
    monkeypatch.setitem(fuzz.USES, "npy", use)
    assert fuzz.fuzz("npy", seconds=60, seed=7, first=3, most=1) == (1, 1)
    assert capsys.readouterr().out.endswith("npy-7-3: KeyError: 'no ClearpropError'\n")
    again = fuzz.made("npy", SEEDS["npy"][1](), 7, 3)
    assert (tmp_path / "npy-7-3.npy").read_bytes() == again
    assert "Traceback" in (tmp_path / "npy-7-3.txt").read_text()


@pytest.mark.parametrize("change", [mutations.mutated, mutations.mutated_json])
def test_the_same_draw_makes_the_same_file(change):
    seed = SEEDS["checkpoint"][1]()[0]
    made = {change(seed, random.Random(n % 20)) for n in range(40)}
    assert 15 < len(made) <= 20


def test_short_fits_leave_no_threads_and_no_descriptors(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["soak", "--fits", "60"])
    assert soak.run() == 0
    assert capsys.readouterr().out.count("fits: ") == 10
