"""Requests a second and tail latency of `clearprop serve`, beside scikit-learn's MLP and zeros.

Four servers on loopback, one process each, under the same uvicorn:

- `clearprop serve` on a model of the letters;
- Starlette with scikit-learn's MLPClassifier of the same layers;
- Starlette with a handler that reads the rows and answers zeros;
- `clearprop serve` with constants for encoder and network: HTTP, reading and writing are left.

The peers' BLAS has one thread, since two that spin on busy cores would slow it tenfold. All are
loaded in turn by wrk (Debian's package), short and interleaved, so that a busy machine slows them
alike. The processor time a request depends less on who else uses the machine.

    python -m benchmarks.serving letter-recognition.csv
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

import polars as pl

CONNECTIONS, SECONDS, ROUNDS = 4, 1, 7
PORT = 18650
# scikit-learn trains for a few epochs: its time for a prediction does not depend on them.
_SCRIPT = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = [==[{body}]==]
"""


def main() -> None:
    table = pl.read_csv(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = folder / "letters.safetensors"
        train = ["clearprop", "train", sys.argv[1], "--target", table.columns[0], "--epochs", "5"]
        _run([*train, "--quiet", "--out", str(model)], stdout=subprocess.DEVNULL)
        features = table.drop(table.columns[0])
        one = json.dumps(features.row(0, named=True))
        many = json.dumps(features.head(100).to_dicts())
        peers = [sys.executable, "-m", "benchmarks.serving_peers", sys.argv[1]]
        commands = {
            "clearprop": ["clearprop", "serve", str(model), "--quiet", "--port", str(PORT)],
            "sklearn": [*peers, "sklearn", str(PORT + 1)],
            "zeros": [*peers, "zeros", str(PORT + 2)],
            "constant": [*peers, "constant", str(PORT + 3), str(model)],
        }
        started = [_start(command) for command in commands.values()]
        try:
            for k in range(len(started)):
                _wait(PORT + k, one)
            for rows, body in (("1 row", one), ("100 rows", many)):
                script = folder / "post.lua"
                script.write_text(_SCRIPT.replace("{body}", body))
                _report(rows, dict(zip(commands, started, strict=True)), script)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(10)


class Loaded(NamedTuple):
    """What one run of wrk showed."""

    rate: float  # requests a second
    p50: float  # ms
    p99: float  # ms
    cpu: float  # us of processor time a request


def _report(rows: str, servers: dict[str, subprocess.Popen[bytes]], script: Path) -> None:
    found: dict[str, list[Loaded]] = {name: [] for name in servers}
    for _ in range(ROUNDS):
        for k, (name, process) in enumerate(servers.items()):
            found[name].append(_load(PORT + k, process.pid, script))
    print(f"{rows}, medians of {ROUNDS} times {SECONDS} s; load {os.getloadavg()[0]:.1f}")
    print("              requests/s  p50 ms  p99 ms  cpu us   clearprop / it: rate, cpu")
    ours = found["clearprop"]
    for name, theirs in found.items():
        rate, p50, p99, cpu = map(statistics.median, zip(*theirs, strict=True))
        pairs = list(zip(ours, theirs, strict=True))
        by_rate = statistics.median(one.rate / other.rate for one, other in pairs)
        by_cpu = statistics.median(other.cpu / one.cpu for one, other in pairs)
        print(f"  {name:10}{rate:12.0f}{p50:8.3f}{p99:8.3f}{cpu:8.0f}{by_rate:20.2f}{by_cpu:6.2f}")


def _load(port: int, pid: int, script: Path) -> Loaded:
    url = f"http://127.0.0.1:{port}/predict"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", str(script)]
    before = _processor_seconds(pid)
    said = _run([*command, url], stdout=subprocess.PIPE, text=True).stdout
    taken = _processor_seconds(pid) - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(said)
    p50, p99 = (
        float(number) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit]
        for number, unit in re.findall(r"(?:50|99)%\s+([\d.]+)(us|ms|s)", said)
    )
    (rate,) = re.findall(r"Requests/sec:\s+([\d.]+)", said)
    (requests,) = re.findall(r"(\d+) requests in", said)
    return Loaded(float(rate), p50, p99, 1e6 * taken / int(requests))


def _processor_seconds(pid: int) -> float:
    """What a process has taken of all processors (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_here(command), check=True, **options)  # type: ignore[call-overload,no-any-return]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(_here(command), stdout=subprocess.DEVNULL, env=environment)


def _here(command: list[str]) -> list[str]:
    """The command by this interpreter, whatever is on the path."""
    return [sys.executable, "-m", *command] if command[0] == "clearprop" else command


def _wait(port: int, body: str) -> None:
    ask = urllib.request.Request(
        f"http://127.0.0.1:{port}/predict", body.encode(), {"content-type": "application/json"}
    )
    for _ in range(300):
        try:
            with urllib.request.urlopen(ask) as answer:
                print(answer.read(120).decode())
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"port {port}: no answer")


if __name__ == "__main__":
    main()
