"""The table of options: the name, the flag, the help and the parser of each.

The command line declares its flags from these rows. A form or a service uses the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clearprop.choices import parsing

__all__ = ["PICTURES", "Option"]


@dataclass(frozen=True)
class Option:
    """One option of a command, or one of its arguments.

    Attributes
    ----------
    name
        Its name in the library, a form or a service.
    flag
        Its name on the command line. An argument has no flag but a word in capitals, such as
        ``"SOURCE"``.
    metavar
        The word for its value in the help. A switch has no value, so its metavar is empty.
    help
        One sentence on its purpose.
    panel
        The heading in the help.
    parse
        Turns typed text into a value; see :mod:`clearprop.choices.parsing`.
    default
        The value if the user chose none. None means the recipe's value, or no value.
    endings
        The endings that the name of a written file may have; empty if any will do.
    written
        Whether the value names a file that the command writes.
    repeatable
        Whether it may be given several times; the values are joined by commas.
    """

    name: str
    flag: str
    metavar: str
    help: str
    panel: str = ""
    parse: Callable[[str], Any] = parsing.text
    default: Any = None
    endings: tuple[str, ...] = ()
    written: bool = False
    repeatable: bool = False

    @property
    def switch(self) -> bool:
        """Whether the option is on or off and takes no value."""
        return not self.metavar

    @property
    def text(self) -> bool:
        """Whether its value is the text as it was typed."""
        return self.parse is parsing.text

    @property
    def argument(self) -> bool:
        """Whether the command line recognises it by its position."""
        return not self.flag.startswith("-")


# The endings of written pictures, pages and tables.
PICTURES = (".png", ".svg", ".pdf")
_PAGES = (".html", ".htm")
_TABLES = (".csv", ".parquet")

_DATA, _READING, _NETWORK = "Data", "Reading", "Network"
_TRAINING, _OUTPUT = "Training", "Output"
_CODE, _CHECK, _EXPLANATION, _WORKS = "Your code", "Check", "Explanation", "Works"

# -- What a command works on ----------------------------------------------------------------------

SOURCE = Option(
    "source",
    "SOURCE",
    "SOURCE",
    "The word digits, a file (CSV, Parquet, NPZ, NPY, MAT, IDX) or a folder (MNIST).",
)
FIGURE_SOURCE = Option(
    "source",
    "SOURCE",
    "SOURCE",
    "As for train; default: the digits. network takes none; surface shows XOR.",
)
MODEL = Option("model", "MODEL", "MODEL", "A file that train wrote.")
FIGURE = Option(
    "name",
    "NAME",
    "NAME",
    "network, secant, symmetry, surface, learning-curve, training-set-size or hidden-units.",
)
FUNCTION = Option(
    "function", "FILE.py:FUNCTION", "FILE.py:FUNCTION", "Your function; or an Octave FILE.m."
)

# -- Data -----------------------------------------------------------------------------------------

TARGET = Option(
    "target",
    "--target",
    "COLUMN",
    "What to learn: labels or numbers.",
    _DATA,
    repeatable=True,
)
WITHOUT = Option(
    "without",
    "--without",
    "COLUMNS",
    "Columns to leave out, as in name,id.",
    _DATA,
    parsing.names,
    repeatable=True,
)
TASK = Option(
    "task",
    "--task",
    "TASK",
    "What the target is: classification or regression.",
    _DATA,
    default="auto",
)
WEIGHTS = Option(
    "weights", "--weights", "COLUMN", "The column that says how much each row counts.", _DATA
)
TEST = Option(
    "test", "--test", "FILE", "Rows to test on; default: a fifth of SOURCE, or its own.", _DATA
)
VALIDATION_FRACTION = Option(
    "validation_fraction",
    "--validation-fraction",
    "SHARE",
    "The share of the rows to validate on; default: 0.1.",
    _DATA,
    parsing.number,
)
SPLIT_BY = Option(
    "split_by",
    "--split-by",
    "COLUMN",
    "Rows that agree in it stay in one part; of dates and times the last are to test on.",
    _DATA,
)
MISSING = Option(
    "missing",
    "--missing",
    "HOW",
    "Empty cells: mean fills them, drop leaves their rows out.",
    _DATA,
    default="mean",
)

# -- How a table is written -----------------------------------------------------------------------

ENCODING = Option(
    "encoding", "--encoding", "NAME", "Of a text file, such as gb18030; default: found.", _READING
)
SEPARATOR = Option(
    "separator",
    "--separator",
    "MARK",
    "Between cells: comma, semicolon, tab, pipe, blank or a character; default: found.",
    _READING,
)
NO_HEADER = Option(
    "no_header", "--no-header", "", "The first line is a row, not names of columns.", _READING
)
DECIMAL = Option("decimal", "--decimal", "MARK", "The decimal mark: . or a comma.", _READING)
THOUSANDS = Option(
    "thousands", "--thousands", "MARK", "The mark between groups of digits.", _READING
)
EMPTY = Option(
    "empty",
    "--empty",
    "TEXTS",
    "Texts that stand for an empty cell, as in -,n/a.",
    _READING,
    parsing.names,
    repeatable=True,
)
NUMBERS = Option(
    "numbers",
    "--numbers",
    "COLUMNS",
    "Columns that are numbers, whatever they look like.",
    _READING,
    parsing.names,
    repeatable=True,
)
CATEGORIES = Option(
    "categories",
    "--categories",
    "COLUMNS",
    "Columns that are categories, whatever they look like.",
    _READING,
    parsing.names,
    repeatable=True,
)
ID = Option(
    "id",
    "--id",
    "COLUMNS",
    "Columns that name the rows: no inputs, but repeated by predict.",
    _READING,
    parsing.names,
    repeatable=True,
)
LEVELS = Option(
    "levels",
    "--levels",
    "NUMBER",
    "How many values of a column get an input of their own; the rest share one.",
    _READING,
    parsing.whole,
)

# -- Network --------------------------------------------------------------------------------------

RECIPE = Option(
    "recipe",
    "--recipe",
    "NAME",
    "All choices at once: modern, course or 3b1b.",
    _NETWORK,
    default="modern",
)
FIGURE_RECIPE = Option(
    "recipe", "--recipe", "NAME", "modern, course (the default) or 3b1b.", _NETWORK
)
HIDDEN = Option(
    "hidden",
    "--hidden",
    "UNITS",
    "Units per hidden layer, as in 100,50; or none.",
    _NETWORK,
    parsing.sizes,
)
ACTIVATION = Option(
    "activation", "--activation", "NAME", "sigmoid, tanh, relu or identity.", _NETWORK
)
COST = Option(
    "cost", "--cost", "NAME", "auto, logistic, softmax, quadratic, squared or poisson.", _NETWORK
)
LAMBDA = Option(
    "regularization", "--lambda", "NUMBER", "Regularization strength.", _NETWORK, parsing.number
)
INIT = Option(
    "init",
    "--init",
    "NAME",
    "uniform, glorot, he, nielsen, scikit-learn or zeros; or a number e for -e to e.",
    _NETWORK,
    parsing.number,
)
FIGURE_LAYERS = Option(
    "layers",
    "--layers",
    "UNITS",
    "For network: units per layer, inputs and outputs too, as in 784,16,16,10.",
    _NETWORK,
    parsing.sizes,
)
FIGURE_MODEL = Option(
    "model", "--model", "MODEL", "For network and hidden-units: a trained model.", _NETWORK
)
BY_COLUMNS = Option(
    "by_columns",
    "--by-columns",
    "",
    "Beside --model: its images were unrolled column by column, as in the course.",
    _NETWORK,
)

# -- Training -------------------------------------------------------------------------------------

SOLVER = Option("solver", "--solver", "NAME", "adam, sgd, gd, lbfgs or cg.", _TRAINING)
LEARNING_RATE = Option(
    "learning_rate",
    "--learning-rate",
    "NUMBER",
    "The learning rate at the start.",
    _TRAINING,
    parsing.number,
)
BATCH_SIZE = Option(
    "batch_size", "--batch-size", "ROWS", "Rows per minibatch.", _TRAINING, parsing.whole
)
EPOCHS = Option(
    "epochs", "--epochs", "NUMBER", "Epochs; iterations for lbfgs and cg.", _TRAINING, parsing.whole
)
SEED = Option(
    "seed",
    "--seed",
    "NUMBER",
    "The same seed gives the same bits.",
    _TRAINING,
    parsing.whole,
    default=0,
)
ENGINE = Option("engine", "--engine", "NAME", "What computes.", _TRAINING, default="auto")
SCHEDULE = Option(
    "schedule",
    "--schedule",
    "NAME",
    "Of the learning rate: constant, invscaling, adaptive or cosine.",
    _TRAINING,
)
THREADS = Option(
    "threads",
    "--threads",
    "NUMBER",
    "Threads to compute with; default: one for each processor.",
    _TRAINING,
    parsing.whole,
)
CLASS_WEIGHT = Option(
    "class_weight",
    "--class-weight",
    "WEIGHTS",
    "How much classes count: balanced, or as in fraud=20,ok=1.",
    _TRAINING,
)
CHECKPOINT = Option(
    "checkpoint",
    "--checkpoint",
    "FILE",
    "Kept up to date while training; a killed run goes on from it.",
    _TRAINING,
    written=True,
)

# -- Single commands ------------------------------------------------------------------------------

SAMPLE_SIZE = Option(
    "sample",
    "--sample",
    "NUMBER",
    "Parameters to check per block; 0: all.",
    _CHECK,
    parsing.whole,
    default=200,
)
METHOD = Option(
    "method",
    "--method",
    "NAME",
    "differences (two-sided) or complex (the complex step).",
    _CHECK,
    default="differences",
)
PROBA = Option("proba", "--proba", "", "Also a column of probabilities per class.", _OUTPUT)
IMPORTANCE = Option(
    "importance", "--importance", "", "Which columns matter: shuffle each one and see.", _OUTPUT
)
IMPORTANCE_PLOT = Option(
    "plot",
    "--plot",
    "FILE",
    "Beside --importance, a picture: a .png, .svg or .pdf.",
    _OUTPUT,
    endings=PICTURES,
    written=True,
)
KEEP = Option("keep", "--keep", "", "All columns of SOURCE beside the predictions.", _OUTPUT)
ROW = Option(
    "sample",
    "--sample",
    "ROW",
    "Which row of SOURCE, from 0.",
    _EXPLANATION,
    parsing.whole,
    default=0,
)
UNIT = Option(
    "units",
    "--unit",
    "LAYER:UNIT",
    "Units to tell, as in 2:5,3:1; default: a choice.",
    _EXPLANATION,
    parsing.units,
)
WORKS = Option(
    "works", "--works", "NAMES", "Which, as in A,C,G; default: all, A to G.", _WORKS, parsing.names
)
SECONDS = Option(
    "seconds",
    "--seconds",
    "NUMBER",
    "About how long to measure.",
    _WORKS,
    parsing.number,
    default=60.0,
)

# -- The doctor -----------------------------------------------------------------------------------

LAYERS = Option(
    "layers",
    "--layers",
    "UNITS",
    "Units per layer, inputs and outputs too, as in 400,25,10. Needed where your function takes "
    "one vector theta and is not told them.",
    _CODE,
    parsing.sizes,
)
LEARNERS_ACTIVATION = Option(
    "activation",
    "--activation",
    "NAME",
    "Of the hidden layers: sigmoid, tanh, relu or identity.",
    _CODE,
    default="sigmoid",
)
LEARNERS_COST = Option(
    "cost",
    "--cost",
    "NAME",
    "The cost that yours is meant to be: logistic, softmax, quadratic, squared or poisson.",
    _CODE,
    default="logistic",
)
LABELS = Option(
    "labels",
    "--labels",
    "HOW",
    "How y is given: 0 or 1 (class numbers from there), one-hot, auto.",
    _CODE,
    default="auto",
)
PARAMETERS = Option(
    "parameters",
    "--parameters",
    "NUMBER",
    "For a function of theta alone: the length of theta.",
    _CODE,
    parsing.whole,
)
TIME_LIMIT = Option(
    "time_limit",
    "--time-limit",
    "SECONDS",
    "Seconds that your code may take.",
    _CODE,
    parsing.number,
    default=30.0,
)
SOLUTION = Option("solution", "--solution", "", "Show the corrected line too.", _OUTPUT)

# -- Output ---------------------------------------------------------------------------------------

MODEL_OUT = Option(
    "out",
    "--out",
    "FILE",
    "The model; default: SOURCE's name with .safetensors, in this folder.",
    _OUTPUT,
    written=True,
)
PLOT = Option(
    "plot",
    "--plot",
    "FILE",
    "The learning curve: a .png, .svg or .pdf.",
    _OUTPUT,
    endings=PICTURES,
    written=True,
)
TABLE_OUT = Option(
    "out",
    "--out",
    "FILE",
    "A .csv or .parquet; default: CSV to standard output.",
    _OUTPUT,
    endings=_TABLES,
    written=True,
)
FIGURE_OUT = Option(
    "out",
    "--out",
    "FILE",
    "A .svg, .png or .pdf; default: NAME.svg.",
    _OUTPUT,
    endings=PICTURES,
    written=True,
)
PAGE = Option(
    "html",
    "--html",
    "FILE",
    "Write the explanation as a page, too.",
    _OUTPUT,
    endings=_PAGES,
    written=True,
)
REPORT_PAGE = Option(
    "html",
    "--html",
    "FILE",
    "Write the report as a page, too.",
    _OUTPUT,
    endings=_PAGES,
    written=True,
)
LANG = Option("lang", "--lang", "NAME", "en or zh.", _OUTPUT, default="en")
QUIET = Option("quiet", "--quiet", "", "Print results alone: no steps, no progress.", _OUTPUT)
JSON = Option("json", "--json", "", "Print one JSON object and nothing else.", _OUTPUT)
