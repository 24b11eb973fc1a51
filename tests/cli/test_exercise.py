"""`clearprop exercise`: a learner's and a teacher's way through it."""

import csv
import io
import json
from pathlib import Path

import pytest

from clearprop.exercise.sheets import SHEETS
from clearprop.exercise.starters import STARTERS, starter


def test_the_list_has_a_line_for_each(clearprop) -> None:
    for lang in ("en", "zh"):
        result = clearprop(f"exercise list --lang {lang}")
        assert (result.code, result.err) == (0, "")
        first_words = [line.split()[0] for line in result.out.splitlines() if line.startswith("  ")]
        assert first_words == [*STARTERS, *SHEETS]
    assert clearprop("exercise").out == clearprop("exercise --help").out
    assert "no such command 'lst'" in clearprop("exercise lst").err


def test_a_learner_starts_writes_and_asks_the_doctor(clearprop, folder: Path) -> None:
    result = clearprop("exercise start delta")
    assert result == (0, "", "-> delta.py; fill in the blanks, then: clearprop doctor delta.py\n")
    asked = clearprop("doctor delta.py")
    assert asked.code == 1
    assert "missing: line" in asked.out
    done = starter("delta", "en", blank=False)
    (folder / "delta.py").write_text(done.replace("1 - a[l]", "1 + a[l]"), encoding="utf-8")
    wrong = clearprop("doctor delta.py --lang zh")
    assert wrong.code == 1
    assert "有错" in wrong.out
    (folder / "delta.py").write_text(done, encoding="utf-8")
    assert clearprop("doctor delta.py").out.endswith("Everything is done and right.\n")
    assert clearprop("doctor delta.py").code == 0
    told = json.loads(clearprop("doctor delta.py --json").out)
    assert (told["exercise"], told["done"]) == ("delta", True)


def test_no_file_is_overwritten(clearprop, folder: Path) -> None:
    assert clearprop("exercise start whole --out mine.py --quiet") == (0, "", "")
    before = (folder / "mine.py").read_bytes()
    result = clearprop("exercise start cost --out mine.py")
    assert result.code == 2
    assert "--out: mine.py is there already and is not overwritten" in result.err
    assert (folder / "mine.py").read_bytes() == before
    clearprop("exercise sheet logistic-2-2-1")
    assert (
        "are there already and are not overwritten"
        in clearprop("exercise sheet logistic-2-2-1").err
    )


def test_a_sheet_is_made_filled_in_and_marked(clearprop, folder: Path) -> None:
    made = clearprop("exercise sheet published-2-2-2 --html --lang zh")
    files = ["published-2-2-2-0.toml", "published-2-2-2-0.key.toml", "published-2-2-2-0.html"]
    assert made.err.splitlines() == [f"-> {name}" for name in files]
    assert "J = 0.298371109" in (folder / files[1]).read_text(encoding="utf-8")
    assert "<script" not in (folder / files[2]).read_text(encoding="utf-8")
    empty = clearprop(f"exercise mark {files[0]}")
    assert empty.code == 1
    assert empty.out.endswith("Nothing is filled in yet.\n")
    assert clearprop(f"exercise mark {files[1]}").out.endswith("Everything is right.\n")
    assert clearprop(f"exercise mark {files[1]}").code == 0
    text = (folder / files[1]).read_text(encoding="utf-8").replace("J = 0.29", "J = 0.59")
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    wrong = clearprop("exercise mark mine.toml --lang zh --hint 2 --solution")
    assert "J 之前全部正确。" in wrong.out
    assert "提示 2" in wrong.out
    assert "详细解答：J" in wrong.out


def test_a_teacher_makes_a_sheet_for_each_pupil_and_marks_the_folder(clearprop, folder) -> None:
    names = "姓名,班级\n王小明,1\nÉva ./B,1\nAnna,2\nanna,2\n"
    (folder / "names.csv").write_text(names, encoding="utf-8-sig")
    made = clearprop("exercise sheet samples-2-3-2 --pupils names.csv --paper --seed 5 --out class")
    assert made.code == 0, made.err
    sheets = sorted(path.name for path in (folder / "class").glob("*.toml"))
    assert sheets == sorted(["Anna.toml", "anna-2.toml", "Éva_B.toml", "王小明.toml"])
    assert len(list((folder / "class").glob("*.html"))) == 4
    keys = folder / "class" / "keys"
    assert len(list(keys.iterdir())) == 4
    key = (keys / "Anna.key.toml").read_text(encoding="utf-8")
    (folder / "class" / "Anna.toml").write_text(key, encoding="utf-8")
    (folder / "class" / "broken.toml").write_text("z2 = [\n", encoding="utf-8")
    marked = clearprop("exercise mark class --csv")
    assert marked.code == 1
    rows = list(csv.DictReader(io.StringIO(marked.out)))
    assert [row["pupil"] for row in rows] == ["Anna", "anna", "", "Éva ./B", "王小明"]
    assert [row["seed"] for row in rows] == ["7", "8", "", "6", "5"]
    assert (rows[0]["right"], rows[0]["sentence"]) == ("65", "Everything is right.")
    assert rows[1]["missing"] == "65"
    assert rows[2]["sentence"].startswith("class/broken.toml, line 1: expected a line of TOML")
    told = clearprop("exercise mark class")
    assert "Anna.toml:\nSheet samples-2-3-2, seed 7: Anna\n" in told.out


def test_names_in_a_chinese_encoding_are_read(clearprop, folder: Path) -> None:
    (folder / "names.txt").write_bytes("王小明\n李雷\n".encode("gb18030"))
    clearprop("exercise sheet logistic-2-2-1 --pupils names.txt")
    sheets = sorted(path.stem for path in (folder / "logistic-2-2-1").glob("*.toml"))
    assert sheets == ["李雷", "王小明"]


WRONG = {
    "start forwrd": "NAME: expected one of forward, cost, delta, backward, gradient-check, "
    "training-step, whole; got 'forwrd' (did you mean \"forward\"?)",
    "start cost --out cost.m": "--out: expected a name that ends in .py for NumPy; got cost.m",
    "start cost --octave --out a-b.m": "--out: expected a name that Octave can call, such as "
    "cost.m; got a-b.m",
    "start cost --out cost.txt": "--out: expected a name that ends in .py or .m; got 'cost.txt'",
    "sheet two": "NAME: expected one of published-2-2-2",
    "sheet logistic-2-2-1 --html --paper --seed x": "2 problems: --seed: expected a whole number "
    "of at least 0; got 'x'; --paper: expected one of --html and --paper; got both",
    "sheet logistic-2-2-1 --pupils none.csv": "none.csv: no such file or directory; expected a "
    "file of names",
    "sheet logistic-2-2-1 --out flowers.csv": "--out: expected a folder; flowers.csv is a file",
    "sheet logistic-2-2-1 --out no/way": "--out: the folder no is not there; make it first",
    "mark none.toml": "none.toml: no such file; expected a sheet that was filled in",
    "mark . --hint 4": ".: expected .toml files of sheets in the folder; got none",
    "mark flowers.csv --hint 4 --lang fr": "2 problems: --lang: expected one of en, zh; got 'fr'; "
    "--hint: expected 1, 2 or 3; got 4",
    "mark flowers.csv": "flowers.csv, line 1: expected a line of TOML",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said_in_one_line(refused, words: str) -> None:
    assert WRONG[words] in refused(f"exercise {words}")
