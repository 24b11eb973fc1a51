"""Every blank is judged from the learner's own numbers, and the first mistake is named."""

from dataclasses import replace

import numpy as np
import pytest
from pupils import EXACT, ROUNDED, filled, honest_marks, planted_marks, written

from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import changed, mutants_of
from clearprop.exercise.judge import judged
from clearprop.exercise.sheets import SHEETS, make_sheet
from clearprop.exercise.stages import Stage, computed, stages_of
from clearprop.exercise.typed import typed

SHEET = make_sheet("samples-2-3-2", 3)
z2, a2, z3, a3, J, delta3, delta2, Delta2, Delta1, D2, D1 = stages_of(SHEET.network)


def mutant(name: str, layers: tuple[int, ...] | None = None):
    return next(m for m in mutants_of(CATALOGUE, SHEET.network) if m.key == (name, layers))


def with_mistake(name: str, layers: tuple[int, ...] | None = None, digits: int = 4):
    return filled(SHEET, digits, ROUNDED, do=changed([mutant(name, layers)]))


def verdicts(marked) -> dict[str, set[str]]:
    return {mark.stage.key: {blank.verdict for blank in mark.blanks} for mark in marked.stages}


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("seed", [0, 1, 17])
def test_an_honest_sheet_is_never_marked_wrong(name: str, seed: int) -> None:
    marks = honest_marks(name, seed)
    assert (marks["sheets"], marks["not right"]) == (30, 0)


@pytest.mark.parametrize("name", SHEETS)
def test_a_mistake_is_named_at_the_first_wrong_stage(name: str) -> None:
    marks = planted_marks(name, 0)
    assert marks["mistakes"] > 130
    assert marks["named"] == marks["stage"] == marks["mistakes"]
    assert marks["named first"] >= 0.85 * marks["mistakes"]


def test_what_follows_from_a_mistake_is_carried_on() -> None:
    marked = judged(SHEET, with_mistake("slope-missing", (2,)))
    assert verdicts(marked) == {
        **{stage.key: {"right"} for stage in (z2, a2, z3, a3, J, delta3, Delta2, D2)},
        "delta2": {"wrong"},
        "Delta1": {"carried"},
        "D1": {"carried"},
    }
    first = marked.first_wrong
    assert first is not None
    assert first.stage == delta2
    assert [(cause.id, len(cause.blanks)) for cause in first.causes] == [("slope-missing", 6)]
    assert not marked.right


def test_two_mistakes_are_both_named() -> None:
    both = changed([mutant("cost-sign"), mutant("lambda-bias", (1, 2))])
    marked = judged(SHEET, filled(SHEET, 4, EXACT, do=both))
    named = {mark.stage.key: [cause.id for cause in mark.causes] for mark in marked.stages}
    assert named["J"] == ["cost-sign"]
    assert named["D2"] == named["D1"] == ["lambda-bias"]
    assert verdicts(marked)["delta3"] == {"right"}


def test_a_mistake_in_one_unit_is_named_there() -> None:
    answers = filled(SHEET, 5, ROUNDED)
    wrong = with_mistake("slope-missing", (2,), digits=5)
    answers[delta2][0, 1] = wrong[delta2][0, 1]
    mark = judged(SHEET, answers).first_wrong
    assert mark is not None
    assert [blank.symbol for blank in mark.of("wrong")] == ["delta^(2)_2"]
    assert [cause.id for cause in mark.causes] == ["slope-missing"]


def test_a_blank_that_is_missing_is_filled_in_for_those_after_it() -> None:
    answers = filled(SHEET, 4, EXACT)
    del answers[a3]
    answers[z2] = {(0, 0): answers[z2][0, 0]}
    found = verdicts(judged(SHEET, answers))
    assert found["a3"] == {"missing"}
    assert found["z2"] == {"right", "missing"}
    assert found["J"] == found["D1"] == {"right"}


def test_a_number_with_too_few_digits_is_neither_right_nor_wrong() -> None:
    answers = filled(SHEET, 4, EXACT)
    right = answers[delta3][0, 0].value
    for text, verdict in ((f"{right:.1f}", "coarse"), (f"{right:.2f}", "right"), ("0", "wrong")):
        number = typed(text)
        assert number is not None
        marked = judged(SHEET, {**answers, delta3: {(0, 0): number}})
        assert marked.stages[5].blanks[0].verdict == verdict, text


def test_zeros_everywhere_are_not_right() -> None:
    zero = typed("0")
    assert zero is not None
    places = {stage: np.ndindex(m.shape) for stage, m in _solved().items()}
    marked = judged(SHEET, {stage: dict.fromkeys(i, zero) for stage, i in places.items()})
    assert marked.count("coarse") > 20
    assert not marked.right


def _solved():
    values = {}
    for stage in stages_of(SHEET.network):
        values[stage] = computed(stage, SHEET.probe, values)
    return values


def test_no_number_follows_from_the_logarithm_of_a_negative_one() -> None:
    answers = filled(SHEET, 4, EXACT)
    answers[a3][0, 0] = written(-0.3, 4)
    marked = judged(SHEET, {**answers, J: {(0,): written(0.777, 4)}})
    assert verdicts(marked)["J"] == {"unknown"}


def test_an_exact_short_number_does_not_blur_what_follows() -> None:
    """z = 0.5 is exact here. Taken as 0.45 to 0.55 it would let a wrong a pass."""
    sheet = make_sheet("logistic-2-2-1")
    probe = replace(sheet.probe, theta=np.array([0.5, 0.1, 0, 0.2, 0, 0.3, 0.1, 0.2, 0.3]))
    sheet = replace(sheet, probe=probe)
    half, wrong = typed("0.5"), typed("0.61")
    assert half is not None
    assert wrong is not None
    marked = judged(sheet, {Stage("z", 2): {(0, 0): half}, Stage("a", 2): {(0, 0): wrong}})
    assert [mark.blanks[0].verdict for mark in marked.stages[:2]] == ["right", "wrong"]
