"""The options on rows and columns: what is learned from them, and how a table is written."""

from __future__ import annotations

from clearprop.choices import parsing
from clearprop.choices.option import Option

_DATA, _READING = "Data", "Reading"

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
    "The share of the rows to validate on; default: about 800 rows, between 0.1 and 1/6; 0.1 for "
    "images and the other recipes.",
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

MEMORY = Option(
    "memory",
    "--memory",
    "SIZE",
    "The most memory to take, as in 512MB; a larger SOURCE is read in blocks; default: what is "
    "free.",
    _DATA,
    parsing.amount,
)
CACHE = Option(
    "cache",
    "--cache",
    "DIR",
    "Where the rows of a table lie while it is read in blocks; default: beside SOURCE.",
    _DATA,
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
