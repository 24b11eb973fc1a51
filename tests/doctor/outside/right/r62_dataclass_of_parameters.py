from __future__ import annotations
from typing import NamedTuple
import numpy as np

class Params(NamedTuple):
    W1: np.ndarray   # (hidden, inputs)
    b1: np.ndarray
    W2: np.ndarray   # (outputs, hidden)
    b2: np.ndarray

def forward(p: Params, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a1 = np.tanh(x @ p.W1.T + p.b1)
    return a1, 1.0 / (1.0 + np.exp(-(a1 @ p.W2.T + p.b2)))

def loss(p: Params, x: np.ndarray, y: np.ndarray) -> float:
    _, a2 = forward(p, x)
    return float(-(y * np.log(a2) + (1 - y) * np.log(1 - a2)).sum() / len(x))

def grad(p: Params, x: np.ndarray, y: np.ndarray) -> Params:
    a1, a2 = forward(p, x)
    d2 = (a2 - y) / len(x)
    d1 = d2 @ p.W2 * (1 - a1**2)
    return Params(d1.T @ x, d1.sum(0), d2.T @ a1, d2.sum(0))
