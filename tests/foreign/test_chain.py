"""Affine maps and activations, one after another, are the layers that they make."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.foreign.chain import Chain

STEPS = st.lists(st.sampled_from(["product", "scaled"]), min_size=1, max_size=4)


@settings(max_examples=50)
@given(st.lists(STEPS, min_size=1, max_size=3), st.integers(0, 2**32 - 1))
def test_a_row_passes_the_layers_as_it_passed_the_steps(parts, seed):
    draw, chain = np.random.default_rng(seed), Chain("net")
    x = row = draw.normal(size=(5, 3))
    for k, steps in enumerate(parts):
        for step in [*steps, "product", "scaled"]:
            if step == "scaled":
                scale, shift = draw.normal(size=(2, x.shape[1]))
                chain.scaled(scale, shift, "s")
                x = scale * x + shift
            else:
                W, b = draw.normal(size=(x.shape[1], 4)), draw.normal(size=4)
                chain.product(W, b, "p")
                x = x @ W + b
        if k < len(parts) - 1:
            chain.activation("identity", "g")
    a = row
    for layer in chain.finished():
        a = a @ layer.W + layer.b
    assert np.allclose(a, x, rtol=1e-9, atol=1e-9 * np.abs(x).max())


def test_one_number_scales_a_whole_row():
    chain = Chain("net")
    chain.scaled(np.array([[0.5]]), 1.0, "s")
    chain.product(np.eye(2), np.zeros(()), "p")
    assert chain.finished()[0].W.tolist() == [[0.5, 0], [0, 0.5]]
    assert chain.layers[0].b.tolist() == [1.0, 1.0]


def test_the_dtype_is_that_of_the_weights():
    for dtype, expected in ((np.float16, "float32"), (np.float32, "float32"), (float, "float64")):
        chain = Chain("net")
        chain.scaled(np.array([0.5]), np.array([1.0]), "s")
        chain.product(np.ones((1, 1), dtype), np.zeros(1, dtype), "p")
        assert chain.dtype == expected
