"""The options of `clearprop figure`: what is drawn, of which network, and where to."""

from __future__ import annotations

from clearprop.choices import parsing
from clearprop.choices.option import Option
from clearprop.choices.options import PICTURES

_NETWORK, _OUTPUT = "Network", "Output"

FIGURE = Option(
    "name",
    "NAME",
    "NAME",
    "The figure: network, secant, surface, nudge ...; a wrong name lists them all.",
)
SOURCE = Option(
    "source",
    "SOURCE",
    "SOURCE",
    "As for train; default: the digits. surface shows XOR; some figures take none.",
)
RECIPE = Option("recipe", "--recipe", "NAME", "modern, course (the default) or 3b1b.", _NETWORK)
LAYERS = Option(
    "layers",
    "--layers",
    "UNITS",
    "For network: units per layer, inputs and outputs too, as in 784,16,16,10.",
    _NETWORK,
    parsing.sizes,
)
MODEL = Option(
    "model", "--model", "MODEL", "For network and hidden-units: a trained model.", _NETWORK
)
BY_COLUMNS = Option(
    "by_columns",
    "--by-columns",
    "",
    "Beside --model: its images were unrolled column by column, as in the course.",
    _NETWORK,
)
OUT = Option(
    "out",
    "--out",
    "FILE",
    "A .svg, .png or .pdf; default: NAME.svg.",
    _OUTPUT,
    endings=PICTURES,
    written=True,
)
