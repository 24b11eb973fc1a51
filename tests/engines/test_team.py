"""Two processes that train one network, beside one process: the same to rounding.

A process joins a team once, so all of it is one script, and each assertion says what it is about.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest

pytest.importorskip("jax")

SCRIPT = """
import json, sys
import numpy as np
from clearprop import Network, Options, Training, initial_theta
from clearprop.engines.choice import choose_engine
from clearprop.engines.data_parallel import DataParallel
from clearprop.engines.protocol import Rows, TrainingState
from clearprop.engines.joining import join
from clearprop.engines.strands import Strands, cut, strand_count
from clearprop.errors import ClearpropError, DataError
from clearprop.training.shared import Shared

address, n, process = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
team = join(address, n, process, seconds=60)
draw = np.random.default_rng(0)
X = draw.normal(size=(768, 8))
Y = np.eye(3)[draw.integers(0, 3, 768)]
weight = draw.integers(0, 3, 768).astype(float)
network = Network((8, 12, 6, 3), "relu", "softmax", regularization=2.0)
ranges = cut(np.ones(len(X)), strand_count(n))
strands = Strands([len(of) for of in ranges], n, process)
own = slice(ranges[strands.own[0]].start, ranges[strands.own[-1]].stop)


def trained(weighted, **options):
    w = weight if weighted else None
    rows = Rows(X[own], Y[own], w[own] if weighted else None)
    some = Rows(X[:50], Y[:50], w[:50] if weighted else None)
    shared = Shared(network, rows, strands.sizes, w.sum() if weighted else None, some)
    training = Training(
        network, initial_theta(network, 0), shared, None, Options(**options),
        engine=DataParallel(team, strands), slice_seconds=0.0,
    )
    training.run()
    return [*training.theta.tolist(), *training.history.costs]


def refused(job):
    try:
        job()
    except ClearpropError as error:
        return str(error)


def wrong():
    if process == n - 1:
        raise DataError("X.npy: the file has become shorter while it was read")


found = {
    "adam": trained(True, solver="adam", epochs=4, batch_size=64, dropout=0.2, clip_norm=1.0),
    "lbfgs": trained(False, solver="lbfgs", epochs=8),
    "wrong": refused(lambda: team.together(wrong)),
    "differs": refused(lambda: team.same({"seed": 1, "hidden": process})),
    "gathered": [text.decode() for text in team.gathered(b"x" * process)],
    "first": team.from_first(lambda: b"of 0").decode(),
}
engine, theta = DataParallel(team, strands), initial_theta(network, 3)
J, D = engine.cost_and_gradient(network, theta, X, Y, weight)
expected = choose_engine("reference").cost_and_gradient(network, theta, X, Y, weight)
with engine.open(network, TrainingState(theta)) as session:
    z, h = session.logits(X[:101]), session.predict(X[:101])
np.testing.assert_allclose(J, expected[0], rtol=1e-13)
np.testing.assert_allclose(D, expected[1], atol=1e-14)
reference = choose_engine("reference")
np.testing.assert_allclose(z, reference.logits(network, theta, X[:101]), atol=1e-13)
np.testing.assert_allclose(h, reference.predict(network, theta, X[:101]), atol=1e-14)
team.leave()
print(json.dumps(found))
"""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def test_two_processes_are_one_to_rounding(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    runs = {}
    for n in (1, 2):
        address = f"127.0.0.1:{free_port()}"
        runs[n] = [
            subprocess.Popen(
                [sys.executable, str(script), address, str(n), str(process)],
                env=os.environ | {"JAX_PLATFORMS": "cpu"},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for process in range(n)
        ]
    found = {}
    for n, processes in runs.items():
        for process in processes:
            out, said = process.communicate(timeout=240)
            assert process.returncode == 0, said
            found.setdefault(n, []).append(json.loads(out))
    (one,), (two, other) = found[1], found[2]
    assert two == other  # every process has the same bits
    assert two["adam"] == pytest.approx(one["adam"], abs=1e-12, rel=0)  # after 48 steps
    # A line search multiplies the rounding of each of its costs.
    assert two["lbfgs"] == pytest.approx(one["lbfgs"], abs=1e-9, rel=0)
    assert one["wrong"] == "X.npy: the file has become shorter while it was read"
    assert two["wrong"] == f"process 1: {one['wrong']}"
    assert one["differs"] is None
    assert two["differs"] == (
        "distributed: process 1 differs from process 0 in hidden; all must have the same data, "
        "choices, packages and kind of processor"
    )
    assert (two["gathered"], two["first"]) == (["", "x"], "of 0")
