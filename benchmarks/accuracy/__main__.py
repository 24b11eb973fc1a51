"""Clearprop beside LightGBM and linear models on real tables: errors, ranks, CPU seconds.

    python -m benchmarks.accuracy --out build/accuracy.csv
    python -m benchmarks.accuracy --methods "clearprop,clearprop --bag 5,lightgbm,linear"
    python -m benchmarks.accuracy --tables held-back --splits 0,1
    python -m benchmarks.accuracy --methods realmlp,clearprop --cap 1000     needs pytabkit
    python -m benchmarks.accuracy --methods "clearprop --interval 0.9" --task regression

Every method is at its defaults. All learn from as many rows and are measured on the same rows.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

from benchmarks.accuracy import fits, report
from benchmarks.accuracy.methods import RIVALS
from benchmarks.accuracy.tables import (
    CLASSES,
    LISTS,
    NUMBERS,
    TABLES,
    NoPackagesError,
    description,
)

ROOT = Path(__file__).parents[2]


def listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def tables(text: str, task: str | None) -> list[str]:
    """The names of tables; the name of a list stands for all of it."""
    names = [name for part in listed(text) for name in LISTS.get(part, [part])]
    return [name for name in names if task in (None, TABLES[name].task)]


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = found.add_argument
    add(
        "--methods",
        type=listed,
        default="clearprop,lightgbm,linear",
        help=f"{', '.join(RIVALS)}, and clearprop, which may carry options of `train`",
    )
    add("--tables", default="development", help=f"names, or {' or '.join(LISTS)}")
    add("--task", choices=[NUMBERS, CLASSES], help="only tables of this task")
    add(
        "--splits",
        type=lambda text: [int(part) for part in text.split(",")],
        default="0,1,2,3,4",
        help="seeds",
    )
    add("--cap", type=int, default=4000, help="most rows to learn from")
    add("--program", default=str(Path(sys.executable).parent / "clearprop"))
    add("--folder", type=Path, default=ROOT / "build/tables", help="of the packages of tables")
    add("--out", type=Path, help="a CSV of all fits; those that it has are not made again")
    add("--again", action="store_true", help="make the fits of clearprop again")
    add("--markdown", choices=list(report.WORDS), help="the table of the README, in this language")
    add("--describe", action="store_true", help="say what the tables are, and make no fits")
    return found


def main() -> None:
    command = parser()
    args = command.parse_args()
    unknown = [name for name in args.methods if name.split()[0] not in ("clearprop", *RIVALS)]
    unknown += [name for name in listed(args.tables) if name not in (*TABLES, *LISTS)]
    if unknown:
        command.error(
            f"unknown: {', '.join(unknown)}; methods: clearprop, {', '.join(RIVALS)}; "
            f"tables: {', '.join((*LISTS, *TABLES))}"
        )
    names = tables(args.tables, args.task)
    try:
        if args.describe:
            print("\n".join(description(name, args.folder) for name in names))
            return
        asked = fits.Asked(args.methods, names, args.splits, args.cap, args.program, args.folder)
        found = fits.run(asked, args.out, args.again)
    except NoPackagesError as error:
        command.error(str(error))
    base = "lightgbm" if "lightgbm" in args.methods else args.methods[0]
    print(report.text(found, base))
    if args.markdown:
        print(report.markdown(found, base, args.markdown))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")  # the rivals'
    main()
