"""The table of commands and options keeps what it promises, and reads dictionaries of choices."""

import shlex
from pathlib import Path
from typing import Any

import pytest

from clearprop.choices.commands import COMMANDS, parsed
from clearprop.choices.options import PICTURES
from clearprop.data.targets import TASKS
from clearprop.errors import ParameterError
from clearprop.exercise.sheets import SHEETS
from clearprop.exercise.starters import STARTERS
from clearprop.experiment.recipes import RECIPES
from clearprop.figures import FIGURES, make
from clearprop.gradients.compare import METHODS
from clearprop.language import LANGUAGES
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.costs import COSTS
from clearprop.network.parameters import INITS
from clearprop.network.updates import SCHEDULES
from clearprop.training.options import SOLVERS

OPTIONS = [(command, option) for command in COMMANDS.values() for option in command.all]
NAMED = pytest.mark.parametrize(
    ("command", "option"), OPTIONS, ids=[f"{c.name} {o.flag}" for c, o in OPTIONS]
)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_names_and_flags_are_there_once(command: Any) -> None:
    names = [option.name for option in command.all]
    flags = [option.flag for option in command.all]
    assert (len(set(names)), len(set(flags))) == (len(names), len(names))
    assert all(name.isidentifier() for name in names)
    assert [option for option in command.needed if not option.argument] == []


@NAMED
def test_an_option_says_what_it_is_for(command: Any, option: Any) -> None:
    assert option.help[0].isupper() or option.help.split()[0].rstrip(",.") in option.help.lower()
    assert option.help.endswith(".")
    assert option.argument or option.flag.startswith("--")
    assert option.argument or option.panel
    assert not (option.switch and (option.default is not None or option.endings))
    assert option.written or not option.endings
    for ending in option.endings[:2]:
        if option.name != "html":
            assert ending in option.help


@NAMED
def test_defaults_survive_being_typed(command: Any, option: Any) -> None:
    """The command line shows a default as text, and reads it like what is typed."""
    if option.default is not None:
        assert option.parse(str(option.default)) == option.default


NAMES = {
    "recipe": RECIPES,
    "activation": ACTIVATIONS,
    "cost": COSTS,
    "solver": SOLVERS,
    "schedule": SCHEDULES,
    "method": METHODS,
    "lang": LANGUAGES,
    "name": FIGURES,
    "exercise": STARTERS,
    "sheet": SHEETS,
    "init": INITS,
    "missing": ("mean", "drop"),
    "task": set(TASKS) - {"multilabel"},  # no table has several labels a row
}


@NAMED
def test_the_help_names_all_that_there_is(command: Any, option: Any) -> None:
    for name in NAMES.get(option.name, ()):
        assert name in option.help


def test_pictures_are_what_figures_write() -> None:
    endings = {command.name: option.endings for command, option in OPTIONS if option.written}
    assert endings["figure"] == PICTURES
    assert next(o for o in COMMANDS["train"].all if o.name == "plot").endings == PICTURES
    picture = make("network")
    for ending in PICTURES:
        assert picture.to_bytes(ending)
    with pytest.raises(ParameterError, match=r"expected \.png, \.svg or \.pdf; got '\.gif'"):
        picture.to_bytes(".gif")


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_examples_are_of_their_command(command: Any) -> None:
    assert 2 <= len(command.examples) <= 3
    flags = {option.flag for option in command.all}
    for line, _ in command.examples:
        first, *words = shlex.split(line)
        names = command.name.split()
        assert (first, words[: len(names)]) == ("clearprop", names)
        assert {word for word in words if word.startswith("--")} <= flags
    assert max(map(len, command.lines())) <= 76


# -- Dictionaries ---------------------------------------------------------------------------------


def test_every_option_gets_a_value() -> None:
    problems: list[str] = []
    values = parsed("train", {"source": "digits", "epochs": 3, "lang": None}, problems)
    assert problems == []
    assert list(values) == [option.name for option in COMMANDS["train"].all]
    assert (values["source"], values["epochs"], values["lang"]) == ("digits", 3, "en")
    assert (values["recipe"], values["target"], values["json"]) == ("modern", None, False)


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"hidden": "100,50"}, (100, 50)),
        ({"hidden": (100, 50)}, (100, 50)),
        ({"hidden": [100, 50]}, [100, 50]),
        ({"epochs": "12"}, 12),
        ({"epochs": 12}, 12),
        ({"epochs": "many"}, "many"),  # passed on as text; the job refuses it later
        ({"regularization": "0.5"}, 0.5),
        ({"without": "a,b"}, ("a", "b")),
        ({"out": Path("m.safetensors")}, "m.safetensors"),
        ({"json": True}, True),
    ],
)
def test_text_is_read_and_values_are_taken(given: dict[str, Any], value: Any) -> None:
    problems: list[str] = []
    values = parsed("train", given | {"source": "digits"}, problems)
    assert (values[next(iter(given))], problems) == (value, [])


def test_what_is_wrong_with_a_dictionary_is_said_at_once() -> None:
    problems: list[str] = []
    parsed("train", {"hiden": 1, "target": 5, "json": "yes", "recipe": ["course"]}, problems)
    assert problems == [
        'hiden: no such option of train (did you mean "hidden"?)',
        "source: expected SOURCE; got nothing",
        "target: expected text; got 5",
        "recipe: expected text; got ['course']",
        "json: expected True or False; got 'yes'",
    ]
