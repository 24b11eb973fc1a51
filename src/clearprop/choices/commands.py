"""The table of commands with their options, and the reading of a user's choices by it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clearprop.choices import data_options as d
from clearprop.choices import doctor_options as y
from clearprop.choices import exercise_options as x
from clearprop.choices import export_options as e
from clearprop.choices import figure_options as f
from clearprop.choices import options as o
from clearprop.choices import process_options as p
from clearprop.choices import serve_options as s
from clearprop.choices import studio_options as u
from clearprop.choices.option import Option
from clearprop.errors import did_you_mean, shown

__all__ = ["COMMANDS", "Command", "parsed"]


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes
    ----------
    name, help
        Its name and one sentence on what it does. A name of two words is a command of a group.
    needed
        The arguments that it requires.
    options
        The options, and arguments that may be left out.
    examples
        Lines to type, each with a remark or "".
    """

    name: str
    help: str
    needed: tuple[Option, ...]
    options: tuple[Option, ...]
    examples: tuple[tuple[str, str], ...]

    @property
    def all(self) -> tuple[Option, ...]:
        """All arguments and options."""
        return self.needed + self.options

    @property
    def flags(self) -> dict[str, str]:
        """The flag of each option, by the name that the library's messages use.

        Examples
        --------
        >>> COMMANDS["train"].flags["regularization"]
        '--lambda'
        """
        return {option.name: option.flag for option in self.all}

    def lines(self, say: Callable[[str], str] = str) -> tuple[str, ...]:
        """The examples as lines of the help, their remarks aligned and said in a language.

        Examples
        --------
        >>> print(*COMMANDS["bench"].lines(), sep=chr(10))
        $ clearprop bench                           # all works, about a minute
        $ clearprop bench --works C,G --seconds 10  # some of them
        """
        width = max((len(line) for line, about in self.examples if about), default=0)
        return tuple(
            f"$ {line:{width}}  # {say(about)}" if about else f"$ {line}"
            for line, about in self.examples
        )


_FILE = (d.ENCODING, d.SEPARATOR, d.NO_HEADER)
_COLUMNS = (d.DECIMAL, d.THOUSANDS, d.EMPTY, d.NUMBERS, d.CATEGORIES, d.ID, d.LEVELS)
_PARTS = (d.WEIGHTS, d.TEST, d.VALIDATION_FRACTION, d.SPLIT_BY)
_ROWS = (d.TARGET, d.WITHOUT, d.TASK, d.MISSING, *_PARTS, *_FILE, *_COLUMNS)
_NETWORK = (o.RECIPE, o.HIDDEN, o.ACTIVATION, o.COST, o.LAMBDA, o.INIT, o.INTERVAL, o.BINS)
_TRAINING = (
    *(o.SOLVER, o.LEARNING_RATE, o.SCHEDULE, o.WARMUP, o.BATCH_SIZE, o.EPOCHS),
    *(o.SHIFT, o.WEIGHT_DECAY, o.DROPOUT, o.LABEL_SMOOTHING, o.CLIP_NORM),
)

