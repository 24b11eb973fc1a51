"""The native core in worker processes and beside other libraries' threads."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import platform
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clearprop import MLPClassifier

native = pytest.importorskip("clearprop.engines.native", exc_type=ImportError)

# What runs in other processes stands in a script, so that every child can import it.
GRID_SEARCH = """
import numpy as np
from joblib import cpu_count
from sklearn.model_selection import GridSearchCV
from clearprop import MLPClassifier
from clearprop.engines.native import NativeEngine

class Counting(MLPClassifier):
    def fit(self, X, y):
        super().fit(X, y)
        self.threads_ = NativeEngine().n_threads
        return self
    def score(self, X, y):
        return self.threads_

if __name__ == "__main__":
    X, y = np.random.default_rng(0).random((60, 4)), np.arange(60) % 2
    model = Counting(hidden_layer_sizes=(3,), tol=10.0, n_iter_no_change=1)  # two epochs
    search = GridSearchCV(model, {"alpha": [0.0, 1.0]}, cv=2, n_jobs=2, refit=False).fit(X, y)
    assert (search.cv_results_["mean_test_score"] <= max(1, cpu_count() // 2)).all()
"""
CHILDREN = """
import multiprocessing, sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from clearprop import Network, initial_theta
from clearprop.engines.native import NativeEngine

NETWORK = Network((50, 300, 10), "relu", "softmax")  # large enough for several threads

def gradient(threads=2):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(512, 50))
    Y = np.eye(10)[rng.integers(0, 10, 512)]
    theta = initial_theta(NETWORK, 0)
    return NativeEngine(threads).cost_and_gradient(NETWORK, theta, X, Y)[1].tobytes()

def two_at_once(_):
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(gradient, [2, 2]))

if __name__ == "__main__":
    expected = gradient()  # the helpers of this process are there when it forks
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        assert pool.map(gradient, [2, 2, 1, 3]) == [expected] * 4
        assert pool.map(two_at_once, range(4)) == [[expected] * 2] * 4
    assert gradient() == expected
"""
FORK_IN_THE_MIDDLE = (
    CHILDREN.partition("if __name__")[0]
    + """
import os, threading

expected, done = gradient(), threading.Event()

def compute():
    while not done.is_set():
        gradient()

threads = [threading.Thread(target=compute) for _ in range(2)]
for thread in threads:
    thread.start()
for _ in range(20):
    child = os.fork()
    if child == 0:
        os._exit(gradient() != expected)
    assert os.waitpid(child, 0)[1] == 0
done.set()
"""
)
JOBS = """
import numpy as np
from sklearn.model_selection import cross_validate
from clearprop import MLPClassifier

if __name__ == "__main__":
    X = np.random.default_rng(0).random((2000, 50))
    y = (10 * X[:, 0]).astype(int)
    model = MLPClassifier((300,), batch_size=500, tol=10.0, n_iter_no_change=2, random_state=0)
    runs = [cross_validate(model, X, y, cv=2, n_jobs=n, return_estimator=True) for n in (1, 2)]
    for one, other in zip(*(run["estimator"] for run in runs), strict=True):
        for a, b in zip(one.coefs_, other.coefs_, strict=True):
            assert a.tobytes() == b.tobytes()
