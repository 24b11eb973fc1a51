"""Time Clearprop beside its peers: ``python -m benchmarks.run [A ... L] [--seconds 200]``.

A to G are the works of ``clearprop bench``; H is a cold start; I peak memory; J Nielsen's MNIST
runs; K MNIST from a cold process to 98 %; L two fits at once. Each can run alone: its results
replace its old ones in one JSON file, and those of the others stay. ``--picture`` draws the JSON
and times nothing. What was measured so far stands in LOG.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import cold, memory, nielsen, picture, to98, together
from clearprop.bench.run import run
from clearprop.bench.table import table

HERE = Path(__file__).parent
OTHERS = {
    "H": cold.measure,
    "I": memory.measure,
    "J": nielsen.measure,
    "K": to98.measure,
    "L": together.measure,
}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def write(path: Path, kept: dict[str, Any], results: dict[str, Any]) -> None:
    kept["results"] = dict(sorted({**kept["results"], **results}.items()))
    path.write_text(json.dumps(kept, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", nargs="*", type=str.upper, default=[], help="none: all")
    parser.add_argument("--seconds", type=float, default=180.0, help="of A to G together")
    parser.add_argument("--repeats", type=int, default=5, help="of H and L; seeds of K")
    parser.add_argument("--json", type=Path, default=HERE / "results.json")
    parser.add_argument("--mnist", type=Path, default=HERE.parents[1] / "shared/data/mnist")
    parser.add_argument("--picture", action="store_true")
    args = parser.parse_args()
    kept: dict[str, Any] = {"results": {}}
    if args.json.exists():
        kept = json.loads(args.json.read_text())
    if not args.picture:
        works = args.works or [*"ABCDEFG", *OTHERS]
        steps = [name for name in works if name not in OTHERS]
        if steps:
            found = run(steps, args.seconds, say=say)
            kept["about"] = {**found["about"], "date": f"{datetime.now(UTC):%Y-%m-%d}"}
            write(args.json, kept, found["results"])
            print(table(found))
        for name in [name for name in works if name in OTHERS]:
            say(f"{name}: {OTHERS[name].__doc__}")
            result = {name: OTHERS[name](args)}
            write(args.json, kept, result)
            print(json.dumps(result, indent=1))
    picture.draw(picture.rows_of(kept), HERE.parent / "docs/images/benchmarks.svg")


if __name__ == "__main__":
    main()
