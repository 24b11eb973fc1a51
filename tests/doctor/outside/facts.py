"""How the facts of this folder are checked: definitions, data, finite differences."""

import ast
import contextlib
import io
import itertools
import json
import subprocess
import tempfile
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import scipy.io

HERE = Path(__file__).parent
FACTS: dict[str, Callable[..., tuple]] = {}
TAKEN = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.Expr)


def fact(name: str) -> Callable[[Callable[..., tuple]], Callable[..., tuple]]:
    """Say how a file is asked: cost, parameters, gradients (and its J and the stated J)."""

    def keep(function: Callable[..., tuple]) -> Callable[..., tuple]:
        assert name not in FACTS, name
        FACTS[name] = function
        return function

    return keep


def path_of(name: str) -> Path:
    """The file of a case."""
    (path,) = HERE.glob(f"*/{name}.*")
    return path


def definitions(path: Path) -> types.SimpleNamespace:
    """The names that a learner's file defines; what fails on its top level is passed over."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"]
        lines = "\n".join("".join(c["source"]) for c in cells).splitlines()
        text = "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))
    space: dict[str, object] = {"__name__": "learner", "input": None}
    calls = ("filterwarnings", "seed", "update", "defvjp", "defjvp", "set_default_dtype")
    for statement in ast.parse(text).body:
        named = all(isinstance(t, ast.Name | ast.Tuple) for t in getattr(statement, "targets", []))
        if not isinstance(statement, TAKEN) or not named:
            continue
        if isinstance(statement, ast.Expr) and not any(
            call in ast.unparse(statement) for call in calls
        ):
            continue
        code = compile(ast.Module([statement], []), str(path), "exec")
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            exec(code, space)
    return types.SimpleNamespace(**{k: v for k, v in space.items() if k.isidentifier()})


def net(*sizes: int, io: bool = False, b: str = "flat", bias: bool = True, seed: int = 1) -> dict:
    """Weights W1, b1, W2, ... of a network; (in, out) with `io`; b flat, a column or a row."""
    rng, P = np.random.default_rng(seed), {}
    for l, (n, k) in enumerate(itertools.pairwise(sizes), start=1):
        W = rng.normal(size=(k, n)) * 0.8
        P[f"W{l}"] = W.T.copy() if io else W
        if bias:
            v = rng.normal(size=k) * 0.5
            P[f"b{l}"] = {"flat": v, "column": v[:, None], "row": v[None]}[b].copy()
    return P


def data(n: int, k: int, m: int = 7, seed: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """X (m, n), the labels y (m,) and Y (m, k): one-hot, or y as a column."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, n))
    if k == 1:
        y = (np.arange(m) % 3 == 0).astype(float)
        return X, y, y[:, None]
    y = (np.arange(m) * 2 + 1) % k
    return X, y, np.eye(k)[y]


def targets(k: int, m: int = 7) -> np.ndarray:
    """Real targets (m, k)."""
    return np.random.default_rng(3).normal(size=(m, k))


def sigmoid(z: np.ndarray) -> np.ndarray:
    """g(z)."""
    return 1 / (1 + np.exp(-z))


HIDDEN = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "identity": lambda z: z,
}


def stated(
    P: Mapping[str, np.ndarray],
    X: np.ndarray,
    Y: np.ndarray,
    cost: str = "logistic",
    hidden: str = "sigmoid",
    lam: float = 0.0,
    io: bool = False,
) -> float:
    """The cost as `clearprop doctor --cost` states it, over samples in rows."""
    a, L, m = X, max(int(k[1:]) for k in P), len(X)
    for l in range(1, L + 1):
        W = P[f"W{l}"].T if io else P[f"W{l}"]
        z = a @ W.T + (np.ravel(P[f"b{l}"]) if f"b{l}" in P else 0)
        a = HIDDEN[hidden](z) if l < L else z
    penalty = lam / (2 * m) * sum(np.sum(W**2) for k, W in P.items() if k[0] == "W")
    if cost == "softmax":
        return float(np.mean(np.log(np.exp(a).sum(1)) - np.sum(Y * a, axis=1))) + penalty
    if cost == "squared":
        return float(np.sum((a - Y) ** 2) / (2 * m)) + penalty
    h = sigmoid(a)
    if cost == "quadratic":
        return float(np.sum((h - Y) ** 2) / (2 * m)) + penalty
    return float(-np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / m) + penalty


