"""Starter files: what is done, what is missing, and what is wrong in them."""

import shutil
from pathlib import Path

import pytest

from clearprop.errors import DataError
from clearprop.exercise.progress import Progress, progress_of
from clearprop.exercise.progress_report import progress_dict, progress_report
from clearprop.exercise.starters import MARK, STARTERS, starter, starter_name

OCTAVE = pytest.mark.skipif(
    shutil.which("octave") is None and shutil.which("octave-cli") is None,
    reason="there is no Octave",
)
FUNCTIONS = {
    "forward": ["forward"],
    "cost": ["cost"],
    "delta": ["deltas"],
    "backward": ["accumulators", "gradient"],
    "gradient-check": ["numerical_gradient"],
    "training-step": ["training_step"],
}


def asked(path: Path, text: str) -> Progress:
    path.write_text(text, encoding="utf-8")
    progress = progress_of(path)
    assert progress is not None
    return progress


def verdicts(progress: Progress) -> dict[str, str]:
    return {part.function: part.verdict for part in progress.parts}


@pytest.mark.parametrize("name", STARTERS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_new_file_misses_its_own_parts(tmp_path: Path, name: str, lang: str) -> None:
    text = starter(name, lang)
    progress = asked(tmp_path / "new.py", text)
    own = [function for part in STARTERS[name] for function in FUNCTIONS[part]]
    assert verdicts(progress) == dict.fromkeys(own, "missing")
    lines = progress_report(progress, lang).splitlines()
    assert len([line for line in lines if lang != "en" or "missing: line" in line]) >= len(own)
    blanks = [i for i, line in enumerate(text.splitlines(), 1) if MARK in line.split("#")[0]]
    told = [line for part in progress.parts for line in part.sentence[1]["lines"]]
    assert sorted(told) == blanks[1:]  # the first one is the name's own line


@pytest.mark.parametrize("name", STARTERS)
def test_a_file_without_blanks_is_done(tmp_path: Path, name: str) -> None:
    progress = asked(tmp_path / "done.py", starter(name, "en", blank=False))
    assert set(verdicts(progress).values()) == {"done"}
    assert progress.done
    assert progress_report(progress, "zh").endswith("全部完成，而且正确。")


@OCTAVE
@pytest.mark.parametrize("name", [name for name in STARTERS if name != "whole"])
def test_the_same_in_octave(tmp_path: Path, name: str) -> None:
    function = name.replace("-", "_")
    path = tmp_path / f"{function}.m"
    assert verdicts(asked(path, starter(name, "zh", function))) == {function: "missing"}
    assert asked(path, starter(name, "zh", function, blank=False)).done


@OCTAVE
def test_a_whole_octave_function_without_blanks_is_for_the_doctor(tmp_path: Path) -> None:
    path = tmp_path / "whole.m"
    path.write_text(starter("whole", "en", "whole", blank=False), encoding="utf-8")
    assert progress_of(path) is None


def test_no_file_shows_the_solution_of_another_exercise() -> None:
    for name in ("forward", "cost", "delta", "backward"):
        assert starter(name, "en").count("def ") == len(FUNCTIONS[name]) + (name == "forward")
    assert "def numerical_gradient" not in starter("training-step", "en")


MISTAKES = [
    ("forward", "a_1 @ Theta.T)", "(a_1 @ Theta.T) * 0)", "forward", None),
    ("forward", "np.exp(-z)", "np.exp(z)", "forward", "forward-exponent-sign"),
    ("cost", "J = -np", "J = np", "cost", "cost-sign"),
    ("cost", "Theta[:, 1:] ** 2", "Theta ** 2", "cost", "penalty-bias"),
    ("delta", "a[l] * (1 - a[l])", "1", "deltas", "slope-missing"),
    ("delta", "[a[-1] - Y]", "[Y - a[-1]]", "deltas", "delta-sign"),
    ("delta", ")[:, 1:]", ")[:, :-1]", "deltas", "flow-wrong-element"),
    ("backward", "Delta[l] / m", "Delta[l].copy()", "gradient", "average-missing"),
    ("backward", "np.ones(len(a[l]))", "np.zeros(len(a[l]))", "accumulators", "accumulate-no-bias"),
    ("backward", "[:, 1:] + lambda_", "[:, 1:] - lambda_", "gradient", "lambda-sign"),
]


@pytest.mark.parametrize(("name", "old", "new", "function", "cause"), MISTAKES)
def test_a_mistake_is_named(
    tmp_path: Path, name: str, old: str, new: str, function: str, cause: str | None
) -> None:
    text = starter(name, "en", blank=False)
    assert text.count(old) == 1
    progress = asked(tmp_path / "mine.py", text.replace(old, new))
    (part,) = (part for part in progress.parts if part.function == function)
    assert part.verdict == "wrong"
    assert (part.cause and part.cause.mutation.id) == cause
    others = {part.verdict for part in progress.parts if part.function != function}
    assert others <= {"done"}


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("gradient-check", "(2 * epsilon)", "epsilon", "every number is 2 times the right one"),
        ("gradient-check", "kept - epsilon", "kept", "every number is 0.5 times the right one"),
        ("training-step", "Theta - alpha", "Theta + alpha", "every number has the wrong sign"),
        ("training-step", "Theta - alpha * D_l", "Theta - D_l", "is 3.333 times the right one"),
        ("delta", "return delta", "return", "missing: deltas returns nothing yet"),
        ("delta", "return delta", "raise NotImplementedError", "deltas is not written yet"),
        ("delta", "def deltas", "def delta_s", "missing: the file has no function deltas"),
        ("delta", "return delta", "return delta[:1]", "expected a list of 3 matrices; got ["),
        ("delta", "return delta", "return [d.T for d in delta]", "shape (9, 5); yours has (5, 9)"),
        ("delta", "return delta", "return delta[9]", "IndexError: list index out of range"),
        ("forward", "return z, a", "return a", "expected two lists, z and a; got ["),
        ("cost", "return J", 'return "J"  #', "wrong: expected numbers; got 'J'"),
    ],
)
def test_what_is_no_mistake_of_the_catalogue_is_described(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    text = starter(name, "en", blank=False)
    assert old in text
    progress = asked(tmp_path / "mine.py", text.replace(old, new, 1))
    assert not progress.done
    sentences = " ".join(progress_report(progress, "en").split())
    assert said in sentences
    assert any(
        said.split("; ")[-1][:20] in p["sentence"] for p in progress_dict(progress, "en")["parts"]
    )


def test_differences_to_one_side_are_known(tmp_path: Path) -> None:
    text = starter("gradient-check", "en", blank=False)
    text = text.replace("kept - epsilon", "kept").replace("2 * epsilon", "epsilon")
    progress = asked(tmp_path / "mine.py", text)
    assert "differences to one side only" in progress_dict(progress, "en")["parts"][0]["sentence"]


def test_a_part_waits_for_those_that_it_calls(tmp_path: Path) -> None:
    text = starter("whole", "en", blank=False).replace("a[l] * (1 - a[l])", MARK)
    progress = asked(tmp_path / "mine.py", text)
    assert verdicts(progress)["deltas"] == "missing"
    assert verdicts(progress)["training_step"] == "waits"
    assert "waits for delta" in progress_report(progress, "en")
    assert "6 of 7" not in progress_report(progress, "en")
    assert "5 of 7 parts are done. Next: delta." in progress_report(progress, "en")


def test_other_files_are_no_starters(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("def cost(theta): return 0\n", encoding="utf-8")
    assert progress_of(path) is None
    assert progress_of(tmp_path / "none.py") is None
    assert starter_name('CLEARPROP_EXERCISE = "other"') is None


def test_a_file_that_is_no_python_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mine\.py, line \d+: .*: def forward\(thetas X\):"):
        asked(tmp_path / "mine.py", starter("forward", "en").replace("(thetas, X)", "(thetas X)"))
