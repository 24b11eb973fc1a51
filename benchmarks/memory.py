"""I: the peak memory of a process that trains work D for an epoch, beyond the size of its data."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.processes import answer, python
from clearprop.bench.peers import PEERS
from clearprop.bench.works import WORKS

PARTS = ("clearprop", "torch", "jax", "sklearn")


def measure(args: Any) -> dict[str, Any]:
    """Peak memory beyond the data's own size, work D."""
    found = {}
    for part in PARTS:
        try:
            found[part] = answer(python("-m", "benchmarks.memory", part))["over_bytes"]
        except Exception as error:
            print(f"I: {part} left out: {error}"[:200], file=sys.stderr)
    return {"over_bytes": found, "data_bytes": sum(a.nbytes for a in WORKS["D"].data()[:2])}


def main(part: str) -> None:
    work = WORKS["D"]
    data = sum(array.nbytes for array in work.data()[:2])
    if part == "clearprop":  # as a user trains
        from clearprop.training import Options, Training

        X, Y, theta = work.data()
        options = Options("adam", batch_size=work.batch, epochs=1, check_gradient=False)
        Training(work.network, theta, X, Y, options).run()
    elif part == "sklearn":
        import warnings

        from sklearn.neural_network import MLPClassifier

        warnings.simplefilter("ignore")
        X, Y, _ = work.data()
        MLPClassifier((512, 512), batch_size=work.batch, max_iter=1).fit(X, Y.argmax(1))
    else:
        trial = PEERS[part](work)
        assert trial
        for _ in range(3):
            trial()
    # getrusage would not do: its peak includes the parent's, from before the command was loaded.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(json.dumps({"over_bytes": int(status["VmHWM"].split()[0]) * 1024 - data}))


if __name__ == "__main__":
    main(sys.argv[1])
