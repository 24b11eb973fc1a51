"""PyTorch: tensors by hand, autograd, rules of one's own, and models."""

import pytest

pytestmark = pytest.mark.needs("torch")

BY_HAND = """\
import torch
def forward(xb, w1, b1, w2, b2):
    h = torch.relu(xb @ w1 + b1)
    return h, h @ w2 + b2
def loss_func(out, yb):
    return ((out - yb) ** 2).sum() / (2 * len(yb))
def backward(xb, yb, w1, b1, w2, b2):
    h, out = forward(xb, w1, b1, w2, b2)
    g = (out - yb) / len(yb)
    w2_g, b2_g = h.T @ g, g.sum(0)
    g = (g @ w2.T) * (h > 0)
    return xb.T @ g, g.sum(0), w2_g, b2_g
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("", "", ("right", [], [])), (" * (h > 0)", "", ("wrong", ["slope-missing"], []))],
)
def test_tensors_by_hand(verdict, old, new, expected):
    code = BY_HAND.replace(old, new) if old else BY_HAND
    assert verdict(code, "backward", cost="squared", activation="relu") == expected


def test_code_that_works_in_float32_alone(diagnosed):
    code = BY_HAND.replace("return h, h", "h = h.float()\n    return h, h").replace(
        "(h > 0)", "(h > 0).float()"
    )
    found = diagnosed(code, "backward", cost="squared", activation="relu")
    assert (found.verdict, found.dtype, found.way.values) == ("right", "float32", "torch float32")


LOSS = """\
import torch
import torch.nn.functional as F
def loss(w1, b1, w2, b2, x, y):
    return F.cross_entropy(torch.tanh(x @ w1.t() + b1) @ w2.t() + b2, y)
"""


def test_a_cost_alone_is_left_to_autograd(verdict):
    assert verdict(LOSS, cost="softmax", activation="tanh") == ("right", [], [])


def test_a_function_that_calls_backward_itself(verdict):
    code = (
        LOSS.replace("    return ", "    loss = ") + "    loss.backward()\n    return loss.item()\n"
    )
    assert verdict(code, cost="softmax", activation="tanh") == ("right", [], [])


RELU = """\
import torch
class MyReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        g = g.clone()
        g[x < 0] = 0
        return g
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ("right", [], [])),
        ("= 0\n", "= 0.1 * g[x < 0]\n", ("wrong", ["slope-leaky"], [])),
    ],
)
def test_an_activation_s_rule_is_put_into_a_network(verdict, old, new, expected):
    code = RELU.replace(old, new) if old else RELU
    assert verdict(code, cost="softmax", activation="relu") == expected
    assert verdict(code, "MyReLU", layers=(4, 3, 1), activation="relu") == expected


@pytest.mark.parametrize("cost", ["huber", "quantile"])
def test_a_rule_in_a_network_that_learns_numbers(verdict, cost):
    """Its cost is the stated one, so a wrong slope shows and nothing else does."""
    assert verdict(RELU, cost=cost, activation="relu") == ("right", [], [])
    wrong = RELU.replace("= 0\n", "= 0.1 * g[x < 0]\n")
    assert verdict(wrong, cost=cost, activation="relu") == ("wrong", ["slope-leaky"], [])


LINEAR = """\
import torch
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        return x.mm(w.t()) + b
    @staticmethod
    def backward(ctx, grad_output):
        x, w = ctx.saved_tensors
        return grad_output.mm(w), grad_output.t().mm(x), grad_output.sum(0)
"""


def test_a_linear_layer_s_rule(verdict):
    assert verdict(LINEAR, activation="tanh", cost="quadratic") == ("right", [], [])
    wrong = LINEAR.replace("grad_output.sum(0)", "grad_output.mean(0)")
    assert verdict(wrong, activation="tanh", cost="quadratic")[0] == "wrong"


CROSS_ENTROPY = """\
import torch
class CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, target):
        p = torch.softmax(logits, dim=1)
        ctx.save_for_backward(p, target)
        return -torch.log(p[torch.arange(len(target)), target]).mean()
    @staticmethod
    def backward(ctx, g):
        p, target = ctx.saved_tensors
        d = p.clone()
        d[torch.arange(len(target)), target] -= 1
        return g * d / len(target), None
"""


def test_a_cost_s_rule(verdict):
    assert verdict(CROSS_ENTROPY, cost="softmax") == ("right", [], [])
    wrong = CROSS_ENTROPY.replace(" / len(target), None", ", None")
    assert verdict(wrong, cost="softmax") == ("wrong", ["average-missing"], [])


MODEL = """\
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, n_in=4, n_hidden=5, n_out=3):
        super().__init__()
        self.out = nn.Linear(n_hidden, n_out)
        self.hidden = nn.Linear(n_in, n_hidden)
    def forward(self, x):
        return self.out(torch.tanh(self.hidden(x)))
criterion = nn.CrossEntropyLoss()
"""


@pytest.mark.parametrize(
    ("more", "entry"),
    [
        ("", ""),
        ("", "Net"),
        (
            "def train(loader, model, loss_fn, optimizer, device, epochs=5):\n"
            "    for epoch in range(epochs):\n"
            "        for X, y in loader:\n"
            "            loss = loss_fn(model(X.to(device)), y)\n"
            "            optimizer.zero_grad()\n"
            "            loss.backward()\n"
            "            optimizer.step()\n"
            "    return loss.item()\n",
            "train",
        ),
        (
            "net = Net(4, 5, 3)\n"
            "optimizer = torch.optim.SGD(net.parameters(), lr=0.1)\n"
            "def step(inputs, targets):\n"
            "    optimizer.zero_grad()\n"
            "    loss = criterion(net(inputs), targets)\n"
            "    loss.backward()\n"
            "    optimizer.step()\n"
            "    return loss\n",
            "step",
        ),
    ],
)
def test_a_model(verdict, more, entry):
    assert verdict(MODEL + more, entry, cost="softmax", activation="tanh") == ("right", [], [])


def test_a_sequential_model_without_a_criterion_has_the_stated_cost(verdict):
    code = """\
import torch
model = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Sigmoid(), torch.nn.Linear(5, 3))
"""
    assert verdict(code, cost="softmax") == ("right", [], [])


def test_a_function_that_leaves_the_weights_alone_is_not_called_wrong(diagnosed):
    code = LOSS.replace("x @ w1.t() + b1", "x @ torch.ones(4, 5) + 1").replace(
        ") @ w2.t() + b2", ") @ torch.ones(5, 3, requires_grad=True)"
    )
    found = diagnosed(code, cost="softmax", activation="tanh")
    assert found.verdict == "unknown"
