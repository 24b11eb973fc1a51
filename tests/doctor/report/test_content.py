"""Every sentence of the doctor is said somewhere, and none is missing in either language."""

import re
from dataclasses import replace

import numpy as np
import pytest
from learners.logistic_regression import logistic_regression
from planted import LOOP, function_of, source_of

import clearprop
from clearprop.doctor.conventions import (
    BIASES_PENALISED,
    NO_BIAS,
    PENALTIES,
    leaky,
    offered,
    scaled,
)
from clearprop.doctor.diagnosis import Cause
from clearprop.doctor.evidence import Evidence, Unit
from clearprop.doctor.learner.layouts import FORMS, THRESHOLD
from clearprop.doctor.localize import BlockFinding
from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import Mutant, mutants_of
from clearprop.doctor.mistakes.slope import SLOPE
from clearprop.doctor.report.content import block_sentence, remarks
from clearprop.doctor.report.mistakes_page import mistakes_page
from clearprop.language import LANGUAGES, Sentences, catalogue
from clearprop.network.architecture import Network

KINDS = (
    "factor", "factor-data", "sign", "permutation", "transposed", "zero", "theta", "lambda",
    "samples", "not finite",
)  # fmt: skip
LAYOUTS = (*(layout for form in FORMS.values() for layout in form), f"w,b{THRESHOLD}")
NOTES = (
    "raised-on-probe", "raised-elsewhere", "changes-argument", "sizes-chosen", "sizes-wrong",
    "labels-from-1", "labels-elsewhere", "log-epsilon", "factor-between", "top-level-failed",
    "not-repeatable", "activation-found",
)  # fmt: skip


LABELS = ("label", "unit", "flow", "yours", "right", "used", "more")


VALUES = (
    "l", "name", "mine", "shape", "expected", "n", "wanted", "used", "meant", "value", "formula",
    "low", "high", "units", "above", "what", "next", "ranges", "cause", "right", "wrong",
)  # fmt: skip


def evidence(key):
    """Evidence that says this sentence, with a long table."""
    units = tuple(Unit(i, 0.1, 0.2, 0.3, 0.4, 1.5, None) for i in range(1, 15))
    values = dict.fromkeys(VALUES, "7")
    return Evidence("delta", 2, ((key, values),), units)


def diagnoses():
    """Diagnoses that together say all there is to say."""

    def spoilt(J_times, D_times, D_plus=0.0):
        def f(theta, X, y, lambda_):
            J, D = logistic_regression(theta, X, y, lambda_)
            return J * J_times(len(X)), D * D_times(len(X)) + D_plus

        return f

    for J_times in (lambda m: 1, lambda m: m, lambda m: 1.3):
        for D_times in (lambda m: 1, lambda m: m, lambda m: 1.3):
            yield clearprop.diagnose(spoilt(J_times, D_times), (3, 1))
    yield clearprop.diagnose(lambda theta, X, y: 3.0, (3, 1))
    for factor in (4, 3):
        yield clearprop.diagnose(
            lambda theta, factor=factor: ((theta**4).sum(), factor * theta**3), theta=np.ones(5)
        )
    checked = clearprop.diagnose(lambda theta: ((theta**4).sum(), theta), theta=np.ones(5))
    yield replace(checked, check=replace(checked.check, verdict="unsure"))
    right = clearprop.diagnose(function_of(source_of(LOOP), LOOP), LOOP.layer_sizes)
    for layout in LAYOUTS:
        yield replace(right, way=replace(right.way, layout=layout))
    for labels in ("0", "1 column", "one-hot", "numbers"):
        yield replace(right, way=replace(right.way, labels=labels))
    yield replace(right, notes=tuple((note, "a|b") for note in NOTES))
    yield replace(right, notes=(("activation-found", "tanh"),))
    blocks = [BlockFinding(1, "bias", "wrong", 1.0, kind, "m") for kind in KINDS]
    blocks += [BlockFinding(1, "weights", "right", 0.0), BlockFinding(1, "bias", "wrong", 1.0)]
    blocks += [BlockFinding(1, "bias", "wrong", 1.0, units=(2, 3))]
    yield replace(right, verdict="unknown", gradient_right=False, blocks=tuple(blocks))
    told = [key for key in catalogue("clearprop.doctor", "en")["evidence"] if key not in LABELS]
    for key in told:
        yield replace(right, verdict="unknown", evidence=(evidence(key),))
    bases = [*offered(Network((4, 7, 3), "relu", "squared"), (leaky(0.01),))]
    bases += [*offered(Network((4, 7, 3)), ()), *offered(Network((4, 3), cost="softmax"), ())]
    bases += [(*PENALTIES, BIASES_PENALISED, NO_BIAS, scaled(2))]
    yield replace(right, verdict="other-cost", conventions=tuple({c for b in bases for c in b}))
    tried = {"tried": ("as a vector",), "adapter": "def f(X):\n    ...", "entry": "f is asked"}
    yield replace(right, training=(evidence("delta-zero"),), **tried)
    for verdict in ("right", "other-cost", "wrong"):
        yield replace(right, verdict=verdict, cost_right=None)
    for block in ("bias", "weights"):
        wrong = replace(SLOPE[0], place="block", blocks=((1, block), (2, block)))
        yield replace(right, verdict="wrong", causes=(Cause(Mutant(wrong, 0, (1, 2)), 0.0),))
    mutant = mutants_of(CATALOGUE, Network((4, 7, 3)))[0]
    yield replace(right, verdict="wrong", causes=(Cause(mutant, 0.0),), explained=False)
    yield replace(right, verdict="wrong", causes=(Cause(mutant, 0.0, (mutant,)),))


