"""A mutation fuzzer for every reader, model files, checkpoints and sheets.

``make fuzz`` runs it, ``make fuzz MINUTES=10`` for ten minutes a reader. From the files of
``seeds.py`` it makes others and reads them as a command does. A right file is read; a wrong one
ends in a :class:`~clearprop.ClearpropError` whose message is one line. All else is a finding:
another error, a file that takes more than two seconds of CPU or more memory than the bound, and the
end of the process. Each finding is saved with its traceback in ``build/fuzz``, named by reader,
seed and number; ``--seed SEED --from NUMBER`` makes the same input again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from mutations import mutated, mutated_json
from seeds import SEEDS

from clearprop import ClearpropError, Model, load, prepare, read
from clearprop.cli import main
from clearprop.exercise.form import read_form
from clearprop.exercise.judge import judged
from clearprop.storage.checkpoint import load_checkpoint
from clearprop.storage.container import sealed

SECONDS = 2.0  # of CPU that a file may take
MEMORY = 600 << 20  # bytes that the largest file may take beyond what the process had
FINDINGS = Path("build/fuzz")


# -- How each kind of file is used ----------------------------------------------------------------


def use_table(path: Path) -> None:
    """Read and encode it, as `train` does before it trains."""
    target = "-1" if path.suffix == ".npy" else None if "ubyte" in path.name else "y"
    prepare(read(path, target))


def use_model(path: Path) -> None:
    """Read it, and say what is in it."""
    load(path)
    command("info", str(path), "--json")
    command("info", str(path))


def use_sheet(path: Path) -> None:
    """Mark it."""
    filled = read_form(path)
    judged(filled.sheet, filled.answers, filled.pupil)


def command(*words: str) -> None:
    """A command that must end in the code 0 or 2; what it prints is thrown away."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        streams, sys.stdout, sys.stderr = (sys.stdout, sys.stderr), nowhere, nowhere
        try:
            main(words)
        except SystemExit as ended:
            if ended.code not in (0, None, 2):
                raise RuntimeError(f"{words}: exit code {ended.code}") from None
        finally:
            sys.stdout, sys.stderr = streams


USES: dict[str, Callable[[Path], object]] = {
    **dict.fromkeys(SEEDS, use_table),
    "model": use_model,
    "checkpoint": load_checkpoint,
    "sheet": use_sheet,
    "onnx": lambda path: Model.from_onnx(path, cost="squared"),
}


# -- One input ------------------------------------------------------------------------------------


def made(reader: str, seeds: list[bytes], seed: int, number: int) -> bytes:
    """The input of a number. It depends on nothing else."""
    draw = random.Random(f"{reader} {seed} {number}")
    raw = draw.choice(seeds)
    plain = reader not in ("model", "checkpoint") or draw.random() >= 0.7
    data = mutated(raw, draw) if plain else mutated_json(raw, draw)
    # A checkpoint with a wrong checksum is not looked at any further.
    return sealed(data) if reader == "checkpoint" and draw.random() < 0.9 else data


def fault(reader: str, path: Path, right: bool = False) -> str:
    """Use the file at `path`; what is wrong with how that ended, or "". A `right` file is read."""
    started = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            USES[reader](path)
    except ClearpropError as error:
        if right or "\n" in str(error):
            return f"an error, or one of several lines: {error}"
    except BaseException:
        return traceback.format_exc()
    seconds = 0.0 if right else time.process_time() - started
    return f"{seconds:.1f} s of CPU" if seconds > SECONDS else ""


# -- Many inputs ----------------------------------------------------------------------------------


def fuzz(
    reader: str, seconds: float, seed: int, first: int = 0, most: int = 10**9
) -> tuple[int, int]:
    """Try inputs of a reader for so many seconds; return how many, and how many findings."""
    name, make = SEEDS[reader]
    seeds = make()
    count = findings = 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        if reader == "idx":  # its labels lie beside it
            labels = Path(folder) / "a-labels-idx1-ubyte"
            labels.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 8, *(i % 2 for i in range(8))]))
        for raw in seeds:  # they are right, and libraries are loaded now
            path.write_bytes(raw)
            if found := fault(reader, path, right=True):
                raise RuntimeError(f"a seed of {reader}: {found}")
        while time.monotonic() < until and count < most:
            raw = made(reader, seeds, seed, first + count)
            # Written before it is used: the process may end.
            (FINDINGS / f"{reader}.now").write_text(f"{seed} {first + count}")
            path.write_bytes(raw)
            found = fault(reader, path)
            larger = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if larger - peak > MEMORY >> 10:
                found = found or f"{(larger - peak) >> 10} MB of memory"
            peak = max(peak, larger - (MEMORY >> 11))
            if found:
                findings += 1
                kept = FINDINGS / f"{reader}-{seed}-{first + count}"
                kept.with_suffix(path.suffix).write_bytes(raw)
                kept.with_suffix(".txt").write_text(found, encoding="utf-8")
                print(f"{kept}: {found.strip().splitlines()[-1][:160]}", flush=True)
            count += 1
    (FINDINGS / f"{reader}.now").unlink(missing_ok=True)
    return count, findings


def apart(reader: str, seconds: float, seed: int, first: int, most: int) -> tuple[int, int]:
    """The same in a process of its own. If it ends before its time, that is a finding."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        result = pool.apply_async(fuzz, (reader, seconds, seed, first, most))
        try:
            return result.get(seconds + 120)
        except multiprocessing.TimeoutError:
            where = (FINDINGS / f"{reader}.now").read_text()
            print(f"{reader}: the process ended or hangs at (seed, number) {where}", flush=True)
            return int(where.split()[1]) - first, 1


def run() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("readers", nargs="*", default=list(SEEDS), metavar="READER")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--from", type=int, default=0, dest="first", help="number of the first input"
    )
    parser.add_argument("--most", type=int, default=10**9, help="inputs of each reader")
    given = parser.parse_args()
    FINDINGS.mkdir(parents=True, exist_ok=True)
    total = [0, 0]
    for reader in given.readers:
        counts = apart(reader, 60 * given.minutes, given.seed, given.first, given.most)
        print(f"{reader:11} {counts[0]:9,} inputs, {counts[1]} findings", flush=True)
        total = [a + b for a, b in zip(total, counts, strict=True)]
    print(f"{'in all':11} {total[0]:9,} inputs, {total[1]} findings, seed {given.seed}")
    return int(total[1] > 0)


if __name__ == "__main__":
    sys.exit(run())
