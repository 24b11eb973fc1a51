"""I: the peak of a process that trains work D for an epoch, over the size of its data."""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

import numpy as np

from benchmarks.processes import answer, python
from clearprop.bench.peers import PEERS
from clearprop.bench.works import WORKS

PARTS = ("clearprop", "torch", "jax", "sklearn")


def measure(args: Any) -> dict[str, Any]:
    """Peak memory over the data's own size, work D."""
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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"over_bytes": peak - data, "numpy": np.__version__}))


if __name__ == "__main__":
    main(sys.argv[1])
