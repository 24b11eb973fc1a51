"""What a page carries: the record of an element, its script, and how large both may be."""

import base64
import gzip
import json
import re

import numpy as np
import pytest

from clearprop import Network, ParameterError, web
from clearprop.explain.excerpt import excerpt
from clearprop.explain.live import live_record
from clearprop.explain.request import explain
from clearprop.explain.sentences import NamedSentences
from clearprop.web.element import SCRIPTS

NETWORK = Network((30, 20, 2), cost="huber", regularization=2.0, threshold=0.5)


def unpacked(text: str) -> np.ndarray:
    dtype, packed = text.split(":")
    return np.frombuffer(gzip.decompress(base64.b64decode(packed)), f"<{dtype}")


def made(theta: np.ndarray, m: int = 3, **options: object) -> dict:
    X = np.arange(m * 30.0).reshape(m, 30)
    return web.record(NETWORK, theta, X, np.ones((m, 2)), **options)


def test_long_arrays_are_packed_with_all_their_bits():
    theta = np.random.default_rng(0).normal(size=NETWORK.n_parameters)
    assert np.array_equal(unpacked(made(theta)["theta"]), theta)
    theta[5] = 1e300  # too large for float32
    assert np.array_equal(unpacked(made(theta)["theta"]), theta)
    theta[5] = 0
    narrow = made(theta.astype(np.float32))["theta"]
    assert narrow.startswith("f4:")
    assert np.array_equal(unpacked(narrow), theta.astype(np.float32))


def test_short_arrays_can_be_read():
    record = web.record(Network((1, 1)), [0.1, -2.0], [[0.5]])
    assert (record["theta"], record["X"]) == ([0.1, -2.0], [[0.5]])
    assert "Y" not in record


def test_a_record_says_whose_m_lambda_has_and_what_belongs_to_the_cost():
    theta = np.zeros(NETWORK.n_parameters)
    assert made(theta)["penalty_rows"] == 3
    assert made(theta, penalty_rows=800)["penalty_rows"] == 800
    assert made(theta, penalty_rows=None)["penalty_rows"] is None
    expected = {"sizes": [30, 20, 2], "activation": "sigmoid", "cost": "huber", "lambda": 2.0}
    assert made(theta)["network"] == expected | {"threshold": 0.5}
    levels = web.record(Network((1, 2), cost="quantile"), np.zeros(4), [[1.0]])["network"]["levels"]
    assert levels == [0.5, 0.5]


def test_wrong_arrays_and_languages_are_said():
    with pytest.raises(ParameterError, match="theta"):
        made(np.zeros(3))
    for call in (web.element, web.page):
        with pytest.raises(ParameterError, match=r"^lang: expected one of en, zh; got 'fr'"):
            call("x", {}, lang="fr")


def test_names_cannot_leave_their_record():
    record = web.record(Network((1, 1)), [0, 1], [[1]], inputs=["</script><b>"], outputs=["a & b"])
    html = web.element("clearprop-network", record, "<p>still</p>", step='"')
    assert html.count("</script>") == 1
    assert 'step="&quot;"' in html
    assert json.loads(re.search(r"json\">(.*?)</script>", html)[1]) == record


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_cannot_be_ended_from_inside(kind):
    script = web.script(kind)
    assert "</script" not in script.lower()
    assert "<script" not in script.lower()  # after "<!--" it would hide the end


def test_a_large_batch_leaves_those_that_are_told_and_a_large_network_none():
    network = Network((50, 10, 3), cost="softmax")
    rng = np.random.default_rng(1)
    X = rng.normal(size=(2000, 50))
    e = explain(
        network, rng.normal(size=network.n_parameters), X, rng.integers(0, 3, 2000), sample=1500
    )
    say, shown = NamedSentences("en", e.names), excerpt(e)
    few = live_record(e, say, shown, most=100_000)
    assert few["numbers"] == [*range(10), 1500]
    assert few["sample"] == 10
    assert np.array_equal(unpacked(few["X"]).reshape(-1, 50), X[few["numbers"]])
    assert few["penalty_rows"] == 2000
    assert live_record(e, say, shown, most=5_000) is None
    assert len(live_record(e, say, shown, most=2_000_000)["numbers"]) == 2000


def test_a_page_and_a_notebooks_output_keep_their_size():
    network = Network((784, 30, 10), cost="softmax")
    rng = np.random.default_rng(2)
    theta = rng.normal(size=network.n_parameters) / 28
    X = np.clip(rng.normal(size=(10, 784)), 0, 1)
    large = explain(network, theta, X, rng.integers(0, 10, 10))
    digits = explain(
        Network((64, 30, 10)), rng.normal(size=2260), X[:, :64], rng.integers(0, 10, 10)
    )
    assert len(large.to_html().encode()) < 1_000_000
    assert "<clearprop-player" in large.to_html()
    assert len(large._repr_html_().encode()) < 350_000
    assert len(digits._repr_html_().encode()) < 350_000
    assert "<clearprop-player" in digits._repr_html_()
