"""JAX: value_and_grad, grad, costs alone, and rules of one's own."""

import pytest

pytestmark = pytest.mark.needs("jax")

HEAD = "import jax\nimport jax.numpy as jnp\n"
DICT = (
    HEAD
    + """\
jax.config.update("jax_enable_x64", True)
def loss(params, x, y):
    h = jnp.tanh(x @ params["W1"] + params["b1"])
    z = h @ params["W2"] + params["b2"]
    return -jnp.mean(jnp.sum(jax.nn.log_softmax(z) * y, axis=1))
"""
)
PAIRS = (
    HEAD
    + """\
def predict(params, x):
    for W, b in params[:-1]:
        x = jnp.tanh(jnp.dot(x, W) + b)
    W, b = params[-1]
    return jnp.dot(x, W) + b
def mse(params, x, y):
    return 0.5 * jnp.sum((predict(params, x) - y) ** 2) / x.shape[0]
"""
)


@pytest.mark.parametrize(
    ("more", "entry"),
    [
        ("", "loss"),
        ("loss_and_grad = jax.jit(jax.value_and_grad(loss))\n", "loss_and_grad"),
        ("gradient = jax.grad(loss)\n", "loss,gradient"),
    ],
)
def test_dicts_of_parameters(verdict, more, entry):
    assert verdict(DICT + more, entry, cost="softmax", activation="tanh") == ("right", [], [])


def test_a_cost_that_is_called_as_ours_are(verdict):
    for name in ("cost", "J", "found"):
        code = DICT.replace("def loss", f"def {name}")
        assert verdict(code, name, cost="softmax", activation="tanh") == ("right", [], [])


def test_lists_of_pairs_in_float32(diagnosed):
    found = diagnosed(PAIRS, cost="squared", activation="tanh")
    assert (found.verdict, found.dtype) == ("right", "float32")


def test_the_value_of_the_mean_and_the_gradient_of_the_sum(verdict):
    code = PAIRS + (
        "def sse(params, x, y):\n"
        "    return 0.5 * jnp.sum((predict(params, x) - y) ** 2)\n"
        "@jax.jit\n"
        "def loss_and_grads(params, x, y):\n"
        "    return mse(params, x, y), jax.grad(sse)(params, x, y)\n"
    )
    found = verdict(code, "loss_and_grads", cost="squared", activation="tanh")
    assert found == ("wrong", ["average-missing"], [])


DENSE = (
    HEAD
    + """\
jax.config.update("jax_enable_x64", True)
@jax.custom_vjp
def dense(x, W, b):
    return x @ W + b
def fwd(x, W, b):
    return dense(x, W, b), (x, W)
def bwd(res, g):
    x, W = res
    return g @ W.T, x.T @ g, g.sum(0)
dense.defvjp(fwd, bwd)
"""
)
LOSS = """\
def loss(params, X, y):
    W1, b1, W2, b2 = params
    z = dense(jnp.tanh(dense(X, W1, b1)), W2, b2)
    return -jnp.mean(jax.nn.log_softmax(z)[jnp.arange(len(y)), y])
"""


@pytest.mark.parametrize("more", ["", LOSS])
def test_a_rule_in_a_network_of_ours_or_of_the_file(verdict, more):
    stated = {"cost": "softmax", "activation": "tanh"}
    assert verdict(DENSE + more, **stated) == ("right", [], [])


@pytest.mark.parametrize("cost", ["huber", "quantile"])
def test_a_rule_in_a_network_that_learns_numbers(verdict, cost):
    assert verdict(DENSE, cost=cost, activation="tanh") == ("right", [], [])
    wrong = DENSE.replace("x.T @ g", "-x.T @ g")
    assert verdict(wrong, cost=cost, activation="tanh") == ("wrong", ["sign"], [])


def test_a_sign_in_a_rule(diagnosed):
    code = DENSE.replace("x.T @ g", "-x.T @ g") + LOSS
    found = diagnosed(code, cost="softmax", activation="tanh")
    assert (found.verdict, [cause.id for cause in found.causes]) == ("wrong", ["sign"])


def test_branches_on_values_are_not_compiled(verdict):
    code = DICT.replace("    h = ", "    if x.sum() > 1e9:\n        x = x + 1\n    h = ")
    assert verdict(code, "loss", cost="softmax", activation="tanh") == ("right", [], [])
