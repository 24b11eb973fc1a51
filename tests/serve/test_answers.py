"""Answers in JSON: the core's bytes are Python's, and both give the network's bits back."""

import json
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.data.targets import Targets
from clearprop.serve import answers
from clearprop.serve.answers import JSON, Answers
from clearprop.serve.refusal import Refusal

CLASSES = ["a%", '"', "北京", "yes"]


@pytest.fixture(scope="module")
def both() -> tuple[Answers, Answers]:
    """Answers by the core, and answers without it."""
    pytest.importorskip("clearprop.engines._core", exc_type=ImportError)
    targets = Targets.fit(CLASSES)
    by_core, by_python = Answers(targets, True), Answers(targets, True)
    if by_core._write is None:
        pytest.skip("this core's C++ library cannot write numbers")
    by_python._write = None
    return by_core, by_python


# Logits so far apart that probabilities reach the subnormal numbers of float32.
LOGITS = st.lists(st.floats(-110, 0), min_size=4, max_size=4)


@given(z=st.lists(LOGITS, min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_rows_of_probabilities_are_the_same_bytes_with_and_without_the_core(both, z):
    h = np.exp(np.array(z) - np.max(z, axis=1, keepdims=True))  # (m, 4)
    h = (h / h.sum(axis=1, keepdims=True)).astype(np.float32)
    found, expected = (way.body(h, JSON, ()) for way in both)
    assert found == expected
    told = json.loads(found)["predictions"]
    shares = [list(row["probabilities"].values()) for row in told]
    assert np.array(shares, np.float32).tobytes() == h.tobytes()
    assert [row["label"] for row in told] == both[0]._targets.decode(h).tolist()


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ([1, 0, 0, 0], b'{"\\"": 1, "a%": 0, "yes": 0, "\\u5317\\u4eac": 0}'),
        ([0.5, 0.5, 0, 0], b'{"\\"": 0.5, "a%": 0.5, "yes": 0, "\\u5317\\u4eac": 0}'),
        ([1e-45, 1e-5, 0.1, 0.89999], b'{"\\"": 1.40129846e-45, "a%": 9.99999975e-06, "yes": '),
    ],
)
def test_the_text_of_a_row(both, row, text):
    h = np.array([row], np.float32)
    for way in both:
        body = way.body(h, JSON, ())
        assert text in body
        assert body.startswith(b'{"predictions": [{"label": "')
        best = json.loads(body)["predictions"][0]["label"]
        assert best == sorted(CLASSES)[int(h[0].argmax())]  # of equal ones the first


def test_shares_that_have_to_be_made_are_left_to_python(both):
    by_core, by_python = both
    assert by_core._write is not None
    h = np.array([[0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0]], np.float32)
    assert by_core._write(h) is None
    assert by_core.body(h, JSON, ()) == by_python.body(h, JSON, ())
    bad = np.array([[np.nan, 1, 0, 0]], np.float32)
    for way in both:
        with pytest.raises(Refusal, match="the network's output is no finite number"):
            way.body(bad, JSON, ())


def test_without_the_core_or_its_numbers_python_writes(monkeypatch, both):
    h = np.array([[0.25, 0.5, 0.25, 0]], np.float32)
    expected = both[0].body(h, JSON, ())
    core = pytest.importorskip("clearprop.engines._core", exc_type=ImportError)
    with monkeypatch.context() as patch:
        patch.setattr(core, "WRITES_NUMBERS", False)
        assert Answers(Targets.fit(CLASSES), True).body(h, JSON, ()) == expected
    monkeypatch.setitem(sys.modules, "clearprop.engines._core", None)
    monkeypatch.delattr("clearprop.engines._core")
    assert answers._by_the_core(["1"], ["1"]) is None
    assert Answers(Targets.fit(CLASSES), True).body(h, JSON, ()) == expected