_ALL = (
    Command(
        "train",
        "Train a network, from raw rows to a measured model.",
        (o.SOURCE,),
        (
            *_ROWS,
            *_NETWORK,
            *_TRAINING,
            o.BAG,
            o.ALL_ROWS,
            o.TIME,
            o.CLASS_WEIGHT,
            o.SEED,
            o.ENGINE,
            o.THREADS,
            d.MEMORY,
            d.CACHE,
            o.FROM,
            o.CHECKPOINT,
            o.EVERY,
            o.RESUME,
            *p.ALL,
            o.MODEL_OUT,
            o.PLOT,
            o.LANG,
            o.QUIET,
            o.JSON,
        ),
        (
            ("clearprop train digits", "the bundled digits"),
            ("clearprop train letters.csv --target letter", "a table of your own"),
            ("clearprop train mnist/ --recipe course --hidden 25", "the course's network"),
        ),
    ),
    Command(
        "choose",
        "Choose a network for a table: layers, units, lambda, learning rate and dropout.",
        (o.SOURCE,),
        (
            *_ROWS,
            *(option for option in _NETWORK if option is not o.HIDDEN),
            *_TRAINING,
            o.CLASS_WEIGHT,
            o.SEED,
            o.ENGINE,
            o.THREADS,
            o.SEARCH_TIME,
            o.CHECKPOINT,
            o.EVERY,
            o.RESUME,
            o.MODEL_OUT,
            o.SEARCH_PLOT,
            o.LANG,
            o.QUIET,
            o.JSON,
        ),
        (
            ("clearprop choose letters.csv --target letter", "5 minutes at most"),
            ("clearprop choose digits --time 60 --plot chosen.svg", ""),
            ("clearprop choose digits --checkpoint search", "can go on"),
        ),
    ),
    Command(
        "evaluate",
        "Measure a model on rows with labels.",
        (o.MODEL, o.SOURCE),
        (d.TARGET, *_FILE, d.MEMORY, o.IMPORTANCE, o.IMPORTANCE_PLOT, o.LANG, o.JSON),
        (
            ("clearprop evaluate digits.safetensors digits", "score, cost, confusion"),
            ("clearprop evaluate m.safetensors new.csv --json", "for a script"),
            ("clearprop evaluate m.safetensors new.csv --importance", ""),
        ),
    ),
    Command(
        "predict",
        "Write a model's predictions for raw rows.",
        (o.MODEL, o.SOURCE),
        (*_FILE, d.MEMORY, o.TABLE_OUT, o.PROBA, o.KEEP, o.LANG),
        (
            ("clearprop predict m.safetensors new.csv", "CSV to standard output"),
            ("clearprop predict m.safetensors new.csv --proba --out p.parquet", ""),
            ("clearprop predict m.safetensors new.csv --keep", "beside all columns"),
        ),
    ),
    Command(
        "check",
        "Check the gradient that train would use; exit code 1 if it is not right.",
        (o.SOURCE,),
        (
            *_ROWS,
            *_NETWORK,
            o.CLASS_WEIGHT,
            o.SEED,
            o.ENGINE,
            o.THREADS,
            o.SAMPLE_SIZE,
            o.METHOD,
            o.LANG,
            o.JSON,
        ),
        (
            ("clearprop check digits --recipe course", "by differences"),
            ("clearprop check digits --method complex --sample 0", "every parameter"),
        ),
    ),
    Command(
        "doctor",
        "Find the mistake in your own cost and gradient. Exit code 1 if something is wrong.",
        (y.FUNCTION,),
        (
            y.LAYERS,
            y.LEARNERS_ACTIVATION,
            y.LEARNERS_COST,
            y.OUTPUT_ACTIVATION,
            y.NO_BIAS,
            y.LABELS,
            y.PARAMETERS,
            y.ENTRY,
            y.TIME_LIMIT,
            o.SEED,
            o.LANG,
            y.SOLUTION,
            o.REPORT_PAGE,
            o.CSV,
            o.HAND_INS_OUT,
            o.QUIET,
            o.JSON,
        ),
        (
            ("clearprop doctor my_network.py:cost_function --layers 400,25,10", ""),
            ("clearprop doctor nnCostFunction.m --layers 400,25,10 --lang zh", "Octave"),
            ("clearprop doctor hand-ins/ --entry cost --out found.csv", "a folder"),
        ),
    ),
    Command(
        "explain",
        "Tell one row's way through a model and back, with every number put in.",
        (o.MODEL, o.SOURCE),
        (d.TARGET, *_FILE, o.ROW, o.UNIT, o.LANG, o.PAGE, o.QUIET, o.JSON),
        (
            ("clearprop explain digits.safetensors digits --sample 17", ""),
            ("clearprop explain m.safetensors new.csv --unit 2:5,3:1 --html page.html", ""),
        ),
    ),
    Command(
        "export",
        "Write a model for another program; its predictions are compared before.",
        (o.MODEL,),
        (e.ONNX, e.INT8, e.C_FILE, e.LARGE, e.FORM_PAGE, e.EXPORT_DATA, d.TARGET, *_FILE, o.LANG),
        (
            ("clearprop export m.safetensors --onnx m.onnx", "raw rows in"),
            ("clearprop export m.safetensors --onnx m.onnx --int8 --data new.csv", ""),
            ("clearprop export m.safetensors --c m.c --html m.html", ""),
        ),
    ),
    Command(
        "import",
        "Make a model of another program's network.",
        (e.ONNX_FILE,),
        (e.CLASSES, o.COST, e.MULTILABEL, e.IMPORTED_OUT, o.LANG),
        (
            ("clearprop import net.onnx --classes no,yes", "an ONNX file"),
            ("clearprop import prices.onnx --cost squared --out prices.safetensors", ""),
        ),
    ),
    Command(
        "figure",
        "Draw a figure for notes and slides, from computed numbers.",
        (f.FIGURE,),
        (
            f.SOURCE,
            d.TARGET,
            f.RECIPE,
            f.LAYERS,
            f.MODEL,
            f.BY_COLUMNS,
            o.SEED,
            o.LANG,
            f.OUT,
            o.QUIET,
        ),
        (
            ("clearprop figure network --layers 784,16,16,10", "a diagram"),
            ("clearprop figure secant --lang zh --out secant.png", "in Chinese"),
            ("clearprop figure learning-curve letters.csv --target letter", ""),
        ),
    ),
    Command(
        "studio",
        "Open the studio in the browser: your own data and network under the hand.",
        (),
        (u.SOURCE, u.MODEL, u.PORT, u.NO_OPEN, u.HOST, u.TOKEN, u.ALLOW_ORIGIN, o.LANG, o.QUIET),
        (
            ("clearprop studio", "the bundled digits"),
            ("clearprop studio letters.csv --port 9000", "a table of your own"),
            ("clearprop studio --host 0.0.0.0 --no-open", "prints a token"),
        ),
    ),
    Command(
        "serve",
        "Serve a model's predictions over HTTP: rows in, answers out.",
        (o.MODEL,),
        (
            *(s.PORT, u.HOST, s.TOKEN, s.LOG),
            *(s.MAX_BODY, s.MAX_ROWS, s.MAX_REQUESTS, s.TIMEOUT),
            *(o.LANG, o.QUIET),
        ),
        (
            ("clearprop serve m.safetensors", "on this machine alone"),
            ("clearprop serve m.safetensors --port 9000 --log", "a line a request"),
            ("clearprop serve m.safetensors --host 0.0.0.0", "needs CLEARPROP_TOKEN"),
        ),
    ),
    Command(
        "exercise list",
        "List the exercises: starter files, and sheets for hand calculation.",
        (),
        (o.LANG,),
        (("clearprop exercise list", ""), ("clearprop exercise list --lang zh", "in Chinese")),
    ),
    Command(
        "exercise start",
        "Write a file with blanks to program; the doctor then says what is done.",
        (x.STARTER,),
        (x.OCTAVE, o.LANG, x.STARTER_OUT, o.QUIET),
        (
            ("clearprop exercise start backward", "then: clearprop doctor backward.py"),
            ("clearprop exercise start whole --octave --lang zh", ""),
        ),
    ),
    Command(
        "exercise sheet",
        "Make a sheet for hand calculation: the file to fill in, and its key.",
        (x.SHEET,),
        (x.SHEET_SEED, x.PUPILS, o.LANG, x.HTML, x.PAPER, x.SHEET_OUT, o.QUIET),
        (
            ("clearprop exercise sheet published-2-2-2", "well-known"),
            ("clearprop exercise sheet samples-2-3-2 --seed 7 --html", "a page"),
            ("clearprop exercise sheet samples-2-3-2 --paper --pupils names.csv", ""),
        ),
    ),
    Command(
        "exercise mark",
        "Judge every number of a sheet. Exit code 1 if not all of them are right.",
        (x.FILLED,),
        (x.HINT, x.WORKED, o.LANG, x.CSV),
        (
            ("clearprop exercise mark samples-2-3-2-7.toml --hint 1", ""),
            ("clearprop exercise mark sheets/ --csv", "a line for each pupil"),
        ),
    ),
    Command(
        "info",
        "Show what a model file holds.",
        (o.MODEL,),
        (o.LANG, o.JSON),
        (
            ("clearprop info digits.safetensors", "layers, classes, training"),
            ("clearprop info digits.safetensors --json", "for a script"),
        ),
    ),
    Command(
        "bench",
        "Time this machine: Clearprop beside the peers that are installed.",
        (),
        (o.WORKS, o.SECONDS, o.LANG, o.QUIET, o.JSON),
        (
            ("clearprop bench", "all works, about a minute"),
            ("clearprop bench --works C,G --seconds 10", "some of them"),
        ),
    ),
)

