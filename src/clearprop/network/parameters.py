"""The unrolled vector theta: its blocks, the course's matrices, and initial values.

Layer l owns a block ``B`` of shape ``(s_l + 1, s_{l+1})`` in C order, bias in row 0. ``B.T`` is the
course's ``Theta^(l)``, and theta is byte for byte the course's column-major ``[Theta1(:);
Theta2(:); ...]``. 3Blue1Brown's ``W`` and ``b`` are ``B[1:].T`` and ``B[0]``; scikit-learn's
``coefs_`` and ``intercepts_`` are ``B[1:]`` and ``B[0]``.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from clearprop.errors import ParameterError, as_float, is_number, one_of, raise_problems, shown
from clearprop.names import InitName
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split

__all__ = ["INITS", "course_matrices", "decays", "initial_theta", "theta_from_course"]

# In quotes, since NumPy loads its random numbers on first use. They take a sixth of NumPy's import.
Draw: TypeAlias = "Callable[[np.random.Generator, Network, int, int], Array]"


# 8 GiB in float64. No such network trains on one machine, and a larger one is refused before its
# parameters are drawn.
MAX_PARAMETERS = 2**30


def _uniform(generator: np.random.Generator, e: float, s_in: int, s_out: int) -> Array:
    """The course's rule: bias and weights alike from [-e, e]."""
    return generator.uniform(-e, e, (s_in + 1, s_out))  # (s_in + 1, s_out)


def _with_bias(bias: Array | float, weights: Array) -> Array:
    """A block from its bias row and its weights."""
    return np.vstack([np.broadcast_to(bias, (1, weights.shape[1])), weights])


def _course(generator: np.random.Generator, network: Network, s_in: int, s_out: int) -> Array:
    """e = sqrt(6 / (s_in + s_out)): course, exercise 4, section 2.2."""
    return _uniform(generator, math.sqrt(6 / (s_in + s_out)), s_in, s_out)


def _scikit_learn(generator: np.random.Generator, network: Network, s_in: int, s_out: int) -> Array:
    """The course's rule with 2 in place of 6 for the sigmoid. Weights are drawn before the bias."""
    e = math.sqrt((2 if network.activation == "sigmoid" else 6) / (s_in + s_out))
    weights = generator.uniform(-e, e, (s_in, s_out))
    return _with_bias(generator.uniform(-e, e, (1, s_out)), weights)


def _glorot(generator: np.random.Generator, network: Network, s_in: int, s_out: int) -> Array:
    """Glorot and Bengio 2010, eq. 16: variance 2 / (s_in + s_out), bias 0."""
    e = math.sqrt(6 / (s_in + s_out))
    return _with_bias(0.0, generator.uniform(-e, e, (s_in, s_out)))


def _he(generator: np.random.Generator, network: Network, s_in: int, s_out: int) -> Array:
    """He et al. 2015, eq. 10: variance 2 / s_in, since a ReLU passes half of it on; bias 0."""
    return _with_bias(0.0, generator.normal(0, math.sqrt(2 / s_in), (s_in, s_out)))


def _nielsen(generator: np.random.Generator, network: Network, s_in: int, s_out: int) -> Array:
    """Nielsen, ch. 3, "Weight initialization": weights normal / sqrt(s_in), bias normal."""
    weights = generator.normal(0, 1 / math.sqrt(s_in), (s_in, s_out))
    return _with_bias(generator.normal(0, 1, (1, s_out)), weights)


def _zeros(generator: np.random.Generator, network: Network, s_in: int, s_out: int) -> Array:
    return np.zeros((s_in + 1, s_out))


INITS: dict[str, Draw] = {
    "uniform": _course,
    "scikit-learn": _scikit_learn,
    "glorot": _glorot,
    "he": _he,
    "nielsen": _nielsen,
    "zeros": _zeros,
}


