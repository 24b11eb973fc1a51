"""Time Clearprop beside its peers: ``python benchmarks/run.py [A B ...] [--rounds 7]``.

Peers that are not installed are left out. In each round every peer has one trial, in turn, so that
what else the machine does falls on all of them; the table shows medians (or, with --best, minima,
for a machine that others use too).
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from peers import PEERS
from roofline import Roofline
from works import WORKS


def measure(name: str, peers: list[str], rounds: int, roofline: Roofline) -> dict[str, Any]:
    """Seconds a step of every trial of every peer, and the work's roofline."""
    work = WORKS[name]
    trials = {}
    for peer in peers:
        try:
            trial = PEERS[peer](work)
            if trial is not None:
                trial()  # compiles, and warms what can be warmed
                trials[peer] = trial
        except Exception as error:
            print(
                f"{name}: {peer} left out: {type(error).__name__}: {error}"[:200], file=sys.stderr
            )
    seconds: dict[str, list[float]] = {peer: [] for peer in trials}
    for _ in range(rounds):
        roofline.measure()
        roofline.update(work)
        for peer, trial in trials.items():
            seconds[peer].append(trial())
    return {"seconds": seconds, "roofline": roofline.seconds(work)}


def table(results: dict[str, Any], summary: Any) -> str:
    peers = [p for p in PEERS if any(p in r["seconds"] for r in results.values())]
    lines = ["| work | " + " | ".join(peers) + " | roofline | of it | to PyTorch | to the best |"]
    lines.append("|---" * (len(peers) + 5) + "|")
    for name, result in results.items():
        at = {p: summary(s) for p, s in result["seconds"].items()}
        cells = [f"{at[p] * 1e6:,.1f}" if p in at else "" for p in peers]
        mine = at["clearprop"]
        others = [v for p, v in at.items() if p != "clearprop"]
        pytorch = min((v for p, v in at.items() if p in ("torch", "torch 1 thread")), default=None)
        cells += [f"{result['roofline'] * 1e6:,.0f}", f"{result['roofline'] / mine:.0%}"]
        cells += [f"{pytorch / mine:.1f}x" if pytorch else ""]
        cells += [f"{min(others) / mine:.1f}x" if others else ""]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", nargs="*", default=[], help="A to F; none: all")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peers", default=",".join(PEERS), help="of: " + ", ".join(PEERS))
    parser.add_argument("--best", action="store_true", help="minima in place of medians")
    parser.add_argument("--json", type=Path, help="where every trial's seconds go")
    args = parser.parse_args()
    roofline = Roofline()
    results = {}
    for name in args.works or WORKS:
        results[name] = measure(name, args.peers.split(","), args.rounds, roofline)
        print(f"{name} done", file=sys.stderr)
    print("Microseconds a step.\n")
    print(table(results, min if args.best else statistics.median))
    if args.json:
        about = {"machine": platform.processor() or platform.machine(), "python": sys.version}
        args.json.write_text(json.dumps({"about": about, "results": results}, indent=1))


if __name__ == "__main__":
    main()