"""


def run(folder, script, *arguments):
    path = folder / "script.py"
    path.write_text(script)
    environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, str(path), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_two_workers_of_a_grid_search_share_the_processors(tmp_path):
    run(tmp_path, GRID_SEARCH)


def test_two_workers_of_a_cross_validation_fit_to_the_same_bits_as_one(tmp_path):
    run(tmp_path, JOBS)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_process_forks_while_other_threads_compute(tmp_path):
    run(tmp_path, FORK_IN_THE_MIDDLE)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_children_compute_the_same_bits(tmp_path, method):
    run(tmp_path, CHILDREN, method)


def test_a_copy_in_another_process_counts_its_own_processors(monkeypatch):
    engine, two = native.NativeEngine(), native.NativeEngine(n_threads=2)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    for copied in (pickle.loads(pickle.dumps(engine)), copy.deepcopy(engine)):
        assert copied.n_threads == 1
    assert pickle.loads(pickle.dumps(two)).n_threads == 2
    assert (repr(engine), repr(two)) == ("NativeEngine()", "NativeEngine(n_threads=2)")


def test_an_estimator_with_an_engine_is_cloned_and_pickled():
    from sklearn.base import clone

    X, y = np.random.default_rng(0).random((60, 4)), np.arange(60) % 2
    engine = native.NativeEngine(n_threads=1)
    model = MLPClassifier((3,), tol=10.0, n_iter_no_change=1, random_state=0, engine=engine)
    fitted = clone(model).fit(X, y)
    assert fitted.engine.n_threads == 1
    back = pickle.loads(pickle.dumps(fitted))
    assert back.engine.n_threads == 1
    np.testing.assert_array_equal(back.predict_proba(X), fitted.predict_proba(X))


def in_instruction_set(name, python, code):
    """Runs `code` under CLEARPROP_ISA: its exit code, and what it said on standard error."""
    done = subprocess.run(
        [*python, "-c", code],
        env={**os.environ, "CLEARPROP_ISA": name},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.skipif(
    not Path("/proc/cpuinfo").exists() or platform.machine() != "x86_64", reason="x86-64 Linux"
)
def test_the_sets_are_those_that_linux_lists():
    """Whatever compiler built the core: zig's own answer would be the baseline alone."""
    (flags, *_) = re.findall(r"^flags\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    listed = set(flags.split())
    expected = ["baseline"]
    if {"avx2", "fma"} <= listed:
        expected.append("avx2")
        if {"avx512f", "avx512dq", "avx512vl", "avx512bw"} <= listed:
            expected.append("avx512")
    assert native._core.instruction_sets() == expected


@pytest.mark.parametrize("name", ["", *native._core.instruction_sets()])
def test_an_instruction_set_is_chosen_by_its_name(name, python):
    expected = name or native._core.instruction_sets()[-1]  # the best one
    code = f"from clearprop.engines import _core; assert _core.instruction_set() == {expected!r}"
    assert in_instruction_set(name, python, code) == (0, "")


@pytest.mark.parametrize("name", ["avx_2", "AVX2", " avx2 ", "sse", "auto", "ä\n"])
def test_an_unknown_instruction_set_is_an_error_once_something_is_computed(name, python):
    code = """
import sys
from pathlib import Path
import clearprop
import clearprop.engines.native as native
from clearprop.errors import EngineError
for compute in (native.NativeEngine, native._core.instruction_set):
    try:
        compute()
    except (EngineError, ValueError) as error:
        print(type(error).__name__, ascii(str(error)), file=sys.stderr)
"""
    sets = native._core.instruction_sets()
    problem = f"CLEARPROP_ISA: expected one of {', '.join(sets)}; got {name!r}"
    if "avx2" in sets and "2" in name:
        problem += ' (did you mean "avx2"?)'
    assert in_instruction_set(name, python, code) == (
        0,
        f"EngineError {problem!a}\nValueError 'CLEARPROP_ISA names no instruction set'\n",
    )


def test_the_command_line_refuses_an_unknown_instruction_set_in_one_line(python):
    code = "from clearprop.cli import main; main(['train', 'digits', '--epochs', '1'])"
    exit_code, said = in_instruction_set("avx_2", python, code)
    assert (exit_code, said.count("\n")) == (2, 1)
    assert said.startswith("clearprop: error: CLEARPROP_ISA: expected one of baseline")
    assert "got 'avx_2'" in said


def test_an_instruction_set_that_is_not_here_is_an_error_that_names_those_that_are(python):
    sets = native._core.instruction_sets()
    missing = [name for name in ("avx2", "avx512") if name not in sets]
    if not missing:
        pytest.skip("this processor has them all")
    for name in missing:
        code = "from clearprop.engines.native import NativeEngine; NativeEngine()"
        exit_code, said = in_instruction_set(name, python, code)
        *_, last = said.splitlines()
        assert exit_code == 1
        assert last.startswith("clearprop.errors.EngineError: CLEARPROP_ISA: this ")
        assert last.endswith(f" has no {name}; expected one of {', '.join(sets)}")
