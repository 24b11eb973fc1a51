import jax
import jax.numpy as jnp
import numpy as np
jax.config.update("jax_enable_x64", True)

def relu(x):
    return jnp.maximum(0, x)

def net(params, x):
    h = relu(x @ params["W1"] + params["b1"])
    return h @ params["W2"] + params["b2"]

def loss(params, x, y):
    logits = net(params, x)
    logp = jax.nn.log_softmax(logits)
    return -jnp.mean(jnp.sum(y * logp, axis=1))      # y one-hot

loss_and_grad = jax.jit(jax.value_and_grad(loss))
