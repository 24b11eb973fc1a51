"""The options of `export` and `import`."""

from __future__ import annotations

from clearprop.choices import parsing
from clearprop.choices.option import Option

_NETWORK, _OUTPUT, _CHECK = "Network", "Output", "Check"

ONNX = Option(
    "onnx",
    "--onnx",
    "FILE",
    "An .onnx file, which takes raw rows and gives probabilities or numbers.",
    _OUTPUT,
    endings=(".onnx",),
    written=True,
)
INT8 = Option(
    "int8", "--int8", "", "Weights of one byte in the ONNX file; the loss is measured.", _OUTPUT
)
C_FILE = Option(
    "c",
    "--c",
    "FILE",
    "A .c file for small networks, which needs no library.",
    _OUTPUT,
    endings=(".c",),
    written=True,
)
LARGE = Option("large", "--large", "", "A C file of more than 200,000 parameters, too.", _OUTPUT)
FORM_PAGE = Option(
    "html",
    "--html",
    "FILE",
    "A page with a form, which predicts without a server.",
    _OUTPUT,
    endings=(".html", ".htm"),
    written=True,
)
ONNX_FILE = Option("file", "FILE", "FILE", "An ONNX file of dense layers.")
CLASSES = Option(
    "classes",
    "--classes",
    "NAMES",
    "The labels of the outputs in their order, as in no,yes.",
    _NETWORK,
    parsing.names,
)
MULTILABEL = Option(
    "multilabel", "--multilabel", "", "Each output is a yes or no of its own.", _NETWORK
)
IMPORTED_OUT = Option(
    "out",
    "--out",
    "FILE",
    "The model; default: FILE's name with .safetensors, in this folder.",
    _OUTPUT,
    written=True,
)
EXPORT_DATA = Option(
    "data",
    "--data",
    "SOURCE",
    "Rows to compare the files on; default: 1,000 that are made from the model's columns.",
    _CHECK,
)
