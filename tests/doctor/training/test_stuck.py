"""What the doctor says of loops that do not learn, written by somebody who does not read it."""

import tomllib
from pathlib import Path

import pytest

from clearprop.doctor.examine import diagnose_callee
from clearprop.doctor.learner.child import ChildProcess
from clearprop.experiment.doctor import DoctorJob

OUTSIDE = Path(__file__).parents[1] / "outside"

# The verdict, and the ids that must stand under `training`.
SAID = {
    "t01_zeros": ("right", {"start-zero"}),
    "t02_all_hidden_units_alike": ("right", {"start-equal"}),
    "t03_rate_too_large": ("right", {"rate-too-large", "inputs-unscaled"}),
    "t04_pixels_not_scaled": ("right", {"saturated", "inputs-unscaled"}),
    "t05_dead_relu": ("right", {"dead-relu"}),
    "t06_labels_off_by_one": ("wrong", {"labels-off-by-one"}),
    "t07_plus_equals": ("wrong", {"step-uphill"}),
    "t08_equals_minus": ("wrong", {"update-lost"}),
    "t09_loop_variable_rebound": ("wrong", {"update-lost"}),
    "t10_log_of_zero": ("right", {"cost-log-zero"}),
    "t11_output_cannot_reach_the_targets": ("right", {"targets-out-of-reach", "outputs-alike"}),
    "t12_rate_too_small": ("right", {"rate-too-small"}),
    "t13_deep_sigmoids_vanish": ("right", {"vanishing"}),
    "t14_weights_made_anew_every_epoch": ("right", {"start-anew"}),
    "t17_exp_overflow": ("right", {"inputs-unscaled"}),
    "t18_start_too_large": ("right", {"saturated"}),
    "t19_returns_after_the_first_epoch": ("right", {"one-epoch-only"}),
    "t20_integer_weights": ("wrong", {"update-lost"}),
}

# Right loops: nothing may be said of them.
SOUND = ("r15_update_parameters", "r42_momentum_step", "r50_train_makes_own_weights")


def _diagnosis(table, stem):
    cases = tomllib.loads((OUTSIDE / table).read_text(encoding="utf-8"))["case"]
    case = next(case for case in cases if Path(case["file"]).stem == stem)
    options = dict(zip(*[iter(o.removeprefix("--") for o in case["options"])] * 2, strict=True))
    job = DoctorJob.of({"function": str(OUTSIDE / case["file"]) + case["start"], **options})
    function = case["start"].removeprefix(":")
    with ChildProcess(OUTSIDE / case["file"], function, 60.0) as callee:
        return diagnose_callee(callee, job.stated)


@pytest.mark.parametrize("stem", SAID)
def test_what_keeps_a_loop_from_learning_is_said(stem):
    verdict, ids = SAID[stem]
    diagnosis = _diagnosis("stuck.toml", stem)
    assert diagnosis.verdict == verdict
    told = diagnosis.to_dict("en")["training"]
    assert ids <= {hindrance["id"] for hindrance in told}
    for lang in ("en", "zh"):
        for hindrance in diagnosis.training:
            assert "{" not in hindrance.sentence(lang)


@pytest.mark.parametrize("stem", SOUND)
def test_nothing_is_said_of_a_loop_that_learns(stem):
    diagnosis = _diagnosis("cases.toml", stem)
    assert diagnosis.right
    assert diagnosis.training == ()


ONE_BY_ONE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def train(X, Y, W1, b1, W2, b2, rate, epochs):
    for _ in range(epochs):
        for x, y in zip(X, Y):
            a1 = sigmoid(W1 @ x + b1)
            d2 = sigmoid(W2 @ a1 + b2) - y
            back = W2.T @ d2
            d1 = back * a1 * (1 - a1)
            W1 -= rate * np.outer(d1, x)
            b1 -= rate * d1
            W2 -= rate * np.outer(d2, a1)
            b2 -= rate * d2
    return W1, b1, W2, b2
"""


@pytest.mark.parametrize(
    ("edit", "verdict", "causes", "told"),
    [
        (("", ""), "right", [], []),
        (("zip(X, Y)", "zip(X[::-1], Y)"), "right", [], ["targets-apart"]),
        (("np.outer(d1, x)", "np.outer(back, x)"), "wrong", ["weights-before-slope"], []),
        (("back * a1 * (1 - a1)", "back"), "wrong", ["slope-missing"], []),
    ],
    ids=["right", "targets", "weights", "delta"],
)
def test_samples_and_targets_are_looked_at_where_the_gradient_is_right(
    tmp_path, edit, verdict, causes, told
):
    path = tmp_path / "loop.py"
    path.write_text(ONE_BY_ONE.replace(*edit), encoding="utf-8")
    job = DoctorJob.of({"function": f"{path}:train", "layers": "4,5,3"})
    with ChildProcess(path, "train") as callee:
        found = diagnose_callee(callee, job.stated)
    assert (found.verdict, [cause.id for cause in found.causes]) == (verdict, causes)
    assert [h["id"] for h in found.to_dict("en")["training"]] == told
