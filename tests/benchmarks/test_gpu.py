"""Where there is no GPU, its benchmark says so."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import gpu

ROOT = Path(__file__).parents[2]


def ask(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.gpu", *words],
        cwd=ROOT,
        env=os.environ | {"JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_gpu_it_ends_in_a_sentence() -> None:
    pytest.importorskip("jax")
    ran = ask("C")
    message = "benchmarks.gpu: needs a GPU that JAX computes on; it found cpu alone\n"
    assert (ran.returncode, ran.stderr, ran.stdout) == (2, message, "")


def test_another_work_is_named() -> None:
    ran = ask("Z")
    assert ran.returncode == 2
    assert re.search(r"works: expected some of C, D, E, W; got Z$", ran.stderr.strip())


def test_without_jax_it_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "find_spec", lambda name: None)
    assert gpu.missing() == "needs JAX for CUDA: pip install 'jax[cuda13]'"


def test_the_wide_work_is_as_it_says() -> None:
    assert gpu.WIDE.what.startswith("-".join(map(str, gpu.WIDE.network.layer_sizes)))
    assert gpu.WIDE.steps == gpu.WIDE.rows // gpu.WIDE.batch
