"""The file to fill in: what is written is read again, however people type."""

from pathlib import Path

import pytest

from clearprop.errors import DataError
from clearprop.exercise.form import filled_form, form, read_form
from clearprop.exercise.judge import judged
from clearprop.exercise.sheets import SHEETS, make_sheet
from clearprop.exercise.stages import Stage, shape_of, solved, stages_of

Z2, DELTA2 = Stage("z", 2), Stage("delta", 2)


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_key_is_right_in_every_blank(tmp_path: Path, name: str, lang: str) -> None:
    sheet = make_sheet(name, 9)
    path = tmp_path / "key.toml"
    path.write_text(filled_form(sheet, solved(sheet.probe), lang, '小 "明"\\'), encoding="utf-8")
    read = read_form(path)
    assert (read.sheet.name, read.sheet.seed, read.pupil) == (name, 9, '小 "明"\\')
    marked = judged(read.sheet, read.answers)
    assert marked.right
    assert marked.count("right") == len(marked.blanks)


@pytest.mark.parametrize("name", SHEETS)
def test_the_file_has_a_blank_for_every_number(tmp_path: Path, name: str) -> None:
    sheet = make_sheet(name)
    path = tmp_path / "sheet.toml"
    path.write_text(form(sheet, "en"), encoding="utf-8")
    assert read_form(path).answers == {}
    numbers = sum(_size(shape_of(stage, sheet.probe)) for stage in stages_of(sheet.network))
    assert path.read_text().count('""') == numbers + 1  # and the pupil's name


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size


def typed_line(tmp_path: Path, line: str, encoding: str = "utf-8") -> list[float | None]:
    """z2 of a sheet in which that line was typed."""
    path = tmp_path / "typed.toml"
    text = form(make_sheet("published-2-2-2"), "zh")
    begun, _, rest = text.partition('z2 = ["", ""]')
    path.write_bytes((begun + line + rest).encode(encoding))
    found = read_form(path).answers.get(Z2, {})
    return [found[0, j].value if (0, j) in found else None for j in range(2)]


@pytest.mark.parametrize(
    "line",
    [
        'z2 = ["0.378", "-0.392"]',
        "z2 = [0.378, -0.392]",
        "z2=[0.378,-0.392]",
        "z2 = 0.378, -0.392",
        'z2 = ["0,378", "−0,392"]',
        "z2 = ['0,378', '-0,392']",
        "z2 = [0,378; -0,392]",
        "z2 = [0,378, -0,392]",
        "z2 = [0,378,-0,392]",
        "z2 = [0.378 -0.392]",
        "z2 = [０．３７８，－０．３９２]",
        "z2 ＝ ［0.378、−0.392］",
        "z2 = [“0.378”，“−0.392”]",
        'z2 = ["0.378", -0.392]',
        "z2 = [\n0.378,\n-0.392]",
        'z2 = ["0.378", "-0.392"]  # so',
    ],
)
def test_numbers_are_read_however_they_are_typed(tmp_path: Path, line: str) -> None:
    # "-0" of 0,378,-0,392 is a whole number, too
    assert typed_line(tmp_path, line) == [0.378, -0.392]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_what_editors_write_is_read(tmp_path: Path, encoding: str) -> None:
    assert typed_line(tmp_path, "z2 = [0.378, -0.392]", encoding) == [0.378, -0.392]


def test_blanks_may_be_empty(tmp_path: Path) -> None:
    assert typed_line(tmp_path, 'z2 = ["0.378", ""]') == [0.378, None]
    assert typed_line(tmp_path, 'z2 = ["?", "-0.392"]') == [None, -0.392]
    assert typed_line(tmp_path, "z2 = []") == [None, None]
    assert typed_line(tmp_path, "z2 =") == [None, None]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("z2 = [1, 2, 3]", "z2: expected 2 numbers; got 3"),
        ("z2 = [1, 1e999]", "z2: expected a number, such as -0.378; got '1e999'"),
        ('z2 = ["0.3", "about 2"]', "z2: expected a number, such as -0.378; got 'about 2'"),
        ("z9 = [1, 2]", "z9: the sheet has no such line in [forward.sample-1]"),
        (
            "Z2 = [1, 2]",
            'Z2: the sheet has no such line in [forward.sample-1] (did you mean "z2"?)',
        ),
        ('z2 = ["0.3, 0.2]', "expected a line of TOML, such as z2 = [0.378, -0.25]; got what "),
        ("what is this", "expected a line of TOML"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(DataError) as raised:
        typed_line(tmp_path, line)
    text = form(make_sheet("published-2-2-2"), "zh")
    number = text.partition("z2 = [")[0].count("\n") + 1
    assert f"typed.toml, line {number}" in str(raised.value) or line.startswith("Z2")
    assert message in str(raised.value)


def test_every_wrong_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"z2: expected 2 .*; .*z1: the sheet has no"):
        typed_line(tmp_path, "z2 = [1, 2, 3]\nz1 = [5]")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed = 1", "other.toml: expected a file that clearprop exercise sheet has written"),
        ("x = 1", "with its lines sheet and seed"),
        ("x = " + "[" * 100_000, "expected a file that clearprop exercise sheet has written"),
        ('sheet = "publ-2-2-2"\nseed = 1', 'sheet: expected one of .*did you mean "published'),
        ('sheet = "published-2-2-2"\nseed = 1.5', "seed: expected a whole number"),
        ("sheet = 3\nseed = true", "sheet: expected one of"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "other.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_form(path)


def test_problems_speak_chinese(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = form(make_sheet("published-2-2-2"), "zh").replace(
        'delta2 = ["", ""]', "delta2 = [0.1, 0.2, 0.3]"
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        DataError, match=r"第 \d+ 行：delta2：应当有 2 个数，得到 3 个：误差不会传回"
    ):
        read_form(path, "zh")
