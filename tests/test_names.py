"""The types of the names that users write list the tables' names, and type checkers use them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from clearprop import names
from clearprop.engines.choice import ENGINES
from clearprop.experiment.recipes import RECIPES
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import ALIASES
from clearprop.network.costs import COSTS
from clearprop.network.parameters import INITS
from clearprop.network.updates import SCHEDULES
from clearprop.training.options import SOLVERS

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("ActivationName", [*ACTIVATIONS, *ALIASES]),
        ("CostName", COSTS),
        ("EngineName", ["auto", *ENGINES]),
        ("InitName", INITS),
        ("RecipeName", RECIPES),
        ("ScheduleName", SCHEDULES),
        ("SolverName", SOLVERS),
    ],
)
def test_a_type_has_the_names_of_its_table(name: str, table: Any) -> None:
    literals = get_args(getattr(names, name))
    assert sorted(literals) == sorted(table)
    assert name in names.__all__


def test_every_type_is_held_to_a_table() -> None:
    (mark,) = test_a_type_has_the_names_of_its_table.pytestmark
    assert sorted(name for name, _ in mark.args[1]) == names.__all__


def test_a_type_checker_refuses_other_names(tmp_path: Path) -> None:
    """And it knows what `fit` returns, and which names the package has."""
    pytest.importorskip("mypy")
    lines = {
        'clearprop.Network((2, 1), activation="rellu")': 'Argument "activation" to "Network"',
        'clearprop.Network((2, 1), cost="logistik")': 'Argument "cost" to "Network"',
        'clearprop.Options(solver="adamm")': 'Argument "solver" to "Options"',
        'clearprop.Options(schedule="cosin")': 'Argument "schedule" to "Options"',
        'clearprop.MLPClassifier(solver="adamm")': 'Argument "solver" to "MLPClassifier"',
        'clearprop.MLPClassifier(activation="rellu")': 'Argument "activation" to "MLPClassifier"',
        'clearprop.MLPRegressor(loss="poison")': 'Argument "loss" to "MLPRegressor"',
        'clearprop.initial_theta(network, init="hee")': 'Argument "init" to "initial_theta"',
        'clearprop.predict(network, [0], [[1]], engine="natve")': 'Argument "engine" to "predict"',
        'clearprop.Experiment(clearprop.read("digits"), "modren")': 'Argument 2 to "Experiment"',
        "clearprop.tarin": 'Module has no attribute "tarin"',
        "regressor = 3": 'expression has type "int", variable has type "MLPRegressor"',
        # What is right:
        "clearprop.Experiment(clearprop.read('digits'), 'modern').fit().measure('test').score": "",
        "network = clearprop.Network((2, 1), activation='logistic', cost='softmax')": "",
        "clearprop.MLPClassifier(init=0.12, batch_size='auto', engine='native')": "",
        "clearprop.explain(network, [0.0, 1.0, 1.0], [1.0, 1.0], 1).to_text()": "",
        "clearprop.figures.make('secant')": "",
        "clearprop.equations.COSTS['softmax']": "",
        "print(clearprop.Experiment, clearprop.Training, clearprop.load, clearprop.Diagnosis)": "",
    }
    start = [
        "import clearprop",
        "network = clearprop.Network((2, 1))",
        "regressor = clearprop.MLPRegressor().fit([[1]], [1])",
    ]
    file = tmp_path / "used.py"
    file.write_text("\n".join([*start, *lines]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-color-output", file],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    # From its cache mypy repeats the errors of a file with these lines, under that file's path.
    found = re.findall(r"used\.py:(\d+): error: (.*)", done.stdout)
    errors = {int(number): message for number, message in found}
    assert errors.keys() == {
        number for number, message in enumerate(lines.values(), start=len(start) + 1) if message
    }, done.stdout
    for number, message in enumerate(lines.values(), start=len(start) + 1):
        assert message in errors.get(number, "")
