"""Runs that are killed at random moments, and resumed, end with the same bits: ``make kills``.

    python tests/kills/kills.py 300 [SEED]

Each run is one of KINDS. SIGKILL comes at a random moment of its time, up to three times; after
each one every file that is there must be readable. Then the run goes on to its end, and its model
must be that of a run without a pause. A child is forked from this process, which has imported
everything and trained nothing, so that a run takes a fraction of a second.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from clearprop import load, save
from clearprop.cli import train  # noqa: F401  so that a child need not import it
from clearprop.cli.entry import run as command
from clearprop.network.architecture import Array
from clearprop.storage.checkpoint import load_checkpoint

SMALL = ("--hidden", "12")


def commands(*args: str, every: str = "0.0001s") -> Callable[[Path, bool], int]:
    """A kind of run: a command, as a rule with a checkpoint after every event."""

    def run(folder: Path, resume: bool) -> int:
        kept = ("--checkpoint", str(folder / "run"), "--every", every)
        out = ("--out", str(folder / "model.safetensors"))
        return command(
            [*args, "--epochs", "12", "--quiet", *kept, *out, *(["--resume"] if resume else [])]
        )

    return run


def estimator(folder: Path, resume: bool) -> int:
    """A kind of run: an estimator's fit."""
    return _fit(*_rows(), folder, resume, early_stopping=True, dropout=0.1)


def stream(folder: Path, resume: bool) -> int:
    """A kind of run: an estimator's fit of rows that are read from the disk, window by window."""
    X, y = _rows()
    np.save(folder / "X.npy", X)
    mapped = np.load(folder / "X.npy", mmap_mode="r")
    return _fit(mapped, y, folder, resume, window_rows=150, batch_size=32)


def _rows() -> tuple[Array, Array]:
    draw = np.random.default_rng(0)
    X = draw.normal(size=(900, 12))
    return X, (X[:, :3].sum(axis=1) + 0.3 * draw.normal(size=900) > 0).astype(int)


def _fit(X: Array, y: Array, folder: Path, resume: bool, **others: object) -> int:
    from clearprop import MLPClassifier  # scikit-learn takes a second to load; only children do

    found = MLPClassifier((12,), max_iter=15, random_state=0, **others)
    found.fit(X, y, checkpoint=folder / "run", every=0.0001, resume=resume)
    save(found, folder / "model.safetensors")
    return 0


KINDS: dict[str, Callable[[Path, bool], int]] = {
    "one network": commands("train", "digits", *SMALL, "--lambda", "1"),
    "sgd, adaptive": commands(
        *("train", "digits", *SMALL, "--lambda", "1", "--solver", "sgd"),
        *("--schedule", "adaptive", "--learning-rate", "0.05"),
    ),
    "candidates": commands("train", "digits", *SMALL),
    "a bag, all rows": commands("train", "digits", *SMALL, "--bag", "2", "--all-rows"),
    "choose": commands(
        *("choose", "digits", "--lambda", "1", "--learning-rate", "0.003"), every="0.05s"
    ),
    "an estimator": estimator,
    "a stream": stream,
}


def start(kind: str, folder: Path, resume: bool) -> int:
    """The process of a run."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        with open(folder / "said", "a") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        code = KINDS[kind](folder, resume)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def ended(child: int, seconds: float | None) -> int | None:
    """The exit code of a process, or None where it had to be killed after so many seconds."""
    timer = None
    if seconds is not None:
        timer = threading.Timer(seconds, _kill, (child,))
        timer.start()
    _, status = os.waitpid(child, 0)
    if timer is not None:
        timer.cancel()
        timer.join()
    return None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _kill(child: int) -> None:
    with suppress(ProcessLookupError):  # it has ended in this very moment
        os.kill(child, signal.SIGKILL)


def without_clock(path: Path) -> bytes:
    """The bytes of a model, its trials' seconds set to 0."""
    model = load(path)
    if "search" in model.trained:
        search = [{**trial, "seconds": 0.0} for trial in model.trained["search"]]
        model = replace(model, trained={**model.trained, "search": search})
    plain = path.with_name("plain.safetensors")
    save(model, plain)
    return plain.read_bytes()


def main(n: int, seed: int) -> int:
    """Kill and resume `n` runs; return the exit code."""
    draw = random.Random(seed)
    place = Path(tempfile.mkdtemp(prefix="clearprop-kills-"))
    whole: dict[str, tuple[bytes, float]] = {}
    kills = files = 0
    for i in range(n):
        kind = list(KINDS)[i % len(KINDS)]
        folder = place / str(i)
        folder.mkdir()
        if kind not in whole:
            started = time.perf_counter()
            code = ended(start(kind, folder, resume=False), None)
            assert code == 0, (folder / "said").read_text()
            whole[kind] = without_clock(folder / "model.safetensors"), time.perf_counter() - started
            shutil.rmtree(folder)
            folder.mkdir()
        bits, seconds = whole[kind]
        code, resume, left = None, False, draw.randint(1, 3)
        while code is None:
            code = ended(start(kind, folder, resume), draw.uniform(0, seconds) if left else None)
            kills, left, resume = kills + (code is None), left - 1, True
            left = max(left, 0)
            for file in (folder / "run").glob("*.safetensors"):
                load_checkpoint(file)
                files += 1
            if (folder / "model.safetensors").exists():
                load(folder / "model.safetensors")
        said = (folder / "said").read_text()
        assert code == 0, f"{kind}, {folder}: exit code {code}\n{said}"
        same = without_clock(folder / "model.safetensors") == bits
        assert same, f"{kind}, {folder}: other bits\n{said}"
        shutil.rmtree(folder)
    shutil.rmtree(place)
    print(
        f"{n} runs of {min(n, len(KINDS))} kinds, killed {kills} times: the same bits each time; "
        f"{files} checkpoints were there after a kill or an end, all readable"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
