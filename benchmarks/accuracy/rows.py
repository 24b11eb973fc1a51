"""Which rows a method learns from, which rows it is measured on, and the measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy.tables import CLASSES, Table

OWN_TEST = 0.2  # the share of FILE on which `clearprop train` measures itself
TINY = 1e-7  # the smallest probability in a log-loss


@dataclass(frozen=True)
class Rows:
    """FILE, the four fifths of it that the rivals learn from, and the rows to measure on.

    `clearprop train` keeps a fifth of FILE to test itself on. The rivals are given a random four
    fifths of FILE, so everybody learns from as many rows.
    """

    table: Table
    file: pd.DataFrame
    train: pd.DataFrame
    test: pd.DataFrame


def split(table: Table, frame: pd.DataFrame, seed: int, cap: int) -> Rows:
    """The rows of one split; at most `cap` to learn from. A fifth of the table is measured on."""
    from sklearn.model_selection import train_test_split

    def parted(rows: pd.DataFrame, second: float) -> list[pd.DataFrame]:
        kinds = rows[table.target] if table.task == CLASSES else None
        parts: list[pd.DataFrame] = train_test_split(
            rows, test_size=second, random_state=seed, stratify=kinds
        )
        return parts

    file, test = parted(frame, 0.2)
    most = round(cap / (1 - OWN_TEST))
    if len(file) > most:
        file = parted(file, most)[1]
    train = parted(file, OWN_TEST)[0]
    return Rows(table, *(part.reset_index(drop=True) for part in (file, train, test)))


@dataclass(frozen=True)
class Predicted:
    """Predictions for the m rows to measure on."""

    numbers: Any = None  # (m,)
    probabilities: Any = None  # (m, K)
    classes: tuple[str, ...] = ()  # K
    bounds: Any = None  # (m, 2), the low and the high end of an interval
    level: float = 0.0  # the share of targets that the interval is to cover


def measures(predicted: Predicted, actual: pd.Series) -> dict[str, float]:
    """`loss` is the RMSE or the log-loss, and `error` the share of wrong classes.

    `coverage` is the share of targets in their interval. `width` is the mean width, in widths of
    the one interval that leaves as many targets out on either side: below 1, the columns told
    something. `crossings` is the share of rows whose low end is above the high end.
    """
    y = actual.to_numpy()
    if predicted.classes:
        return _of_classes(predicted, y)
    found = {"loss": float(np.sqrt(np.mean((predicted.numbers - y) ** 2)))}
    if predicted.bounds is None:
        return found
    low, high = predicted.bounds.T
    outside = (1 - predicted.level) / 2
    widest = float(np.diff(np.quantile(y, [outside, 1 - outside]))[0])
    return found | {
        "coverage": float(np.mean((low <= y) & (y <= high))),
        "width": float(np.mean(high - low)) / widest,
        "crossings": float(np.mean(low > high)),
    }


def _of_classes(predicted: Predicted, y: Any) -> dict[str, float]:
    P = np.clip(predicted.probabilities, TINY, None)
    P = P / P.sum(axis=1, keepdims=True)  # (m, K)
    column = {name: k for k, name in enumerate(predicted.classes)}
    right = [P[i, column[name]] if name in column else TINY for i, name in enumerate(y)]  # (m,)
    chosen = np.array(predicted.classes)[P.argmax(axis=1)]  # (m,)
    return {"loss": float(-np.mean(np.log(right))), "error": float(np.mean(chosen != y))}
