import jax
import jax.numpy as jnp
from jax import grad, jit

jax.config.update("jax_enable_x64", True)

def predict(params, x):
    for W, b in params[:-1]:
        x = jnp.tanh(jnp.dot(x, W) + b)
    W, b = params[-1]
    return jnp.dot(x, W) + b

def mse(params, x, y):
    return 0.5 * jnp.sum((predict(params, x) - y) ** 2) / x.shape[0]

def sse(params, x, y):
    return 0.5 * jnp.sum((predict(params, x) - y) ** 2)

@jit
def loss_and_grads(params, x, y):
    return mse(params, x, y), grad(sse)(params, x, y)
