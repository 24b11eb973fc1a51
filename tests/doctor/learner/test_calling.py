"""A function is called with the arrays of its library; its exceptions have a line."""

import sys
import types

import numpy as np
import pytest
from learners.logistic_regression import logistic_regression
from planted import LOOP, function_of, source_of

import clearprop


class Tensor:
    """As much of torch's tensor as matters here."""

    def __init__(self, array):
        self.array = np.asarray(array)

    def detach(self):
        return self

    cpu = detach

    def numpy(self):
        return self.array


def test_torch_s_values_go_in_and_come_out(monkeypatch):
    torch = types.ModuleType("torch")
    torch.from_numpy = Tensor
    monkeypatch.setitem(sys.modules, "torch", torch)
    names = {"np": np, "torch": torch, "Tensor": Tensor, "inner": logistic_regression}
    exec(
        "def f(theta, X, y, lambda_):\n"
        "    assert type(X) is Tensor\n"
        "    J, D = inner(theta.array, X.array, y.array, lambda_)\n"
        "    return Tensor(J), Tensor(D)\n",
        names,
    )
    assert clearprop.diagnose(names["f"], (3, 1)).right


TORCH = """
import torch

def cost(theta, X, y, lambda_):
    theta = theta.to({dtype}).requires_grad_(True)
    X = X.to({dtype})
    Theta = theta.reshape(3, 5)
    h = torch.sigmoid(X @ Theta[:, 1:].T + Theta[:, 0])
    Y = torch.nn.functional.one_hot(y, 3).to({dtype})
    J = torch.nn.functional.binary_cross_entropy(h, Y, reduction="sum") / len(X)
    J = J + lambda_ / (2 * len(X)) * (Theta{weights} ** 2).sum()
    J.backward()
    return J, theta.grad
"""


@pytest.mark.parametrize("dtype", ["torch.float32", "torch.float64"])
def test_torch_itself(dtype):
    pytest.importorskip("torch")
    for weights, named in (("[:, 1:]", []), ("", ["penalty-bias", "lambda-bias"])):
        names = {}
        exec(TORCH.format(dtype=dtype, weights=weights), names)
        diagnosis = clearprop.diagnose(names["cost"], (4, 3))
        assert [cause.id for cause in diagnosis.causes] == named
        assert diagnosis.right == (not named)
        assert f"torch.{diagnosis.dtype}" == dtype


def test_an_exception_is_shown_with_its_line():
    source = source_of(LOOP, ("h = sigmoid(z3)", "h = sigmoid(z4)"))
    diagnosis = clearprop.diagnose(function_of(source, LOOP), LOOP.layer_sizes)
    assert (diagnosis.verdict, diagnosis.right) == ("unknown", False)
    raised = diagnosis.raised
    assert (raised.kind, raised.file) == ("NameError", "course_loop.py")
    assert source.splitlines()[raised.line - 1].strip() == "h = sigmoid(z4)"


def test_an_exception_within_clearprop_is_shown_at_the_learner_s_line():
    names = {}
    code = "from clearprop import check_gradient\n\ndef f(theta, X, y):\n"
    code += "    return check_gradient(f, y, seed=-1)\n"
    exec(compile(code, "mine.py", "exec"), names)
    raised = clearprop.diagnose(names["f"], (3, 1)).raised
    assert (raised.kind, raised.file, raised.line) == ("ParameterError", "mine.py", 4)