def gaps(
    cost: Callable[[dict], float], P: Mapping[str, np.ndarray], G: Mapping[str, object]
) -> dict[str, float]:
    """Per block, the largest difference to central differences, over the block's largest entry."""
    found = {}
    for name, block in P.items():
        slopes = np.zeros(block.shape)
        for i in np.ndindex(block.shape):
            kept, h = block[i], 1e-5
            block[i] = kept + h
            above = float(cost(P))
            block[i] = kept - h
            slopes[i] = (above - float(cost(P))) / (2 * h)
            block[i] = kept
        g = np.asarray(G[name], dtype=float)  # None becomes nan
        if g.size != block.size:
            found[name] = np.inf
            continue
        g = g.reshape(block.shape)
        found[name] = float(np.max(np.abs(g - slopes)) / max(np.max(np.abs(slopes)), 1e-3))
    return found


def _floats(named: Mapping[str, object]) -> dict[str, object]:
    """The same with floats: Octave's integers stay integers."""
    return {
        k: _floats(v) if isinstance(v, dict) else np.asarray(v, dtype=float)
        for k, v in named.items()
    }


def octave(path: Path, outputs: int, *arguments: object) -> list[np.ndarray]:
    """What an Octave function returns."""
    with tempfile.TemporaryDirectory() as folder:
        named = {f"a{i}": a for i, a in enumerate(arguments)}
        scipy.io.savemat(f"{folder}/in.mat", _floats(named), oned_as="column")
        results = ", ".join(f"r{i}" for i in range(outputs))
        lines = f"""load {folder}/in.mat
        addpath("{path.parent}");
        [{results}] = {path.stem}({", ".join(named)});
        save("-v7", "{folder}/out.mat", {", ".join(f'"r{i}"' for i in range(outputs))});"""
        command = ["octave", "--no-gui", "--norc", "--quiet", "--eval", lines]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        found = scipy.io.loadmat(f"{folder}/out.mat")
    return [found[f"r{i}"] for i in range(outputs)]


def split(theta: np.ndarray, *sizes: int, order: str = "C") -> dict[str, np.ndarray]:
    """W1, b1, ... of theta = [Theta1(:); Theta2(:)], the biases in each first column."""
    P, start = {}, 0
    for l, (n, k) in enumerate(itertools.pairwise(sizes), start=1):
        T = theta.ravel()[start : start + k * (n + 1)].reshape((k, n + 1), order=order)
        start += k * (n + 1)
        P[f"W{l}"], P[f"b{l}"] = T[:, 1:], T[:, 0]
    return P


def join(P: Mapping[str, np.ndarray], order: str = "C") -> np.ndarray:
    """Return theta of W1, b1, ...: the opposite of `split`."""
    L = max(int(k[1:]) for k in P)
    parts = [np.c_[P[f"b{l}"].ravel(), P[f"W{l}"]].ravel(order=order) for l in range(1, L + 1)]
    return np.concatenate(parts)


def d(G: Mapping[str, object]) -> dict[str, object]:
    """Gradients dW1, db1, ... under the names of their parameters."""
    return {k.removeprefix("d"): v for k, v in G.items() if k[1:2] in "Wb"}


def per_sample(
    call: Callable[..., Mapping[str, object]], X: np.ndarray, Y: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the mean of what `call(x, y)` gives for each sample."""
    found = [call(x, y) for x, y in zip(X, Y, strict=True)]
    return {k: sum(np.asarray(g[k], dtype=float) for g in found) / len(X) for k in found[0]}


def read_off(
    step: Callable[[dict, float], Mapping[str, np.ndarray]],
    P: Mapping[str, np.ndarray],
    rate: float,
) -> dict[str, np.ndarray]:
    """Return the gradient of one step: (before - after) / rate."""
    after = step({k: v.copy() for k, v in P.items()}, rate)
    return {k: (v - np.reshape(after[k], v.shape)) / rate for k, v in P.items()}


def pairs(g: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Gradients of [Theta1, Theta2] with the biases in the first columns."""
    return {f"{k}{l}": v for l, T in enumerate(g, 1) for k, v in (("W", T[:, 1:]), ("b", T[:, 0]))}


def thetas(P: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    """[Theta1, Theta2, ...], the biases in each first column."""
    return [np.c_[P[f"b{l}"].ravel(), P[f"W{l}"]] for l in range(1, len(P) // 2 + 1)]


def lists(w: Sequence[np.ndarray], b: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Gradients that came as a list of weights and one of biases."""
    named = [(f"W{l}", v) for l, v in enumerate(w, 1)] + [(f"b{l}", v) for l, v in enumerate(b, 1)]
    return dict(named)


def of(P: Mapping[str, np.ndarray]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The list of weights and the list of biases."""
    return [v for k, v in P.items() if k[0] == "W"], [v for k, v in P.items() if k[0] == "b"]
