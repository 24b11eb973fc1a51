"""Time the engine jax on a GPU beside PyTorch there: ``python -m benchmarks.gpu [C D E W]``.

W is 784-4096-4096-10 on 1,024 rows. All libraries take float32 without TF32, data that lie on the
card, shuffled rows gathered there, and fused updates. PyTorch replays a CUDA graph of a step, as it
is and compiled. Trials are made in turn; the table holds medians, in microseconds a step.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from clearprop.bench.peers import _clearprop
from clearprop.bench.settings import Trial
from clearprop.bench.works import WORKS, Work
from clearprop.engines.choice import choose_engine
from clearprop.network.architecture import Network

WIDE = Work(
    "W",
    "784-4096-4096-10, batch 1024, Adam",
    Network((784, 4096, 4096, 10), "relu", "softmax"),
    1024,
    "adam",
    60_000,
    1e-3,
    58,
)
MEASURED = {**{name: WORKS[name] for name in "CDE"}, "W": WIDE}
TRIALS, STEPS = 9, 1000


def clearprop(work: Work) -> Trial:
    """Some epochs of the engine jax, with the transfer of each epoch's order."""
    per_epoch = work.rows // work.batch
    return _clearprop(choose_engine("jax"), work, per_epoch * max(1, STEPS // per_epoch))


def torch_graph(work: Work, compiled: bool = False) -> Trial:
    """PyTorch: a CUDA graph of a step, which is recorded once and replayed for each minibatch."""
    import torch

    torch.backends.cuda.matmul.allow_tf32 = False
    X, Y, _ = (torch.from_numpy(a).cuda() for a in work.data())
    targets = Y.argmax(1)
    layers: list[Any] = []
    for n_in, n_out in itertools.pairwise(work.network.layer_sizes):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1]).cuda()
    rule = torch.optim.Adam(model.parameters(), lr=work.rate, fused=True, capturable=True)

    def cost(x: Any, y: Any) -> Any:
        return torch.nn.functional.cross_entropy(model(x), y)

    run = torch.compile(cost) if compiled else cost
    rows = torch.arange(work.batch, device="cuda")

    def step() -> None:
        rule.zero_grad(set_to_none=True)
        run(X[rows], targets[rows]).backward()
        rule.step()

    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(5):  # what is compiled and allocated once must not be recorded
            step()
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))

    def trial(_read: object = step) -> float:  # a graph does not keep the arrays that it reads
        order = torch.randperm(work.rows, device="cuda")
        torch.cuda.synchronize()
        start.record()
        for i in range(STEPS):
            at = (i * work.batch) % (work.rows - work.batch + 1)
            rows.copy_(order[at : at + work.batch])
            graph.replay()
        end.record()
        torch.cuda.synchronize()
        return float(start.elapsed_time(end)) / 1e3 / STEPS

    return trial


LIBRARIES: dict[str, Callable[[Work], Trial]] = {
    "clearprop, jax": clearprop,
    "torch, graph": torch_graph,
    "torch, graph, compiled": lambda work: torch_graph(work, compiled=True),
}


def missing() -> str | None:
    """Why nothing can be measured here, in a sentence; None where it can."""
    if find_spec("jax") is None:
        return "needs JAX for CUDA: pip install 'jax[cuda13]'"
    import jax

    if jax.devices()[0].platform != "gpu":
        return f"needs a GPU that JAX computes on; it found {jax.devices()[0].platform} alone"
    if find_spec("torch") is None:
        return "needs PyTorch for CUDA, the peer"
    return None


def medians(work: Work) -> dict[str, float]:
    """Microseconds a step of each library, in turn; the first trial compiles and does not count."""
    trials = {name: make(work) for name, make in LIBRARIES.items()}
    for trial in trials.values():
        trial()
    found: dict[str, list[float]] = {name: [] for name in trials}
    for _ in range(TRIALS):
        for name, trial in trials.items():
            found[name].append(trial())
    return {name: 1e6 * statistics.median(times) for name, times in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", nargs="*", type=str.upper, help="none: all")
    asked = parser.parse_args().works or list(MEASURED)
    if unknown := [name for name in asked if name not in MEASURED]:
        parser.error(f"works: expected some of {', '.join(MEASURED)}; got {', '.join(unknown)}")
    if reason := missing():
        print(f"benchmarks.gpu: {reason}", file=sys.stderr)
        return 2
    import jax
    import torch

    print(f"{jax.devices()[0].device_kind}; JAX {jax.__version__}, PyTorch {torch.__version__}")
    print(f"{'microseconds a step':38}" + "".join(f"{name:>24}" for name in LIBRARIES))
    for name in asked:
        found = medians(MEASURED[name])
        numbers = "".join(f"{us:24.1f}" for us in found.values())
        print(f"{name} {MEASURED[name].what:36}{numbers}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
