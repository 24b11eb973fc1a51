"""How a running command words its messages, and what it knows of its files."""

from pathlib import Path

import pytest

from clearprop.choices.commands import COMMANDS
from clearprop.cli.running import Running
from clearprop.errors import ParameterError
from clearprop.storage.atomic import write_whole


def running(command: str = "train") -> Running:
    made = Running()
    made.command = COMMANDS[command]
    return made


@pytest.mark.parametrize(
    ("library", "command_line"),
    [
        ("use cost='logistic' for two", "use --cost logistic for two"),
        ("missing='mean' (--missing mean) fills", "--missing mean fills"),
        ("init='scikit-learn': ok", "--init scikit-learn: ok"),
        ("other='mean'", "other='mean'"),
        ("state them, as in layers='400,25,10'", "state them, as in --layers 400,25,10"),
        ("batch_size: solver gd has none; ignored", "--batch-size: solver gd has none; ignored"),
        ("a.csv: two\nlines", "a.csv: two\\nlines"),
    ],
)
def test_messages_speak_of_flags(library: str, command_line: str) -> None:
    assert running().message(library) == command_line


def test_the_same_name_may_be_another_option_of_another_command() -> None:
    problem = "model: expected images"
    assert running("figure").error(ParameterError(problem)) == "--model: expected images"
    assert running("predict").error(ParameterError(problem)) == "MODEL: expected images"
    assert Running().error(ParameterError(problem)) == problem
    problems = ParameterError("layers: too few", "regularization: too small")
    assert running("doctor").error(problems) == (
        "2 problems: --layers: too few; regularization: too small"
    )


def test_ctrl_c_tells_what_was_written(tmp_path: Path) -> None:
    model, plot = tmp_path / "m", tmp_path / "c.svg"
    write_whole(model, b"old")
    at_work = running()
    assert at_work.interrupted() == "interrupted; nothing was written"
    at_work.will_write(model, plot, None)
    assert at_work.interrupted() == "interrupted; nothing was written"
    write_whole(model, b"old")  # the same bytes anew
    assert at_work.interrupted() == f"interrupted; written: {model}; not written: {plot}"
    write_whole(plot, b"picture")
    assert at_work.interrupted() == f"interrupted; written: {model}, {plot}"


def test_ctrl_c_while_results_are_printed() -> None:
    at_work = running("predict")
    at_work.printing = True
    assert at_work.interrupted() == "interrupted; what was printed may not be all"