def test_every_sentence_is_said_in_every_language(monkeypatch):
    asked = set()
    say = Sentences.__call__

    def heard(self, key, /, **values):
        if self.room == "clearprop.doctor":
            asked.add((self.lang, key))
        return say(self, key, **values)

    monkeypatch.setattr(Sentences, "__call__", heard)
    for diagnosis in diagnoses():
        for lang in LANGUAGES:
            diagnosis.report(lang)
            diagnosis.html(lang)
    for lang in LANGUAGES:
        mistakes_page(lang)
        for network in (Network((4, 7, 5, 3)), Network((4, 7, 5, 3), "tanh", "softmax")):
            for mutant in mutants_of(CATALOGUE, network):
                mutant.where(lang)
    # What is said of code that cannot be asked, of wrong choices and of the asking has tests of its
    # own.
    for lang in LANGUAGES:
        for table, entries in catalogue("clearprop.doctor", lang).items():
            for key, sentence in entries.items():
                elsewhere = table in ("raised", "problems", "training")
                if elsewhere or key.startswith(("chosen", "adapter-shapes")):
                    names = dict.fromkeys(re.findall(r"{(\w+)", sentence), "1")
                    Sentences("clearprop.doctor", lang)(f"{table}.{key}", **names)
    keys = {
        (lang, f"{table}.{key}")
        for lang in LANGUAGES
        for table, entries in catalogue("clearprop.doctor", lang).items()
        for key in entries
    }
    assert keys - asked == set()
    assert asked - keys == set()


@pytest.mark.parametrize(
    ("finding", "en", "zh"),
    [
        (
            BlockFinding(1, "bias", "wrong", 1.0, "factor", "1/m"),
            "1/m times the right numbers",
            "是正确值的 1/m 倍",
        ),
        (
            BlockFinding(1, "bias", "wrong", 1.0, "theta", "lambda/m"),
            "lambda/m times Theta too much; right where lambda is 0",
            "多出了 lambda/m 倍的 Theta；lambda 为 0 时是对的",
        ),
        (
            BlockFinding(1, "bias", "wrong", 1.0, "theta"),
            "right where lambda is 0: look at the regularization",
            "lambda 为 0 时是对的：请检查正则化",
        ),
        (
            BlockFinding(1, "bias", "wrong", 1.0, "sign", units=(2, 3)),
            "the right numbers with the other sign "
            "(only what leads to unit 2, 3 of the next layer)",
            "与正确值符号相反（只有通向下一层第 2, 3 个单元的那些不对）",
        ),
    ],
)
def test_what_a_block_has_in_common_is_told(finding, en, zh):
    assert block_sentence(finding, "en") == en
    assert block_sentence(finding, "zh") == zh


def test_a_remark_that_comes_twice_is_said_once():
    right = clearprop.diagnose(logistic_regression, (3, 1))
    twice = replace(right, notes=(("changes-argument", "X"), ("changes-argument", "X")))
    assert remarks(twice, "en") == [
        "It changes its argument X in place. An optimizer that hands in the same array again goes "
        "wrong: work on a copy."
    ]