COMMANDS: dict[str, Command] = {command.name: command for command in _ALL}


def parsed(command: str, given: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Read a user's choices; return a value for every option of the command.

    Parameters
    ----------
    command
        One of :data:`COMMANDS`.
    given
        The choices by name: typed text, or values as in JSON. None counts as not chosen.
    problems
        This function adds unknown names, missing arguments, and values that should be text. It does
        not check the values themselves; each job does.

    Examples
    --------
    >>> problems = []
    >>> values = parsed("train", {"source": "digits", "hidden": "25", "epoch": 3}, problems)
    >>> values["hidden"], values["recipe"], values["epochs"]
    ((25,), 'modern', None)
    >>> problems
    ['epoch: no such option of train (did you mean "epochs"?)']
    """
    options = {option.name: option for option in COMMANDS[command].all}
    for name in given:
        if name not in options:
            hint = did_you_mean(name, options)
            problems.append(f"{name}: no such option of {command}{hint}")
    problems += [
        f"{option.name}: expected {option.metavar}; got nothing"
        for option in COMMANDS[command].needed
        if given.get(option.name) is None
    ]
    return {name: _value(option, given.get(name), problems) for name, option in options.items()}


def _value(option: Option, given: Any, problems: list[str]) -> Any:
    if given is None:
        return False if option.switch else option.default
    if option.switch:
        if not isinstance(given, bool):
            problems.append(f"{option.name}: expected True or False; got {shown(given)}")
        return given is True
    if isinstance(given, os.PathLike):
        given = os.fspath(given)
    if isinstance(given, str):
        return option.parse(given)
    if option.text:
        problems.append(f"{option.name}: expected text; got {shown(given)}")
        return option.default
    return given
