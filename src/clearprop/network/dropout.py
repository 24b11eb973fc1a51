"""Dropout: which hidden units are left out, for each sample of each epoch.

The bits come from a hash of counters and from no random generator. They depend on the seed, the
epoch, the layer, the sample's place in the epoch and the unit, and on nothing else. So every engine
has the same ones in every slice, on any number of threads, and in a run that was resumed.

Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, *Dropout*; inverted
dropout, so that a prediction needs no factor. The hash is the finaliser of MurmurHash3 (Appleby).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.errors import number_problems, raise_problems, whole_problems
from clearprop.network.architecture import Array, Network

__all__ = ["Dropout"]

_G = 0x9E3779B9  # 2^32 over the golden ratio: keeps the counters 0, 1, 2 ... apart
_WORD = 0xFFFFFFFF


@dataclass(frozen=True)
class Dropout:
    """The masks of one epoch.

    Parameters
    ----------
    rate
        The share of hidden units that are left out, from 0 to below 1.
    seed, epoch
        Of the training run, and the epochs that it has completed: whole numbers from 0.

    Raises
    ------
    ParameterError
        Naming every parameter that does not fit.

    Equation
    --------
    ``a^(l) = M^(l) .* g(z^(l))`` for each hidden layer; M is 0 with probability `rate`, otherwise
    ``1/(1 - rate)``, so its mean is 1.

    Examples
    --------
    >>> first, second = Dropout(0.5, seed=1, epoch=0).masks(Network((2, 4, 3, 1)), 0, 2, np.float64)
    >>> first.shape, second.shape, sorted(set(first.ravel().tolist()))
    ((2, 4), (2, 3), [0.0, 2.0])
    """

    rate: float
    seed: int
    epoch: int

    def __post_init__(self) -> None:
        raise_problems(
            [
                *number_problems("rate", self.rate, low=0, high=1, open_high=True),
                *whole_problems("seed", self.seed, 0),
                *whole_problems("epoch", self.epoch, 0),
            ]
        )

    def masks(self, network: Network, first: int, rows: int, dtype: Any) -> list[Array]:
        """The masks of the samples at places `first`, `first` + 1, ... of the epoch's order.

        One array ``(rows, s_l)`` of `dtype` for each hidden layer.
        """
        places = np.arange(first, first + rows, dtype=np.uint64).astype(np.uint32)
        return masks_at(np, network, self.rate, self.keys(network), places, dtype)

    def keys(self, network: Network) -> Array:
        """The words ``(L - 2,)`` of uint32 that stand for seed, epoch and each hidden layer."""
        return np.array([self._key(l)[0] for l in range(1, network.n_layers - 1)], np.uint32)

    def _key(self, layer: int) -> Array:
        """The word ``(1,)`` that stands for seed, epoch and layer."""
        seed = int(self.seed)  # NumPy's whole numbers may be too short for a shift by 32
        key = _mix(np.array([(seed + _G) & _WORD], np.uint32))  # (1,)
        for word in (seed >> 32, int(self.epoch), layer):
            key = _mix(key ^ np.uint32(word & _WORD))  # (1,)
        return key


def masks_at(
    xp: Any, network: Network, rate: float, keys: Array, places: Array, dtype: Any
) -> list[Array]:
    """The masks of the samples at these places, ``(rows, s_l)`` of `dtype` each.

    Parameters
    ----------
    xp
        The array namespace, NumPy or JAX's. It gives the same masks.
    rate, keys
        Of a :class:`Dropout`; the keys are arrays of `xp` or of NumPy.
    places
        ``(rows,)`` of uint32.

    Examples
    --------
    >>> network, dropout = Network((2, 4, 1)), Dropout(0.5, seed=1, epoch=0)
    >>> places = np.array([7], np.uint32)
    >>> (at,) = masks_at(np, network, 0.5, dropout.keys(network), places, np.float64)
    >>> bool((at == dropout.masks(network, 7, 1, np.float64)[0]).all())
    True
    """
    stays_from = min(round(rate * 2**32), _WORD)
    kept, dropped = np.array(1 / (1 - rate), dtype), np.array(0, dtype)
    G = np.array([_G], np.uint32)
    masks = []
    for layer, units in enumerate(network.layer_sizes[1:-1]):
        row = _mix(keys[layer] + G * (places + 1))  # (rows,)
        counted = G * np.arange(1, units + 1, dtype=np.uint32)  # (s_l,)
        u = _mix(row[:, None] + counted)  # (rows, s_l), uniform over the words of 32 bits
        masks.append(xp.where(u >= np.uint32(stays_from), kept, dropped))  # (rows, s_l)
    return masks


def _mix(h: Array) -> Array:
    """MurmurHash3's finaliser: each bit of a word depends on all of them. All modulo 2^32."""
    h = (h ^ (h >> 16)) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> 13)) * np.uint32(0xC2B2AE35)
    mixed: Array = h ^ (h >> 16)
    return mixed
