import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

@jax.custom_vjp
def sigmoid(x):
    return 1 / (1 + jnp.exp(-x))

def sigmoid_fwd(x):
    return sigmoid(x), x

def sigmoid_bwd(s, g):
    return (g * s * (1 - s),)

sigmoid.defvjp(sigmoid_fwd, sigmoid_bwd)

def loss(params, x, y):
    """params: dict, y: one-hot"""
    h = sigmoid(x @ params['w1'] + params['b1'])
    logits = h @ params['w2'] + params['b2']
    return -jnp.mean(jnp.sum(jax.nn.log_softmax(logits) * y, axis=-1))

value_and_grad = jax.value_and_grad(loss)
