"""A grid search over worker processes, of joblib and of Dask: the bits of a serial one."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

# What runs in other processes stands in a file, so that every worker can import it.
WORK = """
from pathlib import Path

import numpy as np
from clearprop import MLPClassifier, Table, Experiment, RECIPES
from clearprop.engines.choice import choose_engine, threads_of

class Counting(MLPClassifier):
    def fit(self, X, y):
        super().fit(X, y)
        self.threads_ = threads_of(choose_engine())
        return self

def rows():
    draw = np.random.default_rng(0)
    X = draw.normal(size=(120, 6))
    return X, (X[:, :2].sum(axis=1) > 0).astype(int)

def experiment(strength):
    X, y = rows()
    names = tuple("abcdef")
    recipe = RECIPES["modern"].with_(hidden=(4,), epochs=3, regularization=strength)
    run = Experiment(Table("made", X, y, names, "y"), recipe).fit()
    return run.model().theta, threads_of(run.engine)
"""
SEARCH = """
import sys, warnings
import numpy as np
from joblib import Parallel, delayed, parallel_config
from sklearn.model_selection import GridSearchCV, cross_validate
from work import Counting, experiment, rows

GRID = {"alpha": [0.0, 1.0], "hidden_layer_sizes": [(3,), (5, 4)]}
MODEL = Counting(tol=10.0, n_iter_no_change=2, random_state=0)

def found(n_jobs):
    X, y = rows()
    search = GridSearchCV(MODEL, GRID, cv=2, n_jobs=n_jobs).fit(X, y)
    each = cross_validate(MODEL, X, y, cv=2, n_jobs=n_jobs, return_estimator=True)["estimator"]
    runs = Parallel(n_jobs)(delayed(experiment)(strength) for strength in (0.3, 3.0))
    thetas = [search.best_estimator_, *each]
    scores = search.cv_results_["mean_test_score"].tolist()
    bits = [np.concatenate([w.ravel() for w in m.coefs_ + m.intercepts_]).tobytes() for m in thetas]
    bits += [theta.tobytes() for theta, _ in runs]
    return (scores, bits), [m.threads_ for m in each] + [threads for _, threads in runs]

if __name__ == "__main__":
    serial, _ = found(1)
    other, threads = found(2)
    assert other == serial
    if sys.argv[1] == "dask":
        from distributed import Client, LocalCluster
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster),
            parallel_config("dask"),
        ):
            other, of_dask = found(2)
        threads += of_dask
    assert other == serial
    print(*threads)
"""


def test_a_search_over_workers_has_the_bits_of_a_serial_one(tmp_path):
    dask = importlib.util.find_spec("distributed") is not None
    (tmp_path / "work.py").write_text(WORK)
    (tmp_path / "search.py").write_text(SEARCH)
    environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    environment["LOKY_MAX_CPU_COUNT"] = "2"  # a worker of two has one of them
    environment["PYTHONPATH"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "search.py", "dask" if dask else "loky"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1"] * (8 if dask else 4)
