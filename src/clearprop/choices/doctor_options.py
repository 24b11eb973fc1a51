"""The table of the doctor's options."""

from __future__ import annotations

from clearprop.choices import parsing
from clearprop.choices.option import Option

_CODE, _OUTPUT = "Your code", "Output"

FUNCTION = Option(
    "function",
    "FILE",
    "FILE:ENTRY",
    "Your .py, .ipynb or Octave .m file; a folder of such files; ENTRY is a function, CLASS.METHOD "
    "or COST,GRADIENT, and may be left out.",
)
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
    "Of the hidden layers: sigmoid, tanh, relu, leaky_relu (slope 0.01), silu or identity; "
    "default: sigmoid, or what fits your numbers.",
    _CODE,
)
OUTPUT_ACTIVATION = Option(
    "output",
    "--output",
    "NAME",
    "Of the output layer, with the squares: sigmoid, tanh, softmax or identity; default: the "
    "cost's own.",
    _CODE,
)
NO_BIAS = Option("no_bias", "--no-bias", "", "Your network is meant to have no biases.", _CODE)
LEARNERS_COST = Option(
    "cost",
    "--cost",
    "NAME",
    "The cost that yours is meant to be: logistic, softmax, quadratic, squared, poisson, huber or "
    "quantile.",
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
ENTRY = Option(
    "entry", "--entry", "NAME", "The ENTRY of every file in a folder, as in FILE:ENTRY.", _CODE
)
SOLUTION = Option("solution", "--solution", "", "Show the corrected line too.", _OUTPUT)
