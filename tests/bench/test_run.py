"""Works, rounds and tables. No test measures speed; that is what benchmarks are for."""

import re

import numpy as np
import pytest

from clearprop.bench import run as bench
from clearprop.bench.peers import PEERS
from clearprop.bench.run import chosen, run
from clearprop.bench.table import table
from clearprop.bench.works import WORKS, Work
from clearprop.errors import ParameterError
from clearprop.network.architecture import Network

SMALL = {
    "A": Work("A", "small", Network((4, 3, 2), "tanh", "quadratic"), 5, "sgd", 40, 0.1, 4),
    "B": Work("B", "gradient", Network((4, 3, 2)), 40, "gradient", 40, 0.0, 2, np.float64),
    "C": Work("C", "Adam", Network((4, 3, 2), "relu", "softmax"), 5, "adam", 400, 1e-3, 4),
    "G": Work("G", "predict", Network((4, 3, 2), "relu", "softmax"), 7, "predict", 7, 0.0, 2),
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Works that take no time."""
    monkeypatch.setattr(bench, "WORKS", SMALL)


@pytest.mark.usefixtures("small")
def test_every_work_has_a_round_of_every_peer_that_is_installed() -> None:
    said: list[str] = []
    peers = [peer for peer in PEERS if peer not in ("torch.compile", "jax")]  # seconds of compiling
    found = run(seconds=1e-6, peers=peers, say=said.append)
    assert list(found["results"]) == list(SMALL)
    for name, result in found["results"].items():
        assert {"clearprop", "numpy"} <= set(result["seconds"]) <= set(peers)
        assert ("sklearn" in result["seconds"]) == (name != "B")
        assert result["ratios"]["clearprop"] == 1
        assert all(len(times) == 1 and times[0] > 0 for times in result["seconds"].values())
        assert result["limit"] > 0
    left_out = [line for line in said if "left out" in line]
    assert left_out == []
    assert "A: small" in said


@pytest.mark.usefixtures("small")
def test_a_peer_that_is_not_installed_or_fails_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(work: Work) -> None:
        raise ImportError(work)

    def broken(work: Work) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setitem(PEERS, "jax", gone)
    monkeypatch.setitem(PEERS, "torch", broken)
    said: list[str] = []
    found = run(["A"], 1e-6, ["clearprop", "torch", "jax"], said.append)
    assert list(found["results"]["A"]["medians"]) == ["clearprop"]
    assert said[1:] == ["A: torch left out: RuntimeError: no luck", "A: jax is not installed"]
    assert "to best" in table(found)


def test_the_works_take_the_steps_that_their_flops_say() -> None:
    assert WORKS["C"].flops == 2 * 200 * (2 * 784 * 100 + 3 * 100 * 10)
    assert WORKS["G2"].flops == 2 * 100 * (784 * 100 + 100 * 10)
    X, Y, theta = SMALL["B"].data()
    assert X.dtype == Y.dtype == theta.dtype == np.float64
    assert (X.shape, Y.shape, theta.shape) == ((40, 4), (40, 2), (23,))


def test_names_of_works() -> None:
    assert chosen([]) == list(WORKS)
    assert chosen(["g", "A", "G1"]) == ["G1", "G2", "G3", "A"]
    message = (
        "2 problems: works: expected one of A, B, C, C2, D, D2, E, F, G1, G2, G3; got 'X'; works:"
    )
    with pytest.raises(ParameterError, match="^" + re.escape(message)):
        chosen(["X", "A", "Y"])


def test_a_table_fits_into_80_columns() -> None:
    medians = dict.fromkeys(PEERS, 1.5)
    result = {"what": WORKS["G3"].what, "medians": medians, "limit": 0.9}
    about = {"processor": "A processor", "threads": 2}
    shown = table({"about": about, "results": dict.fromkeys(WORKS, result)})
    assert max(map(len, shown.splitlines())) <= 80
    assert "G3    1,500,000" in shown
    assert " 60 %    1.0 x" in shown
