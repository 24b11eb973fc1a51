"""A function is called with the arrays of its library; its exceptions have a line."""

import pytest
from planted import LOOP, function_of, source_of

import clearprop

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
    for weights, verdict, named in (
        ("[:, 1:]", "right", []),
        ("", "other-cost", ["biases-penalised"]),
    ):
        names = {}
        exec(TORCH.format(dtype=dtype, weights=weights), names)
        diagnosis = clearprop.diagnose(names["cost"], (4, 3))
        assert diagnosis.verdict == verdict
        assert [convention.id for convention in diagnosis.conventions] == named
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
