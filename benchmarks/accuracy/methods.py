"""The methods, each at its defaults: rows in, predictions out.

Clearprop runs as a user runs it, `clearprop train FILE --target T` and `clearprop predict`, in
processes of its own. The rivals run in this process, on one thread where they let us choose.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy.rows import Predicted, Rows
from benchmarks.accuracy.tables import CLASSES, texts

LIMIT = 900  # seconds for one command


class FailedError(Exception):
    """A method gave no predictions."""


def clearprop(program: str, options: list[str], rows: Rows) -> Predicted:
    """`options` are those of `train`."""
    target, task = rows.table.target, rows.table.task
    with tempfile.TemporaryDirectory() as folder:
        file, new, model, out = (
            f"{folder}/{name}" for name in ("file.csv", "new.csv", "m.safetensors", "out.csv")
        )
        rows.file.to_csv(file, index=False)
        rows.test.drop(columns=target).to_csv(new, index=False)
        trained = _call(
            program, "train", file, "--target", target, "--json", "--out", model, *options
        )
        taken = json.loads(trained)["task"]
        if taken != task:
            raise FailedError(f"train took it for {taken}")
        probabilities = ["--proba"] if task == CLASSES else []
        _call(program, "predict", model, new, "--out", out, *probabilities)
        frame = pd.read_csv(out)
    if len(frame) != len(rows.test):
        raise FailedError(f"predict: {len(frame)} rows for {len(rows.test)}")
    if task == CLASSES:
        columns = [name for name in frame if name.startswith("probability_")]
        classes = tuple(name.removeprefix("probability_") for name in columns)
        return Predicted(probabilities=frame[columns].to_numpy(), classes=classes)
    level = interval(options)
    bounds = frame[["prediction_low", "prediction_high"]].to_numpy() if level else None
    return Predicted(numbers=frame["prediction"].to_numpy(), bounds=bounds, level=level)


def interval(options: list[str]) -> float:
    """The level that the options ask for with `--interval`, or 0."""
    return float(options[options.index("--interval") + 1]) if "--interval" in options else 0.0


def _call(program: str, command: str, *arguments: str) -> str:
    """What the command printed."""
    try:
        done = subprocess.run(
            [program, command, *arguments], capture_output=True, text=True, timeout=LIMIT
        )
    except subprocess.TimeoutExpired:
        raise FailedError(f"{command}: no end in {LIMIT} s") from None
    except FileNotFoundError:
        raise FailedError(f"no program {program}: name it with --program") from None
    if done.returncode:
        raise FailedError(f"{command}: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
    return done.stdout


def lightgbm(rows: Rows) -> Predicted:
    """Gradient-boosted trees; texts are its categories."""
    from lightgbm import LGBMClassifier, LGBMRegressor

    kind = LGBMClassifier if rows.table.task == CLASSES else LGBMRegressor
    X, X_new = _categories(*_inputs(rows))
    names = [f"x{j}" for j in range(X.shape[1])]  # it allows no brackets or commas in a name
    estimator = kind(n_jobs=1, random_state=0, verbose=-1)
    estimator.fit(X.set_axis(names, axis=1), rows.train[rows.table.target])
    return _answer(estimator, X_new.set_axis(names, axis=1), rows)


def linear(rows: Rows) -> Predicted:
    """Logistic or ridge regression on standardised numbers and one-hot texts."""
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    X, X_new = _filled(*_inputs(rows))
    words = texts(X)
    encoded = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), words),
        (StandardScaler(), [column for column in X if column not in words]),
    )
    last = (
        LogisticRegression(max_iter=500)
        if rows.table.task == CLASSES
        else RidgeCV(np.logspace(-2, 3, 11))
    )
    estimator = make_pipeline(encoded, last)
    return _answer(estimator.fit(X, rows.train[rows.table.target]), X_new, rows)


def realmlp(rows: Rows) -> Predicted:
    """RealMLP with its tuned defaults (Holzmüller et al. 2024); needs pytabkit."""
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

    kind = RealMLP_TD_Classifier if rows.table.task == CLASSES else RealMLP_TD_Regressor
    X, X_new = _categories(*_filled(*_inputs(rows)))
    estimator = kind(device="cpu", random_state=0, n_threads=1, verbosity=0)
    return _answer(estimator.fit(X, rows.train[rows.table.target].to_numpy()), X_new, rows)


RIVALS: dict[str, Callable[[Rows], Predicted]] = {
    "lightgbm": lightgbm,
    "linear": linear,
    "realmlp": realmlp,
}


def predictions(method: str, rows: Rows, program: str) -> Predicted:
    """What `method` predicts: the name of a rival, or `clearprop` and options for `train`."""
    name, *options = method.split()
    return clearprop(program, options, rows) if name == "clearprop" else RIVALS[name](rows)


def _inputs(rows: Rows) -> tuple[pd.DataFrame, pd.DataFrame]:
    target = rows.table.target
    return rows.train.drop(columns=target), rows.test.drop(columns=target)


def _answer(estimator: Any, X: pd.DataFrame, rows: Rows) -> Predicted:
    if rows.table.task == CLASSES:
        classes = tuple(str(name) for name in estimator.classes_)
        return Predicted(probabilities=np.asarray(estimator.predict_proba(X)), classes=classes)
    return Predicted(numbers=np.asarray(estimator.predict(X)).ravel())


def _categories(X: pd.DataFrame, X_new: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Texts become categories of the training rows; other texts become empty cells."""
    kinds = {
        column: pd.CategoricalDtype(sorted(X[column].dropna().unique())) for column in texts(X)
    }
    new = {column: pd.Categorical(X_new[column], dtype=kind) for column, kind in kinds.items()}
    return X.astype(kinds), X_new.assign(**new)


def _filled(X: pd.DataFrame, X_new: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Empty cells get the training rows' mean, or their most frequent text."""
    words = texts(X)
    filling = {column: X[column].mode()[0] if column in words else X[column].mean() for column in X}
    return X.fillna(filling), X_new.fillna(filling)
