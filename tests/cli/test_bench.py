"""`clearprop bench`: what it prints, and what it refuses."""

import json

import pytest

from clearprop.bench import run as bench
from clearprop.bench.works import Work
from clearprop.network.architecture import Network

SMALL = Work("G1", "one small row", Network((4, 3, 2), "relu", "softmax"), 1, "predict", 1, 0.0, 2)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """One small work and two peers, since these tests are about the command and not its times."""
    monkeypatch.setattr(bench, "WORKS", {"G1": SMALL})
    monkeypatch.setattr(bench, "PEERS", {n: bench.PEERS[n] for n in ("clearprop", "numpy")})


def test_a_table_goes_out_and_what_happens_to_standard_error(clearprop):
    result = clearprop("bench --seconds 0.01 --works g1")
    assert (result.code, result.err) == (0, "G1: one small row\n")
    assert "medians, microseconds a step" in result.out
    assert result.out.splitlines()[2].split() == ["clearprop", "NumPy", "of", "limit", "to", "best"]
    assert result.out.endswith("G1  one small row\n")


def test_json_is_one_object(clearprop):
    result = clearprop("bench --seconds 0.01 --json")
    found = json.loads(result.out)
    assert found["about"]["threads"] >= 1
    assert list(found["results"]["G1"]["seconds"]) == ["clearprop", "numpy"]


def test_quiet_says_nothing_meanwhile(clearprop):
    result = clearprop("bench --seconds 0.01 --works G1 --quiet")
    assert (result.code, result.err) == (0, "")
    assert "medians, microseconds a step" in result.out


def test_what_is_refused(refused):
    assert refused("bench --works H") == "--works: expected one of G1; got 'H'"
    for seconds in ("0", "-1", "soon", "inf", "nan"):
        message = refused(f"bench --seconds {seconds}")
        assert message.startswith("--seconds: expected a number above 0; got ")