def init_problems(init: object) -> list[str]:
    """What is wrong with an `init`, as a list of at most one sentence."""
    if is_number(init):
        if 0 < as_float(init) < math.inf:
            return []
        expected = "init: as a number it is e in [-e, e] and must be finite and above 0"
        return [f"{expected}; got {shown(init)}"]
    if isinstance(init, str) and init in INITS:
        return []
    return [
        problem.replace("expected one of", "expected a number e for [-e, e], or one of", 1)
        for problem in one_of("init", init, list(INITS))
    ]


def initial_theta(
    network: Network,
    seed: int | np.random.Generator | None = None,
    init: InitName | float = "uniform",
    dtype: Any = np.float64,
) -> Array:
    """Draw initial parameters.

    Parameters
    ----------
    network
        The architecture.
    seed
        The same seed gives the same bits. None draws a new one.
    init
        A number e: uniform in [-e, e]. ``"uniform"``: the same with e = sqrt(6/(s_in + s_out)),
        bias included (the course). ``"glorot"``, ``"he"``: bias 0. ``"nielsen"``: normal weights
        over sqrt(s_in), normal bias. ``"scikit-learn"``: as scikit-learn draws them. ``"zeros"``
        is allowed with a warning, since all units of a layer stay equal for ever.
    dtype
        float64 or float32.

    Returns
    -------
    theta, shape ``(n_parameters,)``.

    Raises
    ------
    ParameterError
        For an unknown `init`, or a network of more than 2^30 parameters.

    Examples
    --------
    >>> theta = initial_theta(Network((2, 3, 1)), seed=0, init=0.12)
    >>> theta.shape, bool(abs(theta).max() <= 0.12)
    ((13,), True)
    """
    raise_problems(init_problems(init))
    if network.n_parameters > MAX_PARAMETERS:
        raise ParameterError(
            f"layer_sizes: {shown(network.layer_sizes)} have {network.n_parameters:,} parameters; "
            f"expected at most {MAX_PARAMETERS:,}"
        )
    if init == "zeros" and network.n_layers > 2:
        warnings.warn(
            "init='zeros': all units of a layer stay equal: symmetry. Every hidden unit of a layer "
            "computes the same value and gets the same gradient in every step; use a random init",
            UserWarning,
            stacklevel=2,
        )
    generator = np.random.default_rng(seed)
    blocks = []
    for rows, s_out in network.block_shapes:
        if isinstance(init, str):
            block = INITS[init](generator, network, rows - 1, s_out)
        else:
            block = _uniform(generator, float(init), rows - 1, s_out)
        blocks.append(block.ravel())
    return np.concatenate(blocks).astype(dtype)


def decays(network: Network, dtype: Any = np.float64) -> Array:
    """1 for each weight and 0 for each bias, ``(n_parameters,)``: what a decay of weights concerns.

    Examples
    --------
    >>> decays(Network((2, 2, 1)))
    array([0., 0., 1., 1., 1., 1., 0., 1., 1.])
    """
    marks = np.ones(network.n_parameters, dtype)
    for B in split(network, marks):
        B[0] = 0  # a view
    return marks


def course_matrices(network: Network, theta: Array) -> list[Array]:
    """The course's ``Theta^(l)``, ``(s_{l+1}, s_l + 1)`` with the bias in column 0: views.

    Examples
    --------
    >>> network = Network((3, 5, 3))
    >>> [Theta.shape for Theta in course_matrices(network, initial_theta(network, 0))]
    [(5, 4), (3, 6)]
    """
    return [B.T for B in split(network, theta)]


def theta_from_course(*matrices: Array | Sequence[Sequence[float]]) -> Array:
    """Unroll the course's ``Theta1, Theta2, ...`` into theta; the inverse of `course_matrices`.

    Equation
    --------
    ``[Theta1(:); Theta2(:); ...]``, column-major (course, week 5, "Unrolling parameters").

    Examples
    --------
    >>> theta_from_course([[1, 2], [3, 4]])
    array([1., 3., 2., 4.])
    """
    dtype = np.result_type(np.float32, *map(np.asarray, matrices))
    return np.concatenate([np.asarray(Theta, dtype).ravel(order="F") for Theta in matrices])
