"""Fits, one line each in a CSV: a second run goes on where the first one stopped."""

from __future__ import annotations

import csv
import resource
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.accuracy.methods import predictions
from benchmarks.accuracy.rows import Rows, measures, split
from benchmarks.accuracy.tables import TABLES, load

KEY = ["table", "split", "method", "cap"]
MEASURES = ["loss", "error", "coverage", "width", "crossings"]
FIELDS = [*KEY, "task", "rows", *MEASURES, "cpu", "seconds", "failed"]


@dataclass(frozen=True)
class Asked:
    """The fits of every method on every split of every table."""

    methods: list[str]
    tables: list[str]
    splits: list[int]
    cap: int
    program: str
    folder: Path  # of the packages of tables


def read(path: Path | None) -> pd.DataFrame:
    """The fits of a CSV. Of two equal fits the later counts."""
    if path is None or not path.exists():
        return pd.DataFrame(columns=FIELDS)
    fits = pd.read_csv(path).reindex(columns=FIELDS)
    fits["failed"] = fits["failed"].astype(object).fillna("")  # empty columns are read as numbers
    return fits.drop_duplicates(KEY, keep="last").reset_index(drop=True)


def chosen(fits: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """The fits that were asked for, in the order of the asking."""
    index = pd.MultiIndex.from_product([asked.tables, asked.splits, asked.methods, [asked.cap]])
    return fits.set_index(KEY).reindex(index.rename(KEY)).dropna(subset=["task"]).reset_index()


def run(asked: Asked, path: Path | None, again: bool = False) -> pd.DataFrame:
    """All fits of `asked`; those that the CSV has are not made again.

    Failed fits are. With `again`, all of Clearprop are, since its code may have changed.
    """
    known = read(path)
    stale = known["failed"] != ""
    if again:
        stale |= known["method"].str.startswith("clearprop")
    done = set(known[~stale][KEY].itertuples(index=False, name=None))
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        known.to_csv(path, index=False)  # with all fields
    made = []
    for name in asked.tables:
        todo = [
            (seed, method)
            for seed in asked.splits
            for method in asked.methods
            if (name, seed, method, asked.cap) not in done
        ]
        for one in _of_table(name, todo, asked):
            made.append(one)
            if path is not None:
                with path.open("a", newline="", encoding="utf-8") as file:
                    csv.DictWriter(file, FIELDS).writerow(one)
    return chosen(pd.DataFrame(made, columns=FIELDS) if path is None else read(path), asked)


def _of_table(
    name: str, todo: list[tuple[int, str]], asked: Asked
) -> Iterable[dict[str, str | float]]:
    frame = load(TABLES[name], asked.folder) if todo else pd.DataFrame()
    for seed, method in todo:
        rows = split(TABLES[name], frame, seed, asked.cap)
        key: dict[str, str | float] = dict(zip(KEY, (name, seed, method, asked.cap), strict=True))
        made = key | fit(method, rows, asked.program)
        shown = made["failed"] or f"{made['loss']:.5g}"
        print(f"{name} split {seed} {method}: {shown}, {made['cpu']:.1f} s CPU", file=sys.stderr)
        yield made


def fit(method: str, rows: Rows, program: str) -> dict[str, str | float]:
    """One fit: its measures and seconds or, in `failed`, why there are none."""
    cpu, start = _cpu_seconds(), time.perf_counter()
    found: dict[str, str | float] = {"task": rows.table.task, "rows": len(rows.train), "failed": ""}
    try:
        found |= measures(predictions(method, rows, program), rows.test[rows.table.target])
    except Exception as error:  # whatever stops one fit must not stop hours of others
        found["failed"] = f"{type(error).__name__}: {error}".splitlines()[0]
    return found | {"cpu": _cpu_seconds() - cpu, "seconds": time.perf_counter() - start}


def _cpu_seconds() -> float:
    """Of this process and of its children that have ended."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(who)[:2]) for who in both)
