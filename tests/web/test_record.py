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
    few, rounded = live_record(e, say, shown, most=100_000)
    assert not rounded
    assert few["numbers"] == [*range(10), 1500]
    assert few["sample"] == 10
    assert np.array_equal(unpacked(few["X"]).reshape(-1, 50), X[few["numbers"]])
    assert few["penalty_rows"] == 2000
    assert live_record(e, say, shown, most=2_000) is None
    assert len(live_record(e, say, shown, most=2_000_000).record["numbers"]) == 2000


def of_pixels(hidden):
    """An explanation of a network for MNIST's images."""
    network = Network((784, hidden, 10), cost="softmax")
    rng = np.random.default_rng(2)
    theta = rng.normal(size=network.n_parameters) / 28
    return explain(
        network, theta, np.clip(rng.normal(size=(10, 784)), 0, 1), rng.integers(0, 10, 10)
    )


def test_weights_of_a_large_network_are_rounded_and_the_page_says_so():
    e = of_pixels(100)
    html = e.to_html()
    record = json.loads(re.search(r"application/json\">(.*?)</script>", html)[1])
    assert np.array_equal(unpacked(record["theta"]), e.batch.theta.astype(np.float32))
    assert "the 79,510 parameters rounded to about seven digits (float32)" in html
    assert len(html.encode()) < 1_000_000
    assert "79,510 个参数只保留约七位有效数字（float32）" in e.to_html("zh")


def test_a_network_that_is_larger_still_does_not_move_and_the_page_says_so():
    html = of_pixels(300).to_html()
    assert "<clearprop-player" not in html
    assert "The drawing stands still: 238,510 parameters are too many" in html


def test_a_page_and_a_notebooks_output_keep_their_size():
    large = of_pixels(30)
    rng = np.random.default_rng(2)
    X = np.clip(rng.normal(size=(10, 64)), 0, 1)
    digits = explain(Network((64, 30, 10)), rng.normal(size=2260), X, rng.integers(0, 10, 10))
    assert len(large.to_html().encode()) < 1_000_000
    assert "<clearprop-player" in large.to_html()
    assert "rounded to about" not in large.to_html()
    assert len(large._repr_html_().encode()) < 350_000
    assert len(digits._repr_html_().encode()) < 350_000
    assert "<clearprop-player" in digits._repr_html_()
