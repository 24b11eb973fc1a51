"""What the command ``clearprop train`` does, in three lines of Python."""

import inspect
import re
import textwrap
from pathlib import Path

import numpy as np
import pytest

import clearprop
from clearprop.cli import main


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder with a table ``letters.csv`` in it."""
    monkeypatch.chdir(tmp_path)
    generator = np.random.default_rng(0)
    rows = [
        f"{x:.3f},{y:.3f},{'abc'[int(3 * x) % 3]}" for x, y in generator.random((120, 2)).tolist()
    ]
    Path("letters.csv").write_text("\n".join(["x,y,letter", *rows]), encoding="utf-8")


@pytest.mark.usefixtures("letters")
def test_three_lines_make_the_model_of_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = clearprop.RECIPES["modern"].with_(hidden=(4,), epochs=2)
    monkeypatch.setitem(clearprop.RECIPES, "modern", quick)
    doc = inspect.getdoc(clearprop.Experiment) or ""
    (code,) = re.findall(r"what these lines do::\n\n((?:    .*\n)+)", doc)
    assert code.count("\n") == 3
    exec(textwrap.dedent(code), {"clearprop": clearprop})
    assert "Measurement(rows=24, score=" in capsys.readouterr().out
    in_python = Path("letters.safetensors").read_bytes()
    with pytest.raises(SystemExit) as ended:
        main(["train", "letters.csv", "--target", "letter", "--json"])
    assert ended.value.code == 0
    assert Path("letters.safetensors").read_bytes() == in_python


@pytest.mark.usefixtures("letters")
def test_a_recipe_by_its_name() -> None:
    table = clearprop.read("letters.csv", "letter")
    assert clearprop.Experiment(table, "3b1b").recipe == clearprop.RECIPES["3b1b"]
    message = (
        r'^recipe: expected one of modern, course, 3b1b; got .modren. \(did you mean "modern"\?\)$'
    )
    with pytest.raises(clearprop.ParameterError, match=message):
        clearprop.Experiment(table, "modren")  # type: ignore[arg-type]


@pytest.mark.usefixtures("letters")
def test_fit_trains_to_the_end_and_returns_the_run() -> None:
    recipe = clearprop.RECIPES["modern"].with_(hidden=(4,), epochs=3, regularization=1.0)
    table = clearprop.read("letters.csv", "letter")
    run = clearprop.Experiment(table, recipe)
    assert run.fit() is run
    other = clearprop.Experiment(table, recipe)
    assert [type(event).__name__ for event in other.train()][-1] == "Ended"
    assert run.training.theta.tobytes() == other.training.theta.tobytes()
