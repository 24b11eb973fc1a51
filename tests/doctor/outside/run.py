"""Run `clearprop doctor` on every file of this folder, one at a time, and print what it says.

    python tests/doctor/outside/run.py [--python PATH] [--only PATTERN]

`--python` is the interpreter that runs the doctor: one with PyTorch and JAX for those cases. The
package is this checkout's, by PYTHONPATH; an editable install of another checkout goes before that.
"""

import argparse
import fnmatch
import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[2] / "src"


def ask(python: str, case: dict) -> tuple[dict, float]:
    """The doctor's JSON for one case, or what it printed, and the seconds that it took."""
    place = str(HERE / case["file"]) + case.get("start", "")
    options = [*case.get("options", []), "--json", "--lang", "en"]
    start = f"""import sys, clearprop, clearprop_command
if not clearprop.__file__.startswith({str(SOURCE)!r}): sys.exit(clearprop.__file__)
sys.exit(clearprop_command.main())"""
    command = [python, "-c", start, "doctor", place, *options]
    environment = os.environ | {
        "PYTHONPATH": f"{SOURCE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    }
    began = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    except subprocess.TimeoutExpired:
        return {"verdict": "no end"}, time.perf_counter() - began
    seconds = time.perf_counter() - began
    try:
        return json.loads(done.stdout), seconds
    except json.JSONDecodeError:
        printed = " ".join((done.stderr or done.stdout).split())
        return {"verdict": f"exit {done.returncode}", "error": printed}, seconds


def ids(found: object) -> str:
    """The ids of causes or conventions, in one line."""
    if not isinstance(found, list):
        return "" if found is None else str(found)
    return ", ".join(str(f.get("id", f)) if isinstance(f, dict) else str(f) for f in found)


def main() -> int:
    """Print a line for each case; 1 if a verdict differs from what cases.toml expects."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default=sys.executable, help="runs the doctor")
    parser.add_argument("--only", default="*", help="a pattern of file names, such as 'w0*'")
    parser.add_argument("--table", default="cases.toml", help="cases.toml or stuck.toml")
    parser.add_argument("--full", action="store_true", help="print each JSON object, too")
    chosen = parser.parse_args()
    cases = tomllib.loads((HERE / chosen.table).read_text(encoding="utf-8"))["case"]
    differ = asked = 0
    print("case | expected | verdict | causes | conventions | seconds")
    for case in cases:
        name = Path(case["file"]).name
        if not fnmatch.fnmatch(name, f"{chosen.only}*"):
            continue
        answer, seconds = ask(chosen.python, case)
        verdict = str(answer.get("verdict", "none"))
        asked += 1
        same = verdict in {case["expected"], *case.get("accept", [])}
        differ += not same
        mark = " " if same else "!"
        causes, conventions = ids(answer.get("causes")), ids(answer.get("conventions"))
        line = [name, case["expected"], verdict, causes, conventions, f"{seconds:.1f}"]
        print(mark, " | ".join(line), flush=True)
        for key in ("conventions", "mistake", "place", "symptom", "training"):
            if case.get(key):
                print(f"      expected {key}: {case[key]}")
        if answer.get("error"):
            print(f"      error: {str(answer['error'])[:300]}")
        for key in ("training", "evidence"):
            if answer.get(key):
                print(f"      {key}: {ids(answer[key])[:300]}")
        if chosen.full:
            print(json.dumps(answer, indent=1, ensure_ascii=False))
    print(f"{asked} asked, {differ} with another verdict")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
