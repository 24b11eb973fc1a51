"""The record: JSON for programs, and calls that can be repeated."""

import inspect
import json
import subprocess
import sys

import numpy as np
import pytest
from planted import LOOP, function_of, source_of

import clearprop
import clearprop.doctor.diagnosis


def test_the_json_is_what_programs_expect():
    edit = (" * sigmoidGradient(z2)", "")
    f = function_of(source_of(LOOP, edit), LOOP)
    report = clearprop.diagnose(f, LOOP.layer_sizes, seed=5).to_dict()
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report["verdict"] == "wrong"
    assert report["seed"] == 5
    (cause,) = report["causes"]
    assert cause["id"] == "slope-missing"
    assert cause["where"] == "the gradient, delta^(2)"
    assert cause["sentence"] == (
        "The slope g'(z) is missing from delta, or is 1 everywhere, like the mask a >= 0 of a ReLU."
    )
    assert cause["match"] < 1e-12
    places = [(block["layer"], block["block"]) for block in report["localised"]]
    assert places == [(1, "bias"), (1, "weights")]


def test_the_calls_can_be_repeated():
    edit = (" * sigmoidGradient(z2)", "")
    f = function_of(source_of(LOOP, edit), LOOP)
    diagnosis = clearprop.diagnose(f, LOOP.layer_sizes)
    J, D = f(**diagnosis.arguments())
    assert pytest.approx(diagnosis.expected()[0], rel=1e-12) == J
    np.testing.assert_allclose(D, diagnosis.mistaken()[1], rtol=1e-9)


def test_the_record_imports_no_renderer():
    source = inspect.getsource(clearprop.doctor.diagnosis)
    assert "clearprop.doctor.report" not in source
    assert "clearprop.page" not in source


def test_every_face_is_bound_by_the_front_door():
    """Also where only the record's module is imported."""
    code = (
        "from clearprop.doctor.diagnosis import Diagnosis\n"
        "d = Diagnosis('f', 'right', 0, cost_right=True, gradient_right=True)\n"
        "assert str(d) == d.report() and d.report().startswith('f: RIGHT'), d\n"
        "assert d.report('zh').startswith('f：正确'), d\n"
        "assert d.html().startswith('<!doctype html>')\n"
        "assert d._repr_html_().startswith('<style>')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_same_diagnosis_gives_the_same_page():
    f = function_of(source_of(LOOP), LOOP)
    first, second = (clearprop.diagnose(f, LOOP.layer_sizes) for _ in range(2))
    assert first.html() == second.html()
    assert " id=" not in first.html()
