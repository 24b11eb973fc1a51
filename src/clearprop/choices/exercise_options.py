"""The options of `clearprop exercise`: starter files, sheets for hand calculation, and marking."""

from __future__ import annotations

from clearprop.choices import parsing
from clearprop.choices.option import Option

_EXERCISE, _OUTPUT = "Exercise", "Output"

STARTER = Option(
    "exercise",
    "NAME",
    "NAME",
    "forward, cost, delta, backward, gradient-check, training-step or whole.",
)
SHEET = Option(
    "sheet",
    "NAME",
    "NAME",
    "published-2-2-2, logistic-2-2-1, samples-2-3-2 or softmax-2-2-3.",
)
FILLED = Option(
    "answers", "FILE-or-FOLDER", "FILE-or-FOLDER", "A sheet that was filled in, or a folder."
)
OCTAVE = Option("octave", "--octave", "", "For the course's Octave; default: NumPy.", _EXERCISE)
SHEET_SEED = Option(
    "seed",
    "--seed",
    "NUMBER",
    "Another seed gives other numbers.",
    _EXERCISE,
    parsing.whole,
    default=0,
)
PUPILS = Option(
    "pupils",
    "--pupils",
    "FILE",
    "A .csv or .txt of names: each gets a sheet with numbers of their own.",
    _EXERCISE,
)
HINT = Option(
    "hint",
    "--hint",
    "LEVEL",
    "Do not name the mistake; give a hint: 1, 2 or 3.",
    _OUTPUT,
    parsing.whole,
)
WORKED = Option("solution", "--solution", "", "Work out the first wrong number, too.", _OUTPUT)
HTML = Option("html", "--html", "", "Write the sheet as a page for the screen, too.", _OUTPUT)
PAPER = Option("paper", "--paper", "", "Write the sheet as a page to print, too.", _OUTPUT)
STARTER_OUT = Option(
    "out",
    "--out",
    "FILE",
    "A .py or .m; default: NAME with that ending. No file is overwritten.",
    _OUTPUT,
    endings=(".py", ".m"),
    written=True,
)
SHEET_OUT = Option(
    "out", "--out", "FOLDER", "Where to write; default: here. No file is overwritten.", _OUTPUT
)
CSV = Option("csv", "--csv", "", "Print one line of CSV for each sheet.", _OUTPUT)
