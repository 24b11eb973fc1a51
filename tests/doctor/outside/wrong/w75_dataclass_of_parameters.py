from dataclasses import dataclass
import numpy as np

@dataclass
class Params:
    W1: np.ndarray
    b1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray

def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(0, x)

def loss_and_grads(params: Params, X: np.ndarray, y: np.ndarray) -> tuple[float, Params]:
    """Squared error of a network with one hidden layer; weights are (in, out)."""
    n = X.shape[0]
    hidden = relu(X @ params.W1 + params.b1)
    error = hidden @ params.W2 + params.b2 - y
    loss = float((error ** 2).sum() / (2 * n))
    grad_out = error / n
    grad_hidden = grad_out @ params.W2.T
    grad_hidden[hidden > 0] = 0
    return loss, Params(
        W1=X.T @ grad_hidden, b1=grad_hidden.sum(axis=0),
        W2=hidden.T @ grad_out, b2=grad_out.sum(axis=0),
    )
