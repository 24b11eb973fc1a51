"""A grid of architectures, lambdas and learning rates, beside what `clearprop choose` finds.

    python -m benchmarks.architectures letters.csv letter --out grid.csv

trains every point of the grid with the recipe `modern`, one after another on one thread each, side
by side on all processors, and writes a line for each: what was trained, the costs, the accuracies
of validation and test rows, and the seconds. A second run goes on from the file. `--choose 300`
runs the search of that many seconds on the same rows at the end, and prints both.

The split is that of seed 0, so that grid and search see the same rows. The grid's point is chosen
by the validation cost, as the search chooses; the best accuracy of the test rows over all points is
printed too, which nobody could have chosen.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import product
from pathlib import Path
from typing import Any

import clearprop
from clearprop.engines.choice import choose_engine, on_threads
from clearprop.engines.threads import usable_processors

WIDTHS = (32, 64, 128, 256, 512)
DEPTHS = (1, 2, 3)
LAMBDAS = (0.3, 1.0, 3.0, 10.0)
RATES = (0.001, 0.003, 0.009)
EPOCHS = (40, 120)
NAMES = ("units", "layers", "regularization", "learning_rate", "epochs")
FOUND = ("parameters", "best_epoch", "validation_cost", "validation_score", "test_score", "seconds")


def points() -> Iterator[tuple[Any, ...]]:
    """The grid, the small networks first."""
    for epochs, layers, units, lam, rate in product(EPOCHS, DEPTHS, WIDTHS, LAMBDAS, RATES):
        yield units, layers, lam, rate, epochs


def trained(rows: clearprop.Prepared, point: tuple[Any, ...]) -> dict[str, Any]:
    """Train one point of the grid."""
    units, layers, lam, rate, epochs = point
    recipe = clearprop.RECIPES["modern"].with_(
        hidden=(units,) * layers, regularization=lam, learning_rate=rate, epochs=epochs
    )
    started = time.process_time()
    run = clearprop.Experiment(rows, recipe, engine=on_threads(choose_engine(), 1)).fit()
    seconds = time.process_time() - started
    validation = run.measure("validation")
    found = (
        run.network.n_parameters,
        run.candidates[0].best_epoch,
        validation.cost,
        validation.score,
        run.measure("test").score,
        round(seconds, 2),
    )
    return dict(zip((*NAMES, *FOUND), (*point, *found), strict=True))


_ROWS: dict[str, clearprop.Prepared] = {}  # in a worker: read once


def _work(source: str, target: str, point: tuple[Any, ...]) -> dict[str, Any]:
    if source not in _ROWS:
        run = clearprop.Experiment(clearprop.read(source, target), "modern")
        _ROWS[source] = run.prepared
    return trained(_ROWS[source], point)


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Run what is left of the grid, then the search, and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="only each N-th point")
    parser.add_argument("--choose", type=float, help="seconds of the search")
    args = parser.parse_args()
    done = {tuple(row[name] for name in NAMES) for row in _read(args.out)}
    left = [
        point
        for i, point in enumerate(points())
        if i % args.every == 0 and tuple(map(str, point)) not in done
    ]
    with (
        args.out.open("a", newline="") as file,
        ProcessPoolExecutor(usable_processors()) as pool,
    ):
        writer = csv.DictWriter(file, (*NAMES, *FOUND))
        if file.tell() == 0:  # a run that ended before its first point has left the header
            writer.writeheader()
        futures = [pool.submit(_work, args.source, args.target, point) for point in left]
        for future in as_completed(futures):
            writer.writerow(future.result())
            file.flush()
            os.fsync(file.fileno())
    grid = _read(args.out)
    chosen = min(grid, key=lambda row: float(row["validation_cost"]))
    print(f"{len(grid)} points, {sum(float(row['seconds']) for row in grid):.0f} CPU seconds")
    print("chosen by validation cost:", chosen)
    print("best test score of all:", max(float(row["test_score"]) for row in grid))
    if args.choose is not None:
        started = time.process_time()
        search = clearprop.choose(args.source, args.target, seconds=args.choose)
        print(search)
        seconds = time.process_time() - started
        score = search.measure("test").score
        print(f"choose: test score {score:.4f} in {seconds:.0f} CPU seconds", search.ended)


if __name__ == "__main__":
    main()
