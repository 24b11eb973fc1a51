"""The table of options, but for those on rows and columns, which `data_options` holds.

The command line declares its flags from these rows. A form or a service uses the same names.
"""

from __future__ import annotations

from clearprop.choices import parsing
from clearprop.choices.option import Option

__all__ = ["PICTURES"]


# The endings of written pictures, pages and tables.
PICTURES = (".png", ".svg", ".pdf")
_PAGES = (".html", ".htm")
_TABLES = (".csv", ".parquet")

_NETWORK, _TRAINING, _OUTPUT = "Network", "Training", "Output"
_CHECK, _EXPLANATION, _WORKS = "Check", "Explanation", "Works"

# -- What a command works on ----------------------------------------------------------------------

SOURCE = Option(
    "source",
    "SOURCE",
    "SOURCE",
    "The word digits, a file, a pattern such as 'data/*.csv', - for standard input, or a folder "
    "(MNIST).",
)
MODEL = Option("model", "MODEL", "MODEL", "A file that train wrote.")

# -- Network --------------------------------------------------------------------------------------

RECIPE = Option(
    "recipe",
    "--recipe",
    "NAME",
    "All choices at once: modern, course or 3b1b.",
    _NETWORK,
    default="modern",
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
    "activation",
    "--activation",
    "NAME",
    "sigmoid, tanh, relu, identity, leaky_relu or silu.",
    _NETWORK,
)
COST = Option(
    "cost",
    "--cost",
    "NAME",
    "auto, logistic, softmax, quadratic, squared, poisson, huber or quantile.",
    _NETWORK,
)
LAMBDA = Option(
    "regularization", "--lambda", "NUMBER", "Regularization strength.", _NETWORK, parsing.number
)
INTERVAL = Option(
    "interval",
    "--interval",
    "SHARE",
    "For numbers, an interval around each prediction that covers this share of the rows, as in "
    "0.9.",
    _NETWORK,
    parsing.number,
)
BAG = Option(
    "bag",
    "--bag",
    "NUMBER",
    "Networks to average, each validated on its own share of the rows.",
    _NETWORK,
    parsing.whole,
)
INIT = Option(
    "init",
    "--init",
    "NAME",
    "uniform, glorot, he, nielsen, scikit-learn or zeros; or a number e for -e to e.",
    _NETWORK,
    parsing.number,
)
BINS = Option(
    "bins",
    "--bins",
    "NUMBER",
    "The bins of a number, as in 8, each with an input of its own; 0: none.",
    _NETWORK,
    parsing.whole,
)
SHIFT = Option(
    "shift",
    "--shift",
    "PIXELS",
    "How far images are shifted each way, to be learned so, too; 0: they are not.",
    _TRAINING,
    parsing.whole,
)

# -- Training -------------------------------------------------------------------------------------

SOLVER = Option("solver", "--solver", "NAME", "adam, adamw, sgd, gd, lbfgs or cg.", _TRAINING)
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
    "Of the learning rate: constant, invscaling, adaptive, cosine or one_cycle.",
    _TRAINING,
)
WARMUP = Option(
    "warmup",
    "--warmup",
    "SHARE",
    "Share of the steps in which the learning rate rises, as in 0.1.",
    _TRAINING,
    parsing.number,
)
WEIGHT_DECAY = Option(
    "weight_decay",
    "--weight-decay",
    "NUMBER",
    "Of adamw: how strongly weights shrink, as in 0.01.",
    _TRAINING,
    parsing.number,
)
DROPOUT = Option(
    "dropout",
    "--dropout",
    "SHARE",
    "Share of hidden units that each step leaves out, as in 0.2.",
    _TRAINING,
    parsing.number,
)
LABEL_SMOOTHING = Option(
    "label_smoothing",
    "--label-smoothing",
    "SHARE",
    "Share of each label that goes to all classes, as in 0.1.",
    _TRAINING,
    parsing.number,
)
CLIP_NORM = Option(
    "clip_norm",
    "--clip-norm",
    "NUMBER",
    "The largest norm of the gradient that a step follows.",
    _TRAINING,
    parsing.number,
)
THREADS = Option(
    "threads",
    "--threads",
    "NUMBER",
    "Threads to compute with; default: one for each processor.",
    _TRAINING,
    parsing.whole,
)
SEARCH_TIME = Option(
    "time",
    "--time",
    "SECONDS",
    "How long the search may take.",
    _TRAINING,
    parsing.number,
    default=300.0,
)
TIME = Option(
    "time",
    "--time",
    "SECONDS",
    "How long the command may take; less is trained where that is short.",
    _TRAINING,
    parsing.number,
)
ALL_ROWS = Option(
    "all_rows",
    "--all-rows",
    "",
    "In the end train once more, on all rows of SOURCE; not on its own test set.",
    _TRAINING,
)
CLASS_WEIGHT = Option(
    "class_weight",
    "--class-weight",
    "WEIGHTS",
    "How much classes count: balanced, or as in fraud=20,ok=1.",
    _TRAINING,
)
FROM = Option(
    "start",
    "--from",
    "MODEL",
    "Go on from a model: its columns, classes and network stay.",
    _TRAINING,
)
CHECKPOINT = Option(
    "checkpoint",
    "--checkpoint",
    "DIR",
    "Folder in which the state of the run is kept; it is made.",
    _TRAINING,
)
EVERY = Option(
    "every",
    "--every",
    "TIME",
    "How often it is written there: 0.2s, 5m, 1h; 30s unless chosen.",
    _TRAINING,
    parsing.duration,
)
RESUME = Option(
    "resume",
    "--resume",
    "",
    "Go on with the run that --checkpoint holds, to the same bits.",
    _TRAINING,
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
    "These units alone, as in 2:5,3:1; default: the whole pass.",
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
SEARCH_PLOT = Option(
    "plot",
    "--plot",
    "FILE",
    "Cost and time by size, and learning curves: a .png, .svg or .pdf.",
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
CSV = Option("csv", "--csv", "", "Print one line of CSV for each file.", _OUTPUT)
HAND_INS_OUT = Option(
    "out",
    "--out",
    "FILE",
    "A .csv with one line for each file; a second run goes on from it.",
    _OUTPUT,
    endings=(".csv",),
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
LANG = Option(
    "lang",
    "--lang",
    "NAME",
    "en or zh; default: as LC_ALL, LC_MESSAGES or LANG says.",
    _OUTPUT,
    default="en",
)
QUIET = Option("quiet", "--quiet", "", "Print results alone: no steps, no progress.", _OUTPUT)
JSON = Option("json", "--json", "", "Print one JSON object and nothing else.", _OUTPUT)
