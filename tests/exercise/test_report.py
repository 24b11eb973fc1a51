"""What is said about a marked sheet, in both languages."""

import re

import pytest
from pupils import ROUNDED, filled, written

from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import changed, mutants_of
from clearprop.exercise.judge import judged
from clearprop.exercise.report import first_mistake, report
from clearprop.exercise.sheets import SHEETS, make_sheet
from clearprop.exercise.solution import worked_solution
from clearprop.exercise.stages import Stage, solved
from clearprop.explain.text import text_of
from clearprop.language import cells

SHEET = make_sheet("samples-2-3-2", 3)
A3, DELTA2, D2 = Stage("a", 3), Stage("delta", 2), Stage("D", 2)


def marked_with(name: str, layers=None, digits: int = 4):
    mutant = next(m for m in mutants_of(CATALOGUE, SHEET.network) if m.key == (name, layers))
    return judged(SHEET, filled(SHEET, digits, ROUNDED, do=changed([mutant])), "Anna")


SLOPE = """\
Sheet samples-2-3-2, seed 3: Anna
65 blanks: 41 right, 18 right from your own numbers, 6 wrong.

  z^(2)       right
  a^(2)       right
  z^(3)       right
  a^(3)       right
  J           right
  delta^(3)   right
  delta^(2)   wrong
  Delta^(2)   right
  Delta^(1)   right from your own numbers
  D^(2)       right
  D^(1)       right from your own numbers

Everything before delta^(2) is right.

Mistake       delta^(2): The slope g'(z) is missing from delta, or is 1
              everywhere, like the mask a >= 0 of a ReLU. [slope-missing]
Equation      delta^(l) = Theta^(l)' delta^(l+1) .* g'(z^(l))
                                                 ^^^^^^^^^^^^"""

BIAS = """\
D^(2) 之前全部正确。

错误          D^(2)_1,0、D^(2)_2,0：梯度中把偏置也正则化了。 [lambda-bias]
公式          D^(l)(:, 2:end) = D^(l)(:, 2:end) + lambda/m Theta^(l)(:, 2:end)
                       ^^^^^"""


def test_a_report_in_english() -> None:
    assert report(marked_with("slope-missing", (2,)), "en") == SLOPE


def test_a_report_in_chinese() -> None:
    text = report(marked_with("lambda-bias", (2,)), "zh")
    assert text.splitlines()[0] == "练习纸 samples-2-3-2，种子 3：Anna"
    assert "  D^(2)       有错：D^(2)_1,0、D^(2)_2,0；其余正确" in text
    assert text.endswith(BIAS)


HINTS = """\
Hint 1        Look at delta^(2) again.
Hint 2        By the chain rule the error has to pass through the activation on
              its way back. What is the derivative of a by z? If there is a
              mask a >= 0: where is it not true?
Hint 3        delta^(l) = Theta^(l)' delta^(l+1) .* g'(z^(l))
                                                 ^^^^^^^^^^^^"""


@pytest.mark.parametrize("level", [1, 2, 3])
def test_hints_lead_there_and_do_not_name_the_mistake(level: int) -> None:
    text = report(marked_with("slope-missing", (2,)), "en", hint=level)
    lines = HINTS.splitlines()
    assert text.endswith("\n".join(lines[: {1: 1, 2: 4, 3: 6}[level]]))
    assert "slope-missing" not in text
    assert "is missing" not in text


def test_the_worked_solution_stands_at_the_end() -> None:
    text = report(marked_with("slope-missing", (2,)), "en", hint=1, solution=True)
    assert "Worked solution: delta^(2)_1" in text
    right = solved(SHEET.probe)[DELTA2][0, 0]
    assert f"=  {right:.4f}" in text


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_blank_can_be_worked_out(name: str, lang: str) -> None:
    sheet = make_sheet(name, 1)
    for blank in judged(sheet, {}).blanks:
        value = solved(sheet.probe)[blank.stage][blank.index]
        text = text_of(worked_solution(sheet, blank, lang))
        lines, numbers = text.splitlines(), re.findall(r"-?\d+\.\d+(?:e-\d+)?", text)
        assert any(float(x) == pytest.approx(value, rel=2e-3) for x in numbers), blank.symbol
        assert max(map(cells, lines)) <= 79


def test_slips_are_told_from_mistakes() -> None:
    answers = filled(SHEET, 5, ROUNDED)
    true = {index: number.value for index, number in answers[DELTA2].items()}
    answers[DELTA2] |= {
        (0, 0): written(-true[0, 0], 5),
        (0, 1): written(10 * true[0, 1], 5),
        (1, 0): written(true[1, 1], 5),
        (1, 1): written(true[1, 0], 5),
        (1, 2): written(0.123456, 5),
    }
    mark = judged(SHEET, answers).first_wrong
    assert mark is not None
    found = {kind: [b.index for b in blanks] for kind, blanks in mark.slips}
    assert found == {"swapped": [(1, 0), (1, 1)], "sign": [(0, 0)], "point": [(0, 1)]}
    text = " ".join(report(judged(SHEET, answers), "en").split())
    assert "the sign is wrong" in text
    assert "decimal point" in text
    assert "each other's places" in text
    assert "slip of the calculator" in text


def test_what_there_is_to_say_of_a_sheet_without_mistakes() -> None:
    answers = filled(SHEET, 4, ROUNDED)
    assert first_mistake(judged(SHEET, answers), "en") == "Everything is right."
    assert first_mistake(judged(SHEET, {}), "zh") == "还没有填写。"
    del answers[D2]
    assert first_mistake(judged(SHEET, answers), "en") == "What is filled in is right so far."


def test_lines_fit_a_terminal() -> None:
    for lang in ("en", "zh"):
        for mutant in mutants_of(CATALOGUE, SHEET.network)[::7]:
            if not mutant.mutation.resizes:
                marked = judged(SHEET, filled(SHEET, 4, ROUNDED, do=changed([mutant])))
                for hint in (None, 3):
                    lines = report(marked, lang, hint).splitlines()
                    assert max(map(cells, lines)) <= 90  # an equation is not folded
