"""What JAX compiles: a forward pass, sums over rows, and training on a unit of minibatches.

The functions are made once in a process for each network, rule and dropout, and JAX compiles each
once for each shape. Nothing that changes from call to call is a constant in them: learning rates,
keys of dropout and the m of lambda/(2m) are arguments.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp

from clearprop.data.blocks.memory import free_memory
from clearprop.engines.threads import usable_processors
from clearprop.errors import EngineError
from clearprop.network import equations
from clearprop.network.architecture import Network
from clearprop.network.dropout import masks_at
from clearprop.network.equations import Sums
from clearprop.network.updates import Rule, clipped

if not hasattr(jax, "enable_x64"):
    raise ImportError(f"expected JAX 0.8 or newer; got {jax.__version__}")

Array: TypeAlias = Any  # JAX's, or NumPy's before it is put on the device

# On a GPU the loop itself takes 10 to 30 us a turn, so several steps make up one. Those of networks
# with more parameters take so long that it does not count, and become slower.
_UNROLLED, _SMALL = 5, 2_000_000

_KEPT = 128  # functions of each kind; a search among architectures leaves many behind


@contextmanager
def exactly() -> Iterator[None]:
    """Inside, float64 is float64, and float32's matrix products are float32's on GPUs too.

    Both are settings of the thread, so those of a program around this one stay as they are.

    Raises
    ------
    EngineError
        Where the memory of the device is full.
    """
    try:
        with jax.enable_x64(True), jax.default_matmul_precision("highest"):
            yield
    except jax.errors.JaxRuntimeError as error:
        if "RESOURCE_EXHAUSTED" not in str(error):
            raise
        raise EngineError(
            f"the memory of {device()} is full; take smaller minibatches, a smaller network or "
            "another engine"
        ) from error


def the_device() -> jax.Device:
    """The device that is computed on.

    Raises
    ------
    EngineError
        Where JAX finds none.
    """
    try:
        return jax.devices()[0]
    except (RuntimeError, AssertionError) as error:  # the latter for JAX_PLATFORMS=cuda without it
        said = str(error).partition("\n")[0] or type(error).__name__
        asked = os.environ.get("JAX_PLATFORMS", "")
        raise EngineError(
            f"engine: jax finds no device for JAX_PLATFORMS={asked!r}: {said}"
        ) from None


def device() -> str:
    """The kind of the device; for processors, how many there are.

    XLA shares out a product among the processors, and the order of its sums depends on that.

    Examples
    --------
    >>> device()
    '...'
    """
    one = the_device()
    cpu = one.platform == "cpu"
    return f"cpu x{usable_processors()}" if cpu else f"{one.platform} {one.device_kind}"


def free_on_device() -> int | None:
    """The bytes that are free on the device; None where it does not tell."""
    told = the_device().memory_stats()
    if told and "bytes_limit" in told:
        return int(told["bytes_limit"]) - int(told.get("bytes_in_use", 0))
    return free_memory()  # the device is the processor


class Batches(NamedTuple):
    """A unit of L minibatches of b rows. Rows that only fill up have the weight 0."""

    rows: Array  # (L, b), numbers among the rows on the device; or None, and they are here:
    X: Array  # (L, b, s_1)
    Y: Array  # (L, b, K)
    weight: Array  # (L, b)
    places: Array  # (L, b): in the order of the epoch, modulo 2^32; None without dropout
    rate: Array  # (L,)
    corrected: Array  # (L,), with the rule's corrections
    valid: Array  # (L,): False where no row has a weight; then there is no step


class Fixed(NamedTuple):
    """What is the same for all minibatches of a unit."""

    X: Array  # (m, s_1), on the device; None: the rows come with the minibatches
    Y: Array  # (m, K)
    decays: Array  # (n_parameters,)
    keys: Array  # (L - 2,) of dropout
    penalty_rows: Array  # (); None: the rows of each minibatch


def on_gpu() -> bool:
    """Whether the device is no processor."""
    platform: str = the_device().platform
    return platform != "cpu"


def _alone(sums: Sums) -> Sums:
    return sums


@functools.lru_cache(_KEPT)
def training(
    network: Network,
    rule: Rule,
    dropout: float,
    clip_norm: float | None,
    added_up: Callable[[Sums], Sums] = _alone,
) -> Callable[..., Any]:
    """A function that trains on a unit of minibatches, one after another, in one `lax.scan`.

    It takes theta and the moments, whose memory it uses again, :class:`Fixed` and
    :class:`Batches`; it returns theta, moments and J of each minibatch ``(L,)``.

    `added_up` turns the sums over these rows into those over all rows of the minibatch, where
    several devices have a part of it each.
    """
    unroll = _UNROLLED if on_gpu() and network.n_parameters <= _SMALL else 1

    def train(theta: Array, moments: Any, fixed: Fixed, batches: Batches) -> tuple[Any, Any, Array]:
        def step(carry: tuple[Any, Any], batch: Batches) -> tuple[tuple[Any, Any], Array]:
            theta, moments = carry
            X, Y = batch.X, batch.Y  # (b, s_1), (b, K)
            if batch.rows is not None:
                X, Y = fixed.X[batch.rows], fixed.Y[batch.rows]  # (b, s_1), (b, K)
            masks = _masks(network, dropout, fixed.keys, batch.places, theta.dtype)
            sums = equations.sums(jnp, network, theta, X, Y, batch.weight, masks)
            J, D = equations.means(jnp, network, theta, added_up(sums), fixed.penalty_rows)
            D = clipped(jnp, D, clip_norm)  # (n_parameters,)
            moved = rule.moved(jnp, theta, D, moments, batch.rate, batch.corrected, fixed.decays)
            return jax.tree.map(functools.partial(jnp.where, batch.valid), moved, carry), J

        (theta, moments), costs = jax.lax.scan(step, (theta, moments), batches, unroll=unroll)
        return theta, moments, costs

    return jax.jit(train, donate_argnums=(0, 1), compiler_options=deterministic())


@functools.lru_cache(_KEPT)
def summing(network: Network, dropout: float) -> Callable[..., Sums]:
    """A function from theta, X, Y, weights and dropout's keys and places to the sums over rows."""

    def sums(
        theta: Array, X: Array, Y: Array, weight: Array, keys: Any = None, places: Any = None
    ) -> Sums:
        masks = _masks(network, dropout, keys, places, theta.dtype)
        return equations.sums(jnp, network, theta, X, Y, weight, masks)

    return jax.jit(sums, compiler_options=deterministic())


class Outputs(NamedTuple):
    """What comes out of a network."""

    z: Array  # (m, K), z^(L)
    h: Array  # (m, K), h(x)


@functools.lru_cache(_KEPT)
def forward(network: Network) -> Callable[..., Outputs]:
    """A function from theta and X to the outputs."""

    def outputs(theta: Array, X: Array) -> Outputs:
        passed = equations.forward(jnp, network, theta, X)
        return Outputs(passed.weighted_inputs[-1], passed.activations[-1])

    return jax.jit(outputs, compiler_options=deterministic())


def _masks(network: Network, rate: float, keys: Any, places: Any, dtype: Any) -> Any:
    return masks_at(jnp, network, rate, keys, places, dtype) if rate else None


def deterministic() -> dict[str, Any]:
    """XLA's own choice on GPUs has sums in any order, and products by what was faster just now."""
    return {"xla_gpu_deterministic_ops": True} if the_device().platform == "gpu" else {}
